import type { CFile } from './parse/c/ast.js';
import { completeFragments } from './parse/c/complete.js';
import { removedConstants } from './parse/c/removed-constants.js';
import { laterOf, withEarlier } from './parse/c/earlier.js';
import { outline } from './parse/c/outline.js';
import { partnersOf } from './parse/c/partners.js';
import { reach } from './parse/c/reach.js';
import type { Gap } from './parse/gap.js';
import type { Series, SourcePair } from './parse/series.js';
import { NOTHING_OUTSIDE, type Outside } from './absint/outside.js';
import { createMemo } from './absint/memo.js';
import { documentedQuestions } from './absint/questions.js';
import { createProgram, type Analysed, type Primitives, type Program } from './absint/program.js';
import { compareSides } from './lockgraph/compare.js';
import { touchedBy, type Touched } from './lockgraph/touched.js';
import type { ModelRequest } from './model/judge.js';
import type { Verdict } from './model/verdict.js';
import { confirmAll, type Found, type Judging } from './report/confirm.js';
import { patchOf, sortedFunctions, sourceOf, uniqueGaps } from './report/entries.js';
import { STOPPED } from './report/words.js';
import type { BaseKind, Report, ReportFunction } from './report/report.js';
import { toldOfBorrowed } from './rules/borrowed.js';
import type { Around } from './rules/callers.js';
import { batchDetails, batchEvents } from './rules/batch-events.js';
import { besides, differ, type FunctionPair, type Judged } from './rules/differ.js';
import { adjustedBy, type LeftBehind, settleLeftBehind } from './rules/left-behind.js';
import { redistributed } from './rules/redistributed.js';
import { besideIn } from './rules/rest-of-file.js';
import { shownDifference } from './rules/shown.js';
import { mendedBy, type Verdicts } from './rules/series-sense.js';
import { type Told, withCallers } from './rules/with-callers.js';

/** What a run needs besides its input; all I/O enters here. */
export interface ReviewTools {
  /** `wanted`: names of the functions whose bodies are needed; null for all. */
  readonly parseC: (path: string, text: string, wanted: ReadonlySet<string> | null) => { readonly file: CFile; readonly gaps: readonly Gap[] };
  readonly parseFragments: (path: string, pair: SourcePair, side: 'pre' | 'post') => { readonly file: CFile; readonly gaps: readonly Gap[] };
  readonly primitives: Primitives;
  /** Functions of the tree that are in none of the files; null: there is no tree. */
  readonly outside: Outside | null;
  /** Null: findings are not judged by the model. */
  readonly judge: ((request: ModelRequest) => Verdict) | null;
  /** The same for many, in any order and at once; calls `done` after each. */
  readonly judgeMany?: (requests: readonly ModelRequest[], done: () => void) => readonly Verdict[];
  /** Syntax of a function's lines, for what shows sources; left out where nobody will look. */
  readonly highlight?: (code: string) => readonly string[];
  readonly version: string;
  readonly progress: (event: Progress) => void;
  /** What one patch turned out to do, before its findings are judged; for whoever wants to read already. */
  readonly patchDone?: (patch: number, functions: readonly ReportFunction[]) => void;
  /** True from when the run should come to an end with what it has; asked between patches and between findings. */
  readonly stopped?: () => boolean;
}

/** What a run is busy with. */
export type Progress =
  | { readonly stage: 'parse' | 'analysis'; readonly patch: number; readonly of: number }
  | { readonly stage: 'model'; readonly finding: number; readonly of: number };

/** What is reviewed. */
export interface ReviewInput {
  readonly series: Series;
  readonly base: { readonly kind: BaseKind; readonly rev: string | null };
  /** The files of each patch, before and after it; one list per patch of the series, in order. */
  readonly pairs: readonly (readonly SourcePair[])[];
  readonly gaps: readonly Gap[];
}

