import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sampleReport } from '../report/sample-report.js';
import { BIN, savedReport } from './saved-report.js';

const tmux = spawnSync('tmux', ['-V'], { encoding: 'utf8' }).status === 0;

/** A real terminal of 80x24 with a shell in it, on a tmux server of its own. */
interface Terminal {
  readonly keys: (...keys: readonly string[]) => void;
  /** Waits until the screen contains the text, and returns the screen. */
  readonly until: (text: string | RegExp) => Promise<string>;
  /** The screen with its colours. */
  readonly raw: () => string;
  readonly resize: (columns: number, rows: number) => void;
  readonly close: () => void;
}

const SUMMARY = 'rmap-review: 1 introduced error, 1 introduced warning, 1 fixed; 5 gaps';
const open: Terminal[] = [];
const saved = savedReport(sampleReport);
const view = `'${process.execPath}' '${BIN}' view`;
afterAll(() => {
  saved.remove();
});
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.close();
});

describe('in a terminal', () => {
  it.skipIf(!tmux)('the view opens, moves, shows a finding and its trace, and leaves its summary behind (needs tmux)', async () => {
    const t = terminal();
    t.keys('echo before', 'Enter', `${view} ${saved.file}; echo "status $?"`, 'Enter');
    const overview = await t.until('Q quit');
    expect(overview).toContain('mm/anchor: keep the anchor locked while a page moves');
    expect(overview).toMatch(/^> {6}F1 error lock-leak confirmed/m);
    expect(overview).not.toContain('before');
    t.keys('j', 'j', 'j');
    await t.until(/^> {6}F2 warning/m);
    t.keys('F', 'F', 'Enter');
    expect(await t.until('Contract')).toMatch(/^> +│ \+ {2}239 {3}┻ return, still held:$/m);
    t.keys('Tab');
    expect(await t.until('━━ Contract')).toMatch(/^> .*gains|^> .*returns -EAGAIN/m);
    t.keys('Enter');
    expect(await t.until('Source, with what')).toContain('>  236  4 ┃└┃                 put_anchor(anchor);');
    t.keys('w');
    await t.until('way 3/3: error return');
    t.keys('Enter');
    await t.until(/^> {2}1 {2}219 trylock_set/m);
    t.keys('j');
    const step = await t.until('After step 2');
    expect(step).toMatch(/^> {2}2 {2}222 anchor = pin_anchor_read/m);
    expect(step).toMatch(/^ {3}1 {2}219 trylock_set/m);
    expect(step).toContain(' * anchor.refs: 1 → 2');
    t.keys('s');
    await t.until(/^> {2}222\+ 1 .*pin_anchor_read\(src\)/m);
    t.keys('q', 'q', 'q', 'q', 'q');
    await t.until('Q quits.');
    t.keys('Q');
    const end = await t.until('status 1');
    expect(end).toContain('before');
    expect(end).toContain(SUMMARY);
    expect(end).not.toContain('Contract');
  });

  it.skipIf(!tmux)('keys come from the terminal when the report came on standard input (needs tmux)', async () => {
    const t = terminal();
    t.keys(`cat ${saved.file} | ${view} -; echo "status $?"`, 'Enter');
    await t.until(/^> {6}F1 error/m);
    t.keys('Enter');
    await t.until('Contract');
    t.keys('C-c');
    expect(await t.until('status 130')).toContain(SUMMARY);
    t.keys('echo alive', 'Enter');
    await t.until(/^alive/m);
  });

  it.skipIf(!tmux)('follows the size of the terminal, and the editor gives it back (needs tmux)', async () => {
    const tree = join(saved.folder, 'tree');
    const editor = join(saved.folder, 'editor');
    mkdirSync(join(tree, 'mm'), { recursive: true });
    writeFileSync(join(tree, 'mm', 'move.c'), '');
    writeFileSync(editor, '#!/bin/sh\necho "editing $1 $2"\nread answer\n');
    chmodSync(editor, 0o755);
    const t = terminal();
    t.keys(`cat ${saved.file} | EDITOR=${editor} ${view} - --tree ${tree}`, 'Enter');
    await t.until(/^> {6}F1 error/m);
    t.resize(120, 40);
    expect(await t.until('u gaps')).toContain('F1 error lock-leak confirmed: anchor->root->rwsem taken at line 222 is still held when');
    t.resize(60, 14);
    await t.until(/^> {6}F1 error lock-leak confirmed: anchor->root->rwsem ta…$/m);
    t.keys('e');
    await t.until(`editing +236 ${tree}`.slice(0, 50));
    t.keys('Enter');
    await t.until(/^> {6}F1 error/m);
    t.keys('Q');
    await t.until(/rmap-review: 1 introduced error/);
  });

  it.skipIf(!tmux)('gaps fold, search finds, help searches its keys (needs tmux)', async () => {
    const t = terminal();
    t.keys(`${view} ${saved.file}`, 'Enter');
    await t.until(/^> {6}F1 error/m);
    t.keys('u');
    expect(await t.until('Not analysed  5 gaps, 3 reasons')).toContain('mm/move.c: move_stats(): anchor_stat_read()');
    t.keys('z');
    await t.until('▸   3 x kernel');
    t.keys('/', 'd', 'i', 's', 'j', 'u', 'n', 'c', 't', 'Enter');
    await t.until(/^>.*disjuncts/m);
    t.keys('?', '/', 'c', 'l', 'i', 'p', 'Enter');
    await t.until(/^> {2}y +copy file/m);
    t.keys('Q');
    await t.until(SUMMARY);
  });

  it.skipIf(!tmux)('marks and notes are there again the next time (needs tmux)', async () => {
    const t = terminal();
    t.keys(`${view} ${saved.file}`, 'Enter');
    await t.until(/^> {6}F1 error/m);
    t.keys('r', 'i', 'o', 'k', 'Enter', 'Q');
    await t.until(SUMMARY);
    t.keys('clear', 'Enter', `${view} ${saved.file}`, 'Enter');
    await t.until(/^> {4}✓ F1 error \[invalid: ok\] lock-leak/m);
    t.keys('Q');
    await t.until(SUMMARY);
    rmSync(join(saved.folder, 'state'), { recursive: true, force: true });
  });

  it.skipIf(!tmux)('a review opens its view by itself, fits 80x24 and 200x60, and leaves its verdict behind (needs tmux)', async () => {
    const t = terminal();
    t.keys(`'${process.execPath}' '${BIN}' fixtures/patches/demo/series.mbox --tree fixtures/patches/demo/base; echo "status $?"`, 'Enter');
    await t.until(/^> {6}F1 error lock-leak confirmed/m);
    t.resize(200, 60);
    await t.until('o order');
    t.keys('o');
    expect(await t.until('What is held, and under it what is taken')).toMatch(/^> \+ └─▶ anon_vma->rwsem {2}new, trylock {2}mm\/pool_migrate\.c:71/m);
    t.keys('q');
    await t.until(/^> {6}F1 error lock-leak confirmed/m);
    t.keys('Enter');
    expect(await t.until('What is held on each way out')).toMatch(/^> .*┻ .*still held: anon_vma->rwsem \(shared\)$/m);
    t.resize(80, 24);
    t.keys('Enter');
    const source = await t.until(/^> +\d+ .*return rc;$/m);
    for (const line of source.split('\n')) expect([...line].length).toBeLessThanOrEqual(80);
    t.keys('Q');
    expect(await t.until('status 1')).toContain('rmap-review: 2 introduced errors');
  });

  it.skipIf(!tmux)('a screen reader hears words, and NO_COLOR draws without colours (needs tmux)', async () => {
    const t = terminal();
    t.keys(`INK_SCREEN_READER=true ${view} ${saved.file}`, 'Enter');
    expect(await t.until('finding F1, error, lock-leak')).not.toMatch(/[▾▸━│]/);
    t.keys('Q');
    await t.until(SUMMARY);
    t.keys('clear', 'Enter', `NO_COLOR=1 ${view} ${saved.file}`, 'Enter');
    await t.until(/^> {6}F1 error/m);
    expect(t.raw()).not.toMatch(/\u001b\[[0-9;]*3[0-7]m/);
    t.keys('Q');
    await t.until(SUMMARY);
  });

  it.skipIf(!tmux)('what cannot be read is said without a view (needs tmux)', async () => {
    const t = terminal();
    t.keys(`'${process.execPath}' '${BIN}' nothing-here.mbox; echo "status $?"`, 'Enter');
    const screen = await t.until(/^status 3/m);
    expect(screen).toMatch(/^rmap-review: nothing-here\.mbox: /m);
  });

  it.skipIf(!tmux)('a terminal without capabilities gets text (needs tmux)', async () => {
    const t = terminal();
    t.keys(`TERM=dumb ${view} ${saved.file}; echo "status $?"`, 'Enter');
    const screen = await t.until(/^status 1/m);
    expect(screen).toContain('1 preexisting finding not shown (--all shows it).');
    expect(screen).toContain(SUMMARY);
  });
});

function terminal(): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'rmap-review-tmux-'));
  const server = ['-S', join(folder, 'socket'), '-f', '/dev/null'];
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !['CI', 'CONTINUOUS_INTEGRATION', 'TMUX', 'NO_COLOR', 'VISUAL'].includes(name)),
  );
  const call = (...args: readonly string[]) =>
    spawnSync('tmux', [...server, ...args], { encoding: 'utf8', env: { ...env, LC_ALL: 'C.UTF-8', XDG_STATE_HOME: join(saved.folder, 'state') } });
  call('new-session', '-d', '-x', '80', '-y', '24', 'PS1="$ " exec /bin/sh');
  const until = async (text: string | RegExp): Promise<string> => {
    let screen = '';
    for (let i = 0; i < 300; i += 1) {
      screen = call('capture-pane', '-p').stdout;
      if (typeof text === 'string' ? screen.includes(text) : text.test(screen)) return screen;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the screen never showed ${text}:\n${screen}`);
  };
  const made: Terminal = {
    keys: (...keys) => {
      for (const key of keys) call('send-keys', key);
    },
    until,
    raw: () => call('capture-pane', '-e', '-p').stdout,
    resize: (columns, rows) => {
      call('resize-window', '-x', String(columns), '-y', String(rows));
    },
    close: () => {
      call('kill-server');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  open.push(made);
  return made;
}
