import { printExpr } from '../cfg/print.js';
import type { Contract, ContractEffect, Outcome, ReturnClass } from '../kernel/contract.js';
import { HANDS_OUT } from './name-words.js';
import { ANY, NEG, NONZERO, POS, ZERO } from './fact.js';
import { isOfNothing } from './nothing.js';
import type { Summary, SummaryOutcome } from './summary.js';

/**
 * Whether callers elsewhere may rely on what a body was found to do to their locks and references. Not on a body that
 * was not followed to its end, or that is wrong as it was understood, or of which part cannot be said to a caller; not when it may do one or the other and nothing
 * tells its caller which; and not when it keeps something that its name does not promise.
 */
export function believable(summary: Summary): boolean {
  // A body of which no end was found was misunderstood: what never returns is stated.
  if (summary.bounded || summary.contract.noreturn || summary.events.some((e) => e.certainty === 'sure' && !isOfNothing(e))) return false;
  const { contract } = summary;
  return !ambiguous(contract) && !keepsSilently(contract) && !unsaid(summary);
}

/** True when a contract says anything about locks and references. */
export function bears(contract: Contract): boolean {
  return contract.noreturn || contract.outcomes.some((o) => o.effects.some((e) => net(e) !== null || e.op === 'assert-held' || e.op === 'assert-not-held'));
}

/** What an effect changes for the caller; null: nothing. */
function net(e: ContractEffect): string | null {
  switch (e.op) {
    case 'acquire':
    case 'release':
      return `${e.op} ${e.kind} ${printExpr(e.place)}`;
    case 'downgrade':
      return `downgrade ${printExpr(e.place)}`;
    case 'get':
    case 'put':
    case 'consume':
      return `${e.op} ${e.kind} ${printExpr(e.place)}`;
    default:
      return null;
  }
}

function ambiguous(contract: Contract): boolean {
  const said = contract.outcomes.map((o) =>
    o.effects
      .flatMap((e) => net(e) ?? [])
      .sort()
      .join(';'),
  );
  return contract.outcomes.some((a, i) => contract.outcomes.some((b, j) => i < j && said[i] !== said[j] && !apart(a, b)));
}

/** The caller can tell these two outcomes from each other, by the result or by what it passed. */
function apart(a: Outcome | SummaryOutcome, b: Outcome | SummaryOutcome): boolean {
  if ((maskOf(a.when) & maskOf(b.when)) === 0) return true;
  if (a.when.is === 'equals' && b.when.is === 'equals' && !a.when.not && !b.when.not && a.when.value !== b.when.value) return true;
  return contradict('given' in a ? a.given : [], 'given' in b ? b.given : []) || contradict('returns' in a ? a.returns : [], 'returns' in b ? b.returns : []);
}

function contradict(a: SummaryOutcome['given'], b: SummaryOutcome['given']): boolean {
  return a.some((x) => b.some((y) => (x.mask & y.mask) === 0 && printExpr(x.expr) === printExpr(y.expr)));
}

function maskOf(when: ReturnClass): number {
  switch (when.is) {
    case 'zero':
      return ZERO;
    case 'nonzero':
      return NONZERO;
    case 'negative':
      return NEG;
    case 'positive':
      return POS;
    case 'nonnegative':
      return ZERO | POS;
    case 'nonpositive':
      return ZERO | NEG;
    case 'equals':
      return when.not
        ? ANY
        : typeof when.value === 'number'
          ? when.value < 0
            ? NEG
            : when.value === 0
              ? ZERO
              : POS
          : when.value.startsWith('-')
            ? NEG
            : NONZERO;
    default:
      return ANY;
  }
}

/** Locks that are left taken or given back, but lie where no argument leads. */
function unsaid(summary: Summary): boolean {
  const left = Math.max(0, ...summary.exits.map((e) => e.tokens.filter((t) => t.what === 'lock').length));
  const said = Math.max(0, ...summary.contract.outcomes.map((o) => o.effects.filter((e) => e.op === 'acquire' || e.op === 'release').length));
  return left > said;
}

/** Something is taken for good, neither handed out with the result nor announced by the name. */
function keepsSilently(contract: Contract): boolean {
  if (HANDS_OUT.test(contract.name)) return false;
  return contract.outcomes.some((o) => o.effects.some((e) => (e.op === 'acquire' || e.op === 'get') && !printExpr(e.place).includes('__return')));
}
