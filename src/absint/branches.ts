import type { BasicBlock } from '../cfg/cfg.js';
import { evaluate, localScope } from './eval.js';
import type { Exit } from './exit.js';
import { assume, consistent, truth } from './fact.js';
import type { Machine } from './machine.js';
import { callFoundNone, testedValue } from './nothing.js';
import { forgetNothings, lockedNothing } from './ownership.js';
import { touch } from './resources.js';
import { forgetTest } from './retests.js';
import { withoutSections } from './sections.js';
import { cloneState, resourceKey, type State } from './state.js';
import { unify } from './substitute.js';
import { isCall, type TermId } from './term.js';

/** The states after a block's last instruction, each with the block it goes to; a return is entered in `exits`. `asked` gets what calls have answered to tests that recur; `again`: this test is asked anew each time. */
export function terminate(
  m: Machine,
  s: State,
  block: BasicBlock,
  exits: Map<string, Exit>,
  asked: Set<TermId> | null,
  again: boolean,
): { to: number; state: State }[] {
  const scope = localScope(m, s, (object, line) => touch(m, s, object, line, block.id));
  const term = block.term;
  switch (term.k) {
    case 'jump':
      return [{ to: term.to, state: s }];
    case 'unreachable':
      return [];
    case 'choice': {
      if (term.unless !== undefined && truth(m.terms, s.facts, evaluate(m, s, scope, term.unless)) === false) return [{ to: term.to[0] as number, state: s }];
      if (term.key === null) return term.to.map((to, i) => ({ to, state: i === term.to.length - 1 ? s : cloneState(s) }));
      const negated = term.key.startsWith('!');
      const id = m.terms.name(`#if ${negated ? term.key.slice(1) : term.key}`);
      return term.to.flatMap((to, i) => taken(m, cloneState(s), id, (i === 0) !== negated, to, term.line, block.id));
    }
    case 'branch': {
      const cond = evaluate(m, s, scope, term.cond);
      if (again && truth(m.terms, s.facts, cond) !== null) forgetTest(m, s, cond);
      if (asked && asked.size < MAX_ASKED && !isNew(m, cond)) asked.add(cond);
      const other = cloneState(s);
      return [...taken(m, s, cond, true, term.then, term.line, block.id), ...taken(m, other, cond, false, term.else, term.line, block.id)];
    }
    case 'switch': {
      const value = evaluate(m, s, scope, term.value);
      const out: { to: number; state: State }[] = [];
      const rest = cloneState(s);
      let possible = true;
      let fallback: number | null = null;
      for (const c of term.cases) {
        if (c.low === null) {
          fallback = c.to;
          continue;
        }
        if (!possible) continue;
        const low = evaluate(m, s, scope, c.low);
        const test = c.high === null ? m.terms.op('==', [value, low]) : m.terms.op('call:case', [value, low, evaluate(m, s, scope, c.high)]);
        out.push(...taken(m, cloneState(rest), test, true, c.to, term.line, block.id));
        const facts = assume(m.terms, rest.facts, test, false);
        if (facts) rest.facts = facts;
        else possible = false;
      }
      if (possible && fallback !== null) out.push({ to: fallback, state: rest });
      return out;
    }
    case 'return': {
      const value = term.value === null ? null : evaluate(m, s, scope, term.value);
      s.trace = { line: term.line, note: 'returns', block: block.id, prev: s.trace };
      exits.set(`${block.id} ${resourceKey(s)} ${value ?? ''} ${value === null ? '' : JSON.stringify(s.facts.get(value) ?? null)}`, {
        state: withoutSections(m, s),
        value,
        line: term.line,
        block: block.id,
      });
      return [];
    }
  }
}

/** More answers of calls than this are not kept apart. */
const MAX_ASKED = 6;

/** A test of what a call has just returned, which another call will not return again. */
function isNew(m: Machine, cond: TermId): boolean {
  const t = m.terms.get(cond);
  return t.k === 'op' && !isCall(t.op) ? t.args.some((a) => isNew(m, a)) : t.k === 'sym' && t.source === 'call' && t.origin.startsWith('call:');
}

function taken(m: Machine, s: State, cond: TermId, value: boolean, to: number, line: number, block: number): { to: number; state: State }[] {
  const facts = assume(m.terms, s.facts, cond, value);
  if (facts === null || (facts !== s.facts && !consistent(m.terms, facts))) return [];
  if (facts !== s.facts || callFoundNone(m, facts, cond))
    s.trace = { line, note: value ? 'condition true' : 'condition false', block, prev: s.trace, tested: testedValue(m, facts, cond) };
  s.facts = facts;
  if (lockedNothing(m, s)) return [];
  forgetNothings(m, s);
  if (value) unify(m.terms, s, cond);
  else {
    const t = m.terms.get(cond);
    if (t.k === 'op' && t.op === '!') unify(m.terms, s, t.args[0] as TermId);
  }
  return [{ to, state: s }];
}
