import type { Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { EffectTable } from '../effect/effect.js';
import type { Contract } from '../kernel/contract.js';
import { UNSHOWN } from '../parse/c/unshown.js';
import { applyCall } from './call.js';
import { noteCall } from './calls.js';
import { freshSym, handOverMembers } from './clobber.js';
import { evaluate, localScope, place as placeOf } from './eval.js';
import { POS } from './fact.js';
import { checkFlags, type FlagUse } from './flags.js';
import { declare, type Machine } from './machine.js';
import { isLocalPlace } from './derived.js';
import { touch } from './resources.js';
import { copyOf } from './small-map.js';
import type { State } from './state.js';
import { canBeFound, markClass, mayRestore } from './unclear.js';
import { afterUnshown } from './unshown.js';
import { writePlace } from './write.js';

/** The states after one instruction; `s` may be changed. */
export function execute(m: Machine, s: State, instr: Instr, block: number, effects: EffectTable, flagUses: Map<string, FlagUse>): State[] {
  const scope = localScope(m, s, (object, line) => touch(m, s, object, line, block));
  switch (instr.op) {
    case 'declare': {
      declare(m, instr.name, instr.type);
      s.env.delete(instr.name);
      return [s];
    }
    case 'assign': {
      const value =
        (isStep(instr) || isFarAlong(m, s, instr)) && m.inLoop.has(block)
          ? freshSym(
              m,
              s,
              `step:${block}:${instr.line}:${printExpr(instr.to)}`,
              printExpr(instr.to),
              'unknown',
              block,
              instr.to.k === 'id' ? (m.variables.get(instr.to.name) ?? null) : null,
            )
          : instr.from.k === 'init'
            ? freshSym(m, s, `init:${block}:${instr.line}`, '{ … }', 'unknown', block)
            : evaluate(m, s, scope, instr.from);
      if (instr.to.k === 'id' && (instr.to.name.startsWith('%') || m.variables.has(instr.to.name))) {
        s.env.set(instr.to.name, value);
        const type = m.variables.get(instr.to.name);
        if (type && !m.declared.has(value)) m.declared.set(value, type);
      } else {
        const to = placeOf(m, s, scope, instr.to);
        if (instr.from.k === 'id' && !isLocalPlace(m, to)) handOverMembers(m, s, instr.from.name, to);
        writePlace(m, s, to, value, { line: instr.line, by: '', place: printExpr(instr.to) });
      }
      return [s];
    }
    case 'use':
      evaluate(m, s, scope, instr.value);
      return [s];
    case 'havoc': {
      if (instr.why.startsWith(UNSHOWN)) return [afterUnshown(m, s, block, instr)];
      for (const p of instr.places) {
        const element = instr.why === 'element';
        const type = p.k === 'id' ? (m.variables.get(p.name) ?? null) : null;
        const sym = freshSym(m, s, `havoc:${block}:${instr.line}:${printExpr(p)}`, printExpr(p), element ? 'element' : 'unknown', block, type);
        if (element && type && type.pointers > 0) s.facts = copyOf(s.facts).set(sym, { mask: POS, is: null, ne: [] });
        writePlace(m, s, placeOf(m, s, scope, p), sym, { line: instr.line, by: '', place: printExpr(p) });
      }
      return [s];
    }
    case 'call': {
      const contract: Contract | null = effects.contracts.get(instr) ?? null;
      if (contract?.claims !== undefined && instr.callee !== null) m.claims.set(instr.line, instr.callee);
      if (contract?.flags) checkFlags(m, s, instr, contract, block, flagUses);
      if (instr.callee !== null && !contract?.source.startsWith('knowledge')) {
        noteCall(m, s, instr.callee, instr.line);
        mayRestore(m, s, instr.args);
      }
      for (const cls of effects.unsure.get(instr) ?? []) markClass(m, s.held, cls);
      if (contract?.unsaid)
        for (const cls of contract.unsaid)
          markClass(
            m,
            s.held.filter((h) => canBeFound(m, s, h, instr.args)),
            cls,
          );
      return applyCall(m, s, instr, contract, effects.harmless.has(instr), block);
    }
  }
}

/** How many steps along one list are told apart. */
const MAX_CHAIN = 3;

/** `i++` and the like: in a loop the new value is a symbol of its own, so that counting does not make endless states. */
export function isStep(instr: Extract<Instr, { op: 'assign' }>): boolean {
  return (
    instr.from.k === 'binary' &&
    (instr.from.op === '+' || instr.from.op === '-') &&
    instr.from.right.k === 'num' &&
    printExpr(instr.from.left) === printExpr(instr.to)
  );
}

/** `p = p->next` after some turns: the list may be as long as it likes. */
function isFarAlong(m: Machine, s: State, instr: Extract<Instr, { op: 'assign' }>): boolean {
  const { to, from } = instr;
  if (from.k !== 'member' || !from.arrow || to.k !== 'id') return false;
  let id = s.env.get(to.name);
  let steps = 0;
  for (; id !== undefined && steps < MAX_CHAIN; steps++) {
    const t = m.terms.get(id);
    const loc = t.k === 'load' ? m.terms.get(t.loc) : null;
    id = loc?.k === 'field' && loc.name === from.field ? loc.base : undefined;
  }
  return steps === MAX_CHAIN && id !== undefined;
}
