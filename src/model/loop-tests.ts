import type { Expr } from '../parse/c/ast.js';
import type { Cfg } from '../cfg/cfg.js';
import type { Machine } from '../absint/machine.js';
import type { State } from '../absint/state.js';
import { isCall, type TermId } from '../absint/term.js';

/** For each loop head: the fields, globals and functions named in the tests that leave the loop. */
export function loopTests(cfg: Cfg): Map<number, Set<string>> {
  const out = new Map<number, Set<string>>();
  for (const [head, members] of cfg.loops) {
    const names = new Set<string>();
    const made = new Map<string, Expr | string>();
    for (const id of members)
      for (const i of cfg.blocks[id]?.instrs ?? []) {
        if (i.op === 'call' && i.to !== null) made.set(i.to, i.callee ?? '');
        if (i.op === 'assign' && i.to.k === 'id' && i.to.name.startsWith('%')) made.set(i.to.name, i.from);
      }
    const visit = (e: Expr, depth: number): void => {
      if (depth > 6) return;
      if (e.k === 'id') {
        const def = made.get(e.name);
        if (def === undefined || typeof def === 'string') names.add(def ?? e.name);
        else visit(def, depth + 1);
      } else if (e.k === 'member') names.add(e.field);
      else if (e.k === 'unary' || e.k === 'cast') visit(e.arg, depth + 1);
      else if (e.k === 'binary') {
        visit(e.left, depth + 1);
        visit(e.right, depth + 1);
      }
    };
    for (const id of members) {
      const t = cfg.blocks[id]?.term;
      if (t?.k === 'branch' && !(members.has(t.then) && members.has(t.else))) visit(t.cond, 0);
    }
    out.set(head, names);
  }
  return out;
}

/** A loop turns: what its own tests saw may have changed since. */
export function forgetTests(m: Machine, s: State, tested: ReadonlySet<string>): void {
  const kept = [...s.facts].filter(([id]) => !speaksOf(m, id, tested));
  if (kept.length !== s.facts.size) s.facts = new Map(kept);
}

function speaksOf(m: Machine, id: TermId, names: ReadonlySet<string>): boolean {
  const t = m.terms.get(id);
  if (t.k === 'load') {
    const loc = m.terms.get(t.loc);
    return loc.k === 'field' || loc.k === 'var' ? names.has(loc.name) : true;
  }
  if (t.k !== 'op') return false;
  return (isCall(t.op) && names.has(t.op.slice(5))) || t.args.some((a) => speaksOf(m, a, names));
}
