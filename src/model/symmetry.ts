import { cellsOf, parseExpression, type Expression } from './expression.js';
import type { Actor, Point, Program } from './verdict.js';

/** Actors that may change places: a state and the one in which two of a class have changed theirs go on alike. */
export interface Symmetry {
  /** Indices of actors, two or more in each. */
  readonly classes: readonly (readonly number[])[];
  /** Cells of each actor's own, by family: `name.0` belongs to actor 0, `name.1` to actor 1. */
  readonly families: readonly string[];
  /** Shared cells that hold an actor's index and one, 0 for nobody; and those that have a bit for each actor. */
  readonly owners: readonly string[];
  readonly masks: readonly string[];
}

/**
 * Finds the actors that are interchangeable: with two of them swapped, in the code, in cell names and in what shared
 * cells say of actors, the program has to be the same program. The names only propose; what counts is that comparison.
 * Null when no two are.
 */
export function symmetryOf(program: Program): Symmetry | null {
  const { actors, cells } = program;
  const names = new Set(cells.map((c) => c.name));
  const families = [
    ...new Set(
      cells.flatMap((c) => {
        const f = FAMILY.exec(c.name)?.[1];
        return f !== undefined && actors.every((_, i) => names.has(`${f}.${i}`)) ? [f] : [];
      }),
    ),
  ];
  const shared = cells.map((c) => c.name).filter((n) => !families.includes(FAMILY.exec(n)?.[1] ?? ''));
  const owners = shared.filter((n) => OWNER.test(n));
  const masks = shared.filter((n) => MASK.test(n));
  const parse = memo((text: string) => {
    const p = parseExpression(text);
    return p.ok ? p.expr : null;
  });
  const classes: number[][] = [];
  actors.forEach((a, j) => {
    const mine = classes.find((c) => {
      const i = c[0] ?? -1;
      return (
        actors[i]?.points.length === a.points.length &&
        a.points.length > 0 &&
        isSame(program, { i, j, families: new Set(families), owners: new Set(owners), masks: new Set(masks), parse })
      );
    });
    if (mine === undefined) classes.push([j]);
    else mine.push(j);
  });
  const large = classes.filter((c) => c.length > 1);
  return large.length === 0 ? null : { classes: large, families, owners, masks };
}

const FAMILY = /^(.+)\.(\d+)$/;
const OWNER = /\.(owner|writer)$/;
const MASK = /\.queue$/;

/** Two actors that change places. */
interface Swap {
  readonly i: number;
  readonly j: number;
  readonly families: ReadonlySet<string>;
  readonly owners: ReadonlySet<string>;
  readonly masks: ReadonlySet<string>;
  readonly parse: (text: string) => Expression | null;
}

function isSame(program: Program, swap: Swap): boolean {
  const init = new Map(program.cells.map((c) => [c.name, c]));
  for (const c of program.cells) {
    const to = init.get(renamed(swap, c.name));
    const start = swap.owners.has(c.name) ? ownerIn(swap, c.init) : swap.masks.has(c.name) ? bitsIn(swap, c.init) : c.init;
    if (to === undefined || to.bits !== c.bits || to.init !== start || to.owner !== (c.owner === null ? null : actorIn(swap, c.owner))) return false;
  }
  const plain = memo((text: string) => {
    const e = swap.parse(text);
    return e === null ? null : words(e);
  });
  const swapped = memo((text: string) => {
    const e = swap.parse(text);
    const m = e === null ? null : mapped(swap, e);
    return m === null ? null : words(m);
  });
  const same = (from: string, to: string): boolean => {
    const s = swapped(from);
    return s !== null && s === plain(to);
  };
  for (const w of program.waits) for (const [k, b] of w.blockers.entries()) if (!same(b, w.blockers[actorIn(swap, k)] ?? '')) return false;
  const finals = program.final.map((f) => swapped(f.expr));
  if (
    finals.includes(null) ||
    finals.sort().join(';') !==
      program.final
        .map((f) => plain(f.expr))
        .sort()
        .join(';')
  )
    return false;
  const points = (a: Actor | undefined, ordered: boolean, read: Reading): string | null =>
    joined(a?.points.map((p) => pointWords(p, ordered, read)) ?? [], '\n');
  const cells = memo((text: string) => {
    const e = swap.parse(text);
    return e === null ? [] : cellsOf(e);
  });
  const old: Reading = { cells, cell: (n) => n, value: plain, set: (_, e) => plain(e) };
  const now: Reading = {
    cells,
    cell: (n) => renamed(swap, n),
    value: swapped,
    set: (cell, e) => {
      const x = swap.parse(e);
      const m = x === null ? null : valueFor(swap, cell, x);
      return m === null ? null : words(m);
    },
  };
  return program.actors.every((a, k) => {
    const moved = k === swap.i || k === swap.j;
    const w = points(a, moved, now);
    return w !== null && w === points(program.actors[actorIn(swap, k)], moved, old);
  });
}

/** How a program's text is read: as it stands, or with the two swapped. */
interface Reading {
  readonly cells: (text: string) => readonly string[];
  readonly cell: (name: string) => string;
  readonly value: (text: string) => string | null;
  readonly set: (cell: string, text: string) => string | null;
}

/** What a point does. Its alternatives keep their order where they have to correspond one by one. */
function pointWords(p: Point, ordered: boolean, read: Reading): string | null {
  const alts = p.alts.map((alt) => {
    const asserts = joined(alt.asserts.map((x) => read.value(x.expr)).sort(), ';');
    const sets = alt.sets.map((s) => {
      const e = read.set(s.cell, s.expr);
      return e === null ? null : `${read.cell(s.cell)}=${e}`;
    });
    return joined([read.value(alt.guard), asserts, joined(isInAnyOrder(alt.sets, read) ? sets.sort() : sets, ';'), String(alt.to)], '|');
  });
  return joined([p.waits ?? '', joined(ordered ? alts : alts.sort(), ' / ')], ': ');
}

