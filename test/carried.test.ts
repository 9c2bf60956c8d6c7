import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { report, rmapReview } from './cli/run.js';

const folder = mkdtempSync(join(tmpdir(), 'carried-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Our own words for two halves of a work: a parcel is packed, and shipped later; what the first half holds is noted on the parcel. */
const KNOWLEDGE = (body: string): string => `struct depot { struct rw_semaphore sem; };
struct parcel { struct list_head list; unsigned long note; };

static inline void parcel_note(struct parcel *parcel, struct depot *depot)	{ parcel->note = (unsigned long)depot; }
void ship_all(struct list_head *from, struct parcel *parcel, struct depot *depot)
	__batch("lib/parcel.c")
{
${body}}
`;
const BIG = `		if (parcel_is_big(parcel)) {
			down_write(&depot->sem);
			up_write(&depot->sem);
			continue;
		}
`;
/** Everything is packed before the first parcel is shipped; and one parcel after the other. */
const BATCH = `	list_for_each_entry(parcel, from, list) {
${BIG}		parcel_pack(parcel, depot);
	}
	list_for_each_entry(parcel, from, list)
		parcel_ship(parcel, depot);
`;
const ONE_BY_ONE = `	list_for_each_entry(parcel, from, list) {
${BIG}		if (parcel_pack(parcel, depot))
			continue;
		parcel_ship(parcel, depot);
	}
`;

const MAIL = `From: A <a@example.org>
Date: Mon, 4 Mar 2024 10:00:00 +0000
Subject: [PATCH] lib/parcel: keep the depot locked until the parcel is shipped

---
--- a/lib/parcel.c
+++ b/lib/parcel.c
@@ -10,5 +10,7 @@
 static int parcel_pack(struct parcel *parcel, struct depot *depot)
 {
+	if (!down_read_trylock(&depot->sem))
+		return -EAGAIN;
 	parcel_note(parcel, depot);
 	return 0;
 }
@@ -30,5 +32,6 @@
 static void parcel_ship(struct parcel *parcel, struct depot *depot)
 {
 	parcel_load(parcel);
+	up_read(&depot->sem);
 	parcel->note = 0;
 }
`;

function review(batch: string): ReturnType<typeof report> {
  const known = join(folder, 'parcel.h');
  const mail = join(folder, 'parcel.mbox');
  writeFileSync(known, KNOWLEDGE(batch));
  writeFileSync(mail, MAIL);
  return report(rmapReview([mail, '--knowledge', known, '--format', 'json']));
}

describe('what one function keeps in an object for another to take out', () => {
  it('is told of the function that keeps it, with the field', () => {
    const pack = review(BATCH).functions.find((f) => f.name === 'parcel_pack');
    expect(pack?.details.join('\n')).toContain('leaves depot->sem (shared) in parcel->note (by parcel_note())');
  });

  it('is still held when a documented batch goes on to the next object: confirmed, and the code before passes', () => {
    const said = review(BATCH);
    const found = said.findings.filter((f) => f.status === 'introduced' && f.severity !== 'note');
    expect(found.map((f) => [f.rule, f.function, f.verdict.state])).toEqual([['double-lock', 'parcel_pack', 'confirmed']]);
    expect(found[0]?.message).toContain('ship_all()');
    expect(said.gaps.filter((g) => g.function === 'ship_all' && g.why.includes('taken from the knowledge'))).toHaveLength(1);
  });

  it('is given back in time where each object is finished before the next', () => {
    expect(review(ONE_BY_ONE).findings.filter((f) => f.status === 'introduced' && f.severity !== 'note')).toEqual([]);
  });
});
