import { matches, MODES, type Policy } from './config.js';

/** What may be done about one series, all policies that apply to it taken together. */
export interface Ruling extends Policy {
  /** Whose policies these are, for the log. */
  readonly why: string;
}

/**
 * The most restrictive word of every policy that means one of these addresses: the watched lists that brought the mail
 * must each have one, or nothing is said at all; further recipients can only restrict. Null: no policy, so mute.
 */
export function rulingFor(policies: readonly Policy[], watched: readonly string[], recipients: readonly string[]): Ruling | null {
  const of = (address: string): readonly Policy[] => policies.filter((p) => p.lists.some((l) => matches(l, address)));
  const own = watched.map(of);
  if (own.length === 0 || own.some((list) => list.length === 0)) return null;
  const first = own[0]?.[0];
  if (first === undefined) return null;
  const all = [...new Set([...own.flat(), ...recipients.filter((r) => !watched.includes(r)).flatMap((r) => of(r).filter((p) => !p.lists.includes('*')))])];
  const least = (value: (p: Policy) => number): number => Math.min(...all.map(value));
  const mode = MODES[least((p) => MODES.indexOf(p.mode))] ?? 'mute';
  return {
    lists: first.lists,
    mode,
    bases: first.bases,
    paths: all.reduce<readonly string[]>((paths, p) => narrower(paths, p.paths), first.paths),
    quietMs: Math.max(...all.map((p) => p.quietMs)),
    maxAgeMs: least((p) => p.maxAgeMs),
    dailyCap: least((p) => p.dailyCap),
    maxRecipients: least((p) => p.maxRecipients),
    maxFindings: least((p) => p.maxFindings),
    maxPatches: least((p) => p.maxPatches),
    why: `mode ${mode} by the ${all.length === 1 ? 'policy' : 'policies'} for ${[...new Set(all.flatMap((p) => p.lists))].join(', ')}`,
  };
}

/** C below one of the policy's paths. */
export function inPaths(file: string, paths: readonly string[]): boolean {
  return /\.[ch]$/.test(file) && paths.some((p) => file === p || p === '' || file.startsWith(p.endsWith('/') ? p : `${p}/`));
}

/** What lies below a path of both. */
function narrower(a: readonly string[], b: readonly string[]): readonly string[] {
  const below = (x: string, y: string): boolean => y === '' || x === y || x.startsWith(y.endsWith('/') ? y : `${y}/`);
  return [...new Set([...a.filter((x) => b.some((y) => below(x, y))), ...b.filter((x) => a.some((y) => below(x, y)))])];
}
