import type { Kept } from '../absint/carried.js';
import type { Summary } from '../absint/summary.js';

/** What a function leaves held through a field that it fills, and the fields that it empties, where that has changed: sentences. */
export function keptDetails(before: Summary | null, after: Summary | null): string[] {
  const was = before?.kept ?? [];
  const is = after?.kept ?? [];
  const out: string[] = [];
  const fieldsOf = [...new Set([...is, ...was].map((k) => k.field))].sort();
  const said = (field: string): string => `${resources(was, field).join()}|${resources(is, field).join()}`;
  for (const alike of [...new Set(fieldsOf.map(said))].map((words) => fieldsOf.filter((f) => said(f) === words))) {
    const field = alike[0] as string;
    const left = resources(was, field);
    const right = resources(is, field);
    if (left.join() === right.join()) continue;
    const kept = alike.flatMap((f) => [...is, ...was].find((k) => k.field === f) ?? []);
    const by = [...new Set(kept.map((k) => k.by))].filter((b) => b !== '');
    const where = `in ${listed(kept.map((k) => k.place))}${by.length === 0 ? '' : ` (by ${listed(by)})`}`;
    if (right.length === 0) out.push(`no longer leaves ${listed(left)} ${where}`);
    else out.push(`${before ? 'now ' : ''}leaves ${listed(right)} ${where}${left.length > 0 ? `, before ${listed(left)}` : ''}`);
  }
  const handedOn = (side: Summary | null, what: string): string[] =>
    [...new Set((side?.handed ?? []).filter((h) => h.what === what).map((h) => h.place))].sort();
  for (const what of [...new Set((after?.handed ?? []).map((h) => h.what))].sort()) {
    const left = handedOn(before, what);
    const right = handedOn(after, what);
    if (left.join() !== right.join()) out.push(`keeps ${what} in ${listed(right)}${left.length > 0 ? `, before in ${listed(left)}` : ''}`);
  }
  const emptied = fields(before);
  const empties = fields(after);
  if (emptied.join() !== empties.join() && empties.length > 0)
    out.push(
      `takes what was kept out of ${listed(empties)} and clears ${empties.length > 1 ? 'them' : 'it'}${emptied.length > 0 ? `, before out of ${listed(emptied)}` : ''}`,
    );
  return out;
}

export function resources(kept: readonly Kept[], field: string): string[] {
  return [...new Set(kept.filter((k) => k.field === field).flatMap((k) => k.resources.map((r) => r.text)))].sort();
}

function fields(side: Summary | null): string[] {
  return [...new Set((side?.takenOut ?? []).map((t) => t.place))].sort();
}

export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
