import type { Cfg } from '../cfg/cfg.js';
import type { Expr } from '../parse/c/ast.js';
import { evaluate, localScope } from './eval.js';
import { maskOf, NEG, POS, truth, ZERO } from './fact.js';
import { isPromised } from './flags.js';
import type { flagVariables } from './guards.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/**
 * The sign of what will be returned, where it is known: a path that failed is not merged with one that did not,
 * so that a clean-up that depends on the result is followed on the right side.
 */
export function resultKey(m: Machine, s: State, results: readonly string[]): string {
  let key = '';
  for (const name of results) {
    const value = s.env.get(name);
    if (value === undefined) continue;
    const t = m.terms.get(value);
    const mask = maskOf(m.terms, s.facts, value);
    key += t.k === 'sym' && t.source === 'param' ? `|${t.text}` : mask === NEG || mask === ZERO || mask === POS ? `|${mask}` : '|';
  }
  return key;
}

/** How the tests that recur came out on this path, where that is known. `asked`: what calls have said that recurring tests asked about. */
export function guardKey(m: Machine, s: State, guards: readonly Expr[], asked: ReadonlySet<TermId>): string {
  if (guards.length === 0 && asked.size === 0) return '';
  const scope = localScope(m, s, () => undefined);
  const answer = (id: TermId): string => {
    const value = truth(m.terms, s.facts, id);
    return value === null ? '?' : value ? 't' : 'f';
  };
  return [
    ...guards.map((g) => answer(evaluate(m, s, scope, g))),
    ...[...asked].flatMap((id) => {
      const said = answer(id);
      return said === '?' ? [] : [`${id}${said}`];
    }),
  ].join('');
}

/** Whether the flags that are passed on promise a lock: the lock is held on such a path, or is not. */
export function flagKey(m: Machine, s: State, passed: ReturnType<typeof flagVariables>): string {
  return passed
    .map(({ name, flag }) => {
      const value = s.env.get(name);
      const told = value === undefined ? null : isPromised(m, s.facts, value, flag);
      return told === null ? '?' : told ? 't' : 'f';
    })
    .join('');
}

/** The variables that some return gives back, sorted. */
export function returnedVariables(cfg: Cfg): string[] {
  const names = new Set<string>();
  for (const id of cfg.order) {
    const term = cfg.blocks[id]?.term;
    if (term?.k === 'return' && term.value?.k === 'id' && !term.value.name.startsWith('%')) names.add(term.value.name);
  }
  return [...names].sort();
}
