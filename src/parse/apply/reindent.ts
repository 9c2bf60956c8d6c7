import { type BaseText, looseKey, type PlacedLine, type Placement } from './place.js';

/** How continuation lines are set; `preferred` is used when the blob id proves none. */
export interface Layout {
  readonly continuation: 'align' | 'tabs' | 'two-tabs' | 'one-tab';
  readonly preferred: boolean;
}

/** Layouts to try on added lines, empty when no hunk lost its white space. */
export function layoutOf(base: BaseText, placements: readonly Placement[]): readonly Layout[] {
  if (!placements.some((p) => p.how === 'white-space' || base.lines.length === 0)) return [];
  return [
    { continuation: 'align', preferred: true },
    { continuation: 'two-tabs', preferred: false },
    { continuation: 'tabs', preferred: false },
    { continuation: 'one-tab', preferred: false },
  ];
}

/**
 * Gives added lines of white-space-damaged hunks the indentation that kernel style asks for at their place, and the inner
 * white space of the same line elsewhere in the base. A guess until the blob id proves it; the tokens stay the same.
 */
export function reindent(base: BaseText, placements: readonly Placement[], layout: Layout): Placement[] {
  return placements.map((placed) => {
    if (placed.how !== 'white-space' && base.lines.length > 0) return placed;
    const end = base.lines.filter((l) => l.endsWith('\r')).length * 2 > base.lines.length ? '\r' : '';
    const above = base.lines.slice(Math.max(0, placed.start - 60), placed.start);
    const lines = placed.lines.map((line, i): PlacedLine => {
      if (line.kind === '-') return line;
      const text = line.kind === '+' && placed.damaged && isCollapsed(line.text) ? restore(base, above, line.text, behind(placed.lines, i), layout) : line.text;
      // The mail's transport took the CR of a file with CRLF line ends.
      const next = { ...line, text: line.kind === '+' && !text.endsWith('\r') ? text + end : text };
      above.push(next.text);
      return next;
    });
    return { ...placed, lines };
  });
}

/** One leading blank stands for any indentation; more than that, or a tab, was kept by the mailer. */
function isCollapsed(text: string): boolean {
  return text.trim() !== '' && /^ ?[^\s]/.test(text);
}

function restore(base: BaseText, above: readonly string[], text: string, below: string | null, layout: Layout): string {
  const same = base.loose().get(looseKey(text));
  const twin = same === undefined ? text : base.lines[base.solid()[same[0]!]!]!;
  const inner = (collapse(twin) === collapse(text) ? twin : text).trim();
  if (!text.startsWith(' ')) return inner;
  return indentOf(above, inner, below, layout) + inner;
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Text of the next kept line, whose indentation is known. */
function behind(lines: readonly PlacedLine[], i: number): string | null {
  return lines.slice(i + 1).find((l) => l.kind === ' ' && l.text.trim() !== '')?.text ?? null;
}

function indentOf(above: readonly string[], text: string, below: string | null, layout: Layout): string {
  const at = lastSolid(above, above.length);
  if (at < 0) return below === null || text.startsWith('*') ? (text.startsWith('*') ? ' ' : '\t') : leading(below);
  const last = above[at]!;
  const trimmed = last.trim();
  if (text.startsWith('*') && /^\/?\*/.test(trimmed) && !trimmed.endsWith('*/')) return leading(last) + (trimmed.startsWith('/*') ? ' ' : '');
  // Behind a comment, the code goes on where the comment began.
  if (trimmed.startsWith('*') && trimmed.endsWith('*/')) return text.startsWith('}') ? dedent(leading(last).replace(/ $/, '')) : leading(last).replace(/ $/, '');

  const head = statementHead(above, at);
  const open = openColumn(above.slice(head, at + 1));
  const start = leading(above[head]!);
  if (open !== null) {
    if (layout.continuation === 'two-tabs') return `${start}\t\t`;
    if (layout.continuation === 'one-tab') return `${start}\t`;
    return layout.continuation === 'tabs' ? '\t'.repeat(Math.floor(open / 8)) : '\t'.repeat(Math.floor(open / 8)) + ' '.repeat(open % 8);
  }
  if (/(?:[=|&+?]|\|\||&&)$/.test(trimmed) && !trimmed.endsWith('*/')) return head === at ? start + (layout.continuation === 'align' && /^\s*return\b/.test(last) ? ' '.repeat(7) : '\t') : leading(last);
  const isCase = /^(?:case\b.*|default\s*):/.test(text);
  if (trimmed.endsWith('{')) return isCase && /\bswitch\b/.test(above[head]!) ? start : text.startsWith('}') ? start : `${start}\t`;
  if (isControl(above[head]!, trimmed)) return `${start}\t`;
  if (/^(?:case\b.*|default\s*):$/.test(trimmed)) return isCase ? start : `${start}\t`;
  if (/^\w+:$/.test(trimmed) && start === '') return text.startsWith('}') ? '' : '\t';
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

/** Column behind the innermost parenthesis that the lines leave open, with tab stops at eight; null when none is. */
function openColumn(lines: readonly string[]): number | null {
  const open: number[] = [];
  for (const line of lines) {
    let column = 0;
    for (const c of withoutStrings(line)) {
      column = c === '\t' ? (Math.floor(column / 8) + 1) * 8 : column + 1;
      if (c === '(') open.push(column);
      else if (c === ')') open.pop();
    }
  }
  return open.at(-1) ?? null;
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

function leading(text: string): string {
  return /^[ \t]*/.exec(text)![0];
}

function dedent(indent: string): string {
  return indent.endsWith('\t') ? indent.slice(0, -1) : indent;
}
