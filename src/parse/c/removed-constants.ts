import type { SourcePair } from '../series.js';

/** Enumerators and macros with a value whose definition a patch takes out and nowhere puts back. */
export function removedConstants(pairs: readonly SourcePair[]): ReadonlySet<string> {
  const gone = new Set<string>();
  const kept = new Set<string>();
  for (const p of pairs)
    for (const [side, found] of [
      ['pre', gone],
      ['post', kept],
    ] as const) {
      const lines = (p[side] ?? '').split('\n');
      for (const t of p.touched) {
        const [from, to] = t[side];
        for (const line of lines.slice(from - 1, to)) {
          const name = DEFINES.exec(line)?.[1] ?? DEFINES.exec(line)?.[2];
          if (name !== undefined) found.add(name);
        }
      }
    }
  for (const name of kept) gone.delete(name);
  return gone;
}

/** `NAME = value,` or `#define NAME value`. */
const DEFINES = /^\s*(?:([A-Z][A-Z0-9_]*)\s*=[^=;]*,|#\s*define\s+([A-Z][A-Z0-9_]*)\s+\S)/;
