import { readFile } from 'node:fs/promises';
import { RULES } from '../rules/index.js';
import { Failure } from './failure.js';
import { print } from './output.js';

/** The list of rules, or one rule: its page with the bad and the good example, and every message it can give. */
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
  const page = await readFile(new URL(`../../docs/rules/${meta.id}.md`, import.meta.url), 'utf8').then(plain, () => '');
  await print(`${meta.id} (${meta.severity})\n${meta.summary}.\n${page === '' ? '' : `\n${page}\n`}\nmessages:\n${messages.join('\n')}\n`);
  return 0;
}

/** The page as text for a terminal: no title, code indented, emphasis without its stars, 78 columns. */
function plain(markdown: string): string {
  let code = false;
  return markdown
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line): readonly string[] => {
      if (line.startsWith('```')) {
        code = !code;
        return [];
      }
      return code ? [`    ${line}`] : folded(line.replace(/\*\*(.+?)\*\*/g, '$1').replace(/`([^`]+)`/g, '$1'));
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

function folded(line: string): readonly string[] {
  const out: string[] = [];
  let rest = line;
  while (rest.length > 78) {
    const at = rest.lastIndexOf(' ', 78);
    if (at <= 0) break;
    out.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...out, rest];
}
