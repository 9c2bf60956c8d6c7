import { lineIndex } from './build-context.js';
import { prepare } from './prepass.js';

/** A function definition's name and lines, 1-based and inclusive, header included. */
export interface OutlineFunction {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
}

/** The functions that a text defines, by its tokens alone: about ten times as fast as a parse. */
export function outline(text: string): OutlineFunction[] {
  const line = lineIndex(text);
  return prepare(text, 0, () => false).outline.filter((f) => f.name !== '').map((f) => ({ name: f.name, line: line(f.start), endLine: line(f.bodyEnd - 1) }));
}
