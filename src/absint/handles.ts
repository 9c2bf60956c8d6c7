import type { CType } from '../parse/c/ast.js';
import { strip, typeOf, type Machine } from './machine.js';
import type { TermId } from './term.js';

/**
 * A handle is a small value that stands for an object: a struct or a typedef that is passed by value and holds a pointer,
 * perhaps with a tag in its low bits. What is held of the object is held through the handle too. `of:F` is what a
 * function F that is not known makes of one value: a handle of a pointer, or a number of a handle. `as:T` is the
 * pointer to a struct T that a handle stands for.
 */
const OF = 'of:';
const AS = 'as:';

/** Typedefs that are numbers, whatever they count. */
const NUMBERS =
  /^(u?int|[us]?(8|16|32|64)|__[usbl]e?\d+|s?size|off|loff|pgoff|gfp|f?mode|umode|pid|uid|gid|dev|sector|time|ktime|clock|bool|vm_fault|ino|key|atomic\d*|phys_addr|dma_addr|resource_size|nodemask|cpumask|sigset|isolate_mode|blk_\w+|be\d+|le\d+|irqreturn|netdev_features|spinlock|rwlock|acct|rmap|fpi|slab_flags|depot_\w+|cycles|u?intptr|ptrdiff|rwf|pgprot|swap_\w+|vm_flags)_t$/;

/** A type whose values may stand for an object. */
export function isHandleType(type: CType | null): boolean {
  return (
    type !== null && type.pointers === 0 && !type.array && (/^(struct|union) \w/.test(type.base) || (/^\w+_t$/.test(type.base) && !NUMBERS.test(type.base)))
  );
}

export function isHandle(m: Machine, id: TermId): boolean {
  const t = m.terms.get(id);
  if (t.k === 'op' && t.op.startsWith(OF)) return true;
  return t.k !== 'num' && t.k !== 'name' && isHandleType(typeOf(m, id));
}

/** The handle that the only value of a struct makes. */
export function handleOf(m: Machine, value: TermId): TermId {
  return m.terms.op(`${OF}{}`, [value]);
}

/** What a pointer to `type` is that a handle is turned into. */
export function pointerOf(m: Machine, handle: TermId, type: CType): TermId {
  const tag = type.base;
  let at = handle;
  for (;;) {
    const t = m.terms.get(at);
    const own = typeOf(m, at);
    if (own?.pointers === 1 && own.base === tag) return at;
    const inner = t.k === 'op' && (t.op.startsWith(OF) || t.op.startsWith(AS) || t.op.startsWith('once:')) ? t.args[0] : undefined;
    if (inner === undefined) break;
    at = inner;
  }
  const pointer = m.terms.op(`${AS}${tag}`, [at]);
  if (!m.casts.has(pointer)) {
    m.casts.set(pointer, { ...type, array: false });
    m.typed.clear();
  }
  return pointer;
}

/**
 * What a function of which nothing is known makes of its only argument, where its name says that it turns one thing into
 * another (`x_to_y`, `make_x`, `x_value`) and one of the two is a handle; null: it is no conversion. A page-table entry
 * leads to a page, and stands for none.
 */
export function converted(m: Machine, name: string, args: readonly TermId[], result: CType | null): TermId | null {
  const [arg] = args;
  if (arg === undefined || args.length !== 1) return null;
  const value = strip(m.terms, arg);
  if (TURNS.test(name) && isHandle(m, value) && result !== null && result.pointers === 1 && /^(struct|union) /.test(result.base))
    return pointerOf(m, value, result);
  if ((TURNS.test(name) || VALUE.test(name)) && isHandle(m, value)) return m.terms.op(`${OF}${name}`, [value]);
  return TURNS.test(name) && isHandleType(result) && (typeOf(m, value) ?? m.declared.get(value))?.pointers === 1 ? m.terms.op(`${OF}${name}`, [value]) : null;
}

/** A function of this name tells the number that a handle is. */
export function isValueOf(name: string): boolean {
  return VALUE.test(name);
}

/** A function of this name may turn a handle into what it stands for, or the other way round. */
export function isConversion(name: string): boolean {
  return TURNS.test(name) || VALUE.test(name);
}

const TURNS = /[a-z]_to_[a-z]|^make_[a-z]/;
const VALUE = /_(value|val|raw)$/;

/** The value that a handle was made of, looked through conversions and the arithmetic of tags. */
export function madeOf(m: Machine, id: TermId): TermId {
  const t = m.terms.get(id);
  if (t.k !== 'op' || !t.args.length) return id;
  if (t.op.startsWith(OF) || t.op.startsWith(AS) || t.op.startsWith('once:')) return madeOf(m, t.args[0] as TermId);
  if (!['+', '-', '|', '&', 'ptr+'].includes(t.op)) return id;
  const parts = t.args.filter((a) => m.terms.symbols(a).length > 0);
  return parts.length === 1 ? madeOf(m, parts[0] as TermId) : parts.length > 1 && (t.op === '+' || t.op === 'ptr+') ? madeOf(m, parts[0] as TermId) : id;
}
