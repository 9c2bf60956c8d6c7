/** Kernel versions [since, until) for which something holds; null is open. */
export interface Span {
  readonly since: string | null;
  readonly until: string | null;
}

/** Negative when `a` is the earlier version: "6.4" < "6.10" < "6.10.1". */
export function compareVersions(a: string, b: string): number {
  const x = a.split('.').map(Number);
  const y = b.split('.').map(Number);
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const d = (x[i] ?? 0) - (y[i] ?? 0);
    if (d !== 0) return d;
  }
  return 0;
}

/** Whether the span holds in `version`. A stable release ("6.1.192") belongs to its series, and -rc and local suffixes do not count. */
export function covers(span: Span, version: string): boolean {
  const v = /^\d+(\.\d+)*/.exec(version)?.[0] ?? '0';
  return (span.since === null || compareVersions(v, span.since) >= 0) && (span.until === null || compareVersions(v, span.until) < 0);
}

export function overlap(a: Span, b: Span): boolean {
  return (
    (a.until === null || b.since === null || compareVersions(b.since, a.until) < 0) &&
    (b.until === null || a.since === null || compareVersions(a.since, b.until) < 0)
  );
}
