import type { CFile, CFunction } from './parse/c/ast.js';
import { completeFragments } from './parse/c/complete.js';
import { outline } from './parse/c/outline.js';
import { partnersOf } from './parse/c/partners.js';
import { reach } from './parse/c/reach.js';
import { isPartial } from './parse/c/unshown.js';
import type { Gap } from './parse/gap.js';
import type { Series, SourcePair } from './parse/series.js';
import { NOTHING_OUTSIDE, type Outside } from './absint/outside.js';
import { documentedPairs } from './absint/documented.js';
import { createMemo } from './absint/memo.js';
import { createProgram, type Analysed, type Primitives, type Program } from './absint/program.js';
import { orderEvidence, type OrderEvidence, type OrderWitness } from './lockgraph/evidence.js';
import { nearby, wholeFile } from './lockgraph/nearby.js';
import { compareSides } from './lockgraph/compare.js';
import { matchFunctions } from './lockgraph/match.js';
import type { ModelRequest } from './model/judge.js';
import type { Verdict } from './model/verdict.js';
import { fillMessage } from './rules/message.js';
import { settled } from './report/policy.js';
import { quotable } from './report/quotable.js';
import { STOPPED } from './report/words.js';
import type { BaseKind, Report, ReportFinding, ReportFunction, ReportPatch, SourceText } from './report/report.js';
import { toldPath } from './report/told-path.js';
import { isBorrowed, toldOfBorrowed, withBorrowed } from './rules/borrowed.js';
import { brokenCallers, callerEvents, callerOf, isEven } from './rules/caller-events.js';
import { type Around, callersOf } from './rules/callers.js';
import { contractDelta } from './rules/contract-delta.js';
import { lastName } from './rules/guard-events.js';
import { besides, differ, standing, type FunctionPair, type Judged, wrongInItself } from './rules/differ.js';
import { redistributed } from './rules/redistributed.js';
import { shownDifference } from './rules/shown.js';
import { mendedBy, type Verdicts } from './rules/series-sense.js';
import { FITS } from './parse/series.js';

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

export type Progress =
  | { readonly stage: 'parse' | 'analysis'; readonly patch: number; readonly of: number }
  | { readonly stage: 'model'; readonly finding: number; readonly of: number };

export interface ReviewInput {
  readonly series: Series;
  readonly base: { readonly kind: BaseKind; readonly rev: string | null };
  /** The files of each patch, before and after it; one list per patch of the series, in order. */
  readonly pairs: readonly (readonly SourcePair[])[];
  readonly gaps: readonly Gap[];
}

/** One side of a function that the model may need again. */
interface Found extends Judged {
  readonly patch: number;
  readonly pre: Analysed | null;
  readonly post: Analysed | null;
  readonly pair: SourcePair;
  /** The patch after which it is gone. */
  readonly mended?: number;
}

