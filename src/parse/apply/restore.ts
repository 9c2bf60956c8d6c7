import { type Candidate, continuation, distinct, leading, STYLES, type StyleCosts, statementIndents, styleCosts } from './indent.js';
import { type BaseText, looseKey, type PlacedLine, type Placement } from './place.js';
import { budget, type Choice, type Piece, prove } from './prove.js';
import { mostSimilar, spacings } from './spacing.js';

export interface Restored {
  readonly placements: readonly Placement[];
  /** Is the text the one that the blob id names? */
  readonly proved: boolean;
}

/** A stretch of a placement's result: lines that are known, or some that are decided together. */
type Stretch = { readonly known: PlacedLine } | { readonly lines: readonly PlacedLine[]; readonly choice: Choice };

/** Distributions of blank lines around added runs that are tried besides the likeliest one. */
const VARIANTS = 10;
/** Lines of damaged hunks in one file whose white space is worked on. */
const MOST_LINES = 6_000;

/**
 * Gives added lines of white-space-damaged hunks the indentation that style asks for at their place and the inner white
 * space of like lines, and dropped blank lines their side of the added ones. All are guesses, and the tokens stay the
 * same; when some combination of the likely ones has the blob id `id`, that one is taken and proved.
 */
export function restore(base: BaseText, placements: readonly Placement[], id: string | null): Restored {
  const todo = placements.filter((p) => needsIt(base, p));
  if (todo.length === 0 || todo.reduce((n, p) => n + p.lines.length, 0) > MOST_LINES) return { placements, proved: false };
  const variants = blankVariants(placements);
  const left = budget();
  const costs = costsOf(base);
  let usual: readonly Placement[] | null = null;
  for (const [n, variant] of variants.entries()) {
    const stretches = variant.map((p) => (needsIt(base, p) ? stretchesOf(base, p, costs(p.start)) : p.lines.map((known): Stretch => ({ known }))));
    usual ??= variant.map((p, i) => ({ ...p, lines: stretches[i]!.flatMap((s) => pick(s, 0)) }));
    if (id === null || id.length < 7 || !base.finalNewline) break;
    const found = prove(pieces(base, variant, stretches), id, left, n === 0 ? Math.ceil(left.tries / (variants.length > 1 ? 2 : 1)) : 300);
    if (found === null) continue;
    let at = 0;
    const lines = stretches.map((list) => list.flatMap((s) => pick(s, 'known' in s ? 0 : found[at++]!)));
    return { placements: variant.map((p, i) => ({ ...p, lines: lines[i]! })), proved: true };
  }
  return { placements: usual ?? placements, proved: false };
}

/** The file's style around a line; neighbouring hunks share it. */
function costsOf(base: BaseText): (start: number) => StyleCosts {
  const known = new Map<number, StyleCosts>();
  return (start) => {
    const part = Math.floor(start / 2000);
    const found = known.get(part) ?? styleCosts(base.lines, part * 2000 + 1000);
    known.set(part, found);
    return found;
  };
}

function needsIt(base: BaseText, placed: Placement): boolean {
  return placed.how === 'white-space' || (base.lines.length === 0 && placed.damaged);
}

function pick(stretch: Stretch, option: number): readonly PlacedLine[] {
  if ('known' in stretch) return [stretch.known];
  return stretch.lines.map((line, i) => ({ ...line, text: stretch.choice.options[option]!.lines[i]! }));
}

/** The whole result as fixed text and choices. */
function pieces(base: BaseText, placements: readonly Placement[], stretches: readonly (readonly Stretch[])[]): Piece[] {
  const out: Piece[] = [];
  let fixed: string[] = [];
  const flush = (): void => {
    if (fixed.length > 0) out.push(fixed.map((l) => `${l}\n`).join(''));
    fixed = [];
  };
  let at = 0;
  placements.forEach((placed, i) => {
    for (; at < placed.start; at++) fixed.push(base.lines[at]!);
    for (const stretch of stretches[i]!) {
      if ('known' in stretch) {
        if (stretch.known.kind !== '-') fixed.push(stretch.known.text);
        continue;
      }
      flush();
      out.push(stretch.choice);
    }
    at = placed.end;
  });
  for (; at < base.lines.length; at++) fixed.push(base.lines[at]!);
  flush();
  return out;
}