/** No assignment sees what another one of the list writes. */
function isInAnyOrder(sets: Point['alts'][number]['sets'], read: Reading): boolean {
  return sets.every((s, i) => sets.every((x, k) => k === i || (x.cell !== s.cell && !read.cells(s.expr).includes(x.cell))));
}

const joined = (parts: readonly (string | null)[], by: string): string | null => (parts.includes(null) ? null : parts.join(by));
const actorIn = ({ i, j }: Swap, k: number): number => (k === i ? j : k === j ? i : k);
const ownerIn = (swap: Swap, value: number): number => actorIn(swap, value - 1) + 1;
function bitsIn({ i, j }: Swap, value: number): number {
  const differ = ((value >> i) ^ (value >> j)) & 1;
  return value ^ ((differ << i) | (differ << j));
}

function renamed(swap: Swap, name: string): string {
  const m = FAMILY.exec(name);
  return m?.[1] !== undefined && swap.families.has(m[1]) ? `${m[1]}.${actorIn(swap, Number(m[2]))}` : name;
}

/** The expression with the two swapped; null where a cell that speaks of actors is used in a way that is not understood. */
function mapped(swap: Swap, e: Expression): Expression | null {
  const speaks = (x: Expression): boolean => x.k === 'cell' && (swap.owners.has(x.name) || swap.masks.has(x.name));
  switch (e.k) {
    case 'num':
      return e;
    case 'cell':
      return speaks(e) ? null : { k: 'cell', name: renamed(swap, e.name) };
    case 'unary': {
      if (e.op === '!' && speaks(e.arg)) return e;
      const arg = mapped(swap, e.arg);
      return arg && { ...e, arg };
    }
    case 'cond': {
      const [test, then, other] = [mapped(swap, e.test), mapped(swap, e.then), mapped(swap, e.else)];
      return test && then && other && { k: 'cond', test, then, else: other };
    }
    case 'binary': {
      if (speaks(e.left) && e.left.k === 'cell' && e.right.k === 'num') {
        if (e.right.value === 0 && ['==', '!=', '>'].includes(e.op)) return e;
        return swap.owners.has(e.left.name) && (e.op === '==' || e.op === '!=') ? { ...e, right: { k: 'num', value: ownerIn(swap, e.right.value) } } : null;
      }
      if (
        e.op === '&' &&
        e.right.k === 'num' &&
        e.right.value === 1 &&
        e.left.k === 'binary' &&
        e.left.op === '>>' &&
        e.left.right.k === 'num' &&
        e.left.left.k === 'cell' &&
        swap.masks.has(e.left.left.name)
      )
        return { ...e, left: { ...e.left, right: { k: 'num', value: actorIn(swap, e.left.right.value) } } };
      const [left, right] = [mapped(swap, e.left), mapped(swap, e.right)];
      return left && right && { ...e, left, right };
    }
  }
}

/** The same of what a cell is set to. */
function valueFor(swap: Swap, cell: string, e: Expression): Expression | null {
  if (!swap.owners.has(cell) && !swap.masks.has(cell)) return mapped(swap, e);
  const number = (value: number): Expression => ({ k: 'num', value: swap.owners.has(cell) ? ownerIn(swap, value) : bitsIn(swap, value) });
  if (e.k === 'num') return number(e.value);
  if (e.k === 'cell') return e.name === cell ? e : null;
  if (e.k === 'cond') {
    const [test, then, other] = [mapped(swap, e.test), valueFor(swap, cell, e.then), valueFor(swap, cell, e.else)];
    return test && then && other && { k: 'cond', test, then, else: other };
  }
  if (e.k !== 'binary' || !swap.masks.has(cell) || e.left.k !== 'cell' || e.left.name !== cell) return null;
  if (e.op === '|' && e.right.k === 'num') return { ...e, right: number(e.right.value) };
  return e.op === '&' && e.right.k === 'unary' && e.right.op === '~' && e.right.arg.k === 'num'
    ? { ...e, right: { ...e.right, arg: number(e.right.arg.value) } }
    : null;
}

const FREE_ORDER: ReadonlySet<string> = new Set(['&&', '||', '+', '|', '&', '*', '==', '!=']);
const FLAT: ReadonlySet<string> = new Set(['&&', '||', '+', '|', '&', '*']);

/** One text for expressions that differ only in the order of their parts. */
function words(e: Expression): string {
  switch (e.k) {
    case 'num':
      return String(e.value);
    case 'cell':
      return e.name;
    case 'unary':
      return `${e.op}${words(e.arg)}`;
    case 'cond':
      return `(${words(e.test)} ? ${words(e.then)} : ${words(e.else)})`;
    case 'binary': {
      const parts = (x: Expression): string[] => (FLAT.has(e.op) && x.k === 'binary' && x.op === e.op ? [...parts(x.left), ...parts(x.right)] : [words(x)]);
      const all = [...parts(e.left), ...parts(e.right)];
      return `(${(FREE_ORDER.has(e.op) ? all.sort() : all).join(` ${e.op} `)})`;
    }
  }
}

function memo<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const old = known.get(text);
    if (old !== undefined || known.has(text)) return old as T;
    const value = make(text);
    known.set(text, value);
    return value;
  };
}