/** Reviews a series: both sides of every touched function, the difference judged by the rules, each finding by the model. */
export function reviewSeries(input: ReviewInput, tools: ReviewTools): Report {
  const gaps: Gap[] = [...input.series.gaps, ...input.gaps];
  const functions: ReportFunction[] = [];
  const found: Found[] = [];
  const read = cachedReader(tools, gaps);
  const changed = new Set<string>();
  const texts = new Map<string, { readonly pre: string; readonly post: string }>();
  const broken: BrokenCaller[] = [];
  const said = new Map<string, Verdicts[]>(); // file and function to what the rules say after each patch
  input.pairs.forEach((pairs, i) => {
    if (tools.stopped?.() === true) { gaps.push(...pairs.map((p) => stoppedGap(p.path, `patch ${i + 1} was not analysed: ${STOPPED}`))); return; }
    const before = functions.length;
    tools.progress({ stage: 'parse', patch: i + 1, of: input.pairs.length });
    const c = pairs.filter((p) => /\.[ch]$/.test(p.path));
    for (const p of pairs) gaps.push(...p.gaps);
    const preFiles = c.flatMap((p) => read(p, 'pre') ?? []), postFiles = c.flatMap((p) => read(p, 'post') ?? []);
    tools.progress({ stage: 'analysis', patch: i + 1, of: input.pairs.length });
    const touched = followMoves(c, c.map((p) => touchedFunctions(p, read(p, 'pre'), read(p, 'post'))));
    const names = new Set(touched.flatMap((t) => t.flatMap((x) => [x.pre?.name, x.post?.name])).filter((n) => n !== undefined));
    // What earlier patches changed is not as it is in the tree any more.
    const treeBefore = withoutNames(tools.outside, changed);
    for (const name of names) changed.add(name);
    const treeAfter = withoutNames(tools.outside, changed);
    const memo = createMemo(), sides = { pre: createProgram(preFiles, tools.primitives, (n) => names.has(n), treeBefore, memo), post: createProgram(postFiles, tools.primitives, (n) => names.has(n), treeAfter, memo) };
    const reviewed = c.flatMap((pair, k) => (touched[k] ?? []).flatMap((t) => {
      const one = reviewFunction(pair, t, sides, touched[k] ?? [], { pre: orderBeside(pair, 'pre', tools, treeBefore), post: orderBeside(pair, 'post', tools, treeAfter) }, gaps, tools.highlight);
      return one ? [{ ...one, pair }] : [];
    }));
    for (const pair of c) if (pair.pre !== null && pair.post !== null && pair.completeness === 'whole') texts.set(pair.path, { pre: pair.pre, post: pair.post });
    const around: Around = {
      texts, touched: names, files: { pre: preFiles, post: postFiles }, outside: treeAfter, parse: (path, text, wanted) => tools.parseC(path, text, wanted).file,
      program: (side, files) => createProgram(files, tools.primitives, (n) => names.has(n), side === 'pre' ? treeBefore : treeAfter, memo),
    };
    const shared = redistributed(reviewed.map((r) => ({ before: r.pre?.summary ?? null, after: r.post?.summary ?? null, judged: r.judged })));
    for (const reviewedOne of withCallers(reviewed.map((r, k) => ({ ...r, judged: shared[k] ?? r.judged })), around, sides.post, gaps)) {
      const one = { ...reviewedOne, judged: reviewedOne.judged.filter((j) => !putsRight(reviewedOne, j, broken)) };
      for (const b of broken) if (b.key === `${one.pair.path} ${one.report.name}` && one.post && isEven(one.post.summary, b.resource)) b.mended ??= one.pair.patch;
      broken.push(...one.judged.flatMap((j) => (j.draft.event.kind === 'caller-broken' && j.finding.status === 'introduced' ? [{ ...callerOf(j.draft.event), resource: j.finding.resource, mended: null }] : [])));
      functions.push(one.report);
      found.push(...one.judged.map((j) => ({ ...j, patch: one.pair.patch, pre: one.pre, post: one.post, pair: one.pair })));
      const key = `${one.pair.path} ${one.report.name}`;
      said.set(key, [...(said.get(key) ?? []), { patch: one.pair.patch, judged: one.judged }]);
    }
    for (const [path, { post }] of texts) texts.set(path, { pre: post, post });
    tools.patchDone?.(i + 1, sortedFunctions(functions.slice(before)));
  });
  const lasting = found.map((f): Found => {
    const mended = f.finding.status !== 'introduced' ? null
      : f.draft.event.kind === 'caller-broken' ? broken.find((b) => b.fingerprint === callerOf(f.draft.event).fingerprint)?.mended ?? null
      : mendedBy(f, (said.get(`${f.pair.path} ${f.finding.function}`) ?? []).filter((v) => v.patch > f.patch));
    return mended === null ? f : { ...f, mended, finding: { ...f.finding, status: 'transient' } };
  });
  const findings = judgeAll(lasting, tools);
  return {
    schema: 'rmap-review/report/1', tool: tools.version, command: 'review',
    series: seriesOf(input),
    functions: sortedFunctions(functions),
    findings, gaps: uniqueGaps(gaps),
  };
}

