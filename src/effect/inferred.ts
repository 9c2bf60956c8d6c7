import type { CType, Expr } from '../parse/c/ast.js';
import type { Cfg, Instr } from '../cfg/cfg.js';
import { printExpr } from '../cfg/print.js';
import { type Contract, type ContractEffect, type Outcome, plainContract } from '../kernel/contract.js';
import type { EffectTable } from './effect.js';
import { type Call, unknownCalls } from './unknown-calls.js';

/** English word parts of the two halves of a bracket, by what they are taken for. No kernel names. */
const LOCKS: readonly (readonly [string, string])[] = [
  ['lock', 'unlock'],
  ['acquire', 'release'],
  ['begin', 'end'],
  ['enter', 'exit'],
  ['down', 'up'],
];
const REFERENCES: readonly (readonly [string, string])[] = [
  ['get', 'put'],
  ['ref', 'unref'],
  ['grab', 'drop'],
  ['hold', 'release'],
];
const POINTER: CType = { base: 'void', pointers: 1, array: false };
const SOURCE = 'knowledge of nothing but the two names';

/**
 * Where there is no tree to look into: two functions of which nothing is known, and which the same code calls by the two
 * names of a bracket on the same object (or on what the first of them gave), take and give back something of it. What is
 * said of such a pair is judged like that of a function of the code, so one way out speaks only against another.
 */
export function withInferred(cfg: Cfg, table: EffectTable): EffectTable {
  const unknown = unknownCalls(cfg, table);
  if (unknown.length < 2) return table;
  const found = new Map<Instr, Contract>();
  for (const open of unknown)
    for (const [halves, reference] of [
      [LOCKS, false],
      [REFERENCES, true],
    ] as const) {
      const close = halves.flatMap(([from, to]) => {
        const name = other(open.callee ?? '', from, to);
        return name === null ? [] : unknown.filter((c) => c.callee === name && c.to === null && meet(open, c));
      });
      if (close.length === 0 || found.has(open)) continue;
      found.set(open, opening(open, reference));
      for (const c of close) found.set(c, closing(open, c, reference));
    }
  return found.size === 0
    ? table
    : {
        ...table,
        contracts: new Map([...table.contracts, ...found]),
        unknown: table.unknown.filter((name) => ![...found.keys()].some((i) => i.op === 'call' && i.callee === name)),
      };
}

/** Whether a resource of this kind is one only by the names of the functions that take it and give it back. */
export function isInferred(table: EffectTable, kind: string): boolean {
  return [...table.contracts.values()].some((c) => c.source === SOURCE && c.outcomes.some((o) => o.effects.some((e) => 'kind' in e && e.kind === kind)));
}

/** The name of the half that closes what `name` opens; null when it opens nothing. */
function other(name: string, from: string, to: string): string | null {
  const next = name.replace(new RegExp(`(^|_)${from}(?=_|$)`), `$1${to}`);
  return next === name || /(^|_)try/.test(name) ? null : next.replace(/_irqsave$/, '_irqrestore');
}

/** They are given the same object, or the second what the first gave. */
function meet(open: Call, close: Call): boolean {
  const [object] = close.args;
  if (open.to !== null) return object !== undefined && open.into !== undefined && printExpr(open.into) === printExpr(object);
  const [own] = open.args;
  return own === undefined || object === undefined ? own === object : printExpr(own) === printExpr(object);
}

function opening(call: Call, reference: boolean): Contract {
  const kind = stemOf(call.callee ?? '');
  const given = call.to !== null;
  const effects: ContractEffect[] = [
    reference
      ? { op: 'get', place: given ? id('__return') : id('x0'), kind, count: 1, ...(given ? { fresh: true as const } : {}) }
      : { op: 'acquire', place: given ? member('__return', kind) : placeOf(call, kind), kind: 'other', mode: 'exclusive', tryLock: false },
  ];
  const outcomes: Outcome[] = given
    ? [
        { when: { is: 'positive' }, effects },
        { when: { is: 'nonpositive' }, effects: [] },
      ]
    : [{ when: { is: 'any' }, effects }];
  return contract(call, outcomes);
}

function closing(open: Call, call: Call, reference: boolean): Contract {
  const kind = stemOf(open.callee ?? '');
  return contract(call, [
    {
      when: { is: 'any' },
      effects: [reference ? { op: 'put', place: id('x0'), kind, count: 1 } : { op: 'release', place: placeOf(call, kind), kind: 'other', mode: 'either' }],
    },
  ]);
}

function contract(call: Call, outcomes: readonly Outcome[]): Contract {
  return plainContract({
    name: call.callee ?? '',
    params: call.args.map((_, i) => ({ name: `x${i}`, type: POINTER })),
    returns: POINTER,
    outcomes,
    source: SOURCE,
  });
}

function placeOf(call: Call, kind: string): Expr {
  return call.args.length === 0 ? id(`__${kind}`) : member('x0', kind);
}

function member(object: string, kind: string): Expr {
  return { k: 'member', obj: id(object), arrow: true, field: `__${kind}`, line: 0 };
}

/** What the bracket is about: the name without the half. */
function stemOf(name: string): string {
  return (
    name
      .split('_')
      .filter((part) => ![...LOCKS, ...REFERENCES].some(([from]) => from === part) && part !== '' && part !== 'irqsave')
      .join('_') || name
  );
}

function id(name: string): Expr {
  return { k: 'id', name, line: 0 };
}
