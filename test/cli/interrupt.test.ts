import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BIN } from './saved-report.js';

const tmux = spawnSync('tmux', ['-V'], { encoding: 'utf8' }).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'rmap-review-interrupt-'));
const socket = join(folder, 'socket');
afterAll(() => {
  spawnSync('tmux', ['-S', socket, 'kill-server']);
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!tmux)('Ctrl-C while a person waits for text (needs tmux)', () => {
  it('leaves a report of what was done, and says what was not', async () => {
    writeSeries(400);
    const call = (...args: readonly string[]) =>
      spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env: { ...process.env, TMUX: '', CI: '' } }).stdout;
    const until = async (text: RegExp): Promise<string> => {
      for (let i = 0; i < 600; i += 1) {
        const screen = call('capture-pane', '-p');
        if (text.test(screen)) return screen;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`the screen never showed ${text}:\n${call('capture-pane', '-p')}`);
    };
    call('new-session', '-d', '-x', '100', '-y', '24', 'PS1="$ " exec /bin/sh');
    call(
      'send-keys',
      `'${process.execPath}' '${BIN}' '${folder}/series.mbox' --tree '${folder}/base' --format text --verbose -o '${folder}/out.txt'; echo "status $?"`,
      'Enter',
    );
    await until(/analysis|parse|patch \d/);
    call('send-keys', 'C-c');
    const screen = await until(/^status \d+$/m);
    expect(screen).toContain('rmap-review: ends after this patch; Ctrl-C again ends at once');
    expect(screen).toMatch(/^status 130$/m);
    const text = readFileSync(join(folder, 'out.txt'), 'utf8');
    expect(text).toContain('mm/pot: a long series (400 patches)');
    expect(text.replace(/\s+/g, ' ')).toMatch(/patch (?:\d+|…) was not analysed: the run was stopped/);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^rmap-review: nothing found, but only a part could be judged; \d+ gaps?$/);
  });
});

/** So many patches that nobody could see the end of it: each changes one function of a file of its own. */
function writeSeries(patches: number): void {
  mkdirSync(join(folder, 'base', 'mm'), { recursive: true });
  const mails = Array.from({ length: patches }, (_, k) => {
    const n = k + 1;
    const name = `pot_${n}`;
    const branches = Array.from({ length: 40 }, (_line, i) => `\tif (pot->lid_${i})\n\t\tpot_stir(pot, ${i});`).join('\n');
    const before = `struct pot;\n\nint ${name}(struct pot *pot)\n{\n\tmutex_lock(&pot->lock);\n${branches}\n\tmutex_unlock(&pot->lock);\n\treturn 0;\n}\n`;
    writeFileSync(join(folder, 'base', 'mm', `${name}.c`), before);
    return [
      'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001',
      'From: A Cook <cook@fixtures.example>',
      `Date: Mon, 4 Mar 2024 10:00:${String(n % 60).padStart(2, '0')} +0000`,
      `Subject: [PATCH ${String(n).padStart(3, '0')}/${patches}] mm/pot: stir pot ${n}`,
      `Message-Id: <pot-${n}@fixtures.example>`,
      ...(n === 1 ? [] : ['In-Reply-To: <pot-1@fixtures.example>']),
      '',
      'Stir it.',
      '',
      '---',
      ` mm/${name}.c | 1 +`,
      ' 1 file changed, 1 insertion(+)',
      '',
      `diff --git a/mm/${name}.c b/mm/${name}.c`,
      `--- a/mm/${name}.c`,
      `+++ b/mm/${name}.c`,
      '@@ -3,5 +3,6 @@ struct pot;',
      ` int ${name}(struct pot *pot)`,
      ' {',
      ' \tmutex_lock(&pot->lock);',
      '+\tpot_stir(pot, 99);',
      ' \tif (pot->lid_0)',
      ' \t\tpot_stir(pot, 0);',
      '-- ',
      '2.39.5',
      '',
      '',
    ].join('\n');
  });
  const cover = [
    'From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001',
    'From: A Cook <cook@fixtures.example>',
    'Date: Mon, 4 Mar 2024 09:00:00 +0000',
    `Subject: [PATCH 000/${patches}] mm/pot: a long series`,
    'Message-Id: <pot-0@fixtures.example>',
    '',
    'All of them.',
    '-- ',
    '2.39.5',
    '',
    '',
  ].join('\n');
  writeFileSync(join(folder, 'series.mbox'), cover + mails.join('').replaceAll('In-Reply-To: <pot-1@', 'In-Reply-To: <pot-0@'));
}
