import type { ReportFinding } from '../../src/report/report.js';
import { FINISH, UNMAP } from './sample-functions.js';

/** Two that the series introduces, one that was there before, one that it repairs; every verdict is among them. */
export const sampleFindings: readonly ReportFinding[] = [leakedLock(), missingPut(), oldProblem(), fixedLeak()];

function leakedLock(): ReportFinding {
  return {
    id: 'F1',
    rule: 'lock-leak',
    code: 'heldAtReturn',
    severity: 'error',
    status: 'introduced',
    patch: 2,
    args: { resource: 'anchor->root->rwsem', taken: UNMAP + 8, exit: 'returns an error' },
    file: 'mm/move.c',
    function: 'move_unmap_one',
    line: UNMAP + 22,
    mailLine: 61,
    resource: 'anchor->root->rwsem',
    place: 'anchor->root->rwsem',
    exitClass: 'error return',
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
          {
            actor: 0,
            file: 'mm/move.c',
            line: UNMAP + 8,
            text: 'anchor = pin_anchor_read(src)',
            choice: null,
            changes: ['anchor.refs: 1 → 2', 'root.rwsem.readers: 0 → 1'],
          },
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
    id: 'F2',
    rule: 'ref-leak',
    code: 'notPut',
    severity: 'warning',
    status: 'introduced',
    patch: 2,
    args: { reference: 'anchor reference' },
    file: 'mm/move.c',
    function: 'move_finish_one',
    line: FINISH + 6,
    mailLine: 84,
    resource: 'anchor reference',
    place: 'anchor',
    exitClass: 'any return',
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
    id: 'F3',
    rule: 'double-lock',
    code: 'again',
    severity: 'warning',
    status: 'preexisting',
    patch: 2,
    args: { lock: 'page_set lock' },
    file: 'mm/move.c',
    function: 'move_undo_one',
    line: 281,
    mailLine: null,
    resource: 'page_set lock',
    place: 'src',
    exitClass: '',
    message: 'the page_set lock is taken again while it is held since line 276',
    path: [
      { line: 276, note: 'takes the page_set lock', block: 0 },
      { line: 281, note: 'takes it again', block: 1 },
    ],
    fingerprint: '0011223344556677',
    verdict: { state: 'refuted', why: 'every interleaving of 2 actors was searched and none fails', assumptions: [] },
  };
}

function fixedLeak(): ReportFinding {
  return {
    id: 'F4',
    rule: 'ref-leak',
    code: 'notPut',
    severity: 'error',
    status: 'fixed',
    patch: 2,
    args: { reference: 'anchor reference' },
    file: 'mm/move.c',
    function: 'move_unmap_one',
    line: UNMAP + 6,
    mailLine: null,
    resource: 'anchor reference',
    place: 'anchor',
    exitClass: 'returns 0',
    message: 'the anchor reference taken at line 222 was not put when the set could not be locked',
    path: [{ line: UNMAP + 6, note: 'returned without a put', block: 1 }],
    fingerprint: '8899aabbccddeeff',
    verdict: { state: 'unmodelled', why: 'not tried for what the series fixes' },
  };
}
