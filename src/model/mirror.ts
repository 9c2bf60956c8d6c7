import type { Automaton } from './automaton.js';
import { exitOf, type Exit } from './exit.js';
import { settled } from './explore.js';
import { localKey } from './local.js';
import { advance, restart, type Step } from './step.js';

const BUDGET = 2_500;

interface Trail {
  readonly step: Step;
  readonly used: number;
}

/**
 * How a function ends when everything is decided as in another run, whose choices are given in order. A choice that
 * the other run never met is open; one that it met has to come out as it did there, in its order. Distinct ends only;
 * empty when none is found within the budget.
 */
export function mirror(automaton: Automaton, choices: readonly string[]): readonly Exit[] {
  const { run, first } = restart(automaton.exploration.run, 'exact');
  const said = choices.flatMap((c) => c.split('; ')).map(decisionOf);
  const subjects = new Set(said.map((d) => d.subject));
  const queue: Trail[] = [{ step: first, used: 0 }];
  const seen = new Set<string>();
  const ends = new Map<string, Exit>();
  for (let next = 0; next < queue.length && next < BUDGET; next++) {
    const here = queue[next];
    if (here === undefined) break;
    const { step } = here;
    if (step.kind === 'end') {
      // Ends that the other run's choices do not fully lead to are another story.
      const exit = exitOf(run.m, step);
      if (exit.mask !== 0 && here.used === said.length) ends.set(`${exit.mask} ${exit.state}`, exit);
      continue;
    }
    if (step.kind === 'block' && step.at === 0 && run.joins.has(step.block)) {
      const key = `${here.used}:${step.block}:${localKey(step.local)}`;
      if (seen.has(key)) continue;
      seen.add(key);
    }
    const after = step.kind === 'point' ? step.ways : advance(run, step.local, step.block, step.at);
    for (const s of after) {
      const used = follow(s.choice, here.used);
      if (used !== null) queue.push({ step: settled(s), used });
    }
  }
  return [...ends.values()];

  /** How many of the said decisions have been met after this choice; null when it contradicts the next one. */
  function follow(choice: string | null, used: number): number | null {
    let at = used;
    for (const part of choice === null ? [] : choice.split('; ')) {
      const mine = decisionOf(part);
      if (!subjects.has(mine.subject)) continue;
      const expected = said[at];
      if (expected === undefined || expected.subject !== mine.subject || expected.outcome !== mine.outcome) return null;
      at++;
    }
    return at;
  }
}

/** "line 12: n < 0 is true" without its line: the code may have moved. */
function decisionOf(text: string): { readonly subject: string; readonly outcome: string } {
  const bare = text.replace(/^line \d+: /, '');
  const m = /^(.*) (is (?:true|false|set|not set)|returns .*|fails|succeeds)$/s.exec(bare);
  return { subject: m?.[1] ?? bare, outcome: m?.[2] ?? '' };
}
