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
const database = await openState(config);
const worker = createWorker(database, config, {
  analyse: async ({ input }) => {
    const id = /^Message-ID: <(.*)2@.*>$/im.exec(Buffer.from(input).toString('latin1'))?.[1] ?? '';
    await new Promise((resolve) => { setTimeout(resolve, Math.random() * 20); });
    return { state: 'done', json: report.replaceAll('patches-demo-', id) };
  },
});
process.stdout.write('open\n');
await runBot(worker, { stopped: () => false, log: (line) => process.stdout.write(`${line}\n`), wait: () => new Promise((resolve) => { setTimeout(resolve, 50); }) });
