import type { LockMode } from '../kernel/contract.js';
import { lockClass, type Machine } from './machine.js';
import type { State } from './state.js';

/** One way in which a function calls another: the locks that it holds there, or has said to be held, by class. */
export interface CallSite {
  readonly callee: string;
  readonly line: number;
  readonly held: readonly { readonly resource: string; readonly mode: LockMode; readonly line: number }[];
}

/** Notes a call on one path; calls that hold the same are one. */
export function noteCall(m: Machine, s: State, callee: string, line: number): void {
  const held = s.asserted.size === 0 ? s.held : [...s.held, ...s.asserted.values()];
  let key = `${callee} ${line}`;
  for (const h of held) key += ` ${h.lock}${h.mode === 'shared' ? 's' : ''}`;
  if (m.calls.has(key)) return;
  m.calls.set(key, { callee, line, held: held.map((h) => ({ resource: lockClass(m, h.lock), mode: h.mode, line: h.line })) });
}
