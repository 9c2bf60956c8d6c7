import type { Report, ReportDiff, ReportFinding, ReportFunction } from '../../src/report/report.js';

/** Where the two functions begin in `mm/move.c`. */
const UNMAP = 214;
const FINISH = 262;

const SENT = { author: 'A. Developer <dev@example.org>', date: 'Sun, 1 Nov 2026 10:00:00 +0000' };
const NO_PICTURES = { timelines: { before: [], after: [] }, order: { before: [], after: [] } };
const MOVE_DIFF: ReportDiff = {
  oldFile: 'mm/move.c', file: 'mm/move.c',
  hunks: [{
    oldLine: UNMAP + 4, newLine: UNMAP + 4, section: 'static int move_unmap_one(struct page_set *src)',
    lines: [' \t\treturn -EAGAIN;', ' ', '-\tanchor = get_anchor(src);', '+\tanchor = pin_anchor_read(src);', ' \tif (set_is_busy(src)) {', ' \t\trc = -EBUSY;', '-\t\tgoto out;', '+\t\tgoto out_put;', ' \t}'],
  }],
};

/**
 * A report as the pipeline would make it, written by hand about functions that exist in no kernel: a three-patch
 * series that pins anchors while pages move. One error path keeps the read lock, one label drops a put, one older
 * leak is gone, and one older problem was there before.
 */
export const sampleReport: Report = {
  schema: 'rmap-review/report/1',
  tool: '0.1.0',
  command: 'review',
  series: {
    subject: 'mm/anchor: keep the anchor locked while a page moves',
    version: 2,
    total: 3,
    messageId: '20261101-anchor-v2-0@example.org',
    base: { kind: 'base-commit', rev: '4f1c2d3e5a6b7c8d9e0f11223344556677889900' },
    patches: [
      { index: 1, subject: 'mm/anchor: add pin_anchor_read()', heading: '[PATCH v2 1/3] mm/anchor: add pin_anchor_read()', messageId: '20261101-anchor-v2-1@example.org', certainty: 'intact', fit: 'exact', files: ['include/linux/anchor.h', 'mm/anchor.c'], ...SENT, diffs: [] },
      { index: 2, subject: 'mm/move: carry the anchor lock from unmap to move', heading: '[PATCH v2 2/3] mm/move: carry the anchor lock from unmap to move', messageId: '20261101-anchor-v2-2@example.org', certainty: 'intact', fit: 'exact', files: ['mm/move.c'], ...SENT, diffs: [MOVE_DIFF] },
      { index: 3, subject: 'mm/move: document the new order', heading: '[PATCH v2 3/3] mm/move: document the new order', messageId: '20261101-anchor-v2-3@example.org', certainty: 'tree-consistent', fit: 'consistent', files: ['mm/move.c', 'Documentation/mm/anchor.rst'], ...SENT, diffs: [] },
    ],
  },
  functions: [pinAnchor(), moveUnmap(), moveFinish(), moveUndo(), moveStats()],
  findings: [leakedLock(), missingPut(), oldProblem(), fixedLeak()],
  gaps: [
    { stage: 'parse', file: 'Documentation/mm/anchor.rst', function: '', why: 'not C' },
    { stage: 'kernel', file: 'mm/move.c', function: 'move_unmap_one', why: 'no contract for `anchor_stat_inc()`' },
    { stage: 'kernel', file: 'mm/move.c', function: 'move_finish_one', why: 'no contract for `anchor_stat_dec()`' },
    { stage: 'kernel', file: 'mm/move.c', function: 'move_stats', why: 'no contract for `anchor_stat_read()`' },
    { stage: 'absint', file: 'mm/move.c', function: 'move_unmap_one', why: 'more than 64 disjuncts at line 231, merged' },
  ],
};

function lock(resource: string, from: number | null, to: number | null) {
  return { what: 'lock', resource, place: 'src', from, to, start: from, end: to } as const;
}

function reference(resource: string, from: number | null, to: number | null) {
  return { what: 'reference', resource, place: 'anchor', from, to, start: from, end: to } as const;
}

/** The same series with nothing to say about it. */
export const cleanReport: Report = { ...sampleReport, functions: sampleReport.functions.map((fn) => ({ ...fn, completeness: 'whole' })), findings: [], gaps: [] };

