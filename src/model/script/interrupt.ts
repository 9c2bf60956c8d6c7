import type { Part } from '../primitives.js';
import type { Actor, Point } from '../verdict.js';
import { both } from './actor.js';

/** An actor that runs on another's processor: it begins where interrupts are on, and meanwhile the other stands still. */
export interface Interrupt {
  readonly handler: number;
  readonly victim: number;
  readonly line: number;
}

export function withInterrupts(
  actors: readonly Actor[],
  interrupts: readonly Interrupt[],
): { readonly actors: readonly Actor[]; readonly parts: readonly Part[] } {
  const inside = (victim: number): string => `irq.inside.${victim}`;
  const waitFor = (victim: number): string => `the interrupt on ${actors[victim]?.name ?? ''}`;
  const changed = actors.map((a, i): Actor => {
    const mine = interrupts.find((x) => x.handler === i);
    const over = interrupts.some((x) => x.victim === i);
    const points = a.points.map(
      (p): Point => (over ? { ...p, waits: p.waits ?? waitFor(i), alts: p.alts.map((alt) => ({ ...alt, guard: both(alt.guard, `${inside(i)} == 0`) })) } : p),
    );
    if (mine === undefined) return { ...a, points };
    const set = (expr: string) => ({ cell: inside(mine.victim), expr });
    const entry: Point = {
      line: mine.line,
      text: 'the interrupt comes',
      waits: null,
      alts: [{ guard: `irq.off.${mine.victim} == 0 && ${inside(mine.victim)} == 0`, asserts: [], sets: [set('1')], to: 1, choice: null }],
    };
    return {
      ...a,
      points: [
        entry,
        ...points.map(
          (p): Point => ({
            ...p,
            alts: p.alts.map((alt) => ({ ...alt, to: alt.to + 1, sets: alt.to === a.points.length ? [...alt.sets, set('0')] : alt.sets })),
          }),
        ),
      ],
    };
  });
  const victims = [...new Set(interrupts.map((x) => x.victim))];
  const parts = victims.map(
    (v): Part => ({
      cells: [{ name: inside(v), bits: 1, init: 0, owner: null }],
      waits: [{ name: waitFor(v), blockers: actors.map((_, i) => (interrupts.some((x) => x.handler === i && x.victim === v) ? `${inside(v)} == 1` : '0')) }],
      final: [],
    }),
  );
  return { actors: changed, parts };
}
