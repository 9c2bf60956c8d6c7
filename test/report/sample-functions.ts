import type { ReportFunction } from '../../src/report/report.js';

/** Where the two functions begin in `mm/move.c`. */
export const UNMAP = 214;
/** The second of them, after the series. */
export const FINISH = 262;

const NO_PICTURES = { timelines: { before: [], after: [] }, order: { before: [], after: [] } };

/** What the series touches: a function that is new, two whose contracts change, one that moves, one of which only the looks change. */
export const sampleFunctions: readonly ReportFunction[] = [pinAnchor(), moveUnmap(), moveFinish(), moveUndo(), moveStats()];

function lock(resource: string, from: number | null, to: number | null) {
  return { what: 'lock', resource, place: 'src', from, to, start: from, end: to } as const;
}

function reference(resource: string, from: number | null, to: number | null) {
  return { what: 'reference', resource, place: 'anchor', from, to, start: from, end: to } as const;
}

function pinAnchor(): ReportFunction {
  return {
    patch: 1,
    file: 'mm/anchor.c',
    name: 'pin_anchor_read',
    completeness: 'whole',
    change: ['contract', 'added'],
    before: [],
    after: [
      { exit: 'returns NULL', gains: [], drops: [], needs: [] },
      { exit: 'returns a pointer', gains: ['anchor reference', 'anchor->root->rwsem (read)'], drops: [], needs: [] },
    ],
    details: ['takes anchor->root->rwsem (read, trylock)', 'gets an anchor reference'],
    ...NO_PICTURES,
    pre: null,
    post: {
      syntax: [],
      line: 88,
      lines: [
        'struct anchor *pin_anchor_read(struct page_set *set)',
        '{',
        '\tstruct anchor *anchor;',
        '',
        '\tanchor = get_anchor(set);',
        '\tif (!anchor)',
        '\t\treturn NULL;',
        '\tif (!down_read_trylock(&anchor->root->rwsem)) {',
        '\t\tput_anchor(anchor);',
        '\t\treturn NULL;',
        '\t}',
        '\treturn anchor;',
        '}',
      ],
    },
  };
}

function moveUnmap(): ReportFunction {
  const common = ['static int move_unmap_one(struct page_set *src, struct page_set *dst)', '{', '\tstruct anchor *anchor = NULL;', '\tint rc = -EAGAIN;', ''];
  return {
    patch: 2,
    file: 'mm/move.c',
    name: 'move_unmap_one',
    completeness: 'whole',
    change: ['contract', 'new-exit', 'scope-widened'],
    before: [
      { exit: 'returns 0', gains: ['anchor reference', 'page_set lock'], drops: [], needs: [] },
      { exit: 'error return', gains: [], drops: [], needs: [] },
    ],
    after: [
      { exit: 'returns 0', gains: ['anchor reference', 'anchor->root->rwsem (read)', 'page_set lock'], drops: [], needs: [] },
      { exit: 'returns -EAGAIN', gains: ['anchor->root->rwsem (read)'], drops: [], needs: [] },
      { exit: 'error return', gains: [], drops: [], needs: [] },
    ],
    details: ['takes anchor->root->rwsem (read, trylock) through pin_anchor_read()', 'new order: page_set lock, then anchor->root->rwsem'],
    timelines: {
      before: [
        { exit: 'returns 0', line: UNMAP + 15, spans: [lock('page_set lock', UNMAP + 5, null), reference('anchor reference', UNMAP + 8, null)] },
        { exit: 'error return', line: UNMAP + 21, spans: [lock('page_set lock', UNMAP + 5, UNMAP + 20), reference('anchor reference', UNMAP + 8, UNMAP + 19)] },
      ],
      after: [
        {
          exit: 'returns 0',
          line: UNMAP + 18,
          spans: [lock('page_set lock', UNMAP + 5, null), reference('anchor reference', UNMAP + 8, null), lock('anchor->root->rwsem (read)', UNMAP + 8, null)],
        },
        {
          exit: 'returns -EAGAIN',
          line: UNMAP + 25,
          spans: [
            lock('page_set lock', UNMAP + 5, UNMAP + 24),
            reference('anchor reference', UNMAP + 8, UNMAP + 22),
            lock('anchor->root->rwsem (read)', UNMAP + 8, null),
          ],
        },
        { exit: 'error return', line: UNMAP + 6, spans: [] },
      ],
    },
    order: { before: [], after: [{ held: 'page_set lock', taken: 'anchor->root->rwsem', line: UNMAP + 8, tryLock: true }] },
    pre: {
      syntax: [],
      line: UNMAP,
      lines: [
        ...common,
        '\tif (!trylock_set(src))',
        '\t\treturn rc;',
        '\tif (set_is_anon(src))',
        '\t\tanchor = get_anchor(src);',
        '',
        '\tif (!set_mapped(src))',
        '\t\tgoto out;',
        '\tif (unmap_set(src, UNMAP_SYNC))',
        '\t\tgoto out;',
        '\trecord_anchor(dst, anchor);',
        '\treturn 0;',
        '',
        'out:',
        '\tif (anchor)',
        '\t\tput_anchor(anchor);',
        '\tunlock_set(src);',
        '\treturn rc;',
        '}',
      ],
    },
    post: {
      syntax: [],
      line: UNMAP,
      lines: [
        ...common,
        '\tif (!trylock_set(src))',
        '\t\treturn rc;',
        '\tif (set_is_anon(src)) {',
        '\t\tanchor = pin_anchor_read(src);',
        '\t\tif (!anchor)',
        '\t\t\tgoto out;',
        '\t}',
        '',
        '\tif (!set_mapped(src))',
        '\t\tgoto out_put;',
        '\tif (unmap_set(src, UNMAP_SYNC | UNMAP_LOCKED))',
        '\t\tgoto out_put;',
        '\trecord_anchor(dst, anchor);',
        '\treturn 0;',
        '',
        'out_put:',
        '\tif (anchor)',
        '\t\tput_anchor(anchor);',
        'out:',
        '\tunlock_set(src);',
        '\treturn rc;',
        '}',
      ],
    },
  };
}