/** Reviews a series: both sides of every touched function, the difference judged by the rules, each finding by the model. */
export function reviewSeries(input: ReviewInput, tools: ReviewTools): Report {
  const gaps: Gap[] = [...input.series.gaps, ...input.gaps];
  const functions: ReportFunction[] = [];
  const found: Found[] = [];
  const read = cachedReader(tools, gaps);
  const changed = new Set<string>();
  const memo = createMemo();
  const texts = new Map<string, { readonly pre: string; readonly post: string }>();
  const earlier = new Map<string, CFile>(); // what fragments of earlier patches have shown
  let leftBehind: readonly LeftBehind[] = [];
  const said = new Map<string, Verdicts[]>(); // file and function to what the rules say after each patch
  input.pairs.forEach((pairs, i) => {
    if (tools.stopped?.() === true) {
      gaps.push(...pairs.map((p) => stoppedGap(p.path, `patch ${i + 1} was not analysed: ${STOPPED}`)));
      return;
    }
    const before = functions.length;
    tools.progress({ stage: 'parse', patch: i + 1, of: input.pairs.length });
    const c = pairs.filter((p) => /\.[ch]$/.test(p.path));
    for (const p of pairs) gaps.push(...p.gaps);
    const preFiles = withEarlier(
      c.flatMap((p) => read(p, 'pre') ?? []),
      earlier,
    );
    const postFiles = withEarlier(
      c.flatMap((p) => read(p, 'post') ?? []),
      earlier,
    );
    const inPart = (path: string): boolean => c.some((p) => p.completeness === 'fragments' && (p.path === path || p.oldPath === path));
    tools.progress({ stage: 'analysis', patch: i + 1, of: input.pairs.length });
    const touched = touchedBy(c, read);
    const removed = removedConstants(c);
    const names = new Set(touched.flatMap((t) => t.flatMap((x) => [x.pre?.name, x.post?.name])).filter((n) => n !== undefined));
    // What earlier patches changed is not as it is in the tree any more.
    const treeBefore = withoutNames(tools.outside, changed);
    for (const name of names) changed.add(name);
    const treeAfter = withoutNames(tools.outside, changed);
    const known = new Set([...earlier.values()].flatMap((f) => f.functions.map((fn) => fn.name)));
    const computed = (n: string): boolean => names.has(n) || known.has(n);
    const sides = {
      pre: createProgram(preFiles, tools.primitives, computed, treeBefore, memo, inPart),
      post: createProgram(postFiles, tools.primitives, computed, treeAfter, memo, inPart),
    };
    const reviewed = c.flatMap((pair, k) =>
      (touched[k] ?? []).flatMap((t) => {
        const one = reviewFunction(
          pair,
          t,
          sides,
          touched[k] ?? [],
          {
            ...besideIn(pair, tools, treeBefore, treeAfter, memo),
            questions: documentedQuestions(tools.primitives),
            others: { outside: treeBefore, beside: () => [...new Set(outline(pair.pre ?? '').map((f) => f.name))], touched: (n) => changed.has(n) },
          },
          gaps,
          removed,
          tools.highlight,
        );
        return one ? [{ ...one, pair }] : [];
      }),
    );
    for (const pair of c) {
      const shown = pair.completeness === 'fragments' ? read(pair, 'post') : null;
      if (shown) earlier.set(pair.path, laterOf(earlier.get(pair.path), shown));
    }
    for (const pair of c)
      if (pair.pre !== null && pair.post !== null && pair.completeness === 'whole') texts.set(pair.path, { pre: pair.pre, post: pair.post });
    const around: Around = {
      texts,
      touched: names,
      files: { pre: preFiles, post: postFiles },
      outside: treeAfter,
      parse: (path, text, wanted) => tools.parseC(path, text, wanted).file,
      program: (side, files) => createProgram(files, tools.primitives, (n) => names.has(n), side === 'pre' ? treeBefore : treeAfter, memo),
    };
    const shared = redistributed(reviewed.map((r) => ({ before: r.pre?.summary ?? null, after: r.post?.summary ?? null, judged: r.judged })));
    const asked = withCallers(
      reviewed.map((r, k) => ({ ...r, name: r.report.name, judged: shared[k] ?? r.judged })),
      around,
      sides.post,
    );
    gaps.push(...asked.gaps);
    const halves = reviewed.map((r) => ({ name: r.report.name, pre: r.pre, post: r.post }));
    const between = batchDetails(halves, tools.primitives);
    reviewed.forEach(({ report, pre, post, pair }, k) => {
      const { judged: told, details } = asked.told[k] as Told;
      const { judged, known } = settleLeftBehind({ name: report.name, pair, pre, post, judged: told }, leftBehind);
      leftBehind = known;
      functions.push({ ...report, details: [...report.details, ...(between.get(report.name) ?? []), ...details] });
      found.push(...judged.map((j) => ({ ...j, patch: pair.patch, pre, post, pair })));
      const key = `${pair.path} ${report.name}`;
      said.set(key, [...(said.get(key) ?? []), { patch: pair.patch, judged, post }]);
    });
    for (const b of batchEvents(halves, tools.primitives)) {
      const of = reviewed.find((r) => r.report.name === b.half);
      if (of)
        gaps.push({
          stage: 'rules',
          file: of.pair.path,
          function: b.post.fn.name,
          why: `not shown: what it does between the two halves was taken from the knowledge, where it is lines ${b.post.fn.line}-${b.post.fn.endLine}, and what the halves keep and give back from what is shown of them`,
        });
      if (of)
        found.push(
          ...besides(b.half, of.pair.path, [b.event], 'introduced', []).map((j) => ({
            ...j,
            patch: of.pair.patch,
            pre: b.pre,
            post: b.post,
            pair: of.pair,
            batch: { name: b.post.fn.name, rests: `two objects of the batch share ${b.event.resource}` },
          })),
        );
    }
    for (const [path, { post }] of texts) texts.set(path, { pre: post, post });
    tools.patchDone?.(i + 1, sortedFunctions(functions.slice(before)));
  });
  const lasting = found.map((f): Found => {
    const mended =
      f.finding.status !== 'introduced'
        ? null
        : f.draft.event.kind === 'caller-broken'
          ? adjustedBy(f, leftBehind)
          : mendedBy(
              f,
              (said.get(`${f.pair.path} ${f.finding.function}`) ?? []).filter((v) => v.patch > f.patch),
            );
    return mended === null ? f : { ...f, mended, finding: { ...f.finding, status: 'transient' } };
  });
  const findings = confirmAll(lasting, judging(tools));
  return {
    schema: 'rmap-review/report/1',
    tool: tools.version,
    command: 'review',
    series: seriesOf(input),
    functions: sortedFunctions(functions),
    findings,
    gaps: uniqueGaps(gaps),
  };
}

