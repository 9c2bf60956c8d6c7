import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { BINDINGS, keyNames, type InkKey } from '../../src/tui/keys.js';
import { screen } from '../../src/tui/screen.js';
import { answered, initialState, reducer, resized, topFrame } from '../../src/tui/state.js';
import { cleanReport, sampleReport } from '../report/sample-report.js';
import { updated } from '../../src/tui/update.js';
import { cursorLine, typing, VT } from './keys-of.js';

/** Keys from the start, and a piece of the line the cursor is on afterwards. */
const MOVES: readonly (readonly [string, string])[] = [
  ['', 'F1 error lock-leak'],
  ['j', 'F4 fixed ref-leak'],
  ['k', 'move_unmap_one()'],
  ['down up', 'F1 error'],
  ['g', '1/3  mm/anchor'],
  ['g k', '1/3  mm/anchor'],
  ['G', 'not C'],
  ['G j', 'not C'],
  ['ctrl-d', '3 x kernel'],
  ['ctrl-d ctrl-u', 'F1 error'],
  [']', '3/3  mm/move: document'],
  ['[', '2/3  mm/move: carry'],
  ['[ [', '1/3  mm/anchor'],
  ['}', 'move_finish_one()'],
  ['{', 'move_unmap_one()'],
  ['f', 'F4 fixed'],
  ['f f', 'F2 warning'],
  ['f f F', 'F4 fixed'],
  ['g z', '▸ 1/3  mm/anchor'],
  ['z', '▸ 2/3  mm/move: carry'],
  ['z z', '▾ 2/3  mm/move: carry'],
  ['z f', 'F1 error'],
  ['Z', '▸ 2/3  mm/move: carry'],
  ['Z Z', '▾ 2/3  mm/move: carry'],
  ['g / s t a t s enter', 'move_stats()'],
  ['/ a n c h o r _ s t a t enter', '3 x kernel'],
  ['/ M M / enter n n', 'F1 error'],
  ['/ f 2 enter', 'F2 warning'],
  ['/ a d d e d x backspace enter', 'pin_anchor_read()  contract, added'],
  ['a', 'F1 error'],
  ['a f f f', 'F3 warning double-lock preexisting'],
  ['enter q', 'F1 error'],
  ['enter f q', 'F4 fixed'],
  ['enter enter esc esc', 'F1 error'],
];

describe('moving in the overview', () => {
  it.each(MOVES)('%s', (keys, wanted) => {
    expect(cursorLine(sampleReport, typing(sampleReport, keys))).toContain(wanted);
  });

  it('opens folds that hide a match', () => {
    const state = typing(sampleReport, 'Z g / s t a t s enter');
    expect(cursorLine(sampleReport, state)).toContain('move_stats()');
  });

  it('says when there is nothing to go to', () => {
    expect(typing(sampleReport, '/ n o p e enter').message).toBe('No match for "nope".');
    expect(typing(sampleReport, 'n').message).toBe('Nothing was searched yet; / searches.');
    expect(typing(sampleReport, 'G ]').message).toBe('No patch after this one.');
    expect(typing(cleanReport, 'f').message).toBe('No finding after this one.');
    expect(typing(sampleReport, 'g / a n c h o r enter N N').message).toBe('Search went round the end.');
  });
});

