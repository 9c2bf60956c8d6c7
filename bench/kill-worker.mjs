// One bot process for bench/kill.mjs: real state, archive and transport; the review answers at once with a recorded report.
// Run with: CONFIG REPORT. Works until it is killed.
import { readFileSync } from 'node:fs';
import { createWorker } from '../dist/bot/bot.js';
import { loadConfig } from '../dist/bot/config.js';
import { runBot } from '../dist/bot/run.js';
import { openState } from '../dist/bot/state.js';

const [configPath, reportPath] = process.argv.slice(2);
const { config } = await loadConfig(configPath);
const report = readFileSync(reportPath, 'utf8');
const opened = await openState(config);
// With KILL_AFTER, this process ends itself by SIGKILL after so many statements and steps: however slow the machine, it
// gets somewhere before.
let left = Number(process.env.KILL_AFTER ?? 'Infinity');
const tick = () => {
  left -= 1;
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
};
const counted = (query) => ({
  run: async (...args) => {
    tick();
    const rows = await query.run(...args);
    tick();
    return rows;
  },
});
const database = { ...opened, ...counted(opened), transaction: (work) => opened.transaction((query) => work(counted(query))) };
const worker = createWorker(database, config, {
  step: tick,
  analyse: async ({ input }) => {
    const id = /^Message-ID: <(.*)2@.*>$/im.exec(Buffer.from(input).toString('latin1'))?.[1] ?? '';
    await new Promise((resolve) => {
      setTimeout(resolve, Math.random() * 20);
    });
    return { state: 'done', json: report.replaceAll('patches-demo-', id) };
  },
});
process.stdout.write('open\n');
await runBot(worker, {
  stopped: () => false,
  log: (line) => process.stdout.write(`${line}\n`),
  wait: () =>
    new Promise((resolve) => {
      setTimeout(resolve, 50);
    }),
});
