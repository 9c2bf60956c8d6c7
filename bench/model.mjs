// The search against SPIN's compiled pan on the same program: our own export of models/protocols/anon-vma-recheck.c with
// three walkers, nothing reduced on either side; then with what each side has to make it smaller.
//
//   node bench/model.mjs [--define THREE_WALKERS] [--warm 2]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toPromela } from '../dist/model/promela.js';
import { compileScenario } from '../dist/model/script/compile.js';
import { runProgram } from '../dist/model/script/run.js';
import { search } from '../dist/model/search.js';
import { createParser } from '../dist/parse/c/parser.js';

const { values } = parseArgs({ options: { define: { type: 'string', default: 'THREE_WALKERS' }, warm: { type: 'string', default: '2' }, file: { type: 'string', default: 'models/protocols/anon-vma-recheck.c' } } });
const root = new URL('../', import.meta.url).pathname;
const read = (path) => ({ path, text: readFileSync(join(root, path), 'utf8') });
const CAP = 20_000_000;

const parser = await createParser();
const headers = readdirSync(join(root, 'models')).filter((n) => n.endsWith('.h')).map((n) => read(`models/${n}`));
const compiled = compileScenario(read(values.file), headers, new Set(values.define.split(',').filter(Boolean)), (path, text) => parser.parseC(path, text));
if ('why' in compiled) throw new Error(`${compiled.file}:${compiled.line}: ${compiled.why}`);
const { program } = compiled;

const seconds = (job) => { const from = process.hrtime.bigint(); const result = job(); return { result, s: Number(process.hrtime.bigint() - from) / 1e9 }; };
const line = (name, states, s, bytes) => console.log(`${name.padEnd(26)} ${String(states).padStart(9)} states  ${s.toFixed(2).padStart(6)} s  ${(states / s / 1e6).toFixed(2).padStart(5)} M/s  ${bytes === null ? '' : `${(bytes / states).toFixed(1)} bytes a state`}`);

const cold = seconds(() => search(program, CAP));
line('cold', cold.result.states, cold.s, cold.result.bytes);
let warm = null;
for (let i = 0; i < Number(values.warm); i++) { const again = seconds(() => search(program, CAP)); if (warm === null || again.s < warm.s) warm = again; }
if (warm !== null) line('warm', warm.result.states, warm.s, warm.result.bytes);
const reduced = seconds(() => runProgram(program, CAP));
line('to the verdict, reduced', reduced.result.states, reduced.s, null);

if (spawnSync('spin', ['-V']).error !== undefined) console.log('SPIN is not installed');
else {
  const dir = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    writeFileSync(join(dir, 'm.pml'), toPromela(program));
    execFileSync('spin', ['-a', 'm.pml'], { cwd: dir });
    for (const [name, flags] of [['pan -O2, no reduction', ['-DNOREDUCE']], ['pan -O2, reduction', []]]) {
      execFileSync('cc', ['-w', '-O2', '-DSAFETY', '-DMEMLIM=8000', ...flags, '-o', 'pan', 'pan.c'], { cwd: dir });
      const run = seconds(() => execFileSync('./pan', ['-m5000000', '-w24'], { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 26 }));
      const states = Number(/(\d+) states, stored/.exec(run.result)?.[1] ?? 0);
      const own = Number(/elapsed time ([\d.]+)/.exec(run.result)?.[1] ?? run.s);
      const vector = Number(/State-vector (\d+) byte/.exec(run.result)?.[1] ?? 0);
      line(name, states, own || run.s, (vector + 16) * states);
      if (!/errors: 0/.test(run.result)) console.log(/errors: \d+/.exec(run.result)?.[0]);
    }
  } finally { rmSync(dir, { recursive: true, force: true }); }
}