describe('views', () => {
  const at = (keys: string) => {
    const { view, fn, finding, focus } = topFrame(typing(sampleReport, keys));
    return [view, fn, finding, focus];
  };

  it.each<readonly [string, readonly (string | number | null)[]]>([
    ['enter', ['function', 1, 'F1', 0]],
    ['k enter', ['function', 1, null, 0]],
    ['enter enter', ['source', 1, 'F1', 0]],
    ['enter enter enter', ['trace', 1, 'F1', 0]],
    ['k enter s', ['source', 1, null, 0]],
    ['t j s', ['source', 1, 'F1', 0]],
    ['t', ['trace', 1, 'F1', 0]],
    ['enter tab', ['function', 1, 'F1', 1]],
    ['enter tab tab', ['function', 1, 'F1', 0]],
    ['enter tab enter', ['source', 1, 'F1', 0]],
    ['enter f f', ['function', 2, 'F2', 0]],
    ['enter f f F F', ['function', 1, 'F1', 0]],
    ['enter enter f f', ['source', 2, 'F2', 0]],
    ['t f f', ['trace', 2, 'F2', 0]],
    ['enter } }', ['function', 3, null, 0]],
    ['enter {', ['function', 0, null, 0]],
    ['enter ]', ['function', 4, null, 0]],
    ['enter [', ['function', 0, null, 0]],
    ['k enter f', ['function', 1, 'F1', 0]],
    ['u', ['gaps', -1, null, 0]],
    ['G enter', ['gaps', -1, null, 0]],
    ['?', ['help', -1, null, 0]],
    ['? ?', ['overview', -1, null, 0]],
    ['enter ? q q', ['overview', -1, null, 0]],
    ['q q q', ['overview', -1, null, 0]],
  ])('%s', (keys, wanted) => {
    expect(at(keys)).toEqual(wanted);
  });
});

describe('what the world outside has to do', () => {
  it.each<readonly [string, object | null]>([
    ['Q', { kind: 'quit', interrupted: false }],
    ['enter enter Q', { kind: 'quit', interrupted: false }],
    ['ctrl-c', { kind: 'quit', interrupted: true }],
    ['/ a ctrl-c', { kind: 'quit', interrupted: true }],
    ['q', null],
    ['/ Q', null],
    ['e', { kind: 'edit', file: 'mm/move.c', line: 236 }],
    ['enter enter k e', { kind: 'edit', file: 'mm/move.c', line: 235 }],
    ['enter enter enter G k k e', { kind: 'edit', file: 'models/waiter.c', line: 12 }],
    ['enter enter enter j y', { kind: 'copy', text: 'mm/move.c:222: CPU0 move_unmap_one(): anchor = pin_anchor_read(src)' }],
    ['ctrl-z', { kind: 'suspend' }],
    ['ctrl-l', { kind: 'redraw' }],
  ])('%s', (keys, request) => {
    expect(typing(sampleReport, keys).request).toEqual(request);
  });

  it('copies a finding as one terse line', () => {
    expect(typing(sampleReport, 'y').request).toEqual({
      kind: 'copy',
      text: expect.stringMatching(/^mm\/move\.c:236: ERROR: move_unmap_one\(\): .* \[lock-leak, confirmed\]$/),
    });
  });

  it('is answered with a message that the next key wipes', () => {
    const state = answered(typing(sampleReport, 'y'), 'Copied.');
    expect([state.request, state.message]).toEqual([null, 'Copied.']);
    expect(reducer(sampleReport)(state, 'j').message).toBe('');
  });
});

describe('marks and notes', () => {
  const reviewed = (keys: string): string => [...typing(sampleReport, keys).kept.reviewed].join();
  const leaked = sampleReport.findings[0]?.fingerprint ?? '';

  it('are of what the cursor is on, and taken back by the same key', () => {
    expect(reviewed('r')).toBe(`finding 2 ${leaked}`);
    expect(reviewed('k r')).toBe('function 2 mm/move.c move_unmap_one');
    expect(reviewed('k enter r')).toBe('function 2 mm/move.c move_unmap_one');
    expect(reviewed('g r')).toBe('patch 1 mm/anchor: add pin_anchor_read()');
    expect(reviewed('r r')).toBe('');
    expect(cursorLine(sampleReport, typing(sampleReport, 'k r'))).toMatch(/^> {2}✓ move_unmap_one\(\)/);
  });

  it('carry a word, and are shown in words', () => {
    const state = typing(sampleReport, 'i o k space b y space f enter');
    expect([...state.kept.notes]).toEqual([[leaked, { verdict: 'invalid', word: 'ok by f' }]]);
    expect(cursorLine(sampleReport, state)).toContain('F1 error [invalid: ok by f] lock-leak');
    expect(typing(sampleReport, 'i enter i').kept.notes.size).toBe(0);
    expect(typing(sampleReport, 'v x esc').kept.notes.size).toBe(0);
    expect(typing(sampleReport, 'g v').message).toBe('No finding here to note anything on.');
  });

  it('come back the next time', () => {
    const { kept, folded } = typing(sampleReport, 'r z');
    const state = initialState(sampleReport, VT, { ...kept, folded });
    expect(state.kept.reviewed).toEqual(kept.reviewed);
    expect(state.folded.has('patch 2')).toBe(true);
  });
});

