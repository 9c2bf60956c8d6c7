import type { Gap } from '../gap.js';
import type { CFile, CFunction, Expr, Stmt } from './ast.js';
import { gotosIn, labelsIn, listsOf } from './labels.js';
import { isPartial } from './unshown.js';

/** The two sides of a file of which only hunks are shown. */
export interface ShownSides {
  readonly pre: CFile | null;
  readonly post: CFile | null;
  readonly gaps: readonly Gap[];
}

/**
 * Functions that are shown in part and of which a body is known elsewhere (`known`: what the knowledge says of them)
 * become whole: the code before is that body, the code after is that body with what the patch adds in its place, which
 * is before the shown statement that follows. Only where the patch adds statements and takes nothing away, and where
 * the place of each is certain. A label that the hunks do not place stands at the start.
 */
export function completeFragments(
  sides: { readonly pre: CFile | null; readonly post: CFile | null },
  touched: readonly { readonly pre: readonly [number, number]; readonly post: readonly [number, number] }[],
  known: (name: string) => CFunction | null,
): ShownSides {
  const { pre, post } = sides;
  if (pre === null || post === null) return { pre, post, gaps: [] };
  const gaps: Gap[] = [];
  const before = new Map<CFunction, CFunction>();
  const after = new Map<CFunction, CFunction>();
  for (const is of post.functions) {
    const was = pre.functions.find((f) => f.name === is.name);
    const body = isPartial(is) ? known(is.name) : null;
    if (!was || !isPartial(was) || !body?.body || body.params.length !== is.params.length) continue;
    const removes = touched.some(({ pre: [from, to] }) => to >= from && from <= was.endLine && to >= was.line);
    const made = removes ? null : withAdded(body, is, (line) => touched.some(({ post: [from, to] }) => from <= line && line <= to));
    if (made === null) continue;
    before.set(was, { ...body, line: was.line, endLine: was.endLine });
    after.set(is, { ...body, body: made, line: is.line, endLine: is.endLine });
    gaps.push({
      stage: 'parse',
      file: post.path,
      function: is.name,
      why: `the lines of this function that are not shown were taken from the knowledge, where they are lines ${body.line}-${body.endLine}${lost(body, made)}`,
    });
  }
  const replaced = (file: CFile, by: ReadonlyMap<CFunction, CFunction>): CFile => ({ ...file, functions: file.functions.map((f) => by.get(f) ?? f) });
  return before.size === 0 ? { pre, post, gaps } : { pre: replaced(pre, before), post: replaced(post, after), gaps };
}

/** The labels that the hunks do not place. */
function lost(known: CFunction, made: Block): string {
  const had = labelsIn(known.body?.body ?? []);
  const names = labelsIn(made.body).filter((l) => !had.includes(l));
  return names.length === 0 ? '' : `; label ${names.join(', ')} is taken to stand at its start`;
}

type Block = Extract<Stmt, { k: 'block' }>;
/** Statements that the patch adds, and the shown one that follows them. */
interface Run {
  readonly added: readonly Stmt[];
  readonly next: Stmt;
}

function withAdded(known: CFunction, shown: CFunction, isAdded: (line: number) => boolean): Block | null {
  const runs = shown.body ? runsIn(shown.body.body, isAdded) : null;
  if (runs === null || runs.length === 0 || !known.body) return null;
  let body: Block = known.body;
  for (const run of runs) {
    const key = keyOf(run.next);
    const places = key === null ? 0 : count(body.body, key);
    if (key === null || places !== 1) return null;
    body = { ...body, body: insert(body.body, key, run.added) };
  }
  const has = new Set(labelsIn(body.body));
  const wanted = [...new Set(gotosIn(body.body).map((g) => g.label))].filter((l) => !has.has(l));
  return { ...body, body: [...wanted.map((label): Stmt => ({ k: 'label', label, line: body.line })), ...body.body] };
}

/** Null: something is added whose place nothing shows. Declarations and labels by themselves do nothing. */
function runsIn(list: readonly Stmt[], isAdded: (line: number) => boolean): Run[] | null {
  const runs: Run[] = [];
  let added: Stmt[] = [];
  for (const s of list) {
    if (s.k !== 'unknown' && isAdded(s.line)) {
      if (s.k !== 'decl' && s.k !== 'label') added.push(s);
      continue;
    }
    if (added.length > 0) {
      if (s.k === 'unknown') return null;
      runs.push({ added, next: s });
      added = [];
    }
    for (const inner of listsOf(s)) {
      const more = runsIn(inner, isAdded);
      if (more === null) return null;
      runs.push(...more);
    }
  }
  return added.length > 0 ? null : runs;
}

function insert(list: readonly Stmt[], key: string, added: readonly Stmt[]): readonly Stmt[] {
  return list.flatMap((s): readonly Stmt[] => (keyOf(s) === key ? [...added, s] : [mapLists(s, (inner) => insert(inner, key, added))]));
}

function count(list: readonly Stmt[], key: string): number {
  return list.reduce((n, s) => n + (keyOf(s) === key ? 1 : 0) + listsOf(s).reduce((m, inner) => m + count(inner, key), 0), 0);
}

function mapLists(s: Stmt, change: (list: readonly Stmt[]) => readonly Stmt[]): Stmt {
  const one = (inner: Stmt): Stmt => {
    const list = change([inner]);
    const [only, more] = list;
    return only && !more ? only : { k: 'block', body: list, line: inner.line, endLine: inner.line };
  };
  switch (s.k) {
    case 'block':
      return { ...s, body: change(s.body) };
    case 'if':
      return { ...s, then: one(s.then), else: s.else && one(s.else) };
    case 'while':
    case 'do':
    case 'for':
    case 'switch':
    case 'macro':
      return { ...s, body: one(s.body) };
    case 'config':
      return { ...s, then: change(s.then), else: change(s.else) };
    default:
      return s;
  }
}

/** What a statement does, for comparison; null where nothing tells it from others. */
function keyOf(s: Stmt): string | null {
  const key = (e: Expr): string => JSON.stringify(e, (name, value: unknown) => (name === 'line' ? undefined : value));
  return s.k === 'if' ? `if ${key(s.test)}` : s.k === 'expr' ? key(s.expr) : null;
}
