import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** An archive as public-inbox keeps it: epochs of commits whose tree holds one mail `m`, or a deleted one `d`. */
export interface Inbox {
  readonly dir: string;
  readonly add: (mails: readonly string[], at?: number) => void;
  readonly remove: (mail: string, at?: number) => void;
  readonly roll: () => void;
}

export function makeInbox(dir: string): Inbox {
  let epoch = -1;
  let clock = 1_700_000_000;
  const repository = (): string => join(dir, 'git', `${epoch}.git`);
  const roll = (): void => {
    epoch += 1;
    mkdirSync(repository(), { recursive: true });
    execFileSync('git', ['init', '-q', '--bare', '-b', 'master', repository()]);
  };
  const commit = (name: 'm' | 'd', mails: readonly string[], at: number | null): void => {
    let exists = true;
    try {
      execFileSync('git', ['-C', repository(), 'rev-parse', '-q', '--verify', 'master'], { stdio: 'ignore' });
    } catch {
      exists = false;
    }
    const parts: Buffer[] = [];
    mails.forEach((mail, i) => {
      const bytes = Buffer.from(mail);
      clock = at === null ? clock + 1 : Math.floor(at / 1000);
      parts.push(
        Buffer.from(
          `commit refs/heads/master\ncommitter a <a@example.org> ${clock} +0000\ndata 1\nx\n${i === 0 && exists ? 'from refs/heads/master^0\n' : ''}deleteall\nM 100644 inline ${name}\ndata ${bytes.length}\n`,
        ),
        bytes,
        Buffer.from('\n'),
      );
    });
    execFileSync('git', ['-C', repository(), 'fast-import', '--quiet', '--force'], { input: Buffer.concat(parts), maxBuffer: 1 << 28 });
  };
  roll();
  return { dir, roll, add: (mails, at) => commit('m', mails, at ?? null), remove: (mail, at) => commit('d', [mail], at ?? null) };
}
