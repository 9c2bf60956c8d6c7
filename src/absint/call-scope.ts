import type { Instr } from '../cfg/cfg.js';
import type { Contract } from '../kernel/contract.js';
import { localScope, place as placeOf, type Scope } from './eval.js';
import type { Machine } from './machine.js';
import type { State } from './state.js';
import type { TermId } from './term.js';

/** The call instruction. */
export type Call = Extract<Instr, { op: 'call' }>;

const NO_PLACES: ReadonlyMap<string, TermId> = new Map();
const NO_USES = (): void => undefined;

/** Parameters of type `__expr` stand for the argument itself, so that the callee (a macro) can assign it. */
export function lvalues(m: Machine, s: State, call: Call, contract: Contract): ReadonlyMap<string, TermId> {
  if (!contract.params.some((p) => p.type.base === '__expr')) return NO_PLACES;
  const out = new Map<string, TermId>();
  contract.params.forEach((p, i) => {
    const a = call.args[i];
    if (a && p.type.base === '__expr' && (a.k === 'id' || a.k === 'member' || a.k === 'index' || (a.k === 'unary' && a.op === '*')))
      out.set(
        p.name,
        placeOf(
          m,
          s,
          localScope(m, s, () => undefined),
          a,
        ),
      );
  });
  return out;
}

/** What the names in a contract mean at one call: its arguments, its result, and the places that arguments point to. */
export function contractScope(
  m: Machine,
  bindings: Map<string, TermId>,
  result: TermId,
  places: ReadonlyMap<string, TermId> = NO_PLACES,
  uses: Scope['touch'] = NO_USES,
): Scope {
  return {
    value: (name) => (name === '__return' ? result : (bindings.get(name) ?? null)),
    place: (name) => {
      const own = places.get(name);
      if (own !== undefined) return own;
      const bound = name === '__return' ? result : bindings.get(name);
      return bound === undefined ? m.terms.variable(name, true) : m.terms.deref(bound);
    },
    touch: uses,
  };
}
