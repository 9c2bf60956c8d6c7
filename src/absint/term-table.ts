import { isCall, type Term, type TermId, type Terms } from './term.js';

const NEGATED: Readonly<Record<string, true>> = { '!=': true, '>=': true, '<=': true };

/** `constants`: values of named constants, so that flags and combinations of flags can be compared. */
export function createTerms(constants: ReadonlyMap<string, number | null> = new Map()): Terms {
  const all: Term[] = [];
  // One table for each kind of term: what is looked up most is found without making a string.
  const nums = new Map<number, TermId>();
  const names = new Map<string, TermId>();
  const unknowns = new Map<string, TermId>();
  const flags = new Map<string, TermId>();
  const locals = new Map<string, TermId>();
  const globals = new Map<string, TermId>();
  const fields = new Map<string, Map<number, TermId>>();
  const ops = new Map<string, Map<number, TermId>>();
  const calls = new Map<string, TermId>();
  const elems = new Map<number, TermId>();
  const derefs = new Map<number, TermId>();
  const addrs = new Map<number, TermId>();
  const loads = new Map<number, TermId>();
  const masks = new Map<TermId, readonly TermId[]>();
  const syms: (readonly TermId[])[] = [];
  const NONE: readonly TermId[] = [];

  function add<K>(table: Map<K, TermId>, key: K, term: Term, parts: readonly TermId[]): TermId {
    const id = all.length;
    all.push(term);
    table.set(key, id);
    let inside: readonly TermId[] = NONE;
    for (const p of parts) {
      const s = syms[p] ?? NONE;
      inside = inside.length === 0 || inside === s ? s : s.length === 0 ? inside : [...new Set([...inside, ...s])];
    }
    syms.push(term.k === 'sym' ? [id] : inside);
    return id;
  }
  const get = (id: TermId): Term => all[id] as Term;
  const num = (value: number): TermId => nums.get(value) ?? add(nums, value, { ...BLANK, k: 'num', value }, NONE);
  const plainField = (base: TermId, name: string): TermId => {
    const table = within(fields, name);
    return table.get(base) ?? add(table, base, { ...BLANK, k: 'field', base, name }, [base]);
  };
  // A member of the object that was found through that member is where it was found.
  const field = (base: TermId, name: string): TermId => {
    const t = get(base);
    return t.k === 'op' && t.op === `in:${name}` ? deref(t.args[0] as TermId) : plainField(base, name);
  };
  const elem = (base: TermId, index: TermId): TermId =>
    elems.get(base * PAIR + index) ?? add(elems, base * PAIR + index, { ...BLANK, k: 'elem', base, index }, [base, index]);
  const deref = (pointer: TermId): TermId => {
    const t = get(pointer);
    return t.k === 'addr' ? t.loc : (derefs.get(pointer) ?? add(derefs, pointer, { ...BLANK, k: 'deref', base: pointer }, [pointer]));
  };
  const addr = (loc: TermId): TermId => {
    const t = get(loc);
    return t.k === 'deref' ? t.base : (addrs.get(loc) ?? add(addrs, loc, { ...BLANK, k: 'addr', loc }, [loc]));
  };
  const load = (loc: TermId): TermId => loads.get(loc) ?? add(loads, loc, { ...BLANK, k: 'load', loc }, [loc]);
  const raw = (op: string, args: readonly TermId[]): TermId => {
    if (args.length !== 1 && args.length !== 2) {
      const key = `${op} ${args.join(' ')}`;
      return calls.get(key) ?? add(calls, key, { ...BLANK, k: 'op', op, args }, args);
    }
    const table = within(ops, op);
    const key = args.length === 1 ? -1 - (args[0] as TermId) : (args[0] as TermId) * PAIR + (args[1] as TermId);
    const known = table.get(key);
    if (known !== undefined) return known;
    const id = add(table, key, { ...BLANK, k: 'op', op, args }, args);
    if (op === '&') for (const a of args) masks.set(a, [...(masks.get(a) ?? NONE), id]);
    return id;
  };
  const bits = (base: TermId, set: readonly string[]): TermId => {
    const sorted = [...new Set(set)].sort();
    if (sorted.length === 0) return base < 0 ? num(0) : base;
    const key = `${base}|${sorted.join(' ')}`;
    return flags.get(key) ?? add(flags, key, { ...BLANK, k: 'bits', base, set: sorted }, base < 0 ? NONE : [base]);
  };

  function not(a: TermId): TermId {
    const t = get(a);
    if (t.k === 'num') return num(t.value === 0 ? 1 : 0);
    if (t.k === 'addr') return num(0);
    if (t.k === 'op' && t.op === '!') {
      const inner = get(t.args[0] as TermId);
      if (inner.k === 'op' && (inner.op === '!' || inner.op === '==' || inner.op === '<')) return t.args[0] as TermId;
    }
    return raw('!', [a]);
  }
  function equal(a: TermId, b: TermId): TermId {
    // Memory may have changed between two reads: that a value equals what was read before is a question, not a fact.
    if (a === b && !isMemory(a)) return num(1);
    const x = get(a);
    const y = get(b);
    if (x.k === 'num' && y.k === 'num') return num(x.value === y.value ? 1 : 0);
    if (y.k === 'num' && y.value === 0) return not(a);
    if (x.k === 'num' && x.value === 0) return not(b);
    const p = valueOf(x);
    const q = valueOf(y);
    if (p !== null && q !== null && (x.k === 'num' || y.k === 'num')) return num(p === q ? 1 : 0);
    if (isNamed(x) && isNamed(y)) return num(0);
    return raw('==', a < b ? [a, b] : [b, a]);
  }
  /** The number that a constant is, where its name is known. */
  function valueOf(t: Term): number | null {
    return t.k === 'num' ? t.value : t.k === 'name' ? (constants.get(t.name) ?? null) : null;
  }
  function isMemory(id: TermId): boolean {
    const t = get(id);
    if (t.k === 'load') return true;
    return t.k === 'op' && (isCall(t.op) || t.args.some(isMemory));
  }
  /** Distinct named constants are taken to differ; so are a constant and a negated one. */
  function isNamed(t: Term): boolean {
    return t.k === 'name' || (t.k === 'op' && t.op === '-' && t.args.length === 1 && get(t.args[0] as TermId).k === 'name');
  }
  function less(a: TermId, b: TermId): TermId {
    const x = get(a);
    const y = get(b);
    if (a === b) return num(0);
    if (x.k === 'num' && y.k === 'num') return num(x.value < y.value ? 1 : 0);
    return raw('<', [a, b]);
  }
  function flagSet(id: TermId): { base: TermId; set: readonly string[] } | null {
    const t = get(id);
    if (t.k === 'bits') return { base: t.base, set: t.set };
    if (t.k === 'name') return { base: -1, set: [t.name] };
    if (t.k === 'num' && t.value === 0) return { base: -1, set: [] };
    return null;
  }
  function or(a: TermId, b: TermId): TermId {
    const x = flagSet(a);
    const y = flagSet(b);
    if (x && y && (x.base < 0 || y.base < 0)) return bits(Math.max(x.base, y.base), [...x.set, ...y.set]);
    if (x && x.base < 0 && x.set.length > 0) return bits(b, x.set);
    if (y && y.base < 0 && y.set.length > 0) return bits(a, y.set);
    return raw('|', a < b ? [a, b] : [b, a]);
  }
  /** `~(A|B)`: the names taken away. */
  function cleared(id: TermId): readonly string[] | null {
    const t = get(id);
    const inner = t.k === 'op' && t.op === '~' ? flagSet(t.args[0] as TermId) : null;
    return inner !== null && inner.base < 0 && inner.set.length > 0 ? inner.set : null;
  }
  function without(value: TermId, gone: readonly string[], all: TermId): TermId {
    const set = flagSet(value);
    // Names that share a bit with a cleared one without being it are not known to be left.
    if (set === null || set.set.length === 0 || set.set.some((n) => !gone.includes(n) && commonBits([n], gone)?.length !== 0))
      return set !== null && set.set.length === 0 ? value : raw('&', value < all ? [value, all] : [all, value]);
    return bits(
      set.base < 0 ? -1 : without(set.base, gone, all),
      set.set.filter((n) => !gone.includes(n)),
    );
  }
  /** `(x & ~A) & B` is `x & B` where the two have nothing in common. */
  function unmasked(id: TermId, mask: readonly string[]): TermId | null {
    const t = get(id);
    if (t.k !== 'op' || t.op !== '&' || t.args.length !== 2) return null;
    for (const [x, m] of [
      [t.args[0], t.args[1]],
      [t.args[1], t.args[0]],
    ] as [TermId, TermId][]) {
      const gone = cleared(m);
      if (gone) return mask.every((n) => gone.includes(n)) ? num(0) : commonBits(mask, gone)?.length === 0 ? x : null;
    }
    return null;
  }
  function and(a: TermId, b: TermId): TermId {
    const x = get(a);
    const y = get(b);
    if (x.k === 'num' && x.value === 0) return a;
    if (y.k === 'num' && y.value === 0) return b;
    const goneA = cleared(a);
    const goneB = cleared(b);
    if (goneB && !goneA) return without(a, goneB, b);
    if (goneA && !goneB) return without(b, goneA, a);
    const left = clearedBy(a, b);
    if (left !== null) return and(left, b);
    const right = clearedBy(b, a);
    if (right !== null) return and(right, a);
    const value = x.k === 'bits' ? x : y.k === 'bits' && x.k === 'name' ? y : x.k === 'name' && y.k === 'name' ? { base: -1, set: [x.name] } : null;
    const mask = flagSet(value === y ? a : b);
    if (value && mask && mask.base < 0) {
      const overlap = commonBits(value.set, mask.set);
      if (overlap === null) return raw('&', a < b ? [a, b] : [b, a]);
      if (overlap.length > 0) return bits(-1, overlap);
      return value.base < 0 ? num(0) : and(value.base, value === y ? a : b);
    }
    return raw('&', a < b ? [a, b] : [b, a]);
  }
  function clearedBy(value: TermId, flags: TermId): TermId | null {
    const mask = flagSet(flags);
    return mask !== null && mask.base < 0 && mask.set.length > 0 ? unmasked(value, mask.set) : null;
  }
  /** The names of `value` that `mask` covers; null when a combination of unknown content is among them. */
  function commonBits(value: readonly string[], mask: readonly string[]): string[] | null {
    const common = value.filter(
      (n) =>
        mask.includes(n) ||
        mask.some((k) => {
          const p = constants.get(n);
          const q = constants.get(k);
          return typeof p === 'number' && typeof q === 'number' && (p & q) !== 0;
        }),
    );
    if (common.length > 0) return common;
    const vague = (n: string): boolean => typeof constants.get(n) !== 'number' && /MASK|ERROR|FLAGS|BITS|ALL|ANY/.test(n);
    return value.some(vague) || mask.some(vague) ? null : [];
  }
  function op(name: string, args: readonly TermId[]): TermId {
    const [a, b] = args as [TermId, TermId];
    if (args.length === 1) {
      const t = get(a);
      if (name.startsWith('in:')) return container(a, name.slice(3)) ?? raw(name, args);
      if (name === '!') return not(a);
      if (name === '+') return a;
      if (name === '-' && t.k === 'num') return num(-t.value);
      if (name === '~' && t.k === 'num') return num(~t.value);
      return raw(name, args);
    }
    if (args.length !== 2) return raw(name, args);
    if (name === '==') return equal(a, b);
    if (name === '<') return less(a, b);
    if (name === '>') return less(b, a);
    if (NEGATED[name]) return not(name === '!=' ? equal(a, b) : name === '>=' ? less(a, b) : less(b, a));
    const x = get(a);
    const y = get(b);
    if (name === '|') return or(a, b);
    if (name === '&') return and(a, b);
    if (x.k === 'num' && y.k === 'num') {
      const value =
        name === '+' ? x.value + y.value : name === '-' ? x.value - y.value : name === '*' ? x.value * y.value : name === '<<' ? x.value * 2 ** y.value : null;
      if (value !== null && Number.isSafeInteger(value)) return num(value);
    }
    if ((name === '+' || name === '-') && y.k === 'num' && y.value === 0) return a;
    return raw(name, args);
  }
  /** The object whose member `path` ("refcount", "slots.lock") is at `pointer`, where the pointer says it. */
  function container(pointer: TermId, path: string): TermId | null {
    const t = get(pointer);
    const loc = t.k === 'addr' ? get(t.loc) : null;
    const [last, ...outer] = path.split('.').reverse() as [string, ...string[]];
    if (loc?.k !== 'field' || loc.name !== last) return null;
    return outer.length === 0 ? loc.base : container(loc.base, outer.reverse().join('.'));
  }
  function replace(id: TermId, from: TermId, to: TermId): TermId {
    if (id === from) return to;
    if (!(syms[id] ?? NONE).includes(from)) return id;
    const t = get(id);
    switch (t.k) {
      case 'load':
        return load(replace(t.loc, from, to));
      case 'addr':
        return addr(replace(t.loc, from, to));
      case 'op':
        return op(
          t.op,
          t.args.map((a) => replace(a, from, to)),
        );
      case 'bits':
        return bits(replace(t.base, from, to), t.set);
      case 'field':
        return field(replace(t.base, from, to), t.name);
      case 'elem':
        return elem(replace(t.base, from, to), replace(t.index, from, to));
      case 'deref':
        return deref(replace(t.base, from, to));
      default:
        return id;
    }
  }
  return {
    get,
    num,
    field,
    elem,
    deref,
    addr,
    load,
    op,
    replace,
    symbols: (id) => syms[id] ?? NONE,
    masked: (value) => masks.get(value) ?? NONE,
    constant: (name) => constants.get(name) ?? null,
    name: (name) => names.get(name) ?? add(names, name, { ...BLANK, k: 'name', name }, NONE),
    sym: (origin, text, type, source) => unknowns.get(origin) ?? add(unknowns, origin, { ...BLANK, k: 'sym', origin, text, type, source }, NONE),
    variable: (name, global) => (global ? globals : locals).get(name) ?? add(global ? globals : locals, name, { ...BLANK, k: 'var', name, global }, NONE),
  };
}

/** All terms have the same properties in the same order, those of other kinds unused: so every look at one is the same to the engine that runs this. */
const BLANK = {
  k: '',
  value: 0,
  name: '',
  origin: '',
  text: '',
  type: null,
  source: 'unknown',
  loc: -1,
  op: '',
  args: [],
  base: -1,
  set: [],
  index: -1,
  global: false,
} as const;

/** Two ids make one key. */
const PAIR = 2 ** 26;

function within<K, V>(tables: Map<string, Map<K, V>>, name: string): Map<K, V> {
  let table = tables.get(name);
  if (table === undefined) tables.set(name, (table = new Map()));
  return table;
}
