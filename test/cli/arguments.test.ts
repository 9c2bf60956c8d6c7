import { describe, expect, it } from 'vitest';
import { explain, Failure } from '../../src/cli/failure.js';
import { parseFormat } from '../../src/cli/output.js';
import { parseArguments } from '../../src/cli/program.js';
import { wantsUi } from '../../src/cli/terminal.js';

const parse = (line: string) =>
  parseArguments(
    line.split(' ').filter((word) => word !== ''),
    '1.2.3',
  );
const refused = (line: string): Failure => {
  try {
    parse(line);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error(`accepted: ${line}`);
};

describe('arguments', () => {
  it('review without being told to', () => {
    expect(parse('--tree ../linux a.mbox b.patch -o out --format json')).toMatchObject({
      command: 'review',
      inputs: ['a.mbox', 'b.patch'],
      options: {
        tree: '../linux',
        output: 'out',
        format: 'json',
        all: false,
        failOn: 'warning',
        parser: 'auto',
        model: true,
        base: null,
        last: null,
        knowledge: [],
      },
    });
    expect(parse('-')).toMatchObject({ command: 'review', inputs: ['-'] });
    expect(parse('HEAD~5.. --last 3 --no-model --parser wasm --all --verbose --plain --fail-on note --base v6.1')).toMatchObject({
      inputs: ['HEAD~5..'],
      options: { last: 3, model: false, parser: 'wasm', all: true, verbose: true, plain: true, failOn: 'note', base: 'v6.1' },
    });
    expect(parse('')).toMatchObject({ command: 'review', inputs: [] });
    expect(parse('review scan')).toMatchObject({ command: 'review', inputs: ['scan'] });
    expect(parse('x --knowledge a.h --knowledge b.h')).toMatchObject({ options: { knowledge: ['a.h', 'b.h'] } });
  });

  it('reach the other commands', () => {
    expect(parse('scan mm/rmap.c --tree /t')).toMatchObject({ command: 'scan', paths: ['mm/rmap.c'], options: { tree: '/t' } });
    expect(parse('view r.json --plain')).toMatchObject({ command: 'view', report: 'r.json', options: { plain: true } });
    expect(parse('replay r.json F1 --step')).toEqual({ command: 'replay', report: 'r.json', id: 'F1', step: true });
    expect(parse('rules')).toEqual({ command: 'rules', id: null });
    expect(parse('rules lock-leak')).toEqual({ command: 'rules', id: 'lock-leak' });
    expect(parse('--version')).toEqual({ command: 'print', text: '1.2.3\n' });
  });

  it.each([
    ['--tre x', "unknown option '--tre'", '(Did you mean --tree?)'],
    ['--last none', "option '--last <N>' argument 'none' is invalid. It must be a whole number from 1 on.", 'rmap-review --help shows examples'],
    ['--parser gcc', "option '--parser <NAME>' argument 'gcc' is invalid. Allowed choices are native, wasm.", 'rmap-review --help shows examples'],
    ['replay r.json', "missing required argument 'ID'", 'rmap-review --help shows examples'],
    ['scan', "missing required argument 'PATH'", 'rmap-review --help shows examples'],
  ])('refuse %s in one line, with what to do', (line, message, hint) => {
    expect(refused(line)).toMatchObject({ exit: 2, message, hint });
  });

  it('name the formats that exist', () => {
    expect(parseFormat('terse')).toBe('terse');
    expect(() => parseFormat('xml')).toThrow('format "xml" is not known');
  });

  it('are taught by examples that are read as they stand', () => {
    const help = parse('--help');
    const text = help.command === 'print' ? help.text : '';
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    const examples = text.split('\n').flatMap((line) => /^ {2}(?:.*\| )?rmap-review (.*?)(?: {3,}.*)?$/.exec(line)?.[1] ?? []);
    expect(examples.length).toBeGreaterThan(8);
    for (const example of examples) expect(parse(example).command).not.toBe('print');
  });
});

describe('errors', () => {
  it('are one or two lines without a stack', () => {
    expect(explain(new Failure(3, 'cannot read x', 'give a file'), {})).toEqual({ text: 'rmap-review: cannot read x\n  give a file\n', exit: 3 });
    const internal = explain(new TypeError('boom\nmore'), {});
    expect(internal).toEqual({ text: 'rmap-review: internal error: boom\n  RMAP_DEBUG=1 shows where; please report it with the input\n', exit: 2 });
    expect(explain(new TypeError('boom'), { RMAP_DEBUG: '1' }).text).toMatch(/\n {4}at /);
    expect(explain(new Failure(2, 'bad \u001b[31mname'), {}).text).toBe('rmap-review: bad \\x1b[31mname\n');
  });
});

describe('the full-screen view', () => {
  const tty = { isTTY: true } as NodeJS.WriteStream;
  const plain = { format: null, output: null, plain: false };

  it.each<readonly [string, boolean, object, object]>([
    ['on a terminal', true, {}, {}],
    ['not with --format', false, { format: 'text' }, {}],
    ['not with -o', false, { output: 'x' }, {}],
    ['not with --plain', false, { plain: true }, {}],
    ['not on a dumb terminal', false, {}, { TERM: 'dumb' }],
    ['not in a build service', false, {}, { CI: 'true' }],
    ['also without colours', true, {}, { NO_COLOR: '1' }],
  ])('starts %s', (_name, wanted, given, env) => {
    expect(wantsUi({ ...plain, ...given }, tty, { TERM: 'xterm', ...env })).toBe(wanted);
  });

  it('never starts without one', () => {
    expect(wantsUi(plain, { isTTY: false } as NodeJS.WriteStream, { TERM: 'xterm' })).toBe(false);
  });
});

describe('--version', () => {
  it('alone is the program, with a number the version of the series', () => {
    expect(parse('--version')).toMatchObject({ command: 'print' });
    for (const line of ['x.mbox --version 2', '--version 2 x.mbox', '--version v2 x.mbox', 'x.mbox --version=2', 'x.mbox --series-version 2'])
      expect(parse(line)).toMatchObject({ command: 'review', inputs: ['x.mbox'], options: { seriesVersion: 2 } });
    expect(parse('x.mbox')).toMatchObject({ options: { seriesVersion: null } });
  });
});
