import type { Mistake } from './memory.js';

/** What a scenario's author expects of it, as it stands or with names defined. */
export interface Expectation {
  readonly line: number;
  readonly defined: readonly string[];
  readonly state: 'confirmed' | 'refuted';
  /** Some part of the failure's text; empty where any will do. */
  readonly says: readonly string[];
}

/** Lines of the form ` * expect NAME NAME: confirmed "part of the failure|or another"`. */
export function expectationsOf(path: string, text: string): readonly Expectation[] | Mistake {
  const out: Expectation[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const m = /^\s*(?:\/?\*+|\/\/)\s*expect\b(.*)$/.exec(line);
    if (m === null) continue;
    const form = /^((?:\s+\w+(?:=\d+)?)*)\s*:\s*(confirmed|refuted)(?:\s+"([^"]+)")?\s*$/.exec(m[1] ?? '');
    if (form === null) return { file: path, line: i + 1, why: 'an expectation reads "expect NAME …: confirmed "text"" or "expect NAME …: refuted"' };
    out.push({
      line: i + 1,
      defined: (form[1] ?? '').split(/\s+/).filter((d) => d !== ''),
      state: form[2] === 'refuted' ? 'refuted' : 'confirmed',
      says: form[3]?.split('|') ?? [],
    });
  }
  return out;
}
