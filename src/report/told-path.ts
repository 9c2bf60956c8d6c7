import type { Cfg } from '../cfg/cfg.js';
import { sourceText } from '../model/source-text.js';
import type { Finding, WitnessStep } from '../rules/finding.js';
import { truncateMiddle } from './layout.js';

/** The witness for a reader: its turns say what was asked ("folio_test_anon(src) is true"), and it ends at the line that it is about. */
export function toldPath(finding: Pick<Finding, 'path' | 'line' | 'rule' | 'place' | 'resource'>, cfg: Cfg | null): readonly WitnessStep[] {
  const told = turns(finding.path, cfg);
  const about = finding.place || finding.resource;
  return told.length === 0 || told.at(-1)?.line === finding.line
    ? told
    : [...told, { line: finding.line, note: about === '' ? finding.rule : `${finding.rule}: ${about}`, block: -1 }];
}

/** True for a step that only says which way a condition went. */
export function isTurn(note: string): boolean {
  return TURN.test(note) || / is (?:true|false|set|not set)$/.test(note);
}

/** Without a graph the steps stay as they are. */
function turns(path: readonly WitnessStep[], cfg: Cfg | null): readonly WitnessStep[] {
  if (cfg === null || !path.some((step) => TURN.test(step.note))) return path;
  const text = sourceText(cfg);
  return path.map((step) => {
    const turn = TURN.exec(step.note)?.[1];
    const term = cfg.blocks[step.block]?.term;
    if (turn === undefined || term === undefined) return step;
    const code = (shown: string): string => truncateMiddle(shown.replace(/\s+/g, ' '), WIDEST);
    switch (term.k) {
      case 'branch':
        return { ...step, note: `${code(text.expr(term.cond))} is ${turn}` };
      case 'choice':
        return term.key === null ? step : { ...step, note: `${code(term.key.replace(/^!/, ''))} is ${turn === 'true' ? 'set' : 'not set'}` };
      case 'switch':
        return { ...step, note: `a case of ${code(text.expr(term.value))}` };
      default:
        return step;
    }
  });
}

const TURN = /^condition (true|false)$/;
const WIDEST = 96;
