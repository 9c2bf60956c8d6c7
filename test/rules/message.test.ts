import { describe, expect, it } from 'vitest';
import { NAMELESS } from '../../src/cfg/print.js';
import { fillMessage } from '../../src/rules/message.js';

const LEAK = 'the {resource} on {place}, taken at line {taken}, is not put';

describe('messages', () => {
  it.each([
    ['a named object', LEAK, { resource: 'folio reference', place: 'src', taken: 7 }, 'the folio reference on src, taken at line 7, is not put'],
    [
      'an object that the code gives no name',
      LEAK,
      { resource: 'folio reference', place: NAMELESS, taken: 7 },
      'the folio reference, taken at line 7, is not put',
    ],
    ['one that the sentence is about', '{place} is used after its put', { place: NAMELESS }, 'the object is used after its put'],
    ['an argument that looks like a placeholder', '{place} stays', { place: '{taken}', taken: 7 }, '{taken} stays'],
  ])('%s', (_, template, args, said) => {
    expect(fillMessage(template, args)).toBe(said);
  });
});
