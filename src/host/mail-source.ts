import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { git, readObjects } from './git.js';
import { findMail, maildirMails } from './maildir.js';

/** Where the mails of a list come from. */
export type MailSource = { readonly kind: 'public-inbox'; readonly dir: string } | { readonly kind: 'maildir'; readonly dir: string };

/** One mail as the source keeps it. `place` finds it again. */
export interface RawMail {
  readonly place: string;
  /** When the archive got it, in milliseconds. */
  readonly arrived: number;
  /** Null: too long to read; `bytes` says how long. */
  readonly raw: Buffer | null;
  readonly bytes: number;
  /** The archive took this mail out again. */
  readonly deletion: boolean;
}

export interface MailBatch {
  readonly mails: readonly RawMail[];
  /** Where to go on: the cursor to keep, by its name. */
  readonly cursor: { readonly name: string; readonly value: string };
}

export interface ReadOptions {
  /** What was kept for a cursor; null at the first time. */
  readonly cursor: (name: string) => Promise<string | null>;
  /** Of these names in a Maildir, those not seen before. */
  readonly fresh: (names: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly longest: number;
}

/**
 * What has come since the cursors were kept, in the order of arrival, in batches that fit into memory. An epoch whose
 * history was rewritten is read again from its start: whoever keeps the mails knows them by their ids.
 */
export async function* newMails(source: MailSource, options: ReadOptions): AsyncGenerator<MailBatch> {
  if (source.kind === 'maildir') yield* maildirBatches(source.dir, options);
  else for (const epoch of await epochs(source.dir)) yield* epochBatches(epoch, options);
}

/** Mails by their places; null for one that is gone. */
export async function readMails(source: MailSource, places: readonly string[]): Promise<readonly (Buffer | null)[]> {
  if (source.kind === 'maildir') {
    return Promise.all(
      places.map(async (name) => {
        const path = await findMail(source.dir, name);
        return path === null ? null : readFile(path).catch(() => null);
      }),
    );
  }
  const found = new Map<string, Buffer | null>();
  const all = await epochs(source.dir);
  for (const epoch of all) {
    const here = places.filter((p) => p.startsWith(`${epoch.name}:`));
    if (here.length === 0) continue;
    const { objects } = await readObjects(
      epoch.dir,
      here.map((p) => `${p.slice(epoch.name.length + 1)}:m`),
    );
    here.forEach((p, i) => found.set(p, objects[i]?.content ?? null));
  }
  return places.map((p) => found.get(p) ?? null);
}

interface Epoch {
  readonly name: string;
  readonly dir: string;
}

const BATCH_MAILS = 250;
const BATCH_BYTES = 16 << 20;

/** `git/0.git`, `git/1.git` … of a v2 inbox; mirrors of epochs side by side; or one repository by itself. */
async function epochs(dir: string): Promise<readonly Epoch[]> {
  for (const base of [join(dir, 'git'), dir]) {
    const names = (await readdir(base).catch(() => [])).flatMap((n) => /^(\d+)(?:\.git)?$/.exec(n) ?? []).filter((n) => /^\d+(?:\.git)?$/.test(n));
    const own = [...new Set(names.filter((n) => n.endsWith('.git') || !names.includes(`${n}.git`)))];
    if (own.length > 0)
      return own.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).map((n) => ({ name: n.replace('.git', ''), dir: join(base, n) }));
  }
  return [{ name: '0', dir }];
}

