import { access, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

export async function makeMaildir(dir: string): Promise<void> {
  for (const part of ['tmp', 'new', 'cur']) await mkdir(join(dir, part), { recursive: true, mode: 0o700 });
}

/** First half of a delivery: the mail lies in `tmp`, on the disk. May be repeated. */
export async function prepareMail(dir: string, name: string, mail: string): Promise<void> {
  await makeMaildir(dir);
  const file = await open(join(dir, 'tmp', name), 'w', 0o600);
  try {
    await file.writeFile(mail);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Second half: the mail appears. False: it is not in `tmp`, so this has happened before. */
export async function publishMail(dir: string, name: string): Promise<boolean> {
  const done = await rename(join(dir, 'tmp', name), join(dir, 'new', name)).then(
    () => true,
    () => false,
  );
  if (done) await syncFolder(join(dir, 'new'));
  return done;
}

/** Undoes the first half. */
export async function discardMail(dir: string, name: string): Promise<void> {
  await unlink(join(dir, 'tmp', name)).catch(() => undefined);
}

/** Takes a draft back that nobody has looked at yet. */
export async function withdrawMail(dir: string, name: string): Promise<boolean> {
  return unlink(join(dir, 'new', name)).then(
    () => true,
    () => false,
  );
}

/** Names in `new` and `cur` without the flags behind the colon, sorted; each with its path. */
export async function maildirMails(dir: string): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const found: { readonly name: string; readonly path: string }[] = [];
  for (const part of ['cur', 'new']) {
    for (const file of await readdir(join(dir, part)).catch(() => [])) {
      if (!file.startsWith('.')) found.push({ name: file.split(':2,')[0] ?? file, path: join(dir, part, file) });
    }
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where a mail lies now: its flags, and so its path, change while people read it. */
export async function findMail(dir: string, name: string): Promise<string | null> {
  const straight = join(dir, 'new', name);
  if (
    await access(straight).then(
      () => true,
      () => false,
    )
  )
    return straight;
  for (const part of ['cur', 'new']) {
    const file = (await readdir(join(dir, part)).catch(() => [])).find((f) => f === name || f.startsWith(`${name}:2,`));
    if (file !== undefined) return join(dir, part, file);
  }
  return null;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null);
  if (folder === null) return;
  await folder.sync().catch(() => undefined);
  await folder.close();
}
