import type { CType, Expr } from '../parse/c/ast.js';
import { type Contract, type ContractEffect, type Outcome, plainContract } from '../kernel/contract.js';
import type { Cfg } from '../cfg/cfg.js';
import type { EffectTable } from './effect.js';
import { type Call, callsIn, unknownCalls } from './unknown-calls.js';

/**
 * `table` with what the names of functions say of which nothing else is known: `x_get(p)` and `get_x(p)` take a reference
 * on what they are given, `x_put(p)` and `put_x(p)` put it, `a_get_b(p)` returns something with a reference that the function
 * puts by that name, or else a `b`. For telling what a mail does, never for judging it: `named` lists the kinds.
 */
export function namedReferences(cfg: Cfg, table: EffectTable): EffectTable {
  const calls = callsIn(cfg);
  const open = unknownCalls(cfg, table);
  if (!open.some((c) => roleOf(c) !== null)) return table;
  const known = new Set(
    [...table.contracts.values()].flatMap((c) =>
      c.outcomes.flatMap((o) => o.effects.flatMap((e) => (e.op === 'get' || e.op === 'put' || e.op === 'consume' ? [e.kind] : []))),
    ),
  );
  const contracts = new Map(table.contracts);
  const named = new Set<string>();
  for (const call of open) {
    const role = roleOf(call);
    if (role === null) continue;
    const kind = role.does === 'find' ? (putAs(calls, call) ?? role.kind) : role.kind;
    if (known.has(kind)) continue;
    named.add(kind);
    contracts.set(call, contractFor(call, role.does, kind));
  }
  return { ...table, contracts, named };
}

/** Whether a function of this name takes or puts a reference, by its name. */
export function speaksOfReference(name: string): boolean {
  return /^[a-z]\w*_(get|put)$|^(get|put)_[a-z]\w*$|[a-z]_get_[a-z]\w*$/.test(name);
}

interface Role {
  readonly does: 'get' | 'put' | 'find';
  readonly kind: string;
}

function roleOf(call: Call): Role | null {
  const name = call.callee ?? '';
  const [object, more] = call.args;
  if (!object || more || (object.k !== 'id' && object.k !== 'member')) return null;
  const found = /^[a-z]\w*_(get|put)$/.exec(name);
  const first = /^(get|put)_[a-z]\w*$/.exec(name);
  const inside = /[a-z]_get_([a-z]\w*)$/.exec(name);
  if (inside?.[1] !== undefined) return call.to === null ? null : { does: 'find', kind: inside[1] };
  if (found) return { does: found[1] as 'get' | 'put', kind: name.slice(0, -4) };
  // What `get_x()` returns says nothing of what it was given.
  return first && (first[1] === 'put' || call.to === null) ? { does: first[1] as 'get' | 'put', kind: name.slice(4) } : null;
}

/** The name by which the function puts what the call returned. */
function putAs(calls: readonly Call[], found: Call): string | null {
  const into = found.into?.k === 'id' ? found.into.name : null;
  if (into === null) return null;
  return (
    calls
      .map((c) => {
        const role = c.args[0]?.k === 'id' && c.args[0].name === into ? roleOf(c) : null;
        return role?.does === 'put' ? role.kind : null;
      })
      .find((kind) => kind !== null) ?? null
  );
}

const OBJECT: Expr = { k: 'id', name: 'object', line: 0 };
const RESULT: Expr = { k: 'id', name: '__return', line: 0 };
const UNKNOWN: CType = { base: 'void', pointers: 0, array: false };

function contractFor(call: Call, does: Role['does'], kind: string): Contract {
  const effect: ContractEffect = { op: does === 'put' ? 'put' : 'get', place: does === 'find' ? RESULT : OBJECT, kind, count: 1 };
  const sure = does === 'put' || (does === 'get' && call.to === null);
  const outcomes: Outcome[] = sure
    ? [{ when: { is: 'any' }, effects: [effect] }]
    : [
        { when: { is: 'nonzero' }, effects: [effect] },
        { when: { is: 'zero' }, effects: [] },
      ];
  return plainContract({
    name: call.callee ?? '',
    params: [{ name: 'object', type: { base: '__expr', pointers: 0, array: false } }],
    returns: UNKNOWN,
    outcomes,
    source: 'its name',
  });
}
