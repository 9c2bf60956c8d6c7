import type { CFunction, Expr } from '../parse/c/ast.js';
import { isPartial } from '../parse/c/unshown.js';
import { CONTEXT_KINDS } from '../kernel/contract.js';
import { maskOf, NEG, POS, type Facts } from './fact.js';
import { lockClass, strip, type Event, type Machine } from './machine.js';
import { baseObject } from './objects.js';
import { report, type Site } from './recorded.js';
import type { State, Step } from './state.js';
import type { TermId } from './term.js';
import { visit } from './walk.js';

/** How `Event.detail` begins where what is given back is no object on this path; the callee's name follows. */
const NOTHING = 'nothing ';
/** Functions that only hand a pointer on are followed this far. */
const MAX_HOPS = 4;

/** A test finds a pointer to be none that the call it came from had found to be none. */
export function callFoundNone(m: Machine, facts: Facts, cond: TermId): boolean {
  const { value, none } = testedValue(m, facts, cond);
  const t = m.terms.get(value);
  return none && t.k === 'sym' && t.source === 'call' && (t.type?.pointers ?? 0) > 0;
}

/** What a test has asked, with what is known of that once it has come out. */
export function testedValue(m: Machine, facts: Facts, cond: TermId): NonNullable<Step['tested']> {
  const value = asked(m, cond);
  const mask = maskOf(m.terms, facts, value);
  // A test for an error does not ask whether the pointer is NULL.
  return { value, none: mask === NEG || ((mask & POS) === 0 && !isErrorTest(m, cond)) };
}

/**
 * Gives back a lock of what is no object, or one that no variable names yet. Only where the last test on the path found
 * that, or the pointer has never been set to anything: of tests further back the path may have come by others that
 * depend on the same.
 */
export function releasesNothing(m: Machine, s: State, lock: TermId, kind: string, site: Site): void {
  const line = CONTEXT_KINDS.has(kind) || !site.direct ? null : missingSince(m, s, baseObject(m, lock));
  if (line !== null)
    report(
      m,
      s,
      { kind: 'release-not-held', resource: lockClass(m, lock), place: site.place, lockKind: kind, otherLine: line, certainty: 'sure', detail: named(site) },
      site,
    );
}

/** The same of a reference. */
export function putsNothing(m: Machine, s: State, object: TermId, kind: string, site: Site): void {
  // What a helper of this file does with its arguments, and which of them may be NULL, it shows itself.
  const line = site.direct ? missingSince(m, s, object) : null;
  if (line !== null)
    report(
      m,
      s,
      { kind: 'put-not-owned', resource: `${kind} reference`, place: site.place, lockKind: kind, otherLine: line, certainty: 'sure', detail: named(site) },
      site,
    );
}

/** The events of a function without those about callees that may be given nothing. `bodyOf`: of a function by its name. */
export function withoutTolerated(events: readonly Event[], bodyOf: (name: string) => CFunction | null): readonly Event[] {
  const wrong = (e: Event): boolean => {
    const fn = bodyOf(e.detail.slice(NOTHING.length));
    return fn === null ? e.kind === 'release-not-held' : followsAtOnce(fn, 0, bodyOf);
  };
  return events.some(isOfNothing) ? events.filter((e) => !isOfNothing(e) || wrong(e)) : events;
}

export function isOfNothing(e: Pick<Event, 'detail'>): boolean {
  return e.detail.startsWith(NOTHING);
}

function named(site: Site): string {
  return `${NOTHING}${site.call.slice(0, -2)}`;
}

/**
 * The line of the last test where it found `object` missing; 0: it is NULL as written, and the last test was of what a
 * call returned; null: neither, so that the path may not exist.
 */
function missingSince(m: Machine, s: State, object: TermId): number | null {
  if ((maskOf(m.terms, s.facts, object) & POS) !== 0 || isPartial(m.fn)) return null;
  for (let step = s.trace; step; step = step.prev) {
    if (step.tested === undefined) continue;
    const { value, none } = step.tested;
    const t = m.terms.get(value);
    return value === object && none ? step.line : m.terms.get(object).k === 'num' && t.k === 'sym' && t.source === 'call' ? 0 : null;
  }
  return null;
}

function isErrorTest(m: Machine, cond: TermId): boolean {
  const t = m.terms.get(cond);
  return t.k === 'op' && (t.op === '<' || (t.op === '!' && isErrorTest(m, t.args[0] as TermId)));
}

/** The value that a test is about. */
function asked(m: Machine, cond: TermId): TermId {
  const t = m.terms.get(cond);
  return t.k === 'op' && (t.op === '!' || t.op === '==' || t.op === '<') ? asked(m, t.args[0] as TermId) : strip(m.terms, cond);
}

/** The body follows the pointer that it is given in parameter `at` before it asks anything of it. */
function followsAtOnce(fn: CFunction, at: number, bodyOf: (name: string) => CFunction | null, hops = 0): boolean {
  const param = fn.params[at]?.name;
  if (fn.body === null || param === undefined) return false;
  let follows: boolean | null = null;
  const is = (e: Expr): boolean => (e.k === 'id' ? e.name === param : e.k === 'cast' && is(e.arg));
  visit(
    fn.body,
    (e) => {
      if (follows !== null) return;
      if ((e.k === 'member' && e.arrow && is(e.obj)) || (e.k === 'unary' && e.op === '*' && is(e.arg)) || (e.k === 'index' && is(e.obj))) follows = true;
      else if (e.k === 'call' && e.args.some(is)) {
        const callee = e.fn.k === 'id' && hops < MAX_HOPS ? bodyOf(e.fn.name) : null;
        follows = callee !== null && followsAtOnce(callee, e.args.findIndex(is), bodyOf, hops + 1);
      } else if (is(e)) follows = false;
    },
    () => undefined,
  );
  return follows ?? false;
}
