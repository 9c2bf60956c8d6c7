import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { git } from '../../host/git.js';
import { readSubject } from '../../parse/mail/subject.js';

/** One file of a series that is about to be sent. */
export interface Outgoing {
  readonly path: string;
  readonly part: number;
  readonly total: number;
  readonly version: number;
  /** The commit that format-patch names in the first line, or null. */
  readonly commit: string | null;
  readonly touchesC: boolean;
}

/** What git names in the patch file's folder as the parts of the same series, in order; the file itself is among them. */
export async function seriesOf(path: string, repository: string): Promise<readonly Outgoing[]> {
  const own = await readOutgoing(path);
  if (own === null) return [];
  if (own.total <= 1) return [own];
  const dir = dirname(path);
  const names = (await readdir(dir).catch(() => []))
    .sort()
    .filter((name) => /\.(?:patch|eml|mbox|txt)$/.test(name))
    .slice(0, MOST_FILES);
  const parts: Outgoing[] = [own];
  for (const name of names) {
    const other = join(dir, name) === path ? null : await readOutgoing(join(dir, name));
    if (other !== null && other.version === own.version && other.total === own.total && other.part > 0) parts.push(other);
  }
  const sorted = parts.sort((a, b) => a.part - b.part || (a.path < b.path ? -1 : 1));
  return new Set(sorted.map((p) => p.part)).size === sorted.length ? sorted : linked(own, sorted, repository);
}

/** Null for what is no patch mail. Reads the whole of files of usual size, and the head of others. */
export async function readOutgoing(path: string): Promise<Outgoing | null> {
  const text = await head(path);
  if (text === null) return null;
  const end = text.indexOf('\n\n');
  const header = (end < 0 ? text : text.slice(0, end)).replace(/\r?\n[ \t]+/g, ' ');
  const subject = /^subject:[ \t]*(.*)$/im.exec(header)?.[1] ?? '';
  const tag = readSubject(decodeWords(subject));
  return {
    path,
    part: tag.part ?? 1,
    total: tag.total ?? 1,
    version: tag.version,
    commit: /^From ([0-9a-f]{40,64}) /.exec(text)?.[1] ?? null,
    touchesC: /^(?:diff --git .*|\+\+\+ .*|--- .*)\.[ch]["\t\r ]*$/m.test(text) || /^[ \t]*content-transfer-encoding:[ \t]*base64/im.test(header),
  };
}

const MOST_FILES = 1000;
const HEAD = 4 << 20;

async function head(path: string): Promise<string | null> {
  const info = await stat(path).catch(() => null);
  if (info === null || !info.isFile()) return null;
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const buffer = Buffer.alloc(Math.min(info.size, HEAD));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Git encodes a subject with letters outside ASCII; only its prefix matters here, and that is ASCII. */
function decodeWords(subject: string): string {
  return subject.replace(/=\?[^?]{1,40}\?q\?([^?]{0,400})\?=/gi, (_, text: string) =>
    text.replaceAll('_', ' ').replace(/=([0-9a-f]{2})/gi, (__, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  );
}

/** Two series of one length in one folder: those parts belong together whose commits follow each other. */
async function linked(own: Outgoing, parts: readonly Outgoing[], repository: string): Promise<readonly Outgoing[]> {
  if (own.commit === null) return [own];
  const { code, out } = await git(repository, ['rev-list', '--no-walk=unsorted', '--parents', ...parts.flatMap((p) => p.commit ?? [])]);
  if (code !== 0) return [own];
  const parent = new Map(
    out
      .toString('latin1')
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([id, first]) => [id ?? '', first ?? '']),
  );
  const byCommit = new Map(parts.flatMap((p) => (p.commit === null ? [] : [[p.commit, p] as const])));
  const chain = [own];
  for (
    let at = byCommit.get(parent.get(own.commit) ?? '');
    at !== undefined && chain.length < parts.length;
    at = byCommit.get(parent.get(at.commit ?? '') ?? '')
  )
    chain.unshift(at);
  for (let at: Outgoing | undefined = own; at !== undefined && chain.length <= parts.length; ) {
    const commit: string | null = at.commit;
    const next: Outgoing | undefined = parts.find((p) => p.commit !== null && parent.get(p.commit) === commit && !chain.includes(p));
    if (next !== undefined) chain.push(next);
    at = next;
  }
  return chain;
}
