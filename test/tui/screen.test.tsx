import { render } from 'ink-testing-library';
import { describe, expect, it, vi } from 'vitest';
import { displayWidth } from '../../src/report/layout.js';
import type { Report, ReportFunction } from '../../src/report/report.js';
import { App } from '../../src/tui/app.js';
import { lineWidth } from '../../src/tui/line.js';
import { linearScreen, screen } from '../../src/tui/screen.js';
import { reducer, topFrame } from '../../src/tui/state.js';
import { sourceLines } from '../../src/report/source-diff.js';
import { HOSTILE, hostileReport, UNSAFE } from '../report/hostile.js';
import { cleanReport, sampleReport } from '../report/sample-report.js';
import { cursorLine, shown, typing, VT, WIDE } from './keys-of.js';

const VIEWS = [
  '',
  'enter',
  'enter tab',
  'enter enter',
  'enter enter w',
  'enter enter enter',
  'enter enter enter G',
  'f f enter t',
  'r v n o enter',
  'u',
  'o',
  '?',
  '/ a b',
];

describe('every view', () => {
  it.each(VIEWS)('fits its terminal: %s', (keys) => {
    for (const size of [VT, WIDE, { columns: 40, rows: 12 }, { columns: 20, rows: 6 }]) {
      const lines = screen(sampleReport, typing(sampleReport, keys, size));
      expect(lines).toHaveLength(size.rows);
      for (const { line } of lines) expect(lineWidth(line)).toBeLessThanOrEqual(size.columns);
    }
  });

  it.each(VIEWS)('escapes what an input wrote: %s', (keys) => {
    for (const poison of HOSTILE) {
      const report = hostileReport(sampleReport, (text) => poison + text + poison);
      const state = typing(report, keys);
      expect(shown(report, state)).not.toMatch(UNSAFE);
      expect(linearScreen(report, state).join('\n')).not.toMatch(UNSAFE);
    }
  });

  it.each(VIEWS)('has help and quit in its last line, where keys are shown: %s', (keys) => {
    const state = typing(sampleReport, keys);
    const footer = shown(sampleReport, state).split('\n').at(-1) ?? '';
    if (state.message !== '') expect(footer).toBe(` ${state.message}`);
    else if (state.typing === null) expect(footer).toMatch(/Q quit$/);
    else expect(footer).toMatch(/^ \/ ab_ /);
  });
});

describe('overview', () => {
  it('says at 80x24 what the series is, what it rests on, what is wrong, and where', () => {
    const text = shown(sampleReport, typing(sampleReport, ''));
    expect(text).toContain(' base base-commit 4f1c2d3e5a6b, text tree-consistent, fit consistent\n');
    expect(text).toContain(' 1 introduced error, 1 introduced warning, 1 fixed, 5 gaps\n');
    expect(text).toContain(' ▾ 2/3  mm/move: carry the anchor lock from unmap to move          intact, exact\n');
    expect(text).toContain('     move_unmap_one()   contract, new-exit, scope-widened              mm/move.c\n');
    expect(text).toMatch(/^> {6}F1 error lock-leak confirmed: /m);
    expect(text).toContain('  confirmed: a writer waits for anchor->root->rwsem forever');
    expect(text).not.toContain('F3');
  });

  it('lists files in place of patches for a scan', () => {
    const scan: Report = {
      ...sampleReport,
      command: 'scan',
      series: { ...sampleReport.series, subject: '', patches: [] },
      findings: sampleReport.findings.map((f) => ({ ...f, status: 'preexisting', patch: 0 })),
      functions: sampleReport.functions.map((fn) => ({ ...fn, patch: 0 })),
    };
    const text = shown(scan, typing(scan, ''));
    expect(text).toContain('▾ mm/move.c                                             4 functions, 4 findings\n');
    expect(text).toMatch(/^> {6}F\d error/m);
  });

  it('shows what a patch without C is about', () => {
    const report: Report = { ...cleanReport, functions: cleanReport.functions.filter((fn) => fn.patch !== 3) };
    expect(shown(report, typing(report, ''))).toContain('    no C function touched: mm/move.c, Documentation/mm/anchor.rst');
  });
});

