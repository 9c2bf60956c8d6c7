import type { CFile, CFunction } from '../parse/c/ast.js';
import type { SourcePair } from '../parse/series.js';
import { matchFunctions } from './match.js';

/** `from`: where the function stood before, if that is another file of the same patch. */
export interface Touched {
  readonly pre: CFunction | null;
  readonly post: CFunction | null;
  readonly from: SourcePair | null;
}

/** The functions that a patch touches, one list per file, paired across the two sides and across files. */
export function touchedBy(pairs: readonly SourcePair[], read: (pair: SourcePair, side: 'pre' | 'post') => CFile | null): Touched[][] {
  return followMoves(
    pairs,
    pairs.map((p) => touchedFunctions(p, read(p, 'pre'), read(p, 'post'))),
  );
}

/** The functions that a patch touches in one file, paired across the two sides. */
function touchedFunctions(pair: SourcePair, pre: CFile | null, post: CFile | null): Touched[] {
  const hit = (file: CFile | null, side: 'pre' | 'post'): CFunction[] =>
    oncePerName(
      (file?.functions ?? []).filter(
        (f) =>
          f.kind === 'function' &&
          f.body &&
          f.variant === 0 &&
          pair.touched.some((t) => {
            const [from, to] = t[side];
            return to < from ? f.line < from && from <= f.endLine : from <= f.endLine && to >= f.line;
          }),
      ),
    );
  const a = hit(pre, 'pre');
  const b = hit(post, 'post');
  const byName = (file: CFile | null, name: string): CFunction | null =>
    file?.functions
      .filter((f) => f.kind === 'function' && f.body && f.variant === 0 && f.name === name)
      .sort((x, y) => y.endLine - y.line - (x.endLine - x.line))[0] ?? null;
  const lines = (text: string | null, f: CFunction): { name: string; lines: string[] } => ({
    name: f.name,
    lines: (text ?? '').split('\n').slice(f.line - 1, f.endLine),
  });
  const all = matchFunctions(
    a.filter((f) => !byName(post, f.name) || b.some((g) => g.name === f.name)).map((f) => lines(pair.pre, f)),
    b.filter((f) => !byName(pre, f.name) || a.some((g) => g.name === f.name)).map((f) => lines(pair.post, f)),
  );
  const touched: Touched[] = all.map((m) => ({ pre: m.pre ? byName(pre, m.pre) : null, post: m.post ? byName(post, m.post) : null, from: null }));
  const seen = new Set(touched.flatMap((t) => [t.pre?.name, t.post?.name]));
  for (const f of [...a, ...b])
    if (!seen.has(f.name)) {
      seen.add(f.name);
      touched.push({ pre: byName(pre, f.name), post: byName(post, f.name), from: null });
    }
  return touched.filter((t) => t.pre || t.post);
}

/** Functions that one file of a patch loses and another gains are one that moved. */
function followMoves(pairs: readonly SourcePair[], touched: readonly (readonly Touched[])[]): Touched[][] {
  const lost = touched.flatMap((list, k) => list.flatMap((t) => (t.pre && !t.post ? [{ k, fn: t.pre }] : [])));
  const gained = touched.flatMap((list, k) => list.flatMap((t) => (t.post && !t.pre ? [{ k, fn: t.post }] : [])));
  const named = (x: { k: number; fn: CFunction }, text: string | null): { name: string; lines: string[] } => ({
    name: x.fn.name,
    lines: (text ?? '').split('\n').slice(x.fn.line - 1, x.fn.endLine),
  });
  const moves =
    lost.length === 0 || gained.length === 0
      ? []
      : matchFunctions(
          lost.map((x) => named(x, pairs[x.k]?.pre ?? null)),
          gained.map((x) => named(x, pairs[x.k]?.post ?? null)),
        ).flatMap((m) => {
          const was = lost.find((x) => x.fn.name === m.pre);
          const is = gained.find((x) => x.fn.name === m.post);
          return was && is && was.k !== is.k ? [{ was, is }] : [];
        });
  return touched.map((list) =>
    list.flatMap((t) => {
      if (moves.some((m) => m.was.fn === t.pre && !t.post)) return [];
      const move = moves.find((m) => m.is.fn === t.post && !t.pre);
      return [move ? { pre: move.was.fn, post: t.post, from: pairs[move.was.k] ?? null } : t];
    }),
  );
}

/** `#if` branches may define one name several times; the function is judged once. */
function oncePerName(functions: readonly CFunction[]): CFunction[] {
  const seen = new Set<string>();
  return functions.filter((f) => !seen.has(f.name) && seen.add(f.name));
}
