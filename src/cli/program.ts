import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { FAIL_ON, type FailOn } from '../report/index.js';
import { NO_POLICY, type Policy } from '../report/policy.js';
import { Failure } from './failure.js';
import { HELP, REVIEW_EXAMPLES } from './help.js';
import type { ModelOptions } from './model.js';
import { FORMATS } from './output.js';
import { addTeaching } from './teach.js';
import { addWorkflow, type Work } from './workflow.js';

/** The options that say how a report is shown. Values as given; `format` null means "decide by the terminal". */
export interface ShowOptions {
  readonly format: string | null;
  readonly output: string | null;
  readonly all: boolean;
  readonly verbose: boolean;
  readonly failOn: FailOn;
  /** It stood on the command line. */
  readonly failOnGiven: boolean;
  readonly plain: boolean;
  readonly tree: string | null;
  /** `nipa`: 1 fails, 250 warns, as netdev's checks end. */
  readonly exit: 'plain' | 'nipa';
}

export interface RunOptions extends ShowOptions {
  readonly base: string | null;
  readonly last: number | null;
  /** `--version N`: the version of the series to review; null is the newest complete one. */
  readonly seriesVersion: number | null;
  /** `--since N`: an earlier version to compare with; null is none. */
  readonly since: number | null;
  readonly parser: 'native' | 'wasm' | 'auto';
  readonly model: boolean;
  readonly knowledge: readonly string[];
  readonly policy: Policy;
}

/** What was asked for: the command line, read. */
export type Request =
  | { readonly command: 'review'; readonly inputs: readonly string[]; readonly options: RunOptions }
  | { readonly command: 'scan'; readonly paths: readonly string[]; readonly options: RunOptions }
  | { readonly command: 'view'; readonly report: string; readonly options: ShowOptions }
  | { readonly command: 'replay'; readonly report: string; readonly id: string; readonly step: boolean }
  | { readonly command: 'explain'; readonly report: string; readonly id: string; readonly promela: string | null }
  | { readonly command: 'model'; readonly file: string; readonly options: ModelOptions }
  | { readonly command: 'rules'; readonly id: string | null }
  | {
      readonly command: 'recover';
      readonly inputs: readonly string[];
      readonly options: { readonly output: string | null; readonly tree: string | null; readonly base: string | null };
    }
  | { readonly command: 'work'; readonly run: Work }
  | { readonly command: 'print'; readonly text: string };

