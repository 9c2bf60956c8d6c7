import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MARK = '# rmap-review: passes a hook on to the repository';

/**
 * With a global `core.hooksPath` git no longer looks into a repository's own hooks folder. These scripts do, so that
 * nothing else changes. `push-to-checkout` and `proc-receive` are left out: git behaves differently where they exist at all.
 */
const NAMES = [
  'applypatch-msg',
  'pre-applypatch',
  'post-applypatch',
  'pre-commit',
  'pre-merge-commit',
  'prepare-commit-msg',
  'commit-msg',
  'post-commit',
  'pre-rebase',
  'post-checkout',
  'post-merge',
  'pre-push',
  'pre-receive',
  'update',
  'post-receive',
  'post-update',
  'reference-transaction',
  'pre-auto-gc',
  'post-rewrite',
  'post-index-change',
] as const;

const SCRIPT = `#!/bin/sh
${MARK}
own=$(git rev-parse --git-common-dir 2>/dev/null)/hooks/$(basename "$0")
[ -x "$own" ] || exit 0
exec "$own" "$@"
`;

export const forwarders = {
  MARK,
  /** Writes one script for each hook, and one under another name that runs the repository's own `validate` hook first. */
  write: async (dir: string, validate: string): Promise<void> => {
    await mkdir(dir, { recursive: true });
    for (const name of NAMES) await writeFile(join(dir, name), SCRIPT, { mode: 0o755 });
    await writeFile(join(dir, `${validate}.before-rmap-review`), SCRIPT.replace('$(basename "$0")', validate), { mode: 0o755 });
  },
  /** Removes what `write` wrote, and nothing that was changed since. */
  remove: async (dir: string): Promise<void> => {
    for (const name of await readdir(dir).catch(() => [])) {
      const text = await readFile(join(dir, name), 'utf8').catch(() => '');
      if (text.includes(MARK)) await rm(join(dir, name), { force: true });
    }
  },
};
