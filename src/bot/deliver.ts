import { hostname } from 'node:os';
import type { Database } from '../host/database.js';
import { discardMail, findMail, prepareMail, publishMail, withdrawMail } from '../host/maildir.js';
import { sendMail } from '../host/transport.js';
import type { BotConfig } from './config.js';
import { saidToday } from './load.js';
import { paused } from './state.js';

export interface Outgoing {
  readonly parent: string;
  readonly series: number;
  readonly id: string;
  readonly list: string;
  readonly mode: 'draft' | 'send';
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly raw: string;
}

export interface DeliverOptions {
  readonly worker: string;
  readonly now: () => number;
  /** Why this mail must not go after all, asked at the last moment; or it may, if its list has had fewer than `dailyCap` today. */
  readonly recheck: (out: Outgoing) => Promise<{ readonly why: string } | { readonly dailyCap: number }>;
  /** For tests that end the process: called between the steps. */
  readonly step?: (name: string) => void;
}

/**
 * Hands on what is ready. A draft is written, marked, and then appears by one rename, so that it appears exactly once. A
 * mail that is sent is marked first: if we end in between, it may or may not have gone, and a person is told.
 */
export async function deliver(database: Database, config: BotConfig, options: DeliverOptions): Promise<number> {
  let done = 0;
  if ((await paused(config, database)) !== null) return done;
  for (const row of await database.run(
    `select parent, series, id, list, mode, sender, recipients, raw from outbox where state = 'ready' order by at, parent`,
  )) {
    const out = read(row);
    if ((await paused(config, database)) !== null) return done;
    const may = await options.recheck(out);
    if ('why' in may) {
      await settle(database, out, 'ready', 'dropped', may.why, options.now());
      continue;
    }
    done += (out.mode === 'draft' ? await draft(database, config, out, may.dailyCap, options) : await send(database, config, out, may.dailyCap, options))
      ? 1
      : 0;
  }
  return done;
}

/** Takes back the drafts that nobody has opened yet and for which `stale` knows a reason. What a person has moved stays, and what the list has seen. */
export async function takeBack(database: Database, config: BotConfig, now: () => number, stale: (series: number) => Promise<string | null>): Promise<void> {
  for (const row of await database.run(
    `select parent, series, id, list, mode, sender, recipients, raw from outbox where state = 'drafted' and at > $1 and not exists (select 1 from message m where m.id = outbox.id or m.parents @> array[outbox.id])`,
    [now() - TAKE_BACK_MS],
  )) {
    const out = read(row);
    const why = await stale(out.series);
    if (why !== null && (await withdrawMail(config.moderation, fileName(out))))
      await settle(database, out, 'drafted', 'dropped', `taken back unread: ${why}`, now());
  }
}

const TAKE_BACK_MS = 14 * 86_400_000;

/** What an ended process has left half done. Only for workers that are known to be gone. */
export async function recover(
  database: Database,
  config: BotConfig,
  options: Pick<DeliverOptions, 'now'> & { readonly gone: (worker: string, at: number) => boolean },
): Promise<void> {
  for (const row of await database.run(
    `select parent, series, id, list, mode, sender, recipients, raw, worker, at, state from outbox where state in ('sending', 'publishing')`,
  )) {
    const out = read(row);
    if (!options.gone(row['worker'] as string, Number(row['at']))) continue;
    if (row['state'] === 'publishing') {
      // Its own machine finds the draft in the one folder or the other; after a death elsewhere it may be in reach of nobody here.
      const here =
        (await publishMail(config.moderation, fileName(out))) ||
        hostOf(row['worker'] as string) === hostname() ||
        (await findMail(config.moderation, fileName(out))) !== null;
      if (!here)
        await tellPerson(
          config,
          out,
          `The bot ended on ${hostOf(row['worker'] as string)} while it wrote this draft. It may lie in that machine's Maildir or nowhere; it will not be written again.`,
        );
      await settle(database, out, 'publishing', here ? 'drafted' : 'doubt', here ? '' : 'ended while drafting on another machine', options.now());
    } else {
      // First the note, then the mark: twice the same note is better than none, and has the same name.
      await tellPerson(config, out, 'The bot ended while it sent this mail. It may have gone out or not; it will not be sent again. Please look at the list.');
      await settle(database, out, 'sending', 'doubt', 'ended while sending', options.now());
    }
  }
}