/** The report before the first patch is looked at: what is reviewed, and on which base. */
export function emptyReport(input: ReviewInput, version: string): Report {
  return { schema: 'rmap-review/report/1', tool: version, command: 'review', series: seriesOf(input), functions: [], findings: [], gaps: [] };
}

function seriesOf(input: ReviewInput): Report['series'] {
  return { subject: input.series.subject, version: input.series.version, total: Math.max(input.series.expected, input.series.patches.length), messageId: input.series.messageId, base: input.base, patches: input.series.patches.map((p, i) => patchOf(p, input.pairs[i] ?? [])) };
}

/** Judges every function of `file` as it stands: the same engine and rules, nothing to compare with. */
export function scanFile(source: { readonly path: string; readonly text: string }, tools: ReviewTools): Report {
  const { file, gaps: read } = tools.parseC(source.path, source.text, null);
  const gaps: Gap[] = [...read], found: Found[] = [];
  const program = createProgram([file], tools.primitives, () => false, tools.outside ?? NOTHING_OUTSIDE);
  let functions = 0, withGap = 0;
  let pairs: readonly OrderWitness[] | null = null;
  const order = orderEvidence(() => documentedPairs(tools.primitives), () => (pairs ??= wholeFile(file, program)), tools.primitives.structs);
  for (const fn of program.functions(file.path)) {
    const side = program.analyse(file.path, fn.name);
    if (!side) continue;
    functions++;
    if (side.gaps.length > 0 || fn.damaged) withGap++;
    gaps.push(...side.gaps);
    const pair: SourcePair = { patch: 0, path: file.path, oldPath: null, pre: null, post: source.text, completeness: 'whole', certainty: 'intact', fit: 'exact', touched: [], mailLines: new Map(), gaps: [] };
    found.push(...standing(side, order).map((j) => ({ ...j, patch: 0, pre: null, post: side, pair })));
  }
  return scanReport(source.path, tools.version, judgeAll(found, tools), gaps, { functions, withGap });
}

/** One report of the scans of several files, the same in whatever order they were made. */
export function joinScans(parts: readonly Report[], version: string): Report {
  const paths = parts.length === 1 ? parts[0]?.series.subject.replace(/^scan of /, '') ?? '' : `${parts.length} files`;
  const sum = (of: (s: { readonly functions: number; readonly withGap: number }) => number): number => parts.reduce((n, p) => n + (p.scanned ? of(p.scanned) : 0), 0);
  const findings = parts.flatMap((p) => p.findings).sort((a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.rule, b.rule) || compare(a.fingerprint, b.fingerprint));
  return scanReport(paths, version, findings.map((f, i) => ({ ...f, id: `F${i + 1}` })), parts.flatMap((p) => p.gaps), { functions: sum((s) => s.functions), withGap: sum((s) => s.withGap) });
}

function scanReport(of: string, version: string, findings: readonly ReportFinding[], gaps: readonly Gap[], scanned: NonNullable<Report['scanned']>): Report {
  return {
    schema: 'rmap-review/report/1', tool: version, command: 'scan',
    series: { subject: `scan of ${of}`, version: 1, total: 0, messageId: null, base: { kind: 'folder', rev: null }, patches: [] },
    functions: [], findings, gaps: uniqueGaps(gaps), scanned,
  };
}

/** The tree without the functions of these names: what a series changes is known from the series alone. */
function withoutNames(outside: Outside | null, names: ReadonlySet<string>): Outside {
  if (outside === null) return NOTHING_OUTSIDE;
  const gone = new Set(names);
  return { ...outside, callee: (name, file, args, own) => (gone.has(name) ? null : outside.callee(name, file, args, own)) };
}

