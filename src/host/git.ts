import { spawn } from 'node:child_process';

export interface GitResult {
  readonly code: number;
  readonly out: Buffer;
  readonly err: string;
}

/**
 * Runs git in `dir` and waits for it. Never rejects: a git that cannot be started has code -1 and its reason in `err`.
 * Git is kept from asking for passwords, from fetching missing objects, and from writing to the index.
 */
export function git(dir: string, args: readonly string[], input: string | null = null, maxBytes = 256 << 20): Promise<GitResult> {
  return new Promise((resolve) => {
    const child = spawn('git', ['-C', dir, '-c', 'core.quotePath=true', '-c', 'core.fsmonitor=false', ...args], {
      stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: environment(),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let err = '';
    let tooMuch = false;
    child.stdout!.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else if (!tooMuch) {
        tooMuch = true;
        child.kill();
      }
    });
    child.stderr!.on('data', (chunk: Buffer) => {
      if (err.length < 4000) err += chunk.toString('utf8');
    });
    child.on('error', (error) => resolve({ code: -1, out: Buffer.alloc(0), err: error.message }));
    child.on('close', (code) =>
      resolve({ code: tooMuch ? -1 : (code ?? -1), out: Buffer.concat(chunks), err: tooMuch ? `more than ${maxBytes >> 20} MB of output` : err.trim() }),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

export interface GitObject {
  readonly id: string;
  readonly type: string;
  readonly content: Buffer;
}

/** Reads objects by name (`HEAD:mm/rmap.c`, a blob id) in one process; null for each that does not exist or is ambiguous. */
export async function readObjects(
  dir: string,
  names: readonly string[],
): Promise<{ readonly objects: readonly (GitObject | null)[]; readonly error: string | null }> {
  const asked = names.map((n) => (/[\n\0]/.test(n) || n === '' ? 'x' : n));
  const { code, out, err } = await git(dir, ['cat-file', '--batch'], `${asked.join('\n')}\n`);
  if (code !== 0) return { objects: names.map(() => null), error: err || `git ended with ${code}` };
  const objects: (GitObject | null)[] = [];
  let at = 0;
  for (let i = 0; i < names.length; i++) {
    const end = out.indexOf(10, at);
    if (end < 0) break;
    const head = /^([0-9a-f]{40,64}) (\w+) (\d+)$/.exec(out.toString('latin1', at, Math.min(end, at + 200)));
    at = end + 1;
    if (head === null) {
      objects.push(null);
      continue;
    }
    const size = Number(head[3]);
    objects.push({ id: head[1]!, type: head[2]!, content: out.subarray(at, at + size) });
    at += size + 1;
  }
  while (objects.length < names.length) objects.push(null);
  return { objects, error: null };
}

/** Hooks set GIT_DIR and others for their own repository; ours is named by `-C`. */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|EXTERNAL_DIFF|DIFF_OPTS)$/.test(name))
      delete env[name];
  }
  return { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_ALLOW_PROTOCOL: '' };
}
