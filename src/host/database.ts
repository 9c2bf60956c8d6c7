import type { PGlite as Embedded } from '@electric-sql/pglite';
import type { Pool } from 'pg';

export type Value = string | number | boolean | null | readonly string[];
export type Row = Readonly<Record<string, unknown>>;

/** One dialect, PostgreSQL's, whichever engine speaks it. `$1` … are parameters. */
export interface Query {
  readonly run: (sql: string, values?: readonly Value[]) => Promise<readonly Row[]>;
}

export interface Database extends Query {
  /** All of it is written, or nothing; nothing is lost once it has come back. */
  readonly transaction: <T>(work: (query: Query) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
  /** Several processes may use it at the same time. */
  readonly shared: boolean;
}

/** A PostgreSQL inside this process, in a folder that no other process may use meanwhile. */
export async function openEmbedded(dir: string): Promise<Database> {
  const { PGlite } = await import('@electric-sql/pglite');
  const engine: Embedded = await PGlite.create({ dataDir: dir, relaxedDurability: false });
  const query = (runner: Pick<Embedded, 'query'>): Query => ({ run: async (sql, values = []) => (await runner.query<Row>(sql, [...values])).rows });
  return {
    ...query(engine),
    transaction: async (work) =>
      engine.transaction(async (inner) => work({ run: async (sql, values = []) => (await inner.query<Row>(sql, [...values])).rows })),
    close: async () => {
      await engine.close();
    },
    shared: false,
  };
}

/** A PostgreSQL elsewhere, for several workers. */
export async function openServer(url: string): Promise<Database> {
  const pg = await import('pg');
  const pool: Pool = new pg.default.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is replaced at the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  await pool.query('select 1');
  return {
    run: async (sql, values = []) => (await pool.query<Row>(sql, [...values])).rows,
    transaction: async (work) => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await work({ run: async (sql, values = []) => (await client.query<Row>(sql, [...values])).rows });
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
    close: async () => {
      await pool.end();
    },
    shared: true,
  };
}
