import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { FAIL_ON } from '../report/index.js';
import { NO_POLICY } from '../report/policy.js';
import { RULES } from '../rules/index.js';
import { Failure } from './failure.js';
import type { RunOptions } from './program.js';

/** `.rmap-review/config.json`; docs/configuration.md explains it. A key that is not known is an error: a typing mistake must not pass. */
const configSchema = z.strictObject({
  $schema: z.string().optional(),
  tree: z.string().optional(),
  knowledge: z.array(z.string()).optional(),
  failOn: z.enum(FAIL_ON).optional(),
  rules: z.record(z.string(), z.enum(['off', 'error', 'warning', 'note'])).optional(),
  suppress: z.array(z.strictObject({
    fingerprint: z.string().regex(/^[0-9a-f]{8,}$/, 'must be at least eight characters of a fingerprint, as --format json shows it'),
    reason: z.string().min(3, 'a suppression needs a reason'),
  })).optional(),
});

const FOLDER = '.rmap-review';

/**
 * The options with what the project's own folder says: the nearest `.rmap-review` at or above the named tree or the
 * current folder. What stands on the command line wins; its headers come after the project's.
 */
export function withConfig(options: RunOptions, cwd: string): RunOptions {
  const folder = findFolder(options.tree === null ? cwd : resolve(cwd, options.tree));
  if (folder === null) return options;
  const headers = readdirSync(folder).filter((name) => name.endsWith('.h')).sort().map((name) => join(folder, name));
  const file = join(folder, 'config.json');
  const config = existsSync(file) ? readConfig(file) : {};
  const root = dirname(folder);
  return {
    ...options,
    tree: options.tree ?? (config.tree === undefined ? null : resolve(root, config.tree)),
    knowledge: [...headers, ...(config.knowledge ?? []).map((path) => resolve(root, path)), ...options.knowledge],
    failOn: options.failOnGiven ? options.failOn : config.failOn ?? options.failOn,
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

function readConfig(file: string): z.infer<typeof configSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Failure(2, `${file}: ${error instanceof Error ? error.message : 'cannot be read'}`, 'it must be one JSON object; docs/configuration.md shows one');
  }
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Failure(2, `${file}: ${issue === undefined ? 'is not a configuration' : `${issue.path.join('.') || 'top level'}: ${issue.message}`}`, 'known: tree, knowledge, failOn, rules, suppress; docs/configuration.md shows them');
  }
  const known = RULES.map(({ meta }) => meta.id);
  const wrong = Object.keys(parsed.data.rules ?? {}).find((id) => !known.includes(id));
  if (wrong !== undefined) throw new Failure(2, `${file}: rules.${wrong}: there is no such rule`, `rules: ${known.join(', ')}`);
  return parsed.data;
}
