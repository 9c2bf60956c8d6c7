/** A way to set a line, with what it costs to believe in it: 0 is likeliest, one more is about three times less likely. */
export interface Candidate {
  readonly text: string;
  readonly cost: number;
}

/** How lines inside open parentheses are set. The column is that behind the innermost open one; `start` is the statement's own. */
export const STYLES = ['align', 'floor', 'ceil', 'start-2', 'start-1', 'above', 'outer', 'start-3', 'start-4', 'start-5'] as const;
export type Style = (typeof STYLES)[number];

/** What each style costs in one file. */
export type StyleCosts = Readonly<Record<Style, number>>;

/** What a line's surroundings say about its indentation. */
export interface Surroundings {
  /** Lines above, nearest last. */
  readonly above: readonly string[];
  /** The next line whose indentation is known, or null. */
  readonly below: string | null;
  readonly costs: StyleCosts;
}

/** Is the line inside parentheses that a line above opened? Then its indentation by each style, else null. */
export function continuation(above: readonly string[], text: string): ReadonlyMap<Style, string> | null {
  const at = lastSolid(above, above.length);
  if (at < 0 || inComment(above[at]!, text)) return null;
  const head = statementHead(above, at);
  const columns = openColumns(above.slice(head, at + 1));
  const open = columns.at(-1);
  if (open === undefined) return null;
  const start = leading(above[head]!);
  const found = new Map<Style, string>([
    ['align', tabs(open) + ' '.repeat(open % 8)],
    ['floor', tabs(open)],
    ['ceil', tabs(open + 7)],
    ['start-2', `${start}\t\t`],
    ['start-1', `${start}\t`],
    ['start-3', `${start}\t\t\t`],
    ['start-4', `${start}\t\t\t\t`],
    ['start-5', `${start}\t\t\t\t\t`],
  ]);
  if (at > head) found.set('above', leading(above[at]!));
  const outer = columns.at(-2);
  if (outer !== undefined) found.set('outer', tabs(outer) + ' '.repeat(outer % 8));
  return found;
}

/**
 * Indentations of a line that is not inside parentheses, likeliest first: what kernel style asks for at its place, then
 * neighbouring levels.
 */
export function statementIndents({ above, below }: Surroundings, text: string): readonly Candidate[] {
  const first = statementIndent(above, text, below);
  const out: Candidate[] = [{ text: first, cost: 0 }];
  if (below !== null) out.push({ text: leading(below), cost: 2 });
  out.push({ text: `${first}\t`, cost: 3.5 });
  if (first.endsWith('\t')) out.push({ text: first.slice(0, -1), cost: 3 });
  if (/^\w+:$/.test(text)) out.push({ text: ' ', cost: 2 });
  const at = lastSolid(above, above.length);
  if (at >= 0) out.push({ text: leading(above[at]!), cost: 2.5 });
  return distinct(out);
}

