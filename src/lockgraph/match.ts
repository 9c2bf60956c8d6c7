/** A function on one side: its name and its lines. */
export interface Named {
  readonly name: string;
  readonly lines: readonly string[];
}

/** Below this share of common lines two functions are not taken for one that was renamed. */
const SIMILAR = 0.6;

/**
 * Pairs the functions of two sides: by name, then, among those without a partner, by likeness of their lines, so
 * that a renamed function keeps its history. Returns post name (or null) and pre name (or null), in post order,
 * removed functions last.
 */
export function matchFunctions(pre: readonly Named[], post: readonly Named[]): { readonly pre: string | null; readonly post: string | null }[] {
  const preNames = new Set(pre.map((f) => f.name));
  const postNames = new Set(post.map((f) => f.name));
  const orphans = pre.filter((f) => !postNames.has(f.name));
  const partner = new Map<string, string>();
  for (const f of post) {
    if (preNames.has(f.name)) continue;
    let best: Named | null = null;
    let score = SIMILAR;
    for (const o of orphans) {
      if ([...partner.values()].includes(o.name)) continue;
      const s = likeness(o.lines, f.lines);
      if (s > score) {
        best = o;
        score = s;
      }
    }
    if (best) partner.set(f.name, best.name);
  }
  const taken = new Set(partner.values());
  return [
    ...post.map((f) => ({ pre: preNames.has(f.name) ? f.name : (partner.get(f.name) ?? null), post: f.name })),
    ...orphans.filter((o) => !taken.has(o.name)).map((o) => ({ pre: o.name, post: null })),
  ];
}

/** Share of lines in common, 0 to 1 (Dice), blank lines and lone braces aside. */
function likeness(a: readonly string[], b: readonly string[]): number {
  const clean = (lines: readonly string[]): string[] => lines.map((l) => l.trim()).filter((l) => l.length > 1);
  const x = clean(a).slice(1);
  const y = clean(b).slice(1);
  if (x.length + y.length === 0) return 0;
  const left = new Map<string, number>();
  for (const l of x) left.set(l, (left.get(l) ?? 0) + 1);
  let common = 0;
  for (const l of y) {
    const n = left.get(l) ?? 0;
    if (n > 0) {
      common++;
      left.set(l, n - 1);
    }
  }
  return (2 * common) / (x.length + y.length);
}
