import type { Command } from 'commander';
import type { RunOptions } from './program.js';

/** A command that is run by itself and shows no report; answers with the exit status. */
export type Work = (version: string) => Promise<number>;

export interface Registry {
  readonly set: (work: Work) => void;
  /** Adds the options of a review. */
  readonly withRun: (command: Command) => Command;
  readonly readRun: (raw: unknown) => RunOptions;
}

/** The commands around the review: hook, b4, bot, doctor and cache. Their code is loaded when they run. */
export function addWorkflow(program: Command, { set, withRun, readRun }: Registry): void {
  const install = program.command('install-hook').description('let git send-email ask before it sends');
  install
    .option('--global', 'for all your repositories')
    .option('--chain', 'keep a hook that is there, and run it first')
    .action((raw: { global?: boolean; chain?: boolean }) =>
      set(async () => (await import('./hook/install.js')).installHook({ global: raw.global === true, chain: raw.chain === true })),
    );
  program
    .command('uninstall-hook')
    .description('take the hook away again')
    .option('--global', 'the one of all repositories')
    .action((raw: { global?: boolean }) => set(async () => (await import('./hook/install.js')).uninstallHook({ global: raw.global === true })));
  program
    .command('hook', { hidden: true })
    .argument('<FILE>')
    .argument('[HEADER]')
    .action((file: string) => set(async (version) => (await import('./hook/run.js')).hookCommand(file, version)));
  program
    .command('doctor')
    .description('what is installed here, and what to do next')
    .action(() => set(async (version) => (await import('./doctor.js')).doctor(version)));
  program
    .command('cache')
    .argument('[ACTION]', 'show or clear', 'show')
    .description('show or clear your cache')
    .action((action: string) => set(async () => (await import('./cache-command.js')).cacheCommand(action)));
  withRun(program.command('b4-check'))
    .option('--terse', 'ERROR: and WARNING: lines, for b4 prep --check')
    .description("a mail on standard input, b4's JSON on standard output")
    .action((raw: { terse?: boolean }) => set(async (version) => (await import('./b4.js')).b4Check(readRun(raw), raw.terse === true, version)));
  withRun(program.command('b4-agent').argument('[INPUT...]'))
    .description('write an agent review for b4 review')
    .action((inputs: string[], raw: unknown) => set(async (version) => (await import('./b4.js')).b4Agent(inputs, readRun(raw), version)));
  program
    .command('bot')
    .argument('[ACTION]', 'run, status, explain, pause, resume or check', 'run')
    .argument('[ARGUMENT]')
    .description('the mailing-list bot (docs/bot.md)')
    .option('--config <FILE>', 'its configuration', 'rmap-review-bot.json')
    .option('--once', 'one round, then end')
    .action((action: string, argument: string | undefined, raw: { config: string; once?: boolean }) =>
      set(async () => (await import('./bot.js')).botCommand({ action, argument: argument ?? null, config: raw.config, once: raw.once === true })),
    );
}