/** In which order the rest of a patched file takes two locks. Asked only where a patch brings an order that was not there. */
function orderBeside(pair: SourcePair, side: 'pre' | 'post', tools: ReviewTools, outside: Outside): OrderEvidence {
  const text = pair.completeness === 'whole' ? pair[side] ?? '' : '', path = side === 'pre' ? pair.oldPath ?? pair.path : pair.path;
  const others = nearby(path, text, (names) => {
    const ranges = outline(text).filter((f) => names.includes(f.name)).map((f) => [f.line, f.endLine] as const);
    return createProgram([tools.parseC(path, text, reach(text, ranges)).file], tools.primitives, () => false, outside);
  });
  return orderEvidence(() => documentedPairs(tools.primitives), others, tools.primitives.structs);
}

/** `from`: where the function stood before, if that is another file of the same patch. */
interface Touched { readonly pre: CFunction | null; readonly post: CFunction | null; readonly from: SourcePair | null }

/** The functions that a patch touches in one file, paired across the two sides. */
function touchedFunctions(pair: SourcePair, pre: CFile | null, post: CFile | null): Touched[] {
  const hit = (file: CFile | null, side: 'pre' | 'post'): CFunction[] => oncePerName((file?.functions ?? []).filter((f) => f.kind === 'function' && f.body && f.variant === 0
    && pair.touched.some((t) => { const [from, to] = t[side]; return to < from ? f.line < from && from <= f.endLine : from <= f.endLine && to >= f.line; })));
  const a = hit(pre, 'pre'), b = hit(post, 'post');
  const byName = (file: CFile | null, name: string): CFunction | null => file?.functions.filter((f) => f.kind === 'function' && f.body && f.variant === 0 && f.name === name).sort((x, y) => (y.endLine - y.line) - (x.endLine - x.line))[0] ?? null;
  const lines = (text: string | null, f: CFunction): { name: string; lines: string[] } => ({ name: f.name, lines: (text ?? '').split('\n').slice(f.line - 1, f.endLine) });
  const all = matchFunctions(a.filter((f) => !byName(post, f.name) || b.some((g) => g.name === f.name)).map((f) => lines(pair.pre, f)), b.filter((f) => !byName(pre, f.name) || a.some((g) => g.name === f.name)).map((f) => lines(pair.post, f)));
  const touched: Touched[] = all.map((m) => ({ pre: m.pre ? byName(pre, m.pre) : null, post: m.post ? byName(post, m.post) : null, from: null }));
  const seen = new Set(touched.flatMap((t) => [t.pre?.name, t.post?.name]));
  for (const f of [...a, ...b]) if (!seen.has(f.name)) { seen.add(f.name); touched.push({ pre: byName(pre, f.name), post: byName(post, f.name), from: null }); }
  return touched.filter((t) => t.pre || t.post);
}

/** Functions that one file of a patch loses and another gains are one that moved. */
function followMoves(pairs: readonly SourcePair[], touched: readonly (readonly Touched[])[]): Touched[][] {
  const lost = touched.flatMap((list, k) => list.flatMap((t) => (t.pre && !t.post ? [{ k, fn: t.pre }] : []))), gained = touched.flatMap((list, k) => list.flatMap((t) => (t.post && !t.pre ? [{ k, fn: t.post }] : [])));
  const named = (x: { k: number; fn: CFunction }, text: string | null): { name: string; lines: string[] } => ({ name: x.fn.name, lines: (text ?? '').split('\n').slice(x.fn.line - 1, x.fn.endLine) });
  const moves = lost.length === 0 || gained.length === 0 ? [] : matchFunctions(lost.map((x) => named(x, pairs[x.k]?.pre ?? null)), gained.map((x) => named(x, pairs[x.k]?.post ?? null))).flatMap((m) => {
    const was = lost.find((x) => x.fn.name === m.pre), is = gained.find((x) => x.fn.name === m.post);
    return was && is && was.k !== is.k ? [{ was, is }] : [];
  });
  return touched.map((list) => list.flatMap((t) => {
    if (moves.some((m) => m.was.fn === t.pre && !t.post)) return [];
    const move = moves.find((m) => m.is.fn === t.post && !t.pre);
    return [move ? { pre: move.was.fn, post: t.post, from: pairs[move.was.k] ?? null } : t];
  }));
}

