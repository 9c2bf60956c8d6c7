import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../host/analyse.js';
import type { Database } from '../host/database.js';
import type { BotConfig } from './config.js';
import { before, consider, dueSeries, type Worker } from './consider.js';
import { capReached, deliver, type Outgoing, recover, takeBack } from './deliver.js';
import { ingest } from './ingest.js';
import { loadSeries, saidToday, supersededBy } from './load.js';
import { rulingFor } from './policy.js';
import { precision } from './status.js';

export interface RoundResult {
  readonly mails: number;
  readonly considered: number;
  readonly delivered: number;
  /** Lists that could not be read, each with the reason. */
  readonly troubles: readonly string[];
}

/** A worker with the real review and clock; tests put their own in their place. */
export function createWorker(database: Database, config: BotConfig, instead: Partial<Pick<Worker, 'now' | 'analyse' | 'step' | 'name'>> = {}): Worker {
  return {
    name: `${hostname()}:${process.pid}:${randomBytes(4).toString('hex')}`,
    database,
    config,
    now: Date.now,
    analyse: (request) => analyse(request),
    ...instead,
  };
}

/** What ended processes have left half done is settled before anything new is begun, and by several workers for each other now and then. */
export async function startWorker(worker: Worker): Promise<void> {
  const { database, config, now } = worker;
  const gone = (name: string, at: number): boolean => name !== worker.name && (!database.shared || name === '' || at < now() - STALE_MS || deadHere(name));
  await recover(database, config, { now, gone });
  const claims = await database.run(`select distinct claimed_by from series where claimed_until > $1 and state = 'waiting'`, [now()]);
  for (const row of claims)
    if (gone(row['claimed_by'] as string, now()))
      await database.run('update series set claimed_until = 0, tries = greatest(tries - 1, 0) where claimed_by = $1', [row['claimed_by'] as string]);
}

/** One round: take in what is new, look at what is due, hand on what is ready. */
export async function round(worker: Worker): Promise<RoundResult> {
  const taken = await takeIn(worker);
  if (taken.mails > 0) await takeBackStale(worker);
  let considered = 0;
  let delivered = await handOn(worker);
  for (let due = await dueSeries(worker, 20); due.length > 0; due = await dueSeries(worker, 20)) {
    for (const id of due) {
      await consider(worker, id);
      considered += 1;
    }
    delivered += await handOn(worker);
  }
  return { ...taken, considered, delivered };
}

export async function takeIn(worker: Worker): Promise<Pick<RoundResult, 'mails' | 'troubles'>> {
  let mails = 0;
  const troubles: string[] = [];
  for (const list of worker.config.lists) {
    try {
      mails += (await ingest(worker.database, worker.config, list, worker.now)).mails;
    } catch (error) {
      troubles.push(`${list.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { mails, troubles };
}

/** Takes in once more right before: a newer version or a withdrawal may have come while the review ran. */
export async function handOn(worker: Worker): Promise<number> {
  const [waiting] = await worker.database.run(`select count(*) as n from outbox where state = 'ready'`);
  if (Number(waiting?.['n']) === 0) return 0;
  const { troubles } = await takeIn(worker);
  if (troubles.length > 0) return 0;
  const { step } = worker;
  const done = await deliver(worker.database, worker.config, {
    worker: worker.name,
    now: worker.now,
    recheck: (out) => recheck(worker, out),
    ...(step === undefined ? {} : { step }),
  });
  await writeFile(join(worker.config.state, 'precision.json'), `${JSON.stringify(await precision(worker.database), null, 2)}\n`);
  return done;
}

/** A draft lies there for as long as its moderator likes; meanwhile the series may have had its next version. */
export async function takeBackStale({ database, config, now }: Worker): Promise<void> {
  await takeBack(database, config, now, async (id) => {
    const series = await loadSeries(database, id);
    if (series === null || series.withdrawn) return 'withdrawn by its author, or deleted';
    const newer = await supersededBy(database, id);
    return newer === null ? null : `superseded by ${newer}`;
  });
}

const STALE_MS = 15 * 60_000;

/** Everything that may have changed since the mail was written. */
async function recheck(worker: Worker, out: Outgoing): Promise<{ readonly why: string } | { readonly dailyCap: number }> {
  const no = (why: string): { readonly why: string } => ({ why });
  const { database, config, now } = worker;
  const series = await loadSeries(database, out.series);
  if (series === null) return no('the series is gone');
  const watched = config.lists.filter((l) => series.lists.includes(l.name)).map((l) => l.address);
  const ruling = rulingFor(config.policies, watched, series.recipients);
  const why = await before(database, series, ruling, now());
  if (why !== null || ruling === null) return no(why ?? 'no policy');
  if (ruling.mode === 'dry-run' || (out.mode === 'send' && ruling.mode !== 'send')) return no(`the policy has changed: ${ruling.why}`);
  const [optedOut] = await database.run('select address from opted_out where address = any($1) limit 1', [out.recipients]);
  if (optedOut !== undefined) return no(`${String(optedOut['address'])} has opted out`);
  const open = await database.run('select 1 from said where parent = $1 and fingerprint not in (select fingerprint from suppressed)', [out.parent]);
  if (open.length === 0) return no('all its findings were called invalid meanwhile');
  return (await saidToday(database, out.list, now())) >= ruling.dailyCap ? no(capReached(ruling.dailyCap)) : { dailyCap: ruling.dailyCap };
}

function deadHere(name: string): boolean {
  const [host, pid] = name.split(':');
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
