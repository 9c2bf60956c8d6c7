import { ANY, maskOf, POS } from '../absint/fact.js';
import { strip, type Machine } from '../absint/machine.js';
import { baseObject } from '../absint/objects.js';
import { givenUp, type State } from '../absint/state.js';
import type { TermId } from '../absint/term.js';
import type { MicroNode } from './explore.js';
import { resourceName, SECTIONS } from './holding.js';

/** How a run of a function ends, in terms that mean the same before and after a patch. */
export interface Exit {
  /** Possible signs of the returned value (as in absint's facts); VOID without one. */
  readonly mask: number;
  /** The returned value in words where it is known, else "". */
  readonly value: string;
  /** What differs from the entry for tracked objects, one entry each, sorted: "+mm->mmap_lock shared", "-#0 reference". */
  readonly state: string;
  readonly parts: readonly ExitPart[];
}

export interface ExitPart {
  readonly text: string;
  readonly id: TermId;
  /** `lock` or `reference` gained, or what the caller had and has no more. */
  readonly what: 'lock' | 'reference' | 'lock-gone' | 'reference-gone';
  readonly count: number;
  /** Where it was taken or given up. */
  readonly line: number;
  readonly place: string;
}

export const VOID = 8;

/** The exit of a run that waits for ever before it: it is never reached. */
const NEVER: Exit = { mask: 0, value: '', state: '', parts: [] };

export function exitOf(m: Machine, end: Pick<MicroNode, 'at' | 'local' | 'value'>): Exit {
  if (end.at < 0 || end.local === null) return NEVER;
  const { s } = end.local;
  const mask = end.value === null ? VOID : maskOf(m.terms, s.facts, end.value);
  const parts: ExitPart[] = [];
  const name = (id: TermId, lock: boolean): string => (isReturned(m, end, id) ? 'the result' : resourceName(m, id, lock));
  for (const h of s.held) {
    if (s.entry.get(h.lock)?.assumed === 'held') continue;
    parts.push({
      text: `+${name(h.lock, true)} ${SECTIONS.has(h.kind) ? h.kind : h.mode}`,
      id: h.lock,
      what: 'lock',
      count: h.count,
      line: h.line,
      place: h.place,
    });
  }
  for (const [id, e] of givenUp(s)) parts.push({ text: `-${name(id, true)}`, id, what: 'lock-gone', count: 1, line: e.line, place: e.place });
  for (const o of s.owned) {
    // What was stored where others find it is theirs to put.
    if (o.escaped || (maskOf(m.terms, s.facts, o.object) & POS) === 0) continue;
    parts.push({
      text: `+${name(o.object, false)} reference${o.count === 1 ? '' : ` x${o.count}`}`,
      id: o.object,
      what: 'reference',
      count: o.count,
      line: o.line,
      place: o.place,
    });
  }
  for (const d of s.dropped.values())
    parts.push({
      text: `-${name(d.object, false)} reference${d.count === 1 ? '' : ` x${d.count}`}`,
      id: d.object,
      what: 'reference-gone',
      count: d.count,
      line: d.line,
      place: d.place,
    });
  parts.sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return { mask, value: valueText(m, end.value, s), state: parts.map((p) => p.text).join(', '), parts };
}

/** True when runs that end so may be one and the same for a caller. */
export function sameClass(a: Exit, b: Exit): boolean {
  return (a.mask & b.mask) !== 0;
}

function isReturned(m: Machine, end: Pick<MicroNode, 'value'>, id: TermId): boolean {
  return end.value !== null && (strip(m.terms, end.value) === id || baseObject(m, end.value) === baseObject(m, id));
}

function valueText(m: Machine, value: TermId | null, s: State): string {
  if (value === null) return '';
  const t = m.terms.get(single(s.facts.get(value)?.is ?? null) ?? value);
  if (t.k === 'num') return String(t.value);
  if (t.k === 'name') return t.name;
  const arg = t.k === 'op' && t.op === '-' ? t.args[0] : undefined;
  const inner = arg === undefined ? null : m.terms.get(arg);
  if (inner?.k === 'name') return `-${inner.name}`;
  const mask = maskOf(m.terms, s.facts, value);
  return mask === ANY ? '' : mask === POS ? 'non-zero' : '';
}

/** The only value of a list of one. */
function single(values: readonly TermId[] | null): TermId | null {
  return values?.length === 1 ? (values[0] ?? null) : null;
}
