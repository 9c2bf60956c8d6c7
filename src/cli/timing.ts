/** Where the time of a run went, for `RMAP_TIMING=1`: milliseconds per stage, on standard error as one JSON object. */
export interface Timing {
  /** `fn`, with the time spent in it added to `stage`. */
  readonly timed: <A extends unknown[], R>(stage: string, fn: (...args: A) => R) => (...args: A) => R;
  /** Ends the start-up: everything since the process began. */
  readonly started: () => void;
  readonly print: () => void;
}

export function timing(enabled: boolean): Timing {
  const spent = new Map<string, number>();
  let startUp = 0;
  return {
    timed: (stage, fn) =>
      !enabled
        ? fn
        : (...args) => {
            const from = performance.now();
            try {
              return fn(...args);
            } finally {
              spent.set(stage, (spent.get(stage) ?? 0) + performance.now() - from);
            }
          },
    started: () => {
      startUp = performance.now();
    },
    print: () => {
      if (!enabled) return;
      const total = performance.now();
      const parse = spent.get('parse') ?? 0;
      const model = spent.get('model') ?? 0;
      const review = spent.get('review') ?? 0;
      const round = (ms: number): number => Math.round(ms * 10) / 10;
      process.stderr.write(
        `${JSON.stringify({ 'start-up': round(startUp), parse: round(parse), analysis: round(Math.max(0, review - parse - model)), model: round(model), total: round(total) })}\n`,
      );
    },
  };
}