/** `#if` branches may define one name several times; the function is judged once. */
function oncePerName(functions: readonly CFunction[]): CFunction[] {
  const seen = new Set<string>();
  return functions.filter((f) => !seen.has(f.name) && seen.add(f.name));
}

function reviewFunction(pair: SourcePair, t: Touched, sides: { pre: Program; post: Program }, siblings: readonly Touched[], order: FunctionPair['order'], gaps: Gap[], highlight: ReviewTools['highlight']): { report: ReportFunction; judged: Judged[]; pre: Analysed | null; post: Analysed | null } | null {
  const earlier = t.from ?? pair;
  const pre = t.pre ? sides.pre.analyse(earlier.oldPath ?? earlier.path, t.pre.name) : null;
  const post = t.post ? sides.post.analyse(pair.path, t.post.name) : null;
  if (!pre && !post) return null;
  for (const side of [pre, post]) if (side) gaps.push(...side.gaps);
  const name = post?.fn.name ?? pre?.fn.name ?? '';
  // The other half of a bracket relies on this half as a caller does.
  const callers = [...sides.post.callers(pair.path, name), ...partnersOf(name)];
  const adjustedCallers = siblings.flatMap((s) => (s.post && callers.includes(s.post.name) ? sides.post.analyse(pair.path, s.post.name) ?? [] : []));
  const change = compareSides(pre && { name: pre.fn.name, summary: pre.summary, cfg: pre.cfg, text: sourceOf(earlier.pre, pre.fn, undefined).lines.join('\n') }, post && { name: post.fn.name, summary: post.summary, cfg: post.cfg, text: sourceOf(pair.post, post.fn, undefined).lines.join('\n') }, t.from === null ? null : earlier.oldPath ?? earlier.path);
  const report: ReportFunction = {
    patch: pair.patch, file: pair.path, name, completeness: pair.completeness, ...change,
    pre: pre ? sourceOf(earlier.pre, pre.fn, highlight) : null, post: post ? sourceOf(pair.post, post.fn, highlight) : null,
  };
  // Only a part of the function was given: what looks like a lost lock may be in the part that was not.
  // A file that the patch fits only in part is neither what was before nor what was meant.
  const functions = { file: pair.path, pre, post, adjustedCallers, order, bodies: { pre: (n: string) => sides.pre.analyse(earlier.oldPath ?? earlier.path, n), post: (n: string) => sides.post.analyse(pair.path, n) } };
  const shown = pair.completeness === 'fragments' ? shownDifference(functions, addsNoCall(pair)) : null;
  const judged = shown !== null ? toldOfBorrowed(shown, pre, post) : pair.fit !== 'none' ? differ(functions) : [];
  return { report, judged, pre, post };
}

/** A caller that an earlier patch left behind, by where it is and what is wrong in it; `mended`: the patch that adjusts it. */
interface BrokenCaller { readonly key: string; readonly fingerprint: string; readonly resource: string; mended: number | null }

/** What looks new in a caller that is adjusted only now is what it did before it was left behind. */
function putsRight(one: Reviewed, j: Judged, broken: readonly BrokenCaller[]): boolean {
  return j.finding.status === 'introduced' && j.draft.event.certainty === 'contract' && one.post !== null
    && broken.some((b) => b.key === `${one.pair.path} ${one.report.name}` && lastName(b.resource) === lastName(j.finding.resource) && one.post !== null && isEven(one.post.summary, b.resource));
}

