import { createHash } from 'node:crypto';

/** The id git gives to a file with this content (SHA-1 repositories). */
export function blobId(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** Is `id`, as an `index` line abbreviates it, the id of `text`? */
export function isBlob(text: string, id: string | null): boolean {
  return id !== null && id.length >= 7 && blobId(text).startsWith(id);
}
