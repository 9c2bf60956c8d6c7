import type { Summary } from '../absint/summary.js';
import { printExpr } from '../cfg/print.js';
import type { ContractEffect } from '../kernel/contract.js';
import { lastName } from './guard-events.js';

/** Locks (by the last part of their path) and references whose treatment differs between two contracts, and "sleep". */
export function contractDelta(before: Summary, after: Summary): ReadonlySet<string> {
  const was = outcomes(before);
  const is = outcomes(after);
  return new Set(
    [...was.keys(), ...is.keys()].filter((resource) => {
      const a = was.get(resource);
      const b = is.get(resource);
      return a === undefined || b === undefined || a.size !== b.size || [...a].some((said) => !b.has(said));
    }),
  );
}

/** By resource: what happens to it, case by case. */
function outcomes(side: Summary): Map<string, Set<string>> {
  const said = new Map<string, Set<string>>();
  for (const o of side.contract.outcomes) {
    const effects = o.effects.flatMap((e) => worded(e) ?? []).sort();
    for (const resource of new Set(effects.map(resourceOf)))
      said.set(resource, (said.get(resource) ?? new Set()).add(JSON.stringify([o.when, effects.filter((e) => resourceOf(e) === resource)])));
  }
  return said;
}

function resourceOf(effect: string): string {
  return effect.slice(effect.indexOf(' ') + 1);
}

function worded(e: ContractEffect): string | null {
  switch (e.op) {
    case 'acquire':
    case 'release':
    case 'downgrade':
    case 'assert-not-held':
      return `${e.op} ${lastName(printExpr(e.place))}`;
    case 'get':
    case 'put':
    case 'consume':
      return `${e.op} ${e.kind} reference`;
    case 'sleep':
      return 'may sleep';
    default:
      return null;
  }
}