interface Reviewed { readonly report: ReportFunction; readonly judged: readonly Judged[]; readonly pre: Analysed | null; readonly post: Analysed | null; readonly pair: SourcePair }

/** The same, with what the callers of those functions whose contract has changed make of it. */
function withCallers(reviewed: readonly Reviewed[], around: Around, program: Program, gaps: Gap[]): Reviewed[] {
  const changed = reviewed.flatMap((r) => (r.pre && r.post && r.pair.completeness === 'whole' && r.pair.fit !== 'none' && r.pre.fn.params.length === r.post.fn.params.length && !r.pre.summary.bounded && !r.post.summary.bounded && !wrongInItself(r.judged) && contractDelta(r.pre.summary, r.post.summary).size > 0 ? [{ ...r, pre: r.pre, post: r.post }] : []));
  if (changed.length === 0) return [...reviewed];
  const { callers, gaps: unread } = callersOf(changed.map((r) => ({ name: r.post.fn.name, file: r.pair.path, static: r.post.fn.static && !r.pair.path.endsWith('.h') })), around);
  gaps.push(...unread);
  const back = callers.map((x) => ({ ...x, pre: x.post, post: x.pre }));
  return reviewed.map((r) => {
    const one = changed.find((x) => x.report === r.report);
    if (!one) return r;
    const name = one.post.fn.name, broken = besides(name, r.pair.path, callerEvents(one.pre, one.post, callers), 'introduced', r.judged), mended = besides(name, r.pair.path, callerEvents(one.post, one.pre, back), 'fixed', r.judged);
    const adjusted = [...new Set([...around.texts.keys()].flatMap((path) => program.callers(path, name)))].filter((n) => around.touched.has(n));
    // What callers rely on, or relied on before they were changed with it, was no mistake.
    const relied = (resource: string): boolean => broken.some((j) => lastName(j.finding.resource) === lastName(resource)) || reviewed.some((x) => adjusted.includes(x.report.name) && x.pre?.summary.ops.some((o) => lastName(o.text) === lastName(resource)));
    const settledByCallers = (j: Judged): boolean => j.finding.status === 'fixed' && relied(j.finding.resource);
    const failing = new Set(broken.flatMap((j) => brokenCallers(j.draft.event)));
    const asTheyWere = callers.filter((x) => x.of.has(name)).map((x) => x.name);
    const tell = (what: string, names: readonly string[]): string[] => (names.length > 0 ? [`${what}: ${names.map((n) => `${n}()`).join(', ')}`] : []);
    const details = [...tell('callers changed with it', adjusted), ...tell('callers not adjusted', asTheyWere.filter((n) => failing.has(n))), ...tell('callers as they were, nothing wrong found in them', asTheyWere.filter((n) => !failing.has(n)))];
    return { ...r, report: { ...r.report, details: [...r.report.details, ...details] }, judged: [...r.judged.filter((j) => !settledByCallers(j)), ...broken, ...mended] };
  });
}

