import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorker, round, type RoundResult, startWorker } from '../../src/bot/bot.js';
import { type BotConfig, readConfig } from '../../src/bot/config.js';
import type { Worker } from '../../src/bot/consider.js';
import { migrate } from '../../src/bot/schema.js';
import { explainText } from '../../src/bot/status.js';
import type { Analysis, AnalysisRequest } from '../../src/host/analyse.js';
import { type Database, openEmbedded } from '../../src/host/database.js';
import { allFixtures, projectRoot } from '../fixture.js';
import { rmapReview } from '../cli/run.js';
import { type Inbox, makeInbox } from './inbox.js';

export const LIST = 'mm@lists.example';
export const NOW = 1_700_100_000_000;

/** One bot with an archive of its own, a clock that the test moves, and a review that the test can replace. */
export interface World {
  readonly dir: string;
  readonly inbox: Inbox;
  readonly config: BotConfig;
  readonly database: Database;
  readonly clock: { now: number };
  /** What the review says of the mails it is given; the recorded report of the demo by default. */
  readonly review: { answer: (request: AnalysisRequest) => Promise<Analysis>; asked: number };
  readonly worker: Worker;
  readonly round: () => Promise<RoundResult>;
  readonly drafts: () => readonly string[];
  readonly explain: (id: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

export interface WorldOptions {
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

const demo = allFixtures().find((f) => f.name === 'demo');
export const demoMails: readonly string[] = readFileSync(join(projectRoot, 'fixtures', 'patches', 'demo', 'series.mbox'), 'utf8')
  .split(/^(?=From [0-9a-f]{40} )/m)
  .map((m) => m.replace(/^From .*\n/, '').replace(/^Subject:/m, `To: ${LIST}\nCc: Reader One <reader@people.example>\nSubject:`));

let recorded: string | null = null;
/** What the real command line says of the demo series, once for each test file. */
export function demoReport(): string {
  recorded ??= rmapReview([demo?.mbox ?? '', '--tree', demo?.base ?? '', '--format', 'json', '--all']).out;
  return recorded;
}

let state: Promise<Database> | null = null;
/** Making an embedded database takes seconds, so one serves all tests of a file, emptied for each. */
async function emptyState(): Promise<Database> {
  state ??= openEmbedded('memory://').then(async (database) => {
    await migrate(database);
    return database;
  });
  const database = await state;
  await database.run('truncate cursor, series, message, sighting, outbox, said, suppressed, opted_out, setting, log restart identity cascade');
  return database;
}

export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'rmap-review-bot-'));
  mkdirSync(join(dir, 'state'));
  const inbox = makeInbox(join(dir, 'inbox'));
  const read = readConfig(
    JSON.stringify({
      state: 'state',
      moderation: 'drafts',
      trees: { demo: demo?.base ?? '' },
      identity: { name: 'rmap-review bot', address: 'bot@tools.example', contact: 'human@tools.example' },
      lists: [{ name: 'mm', address: LIST, source: { 'public-inbox': 'inbox' } }],
      policies: [{ lists: [LIST], paths: ['mm'], bases: [{ tree: 'demo' }], quietMinutes: 10, maxAgeDays: 30, ...options.policy }],
      ...options.config,
    }),
    dir,
  );
  if ('errors' in read) throw new Error(read.errors.join('; '));
  const { config } = read;
  const database = await emptyState();
  const clock = { now: NOW };
  const review: World['review'] = { asked: 0, answer: async () => ({ state: 'done', json: demoReport() }) };
  const worker = createWorker(database, config, {
    now: () => clock.now,
    analyse: (request) => {
      review.asked += 1;
      return review.answer(request);
    },
  });
  await startWorker(worker);
  return {
    dir,
    inbox,
    config,
    database,
    clock,
    review,
    worker,
    round: () => round(worker),
    drafts: () => mailsIn(config.moderation),
    explain: async (id) => (await explainText(database, id)) ?? '',
    close: async () => {
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function mailsIn(maildir: string): readonly string[] {
  try {
    return readdirSync(join(maildir, 'new'))
      .sort()
      .map((name) => readFileSync(join(maildir, 'new', name), 'utf8'));
  } catch {
    return [];
  }
}

/** A mail of a person. */
export function mail(headers: Readonly<Record<string, string>>, body = 'Hello.\n'): string {
  const all = { From: 'A Person <person@people.example>', To: LIST, Date: 'Tue, 14 Nov 2023 22:13:20 +0000', ...headers };
  return `${Object.entries(all)
    .map(([k, v]) => `${k}: ${v}`)
    .join('\n')}\n\n${body}`;
}

export const header = (raw: string, name: string): string =>
  new RegExp(`^${name}: ((?:.*\\n[ \\t])*.*)$`, 'im').exec(raw.split('\n\n')[0] ?? '')?.[1]?.replace(/\n[ \t]+/g, ' ') ?? '';

/** The mails under other ids, as a version or another series of the same text. */
export function renamed(mails: readonly string[], tag: string, change: (mail: string) => string = (m) => m): readonly string[] {
  return mails.map((m) => change(m.replaceAll('patches-demo-', `${tag}-`)));
}

/** Lets the review answer with the demo's findings under the ids of the series it was given. */
export function follow(world: World): void {
  world.review.answer = async (request) => {
    const ids = [
      ...Buffer.from(request.input ?? [])
        .toString('latin1')
        .matchAll(/^Message-ID: <(.*)>$/gim),
    ].map((m) => m[1] ?? '');
    const own = ids.find((id) => /-2@/.test(id));
    return { state: 'done', json: own === undefined ? demoReport() : demoReport().replaceAll('patches-demo-', own.replace(/2@.*$/, '')) };
  };
}
