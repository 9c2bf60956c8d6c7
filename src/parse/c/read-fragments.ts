import type { CFile, CFunction, Stmt } from './ast.js';
import type { Gap } from '../gap.js';
import { lineIndex } from './build-context.js';
import type { Engine } from './engine.js';
import { closeBody, UNSEEN } from './fragment-body.js';
import { splitFragments, type PartialFunction } from './fragments.js';
import { definedByHeader } from './idioms.js';
import { prepare } from './prepass.js';
import { readFile, readWhole } from './read.js';
import { originOf } from './side-text.js';
import { UNSHOWN } from './unshown.js';

/**
 * Reads a text of which only some hunks are shown (see `splitFragments` for its layout). Each function that is not whole
 * comes out once, under the name that its hunks give; what is not shown between its pieces is a statement of kind
 * `unknown` with the text "…", and conditions that are not shown are identifiers that start with `UNSEEN`.
 */
export function readFragments(engine: Engine, path: string, text: string): { file: CFile; gaps: Gap[] } {
  const { rest, partial: split } = splitFragments(text);
  const partial = split.map((fn) => ({ ...fn, pieces: joinedComments(text, fn.pieces) }));
  const { file, gaps } = readFile(engine, path, rest, null);
  if (partial.length === 0) return { file, gaps };
  const line = lineIndex(text);
  const pieces: { at: number; origin: number }[] = [];
  let side = '';
  const add = (part: string, origin: number): void => {
    pieces.push({ at: side.length, origin });
    side += part;
  };
  let unseen = 0;
  const name = (): string => `${UNSEEN}${++unseen}`;
  partial.forEach((fn, k) => {
    add(`${signature(fn, `f${k}`)} {\n`, fn.headerStart);
    fn.pieces.forEach((piece, p) => {
      if (p > 0 || !fn.fromStart) add(`${GAP}();\n`, piece.start);
      const closed = closeBody(text.slice(piece.start, piece.end), name);
      add(closed.before === '' ? '' : `${closed.before.replace(/\{(\s*case \w+:)?/g, `{$1 ${GAP}();`)}\n`, piece.start);
      add(closed.text, piece.start);
      // What a block that is cut holds besides is not shown either.
      add(`\n${closed.after.replace(/ \}/g, ` ${GAP}(); }`)}\n`, piece.end - 1);
      if (closed.lost !== '') gaps.push(gapOf(path, fn, `lines ${line(piece.start)}-${line(piece.end - 1)} cut a statement in two: "${closed.lost}"`));
    });
    if (!fn.toEnd) add(`${GAP}();\n`, fn.pieces[fn.pieces.length - 1]?.end ?? fn.headerStart);
    add('}\n', (fn.pieces[fn.pieces.length - 1]?.end ?? fn.headerStart + 1) - 1);
  });
  const trouble: Gap[] = [];
  const found = readWhole(
    { engine, path, text: side, line: (offset) => line(originOf(pieces, offset)), gaps: trouble, argument: () => null, typedefs: new Set() },
    prepare(side, 0, () => true),
  );
  const made = partial.map((fn, k) => assemble(found.functions.find((f) => f.fn.name === `f${k}`)?.fn ?? null, fn, k, line));
  partial.forEach((fn, k) => {
    const shown = fn.pieces.map((p) => `${line(p.start)}-${line(Math.max(p.start, p.end - 1))}`).join(', ');
    gaps.push(gapOf(path, fn, `only lines ${shown} of this function are shown`));
    for (const gap of trouble) if (gap.function === `f${k}`) gaps.push({ ...gap, function: made[k]!.name });
  });
  return { file: { ...file, functions: [...file.functions, ...made].sort((a, b) => a.line - b.line) }, gaps };
}

/** Pieces that one comment joins are one: only lines of the comment are not shown between them. */
function joinedComments(text: string, pieces: PartialFunction['pieces']): PartialFunction['pieces'] {
  const out: { start: number; end: number }[] = [];
  for (const piece of pieces) {
    const last = out.at(-1);
    const between = last === undefined ? '' : text.slice(last.end, piece.end);
    const open = between.indexOf('/*');
    const stop = between.indexOf('*/', open + 2);
    const joined =
      last !== undefined &&
      open >= 0 &&
      stop >= 0 &&
      between.slice(0, open).trim() === '' &&
      !between.slice(open + 2, stop).includes('/*') &&
      text.slice(last.end + stop + 2, piece.start).trim() === '' &&
      last.end + open < piece.start;
    if (joined && between.slice(open, stop).split('\n').length <= LONGEST) last.end = piece.end;
    else out.push({ ...piece });
  }
  return out;
}

/** A longer one may be two, with code between them. */
const LONGEST = 24;

const GAP = `${UNSEEN}lines`;

function gapOf(path: string, fn: PartialFunction, why: string): Gap {
  return { stage: 'parse', file: path, function: fn.name, why };
}

/** The header with a name of ours, its cut parameters dropped. */
function signature(fn: PartialFunction, name: string): string {
  const plain = `void ${name}(void)`;
  if (fn.name === '') return plain;
  const at = fn.header.search(new RegExp(`\\b${fn.name}\\s*\\(`));
  if (at < 0 || definedByHeader(fn.header) !== null) return plain;
  const before = fn.header.slice(0, at).replace(/[#"'\\]/g, ' ');
  const open = fn.header.indexOf('(', at);
  let depth = 0;
  let comma = open;
  for (let k = open; k < fn.header.length; k++) {
    const c = fn.header[k];
    if (c === '(') depth++;
    else if (c === ',' && depth === 1) comma = k;
    else if (c === ')' && --depth === 0) return `${before}${name}${fn.header.slice(open, k + 1)}`;
  }
  return `${before}${name}(${comma > open ? fn.header.slice(open + 1, comma) : 'void'})`;
}

/** The function as it was read, under its own name and lines; nothing readable becomes one unknown statement. */
function assemble(read: CFunction | null, fn: PartialFunction, index: number, line: (offset: number) => number): CFunction {
  const first = fn.pieces[0]?.start ?? fn.headerStart;
  const last = Math.max(first, (fn.pieces[fn.pieces.length - 1]?.end ?? first) - 1);
  const name = fn.name === '' ? `fragment_${index + 1}` : fn.name;
  const from = line(fn.headerStart);
  const endLine = line(last);
  const body: Stmt[] = read?.body?.body.map(unseenLines) ?? [{ k: 'unknown', text: UNSHOWN, line: line(first) }];
  const none = { params: [], variadic: false, returns: { base: 'int', pointers: 0, array: false }, static: false, inline: false, attributes: [] };
  return {
    kind: 'function',
    ...none,
    ...(read === null
      ? {}
      : { params: read.params, variadic: read.variadic, returns: read.returns, static: read.static, inline: read.inline, attributes: read.attributes }),
    name,
    body: { k: 'block', body, line: line(first), endLine },
    line: from,
    endLine,
    config: [],
    variant: 0,
    damaged: read === null || read.damaged,
  };
}

function unseenLines(s: Stmt): Stmt {
  switch (s.k) {
    case 'block':
      return { ...s, body: s.body.map(unseenLines) };
    case 'if':
      return { ...s, then: unseenLines(s.then), else: s.else && unseenLines(s.else) };
    case 'while':
    case 'do':
    case 'for':
    case 'switch':
      return { ...s, body: unseenLines(s.body) };
    default:
      break;
  }
  return s.k === 'expr' && s.expr.k === 'call' && s.expr.fn.k === 'id' && s.expr.fn.name === GAP ? { k: 'unknown', text: UNSHOWN, line: s.line } : s;
}