async function* epochBatches(epoch: Epoch, options: ReadOptions): AsyncGenerator<MailBatch> {
  const last = await options.cursor(epoch.name);
  const head = await git(epoch.dir, ['rev-parse', '--verify', '--quiet', 'HEAD']);
  if (head.code !== 0) return;
  const known = last !== null && (await git(epoch.dir, ['merge-base', '--is-ancestor', last, 'HEAD'])).code === 0;
  const log = await git(epoch.dir, ['log', '--reverse', '--format=%H %ct', known ? `${last}..HEAD` : 'HEAD']);
  const commits = log.out
    .toString('latin1')
    .split('\n')
    .filter((l) => l !== '')
    .map((l) => l.split(' '));
  for (let at = 0; at < commits.length; at += BATCH_MAILS) {
    const part = commits.slice(at, at + BATCH_MAILS);
    const sizes = await git(epoch.dir, ['cat-file', '--batch-check=%(objectsize) %(objecttype)'], `${part.map(([id]) => `${id}:m\n${id}:d`).join('\n')}\n`);
    const checks = sizes.out.toString('latin1').split('\n');
    const wanted = part.map(([id = '', time = '0'], i) => {
      const [mail, gone] = [checks[2 * i] ?? '', checks[2 * i + 1] ?? ''];
      const bytes = /^(\d+) blob$/.exec(mail)?.[1];
      const deleted = /^(\d+) blob$/.exec(gone)?.[1];
      return {
        id,
        arrived: Number(time) * 1000,
        bytes: Number(bytes ?? deleted ?? 0),
        deletion: bytes === undefined && deleted !== undefined,
        there: bytes !== undefined || deleted !== undefined,
      };
    });
    let from = 0;
    let sum = 0;
    for (let i = 0; i <= wanted.length; i++) {
      const size = wanted[i]?.bytes ?? 0;
      if (i < wanted.length && sum + Math.min(size, options.longest) <= BATCH_BYTES) {
        sum += size <= options.longest ? size : 0;
        continue;
      }
      const slice = wanted.slice(from, i);
      if (slice.length > 0) yield { mails: await contents(epoch, slice, options.longest), cursor: { name: epoch.name, value: slice.at(-1)?.id ?? '' } };
      from = i;
      sum = size <= options.longest ? size : 0;
    }
  }
}

async function contents(
  epoch: Epoch,
  wanted: readonly { readonly id: string; readonly arrived: number; readonly bytes: number; readonly deletion: boolean; readonly there: boolean }[],
  longest: number,
): Promise<readonly RawMail[]> {
  const readable = wanted.filter((w) => w.there && w.bytes <= longest);
  const { objects } = await readObjects(
    epoch.dir,
    readable.map((w) => `${w.id}:${w.deletion ? 'd' : 'm'}`),
  );
  const texts = new Map(readable.map((w, i) => [w.id, objects[i]?.content ?? null]));
  return wanted
    .filter((w) => w.there)
    .map((w) => ({ place: `${epoch.name}:${w.id}`, arrived: w.arrived, raw: texts.get(w.id) ?? null, bytes: w.bytes, deletion: w.deletion }));
}

async function* maildirBatches(dir: string, options: ReadOptions): AsyncGenerator<MailBatch> {
  const all = await maildirMails(dir);
  const mtimes = await Promise.all(all.map(async (m) => ({ ...m, info: await stat(m.path).catch(() => null) })));
  const order = mtimes
    .flatMap((m) => (m.info === null ? [] : [{ name: m.name, path: m.path, arrived: Math.floor(m.info.mtimeMs), bytes: m.info.size }]))
    .sort((a, b) => a.arrived - b.arrived || (a.name < b.name ? -1 : 1));
  for (let at = 0; at < order.length; at += BATCH_MAILS) {
    const part = order.slice(at, at + BATCH_MAILS);
    const fresh = await options.fresh(part.map((m) => m.name));
    const mails: RawMail[] = [];
    for (const m of part) {
      if (!fresh.has(m.name)) continue;
      const raw = m.bytes > options.longest ? null : await readFile(m.path).catch(() => null);
      mails.push({ place: m.name, arrived: m.arrived, raw, bytes: m.bytes, deletion: false });
    }
    if (mails.length > 0) yield { mails, cursor: { name: 'maildir', value: part.at(-1)?.name ?? '' } };
  }
}
