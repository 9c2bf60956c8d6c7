import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));
const patches = join(projectRoot, 'fixtures', 'patches');

/** What a fixture says must be found in it; `expect.json` beside its mails. */
export interface Expectation {
  /** One sentence: the shape that this case is about. */
  readonly about: string;
  /** A `bad-*` case guards soundness (a miss is a bug), an `ok-*` case precision (an alarm is one). */
  readonly guards: 'soundness' | 'precision';
  /** Functions that must be analysed: without them, silence would prove nothing. */
  readonly functions: readonly string[];
  /** Exactly these findings of severity error or warning, in any order. */
  readonly findings: readonly { readonly rule: string; readonly function: string; readonly status: string }[];
  /** The rest of its base is the tree that is asked what others do. */
  readonly tree?: boolean;
  /** Rules that may speak too, about the same functions, since they describe the same mistake. */
  readonly also: readonly string[];
}

export interface Fixture {
  /** "lock-leak/bad-error-path". */
  readonly name: string;
  readonly dir: string;
  readonly mbox: string;
  readonly base: string;
  readonly expect: Expectation;
}

/** Every case under fixtures/patches, sorted by name: `<rule>/<case>`, and `demo`. */
export function allFixtures(): readonly Fixture[] {
  const names = readdirSync(patches).flatMap((rule) =>
    existsSync(join(patches, rule, 'series.mbox')) ? [rule] : readdirSync(join(patches, rule)).map((one) => `${rule}/${one}`),
  );
  return names.sort().map((name) => {
    const dir = join(patches, name);
    const read = JSON.parse(readFileSync(join(dir, 'expect.json'), 'utf8')) as Omit<Expectation, 'also'> & { readonly also?: readonly string[] };
    return { name, dir, mbox: join(dir, 'series.mbox'), base: join(dir, 'base'), expect: { ...read, also: read.also ?? [] } };
  });
}