describe('order view', () => {
  it('lists what is taken under what, with what the series changed, and leads to the function', () => {
    const state = typing(sampleReport, 'o', WIDE);
    expect(shown(sampleReport, state)).toMatch(/^ {2}page_set lock$\n^> \+ └─▶ anchor->root->rwsem {2}new, trylock {2}mm\/move\.c:222 move_unmap_one\(\)$/m);
    expect(topFrame(reducer(sampleReport)(state, 'enter'))).toMatchObject({ view: 'function', fn: 1 });
    const empty: Report = { ...sampleReport, functions: [] };
    expect(shown(empty, typing(empty, 'o'))).toContain('No function of the series takes a lock while it holds another.');
  });

  it('says when the reverse order exists', () => {
    const [fn] = sampleReport.functions.slice(1);
    const reverse = { held: 'anchor->root->rwsem', taken: 'page_set lock', line: 9, tryLock: false };
    const report: Report = {
      ...sampleReport,
      functions: [{ ...(fn as ReportFunction), order: { before: [reverse], after: [reverse, ...(fn as ReportFunction).order.after] } }],
    };
    expect(shown(report, typing(report, 'o', WIDE))).toMatch(/anchor->root->rwsem {2}new, trylock, the reverse order exists too/);
  });
});

describe('function view', () => {
  it('shows the contract of both sides', () => {
    const text = shown(sampleReport, typing(sampleReport, 'enter tab', WIDE));
    expect(text).toMatch(/^> {2}returns 0 +│ {3}returns 0$|^ {3}returns 0 +│ {3}returns 0$/m);
    expect(text).toMatch(/│ \+ {3}gains anchor->root->rwsem \(read\)$/m);
    expect(text).toMatch(/│ \+ returns -EAGAIN$/m);
    expect(text).toContain('   * new order: page_set lock, then anchor->root->rwsem');
  });

  it('shows before and after beside each other what is held on each way out', () => {
    const text = shown(sampleReport, typing(sampleReport, 'enter', WIDE));
    expect(text).toMatch(/^ {3}returns 0 {2}229 +│ {3}returns 0 {2}232$/m);
    expect(text).toMatch(/^ {4}219 ┏ {2}lock page_set lock src +│ {4}219 ┏ {3}lock page_set lock src$/m);
    expect(text).toMatch(/│ \+ {2}222 ┃.┏ lock anchor->root->rwsem \(read\) src$/m);
    expect(text).toMatch(/^> +│ \+ {2}239 {3}┻ return, still held: anchor->root->rwsem \(read\)$/m);
  });

  it('goes on to the source, to the line of the finding', () => {
    const text = shown(sampleReport, typing(sampleReport, 'enter enter', WIDE));
    expect(text).toContain(' way 2/3: returns -EAGAIN (line 239)  still holds anchor->root->rwsem (read)\n');
    expect(text).toContain('>  236  4 ┃└┃                 put_anchor(anchor);\n');
  });

  it('marks changed lines and the witness', () => {
    const text = shown(sampleReport, typing(sampleReport, 'enter enter', WIDE));
    expect(text).toContain('   228+ 3 ┃│┃                 goto out_put;\n          ┃│┃ ╰ 3 goto out_put\n');
    expect(text).toContain('   225-   ┃│┃                 goto out;\n');
  });

  it('turns through the ways out beside the source', () => {
    expect(shown(sampleReport, typing(sampleReport, 'enter enter w', WIDE))).toContain(' way 3/3: error return (line 220)\n');
    expect(shown(sampleReport, typing(sampleReport, 'enter enter w w', WIDE))).toContain(
      ' way 1/3: returns 0 (line 232)  still holds page_set lock, anchor reference',
    );
  });

  it('marks the words that changed in a line', () => {
    const lines = screen(sampleReport, typing(sampleReport, 'enter enter g j j j j j j j', WIDE)).map(({ line }) => line);
    const words = lines.flatMap((line) => line.filter((part) => part.tone === 'added-word').map((part) => part.text.trim()));
    expect(words).toContain('pin_anchor_read');
    expect(words).toContain('| UNMAP_LOCKED');
  });

  it('marks what was fixed on the side that had it', () => {
    const text = shown(sampleReport, typing(sampleReport, 'f enter enter', WIDE));
    expect(text).toMatch(/^> {2}220 {2}1 .*return rc;\n +┃? +╰ 1 returned without a put$/m);
  });

  it('says so where there is no text', () => {
    expect(shown(sampleReport, typing(sampleReport, 'enter enter } }'))).toContain('The text of this function is not at hand');
  });

  it('shows one pane in a small terminal', () => {
    const small = { columns: 70, rows: 18 };
    expect(shown(sampleReport, typing(sampleReport, 'enter', small))).not.toContain('Contract');
    expect(shown(sampleReport, typing(sampleReport, 'enter tab', small))).not.toContain('What is held');
  });

  it('numbers the lines of both sides', () => {
    const lines = sourceLines(sampleReport.functions[2] as ReportFunction);
    expect(lines.filter((line) => line.mark !== ' ').map((line) => [line.mark, line.before, line.after, line.text.trim()])).toEqual([
      ['-', 262, null, 'put_anchor(anchor);'],
      ['+', null, 268, 'up_read(&anchor->root->rwsem);'],
    ]);
  });
});