/** The report before the first patch is looked at: what is reviewed, and on which base. */
export function emptyReport(input: ReviewInput, version: string): Report {
  return { schema: 'rmap-review/report/1', tool: version, command: 'review', series: seriesOf(input), functions: [], findings: [], gaps: [] };
}

function seriesOf(input: ReviewInput): Report['series'] {
  return {
    subject: input.series.subject,
    version: input.series.version,
    total: Math.max(input.series.expected, input.series.patches.length),
    messageId: input.series.messageId,
    base: input.base,
    patches: input.series.patches.map((p, i) => patchOf(p, input.pairs[i] ?? [])),
  };
}

/** The tree without the functions of these names: what a series changes is known from the series alone. */
function withoutNames(outside: Outside | null, names: ReadonlySet<string>): Outside {
  if (outside === null) return NOTHING_OUTSIDE;
  const gone = new Set(names);
  return { ...outside, callee: (name, file, args, own) => (gone.has(name) ? null : outside.callee(name, file, args, own)) };
}

function reviewFunction(
  pair: SourcePair,
  t: Touched,
  sides: { pre: Program; post: Program },
  siblings: readonly Touched[],
  known: Pick<FunctionPair, 'order' | 'guards' | 'questions' | 'others'>,
  gaps: Gap[],
  removed: ReadonlySet<string>,
  highlight: ReviewTools['highlight'],
): { report: ReportFunction; judged: Judged[]; pre: Analysed | null; post: Analysed | null } | null {
  const earlier = t.from ?? pair;
  const pre = t.pre ? sides.pre.analyse(earlier.oldPath ?? earlier.path, t.pre.name) : null;
  const post = t.post ? sides.post.analyse(pair.path, t.post.name) : null;
  if (!pre && !post) return null;
  for (const side of [pre, post]) if (side) gaps.push(...side.gaps);
  const name = post?.fn.name ?? pre?.fn.name ?? '';
  // The other half of a bracket relies on this half as a caller does.
  const callers = [...sides.post.callers(pair.path, name), ...partnersOf(name)];
  const adjustedCallers = siblings.flatMap((s) => (s.post && callers.includes(s.post.name) ? (sides.post.analyse(pair.path, s.post.name) ?? []) : []));
  const change = compareSides(
    pre && { name: pre.fn.name, summary: pre.summary, cfg: pre.cfg, text: sourceOf(earlier.pre, pre.fn, undefined).lines.join('\n') },
    post && { name: post.fn.name, summary: post.summary, cfg: post.cfg, text: sourceOf(pair.post, post.fn, undefined).lines.join('\n') },
    t.from === null ? null : (earlier.oldPath ?? earlier.path),
    removed,
  );
  const report: ReportFunction = {
    patch: pair.patch,
    file: pair.path,
    name,
    completeness: pair.completeness,
    ...change,
    pre: pre ? sourceOf(earlier.pre, pre.fn, highlight) : null,
    post: post ? sourceOf(pair.post, post.fn, highlight) : null,
  };
  // Only a part of the function was given: what looks like a lost lock may be in the part that was not.
  // A file that the patch fits only in part is neither what was before nor what was meant.
  const functions = {
    file: pair.path,
    pre,
    post,
    adjustedCallers,
    ...known,
    bodies: { pre: (n: string) => sides.pre.analyse(earlier.oldPath ?? earlier.path, n), post: (n: string) => sides.post.analyse(pair.path, n) },
  };
  const shown = pair.completeness === 'fragments' ? shownDifference(functions, addsNoCall(pair)) : null;
  const judged = shown !== null ? toldOfBorrowed(shown, pre, post) : pair.fit !== 'none' ? differ(functions) : [];
  return { report, judged, pre, post };
}

