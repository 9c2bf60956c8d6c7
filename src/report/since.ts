import type { Report, ReportFunction } from './report.js';
import type { ExitContract } from '../lockgraph/change.js';

/** What became of an earlier version of the same series. Findings are errors and warnings that it introduces. */
export interface Since {
  readonly version: number;
  /** Said of the earlier version and not of this one. */
  readonly gone: readonly { readonly rule: string; readonly file: string; readonly function: string; readonly message: string }[];
  /** Ids of this report's findings that the earlier version had too, and of those that it had not. */
  readonly still: readonly string[];
  readonly fresh: readonly string[];
  /** Functions whose contract at the end of the series is another one: what callers have, by exit, then and now. */
  readonly contracts: readonly {
    readonly file: string;
    readonly name: string;
    readonly before: readonly ExitContract[];
    readonly after: readonly ExitContract[];
  }[];
}

/** `now` with what is different from `earlier`, the report on an earlier version. Lists are sorted by file, function and rule. */
export function since(earlier: Report, now: Report): Since {
  const counts = (r: Report): Report['findings'] => r.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
  const then = counts(earlier);
  const mine = counts(now);
  const had = new Set(then.map((f) => f.fingerprint));
  const has = new Set(mine.map((f) => f.fingerprint));
  const ends = lastOf(earlier);
  const contracts = [...lastOf(now)].flatMap(([key, fn]) => {
    const old = ends.get(key);
    return old && JSON.stringify(old.after) !== JSON.stringify(fn.after) ? [{ file: fn.file, name: fn.name, before: old.after, after: fn.after }] : [];
  });
  return {
    version: earlier.series.version,
    gone: then
      .filter((f) => !has.has(f.fingerprint))
      .map((f) => ({ rule: f.rule, file: f.file, function: f.function, message: f.message }))
      .sort(byPlace),
    still: mine.filter((f) => had.has(f.fingerprint)).map((f) => f.id),
    fresh: mine.filter((f) => !had.has(f.fingerprint)).map((f) => f.id),
    contracts: contracts.sort((a, b) => (a.file === b.file ? (a.name < b.name ? -1 : 1) : a.file < b.file ? -1 : 1)),
  };
}

/** Each function as the series leaves it. */
function lastOf(report: Report): Map<string, ReportFunction> {
  return new Map(report.functions.map((f) => [`${f.file} ${f.name}`, f]));
}

function byPlace(a: Since['gone'][number], b: Since['gone'][number]): number {
  const x = `${a.file}\0${a.function}\0${a.rule}`;
  const y = `${b.file}\0${b.function}\0${b.rule}`;
  return x < y ? -1 : x > y ? 1 : 0;
}
