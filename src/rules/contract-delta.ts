import type { Summary } from '../absint/summary.js';
import { printExpr } from '../cfg/print.js';
import type { ContractEffect } from '../kernel/contract.js';
import { lastName } from './guard-events.js';

/** Locks (by the last part of their path) and references whose treatment differs between two contracts, and "sleep". */
export function contractDelta(before: Summary, after: Summary): ReadonlySet<string> {
  const was = outcomes(before), is = outcomes(after);
  const lacks = (mine: readonly Said[], others: readonly Said[]): Said[] => mine.filter((x) => !others.some((y) => y.key === x.key));
  const differ = [...lacks(was, is), ...lacks(is, was)];
  // What every case says alike is not what differs.
  const common = (side: readonly Said[]): Set<string> => new Set(side.length === 0 ? [] : side[0]?.effects.filter((e) => side.every((x) => x.effects.includes(e))));
  const a = common(was), b = common(is);
  return new Set(differ.flatMap((x) => x.effects.flatMap((e) => (a.has(e) && b.has(e) ? [] : [e.slice(e.indexOf(' ') + 1)]))));
}

interface Said { readonly key: string; readonly effects: readonly string[] }

function outcomes(side: Summary): Said[] {
  return side.contract.outcomes.map((o) => {
    const effects = o.effects.flatMap((e) => worded(e) ?? []).sort();
    return { key: JSON.stringify([o.when, effects]), effects };
  });
}

function worded(e: ContractEffect): string | null {
  switch (e.op) {
    case 'acquire': case 'release': case 'downgrade': case 'assert-not-held': return `${e.op} ${lastName(printExpr(e.place))}`;
    case 'get': case 'put': case 'consume': return `${e.op} ${e.kind} reference`;
    case 'sleep': return 'may sleep';
    default: return null;
  }
}