/** Nothing that the patch adds to the file looks like a call. */
function addsNoCall(pair: SourcePair): boolean {
  const lines = (pair.post ?? '').split('\n');
  return pair.touched.every(({ post: [from, to] }) => !lines.slice(from - 1, to).some((l) => /\w\s*\(/.test(l)));
}

function judgeAll(found: readonly Found[], tools: ReviewTools): ReportFinding[] {
  const sorted = [...found].sort((a, b) => a.patch - b.patch || compare(a.finding.file, b.finding.file) || a.finding.line - b.finding.line || compare(a.finding.rule, b.finding.rule) || compare(a.finding.fingerprint, b.finding.fingerprint));
  const verdicts = verdictsOf(sorted, tools);
  return sorted.map((f, i) => settled({ ...f.finding, path: withBorrowed(toldPath(f.finding, (f.finding.status === 'fixed' ? f.pre : f.post)?.cfg ?? null), f.finding.status === 'fixed' ? f.pre : f.post), patch: f.patch, mailLine: f.finding.status === 'fixed' ? null : f.pair.mailLines.get(f.finding.line) ?? null, id: `F${i + 1}`, message: fillMessage(messageOf(f), f.draft.args), verdict: verdicts[i] as Verdict, ...(f.mended === undefined ? {} : { mendedBy: f.mended }) }));
}

/** One verdict for each finding, in their order. */
function verdictsOf(found: readonly Found[], tools: ReviewTools): readonly Verdict[] {
  const { judge } = tools;
  let finding = 0;
  const done = (): void => { tools.progress({ stage: 'model', finding: finding += 1, of: found.length }); };
  const asked = found.map((f) => requestOf(f, tools));
  const requests = asked.flatMap((a) => ('state' in a ? [] : [a]));
  if (judge !== null && tools.judgeMany !== undefined && tools.stopped === undefined) {
    const answers = tools.judgeMany(requests, done);
    return asked.map((a) => ('state' in a ? a : answers[requests.indexOf(a)] as Verdict));
  }
  return asked.map((a) => {
    done();
    if ('state' in a || judge === null) return 'state' in a ? a : NOT_RUN;
    return tools.stopped?.() === true ? { state: 'unmodelled', why: 'the run was stopped before this finding was modelled' } : judge(a);
  });
}

const NOT_RUN: Verdict = { state: 'unmodelled', why: 'the model was switched off' };

/** Rules whose findings are not about one expression of the function. */
const WITHOUT_OBJECT: ReadonlySet<string> = new Set(['ttu-flags', 'missing-recheck', 'lock-order', 'sleep-in-atomic', 'alloc-in-reclaim-path', 'unguarded-access', 'rcu-escape', 'contract-change']);

/** What a patch repairs may need words of its own: `<code>Fixed`. */
function messageOf({ finding, draft }: Found): string {
  const { messages } = draft.rule.meta;
  return (finding.status === 'fixed' ? messages[`${draft.code}Fixed`] : undefined) ?? messages[draft.code] ?? draft.code;
}

/** What the model is asked, or why it is not. */
function requestOf(f: Found, tools: ReviewTools): ModelRequest | Verdict {
  if (!tools.judge) return NOT_RUN;
  if (f.finding.status === 'preexisting' && f.patch !== 0) return { state: 'unmodelled', why: 'not new: only what the series changes is modelled' };
  const { draft } = f;
  if (f.finding.severity === 'note' && draft.event.certainty === 'contract') return { state: 'unmodelled', why: 'callers, or other functions of the patch, were changed along with it: what they expect now is not modelled' };
  if (f.pair.completeness === 'fragments' && [f.pre, f.post].some((side) => side !== null && isPartial(side.fn))) return { state: 'unmodelled', why: 'there is no base: only what the hunks show of the function could be run' };
  // A lost handle is nobody's; anything else in a new function may rest on what its callers bring.
  if (f.pair.completeness === 'fragments' && f.pre === null && draft.rule.meta.id !== 'lock-result-ignored') return { state: 'unmodelled', why: 'there is no base: what the callers of a new function hold is not shown' };
  if (f.pair.fit === 'none' && f.pair.completeness === 'whole') return { state: 'unmodelled', why: 'the patch does not fit this base: part of it could not be applied here' };
  if (!draft.event.object && !WITHOUT_OBJECT.has(draft.rule.meta.id)) return { state: 'unmodelled', why: 'the object is not one expression of the function' };
  const side = (a: Analysed | null): ModelRequest['before'] => (a ? { cfg: a.cfg, effects: a.effects, types: a.types, file: isBorrowed(a) ? `knowledge, lines ${a.fn.body?.line ?? 0}-${a.fn.body?.endLine ?? 0}, and ${a.file}` : a.file } : null);
  const fixed = f.finding.status === 'fixed';
  const after = side(fixed ? f.pre : f.post), before = side(fixed ? f.post : f.pre);
  if (!after) return { state: 'unmodelled', why: 'the function is not there on this side' };
  return { finding: { rule: f.finding.rule, code: f.finding.code, resource: f.finding.resource, place: f.finding.place, function: f.finding.function, line: f.finding.line, path: f.finding.path, detail: draft.event.detail }, object: draft.event.object, kind: draft.event.lockKind, before, after };
}

/** Reads each side of each file once, as far as its patch can reach. */
function cachedReader(tools: ReviewTools, gaps: Gap[]): (pair: SourcePair, side: 'pre' | 'post') => CFile | null {
  const cache = new Map<string, CFile>();
  const pathOn = (pair: SourcePair, side: 'pre' | 'post'): string => (side === 'pre' ? pair.oldPath ?? pair.path : pair.path);
  const keep = (pair: SourcePair, side: 'pre' | 'post', file: CFile | null): void => { if (file) cache.set(`${side} ${pair.patch} ${pathOn(pair, side)}`, file); };
  const shown = (pair: SourcePair, side: 'pre' | 'post'): CFile | null => { if (pair[side] === null) return null; const r = tools.parseFragments(pathOn(pair, side), pair, side); gaps.push(...r.gaps); return r.file; };
  return (pair, side) => {
    const text = pair[side], path = pathOn(pair, side), key = `${side} ${pair.patch} ${path}`;
    if (text === null) return null;
    if (!cache.has(key)) {
      if (pair.completeness === 'fragments') { const both = completeFragments({ pre: shown(pair, 'pre'), post: shown(pair, 'post') }, pair.touched, tools.primitives.definition); gaps.push(...both.gaps); keep(pair, 'pre', both.pre); keep(pair, 'post', both.post); }
      else { const r = tools.parseC(path, text, reach(text, pair.touched.map((t) => t[side]), (n) => tools.primitives.contract(n, -1)?.flags?.lockedFlag !== undefined)); gaps.push(...r.gaps); keep(pair, side, r.file); }
    }
    return cache.get(key) ?? null;
  };
}

function sourceOf(text: string | null, fn: CFunction, highlight: ReviewTools['highlight']): SourceText {
  const lines = (text ?? '').split('\n').slice(fn.line - 1, fn.endLine);
  return { line: fn.line, lines, syntax: highlight?.(lines.join('\n')) ?? [] };
}

function patchOf(p: Series['patches'][number], pairs: readonly SourcePair[]): ReportPatch {
  const fit = pairs.map((x) => x.fit).sort((a, b) => FITS.indexOf(b) - FITS.indexOf(a))[0] ?? 'none';
  return { index: p.index, subject: p.subject, heading: p.message.subject, messageId: p.messageId, certainty: p.certainty, fit, files: [...new Set(p.files.map((f) => f.newPath ?? f.oldPath ?? ''))].sort(), author: p.author, date: p.message.date, diffs: p.files.map(quotable) };
}

function uniqueGaps(gaps: readonly Gap[]): Gap[] {
  const seen = new Map(gaps.map((g) => [JSON.stringify([g.stage, g.file, g.function, g.why]), g]));
  return [...seen.values()].sort((a, b) => compare(a.file, b.file) || compare(a.function, b.function) || compare(a.stage, b.stage) || compare(a.why, b.why));
}

function sortedFunctions(functions: readonly ReportFunction[]): ReportFunction[] {
  return [...functions].sort((a, b) => a.patch - b.patch || compare(a.file, b.file) || firstLine(a) - firstLine(b));
}

function stoppedGap(file: string, why: string): Gap { return { stage: 'host', file, function: '', why }; }
function firstLine(f: ReportFunction): number { return (f.post ?? f.pre)?.line ?? 0; }
function compare(a: string, b: string): number { return a < b ? -1 : a > b ? 1 : 0; }
