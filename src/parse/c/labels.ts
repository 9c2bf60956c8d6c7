import type { CFunction, Stmt } from './ast.js';

/** The labels of a function, in the order of its source. */
export function labelsOf(fn: CFunction): readonly string[] {
  return labelsIn(fn.body ? [fn.body] : []);
}

/** Its jumps to labels. */
export function gotosOf(fn: CFunction): readonly { readonly label: string; readonly line: number }[] {
  return gotosIn(fn.body ? [fn.body] : []);
}

export function labelsIn(list: readonly Stmt[]): string[] {
  return list.flatMap((s) => [...(s.k === 'label' ? [s.label] : []), ...listsOf(s).flatMap(labelsIn)]);
}

export function gotosIn(list: readonly Stmt[]): { readonly label: string; readonly line: number }[] {
  return list.flatMap((s) => [...(s.k === 'goto' ? [{ label: s.label, line: s.line }] : []), ...listsOf(s).flatMap(gotosIn)]);
}

/** The statements inside a statement; a branch without braces is a list of one. */
export function listsOf(s: Stmt): readonly (readonly Stmt[])[] {
  switch (s.k) {
    case 'block':
      return [s.body];
    case 'if':
      return s.else ? [[s.then], [s.else]] : [[s.then]];
    case 'while':
    case 'do':
    case 'for':
    case 'switch':
    case 'macro':
      return [[s.body]];
    case 'config':
      return [s.then, s.else];
    default:
      return [];
  }
}