function pinAnchor(): ReportFunction {
  return {
    patch: 1, file: 'mm/anchor.c', name: 'pin_anchor_read', completeness: 'whole', change: ['contract', 'added'],
    before: [],
    after: [
      { exit: 'returns NULL', gains: [], drops: [], needs: [] },
      { exit: 'returns a pointer', gains: ['anchor reference', 'anchor->root->rwsem (read)'], drops: [], needs: [] },
    ],
    details: ['takes anchor->root->rwsem (read, trylock)', 'gets an anchor reference'], ...NO_PICTURES,
    pre: null,
    post: {
      syntax: [], line: 88,
      lines: [
        'struct anchor *pin_anchor_read(struct page_set *set)', '{', '\tstruct anchor *anchor;', '',
        '\tanchor = get_anchor(set);', '\tif (!anchor)', '\t\treturn NULL;',
        '\tif (!down_read_trylock(&anchor->root->rwsem)) {', '\t\tput_anchor(anchor);', '\t\treturn NULL;', '\t}', '\treturn anchor;', '}',
      ],
    },
  };
}

function moveUnmap(): ReportFunction {
  const common = ['static int move_unmap_one(struct page_set *src, struct page_set *dst)', '{', '\tstruct anchor *anchor = NULL;', '\tint rc = -EAGAIN;', ''];
  return {
    patch: 2, file: 'mm/move.c', name: 'move_unmap_one', completeness: 'whole', change: ['contract', 'new-exit', 'scope-widened'],
    before: [
      { exit: 'returns 0', gains: ['anchor reference', 'page_set lock'], drops: [], needs: [] },
      { exit: 'error return', gains: [], drops: [], needs: [] },
    ],
    after: [
      { exit: 'returns 0', gains: ['anchor reference', 'anchor->root->rwsem (read)', 'page_set lock'], drops: [], needs: [] },
      { exit: 'returns -EAGAIN', gains: ['anchor->root->rwsem (read)'], drops: [], needs: [] },
      { exit: 'error return', gains: [], drops: [], needs: [] },
    ],
    details: [
      'takes anchor->root->rwsem (read, trylock) through pin_anchor_read()',
      'new order: page_set lock, then anchor->root->rwsem',
    ],
    timelines: {
      before: [
        { exit: 'returns 0', line: UNMAP + 15, spans: [lock('page_set lock', UNMAP + 5, null), reference('anchor reference', UNMAP + 8, null)] },
        { exit: 'error return', line: UNMAP + 21, spans: [lock('page_set lock', UNMAP + 5, UNMAP + 20), reference('anchor reference', UNMAP + 8, UNMAP + 19)] },
      ],
      after: [
        { exit: 'returns 0', line: UNMAP + 18, spans: [lock('page_set lock', UNMAP + 5, null), reference('anchor reference', UNMAP + 8, null), lock('anchor->root->rwsem (read)', UNMAP + 8, null)] },
        { exit: 'returns -EAGAIN', line: UNMAP + 25, spans: [lock('page_set lock', UNMAP + 5, UNMAP + 24), reference('anchor reference', UNMAP + 8, UNMAP + 22), lock('anchor->root->rwsem (read)', UNMAP + 8, null)] },
        { exit: 'error return', line: UNMAP + 6, spans: [] },
      ],
    },
    order: { before: [], after: [{ held: 'page_set lock', taken: 'anchor->root->rwsem', line: UNMAP + 8, tryLock: true }] },
    pre: {
      syntax: [], line: UNMAP,
      lines: [
        ...common,
        '\tif (!trylock_set(src))', '\t\treturn rc;',
        '\tif (set_is_anon(src))', '\t\tanchor = get_anchor(src);', '',
        '\tif (!set_mapped(src))', '\t\tgoto out;',
        '\tif (unmap_set(src, UNMAP_SYNC))', '\t\tgoto out;',
        '\trecord_anchor(dst, anchor);', '\treturn 0;', '',
        'out:', '\tif (anchor)', '\t\tput_anchor(anchor);', '\tunlock_set(src);', '\treturn rc;', '}',
      ],
    },
    post: {
      syntax: [], line: UNMAP,
      lines: [
        ...common,
        '\tif (!trylock_set(src))', '\t\treturn rc;',
        '\tif (set_is_anon(src)) {', '\t\tanchor = pin_anchor_read(src);', '\t\tif (!anchor)', '\t\t\tgoto out;', '\t}', '',
        '\tif (!set_mapped(src))', '\t\tgoto out_put;',
        '\tif (unmap_set(src, UNMAP_SYNC | UNMAP_LOCKED))', '\t\tgoto out_put;',
        '\trecord_anchor(dst, anchor);', '\treturn 0;', '',
        'out_put:', '\tif (anchor)', '\t\tput_anchor(anchor);', 'out:', '\tunlock_set(src);', '\treturn rc;', '}',
      ],
    },
  };
}

