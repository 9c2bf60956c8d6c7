import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, openEmbedded, openServer } from '../host/database.js';
import type { BotConfig } from './config.js';
import { migrate } from './schema.js';

/** Opens the state and brings it up to date. A folder that another living process uses is refused. */
export async function openState(config: BotConfig): Promise<Database> {
  mkdirSync(config.state, { recursive: true, mode: 0o700 });
  if (config.database !== null) {
    const server = await openServer(config.database);
    await migrate(server);
    return server;
  }
  const release = lock(join(config.state, 'lock'));
  try {
    const place = join(config.state, 'database');
    if (!existsSync(place)) await create(place);
    const database = await openEmbedded(place);
    await migrate(database);
    await tend(database);
    return {
      ...database,
      close: async () => {
        await database.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A server cleans up after itself; the embedded database has nobody else for it. */
async function tend(database: Database): Promise<void> {
  const [last] = await database.run(`select value from setting where name = 'tended'`);
  if (last !== undefined && Date.now() - Number(last['value']) < 86_400_000) return;
  await database.run('vacuum analyze');
  await database.run(`insert into setting (name, value) values ('tended', $1) on conflict (name) do update set value = excluded.value`, [String(Date.now())]);
}

/** The kill switch: a file that anybody can make, and a row that all workers see. */
export function pauseFile(config: BotConfig): string {
  return join(config.state, 'PAUSED');
}

export async function paused(config: BotConfig, database: Database): Promise<string | null> {
  if (existsSync(pauseFile(config))) return `paused by ${pauseFile(config)}`;
  const row = (await database.run(`select value from setting where name = 'paused'`))[0];
  return row === undefined ? null : `paused: ${String(row['value'])}`;
}

/** Made beside and renamed when it is whole: a process that ends in between leaves nothing that looks like a state. */
async function create(place: string): Promise<void> {
  rmSync(`${place}.new`, { recursive: true, force: true });
  const database = await openEmbedded(`${place}.new`);
  await migrate(database);
  await database.close();
  renameSync(`${place}.new`, place);
}

function lock(path: string): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(path, 'utf8'));
      if (living(pid)) throw new Error(`the state folder is in use by process ${pid}; one embedded database serves one process (set "database" for several)`);
      rmSync(path, { force: true });
    }
  }
  throw new Error(`${path} cannot be taken`);
}

/** A process id may have been given to another program since. */
function living(pid: number): boolean {
  if (!Number.isInteger(pid) || pid < 1 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return /node|rmap/i.test(name) && state !== 'Z';
  } catch {
    return true;
  }
}
