import type { Database, Query } from '../host/database.js';
import { type MailBatch, newMails } from '../host/mail-source.js';
import type { BotConfig, WatchedList } from './config.js';
import { obey } from './answers.js';
import { place, type Placed } from './place.js';
import { rulingFor } from './policy.js';
import { storable } from './text.js';
import { type Entry, triage } from './triage.js';

export interface IngestResult {
  readonly mails: number;
  readonly fresh: number;
}

/** Mails longer than this are not read; no patch for review is. */
const LONGEST = 8 << 20;

/**
 * Takes in what is new on one list. Each batch is one transaction together with its cursor, so a crash loses or repeats
 * nothing. Answers of people are obeyed in passing.
 */
export async function ingest(database: Database, config: BotConfig, list: WatchedList, now: () => number): Promise<IngestResult> {
  let mails = 0;
  let fresh = 0;
  const paths = [...new Set(config.policies.flatMap((p) => p.paths))];
  const source = newMails(list.source, {
    longest: LONGEST,
    cursor: async (name) =>
      ((await database.run('select value from cursor where list = $1 and name = $2', [list.name, name]))[0]?.['value'] as string | undefined) ?? null,
    fresh: async (names) => {
      const known = new Set((await database.run('select place from sighting where list = $1 and place = any($2)', [list.name, names])).map((r) => r['place']));
      return new Set(names.filter((n) => !known.has(n)));
    },
  });
  for await (const batch of source) {
    const entries: Entry[] = [];
    for (const mail of batch.mails) {
      const entry = await triage(mail, { paths, bots: config.bots, own: config.identity.address.toLowerCase(), longest: LONGEST });
      if (entry !== null) entries.push(entry);
    }
    await database.transaction(async (query) => {
      fresh += await store(query, config, list, batch, entries, now());
    });
    mails += batch.mails.length;
  }
  return { mails, fresh };
}

async function store(query: Query, config: BotConfig, list: WatchedList, batch: MailBatch, entries: readonly Entry[], now: number): Promise<number> {
  // Workers take mails in one after the other, so that the parts of one series meet.
  await query.run('lock table cursor in share row exclusive mode');
  await query.run('insert into cursor (list, name, value) values ($1, $2, $3) on conflict (list, name) do update set value = excluded.value', [
    list.name,
    batch.cursor.name,
    batch.cursor.value,
  ]);
  for (const mail of batch.mails) {
    if (mail.raw === null)
      await query.run('insert into log (at, about, what) values ($1, $2, $3)', [now, mail.place, `not read: ${mail.bytes} bytes are more than ${LONGEST}`]);
  }
  const unread = batch.mails.filter((m) => !entries.some((e) => e.place === m.place)).map((m) => ({ message: `unread ${m.place}`, place: m.place }));
  const sightings = [...entries.map((e) => ({ message: e.id, place: e.place })), ...unread];
  await query.run(
    'insert into sighting (message, list, place) select x.message, $1, x.place from jsonb_to_recordset($2::jsonb) as x(message text, place text) on conflict do nothing',
    [list.name, JSON.stringify(sightings)],
  );
  const gone = entries.filter((e) => e.kind === 'deletion').map((e) => e.id);
  const mails = firstOfEach(entries.filter((e) => e.kind !== 'deletion'));
  const known = new Set((await query.run('select id from message where id = any($1)', [mails.map((e) => e.id)])).map((r) => r['id'] as string));
  const fresh = mails.filter((e) => !known.has(e.id));
  const quiet = (entry: Entry): number => rulingFor(config.policies, [list.address], entry.recipients)?.quietMs ?? 0;
  const placed = await place(query, fresh, now, quiet);
  await insert(query, list, placed, now);
  await query.run(`update message set gone = true where id = any($1)`, [gone]);
  await query.run(`update series set withdrawn = true where id in (select series from message where id = any($1) and series is not null)`, [gone]);
  for (const entry of fresh) if (entry.kind === 'reply') await obey(query, entry, now);
  return fresh.length;
}

async function insert(query: Query, list: WatchedList, placed: readonly Placed[], now: number): Promise<void> {
  const rows = placed.map(({ entry: e, series }) => ({
    id: e.id,
    place: e.place,
    arrived: Math.min(e.arrived, now),
    kind: e.kind,
    why: e.why,
    author: e.author,
    sender: e.sender,
    subject: storable(e.subject),
    title: storable(e.title),
    version: e.version,
    part: e.part,
    total: e.total,
    resend: e.resend,
    parents: e.parents,
    recipients: e.recipients,
    relevant: e.relevant,
    series,
  }));
  await query.run(
    `insert into message (id, list, place, arrived, kind, why, author, sender, subject, title, version, part, total, resend, parents, recipients, relevant, series)
     select x.id, $1, x.place, x.arrived, x.kind, x.why, x.author, x.sender, x.subject, x.title, x.version, x.part, x.total, x.resend,
       array(select jsonb_array_elements_text(x.parents)), array(select jsonb_array_elements_text(x.recipients)), x.relevant, x.series
     from jsonb_to_recordset($2::jsonb) as x(id text, place text, arrived bigint, kind text, why text, author text, sender text, subject text, title text, version int, part int, total int, resend boolean, parents jsonb, recipients jsonb, relevant boolean, series bigint)
     on conflict (id) do nothing`,
    [list.name, JSON.stringify(rows)],
  );
}

function firstOfEach(entries: readonly Entry[]): readonly Entry[] {
  const seen = new Set<string>();
  return entries.filter((e) => !seen.has(e.id) && seen.add(e.id));
}
