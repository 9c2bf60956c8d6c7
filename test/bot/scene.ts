import { demoMails, demoReport, makeWorld, type World, type WorldOptions } from './world.js';

/** The world of the test that runs; the test file closes it. */
export let world: World;
/** Makes it. */
export const start = async (options: WorldOptions = {}): Promise<World> => {
  world = await makeWorld(options);
  return world;
};

/** Time passes. */
export const later = (minutes: number): void => {
  world.clock.now += minutes * 60_000;
};
/** Who wrote the demo series. */
export const AUTHOR = 'Fixture Author <author@fixtures.example>';
/** What the log says of that series. */
export const why = (): Promise<string> => world.explain('patches-demo-1@fixtures.example');

/** The series goes in, the quiet time passes, the bot has its say. */
export async function settle(mails: readonly string[] = demoMails, at = world.clock.now): Promise<void> {
  world.inbox.add(mails, at);
  await world.round();
  later(11);
  await world.round();
}
/** The review answers with a report that was changed. */
export function altered(
  change: (
    report: Record<string, never> & {
      series: { base: { kind: string }; patches: Record<string, unknown>[] };
      findings: Record<string, unknown>[];
      functions: Record<string, unknown>[];
    },
  ) => void,
): void {
  const report = JSON.parse(demoReport()) as Parameters<typeof change>[0];
  change(report);
  world.review.answer = async () => ({ state: 'done', json: JSON.stringify(report) });
}
