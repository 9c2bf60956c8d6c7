import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readSources } from '../host/input.js';
import { git } from '../host/git.js';
import { assemble } from '../parse/assemble.js';
import { readInput } from '../parse/mail/read-input.js';
import type { Patch } from '../parse/series.js';
import { agentFiles, type AgentPatch, renderB4, renderB4Terse, renderB4Trouble } from '../report/b4.js';
import { plural } from '../report/index.js';
import { Failure } from './failure.js';
import { print } from './output.js';
import type { RunOptions } from './program.js';
import { runReview } from './run.js';

/**
 * b4's check commands: a mail on standard input, the tree around us, the answer on standard output. A check that could
 * not run says so as a warning and ends with 0, because b4 takes any other status for the patch's fault.
 */
export async function b4Check(options: RunOptions, terse: boolean, version: string): Promise<number> {
  try {
    const report = await runReview(['-'], options, version);
    if (report.series.patches.length === 0) throw new Failure(3, report.gaps[0]?.why ?? 'no patch in the mail');
    await print(terse ? renderB4Terse(report) : renderB4(report));
    return 0;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    // A cover letter, or a mail without C, is nothing to warn about.
    const nothing = error instanceof Failure && error.exit === 3 && /no diff|no patch/.test(why);
    if (terse) {
      if (!nothing) await print(`rmap-review: not checked: ${why}\n`);
    } else await print(nothing ? '[]\n' : renderB4Trouble(why));
    return 0;
  }
}

/** Writes b4's agent review of a series into the repository's `b4-review` folder for the commit at HEAD, or into `output`. */
export async function b4Agent(inputs: readonly string[], options: RunOptions, version: string): Promise<number> {
  const cwd = options.tree ?? process.cwd();
  const [head, dir] = await Promise.all([git(cwd, ['rev-parse', 'HEAD']), git(cwd, ['rev-parse', '--absolute-git-dir'])]);
  if (options.output === null && (head.code !== 0 || dir.code !== 0))
    throw new Failure(2, 'there is no git repository with a commit here', 'run it inside the tree that b4 review uses, or name a folder with -o');
  const folder = options.output ?? join(dir.out.toString('utf8').trim(), 'b4-review', head.out.toString('latin1').trim());
  const stdin = inputs.includes('-') ? await readAll() : null;
  const sources = await readSources(inputs, { cwd: process.cwd(), tree: options.tree, last: options.last, stdin: async () => stdin ?? new Uint8Array() });
  const read = [];
  for (const source of sources.sources) read.push(await readInput(source.name, source.bytes));
  const [series] = assemble(
    read.flatMap((r) => r.messages),
    [],
  );
  if (series === undefined || series.patches.length === 0) throw new Failure(3, sources.problems[0]?.why ?? 'no patch was found in the input');
  if (inputs.includes('-')) throw new Failure(2, 'an agent review needs files or a range', 'rmap-review b4-agent HEAD~3.. or b4-agent series.mbox');
  const report = await runReview(inputs, options, version);
  await mkdir(folder, { recursive: true });
  const files = agentFiles(report, series.patches.map(quotable));
  for (const file of files) await writeFile(join(folder, file.name), file.text);
  await print(`wrote ${plural(files.length, 'file')} to ${resolve(folder)}\n`);
  return 0;
}

/** The lines of the mail from its first diff to its signature, as they came. */
function quotable(patch: Patch): AgentPatch {
  const lines = patch.message.body.split('\n');
  const from = lines.findIndex((line) => line.startsWith('diff --git ') || line.startsWith('Index: ') || /^--- \S/.test(line));
  const rest = from < 0 ? [] : lines.slice(from);
  const end = rest.indexOf('-- ');
  const diff = end < 0 ? rest : rest.slice(0, end);
  while (diff.length > 0 && diff.at(-1) === '') diff.pop();
  return { index: patch.index, diff };
}

async function readAll(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
