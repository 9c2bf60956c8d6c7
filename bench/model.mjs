// The search against SPIN's compiled pan on the same program: our own export of models/protocols/anon-vma-recheck.c with
// three walkers, nothing reduced on either side; then the verdict, with what each side has to make it smaller.
//
//   node bench/model.mjs [--define THREE_WALKERS] [--warm 3]
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toPromela } from '../dist/model/promela.js';
import { compileScenario } from '../dist/model/script/compile.js';
import { runProgram } from '../dist/model/script/run.js';
import { searchWhole } from '../dist/model/search.js';
import { createParser } from '../dist/parse/c/parser.js';

const { values } = parseArgs({
  options: {
    define: { type: 'string', default: 'THREE_WALKERS' },
    warm: { type: 'string', default: '3' },
    file: { type: 'string', default: 'models/protocols/anon-vma-recheck.c' },
  },
});
const root = new URL('../', import.meta.url).pathname;
const read = (path) => ({ path, text: readFileSync(join(root, path), 'utf8') });
const CAP = 20_000_000;

const parser = await createParser();
const headers = readdirSync(join(root, 'models'))
  .filter((n) => n.endsWith('.h'))
  .map((n) => read(`models/${n}`));
const compiled = compileScenario(read(values.file), headers, new Set(values.define.split(',').filter(Boolean)), (path, text) => parser.parseC(path, text));
if ('why' in compiled) throw new Error(`${compiled.file}:${compiled.line}: ${compiled.why}`);
const { program } = compiled;

/** Processor time and elapsed time in seconds: on a machine that does other things, only the first says something. */
const measured = (job) => {
  const from = process.hrtime.bigint();
  const before = process.cpuUsage();
  const result = job();
  const used = process.cpuUsage(before);
  return { result, cpu: (used.user + used.system) / 1e6, s: Number(process.hrtime.bigint() - from) / 1e9 };
};
const middle = (list) => [...list].sort((a, b) => a.cpu - b.cpu)[list.length >> 1];
const line = (name, states, { cpu, s }, bytes) =>
  console.log(
    `${name.padEnd(26)} ${String(states).padStart(9)} states  ${cpu.toFixed(2).padStart(6)} s of a processor  ${(states / cpu / 1e6).toFixed(2).padStart(5)} M/s  (${s.toFixed(2)} s elapsed)  ${bytes === null ? '' : `${(bytes / states).toFixed(1)} bytes a state`}`,
  );

const spin = spawnSync('spin', ['-V']).error === undefined;
if (!spin) console.log('SPIN is not installed');
const dir = mkdtempSync(join(tmpdir(), 'bench-'));
try {
  const pan = (name) => {
    const run = spawnSync('bash', ['-c', `TIMEFORMAT='cpu %U %S %R'; time ./${name} -m5000000 -w24`], { cwd: dir, encoding: 'utf8', maxBuffer: 1 << 26 });
    const [, user, system, real] = /cpu ([\d.]+) ([\d.]+) ([\d.]+)/.exec(run.stderr) ?? [];
    if (!/errors: 0/.test(run.stdout)) console.log(/errors: \d+/.exec(run.stdout)?.[0] ?? run.stderr);
    return {
      result: { states: Number(/(\d+) states, stored/.exec(run.stdout)?.[1] ?? 0), bytes: Number(/State-vector (\d+) byte/.exec(run.stdout)?.[1] ?? 0) + 16 },
      cpu: Number(user) + Number(system),
      s: Number(real),
    };
  };
  const cold = measured(() => searchWhole(program, CAP));
  line('cold', cold.result.states, cold, cold.result.bytes);
  if (spin) {
    writeFileSync(join(dir, 'm.pml'), toPromela(program));
    execFileSync('spin', ['-a', 'm.pml'], { cwd: dir });
    for (const [name, flags] of [
      ['plain', ['-DNOREDUCE']],
      ['reduced', []],
    ])
      execFileSync('cc', ['-w', '-O2', '-DSAFETY', '-DMEMLIM=8000', ...flags, '-o', name, 'pan.c'], { cwd: dir });
  }
  const [warm, whole, plain, reduced] = [[], [], [], []];
  for (let i = 0; i < Number(values.warm); i++) {
    warm.push(measured(() => searchWhole(program, CAP)));
    if (spin) plain.push(pan('plain'));
    whole.push(measured(() => runProgram(program, CAP)));
    if (spin) reduced.push(pan('reduced'));
  }
  const [w, v] = [middle(warm), middle(whole)];
  line('warm', w.result.states, w, w.result.bytes);
  line('to the verdict', v.result.states, v, null);
  if (spin) {
    const [p, r] = [middle(plain), middle(reduced)];
    line('pan -O2, no reduction', p.result.states, p, p.result.bytes * p.result.states);
    line('pan -O2, reduction', r.result.states, r, r.result.bytes * r.result.states);
    const rate = (x) => x.result.states / x.cpu;
    console.log(
      `against pan: cold ${(rate(cold) / rate(p)).toFixed(2)} times its states a second, warm ${(rate(w) / rate(p)).toFixed(2)} times; the verdict in ${(v.cpu / Math.min(p.cpu, r.cpu)).toFixed(2)} of its time`,
    );
  }
} finally {
  rmSync(dir, { recursive: true, force: true });
}