function moveFinish(): ReportFunction {
  return {
    patch: 2, file: 'mm/move.c', name: 'move_finish_one', completeness: 'whole', change: ['contract'],
    before: [{ exit: 'returns', gains: [], drops: ['anchor reference', 'page_set lock'], needs: ['page_set lock'] }],
    after: [{ exit: 'returns', gains: [], drops: ['anchor->root->rwsem (read)', 'page_set lock'], needs: ['anchor->root->rwsem (read)', 'page_set lock'] }],
    details: ['releases anchor->root->rwsem (read)', 'no longer puts the anchor reference'], ...NO_PICTURES,
    pre: {
      syntax: [], line: FINISH - 6,
      lines: ['static void move_finish_one(struct page_set *src, struct page_set *dst)', '{', '\tstruct anchor *anchor = extract_anchor(dst);', '',
        '\trestore_set(src, dst);', '\tif (anchor)', '\t\tput_anchor(anchor);', '\tunlock_set(src);', '}'],
    },
    post: {
      syntax: [], line: FINISH,
      lines: ['static void move_finish_one(struct page_set *src, struct page_set *dst)', '{', '\tstruct anchor *anchor = extract_anchor(dst);', '',
        '\trestore_set(src, dst);', '\tif (anchor)', '\t\tup_read(&anchor->root->rwsem);', '\tunlock_set(src);', '}'],
    },
  };
}

function moveUndo(): ReportFunction {
  return {
    patch: 2, file: 'mm/move.c', name: 'move_undo_one', completeness: 'fragments', change: ['moved'],
    before: [{ exit: 'returns', gains: [], drops: [], needs: [] }], after: [{ exit: 'returns', gains: [], drops: [], needs: [] }],
    details: [], ...NO_PICTURES, pre: null, post: null,
  };
}

function moveStats(): ReportFunction {
  return {
    patch: 3, file: 'mm/move.c', name: 'move_stats', completeness: 'whole', change: ['cosmetic'],
    before: [{ exit: 'returns', gains: [], drops: [], needs: [] }], after: [{ exit: 'returns', gains: [], drops: [], needs: [] }],
    details: [], ...NO_PICTURES,
    pre: { syntax: [], line: 300, lines: ['static void move_stats(void)', '{', '\tanchor_stat_read();', '}'] },
    post: { syntax: [], line: 302, lines: ['/* Called without locks. */', 'static void move_stats(void)', '{', '\tanchor_stat_read();', '}'] },
  };
}

