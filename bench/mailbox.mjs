// A large mailbox: how many messages a second are split and decoded, and how memory behaves. See README.md.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assemble } from '../dist/parse/assemble.js';
import { splitMbox } from '../dist/parse/mail/mbox.js';
import { readMail } from '../dist/parse/mail/mime.js';
import { readInput } from '../dist/parse/mail/read-input.js';
import { sampleMail } from './sample-mails.mjs';

const wanted = { messages: 5_000, bytes: 31 << 20 };
const box = makeMailbox();
globalThis.gc?.();
const before = memory();
let peak = before;
const timer = setInterval(() => {
  peak = Math.max(peak, memory());
}, 20);
const started = performance.now();
const cpu = process.cpuUsage();
const { messages, gaps } = await readInput('big.mbox', box);
const wall = (performance.now() - started) / 1000;
const used = process.cpuUsage(cpu);
const seconds = (used.user + used.system) / 1e6;
clearInterval(timer);
peak = Math.max(peak, memory());
const text = messages.reduce((n, m) => n + m.body.length, 0);
const assembling = performance.now();
const series = assemble(messages, gaps);
const assembled = (performance.now() - assembling) / 1000;
console.log(
  `${messages.length} messages, ${(box.length / (1 << 20)).toFixed(1)} MB: ${(messages.length / wall).toFixed(0)} messages/s by the clock, ${(messages.length / seconds).toFixed(0)} per CPU second; ${gaps.length} gaps`,
);
console.log(`memory: ${before.toFixed(0)} MB before (the mailbox in it), ${peak.toFixed(0)} MB at most, text kept ${(text / (1 << 20)).toFixed(0)} MB`);
const marks = [];
const { mails } = splitMbox(Buffer.from(box).toString('latin1'));
for (const [i, mail] of mails.entries()) {
  await readMail('big.mbox', mail);
  if (i % 1000 !== 999) continue;
  globalThis.gc?.();
  marks.push(memory().toFixed(0));
}
console.log(`decoded one by one and dropped: ${marks.join(', ')} MB after each 1,000`);
console.log(`assembled into ${series.length} series in ${assembled.toFixed(1)} s`);

function memory() {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / (1 << 20);
}

/** Mails of the shared corpus where it is at hand, else our own, in plain, base64 and quoted-printable, repeated under new Message-IDs. */
function makeMailbox() {
  const dir = process.argv[2];
  const real =
    dir === undefined
      ? []
      : readdirSync(dir)
          .filter((n) => n.endsWith('.mbox'))
          .sort()
          .flatMap((n) =>
            readFileSync(join(dir, n), 'latin1')
              .split(/^(?=From \S+ \w{3} \w{3} [ \d]\d )/m)
              .filter((m) => m.length < 8_000),
          );
  const parts = [];
  let size = 0;
  for (let i = 0; i < wanted.messages; i++) {
    const left = (wanted.bytes - size) / (wanted.messages - i);
    let mail = real.length > 0 ? real[(i * 7) % real.length].replace(/^Message-Id: <(.*)>$/im, `Message-ID: <${i}.$1>`) : sampleMail(i);
    if (mail.length < left)
      mail = mail.replace(/\n?$/, `\n${'> padding of a reply that quotes a long mail, line after line\n'.repeat(Math.ceil((left - mail.length) / 62))}\n`);
    parts.push(mail);
    size += mail.length;
  }
  return Buffer.from(parts.join(''), 'latin1');
}
