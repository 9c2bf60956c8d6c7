import type { CFunction, CType, StructType, Variable } from './ast.js';
import { attributesBetween, children, childOf, firstErrorBelow, kindOf, leadingEdge, lineOf, squeeze, textOf, type Build } from './build-context.js';
import { clip } from './build-expr.js';
import { block, declaratorNodes, variables } from './build-stmt.js';
import { declarator, specifiers, typeFromText, VOID } from './build-type.js';
import { N } from './flat.js';
import { hasSplitParameters } from './idioms.js';
import type { OutlineEntry } from './rewrite-state.js';

/** What one text's tree holds, before it becomes a `CFile`. `at` are offsets, for putting things in source order. */
export interface Items {
  readonly functions: { fn: CFunction; start: number; bodyStart: number }[];
  readonly structs: StructType[];
  readonly typedefs: { name: string; type: CType }[];
  readonly globals: Variable[];
  /** `first`: nothing before it in its enum; `text` is its value, "" for one more than the last. */
  readonly enumerators: { name: string; text: string; first: boolean }[];
  /** What the grammar skipped at file scope. */
  readonly unread: { line: number; text: string }[];
}

/** Adds everything at file scope to `items`. Functions of the outline that are not `wanted` get no body. */
export function buildItems(b: Build, outline: ReadonlyMap<number, OutlineEntry>, variant: number, items: Items): void {
  if (kindOf(b, 0) === N.ERROR) unread(b, 0, items);
  collect(b, children(b, 0), outline, variant, items);
}

function unread(b: Build, node: number, items: Items): void {
  items.unread.push({ line: lineOf(b, node), text: clip(squeeze(textOf(b, node).slice(0, 200))) });
}

export function noItems(): Items {
  return { functions: [], structs: [], typedefs: [], globals: [], enumerators: [], unread: [] };
}

function collect(b: Build, nodes: readonly number[], outline: ReadonlyMap<number, OutlineEntry>, variant: number, items: Items): void {
  for (const node of nodes) {
    switch (kindOf(b, node)) {
      case N.function_definition:
        functionDefinition(b, node, outline, variant, items);
        break;
      case N.declaration:
        declaration(b, node, items);
        break;
      case N.type_definition:
        typedef(b, node, items);
        break;
      case N.struct_specifier:
      case N.union_specifier:
      case N.enum_specifier:
        tagged(b, node, '', items);
        break;
      case N.linkage_specification:
      case N.declaration_list:
        collect(b, children(b, node), outline, variant, items);
        break;
      case N.ERROR: {
        // What the grammar skipped may hold whole definitions.
        const inner = children(b, node).filter(
          (c) => kindOf(b, c) === N.function_definition || kindOf(b, c) === N.type_definition || kindOf(b, c) === N.struct_specifier,
        );
        collect(b, inner, outline, variant, items);
        unread(b, node, items);
        break;
      }
      default:
        break;
    }
  }
}

function functionDefinition(b: Build, node: number, outline: ReadonlyMap<number, OutlineEntry>, variant: number, items: Items): void {
  const nodes = children(b, node);
  const bodyNode = nodes.find((c) => kindOf(b, c) === N.compound_statement);
  if (bodyNode === undefined) return;
  const bodyStart = b.tree.start[bodyNode]!;
  const entry = outline.get(bodyStart);
  const header = readHeader(b, nodes, node, bodyStart);
  if (header === null) return;
  b.state.damage = null;
  b.state.depth = 0;
  const wanted = entry?.wanted ?? true;
  const start = entry?.start ?? b.tree.start[node]!;
  const made = wanted ? block(b, bodyNode) : null;
  const error = wanted && b.tree.hasError ? firstErrorBelow(b, node) : -1;
  if (error >= 0) b.state.damage ??= { line: lineOf(b, error), why: `the grammar cannot read "${clip(squeeze(textOf(b, error).slice(0, 200)))}"` };
  const damaged = takeDamage(b, header.name);
  const fn: CFunction = {
    kind: 'function',
    ...header,
    body: made,
    line: b.line(start),
    endLine: b.line((entry?.bodyEnd ?? b.tree.end[node]!) - 1),
    config: [],
    variant,
    damaged,
  };
  items.functions.push({ fn, start, bodyStart });
}

