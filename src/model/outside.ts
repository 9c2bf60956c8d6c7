import type { CType, Expr } from '../parse/c/ast.js';
import type { Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import type { ModelRequest, ModelSide } from './judge.js';
import { isReferenceRule } from './slice.js';

/** Types of counters that code may count by itself. */
const COUNTERS: ReadonlySet<string> = new Set(['atomic_t', 'atomic_long_t', 'refcount_t', 'struct kref', 'struct percpu_ref']);
const KEEPS: ReadonlySet<string> = new Set(['ref-leak', 'return-not-owned']);

/** Types in which nothing can be handed over. */
const NUMBERS = /\b(?:void|int|long|short|char|bool|_Bool|unsigned|s?size_t|loff_t|vm_fault_t|[us]\d+)\b/;

/** Why no interleaving of the model can speak about this claim, or null. */
export function outside(request: ModelRequest): string | null {
  const { finding, before, after } = request;
  if (finding.rule === 'ttu-flags') {
    if (finding.code === 'notAccepted') return 'that the callee warns and does nothing is its contract, not an interleaving';
    if (finding.code === 'anew') return 'who holds the lock and waits for the folio is not modelled';
    if (finding.code === 'callerHolds' || finding.code === 'dropped') return 'the lock is held by a caller, and the function is run by itself';
    return finding.code === 'setNotHeld' && before === null ? 'whether the callers hold the lock is not known' : null;
  }
  if (isReferenceRule(finding.rule)) {
    const counted = countedByHand(after) ?? (before === null ? null : countedByHand(before));
    if (counted !== null) return `the function counts by itself: ${counted}`;
  }
  const converter = KEEPS.has(finding.rule) ? converted(after, request.object) : null;
  return converter === null ? null : `the caller may get it with what ${converter}() returns, whose body is not known`;
}

type Call = Extract<Instr, { op: 'call' }>;

/** A call without a contract that is given the address of a counter inside an object. */
function countedByHand(side: ModelSide): string | null {
  const types = new Map<string, CType>(side.cfg.fn.params.map((p) => [p.name, p.type]));
  for (const i of instrs(side)) if (i.op === 'declare') types.set(i.name, i.type);
  for (const i of instrs(side)) {
    if (i.op !== 'call' || (side.effects.contracts.get(i)?.outcomes ?? []).some((o) => o.effects.length > 0)) continue;
    for (const a of i.args) {
      const member = a.k === 'unary' && a.op === '&' && a.arg.k === 'member' ? a.arg : null;
      const base = member?.obj.k === 'id' ? types.get(member.obj.name)?.base : undefined;
      const field = base === undefined ? undefined : side.types.structs.get(base)?.fields.find((f) => f.name === member?.field);
      if (field !== undefined && field.type.pointers === 0 && COUNTERS.has(field.type.base)) return `${i.callee ?? '(*pointer)'}(${printExpr(a)})`;
    }
  }
  return null;
}

/** An unknown callee that is given the object and whose result the function returns. */
function converted(side: ModelSide, object: Expr | null): string | null {
  // A temporary has no name that a later call could repeat.
  const { returns } = side.cfg.fn;
  if (object?.k !== 'id' || (returns.pointers === 0 && NUMBERS.test(returns.base))) return null;
  const root = object.name.startsWith('%') ? null : object.name;
  const returned = new Set<string>();
  for (const b of side.cfg.blocks) if (b.term.k === 'return' && b.term.value?.k === 'id') returned.add(b.term.value.name);
  for (let size = -1; size !== returned.size; ) {
    size = returned.size;
    for (const i of instrs(side)) if (i.op === 'assign' && i.to.k === 'id' && returned.has(i.to.name) && i.from.k === 'id') returned.add(i.from.name);
  }
  const calls = instrs(side).filter((i): i is Call => i.op === 'call' && i.to !== null && returned.has(i.to) && !side.effects.contracts.has(i));
  return calls.find((c) => c.callee !== null && c.args.some((a) => a.k === 'id' && (root === null || a.name === root)))?.callee ?? null;
}

const instrs = (side: ModelSide): readonly Instr[] => side.cfg.blocks.flatMap((b) => b.instrs);
