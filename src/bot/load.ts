import type { Query } from '../host/database.js';

/** A series with its mails, as the state has them. */
export interface SeriesRow {
  readonly id: number;
  readonly author: string;
  readonly version: number;
  readonly total: number;
  readonly title: string;
  readonly lastAt: number;
  readonly relevant: boolean;
  readonly withdrawn: boolean;
  readonly state: string;
  /** How many different patches (not the cover) have come. */
  readonly parts: number;
  /** Cover and patches in order; those with `own: false` are of an earlier version that this one resends only in part. */
  readonly members: readonly {
    readonly id: string;
    readonly list: string;
    readonly place: string;
    readonly author: string;
    readonly part: number;
    readonly own: boolean;
  }[];
  /** Names of the lists that brought any of its mails. */
  readonly lists: readonly string[];
  readonly recipients: readonly string[];
}

export async function loadSeries(query: Query, id: number): Promise<SeriesRow | null> {
  const [row] = await query.run('select * from series where id = $1', [id]);
  const own = await query.run(
    'select id, list, place, author, part, recipients, parents from message where series = $1 and not gone order by part, arrived, id',
    [id],
  );
  if (row === undefined || own.length === 0) return null;
  const ids = own.map((m) => m['id'] as string);
  const total = Number(row['total']);
  const there = new Set(own.map((m) => Number(m['part'])).filter((p) => p > 0));
  const earlier =
    there.size >= total
      ? []
      : await query.run(
          `select m.id, m.list, m.place, m.author, m.part from message m join series s on s.id = m.series
     where s.author = $1 and s.total = $2 and s.version < $3 and not m.gone and m.part > 0 and s.id in (select series from message where id = any($4) and series is not null)
     order by s.version desc, m.part, m.id`,
          [row['author'] as string, total, Number(row['version']), own.flatMap((m) => m['parents'] as string[])],
        );
  const sightings = await query.run('select distinct list from sighting where message = any($1) order by list', [ids]);
  const member = (m: Readonly<Record<string, unknown>>, mine: boolean): SeriesRow['members'][number] => ({
    id: m['id'] as string,
    list: m['list'] as string,
    place: m['place'] as string,
    author: m['author'] as string,
    part: Number(m['part']),
    own: mine,
  });
  return {
    id,
    author: row['author'] as string,
    version: Number(row['version']),
    total,
    title: row['title'] as string,
    lastAt: Number(row['last_at']),
    relevant: row['relevant'] === true,
    withdrawn: row['withdrawn'] === true,
    state: row['state'] as string,
    parts: there.size,
    members: [...own.map((m) => member(m, true)), ...earlier.map((m) => member(m, false))],
    lists: sightings.map((r) => r['list'] as string),
    recipients: [...new Set(own.flatMap((m) => m['recipients'] as string[]))],
  };
}

/** How many mails to a list went out or into the moderation Maildir within a day. */
export async function saidToday(query: Query, list: string, now: number): Promise<number> {
  const [row] = await query.run(
    `select count(*) as n from outbox where list = $1 and at > $2 and state in ('drafted', 'publishing', 'sent', 'sending', 'doubt')`,
    [list, now - DAY_MS],
  );
  return Number(row?.['n']);
}

const DAY_MS = 86_400_000;

/** A later version of the same work, or the same sent again: by title and author, or because it answers this one. */
export async function supersededBy(query: Query, id: number): Promise<string | null> {
  const [row] = await query.run(
    `with own as (select id, author, title from message where series = $1),
       related as (
         select b.series, true as titled from own a join message b on b.author = a.author and b.title = a.title where a.title <> ''
         union select b.series, false from message b where b.parents && (select array_agg(id) from own))
     select n.id, n.version, n.title from related r join series n on n.id = r.series, series s
     where s.id = $1 and n.id <> s.id and not exists (select 1 from message d where d.series = n.id and d.gone)
       and (not r.titled or n.author = s.author) and (n.version > s.version or (r.titled and n.version = s.version and (n.first_at, n.id) > (s.first_at, s.id)))
     order by n.version desc, n.id desc limit 1`,
    [id],
  );
  return row === undefined ? null : `v${String(row['version'])} "${String(row['title'])}"`;
}