/** Turns the damage of the function just built into a gap. */
function takeDamage(b: Build, name: string): boolean {
  const { damage } = b.state;
  if (damage === null) return false;
  b.gaps.push({ stage: 'parse', file: b.path, function: name, why: `line ${damage.line}: ${damage.why}` });
  b.state.damage = null;
  return true;
}

type Header = Pick<CFunction, 'name' | 'params' | 'variadic' | 'returns' | 'static' | 'inline' | 'attributes'>;

function readHeader(b: Build, nodes: readonly number[], node: number, end: number): Header | null {
  const spec = specifiers(b, nodes);
  const attributes = attributesBetween(b, leadingEdge(b, node), end);
  for (const c of nodes) {
    const mark = b.marks.get(b.tree.start[c]!);
    if (mark?.k !== 'header') continue;
    const texts = mark.args.map(([from, to]) => b.text.slice(from, to));
    const split = hasSplitParameters(mark.macro);
    const params = split
      ? pairs(texts.slice(1))
      : mark.macro === mark.name
        ? texts.map((name) => ({ name: squeeze(name), type: { base: 'int', pointers: 0, array: false } }))
        : [];
    return {
      name: mark.name,
      params,
      variadic: false,
      returns: { base: split ? 'long' : 'int', pointers: 0, array: false },
      static: spec.static,
      inline: spec.inline,
      attributes,
    };
  }
  const declaratorNode = declaratorNodes(b, nodes)[0];
  if (declaratorNode === undefined) return null;
  const read = declarator(b, declaratorNode, spec.type);
  if (read.name === '' || read.params < 0) return null;
  return { name: read.name, ...parameters(b, read.params), returns: read.type, static: spec.static, inline: spec.inline, attributes };
}

function pairs(texts: readonly string[]): { name: string; type: CType }[] {
  const list: { name: string; type: CType }[] = [];
  for (let k = 0; k + 1 < texts.length; k += 2) list.push({ name: squeeze(texts[k + 1]!), type: typeFromText(texts[k]!) });
  return list;
}

function parameters(b: Build, list: number): { params: { name: string; type: CType }[]; variadic: boolean } {
  const params: { name: string; type: CType }[] = [];
  let variadic = false;
  for (const c of children(b, list)) {
    const kind = kindOf(b, c);
    if (kind === N.variadic_parameter || kind === N['...']) variadic = true;
    if (kind === N.identifier) params.push({ name: textOf(b, c), type: VOID });
    if (kind !== N.parameter_declaration) continue;
    const nodes = children(b, c);
    const spec = specifiers(b, nodes);
    const d = declaratorNodes(b, nodes)[0];
    const read = d === undefined ? { name: '', type: spec.type } : declarator(b, d, spec.type);
    if (read.name === '' && read.type.base === 'void' && read.type.pointers === 0) continue;
    params.push({ name: read.name, type: read.type });
  }
  return { params, variadic };
}

function declaration(b: Build, node: number, items: Items): void {
  const nodes = children(b, node);
  const spec = specifiers(b, nodes);
  b.state.damage = null;
  b.state.depth = 0;
  const declarators = declaratorNodes(b, nodes);
  let prototype = false;
  for (const d of declarators) {
    const read = declarator(b, d, spec.type);
    if (read.params < 0 || read.name === '') continue;
    prototype = true;
    const attributes = attributesBetween(b, leadingEdge(b, node), b.tree.end[node]!);
    const fn: CFunction = {
      kind: 'prototype',
      name: read.name,
      ...parameters(b, read.params),
      returns: read.type,
      static: spec.static,
      inline: spec.inline,
      attributes,
      body: null,
      line: lineOf(b, node),
      endLine: b.line(b.tree.end[node]! - 1),
      config: [],
      variant: 0,
      damaged: false,
    };
    items.functions.push({ fn, start: b.tree.start[node]!, bodyStart: -1 });
  }
  if (spec.tagged >= 0) tagged(b, spec.tagged, declarators[0] === undefined ? '' : declarator(b, declarators[0], spec.type).name, items);
  if (!prototype || declarators.length > 1) items.globals.push(...variables(b, node));
  b.state.damage = null;
}