/** Reads the arguments; throws a `Failure` with exit status 2 when they make no sense. */
export function parseArguments(argv: readonly string[], version: string): Request {
  let request: Request | null = null;
  let out = '';
  let err = '';
  const program = new Command('rmap-review');
  program.exitOverride().configureOutput({
    writeOut: (text) => {
      out += text;
    },
    writeErr: (text) => {
      err += text;
    },
  });
  program.version(version, '-V, --version').helpCommand(false).enablePositionalOptions().helpOption('-h, --help');
  program.configureHelp({ formatHelp: (cmd, helper) => (cmd === program ? HELP : Object.getPrototypeOf(helper).formatHelp.call(helper, cmd, helper)) });

  const review = runOptions(showOptions(program.command('review', { isDefault: true }).argument('[INPUT...]').description('review a patch series')));
  review.addHelpText('after', REVIEW_EXAMPLES).action((inputs: string[], raw: Raw) => {
    request = { command: 'review', inputs, options: readRun(raw) };
  });
  const scan = runOptions(showOptions(program.command('scan').argument('<PATH...>').description('every function as it stands')));
  scan.action((paths: string[], raw: Raw) => {
    request = { command: 'scan', paths, options: readRun(raw) };
  });
  const view = showOptions(program.command('view').argument('<REPORT.json>').description('show a saved report; - reads standard input'));
  view.action((report: string, raw: Raw) => {
    request = { command: 'view', report, options: readShow(raw) };
  });
  program
    .command('replay')
    .argument('<REPORT.json>')
    .argument('<ID>')
    .description('replay a confirmed finding')
    .option('--step', 'one step a line, with the cells it changed')
    .action((report: string, id: string, raw: Raw) => {
      request = { command: 'replay', report, id, step: raw.step === true };
    });
  program
    .command('explain')
    .argument('<REPORT.json>')
    .argument('<ID>')
    .description('tell a finding: the story, the CPUs side by side, what it rests on')
    .option('--promela <FILE>', 'write the program for SPIN; - is standard output')
    .action((report: string, id: string, raw: Raw) => {
      request = { command: 'explain', report, id, promela: raw.promela ?? null };
    });
  program
    .command('model')
    .argument('<FILE.c>')
    .description('run a scenario written in C (docs/model.md)')
    .option(
      '-D, --define <NAME>',
      'define NAME for its #ifdef; may be given again',
      (name: string, before: readonly string[]) => [...before, name],
      [] as readonly string[],
    )
    .option('--check', 'run all variants that its "expect" lines name')
    .option('--step', 'also what each step changed')
    .option('--promela <FILE>', 'write it for SPIN; - is standard output')
    .option('--json', 'verdict, trace and program')
    .action((file: string, raw: Raw) => {
      request = {
        command: 'model',
        file,
        options: { defined: raw.define ?? [], check: raw.check === true, step: raw.step === true, promela: raw.promela ?? null, json: raw.json === true },
      };
    });
  program
    .command('rules')
    .argument('[ID]')
    .description('list the rules, or show one')
    .action((id: string | undefined) => {
      request = { command: 'rules', id: id ?? null };
    });
  program
    .command('recover')
    .argument('<FILE...>')
    .description('write a damaged patch anew, and how sure each hunk is')
    .option('-o, --output <FILE>', 'write the patch there instead of standard output')
    .option('--tree <DIR>', 'kernel tree: a git work tree or a folder of sources')
    .option('--base <REV>', 'the commit the patch applies to')
    .action((inputs: string[], raw: Raw) => {
      request = { command: 'recover', inputs, options: { output: raw.output ?? null, tree: raw.tree ?? null, base: raw.base ?? null } };
    });
  addTeaching(program, HELP, (run) => {
    request = { command: 'work', run };
  });
  addWorkflow(program, {
    set: (run) => {
      request = { command: 'work', run };
    },
    withRun: (command) => runOptions(showOptions(command)),
    readRun: (raw) => readRun(raw as Raw),
  });

  try {
    program.parse(withSeriesVersion(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { command: 'print', text: out };
    const [first, ...rest] = (err || error.message).trim().split('\n');
    throw new Failure(2, (first ?? '').replace(/^error: /, ''), rest.length > 0 ? rest.join(' ') : 'rmap-review --help shows examples');
  }
  return request ?? { command: 'print', text: HELP };
}

/** `--version` alone is the program's; with a number it is the series'. */
function withSeriesVersion(argv: readonly string[]): string[] {
  return argv.flatMap((arg, i) => {
    if (arg === '--version' && /^v?\d/.test(argv[i + 1] ?? '')) return ['--series-version'];
    if (arg.startsWith('--version=')) return [`--series-version=${arg.slice(10).replace(/^v/, '')}`];
    return [argv[i - 1] === '--version' && /^v\d/.test(arg) ? arg.slice(1) : arg];
  });
}

/** Options as commander stores them. */
interface Raw {
  readonly format?: string;
  readonly output?: string;
  readonly all?: boolean;
  readonly verbose?: boolean;
  readonly failOn?: FailOn;
  readonly plain?: boolean;
  readonly tree?: string;
  readonly base?: string;
  readonly last?: number;
  readonly seriesVersion?: number;
  readonly since?: number;
  readonly parser?: 'native' | 'wasm';
  readonly model?: boolean;
  readonly knowledge?: readonly string[];
  readonly step?: boolean;
  readonly exit?: 'plain' | 'nipa';
  readonly define?: readonly string[];
  readonly check?: boolean;
  readonly promela?: string;
  readonly json?: boolean;
}

function showOptions(command: Command): Command {
  return command
    .option('--format <FORMAT>', `${FORMATS.join(', ')} (default: the full-screen view on a terminal, else text)`)
    .option('-o, --output <FILE>', 'write there instead of standard output')
    .option('--all', 'also what was there before the series, and what it fixes')
    .option('--verbose', 'also contracts, interleavings and every gap')
    .addOption(new Option('--fail-on <SEVERITY>', 'exit with 1 from this severity on (default: warning)').choices(FAIL_ON))
    .addOption(new Option('--exit <STYLE>', 'exit statuses: nipa ends with 250 for a warning').choices(['plain', 'nipa']).default('plain'))
    .option('--plain', 'text without colours, never the full-screen view')
    .option('--tree <DIR>', 'kernel tree: a git work tree or a folder of sources');
}

function runOptions(command: Command): Command {
  return command
    .option('--base <REV>', 'the commit the series applies to')
    .option('--last <N>', 'review the last N commits of the tree', positive)
    .option('--series-version <N>', 'of several versions of a series, review this one (also --version N)', positive)
    .option('--since <N>', 'also say what is different from version N of the series, if the input holds it', versionNumber)
    .addOption(new Option('--parser <NAME>', 'C parser (default: native when it loads)').choices(['native', 'wasm']))
    .option(
      '--knowledge <FILE>',
      'more annotated C headers; may be given again',
      (file: string, before: readonly string[]) => [...before, file],
      [] as readonly string[],
    )
    .option('--no-model', 'no verdicts: findings are not checked by the executable model');
}

/** "2" or "v2". */
function versionNumber(text: string): number {
  return positive(text.replace(/^v/, ''));
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
}

function readShow(raw: Raw): ShowOptions {
  return {
    format: raw.format ?? null,
    output: raw.output ?? null,
    all: raw.all === true,
    verbose: raw.verbose === true,
    failOn: raw.failOn ?? 'warning',
    failOnGiven: raw.failOn !== undefined,
    plain: raw.plain === true,
    tree: raw.tree ?? null,
    exit: raw.exit ?? 'plain',
  };
}

function readRun(raw: Raw): RunOptions {
  return {
    ...readShow(raw),
    base: raw.base ?? null,
    last: raw.last ?? null,
    seriesVersion: raw.seriesVersion ?? null,
    since: raw.since ?? null,
    parser: raw.parser ?? 'auto',
    model: raw.model !== false,
    knowledge: raw.knowledge ?? [],
    policy: NO_POLICY,
  };
}
