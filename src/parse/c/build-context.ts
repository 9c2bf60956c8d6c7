import type { Attribute, Expr, Stmt } from './ast.js';
import type { Gap } from '../gap.js';
import { N, type FlatTree } from './flat.js';
import type { AttributeSpan, Mark } from './rewrite-state.js';

/** All that building one text's tree needs, and the few counters that change on the way. */
export interface Build {
  readonly path: string;
  /** The original text; offsets of the tree, the marks and the spans count in it. */
  readonly text: string;
  readonly tree: FlatTree;
  /** Offset at which the part of the text that the tree covers starts. */
  readonly from: number;
  readonly marks: ReadonlyMap<number, Mark>;
  readonly attributes: readonly AttributeSpan[];
  /** 1-based line of an offset. */
  readonly line: (offset: number) => number;
  /** Expressions of the attributes' arguments that are more than a word, by offset. */
  readonly argument: (start: number, end: number) => Expr | null;
  readonly gaps: Gap[];
  readonly typedefs: ReadonlySet<string>;
  readonly statements: (b: Build, node: number) => Stmt[];
  state: {
    depth: number;
    /** Why the function being built is damaged; the first reason counts. */
    damage: { line: number; why: string } | null;
  };
}

/**
 * Nesting and `else if` chains beyond this are not followed: the grammar's stack has no end, ours and that of every
 * later stage has. Ten times what the kernel needs.
 */
export const MAX_DEPTH = 400;

export function textOf(b: Build, node: number): string {
  return b.text.slice(b.tree.start[node]!, b.tree.end[node]!);
}

export function lineOf(b: Build, node: number): number {
  return b.line(b.tree.start[node]!);
}

export function kindOf(b: Build, node: number): number {
  return b.tree.kind[node]!;
}

export function children(b: Build, node: number): number[] {
  const { next } = b.tree;
  const list: number[] = [];
  const stop = next[node]!;
  for (let c = node + 1; c < stop; c = next[c]!) list.push(c);
  return list;
}

/** The first child of a kind, or -1. */
export function childOf(b: Build, node: number, kind: number): number {
  const { next } = b.tree;
  const stop = next[node]!;
  for (let c = node + 1; c < stop; c = next[c]!) if (b.tree.kind[c] === kind) return c;
  return -1;
}

export function damage(b: Build, node: number, why: string): void {
  b.state.damage ??= { line: lineOf(b, node), why };
}

/** One line of readable text. */
export function squeeze(text: string): string {
  return text
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** True when the grammar had to guess or skip something below `node`. */
export function hasErrorBelow(b: Build, node: number): boolean {
  if (!b.tree.hasError) return false;
  return firstErrorBelow(b, node) >= 0;
}

/** The first node that was skipped or invented, or -1. */
export function firstErrorBelow(b: Build, node: number): number {
  const { kind, start, end, next } = b.tree;
  for (let k = node; k < next[node]!; k++) {
    if (kind[k] === N.ERROR || (start[k] === end[k] && next[k] === k + 1)) return k;
  }
  return -1;
}

/** Attributes whose spans start in [from, to), parameters' own excluded. */
export function attributesBetween(b: Build, from: number, to: number): Attribute[] {
  const list: Attribute[] = [];
  for (let k = firstFrom(b.attributes, from); k < b.attributes.length; k++) {
    const span = b.attributes[k]!;
    if (span.start >= to) break;
    if (!span.nested) list.push(attribute(b, span));
  }
  return list;
}

function attribute(b: Build, span: AttributeSpan): Attribute {
  return {
    name: span.name,
    args: span.args.map(([start, end]) => b.argument(start, end)),
    text: squeeze(b.text.slice(span.start, span.end)),
    line: b.line(span.start),
  };
}

function firstFrom(list: readonly AttributeSpan[], offset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where the attributes that stand before `node` may begin: after the token that precedes it. */
export function leadingEdge(b: Build, node: number): number {
  if (node <= 1) return b.from;
  const end = b.tree.end[node - 1]!;
  return end <= b.tree.start[node]! ? end : b.tree.start[node - 1]!;
}

/** Offset to 1-based line, quick for offsets that grow. */
export function lineIndex(text: string): (offset: number) => number {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  let last = 0;
  return (offset) => {
    if (starts[last]! <= offset) {
      for (let step = 0; step < 8; step++) {
        if (last + 1 >= starts.length || starts[last + 1]! > offset) return last + 1;
        last++;
      }
    }
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle;
    }
    last = low;
    return low + 1;
  };
}
