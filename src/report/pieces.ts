import { printable } from './printable.js';
import type { SourceLine } from './source-diff.js';
import { syntaxRuns } from './syntax.js';

/** A piece of a source line that is drawn alike. */
export interface Piece {
  /** Printable; tabs are blanks up to the next multiple of eight columns of the line. */
  readonly text: string;
  /** Syntax letter, "." for plain. */
  readonly kind: string;
  /** Differs from the partner line on the other side. */
  readonly changed: boolean;
}

/** The line cut where syntax or word difference changes. */
export function sourcePieces(line: Pick<SourceLine, 'text' | 'syntax' | 'words'>): readonly Piece[] {
  const cuts = new Set<number>();
  for (const [from, to] of line.words) {
    cuts.add(from);
    cuts.add(to);
  }
  const out: Piece[] = [];
  let at = 0;
  let column = 0;
  for (const run of syntaxRuns(line.text, line.syntax)) {
    let start = at;
    const end = at + run.text.length;
    while (start < end) {
      const next = Math.min(end, ...[...cuts].filter((cut) => cut > start));
      const raw = line.text.slice(start, next);
      const changed = line.words.some(([from, to]) => from <= start && start < to);
      const text = shown(raw, column);
      column += text.length;
      if (text !== '') out.push({ text, kind: run.kind, changed });
      start = next;
    }
    at = end;
  }
  return out;
}

/** `printable` counts tab stops from the text's start, so the columns before are given to it as blanks. */
function shown(text: string, column: number): string {
  return text.includes('\t') ? printable(' '.repeat(column % 8) + text).slice(column % 8) : printable(text);
}
