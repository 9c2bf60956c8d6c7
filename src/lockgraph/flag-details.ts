import { apartFrom, knownOnBoth } from '../absint/exit-cases.js';
import type { FlagUse } from '../absint/flags.js';
import type { Summary } from '../absint/summary.js';

/**
 * What came and what went in the flags that a function passes to walks, and in those that it accepts itself, as
 * sentences. Null: the function does not exist on that side.
 */
export function flagDetails(before: Summary | null, after: Summary | null): string[] {
  const out: string[] = [];
  const was = before?.flagUses ?? [];
  const is = after?.flagUses ?? [];
  for (const callee of [...new Set([...was, ...is].map((u) => u.callee))].sort()) {
    const left = texts(was, callee);
    const right = texts(is, callee);
    const gone = left.filter((x) => !right.includes(x));
    const come = right.filter((x) => !left.includes(x));
    if (gone.length === 1 && come.length === 1) out.push(`passes ${come[0]} to ${callee}() instead of ${gone[0]}${plainly(gone[0] ?? '', come[0] ?? '')}`);
    else out.push(...gone.map((f) => `no longer calls ${callee}(${f})`), ...come.map((f) => `${before ? 'now calls' : 'calls'} ${callee}(${f})`));
    const told = promises(was, callee);
    const tells = promises(is, callee);
    const flag = [...is, ...was].find((u) => u.callee === callee && u.flag !== null)?.flag ?? 'the promise';
    if (left.length > 0 && right.length > 0) {
      if (before && after && told !== tells) out.push(`${flag} for ${callee}(): ${told} before, now ${tells}`);
    } else if (told + tells !== '') out.push(`${flag} for ${callee}(): ${right.length > 0 ? tells : `${told} before`}`);
  }
  const accepted = before?.contract.flags?.accepts ?? null;
  const accepts = after?.contract.flags?.accepts ?? null;
  if (accepts && String(accepted) !== String(accepts)) out.push(`accepts ${accepts.join('|')}${accepted ? `, before ${accepted.join('|')}` : ''}`);
  else if (accepted && after && !accepts) out.push(`accepted ${accepted.join('|')} before`);
  return out;
}

/** When the flag is passed, in words: always, never, or where. */
function promises(uses: readonly FlagUse[], callee: string): string {
  const mine = uses.filter((u) => u.callee === callee && u.flag !== null).map((u) => (u.promised === null ? { ...u, promised: asTold(u) } : u));
  const yes = mine.filter((u) => u.promised === true);
  const no = mine.filter((u) => u.promised === false);
  const known = (some: readonly FlagUse[]): FlagUse['known'] => some.slice(1).reduce((all, u) => knownOnBoth(all, u.known), some[0]?.known ?? new Map());
  const where = yes.length > 0 && no.length > 0 ? apartFrom(known(yes), [known(no)])[0] : undefined;
  if (where !== undefined && yes.length + no.length === mine.length) return `where ${where}`;
  const cases = new Set(mine.map((u) => u.promised));
  return mine.length === 0 ? '' : cases.size > 1 || cases.has(null) ? 'sometimes' : yes.length > 0 ? 'always' : 'never';
}

/** Whether every value that the flags may have has the flag, or none. */
function asTold(u: FlagUse): boolean | null {
  const values = u.flags.split(' or ').map((v) => v.split('|'));
  if (u.flag === null || values.some((v) => v.includes('…') || v.some((name) => !/^([A-Z0-9_]+)$/.test(name)))) return null;
  return values.every((v) => v.includes(u.flag ?? '')) ? true : values.some((v) => v.includes(u.flag ?? '')) ? null : false;
}

function texts(uses: readonly FlagUse[], callee: string): string[] {
  return [...new Set(uses.filter((u) => u.callee === callee).map((u) => u.flags))].sort();
}

/** Which names appear and which disappear, where both values are known. */
function plainly(before: string, after: string): string {
  if (/…| or /.test(before + after)) return '';
  const a = before.split('|').filter((x) => x !== '0');
  const b = after.split('|').filter((x) => x !== '0');
  const words = [...b.filter((x) => !a.includes(x)).map((x) => `+${x}`), ...a.filter((x) => !b.includes(x)).map((x) => `-${x}`)];
  return words.length > 0 && words.length < a.length + b.length ? ` (${words.join(' ')})` : '';
}
