import type { Instr } from '../cfg/cfg.js';
import { printPlace } from '../cfg/print.js';
import type { Taking } from '../kernel/contract.js';
import { evaluate, type Scope } from './eval.js';
import { narrow } from './fact.js';
import { lockClass, type Machine } from './machine.js';
import { orderedInside } from './order.js';
import { lockAddress } from './places.js';
import { substitute } from '../kernel/expression.js';
import type { State } from './state.js';

type Call = Extract<Instr, { op: 'call' }>;

/** What is held when `call` is made comes before the locks that the callee waits for, as far as these arguments let it. */
export function waitInside(
  m: Machine,
  s: State,
  call: Call,
  takes: readonly Taking[],
  scope: Scope,
  params: readonly { readonly name: string }[],
  block: number,
): void {
  for (const t of takes) {
    const facts = new Map(s.facts);
    if (!t.given.every((g) => narrow(m.terms, facts, evaluate(m, s, scope, g.expr), g.mask))) continue;
    const lock = t.place === null ? null : lockAddress(m, s, scope, t.place);
    if (lock !== null && s.held.some((h) => h.lock === lock)) continue;
    const resource = lock === null || t.resource.includes('/') ? t.resource : lockClass(m, lock);
    const object =
      t.place === null
        ? null
        : substitute(t.place, (name) => {
            const i = params.findIndex((p) => p.name === name);
            return i >= 0 ? (call.args[i] ?? null) : undefined;
          });
    const inner = t.through.at(-1);
    const where = inner === undefined ? '' : ` (${t.through.map((w) => `${w.name}()`).join(' → ')}, ${inner.file}:${inner.line})`;
    orderedInside(
      m,
      s,
      {
        resource,
        lock,
        kind: t.kind,
        mode: t.mode,
        without: new Map(t.without.map((w) => [w.resource, w.place === null ? null : evaluate(m, s, scope, w.place)])),
        line: call.line,
        through: t.through,
      },
      object === null ? t.resource : printPlace(object),
      `${call.callee ?? '…'}()`,
      { line: call.line, note: `${call.callee ?? '…'}() waits for ${resource}${where}`, block, prev: s.trace },
    );
  }
}
