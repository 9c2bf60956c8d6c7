import type PgBoss from 'pg-boss';
import { handOn, startWorker, takeBackStale, takeIn, round } from './bot.js';
import { consider, dueSeries, type Worker } from './consider.js';

export interface RunControl {
  /** Becomes true when the process shall end after the step at hand. */
  readonly stopped: () => boolean;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: (line: string) => void;
}

/** Works until it is stopped: alone on its embedded state, or as one of several on a PostgreSQL whose queue hands out the series. */
export async function runBot(worker: Worker, control: RunControl): Promise<void> {
  await startWorker(worker);
  if (worker.config.database !== null) return runShared(worker, worker.config.database, control);
  while (!control.stopped()) {
    await guarded(control, async () => {
      const result = await round(worker);
      for (const trouble of result.troubles) control.log(`cannot read ${trouble}`);
      if (result.mails + result.considered + result.delivered > 0)
        control.log(`${result.mails} mails taken in, ${result.considered} series looked at, ${result.delivered} mails handed on`);
    });
    await control.wait(worker.config.pollMs);
  }
}

/** A server that restarts or a disk that is full for a while must not end a bot that nobody watches. */
async function guarded(control: RunControl, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    control.log(`this round failed and will be tried again: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const SWEEP_MS = 5 * 60_000;
const QUEUE = 'rmap-review-series';

/**
 * Each worker takes in mails and offers what is due; the queue gives each series to one of them. The queue only spreads
 * the work: that nothing is said twice rests on the claims in the state, so a job that comes twice does no harm.
 */
async function runShared(worker: Worker, url: string, control: RunControl): Promise<void> {
  const { default: Boss } = await import('pg-boss');
  const boss: PgBoss = new Boss({ connectionString: url, application_name: 'rmap-review', max: 3 });
  boss.on('error', (error) => control.log(`queue: ${error.message}`));
  await boss.start();
  try {
    await createQueue(boss, worker);
    await boss.work<{ id: number }>(QUEUE, { batchSize: 1, pollingIntervalSeconds: 0.5 }, async (jobs) => {
      for (const job of jobs) await consider(worker, job.data.id);
    });
    let swept = worker.now();
    while (!control.stopped()) {
      await guarded(control, async () => {
        // A worker of another machine may have died while it sent, and never come back to say so.
        if (worker.now() - swept > SWEEP_MS) {
          await startWorker(worker);
          swept = worker.now();
        }
        const { mails, troubles } = await takeIn(worker);
        for (const trouble of troubles) control.log(`cannot read ${trouble}`);
        if (mails > 0) await takeBackStale(worker);
        const due = await dueSeries(worker, 500);
        for (const id of due) await boss.send(QUEUE, { id }, { singletonKey: String(id) });
        const delivered = await handOn(worker);
        if (mails + due.length + delivered > 0) control.log(`${mails} mails taken in, ${due.length} series offered, ${delivered} mails handed on`);
      });
      await control.wait(worker.config.pollMs);
    }
  } finally {
    await boss.stop({ graceful: true, timeout: 5000 });
  }
}

/** Workers that start at the same moment deadlock in the queue's own tables; one of them is told so, and tries again. */
async function createQueue(boss: PgBoss, worker: Worker): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await boss.createQueue(QUEUE, { name: QUEUE, policy: 'short', retryLimit: 2, expireInSeconds: Math.ceil(worker.config.budgetMs / 1000) * 4 + 300 });
      return;
    } catch (error) {
      if (attempt >= 5) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 200 * attempt);
      });
    }
  }
}
