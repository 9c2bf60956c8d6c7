import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, fit, truncate, truncateMiddle, wrap } from '../../src/report/layout.js';
import { printable, printableJson, printableLines } from '../../src/report/printable.js';
import { HOSTILE, UNSAFE } from './hostile.js';

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...HOSTILE, 'a', ' ', '\t', '漢', 'é', '😀') }));

describe('printable', () => {
  it('lets no control character, bidi override or lone surrogate through', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = printable(text);
        expect(shown).not.toMatch(UNSAFE);
        expect(shown).not.toContain('\n');
        expect(printable(shown)).toBe(shown);
      }),
    );
  });

  it('shows what was there', () => {
    expect(printable('a\u001b[31mb')).toBe('a\\x1b[31mb');
    expect(printable('\u202eevil')).toBe('\\u{202e}evil');
    expect(printable('if (x)\u009b')).toBe('if (x)\\x9b');
  });

  it('keeps names and expands tabs to stops of eight', () => {
    expect(printable('Žofie 漢字 😀')).toBe('Žofie 漢字 😀');
    expect(printable('\tif\tx')).toBe('        if      x');
    expect(printableLines('a\r\nb\rc')).toEqual(['a', 'b\\x0dc']);
  });

  it('makes JSON safe without changing its value', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = printableJson(JSON.stringify({ text }));
        expect(json).not.toMatch(UNSAFE);
        expect(JSON.parse(json)).toEqual({ text });
      }),
    );
  });
});

describe('layout', () => {
  it('never makes a line wider than asked and loses no visible character', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 10, max: 60 }), (text, width) => {
        const safe = printable(text);
        const lines = wrap(safe, width, '  ');
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(safe.replaceAll(' ', ''));
        expect(displayWidth(fit(safe, width))).toBe(width);
        expect(displayWidth(truncateMiddle(safe, width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('counts wide and combining characters', () => {
    expect(displayWidth('漢字')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(truncate('漢字漢字', 5)).toBe('漢字…');
  });
});