/** What the model is asked with. */
export function judging(tools: ReviewTools): Judging {
  return {
    judge: tools.judge,
    judgeMany: tools.judgeMany ?? null,
    stopped: tools.stopped ?? null,
    progress: (finding, of) => tools.progress({ stage: 'model', finding, of }),
  };
}

/** Nothing that the patch adds to the file looks like a call. */
function addsNoCall(pair: SourcePair): boolean {
  const lines = (pair.post ?? '').split('\n');
  return pair.touched.every(({ post: [from, to] }) => !lines.slice(from - 1, to).some((l) => /\w\s*\(/.test(l)));
}

/** Reads each side of each file once, as far as its patch can reach. */
function cachedReader(tools: ReviewTools, gaps: Gap[]): (pair: SourcePair, side: 'pre' | 'post') => CFile | null {
  const cache = new Map<string, CFile>();
  const pathOn = (pair: SourcePair, side: 'pre' | 'post'): string => (side === 'pre' ? (pair.oldPath ?? pair.path) : pair.path);
  const keep = (pair: SourcePair, side: 'pre' | 'post', file: CFile | null): void => {
    if (file) cache.set(`${side} ${pair.patch} ${pathOn(pair, side)}`, file);
  };
  const shown = (pair: SourcePair, side: 'pre' | 'post'): CFile | null => {
    if (pair[side] === null) return null;
    const r = tools.parseFragments(pathOn(pair, side), pair, side);
    gaps.push(...r.gaps);
    return r.file;
  };
  return (pair, side) => {
    const text = pair[side];
    const path = pathOn(pair, side);
    const key = `${side} ${pair.patch} ${path}`;
    if (text === null) return null;
    if (!cache.has(key)) {
      if (pair.completeness === 'fragments') {
        const both = completeFragments({ pre: shown(pair, 'pre'), post: shown(pair, 'post') }, pair.touched, tools.primitives.definition);
        gaps.push(...both.gaps);
        keep(pair, 'pre', both.pre);
        keep(pair, 'post', both.post);
      } else {
        const r = tools.parseC(
          path,
          text,
          reach(
            text,
            pair.touched.map((t) => t[side]),
            (n) => tools.primitives.contract(n, -1)?.flags?.lockedFlag !== undefined,
          ),
        );
        gaps.push(...r.gaps);
        keep(pair, side, r.file);
      }
    }
    return cache.get(key) ?? null;
  };
}

function stoppedGap(file: string, why: string): Gap {
  return { stage: 'host', file, function: '', why };
}