describe('a report that grows', () => {
  const early: Report = { ...sampleReport, functions: sampleReport.functions.slice(0, 1), findings: [], gaps: [] };

  it('says what happens, per patch', () => {
    const state = updated(early, initialState(early, VT), early, { text: 'analysing patch 2/3', done: 1 }, false);
    const text = screen(early, state)
      .map(({ line }) =>
        line
          .map((part) => part.text)
          .join('')
          .trimEnd(),
      )
      .join('\n');
    expect(text).toContain(' analysing patch 2/3 …');
    expect(text).toMatch(/1\/3 .* intact, exact$/m);
    expect(text).toMatch(/2\/3 .* being analysed$/m);
    expect(text).toMatch(/3\/3 .* waiting$/m);
  });

  it('takes a reader who waits to the first finding, and leaves one who reads where they are', () => {
    const start = initialState(early, VT);
    expect(cursorLine(sampleReport, updated(early, start, sampleReport, null, false))).toContain('F1 error');
    const reading = ['g', 'j'].reduce(reducer(early), start);
    expect(cursorLine(early, reading)).toContain('pin_anchor_read()');
    expect(cursorLine(sampleReport, updated(early, reading, sampleReport, null, true))).toContain('pin_anchor_read()');
    const inside = ['g', 'j', 'enter'].reduce(reducer(early), start);
    expect(topFrame(updated(early, inside, sampleReport, null, true))).toMatchObject({ view: 'function', fn: 0 });
  });
});

describe('keys', () => {
  const none: InkKey = {
    upArrow: false,
    downArrow: false,
    leftArrow: false,
    rightArrow: false,
    pageDown: false,
    pageUp: false,
    home: false,
    end: false,
    return: false,
    escape: false,
    tab: false,
    backspace: false,
    delete: false,
    ctrl: false,
    shift: false,
    meta: false,
  };

  it('have names, several at once too', () => {
    expect(keyNames('jj ', none)).toEqual(['j', 'j', 'space']);
    expect(keyNames('', { ...none, downArrow: true })).toEqual(['down']);
    expect(keyNames('d', { ...none, ctrl: true })).toEqual(['ctrl-d']);
    expect(keyNames('', { ...none, tab: true, shift: true })).toEqual(['shift-tab']);
    expect(keyNames('j\rq', none)).toEqual(['j', 'enter', 'q']);
    expect(keyNames('x', { ...none, meta: true })).toEqual([]);
  });

  it('are bound once', () => {
    const keys = BINDINGS.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('any keys in any size', () => {
  const keys = [...BINDINGS.flatMap((binding) => binding.keys), 'x', 'm', 'backspace', '(', 'é'];
  const empty: Report = { ...cleanReport, functions: [], series: { ...cleanReport.series, patches: [] } };

  it('leave a state that can be shown', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...keys), { maxLength: 40 }),
        fc.integer({ min: 20, max: 130 }),
        fc.integer({ min: 6, max: 50 }),
        fc.constantFrom(sampleReport, cleanReport, empty),
        (typed, columns, rows, report) => {
          const start = resized(initialState(report, VT), { columns, rows });
          const state = typed.reduce(reducer(report), start);
          const lines = screen(report, state);
          expect(lines).toHaveLength(rows);
          expect(state.stack.length).toBeGreaterThan(0);
          for (const frame of state.stack) for (const cursor of frame.cursors) expect(cursor).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 150 },
    );
  });
});
