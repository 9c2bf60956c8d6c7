import { RULES } from '../rules/index.js';
import { Failure } from './failure.js';
import { print } from './output.js';

/** The list of rules, or one rule with every message it can give. */
export async function rulesCommand(id: string | null): Promise<number> {
  if (id === null) {
    const width = Math.max(...RULES.map((rule) => rule.meta.id.length));
    await print(`${RULES.map(({ meta }) => `${meta.id.padEnd(width)}  ${meta.severity.padEnd(7)}  ${meta.summary}`).join('\n')}\n`);
    return 0;
  }
  const rule = RULES.find((candidate) => candidate.meta.id === id);
  if (rule === undefined) throw new Failure(2, `no rule "${id}"`, `rules: ${RULES.map((r) => r.meta.id).join(', ')}`);
  const { meta } = rule;
  const messages = Object.entries(meta.messages).map(([code, text]) => `  ${code}\n      ${text}`);
  await print(`${meta.id} (${meta.severity})\n${meta.summary}.\n\nmessages:\n${messages.join('\n')}\n\ndocs/rules/${meta.id}.md explains it.\n`);
  return 0;
}
