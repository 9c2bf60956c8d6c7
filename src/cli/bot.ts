import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createWorker, round, startWorker } from '../bot/bot.js';
import { type BotConfig, loadConfig } from '../bot/config.js';
import { runBot } from '../bot/run.js';
import { openState, pauseFile, paused } from '../bot/state.js';
import { explainText, statusText } from '../bot/status.js';
import type { Database } from '../host/database.js';
import { plural, printable } from '../report/index.js';
import { Failure } from './failure.js';
import { print } from './output.js';

export interface BotRequest {
  readonly action: string;
  readonly argument: string | null;
  readonly config: string;
  readonly once: boolean;
}

/** `bot`, and what one asks of it. */
export async function botCommand(request: BotRequest): Promise<number> {
  const loaded = await loadConfig(request.config);
  if ('errors' in loaded)
    throw new Failure(
      2,
      `${request.config}: ${loaded.errors[0] ?? ''}`,
      loaded.errors.length > 1 ? loaded.errors.slice(1, 12).join('; ') : 'docs/bot.md describes every entry',
    );
  const { config } = loaded;
  switch (request.action) {
    case 'check':
      await print(`${request.config} is all right: ${plural(config.lists.length, 'list')}, ${plural(config.policies.length, 'policy', 'policies')}\n`);
      return 0;
    // The file is enough to stop every mail, even while another process has the embedded state.
    case 'pause':
      return pause(config, request.argument ?? 'by hand');
    case 'resume':
      return resume(config);
    case 'status':
      return withState(config, async (database) => {
        await print(await statusText(database, await paused(config, database)));
        return 0;
      });
    case 'explain':
      return withState(config, async (database) => {
        if (request.argument === null) throw new Failure(2, 'explain needs a Message-ID', 'rmap-review bot explain MESSAGE-ID');
        const text = await explainText(database, request.argument);
        if (text === null) throw new Failure(2, `no mail with the id ${request.argument} was taken in`);
        await print(text);
        return 0;
      });
    case 'run':
      return run(config, request.once);
    default:
      throw new Failure(2, `bot ${request.action} is not known`, 'bot, bot --once, bot status, bot explain ID, bot pause, bot resume, bot check');
  }
}

async function run(config: BotConfig, once: boolean): Promise<number> {
  return withState(config, async (database) => {
    const worker = createWorker(database, config);
    const log = (line: string): void => {
      process.stderr.write(`rmap-review bot: ${printable(line)}\n`);
    };
    const still = await paused(config, database);
    if (still !== null) log(still);
    if (once) {
      await startWorker(worker);
      const result = await round(worker);
      for (const trouble of result.troubles) log(`cannot read ${trouble}`);
      await print(`${plural(result.mails, 'mail')} taken in, ${result.considered} series looked at, ${plural(result.delivered, 'mail')} handed on\n`);
      return result.troubles.length > 0 ? 1 : 0;
    }
    let stopped = false;
    let wake: () => void = () => undefined;
    const stop = (): void => {
      stopped = true;
      wake();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    await runBot(worker, {
      stopped: () => stopped,
      log,
      wait: (ms) =>
        stopped
          ? Promise.resolve()
          : new Promise((resolve) => {
              const timer = setTimeout(resolve, ms);
              wake = () => {
                clearTimeout(timer);
                resolve();
              };
            }),
    });
    return 0;
  });
}

async function pause(config: BotConfig, why: string): Promise<number> {
  mkdirSync(config.state, { recursive: true });
  writeFileSync(pauseFile(config), `${why}\n`);
  if (config.database !== null)
    await withState(config, async (database) =>
      database.run(`insert into setting (name, value) values ('paused', $1) on conflict (name) do update set value = excluded.value`, [why]),
    );
  await print('paused: nothing is drafted or sent until rmap-review bot resume\n');
  return 0;
}

async function resume(config: BotConfig): Promise<number> {
  rmSync(pauseFile(config), { force: true });
  if (config.database !== null) await withState(config, async (database) => database.run(`delete from setting where name = 'paused'`));
  await print('resumed\n');
  return 0;
}

async function withState<T>(config: BotConfig, work: (database: Database) => Promise<T>): Promise<T> {
  let database: Database;
  try {
    database = await openState(config);
  } catch (error) {
    throw new Failure(2, `the bot's state cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
