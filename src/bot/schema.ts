import type { Database } from '../host/database.js';

/**
 * Each entry once, in this order; an entry that was ever released never changes. Times are milliseconds.
 * series.state: waiting (for parts or quiet) → silent | said. outbox.state: ready → publishing → drafted, or
 * ready → sending → sent | refused | doubt; `sending` is written before the mail leaves, so a mail is sent at most once.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table cursor (list text, name text, value text not null, primary key (list, name));
  create table series (
    id bigserial primary key, author text not null, version int not null, total int not null, title text not null, root text not null,
    first_at bigint not null, last_at bigint not null, relevant boolean not null, withdrawn boolean not null default false,
    state text not null, why text not null, due_at bigint not null, claimed_by text not null default '', claimed_until bigint not null default 0, tries int not null default 0);
  create index series_by_author on series (author, version, total);
  create index series_due on series (state, due_at);
  create table message (
    id text primary key, list text not null, place text not null, arrived bigint not null, kind text not null, why text not null,
    author text not null, sender text not null, subject text not null, title text not null, version int not null, part int not null, total int not null, resend boolean not null,
    parents text[] not null, recipients text[] not null, relevant boolean not null, gone boolean not null default false, series bigint references series (id));
  create index message_by_series on message (series);
  create index message_by_title on message (author, title);
  create index message_by_place on message (list, place);
  create table sighting (message text, list text, place text not null, primary key (message, list, place));
  create index sighting_by_place on sighting (list, place);
  create table outbox (
    parent text primary key, series bigint not null unique references series (id), id text not null unique, list text not null, mode text not null,
    state text not null, sender text not null, recipients text[] not null, raw text not null, worker text not null default '', at bigint not null, why text not null default '');
  create table said (
    finding text, parent text, fingerprint text not null, list text not null, rule text not null, at bigint not null,
    answer text not null default '', answered_by text not null default '', primary key (finding, parent));
  create table suppressed (fingerprint text primary key, by_address text not null, by_message text not null, at bigint not null);
  create table opted_out (address text primary key, by_message text not null, at bigint not null);
  create table setting (name text primary key, value text not null);
  create table log (id bigserial primary key, at bigint not null, about text not null, what text not null);
  create index log_about on log (about);
  `,
  `alter table series add column quiet bigint not null default 0; create index message_by_parent on message using gin (parents)`,
];

/** Brings a database of any earlier version to this one. */
export async function migrate(database: Database): Promise<void> {
  // "If not exists" still fails for the second of two that come at the same moment; then it exists, and the lock below shows it.
  await database.run('create table if not exists migration (version int primary key, at timestamptz not null default now())').catch(() => undefined);
  await database.transaction(async (query) => {
    // Two workers that start together: the second one waits here, and finds nothing to do.
    await query.run('lock table migration in exclusive mode');
    const done = new Set((await query.run('select version from migration')).map((r) => Number(r['version'])));
    const newest = Math.max(0, ...done);
    if (newest > MIGRATIONS.length) throw new Error(`the database has version ${newest}, and this program knows ${MIGRATIONS.length}: use a newer rmap-review`);
    for (const [i, sql] of MIGRATIONS.entries()) {
      if (done.has(i + 1)) continue;
      for (const statement of sql
        .split(';')
        .map((s) => s.trim())
        .filter((s) => s !== ''))
        await query.run(statement);
      await query.run('insert into migration (version) values ($1)', [i + 1]);
    }
  });
}
