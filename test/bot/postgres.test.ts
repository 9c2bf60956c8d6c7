import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorker, handOn, round, startWorker, takeIn } from '../../src/bot/bot.js';
import { consider, dueSeries, type Worker } from '../../src/bot/consider.js';
import { MIGRATIONS, migrate } from '../../src/bot/schema.js';
import { type Database, openServer } from '../../src/host/database.js';
import { projectRoot } from '../fixture.js';
import { postgresBin, type Server, startPostgres } from './postgres.js';
import { smtpSink } from './smtp-sink.js';
import { demoMails, demoReport, header, LIST, mailsIn, makeWorld, renamed } from './world.js';

const PORT = 54_000 + (process.pid % 900);

describe.skipIf(postgresBin === null)('several workers on one PostgreSQL (needs postgresql)', () => {
  let server: Server;
  beforeAll(() => {
    server = startPostgres(PORT);
  });
  afterAll(() => {
    server.stop();
  });

  it('migrate at the same moment, and never twice', async () => {
    const url = server.database();
    const databases = await Promise.all([1, 2, 3].map(() => openServer(url)));
    await Promise.all(databases.map((d) => migrate(d)));
    expect((await databases[0]?.run('select version from migration'))?.length).toBe(MIGRATIONS.length);
    await databases[0]?.run('insert into migration (version) values (99)');
    await expect(migrate(databases[1] as Database)).rejects.toThrow('use a newer rmap-review');
    await Promise.all(databases.map((d) => d.close()));
  });

  it('share a burst of series without saying anything twice', async () => {
    const url = server.database();
    const sink = await smtpSink();
    const world = await makeWorld({
      policy: { mode: 'send', quietMinutes: 0, dailyCap: 1000 },
      config: { transport: { smtp: { host: '127.0.0.1', port: sink.port } } },
    });
    world.inbox.add(Array.from({ length: 25 }, (_, i) => renamed(demoMails, `s${i}`, (m) => m.replaceAll('mm/pool:', `mm/s${i}:`))).flat(), world.clock.now);
    const databases = await Promise.all([openServer(url), openServer(url)]);
    for (const d of databases) await migrate(d);
    const asked = [0, 0];
    const workers = databases.map((database, w) =>
      createWorker(database, world.config, {
        name: `worker${w}`,
        now: () => world.clock.now,
        analyse: async ({ input }) => {
          asked[w] = (asked[w] ?? 0) + 1;
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
          const own = /^Message-ID: <(.*)2@.*>$/im.exec(Buffer.from(input ?? []).toString('latin1'))?.[1] ?? '';
          return { state: 'done', json: demoReport().replaceAll('patches-demo-', own) };
        },
      }),
    );
    for (const w of workers) await startWorker(w);
    await Promise.all(
      workers.map(async (w) => {
        await round(w);
        await round(w);
      }),
    );
    expect(sink.mails).toHaveLength(25);
    expect(new Set(sink.mails.map((m) => header(m.raw, 'In-Reply-To'))).size).toBe(25);
    expect((asked[0] ?? 0) + (asked[1] ?? 0)).toBe(25);
    await Promise.all(databases.map((d) => d.close()));
    await world.close();
    await sink.close();
  });

  it('keep to the daily cap together, to the mail', async () => {
    const url = server.database();
    const sink = await smtpSink();
    const world = await makeWorld({
      policy: { mode: 'send', quietMinutes: 0, dailyCap: 7 },
      config: { transport: { smtp: { host: '127.0.0.1', port: sink.port } } },
    });
    world.inbox.add(Array.from({ length: 30 }, (_, i) => renamed(demoMails, `c${i}`, (m) => m.replaceAll('mm/pool:', `mm/c${i}:`))).flat(), world.clock.now);
    const databases = await Promise.all([1, 2, 3].map(() => openServer(url)));
    for (const d of databases) await migrate(d);
    const workers = databases.map((database, w) =>
      createWorker(database, world.config, {
        name: `worker${w}`,
        now: () => world.clock.now,
        analyse: async ({ input }) => ({
          state: 'done',
          json: demoReport().replaceAll('patches-demo-', /^Message-ID: <(.*)2@.*>$/im.exec(Buffer.from(input ?? []).toString('latin1'))?.[1] ?? ''),
        }),
      }),
    );
    for (const w of workers) await startWorker(w);
    await takeIn(workers[0] as Worker);
    const due = await dueSeries(workers[0] as Worker, 100);
    await Promise.all(due.map((id, i) => consider(workers[i % 3] as Worker, id)));
    expect(Number((await databases[0]?.run(`select count(*) as n from outbox where state = 'ready'`))?.[0]?.['n'])).toBe(30);
    await Promise.all(workers.map((w) => handOn(w)));
    expect(sink.mails).toHaveLength(7);
    expect(
      (await databases[0]?.run(`select state, count(*) as n from outbox group by state order by state`))?.map((r) => [r['state'], Number(r['n'])]),
    ).toEqual([
      ['dropped', 23],
      ['sent', 7],
    ]);
    await Promise.all(databases.map((d) => d.close()));
    await world.close();
    await sink.close();
  });

  it('hand series to each other through the queue, as real processes, and outlive a restart of the server', async () => {
    const url = server.database();
    const world = await makeWorld({});
    world.inbox.add(demoMails, Date.now() - 1000);
    const config = join(world.dir, 'bot.json');
    writeFileSync(
      config,
      JSON.stringify({
        state: 'shared',
        moderation: 'drafts',
        database: url,
        trees: { demo: join(projectRoot, 'fixtures', 'patches', 'demo', 'base') },
        identity: { name: 'bot', address: 'bot@tools.example', contact: 'human@tools.example' },
        pollSeconds: 0.5,
        lists: [{ name: 'mm', address: LIST, source: { 'public-inbox': 'inbox' } }],
        policies: [{ lists: [LIST], paths: ['mm'], bases: [{ tree: 'demo' }], quietMinutes: 0, maxAgeDays: 36_500 }],
      }),
    );
    const bots = [1, 2].map(() =>
      spawn(process.execPath, [join(projectRoot, 'bin', 'rmap-review.js'), 'bot', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] }),
    );
    let log = '';
    for (const b of bots)
      b.stderr.on('data', (c: Buffer) => {
        log += c.toString();
      });
    const database = await openServer(url);
    const sent = async (): Promise<number> =>
      Number((await database.run(`select count(*) as n from outbox where state = 'drafted'`).catch(() => [{ n: 0 }]))[0]?.['n']);
    const until = async (n: number): Promise<void> => {
      for (let i = 0; i < 450 && (await sent()) < n; i++)
        await new Promise((resolve) => {
          setTimeout(resolve, 100);
        });
    };
    await until(1);
    server.restart();
    world.inbox.add(
      renamed(demoMails, 'again', (m) => m.replaceAll('mm/pool:', 'mm/again:')),
      Date.now() - 1000,
    );
    await until(2);
    expect(
      bots.map((b) => b.exitCode),
      log,
    ).toEqual([null, null]);
    for (const b of bots) b.kill('SIGTERM');
    await Promise.all(
      bots.map(
        (b) =>
          new Promise((resolve) => {
            b.on('close', resolve);
          }),
      ),
    );
    expect(await sent(), log).toBe(2);
    expect(log).toContain('series offered');
    await database.close();
    await world.close();
  }, 150_000);

  it('and one that was killed while it sent leaves its mail in doubt, told to a person', async () => {
    const url = server.database();
    const sink = await smtpSink();
    const world = await makeWorld({ policy: { mode: 'send', quietMinutes: 0 }, config: { transport: { smtp: { host: '127.0.0.1', port: sink.port } } } });
    world.inbox.add(demoMails, world.clock.now);
    const database = await openServer(url);
    await migrate(database);
    const dies = createWorker(database, world.config, {
      name: 'other-host:1:a',
      now: () => world.clock.now,
      analyse: async () => ({ state: 'done', json: demoReport() }),
      step: (name) => {
        if (name === 'sending') throw new Error('killed');
      },
    });
    await expect(round(dies)).rejects.toThrow('killed');
    const other = createWorker(database, world.config, { name: 'other-host:2:b', now: () => world.clock.now });
    await startWorker(other);
    expect((await database.run('select state from outbox'))[0]?.['state']).toBe('sending');
    world.clock.now += 16 * 60_000;
    await startWorker(other);
    await round(other);
    expect((await database.run('select state from outbox'))[0]?.['state']).toBe('doubt');
    expect(sink.mails).toEqual([]);
    expect(world.drafts().map((d) => header(d, 'Subject'))).toEqual(['rmap-review bot: a mail in doubt']);
    expect(readFileSync(join(world.dir, 'inbox', 'git', '0.git', 'HEAD'), 'utf8')).toContain('master');
    await database.close();
    await world.close();
    await sink.close();
  });

  it('and a draft that a dead machine may have kept to itself is told too, and not written twice', async () => {
    const url = server.database();
    const world = await makeWorld({ policy: { quietMinutes: 0 } });
    world.inbox.add(demoMails, world.clock.now);
    const database = await openServer(url);
    await migrate(database);
    const dies = createWorker(database, world.config, {
      name: 'other-host:1:a',
      now: () => world.clock.now,
      analyse: async () => ({ state: 'done', json: demoReport() }),
      step: (name) => {
        if (name === 'publishing') throw new Error('killed');
      },
    });
    await expect(round(dies)).rejects.toThrow('killed');
    world.clock.now += 16 * 60_000;
    const config = { ...world.config, moderation: join(world.dir, 'another-disk') };
    const other = createWorker(database, config, { name: 'third-host:2:b', now: () => world.clock.now });
    await startWorker(other);
    await round(other);
    expect((await database.run('select state, why from outbox'))[0]).toEqual({ state: 'doubt', why: 'ended while drafting on another machine' });
    expect(world.drafts()).toEqual([]);
    const [note = '', ...more] = mailsIn(config.moderation);
    expect(more).toEqual([]);
    expect(note).toContain('The bot ended on other-host while it wrote this draft');
    await database.close();
    await world.close();
  });
});
