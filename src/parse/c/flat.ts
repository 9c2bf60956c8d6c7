/** A syntax tree as parallel arrays in pre-order: node i's first child is i + 1, its next sibling `next[i]`, if below its parent's `next`. */
export interface FlatTree {
  readonly n: number;
  readonly kind: Uint16Array;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly next: Uint32Array;
  /** True when the grammar could not read everything. */
  readonly hasError: boolean;
}

/** What both engines' cursors offer. Offsets are UTF-16 indices. */
export interface Cursor {
  readonly nodeTypeId: number;
  readonly nodeType: string;
  readonly startIndex: number;
  readonly endIndex: number;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

/**
 * Copies a tree out of an engine. `kinds` caches the engine's symbol numbers; it belongs to one grammar.
 * Iterative, so that no nesting overflows the stack.
 */
export function flatten(cursor: Cursor, kinds: Map<number, number>, hasError: boolean, textLength: number): FlatTree {
  let capacity = Math.max(256, textLength >> 1);
  let kind = new Uint16Array(capacity);
  let start = new Uint32Array(capacity);
  let end = new Uint32Array(capacity);
  let next = new Uint32Array(capacity);
  let n = 0;
  const path: number[] = [];
  for (;;) {
    if (n === capacity) {
      capacity *= 2;
      kind = copy(kind, new Uint16Array(capacity));
      start = copy(start, new Uint32Array(capacity));
      end = copy(end, new Uint32Array(capacity));
      next = copy(next, new Uint32Array(capacity));
    }
    const id = cursor.nodeTypeId;
    let k = kinds.get(id);
    if (k === undefined) {
      k = NODE_KINDS.get(cursor.nodeType) ?? N.other;
      kinds.set(id, k);
    }
    const at = n++;
    kind[at] = k;
    start[at] = cursor.startIndex;
    if (k < FIRST_LEAF && cursor.gotoFirstChild()) {
      path.push(at);
      continue;
    }
    end[at] = cursor.endIndex;
    next[at] = n;
    while (!cursor.gotoNextSibling()) {
      const parent = path.pop();
      if (parent === undefined) return { n, kind, start, end, next, hasError };
      cursor.gotoParent();
      end[parent] = end[n - 1]!;
      next[parent] = n;
    }
  }
}

/** Node kinds: those below `FIRST_LEAF` may have children. */
const NAMES = [
  'other',
  'ERROR',
  'translation_unit',
  'function_definition',
  'declaration',
  'type_definition',
  'compound_statement',
  'expression_statement',
  'if_statement',
  'else_clause',
  'switch_statement',
  'case_statement',
  'while_statement',
  'do_statement',
  'for_statement',
  'return_statement',
  'break_statement',
  'continue_statement',
  'goto_statement',
  'labeled_statement',
  'attributed_statement',
  'comma_expression',
  'conditional_expression',
  'assignment_expression',
  'pointer_expression',
  'unary_expression',
  'binary_expression',
  'update_expression',
  'cast_expression',
  'type_descriptor',
  'sizeof_expression',
  'alignof_expression',
  'offsetof_expression',
  'generic_expression',
  'subscript_expression',
  'call_expression',
  'argument_list',
  'gnu_asm_expression',
  'extension_expression',
  'field_expression',
  'compound_literal_expression',
  'parenthesized_expression',
  'initializer_list',
  'initializer_pair',
  'subscript_designator',
  'subscript_range_designator',
  'field_designator',
  'concatenated_string',
  'struct_specifier',
  'union_specifier',
  'enum_specifier',
  'enumerator_list',
  'enumerator',
  'field_declaration_list',
  'field_declaration',
  'bitfield_clause',
  'macro_type_specifier',
  'sized_type_specifier',
  'type_qualifier',
  'storage_class_specifier',
  'init_declarator',
  'pointer_declarator',
  'array_declarator',
  'function_declarator',
  'parenthesized_declarator',
  'attributed_declarator',
  'abstract_pointer_declarator',
  'abstract_array_declarator',
  'abstract_function_declarator',
  'abstract_parenthesized_declarator',
  'parameter_list',
  'parameter_declaration',
  'linkage_specification',
  'declaration_list',
  'attribute_specifier',
  'null',
] as const;
const LEAVES = [
  'identifier',
  'field_identifier',
  'type_identifier',
  'statement_identifier',
  'primitive_type',
  'number_literal',
  'string_literal',
  'char_literal',
  'true',
  'false',
  'variadic_parameter',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ';',
  ',',
  ':',
  '?',
  '=',
  '.',
  '->',
  'case',
  'default',
  'else',
  'static',
  'extern',
  'inline',
  'while',
  '...',
  'struct',
  'union',
  'enum',
  'comment',
  'unsigned',
  'signed',
  'long',
  'short',
] as const;

type NodeName = (typeof NAMES)[number] | (typeof LEAVES)[number];

const FIRST_LEAF = NAMES.length;

export const N: Readonly<Record<NodeName, number>> = Object.fromEntries([...NAMES, ...LEAVES].map((name, k) => [name, k])) as Record<NodeName, number>;

const NODE_KINDS = new Map<string, number>([...NAMES, ...LEAVES].map((name, k) => [name, k]));

function copy<A extends Uint8Array | Uint16Array | Uint32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
