import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { report, rmapReview } from './cli/run.js';

const folder = mkdtempSync(join(tmpdir(), 'told-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const KNOWLEDGE = `struct lane { struct rw_semaphore sem; unsigned long seen; };
typedef struct lane_ref { unsigned long ref; } lane_ref_t;
void lane_walk(struct lane *lane, unsigned int flags)	__walks(lane) __ttu_locked(flags, LANE_LOCKED, lane->sem);
`;

/** What the semantic diff says of one function that the mail shows whole. */
function told(removed: string, body: string): { readonly change: string; readonly lines: readonly string[]; readonly exits: readonly string[] } {
  const known = join(folder, 'lane.h');
  const mail = join(folder, 'lane.mbox');
  const was = body.split('\n').filter((l) => !l.startsWith('+')).length - 1;
  const is = body.split('\n').filter((l) => !l.startsWith('-')).length - 1;
  writeFileSync(known, KNOWLEDGE);
  writeFileSync(
    mail,
    `From: A <a@example.org>\nDate: Mon, 4 Mar 2024 10:00:00 +0000\nSubject: [PATCH] lib/lane: one change\n\n---\n--- a/lib/lane.c\n+++ b/lib/lane.c\n@@ -10,${was} +10,${is} @@\n${body}${removed}`,
  );
  const said = report(rmapReview([mail, '--knowledge', known, '--format', 'json']));
  const fn = said.functions.find((f) => f.name.startsWith('lane_'));
  expect(said.findings.filter((f) => f.severity !== 'note' && f.status === 'introduced')).toEqual([]);
  return {
    change: fn?.change.join() ?? '',
    lines: fn?.details ?? [],
    exits: (fn?.after ?? []).map((e) => `${e.exit}: ${e.gains.join(', ')}; ${e.drops.join(', ')}`),
  };
}

describe('what a comparison of two sides says in words', () => {
  it('a test that starts over under a lock is no failure exit', () => {
    const { change, lines } = told(
      '',
      ` static int lane_pass(struct lane *lane)
 {
 	unsigned long seen;
 
+again:
 	seen = READ_ONCE(lane->seen);
 	down_read(&lane->sem);
+	if (READ_ONCE(lane->seen) != seen) {
+		up_read(&lane->sem);
+		goto again;
+	}
 	lane_first(lane);
 	lane_second(lane);
 	up_read(&lane->sem);
 	return 0;
 }
`,
    );
    expect(change).not.toContain('new-exit');
    expect(lines).toContain(
      'tests READ_ONCE(lane->seen) != seen again after down_read() takes lane->sem (shared); where it is so, releases lane->sem and starts over at again',
    );
    expect(lines).toContain('label again is new');
  });

  it('what is claimed never to be so is told', () => {
    expect(
      told(
        '',
        ` static void lane_end(struct lane *lane)
 {
+	VM_BUG_ON(!lane->seen);
 	lane_first(lane);
 }
`,
      ).lines,
    ).toEqual(['now says that !lane->seen never holds (VM_BUG_ON())']);
  });

  it('what a handle stands for is held through it, and a flag that it decides is told with it', () => {
    const { lines, exits } = told(
      '',
      ` static void lane_leave(lane_ref_t ref)
 {
-	lane_walk(lane_ref_to_lane(ref), 0);
+	lane_walk(lane_ref_to_lane(ref), lane_ref_value(ref) ? LANE_LOCKED : 0);
 	if (lane_ref_value(ref))
 		up_read(&((struct lane *)lane_ref_to_lane(ref))->sem);
 }
`,
    );
    expect(lines).toContain('LANE_LOCKED for lane_walk(): never before, now where ref');
    expect(exits).toContain('returns where ref: ; lane->sem');
  });

  it('references that only names speak of are in the contract', () => {
    expect(
      told(
        '',
        ` static void lane_leave(struct lane *lane)
 {
 	lane_first(lane);
+	lane_put(lane);
 }
`,
      ).exits,
    ).toEqual(['returns: ; lane reference']);
  });
});
