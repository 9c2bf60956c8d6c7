import { writeFileSync } from 'node:fs';
import { readSources } from '../host/input.js';
import { findTree, openTree } from '../host/tree.js';
import { assemble } from '../parse/assemble.js';
import type { Gap } from '../parse/gap.js';
import { readInput } from '../parse/mail/read-input.js';
import { type RecoveredPatch, recoverPatches } from '../parse/recover.js';
import { printable } from '../report/index.js';
import { Failure } from './failure.js';
import { print } from './output.js';

export interface RecoverOptions {
  /** Null is standard output; then the account of what was restored goes to standard error. */
  readonly output: string | null;
  readonly tree: string | null;
  readonly base: string | null;
}

/**
 * Writes the patches of a damaged mail anew and says how sure each hunk is. Exit status 0: every hunk is at least
 * count-consistent; 1: some are guessed or left out; 3: nothing could be read.
 */
export async function recoverCommand(inputs: readonly string[], options: RecoverOptions): Promise<number> {
  const cwd = process.cwd();
  const dir = options.tree ?? (await findTree(cwd));
  const tree = await openTree(dir, options.base);
  if (tree.error !== null && (options.tree !== null || options.base !== null)) throw new Failure(3, tree.error);
  const { sources, problems } = await readSources(inputs, { cwd, tree: dir, last: null, stdin: readStdin });
  const [problem] = problems;
  if (sources.length === 0) throw new Failure(3, problem === undefined ? 'nothing to read' : `${problem.input}: ${problem.why}`, problem?.next ?? null);
  const messages = [];
  const gaps: Gap[] = [];
  for (const source of sources) {
    const read = await readInput(source.name, source.bytes);
    messages.push(...read.messages);
    gaps.push(...read.gaps);
  }
  const recovered: RecoveredPatch[] = [];
  const all = assemble(messages, gaps);
  for (const series of all) {
    const base = await tree.baseFor(series, all);
    gaps.push(...series.gaps, ...base.gaps);
    recovered.push(...recoverPatches(series, base.read));
  }
  if (recovered.length === 0) throw new Failure(3, `no patch could be read: ${gaps[0]?.why ?? 'the input holds none'}`);
  const text = recovered.map((r) => r.text).join('');
  const account = accountOf(recovered, tree.kind === 'none', gaps);
  if (options.output === null || options.output === '-') {
    process.stderr.write(account);
    // A person's terminal gets nothing that could steer it; a pipe gets every byte.
    await print(process.stdout.isTTY === true ? `${text.split('\n').map(printable).join('\n')}` : text);
  } else {
    try {
      writeFileSync(options.output, text);
    } catch (error) {
      throw new Failure(2, `cannot write ${options.output}: ${error instanceof Error ? error.message : 'unknown reason'}`);
    }
    await print(account);
  }
  const weak = recovered.some((r) => r.files.length === 0 || r.files.some((f) => f.certainty === 'guessed' || f.certainty === 'refused'));
  return weak ? 1 : 0;
}

/** One line per hunk, then what is missing. */
function accountOf(recovered: readonly RecoveredPatch[], treeless: boolean, gaps: readonly Gap[]): string {
  const out: string[] = [];
  const counts = new Map<string, number>();
  for (const { patch, files } of recovered) {
    out.push(`${patch.index}. ${patch.subject}`);
    for (const file of files) {
      out.push(`   ${file.path}`);
      for (const h of file.hunks) {
        counts.set(h.certainty, (counts.get(h.certainty) ?? 0) + 1);
        const put = h.inferred === 0 ? '' : `, ${h.inferred} ${h.inferred === 1 ? 'line' : 'lines'} put back`;
        out.push(
          `     ${h.header.padEnd(26)} ${h.certainty}${put}${h.placed || h.certainty === 'intact' || h.certainty === 'refused' ? '' : ', white space not restored'}${h.certainty === 'refused' ? ', left out' : ''}`,
        );
      }
    }
  }
  out.push(`${[...counts].map(([c, n]) => `${n} ${c}`).join(', ')}${treeless ? ' (no tree: --tree DIR restores context and white space)' : ''}`);
  const whys = [...new Set(gaps.filter((g) => g.stage === 'parse').map((g) => `${g.file === '' ? '' : `${g.file}: `}${g.why}`))];
  for (const why of whys.slice(0, 20)) out.push(`- ${why}`);
  if (whys.length > 20) out.push(`- and ${whys.length - 20} more`);
  return `${out.map(printable).join('\n')}\n`;
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