function moveFinish(): ReportFunction {
  return {
    patch: 2,
    file: 'mm/move.c',
    name: 'move_finish_one',
    completeness: 'whole',
    change: ['contract'],
    before: [{ exit: 'returns', gains: [], drops: ['anchor reference', 'page_set lock'], needs: ['page_set lock'] }],
    after: [{ exit: 'returns', gains: [], drops: ['anchor->root->rwsem (read)', 'page_set lock'], needs: ['anchor->root->rwsem (read)', 'page_set lock'] }],
    details: ['releases anchor->root->rwsem (read)', 'no longer puts the anchor reference'],
    ...NO_PICTURES,
    pre: {
      syntax: [],
      line: FINISH - 6,
      lines: [
        'static void move_finish_one(struct page_set *src, struct page_set *dst)',
        '{',
        '\tstruct anchor *anchor = extract_anchor(dst);',
        '',
        '\trestore_set(src, dst);',
        '\tif (anchor)',
        '\t\tput_anchor(anchor);',
        '\tunlock_set(src);',
        '}',
      ],
    },
    post: {
      syntax: [],
      line: FINISH,
      lines: [
        'static void move_finish_one(struct page_set *src, struct page_set *dst)',
        '{',
        '\tstruct anchor *anchor = extract_anchor(dst);',
        '',
        '\trestore_set(src, dst);',
        '\tif (anchor)',
        '\t\tup_read(&anchor->root->rwsem);',
        '\tunlock_set(src);',
        '}',
      ],
    },
  };
}

function moveUndo(): ReportFunction {
  return {
    patch: 2,
    file: 'mm/move.c',
    name: 'move_undo_one',
    completeness: 'fragments',
    change: ['moved'],
    before: [{ exit: 'returns', gains: [], drops: [], needs: [] }],
    after: [{ exit: 'returns', gains: [], drops: [], needs: [] }],
    details: [],
    ...NO_PICTURES,
    pre: null,
    post: null,
  };
}

function moveStats(): ReportFunction {
  return {
    patch: 3,
    file: 'mm/move.c',
    name: 'move_stats',
    completeness: 'whole',
    change: ['cosmetic'],
    before: [{ exit: 'returns', gains: [], drops: [], needs: [] }],
    after: [{ exit: 'returns', gains: [], drops: [], needs: [] }],
    details: [],
    ...NO_PICTURES,
    pre: { syntax: [], line: 300, lines: ['static void move_stats(void)', '{', '\tanchor_stat_read();', '}'] },
    post: { syntax: [], line: 302, lines: ['/* Called without locks. */', 'static void move_stats(void)', '{', '\tanchor_stat_read();', '}'] },
  };
}
