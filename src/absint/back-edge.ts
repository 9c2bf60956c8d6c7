import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import type { Expr } from '../parse/c/ast.js';
import { without } from './fact.js';
import type { Machine } from './machine.js';
import { someOf } from './small-map.js';
import type { State } from './state.js';
import { renew } from './substitute.js';
import { isCall, type TermId } from './term.js';

/**
 * A loop turns: what its exit tests saw may have changed since, and the join symbols of its head get a new life
 * where the variable has moved on.
 */
export function crossBackEdge(m: Machine, s: State, head: number, tested: ReadonlySet<string>, members: ReadonlySet<number>): void {
  for (const sym of joinedInside(m, s, head, members)) renew(m.terms, s, sym);
  forgetReads(m, s, members);
  for (const [name, value] of [...s.env]) {
    const phi = m.terms.sym(`phi:${head}:${name}`, name, m.variables.get(name) ?? null, 'phi');
    if (value !== phi && usesAnywhere(m, s, phi)) renew(m.terms, s, phi);
  }
  if (tested.size === 0 || s.facts.size === 0) return;
  s.facts = without(s.facts, (id) => !s.held.some((h) => h.lock === id) && isMemory(m, id, tested));
}

/** For each loop head, the fields, globals and predicates named in the tests that leave the loop. */
export function loopExitTests(cfg: Cfg): Map<number, Set<string>> {
  const out = new Map<number, Set<string>>();
  for (const [head, members] of cfg.loops) {
    const names = new Set<string>();
    for (const id of members) {
      const block = cfg.blocks[id] as BasicBlock;
      if (block.term.k !== 'branch' || (members.has(block.term.then) && members.has(block.term.else))) continue;
      const defs = new Map<string, Instr>();
      for (const i of block.instrs) {
        if (i.op === 'call' && i.to) defs.set(i.to, i);
        if (i.op === 'assign' && i.to.k === 'id') defs.set(i.to.name, i);
      }
      collect(block.term.cond, names, defs);
    }
    out.set(head, names);
  }
  return out;
}

/** A single read inside the loop sees another object on the next turn: what became of the former one is past. */
function forgetReads(m: Machine, s: State, members: ReadonlySet<number>): void {
  if (s.gone.size === 0 && s.dropped.size === 0) return;
  const again = (id: TermId): boolean => {
    const t = m.terms.get(id);
    return t.k === 'op'
      ? (t.op.startsWith('once:') && members.has(Number(t.op.split(':')[1]))) || t.args.some(again)
      : t.k === 'load' || t.k === 'addr'
        ? again(t.loc)
        : t.k === 'field' || t.k === 'elem' || t.k === 'deref'
          ? again(t.base)
          : false;
  };
  if ([...s.gone.keys()].some(again)) s.gone = new Map([...s.gone].filter(([id]) => !again(id)));
  // The caller cannot have known it: whose reference was put there is the turn's own business.
  if ([...s.dropped.values()].some((d) => again(d.object))) s.dropped = new Map([...s.dropped].filter(([, d]) => !again(d.object)));
}

/** Join symbols of the loop's inner blocks that locks or references of this state speak of: the next turn makes them anew. */
function joinedInside(m: Machine, s: State, head: number, members: ReadonlySet<number>): Set<TermId> {
  const found = new Set<TermId>();
  for (const id of [...s.held.map((h) => h.lock), ...s.owned.map((o) => o.object), ...s.entry.keys(), ...s.gone.keys()])
    for (const sym of m.terms.symbols(id)) {
      const t = m.terms.get(sym);
      const block = t.k === 'sym' && t.source === 'phi' ? Number(t.origin.split(':')[1]) : head;
      if (block !== head && members.has(block)) found.add(sym);
    }
  return found;
}

function usesAnywhere(m: Machine, s: State, sym: TermId): boolean {
  const has = (id: TermId): boolean => m.terms.symbols(id).includes(sym);
  return (
    s.env.some((_, v) => has(v)) ||
    s.held.some((h) => has(h.lock)) ||
    s.owned.some((o) => has(o.object)) ||
    someOf(s.gone, has) ||
    someOf(s.facts, has) ||
    s.heap.some((loc, v) => has(loc) || has(v))
  );
}

/** A fact about memory or a predicate that one of the loop's exit tests names. */
function isMemory(m: Machine, id: TermId, tested: ReadonlySet<string>): boolean {
  const t = m.terms.get(id);
  if (t.k === 'load') {
    const loc = m.terms.get(t.loc);
    return loc.k === 'field' || loc.k === 'var' ? tested.has(loc.name) : true;
  }
  if (t.k !== 'op') return false;
  if (isCall(t.op) && tested.has(t.op.slice(5))) return true;
  return t.args.some((a) => isMemory(m, a, tested));
}

function collect(e: Expr, names: Set<string>, defs: ReadonlyMap<string, Instr>): void {
  switch (e.k) {
    case 'id': {
      names.add(e.name);
      const def = defs.get(e.name);
      if (def?.op === 'call') {
        if (def.callee) names.add(def.callee);
      } else if (def?.op === 'assign' && def.from.k !== 'id') collect(def.from, names, new Map());
      return;
    }
    case 'member':
      names.add(e.field);
      return;
    case 'index':
      collect(e.obj, names, defs);
      return;
    case 'unary':
    case 'cast':
      collect(e.arg, names, defs);
      return;
    case 'binary':
      collect(e.left, names, defs);
      collect(e.right, names, defs);
      return;
    default:
      return;
  }
}
