import { printable, type Report, type ReportFinding, type ReportFunction, type ReportPatch } from '../report/index.js';
import type { Note, Row, State } from './types.js';

/** Marks are kept under names that outlive a new run: never an index into the report's lists, never a line. */
export function patchKey(patch: ReportPatch): string {
  return `patch ${patch.index} ${patch.subject}`;
}
export function functionKey(fn: ReportFunction): string {
  return `function ${fn.patch} ${fn.file} ${fn.name}`;
}
export function findingKey(finding: ReportFinding): string {
  return `finding ${finding.patch} ${finding.fingerprint}`;
}

/** Marks what the cursor is on as reviewed, or takes the mark away. */
export function markReviewed(report: Report, state: State, row: Row | undefined): State {
  const key = keyOf(report, state, row);
  if (key === null) return { ...state, message: 'Patches, functions and findings can be marked.' };
  const reviewed = new Set(state.kept.reviewed);
  const had = reviewed.delete(key);
  if (!had) reviewed.add(key);
  return { ...state, kept: { ...state.kept, reviewed }, message: had ? 'No longer marked as reviewed.' : 'Marked as reviewed.' };
}

/** Asks for the word of a note; a note of the same kind is taken back instead. */
export function asked(report: Report, state: State, row: Row | undefined, verdict: Note['verdict']): State {
  const finding = findingAt(report, state, row);
  if (finding === null) return { ...state, message: 'No finding here to note anything on.' };
  if (state.kept.notes.get(finding.fingerprint)?.verdict !== verdict) return { ...state, typing: '', asking: verdict };
  const notes = new Map(state.kept.notes);
  notes.delete(finding.fingerprint);
  return { ...state, kept: { ...state.kept, notes }, message: `${finding.id}: note taken back.` };
}

export function noted(report: Report, state: State, row: Row | undefined, verdict: Note['verdict'], word: string): State {
  const finding = findingAt(report, state, row);
  if (finding === null) return state;
  const notes = new Map([...state.kept.notes, [finding.fingerprint, { verdict, word: printable(word.trim()) }] as const]);
  return { ...state, kept: { ...state.kept, notes }, message: `${finding.id} noted as ${verdict}.` };
}

function findingAt(report: Report, state: State, row: Row | undefined): ReportFinding | null {
  const frame = state.stack.at(-1);
  const id = frame?.view === 'overview' ? row?.open?.finding : frame?.finding;
  return report.findings.find((f) => f.id === id) ?? null;
}

function keyOf(report: Report, state: State, row: Row | undefined): string | null {
  const frame = state.stack.at(-1);
  const finding = findingAt(report, state, row);
  if (finding !== null) return findingKey(finding);
  const fn = report.functions[(frame?.view === 'overview' ? row?.open?.fn : frame?.fn) ?? -1];
  if (fn !== undefined) return functionKey(fn);
  const patch = report.series.patches.find((p) => row?.fold === `patch ${p.index}`);
  return patch === undefined ? null : patchKey(patch);
}