function stretchesOf(base: BaseText, placed: Placement, costs: StyleCosts): Stretch[] {
  const cr = base.lines.filter((l) => l.endsWith('\r')).length * 2 > base.lines.length ? '\r' : '';
  const above = base.lines.slice(Math.max(0, placed.start - 60), placed.start);
  const out: Stretch[] = [];
  for (let i = 0; i < placed.lines.length; i++) {
    const line = placed.lines[i]!;
    if (line.kind !== '+') {
      out.push({ known: line });
      if (line.kind === ' ') above.push(line.text);
      continue;
    }
    if (!placed.damaged || !isCollapsed(line.text)) {
      // The mail's transport took the CR of a file with CRLF line ends.
      const known = { ...line, text: line.text.endsWith('\r') ? line.text : line.text + cr };
      out.push({ known });
      above.push(known.text);
      continue;
    }
    const group = groupFrom(placed.lines, i, above);
    const choice = choose(base, placed, i, group, above, costs);
    const best = choice.options[0]!.lines;
    above.push(...best);
    out.push({
      lines: placed.lines.slice(i, i + group),
      choice: cr === '' ? choice : { options: choice.options.map((o) => ({ ...o, lines: o.lines.map((l) => l + cr) })) },
    });
    i += group - 1;
  }
  return out;
}

/** How many added lines from `i` on are inside the same parentheses: their layout is one decision. */
function groupFrom(lines: readonly PlacedLine[], i: number, above: readonly string[]): number {
  if (!lines[i]!.text.startsWith(' ')) return 1;
  const shown = [...above];
  let n = 0;
  while (n < 12 && lines[i + n]?.kind === '+' && lines[i + n]!.text.startsWith(' ') && isCollapsed(lines[i + n]!.text)) {
    const by = continuation(shown, lines[i + n]!.text.trim());
    if (by === null) break;
    shown.push(by.get('align')! + lines[i + n]!.text.trim());
    n++;
  }
  return Math.max(1, n);
}

/** Options for `size` lines from `i` on: for continuation lines each style for all of them, and single ones that differ. */
function choose(base: BaseText, placed: Placement, i: number, size: number, above: readonly string[], costs: StyleCosts): Choice {
  const lines = placed.lines.slice(i, i + size);
  const below = placed.lines.slice(i + size).find((l) => l.kind === ' ' && l.text.trim() !== '')?.text ?? null;
  const removed = removedNear(placed.lines, i);
  const settle = (
    style: (typeof STYLES)[number] | null,
  ): { readonly lines: readonly string[]; readonly cost: number; readonly each: readonly (readonly Candidate[])[] } => {
    const shown = [...above];
    let cost = 0;
    const each: (readonly Candidate[])[] = [];
    const chosen = lines.map((line) => {
      const candidates = lineCandidates(base, line.text, shown, below, removed, costs, style);
      each.push(candidates);
      cost += candidates[0]!.cost;
      shown.push(candidates[0]!.text);
      return candidates[0]!.text;
    });
    return { lines: chosen, cost, each };
  };
  const usual = settle(null);
  const options: { cost: number; lines: readonly string[] }[] = [{ cost: 0, lines: usual.lines }];
  const inside = size > 1 || continuation(above, lines[0]!.text.trim()) !== null;
  if (inside && size > 1)
    for (const style of STYLES) {
      const all = settle(style);
      options.push({ cost: Math.max(0.1, costs[style] - Math.min(...STYLES.map((s) => costs[s]))), lines: all.lines });
    }
  usual.each.forEach((candidates, k) => {
    for (const c of candidates.slice(1))
      options.push({ cost: Math.max(0, c.cost - candidates[0]!.cost) + (size > 1 ? 1 : 0), lines: usual.lines.map((l, at) => (at === k ? c.text : l)) });
  });
  const seen = new Set<string>();
  const sorted = options.sort((a, b) => a.cost - b.cost).filter((o) => !seen.has(o.lines.join('\n')) && seen.add(o.lines.join('\n')));
  return { options: sorted.slice(0, 60) };
}

function lineCandidates(
  base: BaseText,
  text: string,
  above: readonly string[],
  below: string | null,
  removed: readonly string[],
  costs: StyleCosts,
  style: (typeof STYLES)[number] | null,
): readonly Candidate[] {
  const same = base.loose().get(looseKey(text)) ?? [];
  const twins = [...new Set(same.slice(0, 20).map((s) => base.lines[base.solid()[s]!]!))].filter((t) => collapse(t) === collapse(text));
  const indents = text.startsWith(' ') ? indentCandidates(text.trim(), above, below, removed, costs, style) : [{ text: '', cost: 0 }];
  const neighbours = [...above.slice(-3).reverse(), ...(below === null ? [] : [below])];
  const first = spacings(collapse(text), indents[0]!.text, { twins, removed, neighbours });
  // Usually only one of the two is unlike: the others' combinations are tried last.
  const out = indents.flatMap((indent, n) =>
    (n === 0 ? first : spacings(collapse(text), indent.text, { twins, removed, neighbours }).slice(0, 3)).map((inner) => ({
      text: indent.text + inner.text,
      cost: indent.cost + inner.cost,
    })),
  );
  return distinct(out).slice(0, 40);
}

