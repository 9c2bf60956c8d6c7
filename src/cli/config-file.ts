import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { FAIL_ON } from '../report/index.js';
import { RULES } from '../rules/index.js';
import { Failure } from './failure.js';

/** `.rmap-review/config.json`; docs/configuration.md explains it. A key that is not known is an error: a typing mistake must not pass. */
const configSchema = z.strictObject({
  $schema: z.string().optional(),
  tree: z.string().optional(),
  knowledge: z.array(z.string()).optional(),
  failOn: z.enum(FAIL_ON).optional(),
  rules: z.record(z.string(), z.enum(['off', 'error', 'warning', 'note'])).optional(),
  suppress: z
    .array(
      z.strictObject({
        fingerprint: z.string().regex(/^[0-9a-f]{8,}$/, 'must be at least eight characters of a fingerprint, as --format json shows it'),
        reason: z.string().min(3, 'a suppression needs a reason'),
      }),
    )
    .optional(),
});

/** Ends the run with exit status 2 where the file is no configuration. */
export function readConfig(file: string): z.infer<typeof configSchema> {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Failure(
      2,
      `${file}: ${error instanceof Error ? error.message : 'cannot be read'}`,
      'it must be one JSON object; docs/configuration.md shows one',
    );
  }
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Failure(
      2,
      `${file}: ${issue === undefined ? 'is not a configuration' : `${issue.path.join('.') || 'top level'}: ${issue.message}`}`,
      'known: tree, knowledge, failOn, rules, suppress; docs/configuration.md shows them',
    );
  }
  const known = RULES.map(({ meta }) => meta.id);
  const wrong = Object.keys(parsed.data.rules ?? {}).find((id) => !known.includes(id));
  if (wrong !== undefined) throw new Failure(2, `${file}: rules.${wrong}: there is no such rule`, `rules: ${known.join(', ')}`);
  return parsed.data;
}