async function draft(database: Database, config: BotConfig, out: Outgoing, dailyCap: number, options: DeliverOptions): Promise<boolean> {
  await prepareMail(config.moderation, fileName(out), out.raw);
  options.step?.('prepared');
  const claimed = await claim(database, out, 'publishing', dailyCap, options);
  if (claimed === 'full') await discardMail(config.moderation, fileName(out));
  if (claimed !== 'ours') return false;
  options.step?.('publishing');
  await publishMail(config.moderation, fileName(out));
  options.step?.('published');
  await settle(database, out, 'publishing', 'drafted', '', options.now());
  return true;
}

async function send(database: Database, config: BotConfig, out: Outgoing, dailyCap: number, options: DeliverOptions): Promise<boolean> {
  if (config.transport === null) {
    await settle(database, out, 'ready', 'refused', 'no transport is configured', options.now());
    return false;
  }
  if ((await claim(database, out, 'sending', dailyCap, options)) !== 'ours') return false;
  options.step?.('sending');
  const result = await sendMail(config.transport, { from: out.sender, to: out.recipients }, out.raw);
  options.step?.('sent');
  if (result.state !== 'sent') {
    await tellPerson(
      config,
      out,
      `${result.state === 'refused' ? 'This mail was not taken' : 'It is not known whether this mail has gone out'}: ${result.why}. It will not be tried again.`,
    );
  }
  await settle(
    database,
    out,
    'sending',
    result.state === 'sent' ? 'sent' : result.state === 'refused' ? 'refused' : 'doubt',
    result.state === 'sent' ? '' : result.why,
    options.now(),
  );
  return result.state === 'sent';
}

/** Of several workers that found the same mail, one gets it; and they count one after the other, so that none goes past the cap. */
async function claim(database: Database, out: Outgoing, state: string, dailyCap: number, options: DeliverOptions): Promise<'ours' | 'taken' | 'full'> {
  const now = options.now();
  const why = capReached(dailyCap);
  return database.transaction(async (query) => {
    await query.run('lock table outbox in share row exclusive mode');
    const full = (await saidToday(query, out.list, now)) >= dailyCap;
    const rows = await query.run(`update outbox set state = $2, worker = $3, at = $4, why = $5 where parent = $1 and state = 'ready' returning parent`, [
      out.parent,
      full ? 'dropped' : state,
      options.worker,
      now,
      full ? why : '',
    ]);
    if (rows.length === 0) return 'taken';
    if (full) await query.run('insert into log (at, about, what) values ($1, $2, $3)', [now, out.parent, `dropped: ${why} (${out.id})`]);
    return full ? 'full' : 'ours';
  });
}

export function capReached(dailyCap: number): string {
  return `the daily cap of ${dailyCap} is reached`;
}

async function settle(database: Database, out: Outgoing, from: string, state: string, why: string, now: number): Promise<void> {
  await database.transaction(async (query) => {
    await query.run('update outbox set state = $2, why = $3, at = $4 where parent = $1 and state = $5', [out.parent, state, why, now, from]);
    await query.run('insert into log (at, about, what) values ($1, $2, $3)', [now, out.parent, `${state}${why === '' ? '' : `: ${why}`} (${out.id})`]);
  });
}

async function tellPerson(config: BotConfig, out: Outgoing, text: string): Promise<void> {
  const name = `doubt.${fileName(out)}`;
  const head = [
    `From: "${config.identity.name}" <${config.identity.address}>`,
    `To: ${config.identity.contact}`,
    'Subject: rmap-review bot: a mail in doubt',
    `Message-ID: <doubt.${out.id}>`,
    'Auto-Submitted: auto-generated',
    'X-Rmap-Review: doubt',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
  ];
  await prepareMail(
    config.moderation,
    name,
    `${head.join('\n')}\n\n${text}\n\n${out.raw
      .split('\n')
      .map((l) => `| ${l}`)
      .join('\n')}\n`,
  );
  await publishMail(config.moderation, name);
}

/** Workers are called after the machine they run on. */
function hostOf(worker: string): string {
  return worker.split(':')[0] ?? '';
}

/** The same mail always has the same name. */
function fileName(out: Outgoing): string {
  return `${out.id.replace(/[^A-Za-z0-9.-]/g, '_')}.draft`;
}

function read(row: Readonly<Record<string, unknown>>): Outgoing {
  return {
    parent: row['parent'] as string,
    series: Number(row['series']),
    id: row['id'] as string,
    list: row['list'] as string,
    mode: row['mode'] === 'send' ? 'send' : 'draft',
    sender: row['sender'] as string,
    recipients: row['recipients'] as string[],
    raw: row['raw'] as string,
  };
}
