import type { Expr } from '../parse/c/ast.js';
import type { BasicBlock, Cfg, Instr } from '../cfg/cfg.js';
import { successors } from '../cfg/finish.js';

/** What a function does with the result of a call: looks whether it is zero or an error, returns it, or anything else. */
export type ResultUse = 'tested' | 'returned' | 'used';

type Call = Extract<Instr, { op: 'call' }>;

/** What becomes of a call's result until the variables that carry it are assigned anew; nothing: it is dropped. */
export function resultUses(cfg: Cfg): (call: Call) => ReadonlySet<ResultUse> {
  const known = new Map<Call, ReadonlySet<ResultUse>>();
  return (call) => {
    const old = known.get(call);
    if (old) return old;
    const uses = call.to === null ? new Set<ResultUse>() : follow(cfg, call, call.to);
    known.set(call, uses);
    return uses;
  };
}

function follow(cfg: Cfg, call: Call, to: string): ReadonlySet<ResultUse> {
  const uses = new Set<ResultUse>();
  const seen = new Set<string>();
  const walk = (id: number, from: number, carriers: ReadonlySet<string>): void => {
    const block = cfg.blocks[id] as BasicBlock;
    let names = carriers;
    for (let i = from; i < block.instrs.length && names.size > 0; i++) names = step(block.instrs[i] as Instr, names, uses);
    if (names.size === 0) return;
    const t = block.term;
    if (t.k === 'branch') look(t.cond, names, uses);
    if (t.k === 'switch') look(t.value, names, uses);
    if (t.k === 'return' && t.value && mentions(t.value, names)) uses.add(carries(t.value, names) ? 'returned' : 'used');
    for (const next of successors(t)) {
      const key = `${next} ${[...names].sort().join(' ')}`;
      if (seen.has(key)) continue;
      seen.add(key);
      walk(next, 0, names);
    }
  };
  for (const id of cfg.order) {
    const at = (cfg.blocks[id] as BasicBlock).instrs.indexOf(call);
    if (at >= 0) walk(id, at + 1, new Set([to]));
  }
  return uses;
}

/** The variables that carry the result after one instruction. */
function step(instr: Instr, names: ReadonlySet<string>, uses: Set<ResultUse>): ReadonlySet<string> {
  const any = (e: Expr | null): boolean => e !== null && mentions(e, names);
  switch (instr.op) {
    case 'assign': {
      const moved = any(instr.from);
      if (any(instr.to) && instr.to.k !== 'id') uses.add('used');
      if (instr.to.k !== 'id') {
        if (moved) uses.add('used');
        return names;
      }
      if (moved && !carries(instr.from, names)) uses.add('used');
      const next = new Set(names);
      if (moved) next.add(instr.to.name);
      else next.delete(instr.to.name);
      return next;
    }
    case 'call': {
      if (any(instr.target) || instr.args.some(any)) uses.add('used');
      return instr.to === null || !names.has(instr.to) ? names : new Set([...names].filter((n) => n !== instr.to));
    }
    case 'use':
      if (any(instr.value)) uses.add('used');
      return names;
    case 'havoc':
      if (instr.places.some(any)) uses.add('used');
      return names;
    case 'declare':
      return names;
  }
}

function look(cond: Expr, names: ReadonlySet<string>, uses: Set<ResultUse>): void {
  if (mentions(cond, names)) uses.add(carries(cond, names) ? 'tested' : 'used');
}

/** Whether `e` is the result itself, perhaps cast, negated or compared with a constant: it says no more than how the call went. */
function carries(e: Expr, names: ReadonlySet<string>): boolean {
  switch (e.k) {
    case 'id':
      return names.has(e.name);
    case 'cast':
      return carries(e.arg, names);
    case 'unary':
      return (e.op === '!' || e.op === '-') && carries(e.arg, names);
    case 'binary':
      return /^([=!]=|[<>]=?)$/.test(e.op) && ((carries(e.left, names) && constant(e.right)) || (carries(e.right, names) && constant(e.left)));
    default:
      return false;
  }
}

function constant(e: Expr): boolean {
  return e.k === 'num' || (e.k === 'id' && /^[A-Z][A-Z0-9_]*$/.test(e.name)) || ((e.k === 'unary' || e.k === 'cast') && constant(e.arg));
}

function mentions(e: Expr, names: ReadonlySet<string>): boolean {
  switch (e.k) {
    case 'id':
      return names.has(e.name);
    case 'member':
      return mentions(e.obj, names);
    case 'index':
      return mentions(e.obj, names) || mentions(e.index, names);
    case 'unary':
    case 'cast':
    case 'update':
      return mentions(e.arg, names);
    case 'binary':
    case 'assign':
      return mentions(e.left, names) || mentions(e.right, names);
    case 'call':
      return e.args.some((a) => mentions(a, names)) || mentions(e.fn, names);
    case 'cond':
      return mentions(e.test, names) || (e.then !== null && mentions(e.then, names)) || mentions(e.else, names);
    case 'init':
      return e.items.some((i) => mentions(i.value, names));
    default:
      return false;
  }
}