/** What the styles cost in a file, from the continuation lines that it has. */
export function styleCosts(lines: readonly string[], around: number): StyleCosts {
  const counts = Object.fromEntries(STYLES.map((s) => [s, PRIOR[s]])) as Record<Style, number>;
  const from = Math.max(0, around - SAMPLE);
  const to = Math.min(lines.length, around + SAMPLE);
  for (let i = from + 1; i < to; i++) {
    const line = lines[i]!;
    // Most lines follow a whole statement; only the others are worth a closer look.
    if (!/[,(&|+=?:]\s*$/.test(lines[i - 1]!) || line.trim() === '' || line.length > 400) continue;
    const by = continuation(lines.slice(Math.max(0, i - 30), i), line.trim());
    if (by === null) continue;
    const own = leading(line);
    for (const style of STYLES) {
      if (by.get(style) !== own) continue;
      counts[style]++;
      break;
    }
  }
  const all = STYLES.reduce((n, s) => n + counts[s], 0);
  return Object.fromEntries(STYLES.map((s) => [s, -Math.log(counts[s] / all)])) as unknown as StyleCosts;
}

export function leading(text: string): string {
  return /^[ \t]*/.exec(text)![0];
}

/** One of each text, the cheapest; sorted. */
export function distinct(candidates: readonly Candidate[]): Candidate[] {
  const best = new Map<string, number>();
  for (const c of candidates) best.set(c.text, Math.min(c.cost, best.get(c.text) ?? Number.POSITIVE_INFINITY));
  return [...best].map(([text, cost]) => ({ text, cost })).sort((a, b) => a.cost - b.cost);
}

/** Lines above and below that a file's style is read from. */
const SAMPLE = 2500;
/** Pseudo-counts: kernel style before anything has been seen. */
const PRIOR: Readonly<Record<Style, number>> = {
  align: 3,
  floor: 1,
  ceil: 0.6,
  'start-2': 0.8,
  'start-1': 0.5,
  above: 0.6,
  outer: 0.3,
  'start-3': 0.25,
  'start-4': 0.2,
  'start-5': 0.15,
};

function tabs(column: number): string {
  return '\t'.repeat(Math.floor(column / 8));
}

function inComment(above: string, text: string): boolean {
  const last = above.trim();
  return (text.startsWith('*') && /^\/?\*/.test(last) && !last.endsWith('*/')) || (last.startsWith('*') && last.endsWith('*/'));
}

function statementIndent(above: readonly string[], text: string, below: string | null): string {
  const at = lastSolid(above, above.length);
  if (at < 0) return text.startsWith('*') ? ' ' : below === null ? '\t' : leading(below);
  const last = above[at]!;
  const trimmed = last.trim();
  if (text.startsWith('*') && /^\/?\*/.test(trimmed) && !trimmed.endsWith('*/')) return leading(last) + (trimmed.startsWith('/*') ? ' ' : '');
  // Behind a comment, the code goes on where the comment began.
  if (trimmed.startsWith('*') && trimmed.endsWith('*/'))
    return text.startsWith('}') ? dedent(leading(last).replace(/ $/, '')) : leading(last).replace(/ $/, '');
  const head = statementHead(above, at);
  const start = leading(above[head]!);
  if (/(?:[=|&+?]|\|\||&&)$/.test(trimmed) && !trimmed.endsWith('*/'))
    return head === at ? start + (/^\s*return\b/.test(last) ? ' '.repeat(7) : '\t') : leading(last);
  const isCase = /^(?:case\b.*|default\s*):/.test(text);
  if (trimmed.endsWith('{')) return isCase && /\bswitch\b/.test(above[head]!) ? start : text.startsWith('}') ? start : `${start}\t`;
  if (trimmed.endsWith('\\') && /^\s*#/.test(above[head]!)) return `${start}\t`;
  if (isControl(above[head]!, trimmed)) return text === '{' ? start : `${start}\t`;
  if (/^(?:case\b.*|default\s*):$/.test(trimmed)) return isCase ? start : `${start}\t`;
  if (/^\w+:$/.test(trimmed) && start.length < 2) return text.startsWith('}') ? '' : '\t';
  const block = blockIndent(above, head, /^else\b/.test(text));
  return text.startsWith('}') || isCase ? dedent(block) : block;
}

/** Indentation of the statements in the block that line `head` ends a statement of: bodies without braces are left. */
function blockIndent(above: readonly string[], head: number, forElse: boolean): string {
  let indent = leading(above[head]!);
  for (let i = head, steps = 0; steps < 8; steps++) {
    const before = lastSolid(above, i);
    if (before < 0) break;
    const start = statementHead(above, before);
    const trimmed = above[before]!.trim();
    if (!isControl(above[start]!, trimmed) || leading(above[start]!).length >= indent.length) break;
    indent = leading(above[start]!);
    if (forElse && /^(?:\} )?(?:else )?if\b/.test(above[start]!.trim())) break;
    i = start;
  }
  return indent;
}

/** `if (…)`, `for (…)`, `else`, `do` without a brace: one statement follows. */
function isControl(head: string, lastLine: string): boolean {
  if (!/^(?:\}\s*)?(?:if|for|while|else|do|switch|\w*for_each\w*)\b/.test(head.trim())) return false;
  return !/[;{}]$/.test(lastLine) && (/\)$/.test(lastLine) || /\b(?:else|do)$/.test(lastLine));
}

/** First line of the statement that line `at` belongs to: back while parentheses are unbalanced. */
function statementHead(above: readonly string[], at: number): number {
  let balance = 0;
  for (let i = at, steps = 0; i >= 0 && steps < 30; i--, steps++) {
    balance += parens(above[i]!);
    const before = above[i - 1]?.trim() ?? '';
    const ended = before === '' || /[;{}:]$|\*\/$/.test(before) || before.startsWith('#');
    // A line that begins with an operator goes on with the one above.
    if (balance === 0 && /^(?:[+|?:=]|&&)/.test(above[i]!.trim())) continue;
    if (balance > 0 || (balance === 0 && (ended || !/(?:[,=|&+?(]|\|\||&&)$/.test(before)))) {
      // A statement whose open parenthesis is further up still.
      if (balance > 0 && !ended && /[,=|&+?(]$/.test(before)) continue;
      return i;
    }
  }
  return at;
}

/** Columns behind the parentheses that the lines leave open, innermost last, with tab stops at eight. */
function openColumns(lines: readonly string[]): readonly number[] {
  const open: number[] = [];
  for (const line of lines) {
    let column = 0;
    for (const c of withoutStrings(line)) {
      column = c === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
      if (c === '(') open.push(column);
      else if (c === ')') open.pop();
    }
  }
  return open;
}

function parens(line: string): number {
  let n = 0;
  for (const c of withoutStrings(line)) n += c === '(' ? 1 : c === ')' ? -1 : 0;
  return n;
}

function withoutStrings(line: string): string {
  if (line.length > 2000 || /^\s*\/?\*/.test(line)) return '';
  return line.replace(/"[^"]*"|'[^']{1,2}'/g, (s) => '_'.repeat(s.length));
}

function lastSolid(lines: readonly string[], before: number): number {
  for (let i = before - 1; i >= 0; i--) if (lines[i]!.trim() !== '' && !lines[i]!.startsWith('#')) return i;
  return -1;
}

function dedent(indent: string): string {
  return indent.endsWith('\t') ? indent.slice(0, -1) : indent;
}