function indentCandidates(
  text: string,
  above: readonly string[],
  below: string | null,
  removed: readonly string[],
  costs: StyleCosts,
  style: (typeof STYLES)[number] | null,
): readonly Candidate[] {
  const similar = mostSimilar(text.split(' '), removed);
  const by = continuation(above, text);
  if (by === null) {
    const list = [...statementIndents({ above, below, costs }, text)];
    if (similar !== null) list.push({ text: leading(similar), cost: 0.7 });
    return distinct(list);
  }
  if (style !== null && by.has(style)) return [{ text: by.get(style)!, cost: 0 }];
  const list: Candidate[] = STYLES.flatMap((s) => (by.has(s) ? [{ text: by.get(s)!, cost: costs[s] }] : []));
  if (similar !== null) list.push({ text: leading(similar), cost: 0.4 });
  if (below !== null) list.push({ text: leading(below), cost: 2.5 });
  for (let n = 1; n <= 8; n++) list.push({ text: '\t'.repeat(n), cost: 5 });
  for (const [k, extra] of ['  ', '    ', ' '].entries()) list.push({ text: leading(above.at(-1) ?? '') + extra, cost: 5 + k });
  const sorted = distinct(list);
  return sorted.map((c) => ({ text: c.text, cost: c.cost - sorted[0]!.cost }));
}

/** Removed lines of the same change, and of its neighbours. */
function removedNear(lines: readonly PlacedLine[], i: number): readonly string[] {
  return lines
    .slice(Math.max(0, i - 40), i + 40)
    .filter((l) => l.kind === '-' && l.text.trim() !== '')
    .map((l) => l.text);
}

/** One leading blank stands for any indentation; more than that, or a tab, was kept by the mailer. */
function isCollapsed(text: string): boolean {
  return text.trim() !== '' && /^ ?[^\s]/.test(text);
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * Blank context lines that the mail lost stand on one side of the added lines next to them or the other: the likeliest
 * distribution first, then those that differ from it at one place.
 */
function blankVariants(placements: readonly Placement[]): readonly (readonly Placement[])[] {
  const places = placements.flatMap((placed, p) => runs(placed).map((run) => ({ p, ...run })));
  const usual = places.map((place) => place.ways[0]!);
  const assemble = (ways: readonly (readonly PlacedLine[])[]): readonly Placement[] =>
    placements.map((placed, p) => {
      const mine = places.flatMap((place, k) => (place.p === p ? [{ ...place, lines: ways[k]! }] : []));
      if (mine.length === 0) return placed;
      const lines: PlacedLine[] = [];
      let at = 0;
      for (const run of mine) {
        lines.push(...placed.lines.slice(at, run.from), ...run.lines);
        at = run.to;
      }
      return { ...placed, lines: [...lines, ...placed.lines.slice(at)] };
    });
  const variants = [assemble(usual)];
  places.forEach((place, k) => {
    for (const way of place.ways.slice(1)) if (variants.length <= VARIANTS) variants.push(assemble(usual.map((u, j) => (j === k ? way : u))));
  });
  return variants;
}

/** Runs of added lines with lost blank lines next to them, and the orders in which they may stand. */
function runs(placed: Placement): { readonly from: number; readonly to: number; readonly ways: readonly (readonly PlacedLine[])[] }[] {
  const isLost = (l: PlacedLine | undefined): boolean => l !== undefined && l.kind === ' ' && l.mailLine === 0 && l.text.trim() === '';
  const found = [];
  for (let i = 0; i < placed.lines.length; i++) {
    if (placed.lines[i]!.kind !== '+') continue;
    let end = i;
    while (placed.lines[end]?.kind === '+') end++;
    let from = i;
    while (isLost(placed.lines[from - 1])) from--;
    let to = end;
    while (isLost(placed.lines[to])) to++;
    const blanks = [...placed.lines.slice(from, i), ...placed.lines.slice(end, to)];
    if (blanks.length > 0) {
      const added = placed.lines.slice(i, end);
      const before = placed.lines[from - 1]?.text.trim() ?? '';
      const behind = placed.lines[to]?.text.trim() ?? '';
      const ways = Array.from({ length: blanks.length + 1 }, (_, n) => {
        const lines = [...blanks.slice(0, n), ...added, ...blanks.slice(n)];
        const texts = [before, ...lines.map((l) => l.text.trim()), behind];
        let cost = Math.abs(n - (i - from)) * 0.1;
        for (let k = 1; k < texts.length; k++) {
          if (texts[k] === '' && texts[k - 1] === '') cost += 3;
          if (texts[k] === '' && texts[k - 1]!.endsWith('{')) cost += 1;
          if (texts[k - 1] === '' && texts[k]!.startsWith('}')) cost += 2;
        }
        return { lines, cost };
      });
      found.push({ from, to, ways: ways.sort((a, b) => a.cost - b.cost).map((w) => w.lines) });
    }
    i = to - 1;
  }
  return found;
}
