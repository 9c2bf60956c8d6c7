import { spawn } from 'node:child_process';

/** What b4 gave for a Message-ID: a mailbox with the whole thread, or why not and what to do. */
export type Thread = { readonly ok: true; readonly bytes: Buffer } | { readonly ok: false; readonly why: string; readonly next: string };

/**
 * The Message-ID that an argument names: `<id@host>`, `id@host`, or an address of a public-inbox archive
 * (`https://lore.kernel.org/linux-mm/id@host/`, with `T/`, `t.mbox.gz`, `raw` and the like behind it). Null for everything else.
 */
export function messageIdOf(arg: string): string | null {
  const web = /^https?:\/\/[\w.-]{1,200}(?::\d{1,5})?\/(?:[\w.-]{1,100}\/){1,3}([^/\s]{3,300})(?:\/[\w.#@%+-]{0,300})?$/.exec(
    arg
      .slice(0, 1000)
      .replace(/\/+$/, '')
      .replace(/\/(?:T|t|raw|t\.mbox\.gz|#[\w.]{1,100})$/, '')
      .replace(/\/(?:T|t)$/, ''),
  );
  const text = web === null ? arg.replace(/^(?:mid|id):/, '').replace(/^<(.{3,300})>$/, '$1') : decoded(web[1]!);
  return /^[^\s<>@/-][^\s<>@/]{0,250}@[\w.:[\]-]{1,250}$/.test(text) ? text : null;
}

/** Asks an installed b4 for the thread of a mail. b4 talks to the archive; nothing is written in `cwd`. */
export async function readThread(id: string, cwd: string, maxBytes: number): Promise<Thread> {
  const { code, out, err } = await run(['mbox', '-o', '-', '--', id], cwd, maxBytes);
  if (code === null)
    return {
      ok: false,
      why: 'is a Message-ID, and reading one needs b4, which is not installed',
      next: 'install b4, or save the thread as a mailbox and pass that',
    };
  if (code !== 0 || out.length === 0) {
    // The last thing said, which for a crash in Python is the error itself.
    const said = err
      .split('\n')
      .findLast((l) => l.trim() !== '' && !/^\s/.test(l))
      ?.slice(0, 160);
    return {
      ok: false,
      why: `b4 found no such mail${said === undefined ? '' : ` (${said})`}`,
      next: 'check the Message-ID and the network, or pass a saved mailbox',
    };
  }
  return { ok: true, bytes: out };
}

function run(args: readonly string[], cwd: string, maxBytes: number): Promise<{ readonly code: number | null; readonly out: Buffer; readonly err: string }> {
  return new Promise((resolve) => {
    const child = spawn('b4', args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let size = 0;
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else child.kill();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err = (err + chunk.toString('utf8')).slice(-4000);
    });
    child.on('error', () => {
      resolve({ code: null, out: Buffer.alloc(0), err: '' });
    });
    child.on('close', (code) => {
      resolve({
        code: size > maxBytes ? 1 : (code ?? 1),
        out: Buffer.concat(chunks),
        err: size > maxBytes ? `the thread is longer than ${maxBytes >> 20} MB` : err,
      });
    });
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
