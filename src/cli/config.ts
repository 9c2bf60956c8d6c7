import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { NO_POLICY } from '../report/policy.js';
import type { RunOptions } from './program.js';

const FOLDER = '.rmap-review';

/**
 * The options with what the project's own folder says: the nearest `.rmap-review` at or above the named tree or the
 * current folder. What stands on the command line wins; its headers come after the project's.
 */
export async function withConfig(options: RunOptions, cwd: string): Promise<RunOptions> {
  const folder = findFolder(options.tree === null ? cwd : resolve(cwd, options.tree));
  if (folder === null) return options;
  const headers = readdirSync(folder)
    .filter((name) => name.endsWith('.h'))
    .sort()
    .map((name) => join(folder, name));
  const file = join(folder, 'config.json');
  const config = existsSync(file) ? (await import('./config-file.js')).readConfig(file) : {};
  const root = dirname(folder);
  return {
    ...options,
    tree: options.tree ?? (config.tree === undefined ? null : resolve(root, config.tree)),
    knowledge: [...headers, ...(config.knowledge ?? []).map((path) => resolve(root, path)), ...options.knowledge],
    failOn: options.failOnGiven ? options.failOn : (config.failOn ?? options.failOn),
    policy: config.rules === undefined && config.suppress === undefined ? NO_POLICY : { rules: config.rules ?? {}, suppress: config.suppress ?? [] },
  };
}

function findFolder(from: string): string | null {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, FOLDER);
    if (existsSync(folder)) return folder;
    if (dirname(at) === at) return null;
  }
}
