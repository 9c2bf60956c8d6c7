import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A review in a process of its own. `json`: what `--format json` printed. */
export type Analysis = { readonly state: 'done'; readonly json: string } | { readonly state: 'trouble'; readonly why: string; readonly late?: boolean };

export interface AnalysisRequest {
  /** Files, or none: then `input` is what standard input brings. */
  readonly files: readonly string[];
  readonly input: Uint8Array | null;
  readonly tree: string | null;
  readonly base: string | null;
  readonly cwd: string;
  readonly budgetMs: number;
}

/** The same command line that a person would use, so that hook and bot can never say anything else. */
const PROGRAM = fileURLToPath(new URL('../../bin/rmap-review.js', import.meta.url));

/** Reviews in a child process that is killed when its time is up. Never rejects; a crash, a time-out and a refusal are trouble. */
export function analyse(request: AnalysisRequest, program: string = PROGRAM): Promise<Analysis> {
  const args = [
    'review',
    '--format',
    'json',
    '--all',
    ...option('--tree', request.tree),
    ...option('--base', request.base),
    ...(request.files.length > 0 ? request.files : ['-']),
  ];
  return new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1' };
    const child = spawn(process.execPath, [program, ...args], {
      cwd: request.cwd,
      stdio: [request.input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env,
      detached: true,
    });
    const out: Buffer[] = [];
    let size = 0;
    let err = '';
    let late = false;
    // The whole group: a git that the review started must not outlive it.
    const end = (): void => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        /* It has ended already. */
      }
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, request.budgetMs);
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_OUTPUT) out.push(chunk);
      else end();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (err.length < 4000) err += chunk.toString('utf8');
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(request.input);
    const settle = (result: Analysis): void => {
      clearTimeout(timer);
      resolve(result);
    };
    child.on('error', (error) => settle({ state: 'trouble', why: `could not be started: ${error.message}` }));
    child.on('close', (code, signal) => {
      if (late) settle({ state: 'trouble', why: `not finished within ${seconds(request.budgetMs)}`, late: true });
      else if (size > MAX_OUTPUT) settle({ state: 'trouble', why: `the report is longer than ${MAX_OUTPUT >> 20} MB` });
      else if (code === 0 || code === 1 || (code === 3 && size > 0)) settle({ state: 'done', json: Buffer.concat(out).toString('utf8') });
      else settle({ state: 'trouble', why: firstLine(err) || (signal === null ? `ended with status ${code}` : `was ended by ${signal}`) });
    });
  });
}

const MAX_OUTPUT = 256 << 20;

function option(name: string, value: string | null): string[] {
  return value === null ? [] : [name, value];
}

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').replace(/^rmap-review: /, '').slice(0, 300);
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