function leakedLock(): ReportFinding {
  return {
    id: 'F1', rule: 'lock-leak', code: 'heldAtReturn', severity: 'error', status: 'introduced', patch: 2,
    args: { resource: 'anchor->root->rwsem', taken: UNMAP + 8, exit: 'returns an error' },
    file: 'mm/move.c', function: 'move_unmap_one', line: UNMAP + 22, mailLine: 61,
    resource: 'anchor->root->rwsem', place: 'anchor->root->rwsem', exitClass: 'error return',
    message: `anchor->root->rwsem taken at line ${UNMAP + 8} is still held when the function returns an error`,
    path: [
      { line: UNMAP + 8, note: 'takes anchor->root->rwsem for read', block: 3 },
      { line: UNMAP + 13, note: 'set_mapped(src) is false', block: 5 },
      { line: UNMAP + 14, note: 'goto out_put', block: 6 },
      { line: UNMAP + 22, note: 'puts the reference, not the lock', block: 9 },
      { line: UNMAP + 25, note: 'returns rc, the lock is still held', block: 10 },
    ],
    fingerprint: '5d1f0c37a2b94e61',
    verdict: {
      state: 'confirmed',
      why: 'a writer waits for anchor->root->rwsem forever after move_unmap_one() has returned',
      assumptions: ['sequential consistency'],
      trace: {
        text: '0/0/0.1/0/1/0',
        failure: 'deadlock: CPU1 waits for anchor->root->rwsem, held for read by CPU0, which has returned',
        steps: [
          { actor: 0, file: 'mm/move.c', line: UNMAP + 5, text: 'trylock_set(src)', choice: 'it succeeds', changes: ['src.locked: 0 → 1'] },
          { actor: 0, file: 'mm/move.c', line: UNMAP + 8, text: 'anchor = pin_anchor_read(src)', choice: null, changes: ['anchor.refs: 1 → 2', 'root.rwsem.readers: 0 → 1'] },
          { actor: 0, file: 'mm/move.c', line: UNMAP + 13, text: 'if (!set_mapped(src))', choice: 'set_mapped(src) is false', changes: [] },
          { actor: 0, file: 'mm/move.c', line: UNMAP + 22, text: 'put_anchor(anchor)', choice: null, changes: ['anchor.refs: 2 → 1'] },
          { actor: 1, file: 'models/waiter.c', line: 12, text: 'down_write(&anchor->root->rwsem)', choice: null, changes: ['root.rwsem.queued: 0 → 1'] },
          { actor: 0, file: 'mm/move.c', line: UNMAP + 25, text: 'return rc', choice: null, changes: ['src.locked: 1 → 0'] },
        ],
      },
      program: {
        schema: 'rmap-review/program/1',
        name: 'lock-leak move_unmap_one',
        cells: [
          { name: 'src.locked', bits: 1, init: 0, owner: null },
          { name: 'anchor.refs', bits: 2, init: 1, owner: null },
          { name: 'root.rwsem.readers', bits: 2, init: 0, owner: null },
          { name: 'root.rwsem.queued', bits: 1, init: 0, owner: null },
        ],
        waits: [{ name: 'anchor->root->rwsem', blockers: ['0', '0'] }],
        actors: [
          { name: 'move_unmap_one()', file: 'mm/move.c', points: [] },
          { name: 'writer', file: 'models/waiter.c', points: [] },
        ],
        final: [],
      },
    },
  };
}

function missingPut(): ReportFinding {
  return {
    id: 'F2', rule: 'ref-leak', code: 'notPut', severity: 'warning', status: 'introduced', patch: 2,
    args: { reference: 'anchor reference' },
    file: 'mm/move.c', function: 'move_finish_one', line: FINISH + 6, mailLine: 84,
    resource: 'anchor reference', place: 'anchor', exitClass: 'any return',
    message: 'the anchor reference taken at line 264 is not put when the function returns',
    path: [
      { line: FINISH + 2, note: 'takes the anchor reference out of dst', block: 0 },
      { line: FINISH + 6, note: 'releases the lock, not the reference', block: 2 },
      { line: FINISH + 8, note: 'returns, the reference is lost', block: 3 },
    ],
    fingerprint: '90ab12cd34ef5678',
    verdict: { state: 'unmodelled', why: 'ownership leaves through record_anchor(), whose body is not in the tree' },
  };
}

function oldProblem(): ReportFinding {
  return {
    id: 'F3', rule: 'double-lock', code: 'again', severity: 'warning', status: 'preexisting', patch: 2,
    args: { lock: 'page_set lock' },
    file: 'mm/move.c', function: 'move_undo_one', line: 281, mailLine: null,
    resource: 'page_set lock', place: 'src', exitClass: '',
    message: 'the page_set lock is taken again while it is held since line 276',
    path: [{ line: 276, note: 'takes the page_set lock', block: 0 }, { line: 281, note: 'takes it again', block: 1 }],
    fingerprint: '0011223344556677',
    verdict: { state: 'refuted', why: 'every interleaving of 2 actors was searched and none fails', assumptions: [] },
  };
}

function fixedLeak(): ReportFinding {
  return {
    id: 'F4', rule: 'ref-leak', code: 'notPut', severity: 'error', status: 'fixed', patch: 2,
    args: { reference: 'anchor reference' },
    file: 'mm/move.c', function: 'move_unmap_one', line: UNMAP + 6, mailLine: null,
    resource: 'anchor reference', place: 'anchor', exitClass: 'returns 0',
    message: 'the anchor reference taken at line 222 was not put when the set could not be locked',
    path: [{ line: UNMAP + 6, note: 'returned without a put', block: 1 }],
    fingerprint: '8899aabbccddeeff',
    verdict: { state: 'unmodelled', why: 'not tried for what the series fixes' },
  };
}
