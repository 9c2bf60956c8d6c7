import { Buffer } from 'node:buffer';

/** A mail of our own; `headers` replace or add to the usual ones. */
export function mail(subject: string, body: string, headers: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = { From: 'A Writer <writer@example.org>', Date: 'Mon, 4 Mar 2024 10:00:00 +0000', Subject: subject, ...headers };
  return `${Object.entries(all)
    .map(([k, v]) => `${k}: ${v}\n`)
    .join('')}\n${body}`;
}

export function mbox(mails: readonly string[], quote: (text: string) => string = (t) => t): string {
  return mails.map((m) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${quote(m)}${m.endsWith('\n') ? '\n' : '\n\n'}`).join('');
}

export function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** Base of `PATCH`. */
export const BASE = `#include "pool.h"

/* Takes the pool's lock. */
static struct pool *pool_get_locked(struct pool *pool)
{
	struct pool *root;

	root = READ_ONCE(pool->root);
	if (!down_read_trylock(&root->lock))
		return NULL;

	return root;
}

static void pool_put_locked(struct pool *pool)
{
	up_read(&pool->lock);
	pool_put(pool);
}

int pool_walk(struct pool *pool, int nr)
{
	struct pool *root = pool_get_locked(pool);
	int i;

	if (!root)
		return -EAGAIN;

	for (i = 0; i < nr; i++)
		pool_visit(root, i);

	pool_put_locked(root);
	return 0;
}
`;

/** Two hunks, with added, removed and blank context lines. */
export const PATCH = `diff --git a/mm/pool.c b/mm/pool.c
index 1111111..2222222 100644
--- a/mm/pool.c
+++ b/mm/pool.c
@@ -6,8 +6,10 @@ static struct pool *pool_get_locked(struct pool *pool)
 	struct pool *root;
 
 	root = READ_ONCE(pool->root);
-	if (!down_read_trylock(&root->lock))
+	if (!down_read_trylock(&root->lock)) {
+		pool_count(pool);
 		return NULL;
+	}
 
 	return root;
 }
@@ -26,8 +28,15 @@ int pool_walk(struct pool *pool, int nr)
 	if (!root)
 		return -EAGAIN;
 
-	for (i = 0; i < nr; i++)
+	/*
+	 * Stop early when the pool goes away
+	 * under us.
+	 */
+	for (i = 0; i < nr; i++) {
 		pool_visit(root, i);
+		if (pool_dead(root))
+			break;
+	}
 
 	pool_put_locked(root);
 	return 0;
`;

/** What an archive does to a mail: the blank that marks context goes, runs of white space become one blank. */
export function collapse(text: string, options: { readonly dropBlank: boolean }): string {
  const lines = text.split('\n').map((l) => l.replace(/\s+/g, ' ').trim());
  return (options.dropBlank ? lines.filter((l) => l !== '') : lines).join('\n');
}
