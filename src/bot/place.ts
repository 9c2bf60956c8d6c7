import type { Query } from '../host/database.js';
import { storable } from './text.js';
import type { Entry } from './triage.js';

/** A mail with the series that it belongs to; null for what is no part of one. */
export interface Placed {
  readonly entry: Entry;
  readonly series: number | null;
}

interface Candidate {
  readonly id: number;
  readonly author: string;
  readonly version: number;
  readonly total: number;
  root: string;
  readonly ids: Set<string>;
  readonly parts: Set<number>;
  readonly stems: Set<string>;
  firstAt: number;
  lastAt: number;
  title: string;
  relevant: boolean;
  quiet: number;
  changed: boolean;
}

/** How far apart the mails of one unthreaded series may be. */
const LOOSE_MS = 60 * 60_000;
/** And those of a threaded one. */
const THREAD_MS = 30 * 24 * 60 * 60_000;

/**
 * Sorts patches and covers into series: same author, version and length; no part twice; and threaded together, numbered
 * by one run of git send-email, or unthreaded within the hour. New series are made, and the due time moves with each part:
 * the quiet time begins when the part was taken in, because an archive that lags behind may still lack what came after it.
 */
export async function place(query: Query, entries: readonly Entry[], now: number, quiet: (entry: Entry) => number): Promise<readonly Placed[]> {
  const parts = entries.filter((e) => e.kind === 'patch' || e.kind === 'cover');
  const candidates = parts.length === 0 ? [] : await load(query, [...new Set(parts.map((e) => e.author))]);
  const byKey = new Map<string, Candidate[]>();
  for (const c of candidates) byKey.set(key(c), [...(byKey.get(key(c)) ?? []), c]);
  const placed: Placed[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'patch' && entry.kind !== 'cover') {
      placed.push({ entry, series: null });
      continue;
    }
    const at = Math.min(entry.arrived, now);
    const near = byKey.get(key(entry)) ?? [];
    const free = near.filter((c) => !c.parts.has(entry.part) && Math.abs(at - c.lastAt) <= THREAD_MS);
    const stem = stemOf(entry.id);
    const parents = new Set(entry.parents);
    const root = entry.parents[0] ?? entry.id;
    const found =
      free.find(
        (c) =>
          c.ids.has(root) ||
          [...c.ids].some((id) => parents.has(id)) ||
          (entry.parents.length > 0 && c.root === root) ||
          c.root === entry.id ||
          c.stems.has(stem),
      ) ?? (entry.total > 1 && entry.parents.length === 0 ? free.find((c) => Math.abs(at - c.lastAt) <= LOOSE_MS && c.ids.has(c.root)) : undefined);
    const home = found ?? (await create(query, entry, at, root));
    if (found === undefined) byKey.set(key(entry), [...near, home]);
    home.ids.add(entry.id);
    home.parts.add(entry.part);
    home.stems.add(stem);
    home.firstAt = Math.min(home.firstAt, at);
    home.lastAt = Math.max(home.lastAt, at);
    home.relevant ||= entry.relevant;
    home.quiet = Math.max(home.quiet, quiet(entry));
    if (entry.kind === 'cover') {
      home.title = entry.title;
      home.root = entry.parents[0] ?? entry.id;
    }
    home.changed = true;
    placed.push({ entry, series: home.id });
  }
  const changed = [...byKey.values()].flat().filter((c) => c.changed);
  await query.run(
    `update series s set root = x.root, first_at = x.first_at, last_at = x.last_at, title = x.title, relevant = s.relevant or x.relevant, quiet = x.quiet, due_at = $2 + x.quiet,
       state = case when s.state = 'silent' and s.why like 'incomplete%' then 'waiting' else s.state end
     from jsonb_to_recordset($1::jsonb) as x(id bigint, root text, first_at bigint, last_at bigint, title text, relevant boolean, quiet bigint) where s.id = x.id`,
    [
      JSON.stringify(
        changed.map((c) => ({
          id: c.id,
          root: c.root,
          first_at: c.firstAt,
          last_at: c.lastAt,
          title: storable(c.title),
          relevant: c.relevant,
          quiet: Math.round(c.quiet),
        })),
      ),
      now,
    ],
  );
  return placed;
}

async function load(query: Query, authors: readonly string[]): Promise<readonly Candidate[]> {
  const rows = await query.run(
    `select s.id, s.author, s.version, s.total, s.root, s.first_at, s.last_at, s.title, s.relevant, s.quiet, array_agg(m.id) as ids, array_agg(m.part) as parts
     from series s join message m on m.series = s.id where s.author = any($1) group by s.id order by s.id desc limit 2000`,
    [authors],
  );
  return rows.map((r) => {
    const ids = r['ids'] as string[];
    return {
      id: Number(r['id']),
      author: r['author'] as string,
      version: Number(r['version']),
      total: Number(r['total']),
      root: r['root'] as string,
      ids: new Set(ids),
      parts: new Set((r['parts'] as number[]).map(Number)),
      stems: new Set(ids.map(stemOf)),
      firstAt: Number(r['first_at']),
      lastAt: Number(r['last_at']),
      title: r['title'] as string,
      relevant: r['relevant'] === true,
      quiet: Number(r['quiet']),
      changed: false,
    };
  });
}

async function create(query: Query, entry: Entry, at: number, root: string): Promise<Candidate> {
  const [row] = await query.run(
    `insert into series (author, version, total, title, root, first_at, last_at, relevant, state, why, due_at) values ($1, $2, $3, $4, $5, $6, $6, false, 'waiting', '', $6) returning id`,
    [entry.author, entry.version, entry.total, storable(entry.title), root, at],
  );
  return {
    id: Number(row?.['id']),
    author: entry.author,
    version: entry.version,
    total: entry.total,
    root,
    ids: new Set(),
    parts: new Set(),
    stems: new Set(),
    firstAt: at,
    lastAt: at,
    title: entry.title,
    relevant: false,
    quiet: 0,
    changed: true,
  };
}

function key(x: { readonly author: string; readonly version: number; readonly total: number }): string {
  return `${x.author} ${x.version} ${x.total}`;
}

/** `20231121171643.3719880-1-user@host` without the number; an id of another shape is its own stem. */
function stemOf(id: string): string {
  const found = /^([\w.$+]{6,80})-\d{1,4}-(.{1,200})$/.exec(id);
  return found === null ? id : `${found[1]} ${found[2]}`;
}