function typedef(b: Build, node: number, items: Items): void {
  const nodes = children(b, node);
  const declarators = declaratorNodes(b, nodes);
  const first = declarators[0];
  const own = first === undefined ? '' : declarator(b, first, VOID).name;
  const spec = specifiers(b, nodes, own);
  if (spec.tagged >= 0) tagged(b, spec.tagged, own, items);
  for (const d of declarators) {
    const read = declarator(b, d, spec.type);
    if (read.name !== '')
      items.typedefs.push({ name: read.name, type: read.params >= 0 ? { base: `${read.type.base} ()`, pointers: 0, array: false } : read.type });
  }
}

const MAX_NESTED_TYPES = 60;

/** A struct, union or enum with a body. `fallback` names a tagless one. */
function tagged(b: Build, node: number, fallback: string, items: Items, depth = 0): void {
  if (depth > MAX_NESTED_TYPES) return;
  const kind = kindOf(b, node);
  if (kind === N.enum_specifier) {
    enumerators(b, node, items);
    return;
  }
  const list = childOf(b, node, N.field_declaration_list);
  if (list < 0) return;
  const tag = childOf(b, node, N.type_identifier);
  const name = `${kind === N.struct_specifier ? 'struct' : 'union'} ${tag >= 0 ? textOf(b, tag) : fallback}`.trim();
  const fields: StructType['fields'][number][] = [];
  const place = items.structs.length;
  readFields(b, list, name, fields, items, depth + 1);
  items.structs.splice(place, 0, { name, fields, line: lineOf(b, node) });
}

/** Members of anonymous structs and unions count as the outer one's. */
function readFields(b: Build, list: number, owner: string, fields: StructType['fields'][number][], items: Items, depth: number): void {
  for (const c of children(b, list)) {
    if (kindOf(b, c) !== N.field_declaration) continue;
    const nodes = children(b, c);
    const declarators = declaratorNodes(b, nodes);
    const first = declarators[0];
    const inner = first === undefined ? '' : `${owner.replace(/^\w+ /, '')}.${declarator(b, first, VOID).name}`;
    const spec = specifiers(b, nodes, inner);
    if (spec.tagged >= 0) {
      const body = childOf(b, spec.tagged, N.field_declaration_list);
      if (body >= 0 && first === undefined) {
        if (depth <= MAX_NESTED_TYPES) readFields(b, body, owner, fields, items, depth + 1);
        continue;
      }
      tagged(b, spec.tagged, inner, items, depth + 1);
    }
    const edge = first === undefined ? b.tree.end[c]! : b.tree.start[first]!;
    const shared = attributesBetween(b, leadingEdge(b, c), edge);
    declarators.forEach((d, k) => {
      const read = declarator(b, d, spec.type);
      if (read.name === '') return;
      const to = k + 1 < declarators.length ? b.tree.start[declarators[k + 1]!]! : b.tree.end[c]!;
      const type =
        read.params >= 0
          ? { base: `${read.type.base}${read.type.pointers > 0 ? ` ${'*'.repeat(read.type.pointers)}` : ''} ()`, pointers: 1, array: false }
          : read.type;
      fields.push({ name: read.name, type, attributes: [...shared, ...attributesBetween(b, b.tree.start[d]!, to)] });
    });
  }
}

function enumerators(b: Build, node: number, items: Items): void {
  const list = childOf(b, node, N.enumerator_list);
  if (list < 0) return;
  let first = true;
  for (const c of children(b, list)) {
    if (kindOf(b, c) !== N.enumerator) continue;
    const parts = children(b, c);
    const name = parts[0];
    const value = parts[2];
    if (name === undefined) continue;
    items.enumerators.push({ name: textOf(b, name), text: value === undefined ? '' : textOf(b, value), first });
    first = false;
  }
}