const [confirmed] = sampleReport.findings.flatMap((f) => (f.verdict.state === 'confirmed' ? [f.verdict] : []));
const steps = confirmed?.trace.steps.length ?? 0;

describe('trace view', () => {
  it('steps through the columns and shows the cells that changed', () => {
    const text = shown(sampleReport, typing(sampleReport, 'enter enter enter j'));
    expect(text).toMatch(/^ +CPU0 move_unmap_one\(\) +│ CPU1 writer$/m);
    expect(text).toMatch(/^> {2}2 {2}222 anchor = pin_anchor_read\(src\) +│$/m);
    expect(text).toContain('── After step 2: CPU0 move_unmap_one() ─');
    expect(text).toContain(' * anchor.refs: 1 → 2\n * root.rwsem.readers: 0 → 1\n   src.locked = 1 ');
  });

  it('ends with what fails', () => {
    const text = shown(sampleReport, typing(sampleReport, 'enter enter enter G'));
    expect(text).toMatch(/^> {5}=> deadlock: CPU1 waits/m);
  });

  it('keeps the step under the cursor on the screen, however long its neighbours are', () => {
    const long = 'a condition that takes several lines of a narrow column; '.repeat(4);
    const report: Report = {
      ...sampleReport,
      findings: sampleReport.findings.map((f) =>
        f.verdict.state !== 'confirmed'
          ? f
          : {
              ...f,
              verdict: {
                ...f.verdict,
                trace: { ...f.verdict.trace, steps: f.verdict.trace.steps.map((s, i) => ({ ...s, choice: i % 2 === 0 ? long : null })) },
              },
            },
      ),
    };
    for (const size of [VT, WIDE, { columns: 60, rows: 16 }]) {
      for (let n = 0; n < 6; n++) {
        const state = typing(report, `t ${'j '.repeat(n)}`, size);
        const number = /^> +(\d+|=>)/.exec(cursorLine(report, state))?.[1];
        expect(number, `${n} steps at ${size.columns}x${size.rows}`).toBe(n < steps ? String(n + 1) : '=>');
      }
    }
  });

  it('gives the reason where there is no interleaving', () => {
    const text = shown(sampleReport, typing(sampleReport, 'f f enter t'));
    expect(text).toContain('not modelled: ownership leaves through record_anchor()');
    expect(text).toContain('2. line 268: releases the lock, not the reference');
  });
});

describe('gaps and help', () => {
  it('lists every gap under its reason', () => {
    const text = shown(sampleReport, typing(sampleReport, 'u'));
    expect(text).toContain(' Not analysed  5 gaps, 3 reasons, 2 files\n');
    expect(text).toContain('         mm/move.c: move_stats(): anchor_stat_read()\n');
  });

  it('help comes from the key table and can be searched', () => {
    expect(shown(sampleReport, typing(sampleReport, '? / c l i p enter'))).toMatch(/^> {2}y +copy file, line and message/m);
  });
});

describe('a screen reader', () => {
  it('hears the row under the cursor in words', () => {
    const lines = linearScreen(sampleReport, typing(sampleReport, 'enter enter'));
    expect(lines[0]).toContain('source: move_unmap_one(), mm/move.c:214, patch 2/3, contract, new-exit');
    expect(lines[1]).toContain('29 of 33: line 236: put_anchor(anchor);, step 4: puts the reference, not the lock');
    expect(lines.join('')).not.toMatch(/[▾▸│─━╰]/);
  });
});

describe('app', () => {
  it('draws the screen and passes keys on', async () => {
    const onKey = vi.fn();
    const state = typing(sampleReport, '');
    const app = render(<App report={sampleReport} state={state} linear={false} onKey={onKey} />);
    expect(
      app
        .lastFrame()
        ?.split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd(),
    ).toBe(shown(sampleReport, state).trimEnd());
    for (const line of app.lastFrame()?.split('\n') ?? []) expect(displayWidth(line)).toBeLessThanOrEqual(80);
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const key of ['j', '\r', '\u001b[A', '\t', '\u0004', 'jk']) app.stdin.write(key);
    expect(onKey.mock.calls.map(([key]) => key as string)).toEqual(['j', 'enter', 'up', 'tab', 'ctrl-d', 'j', 'k']);
    app.unmount();
  });
});
