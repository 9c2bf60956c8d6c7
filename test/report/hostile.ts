import type { Report } from '../../src/report/report.js';

/** What must never reach a terminal as it is: C0 but the line feed, DEL, C1, bidi controls, separators, lone surrogates. */
export const UNSAFE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

export const HOSTILE: readonly string[] = [
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u001b]52;c;AAAA\u0007',
  '\u009b2J',
  '\u202eevil\u202c',
  '\u2066x\u2069',
  'a\rb',
  'a\nb',
  '\u0000',
  '\u007f',
  '\ud800',
  'a\u2028b',
  '\u200e',
  '\ufeff',
];

/** The report with every text that an input could have written made hostile; the fixed words of the contract stay. */
export function hostileReport(report: Report, poison: (text: string) => string): Report {
  const keep = new Set(['schema', 'command', 'kind', 'certainty', 'fit', 'completeness', 'change', 'status', 'severity', 'state', 'stage', 'what']);
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return keep.has(key) ? value : poison(value);
    if (Array.isArray(value)) return keep.has(key) ? value : value.map((item) => walk(item, key));
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name)]));
    return value;
  };
  return walk(report, '') as Report;
}
