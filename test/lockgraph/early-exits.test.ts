import { beforeAll, describe, expect, it } from 'vitest';
import { buildCfg } from '../../src/cfg/build.js';
import type { Cfg } from '../../src/cfg/cfg.js';
import { earlyExits } from '../../src/lockgraph/early-exits.js';
import { type CParser, createParser } from '../../src/parse/c/parser.js';

let c: CParser;
beforeAll(async () => {
  c = await createParser('wasm');
});

function cfg(body: string): Cfg {
  const fn = c
    .parseC('mm/x.c', `int move(struct thing *x, int n)\n{\n\tint rc = 0;\n${body}out:\n\treturn rc;\n}\n`)
    .file.functions.find((f) => f.name === 'move');
  if (fn === undefined) throw new Error('no function');
  return buildCfg(fn, { noreturn: () => false } as never).cfg;
}

const BEFORE = '\tprepare(x);\n\tif (n > 4)\n\t\trc = split(x);\n\tunmap(x);\n\tremap(x);\n';

describe('new tests that send away what went on before', () => {
  it('are told with their condition and the value', () => {
    expect(earlyExits(cfg(BEFORE), cfg(`\tif (!busy(x))\n\t\treturn -EAGAIN;\n${BEFORE}`), false)).toEqual([{ condition: '!busy(x)', value: '-EAGAIN' }]);
    expect(earlyExits(cfg(BEFORE), cfg(`\tif (x->pins) {\n\t\trc = -EBUSY;\n\t\tgoto out;\n\t}\n${BEFORE}`), false)).toEqual([
      { condition: 'x->pins', value: '-EBUSY' },
    ]);
  });

  it('are not those that succeed, that skip a call, or that only moved', () => {
    expect(earlyExits(cfg(BEFORE), cfg(`\tif (n == 0)\n\t\treturn 0;\n${BEFORE}`), false)).toEqual([]);
    expect(earlyExits(cfg(BEFORE), cfg(BEFORE.replace('\tunmap(x);\n', '\tif (n)\n\t\tunmap(x);\n')), false)).toEqual([]);
    const tested = `\tif (!busy(x))\n\t\treturn -EAGAIN;\n${BEFORE}`;
    const later = BEFORE.replace('\tif (n > 4)', '\tif (!busy(x))\n\t\treturn -EAGAIN;\n\tif (n > 4)');
    expect(earlyExits(cfg(tested), cfg(later), false)).toEqual([]);
  });
});
