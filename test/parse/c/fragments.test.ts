import { describe, expect, it } from 'vitest';
import { body } from './compact.js';
import { wasm } from './parsers.js';

/** Lines of a hunk at a line number, its section above it. */
function shown(...hunks: readonly { line: number; section: string; text: string }[]): string {
  const lines: string[] = [];
  for (const hunk of hunks) {
    while (lines.length < hunk.line - 2) lines.push('');
    lines.push(hunk.section);
    lines.push(...hunk.text.split('\n'));
  }
  return `${lines.join('\n')}\n`;
}

function read(text: string) {
  return wasm.parseFragments('a.c', text).file.functions.map((f) => [f.name, body(f).replace(/__unseen_\d+/g, '__unseen')]);
}

describe('fragments', () => {
  it('keeps the name above a hunk that begins with blank lines', () => {
    expect(read(shown({ line: 100, section: 'static int move(struct page *page)', text: '\n\n\n\tlock(page);\n\tunlock(page);' }))).toEqual([
      ['move', '¿…? lock(page); unlock(page); ¿…?'],
    ]);
  });

  it('joins the hunks of one function, with a gap before, between and after', () => {
    const text = shown(
      { line: 100, section: 'static int move(struct page *page, int mode,', text: '\tif (!anon_vma)\n\t\tgoto out;\n\tlock(anon_vma);' },
      { line: 140, section: 'static int move(struct page *page, int mode,', text: '\tunlock(anon_vma);\nout:\n\treturn rc;\n}' },
    );
    expect(read(text)).toEqual([['move', '¿…? if !anon_vma goto out; lock(anon_vma); ¿…? unlock(anon_vma); out: return rc;']]);
    const { file, gaps } = wasm.parseFragments('a.c', text);
    const fn = file.functions[0]!;
    expect([fn.line, fn.endLine, fn.damaged, fn.params.map((p) => p.name)]).toEqual([99, 142, false, ['page', 'mode']]);
    expect(fn.body!.body[1]!.line).toBe(100);
    expect(gaps.map((g) => [g.function, g.why])).toEqual([['move', 'only lines 100-102, 140-142 of this function are shown']]);
  });

  it('reads whole functions as usual, beside cut ones', () => {
    const text = shown({ line: 20, section: 'void a(void)', text: '\tx();\n}\n\nstatic int b(int c)\n{\n\treturn c;\n}\n\nint d(struct e *f)\n{\n\tg(f);' });
    expect(read(text)).toEqual([
      ['a', '¿…? x();'],
      ['b', 'return c;'],
      ['d', 'g(f); ¿…?'],
    ]);
  });

  it.each([
    ['\t\tx();\n\t} else {\n\t\ty();\n\t}\n\tz();', 'if __unseen { ¿…? x(); } else { y(); } z();'],
    ['\t\tx();\n\t}\n\tz();', 'if __unseen { ¿…? x(); } z();'],
    ['\t\tif (a)\n\t\t\tbreak;\n\t}\n\tz();', 'while __unseen { ¿…? if a break; } z();'],
    [
      '\tcase A:\n\t\tx();\n\t\tbreak;\n\tdefault:\n\t\ty();\n\t}\n\tz();',
      'switch __unseen { case __unseen_case: ¿…? case A: x(); break; default: y(); } z();',
    ],
    ['\t\tx();\n\t} while (b);\n\tz();', 'do { ¿…? x(); } while b; z();'],
    ['\tif (a) {\n\t\twhile (b) {\n\t\t\tx();', 'if a { while b { x(); ¿…? } ¿…? }'],
    ['\t\t b, c);\n\tx();\n\ty(a,', 'x();'],
    ['\t    && b)\n\t\tx();\n\ty();', 'if __unseen x(); y();'],
    ['\t\tx();\n\telse\n\t\ty();', 'if __unseen x(); else y();'],
    ['\t * comment\n\t */\n\tx();\n\t/* more', 'x();'],
    ['\tx();\n\tif (a)', 'x(); if a {  }'],
    ['\tx();\n\tz = a +', 'x();'],
  ])('balances %j', (text, expected) => {
    expect(read(shown({ line: 50, section: 'int f(void)', text }))).toEqual([['f', `¿…? ${expected} ¿…?`]]);
  });

  it('does not take a struct, a table or a macro for code', () => {
    expect(
      read(
        shown(
          { line: 30, section: 'struct page {', text: '\tint a;\n\tint b;\n};' },
          { line: 60, section: 'static const struct x y = {', text: '\t.a = f(1),\n\t.b = g,\n};' },
          { line: 90, section: '', text: '#define m(x) \\\n\tdo { \\\n\t\tf(x); \\\n\t} while (0)\n' },
        ),
      ),
    ).toEqual([['m', 'do { f(x); } while 0;']]);
  });

  it('reads mails that lost their indentation', () => {
    const text = shown(
      {
        line: 20,
        section: 'static void undo(struct folio *src,',
        text: 'struct list_head *ret)\n{\nif (mapped)\n restore(src, src,\n locked ? A : 0);\n/* a comment that the hunk cuts',
      },
      { line: 50, section: 'static int move(new_folio_t get,', text: '* its end\n*/\ngoto out;\n}\nwait(src);\n}\n\nint next(void)\n{\nreturn 1;\n}' },
    );
    expect(read(text)).toEqual([
      ['undo', 'if mapped restore(src, src, (locked ? A : 0)); ¿…?'],
      ['move', '¿…? if __unseen { ¿…? goto out; } wait(src);'],
      ['next', 'return 1;'],
    ]);
  });

  it('reads a system call as a definition, and leaves out the head of the next', () => {
    const text = shown({
      line: 20,
      section: 'static int before(int a)',
      text: '\treturn a;\n}\n\nSYSCALL_DEFINE1(fresh, int, fd)\n{\n\treturn fd;\n}\n\nSYSCALL_DEFINE2(next, int, fd,\n\t\tunsigned int, flags)',
    });
    expect(read(text)).toEqual([
      ['before', '¿…? return a;'],
      ['fresh', 'return fd;'],
    ]);
  });

  it('gives a hunk to the function that the patch put around it', () => {
    const text = shown(
      { line: 20, section: 'void old(int a)', text: '\tx();\n}\n\nvoid fresh(int a)\n{\n\ty();' },
      { line: 60, section: 'void old(int a)', text: '\tz();' },
    );
    expect(read(text)).toEqual([
      ['old', '¿…? x();'],
      ['fresh', 'y(); ¿…? z(); ¿…?'],
    ]);
  });

  it('does not let half a conditional group reach into another function', () => {
    const text = shown(
      { line: 20, section: 'void a(void)', text: '\tx();\n#ifdef CONFIG_A\n\ty();' },
      { line: 60, section: 'void b(void)', text: '\tz();\n#else\n\tw();\n#endif\n#ifdef B\n\tv();\n#endif' },
    );
    expect(read(text)).toEqual([
      ['a', '¿…? x(); y(); ¿…?'],
      ['b', '¿…? z(); w(); #if B [ v(); ] ¿…?'],
    ]);
  });

  it('keeps code under a name of its own when nothing says whose it is', () => {
    const text = `${'\n'.repeat(40)}\tlock(a);\n\tif (b)\n\t\tgoto out;\n`;
    expect(read(text)).toEqual([['fragment_1', '¿…? lock(a); if b goto out; ¿…?']]);
  });
});
