// node bench/views.mjs: the terminal UI on a generated report of 100 patches and 1,000 functions, against the limits below.
// Ink draws into a terminal that only counts; the times are from the report (or the key) to the last byte of the frame, in
// milliseconds. "Work" is processor time, which another process on the machine does not change.
import { cpus, loadavg } from 'node:os';
import { PassThrough, Writable } from 'node:stream';
import { preload, runTui } from '../dist/tui/run.js';

const LIMITS = { 'first frame': 400, 'key to frame, median': 50, 'memory MB': 300 };
const report = generated(100, 10);
globalThis.gc?.();

let written = 0;
let last = 0;
let wake = () => undefined;
const stdout = Object.assign(
  new Writable({
    write(chunk, _encoding, done) {
      written += chunk.length;
      last = performance.now();
      wake();
      done();
    },
  }),
  { isTTY: true, columns: 120, rows: 40 },
);
const stdin = Object.assign(new PassThrough(), {
  isTTY: true,
  setRawMode() {
    return stdin;
  },
  ref() {
    return stdin;
  },
  unref() {
    return stdin;
  },
});

// The view is loaded while the analysis runs.
const loading = performance.now();
await preload(false);
const loaded = performance.now() - loading;
const start = performance.now();
const done = runTui(report, { stdin, stdout, linear: false, plain: false, perform: async () => '', keep: () => undefined }, null, null);
while (written === 0) await settled();
await settled();
const first = last - start;
const times = [];
const work = [];
for (const key of [
  ...'jjjjjjjjjj',
  '\u0004',
  '\u0004',
  'G',
  'g',
  '\u0004',
  ']',
  '}',
  '\r',
  'j',
  'j',
  '\t',
  'j',
  '\t',
  '\r',
  'j',
  'w',
  '}',
  '}',
  'q',
  'q',
  'f',
  'f',
  '\r',
  '\r',
  '\r',
  'j',
  'j',
  'q',
  'q',
  'q',
  'Z',
  'Z',
  ...'kkkkkkkkkk',
]) {
  const from = performance.now();
  const before = process.cpuUsage();
  stdin.write(key);
  await settled();
  const { user, system } = process.cpuUsage(before);
  if (last > from) {
    times.push(last - from);
    work.push((user + system) / 1000);
  }
}
stdin.write('Q');
await done;
for (const list of [times, work]) list.sort((a, b) => a - b);
const figures = {
  'loading the view': loaded,
  'first frame': first,
  'key to frame, median': times[Math.floor(times.length / 2)],
  'key to frame, worst': times.at(-1),
  'work per key, median': work[Math.floor(work.length / 2)],
  'memory MB': process.memoryUsage().rss / 2 ** 20,
};
let failed = false;
for (const [name, value] of Object.entries(figures)) {
  const limit = LIMITS[name];
  if (limit !== undefined && value > limit) failed = true;
  console.log(`${name.padEnd(24)} ${value.toFixed(1).padStart(8)}${limit === undefined ? '' : `  (limit ${limit})`}`);
}
console.log(
  `load ${loadavg()[0].toFixed(1)} on ${cpus().length} cores; ${times.length} keys, ${(written / 1024).toFixed(0)} KB drawn, ${report.functions.length} functions, ${report.findings.length} findings`,
);
process.exit(failed ? 1 : 0);

/** Nothing was written for a while. */
function settled() {
  return new Promise((resolve) => {
    let timer = setTimeout(resolve, 300);
    wake = () => {
      clearTimeout(timer);
      timer = setTimeout(resolve, 60);
    };
  });
}

/** A report as a long series would give it: every function has a text of 60 lines on both sides, two ways out and a change. */
function generated(patches, each) {
  const functions = [];
  const findings = [];
  const text = (name, after) => [
    'static int ' + name + '(struct box *box)',
    '{',
    ...Array.from({ length: 56 }, (_, i) =>
      i === 20 && after ? '\tmutex_lock(&box->lock);' : `\tstep_${i}(box, ${i}); /* a line of the usual length, for drawing */`,
    ),
    '\treturn 0;',
    '}',
  ];
  for (let patch = 1; patch <= patches; patch++) {
    for (let k = 0; k < each; k++) {
      const name = `box_${patch}_${k}`;
      const line = 100 + k * 70;
      const file = `mm/box${patch % 7}.c`;
      const way = (after) => ({
        exit: 'returns 0',
        line: line + 58,
        spans: after ? [{ what: 'lock', resource: 'box->lock', place: '&box->lock', from: line + 22, to: null, start: 0, end: null }] : [],
      });
      functions.push({
        patch,
        file,
        name,
        completeness: 'whole',
        change: ['contract'],
        before: [{ exit: 'returns 0', gains: [], drops: [], needs: [] }],
        after: [{ exit: 'returns 0', gains: ['box->lock'], drops: [], needs: [] }],
        details: ['now takes box->lock'],
        timelines: { before: [way(false)], after: [way(true)] },
        order: { before: [], after: [] },
        pre: { line, lines: text(name, false), syntax: [] },
        post: { line, lines: text(name, true), syntax: [] },
      });
      if (k % 5 === 0)
        findings.push({
          id: `F${findings.length + 1}`,
          rule: 'lock-leak',
          code: 'heldAtReturn',
          args: {},
          status: 'introduced',
          severity: 'error',
          patch,
          file,
          function: name,
          line: line + 58,
          mailLine: null,
          resource: 'box->lock',
          place: '&box->lock',
          exitClass: 'returns 0',
          message: `box->lock taken at line ${line + 22} is still held when the function returns 0`,
          fingerprint: `${patch}-${k}`,
          path: [
            { line: line + 22, note: 'mutex_lock() takes box->lock', block: 0 },
            { line: line + 58, note: 'returns', block: 1 },
          ],
          verdict: { state: 'unmodelled', why: 'generated' },
        });
    }
  }
  const series = Array.from({ length: patches }, (_, i) => ({
    index: i + 1,
    subject: `mm/box: change number ${i + 1}`,
    heading: '',
    messageId: null,
    certainty: 'intact',
    fit: 'exact',
    files: [`mm/box${(i + 1) % 7}.c`],
    author: '',
    date: '',
    diffs: [],
  }));
  return {
    schema: 'rmap-review/report/1',
    tool: '0',
    command: 'review',
    series: { subject: 'mm/box: a long series', version: 1, total: patches, messageId: null, base: { kind: 'head', rev: null }, patches: series },
    functions,
    findings,
    gaps: [],
  };
}
