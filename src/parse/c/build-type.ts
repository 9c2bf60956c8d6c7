import type { CType } from './ast.js';
import { children, kindOf, squeeze, textOf, type Build } from './build-context.js';
import { N } from './flat.js';

export interface Specifiers {
  readonly type: CType;
  readonly static: boolean;
  readonly inline: boolean;
  readonly extern: boolean;
  /** The `struct`, `union` or `enum` specifier node, or -1. */
  readonly tagged: number;
}

export interface Declarator {
  readonly name: string;
  readonly start: number;
  readonly type: CType;
  /** The parameter list when this declares a function, else -1. */
  readonly params: number;
}

export const VOID: CType = { base: 'void', pointers: 0, array: false };

/** The specifiers among a declaration's children. `anonymous` names a tagless struct. */
export function specifiers(b: Build, nodes: readonly number[], anonymous = ''): Specifiers {
  let type: CType = { base: 'int', pointers: 0, array: false };
  let isStatic = false;
  let inline = false;
  let extern = false;
  let tagged = -1;
  let typed = false;
  for (const node of nodes) {
    const kind = kindOf(b, node);
    if (kind === N.storage_class_specifier) {
      const word = textOf(b, node);
      if (word === 'static') isStatic = true;
      else if (word === 'extern') extern = true;
      else if (word.includes('inline')) inline = true;
    } else if (!typed && isTypeSpecifier(kind)) {
      // In a typedef the declared name looks like a type, too.
      typed = true;
      type = specifierType(b, node, anonymous);
      if (kind === N.struct_specifier || kind === N.union_specifier || kind === N.enum_specifier) tagged = node;
    }
  }
  return { type, static: isStatic, inline, extern, tagged };
}

export function isTypeSpecifier(kind: number): boolean {
  return (
    kind === N.type_identifier ||
    kind === N.primitive_type ||
    kind === N.sized_type_specifier ||
    kind === N.struct_specifier ||
    kind === N.union_specifier ||
    kind === N.enum_specifier ||
    kind === N.macro_type_specifier
  );
}

export function specifierType(b: Build, node: number, anonymous = ''): CType {
  const kind = kindOf(b, node);
  if (kind === N.struct_specifier || kind === N.union_specifier || kind === N.enum_specifier) {
    const word = kind === N.struct_specifier ? 'struct' : kind === N.union_specifier ? 'union' : 'enum';
    const tag = children(b, node).find((c) => kindOf(b, c) === N.type_identifier);
    return plain(tag === undefined ? `${word} ${anonymous}`.trim() : `${word} ${textOf(b, tag)}`);
  }
  const mark = b.marks.get(b.tree.start[node]!);
  if (mark?.k === 'typeof' || mark?.k === 'opaque') return plain(squeeze(b.text.slice(b.tree.start[node]!, mark.end)));
  if (mark?.k === 'declared') return mark.type ?? typeFromText(b.text.slice(mark.typeStart, mark.typeEnd));
  if (kind === N.sized_type_specifier)
    return plain(
      children(b, node)
        .filter((c) => kindOf(b, c) !== N.type_qualifier)
        .map((c) => textOf(b, c))
        .join(' '),
    );
  return plain(squeeze(textOf(b, node)));
}

/** A cast's or argument's type. */
export function descriptorType(b: Build, node: number): CType {
  const nodes = children(b, node);
  const base = specifiers(b, nodes).type;
  let pointers = base.pointers;
  let array = base.array;
  let at = nodes.find((c) => isAbstract(kindOf(b, c)));
  let fn = false;
  while (at !== undefined) {
    const kind = kindOf(b, at);
    if (kind === N.abstract_pointer_declarator) pointers++;
    if (kind === N.abstract_array_declarator) array = true;
    if (kind === N.abstract_function_declarator) fn = true;
    at = children(b, at).find((c) => isAbstract(kindOf(b, c)));
  }
  return fn ? { base: `${base.base} ()`, pointers: 1, array } : { base: base.base, pointers, array };
}

/** A declarator node (`*x[3]`, `(*f)(int)`, `x`) over a base type. A pointer to function has the base "T ()". */
export function declarator(b: Build, node: number, base: CType): Declarator {
  const layers: number[] = [];
  let at = node;
  let params = -1;
  let lists: number[] = [];
  for (;;) {
    const kind = kindOf(b, at);
    if (isName(kind)) break;
    const nodes = children(b, at);
    let inner: number | undefined;
    if (kind === N.init_declarator) {
      inner = nodes[0];
    } else if (kind === N.pointer_declarator || kind === N.array_declarator || kind === N.function_declarator || isAbstract(kind)) {
      layers.push(kind);
      if (kind === N.function_declarator || kind === N.abstract_function_declarator) {
        lists.push(nodes.find((c) => kindOf(b, c) === N.parameter_list) ?? -1);
      }
      inner = nodes.find((c) => isDeclarator(kindOf(b, c)));
    } else {
      inner = nodes.find((c) => isDeclarator(kindOf(b, c)));
    }
    if (inner === undefined) return { name: '', start: b.tree.start[at]!, type: applyLayers(base, layers), params: -1 };
    at = inner;
  }
  const innermost = layers[layers.length - 1];
  if (innermost === N.function_declarator) {
    layers.pop();
    params = lists.pop() ?? -1;
  }
  lists = [];
  return { name: textOf(b, at), start: b.tree.start[at]!, type: applyLayers(base, layers), params };
}

export function isDeclarator(kind: number): boolean {
  return (
    isName(kind) ||
    isAbstract(kind) ||
    kind === N.pointer_declarator ||
    kind === N.array_declarator ||
    kind === N.function_declarator ||
    kind === N.parenthesized_declarator ||
    kind === N.init_declarator ||
    kind === N.attributed_declarator
  );
}

/** Reads a type from plain text: a macro's argument, not a syntax node. */
export function typeFromText(text: string): CType {
  const array = text.includes('[');
  const words = squeeze(text.replace(/\[[^\]]*\]/g, ' ').replace(/\*/g, ' '))
    .split(' ')
    .filter((w) => w !== 'const' && w !== 'volatile' && !DROPPED.test(w));
  let pointers = 0;
  for (const c of text) if (c === '*') pointers++;
  return { base: words.join(' ') || 'int', pointers, array };
}

const DROPPED = /^__(user|iomem|percpu|rcu|force|kernel)$/;

function applyLayers(base: CType, layers: readonly number[]): CType {
  let { pointers, array } = base;
  let name = base.base;
  for (const layer of layers) {
    if (layer === N.pointer_declarator || layer === N.abstract_pointer_declarator) pointers++;
    else if (layer === N.array_declarator || layer === N.abstract_array_declarator) array = true;
    else {
      name = `${name}${pointers > 0 ? ` ${'*'.repeat(pointers)}` : ''} ()`;
      pointers = 0;
      array = false;
    }
  }
  return { base: name, pointers, array };
}

function plain(base: string): CType {
  return { base, pointers: 0, array: false };
}

function isName(kind: number): boolean {
  return kind === N.identifier || kind === N.field_identifier || kind === N.type_identifier || kind === N.primitive_type;
}

function isAbstract(kind: number): boolean {
  return (
    kind === N.abstract_pointer_declarator ||
    kind === N.abstract_array_declarator ||
    kind === N.abstract_function_declarator ||
    kind === N.abstract_parenthesized_declarator
  );
}
