/** English word parts that name the two halves of one bracket. No kernel names. */
const HALVES: readonly (readonly [string, string])[] = [
  ['lock', 'unlock'],
  ['begin', 'end'],
  ['start', 'end'],
  ['start', 'stop'],
  ['enter', 'exit'],
  ['enter', 'leave'],
  ['acquire', 'release'],
  ['down', 'up'],
];

/** What the other half of a function that takes or releases its caller's lock may be called, the likeliest first. */
export function partnersOf(name: string): string[] {
  const out: string[] = [];
  const swap = (from: string, to: string): void => {
    const next = name.replace(new RegExp(`(^|_)(try)?${from}(?=_|$)`), `$1${to}`);
    if (next !== name && !out.includes(next)) out.push(next);
  };
  for (const [open, close] of HALVES) {
    swap(open, close);
    swap(close, open);
  }
  return out;
}
