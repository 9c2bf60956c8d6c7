import type { ReportFinding } from './report.js';
import { printable } from './printable.js';

type Confirmed = Extract<ReportFinding['verdict'], { state: 'confirmed' }>;
type Step = Confirmed['trace']['steps'][number];

/** A confirmed finding's interleaving, told: one sentence a step, and how it ends. Steps of one CPU in a row begin with its name once. */
export function story(verdict: Confirmed): readonly string[] {
  const names = verdict.program.actors.map((a, i) => `CPU${i}, ${printable(a.name)},`);
  let last = -1;
  const out = verdict.trace.steps.map((step) => {
    const who = step.actor === last ? 'It' : `${last < 0 ? '' : 'Now '}${names[step.actor] ?? `CPU${step.actor}`}`;
    last = step.actor;
    const said = sentence(verdict, step);
    const chosen = step.choice === null ? '' : ` This way was chosen freely: ${printable(step.choice)}.`;
    return `${who} ${said}.${chosen}`;
  });
  return [...out, ending(verdict)];
}

function sentence(verdict: Confirmed, step: Step): string {
  const where = step.line > 0 ? ` at line ${step.line}, ${printable(step.text)}` : `, ${printable(step.text)}`;
  const done = step.changes.flatMap((c) => {
    const m = /^(.*): (\d+) (?:→|->) (\d+)$/.exec(c);
    const words = m === null ? null : change(verdict, step.actor, m[1] ?? '', Number(m[2]), Number(m[3]));
    return words === null ? [] : [words];
  });
  if (done.length === 0 && step.text === verdict.program.actors[step.actor]?.name) return `is called (line ${step.line})`;
  return done.length === 0 ? `goes on${where}` : `${[...new Set(done)].join(' and ')}${where}`;
}

/** What a changed cell means; the forms are those of the model's locks, sections and counts. Null: a detail of another change. */
function change(verdict: Confirmed, actor: number, cell: string, from: number, to: number): string | null {
  const m = /^(.*)\.(owner|writer|readers\.\d+|queue|depth\.\d+|count|freed|owned\.\d+|guarded\.\d+|off\.\d+|saved\.\d+|kept)$/.exec(cell);
  const name = printable(m?.[1] ?? cell);
  const other = (id: number): string => (id - 1 === actor ? '' : ` from ${printable(verdict.program.actors[id - 1]?.name ?? 'another')}`);
  switch (m?.[2]?.replace(/\.\d+$/, '')) {
    case 'owner':
      return to === 0 ? `releases ${name}${other(from)}` : `takes ${name}`;
    case 'writer':
      return to === 0 ? `releases ${name}${other(from)}, which was held for writing` : `takes ${name} for writing`;
    case 'readers':
      return to > from ? `takes ${name} for reading` : `releases ${name}, which was held for reading`;
    case 'queue':
      return to > from ? `has to wait for ${name} and queues, so that readers who come now wait behind it` : null;
    case 'depth':
      return to > from ? `enters ${name}` : `leaves ${name}`;
    case 'count':
      return to > from ? `takes a reference to ${name} (now ${to})` : `drops a reference to ${name} (now ${to})`;
    case 'freed':
      return to === 1 ? `frees ${name}` : `finds a new object in the place of ${name}`;
    case 'kept':
      return to > from ? `hands a reference to ${name} on` : null;
    case 'off':
      return to === 1 ? 'turns interrupts off' : 'turns interrupts on';
    case undefined:
      return `sets ${name} from ${from} to ${to}`;
    default:
      return null;
  }
}

function ending(verdict: Confirmed): string {
  const text = printable(verdict.trace.failure);
  return text.startsWith('deadlock: ') ? `From here nobody gets on: ${text.slice('deadlock: '.length)}.` : `Here it goes wrong: ${text}.`;
}
