import type { FlagUse } from '../absint/flags.js';
import type { Summary } from '../absint/summary.js';

/**
 * What came and what went in the flags that a function passes to walks, and in those that it accepts itself, as
 * sentences. Null: the function does not exist on that side.
 */
export function flagDetails(before: Summary | null, after: Summary | null): string[] {
  const out: string[] = [];
  const was = before?.flagUses ?? [], is = after?.flagUses ?? [];
  for (const callee of [...new Set([...was, ...is].map((u) => u.callee))].sort()) {
    const left = texts(was, callee), right = texts(is, callee);
    const gone = left.filter((x) => !right.includes(x)), come = right.filter((x) => !left.includes(x));
    if (gone.length === 1 && come.length === 1) out.push(`passes ${come[0]} to ${callee}() instead of ${gone[0]}${plainly(gone[0] ?? '', come[0] ?? '')}`);
    else out.push(...gone.map((f) => `no longer calls ${callee}(${f})`), ...come.map((f) => `${before ? 'now calls' : 'calls'} ${callee}(${f})`));
    const promise = (uses: readonly FlagUse[]): string => [...new Set(uses.filter((u) => u.callee === callee && u.flag !== null).map((u) => (u.promised === true ? 'always' : u.promised === false ? 'never' : 'sometimes')))].sort().join();
    if (before && after && left.length > 0 && right.length > 0 && promise(was) !== promise(is)) out.push(`${[...is, ...was].find((u) => u.callee === callee)?.flag ?? 'the promise'} for ${callee}(): ${promise(was)} before, ${promise(is)} now`);
  }
  const accepted = before?.contract.flags?.accepts ?? null, accepts = after?.contract.flags?.accepts ?? null;
  if (accepts && String(accepted) !== String(accepts)) out.push(`accepts ${accepts.join('|')}${accepted ? `, before ${accepted.join('|')}` : ''}`);
  else if (accepted && after && !accepts) out.push(`accepted ${accepted.join('|')} before`);
  return out;
}

function texts(uses: readonly FlagUse[], callee: string): string[] {
  return [...new Set(uses.filter((u) => u.callee === callee).map((u) => u.flags))].sort();
}

/** Which names appear and which disappear, where both values are known. */
function plainly(before: string, after: string): string {
  if (/…| or /.test(before + after)) return '';
  const a = before.split('|').filter((x) => x !== '0'), b = after.split('|').filter((x) => x !== '0');
  const words = [...b.filter((x) => !a.includes(x)).map((x) => `+${x}`), ...a.filter((x) => !b.includes(x)).map((x) => `-${x}`)];
  return words.length > 0 && words.length < a.length + b.length ? ` (${words.join(' ')})` : '';
}
