import type { Machine } from './machine.js';

/** English word parts of functions that hand a lock or a reference to their caller, or take one over. No kernel names. */
export const HANDS_OUT =
  /(^|_)([a-z]{0,4}(?<!un|b|c|(?:^|_)[mf])lock(ed)?|get|acquire|acquired|begin|start|enter|prepare|grab|pin|hold|try|isolate|take|find|down|freeze|stop|lookup|alloc|new|create|open|init|disable|suspend|next|first|walk|read|write|k?map|mount|online|offline)(_|$)/;

/** The same of functions that are there to lock; mlock() and flock() lock pages into memory and files for processes. */
export const SAYS_LOCK = /(^|_)[a-z]{0,4}(?<!un|b|c|(?:^|_)[mf])lock(ed)?(_|$)/;

/** The function's name; one that returns no pointer and has something locked in the middle of its name counts it, and does not lock it. */
export function spoken(m: Machine): string {
  return m.fn.returns.pointers > 0 ? m.fn.name : m.fn.name.replace(/(?<=^|_)[a-z]{0,4}locked(?=_)/g, '');
}

/** Functions that ask how a lock is. */
export const LOOKS_AT_LOCK = /_(is_)?(held|locked|contended)$/;

/** Word parts of functions that may take a lock of what they are given. */
export const MAY_LOCK = /(^|_)[a-z]{0,4}(?<!un|b|c)lock(_|$)/;

/** Word parts of functions that may give back a lock of what they are given. */
export const MAY_UNLOCK = /(^|_)[a-z]{0,4}unlock(_|$)/;

/** Word parts of functions that may take over what they are given. */
export const TAKES_OVER =
  /(^|_)(put|free|release|drop|add|insert|queue|attach|install|enqueue|submit|register|set|store|link|move|putback|push|commit|destroy|finish|end|complete|kill|cleanup|migrate|splice|dup|rmap|install|publish|assign|init|fini|done|del|delete|remove)/;

/** Word parts of functions that may give an object with a reference. */
export const GIVES = /(^|_)(get|find|lookup|grab|open|alloc|create|next|first|by)(_|$)/;
