import { describe, expect, it } from 'vitest';
import type { CFunction } from '../../../src/parse/c/ast.js';
import { outline } from '../../../src/parse/c/outline.js';
import { attributes, body, expr, type } from './compact.js';
import { wasm } from './parsers.js';

function read(text: string) {
  const { file, gaps } = wasm.parseC('a.c', text);
  expect(gaps).toEqual([]);
  return file;
}

function signature(f: CFunction): string {
  return `${f.kind} ${f.static ? 'static ' : ''}${f.inline ? 'inline ' : ''}${type(f.returns)} ${f.name}(${f.params.map((p) => `${type(p.type)} ${p.name}`.trim()).join(', ')}${f.variadic ? ', ...' : ''}) ${attributes(f.attributes)}`.trim();
}

describe('functions', () => {
  it.each([
    ['static int __init f(void) { }', 'function static int f() __init'],
    [
      'static noinline_for_stack bool f(struct page *page, char __user *buf, ...) { }',
      'function static bool f(struct page* page, char* buf, ...) noinline_for_stack',
    ],
    ['STATIC const char *f(int (*cb)(struct a *x), u8 *v[]) { }', 'function char* f(int ()* cb, u8*[] v) STATIC'],
    ['EXPORT_FOR_TESTS\nstatic inline __must_check struct folio *f(void) { }', 'function static inline struct folio* f() EXPORT_FOR_TESTS __must_check'],
    [
      'void f(struct x *p)\n\t__acquires(&p->lock)\n\t__must_hold(p->a[1].lock) __foo\n{ }',
      'function void f(struct x* p) __acquires(&p->lock) __must_hold(p->a[1].lock) __foo',
    ],
    ['__printf(1, 2) __cold void f(const char *fmt, ...) { }', 'function void f(char* fmt, ...) __printf(?, ?) __cold'],
    [
      'int f(void) __since(6.4) __returns_locked(nonnull, shared) __cond_acquires(0, *ptlp) __or(A|B);',
      'prototype int f() __since(6.4) __returns_locked(nonnull, shared) __cond_acquires(0, *ptlp) __or((A | B))',
    ],
    ['int __f(int a) __word(a) __word2(a);', 'prototype int __f(int a) __word(a) __word2(a)'],
    [
      'static inline struct x * __must_check __f(struct x *x) __one(x) __two(x, 1) { }',
      'function static inline struct x* __f(struct x* x) __must_check __one(x) __two(x, 1)',
    ],
    ['int __word(2) f(int a) __two(a);', 'prototype int f(int a) __word(2) __two(a)'],
    [
      'extern pte_t *g(struct mm_struct *, pmd_t *pmd, spinlock_t **ptlp) __attribute__((pure));',
      'prototype pte_t* g(struct mm_struct*, pmd_t* pmd, spinlock_t** ptlp) __attribute__(?)',
    ],
    ['SYSCALL_DEFINE3(mbind, unsigned long, start, const char __user *, nodes, u32, n)\n{ }', 'function long mbind(unsigned long start, char* nodes, u32 n)'],
    ['SYSCALL_DEFINE0(sync)\n{ }', 'function long sync()'],
    ['COMPAT_SYSCALL_DEFINE1(x, compat_ulong_t, a) { }', 'function long compat_sys_x(compat_ulong_t a)'],
    ['void (*f(int a))(void) { }', 'function void ()* f(int a)'],
  ])('%s', (source, expected) => {
    expect(read(source).functions.map(signature)).toEqual([expected]);
  });

  it('gives the lines of the original text', () => {
    const file = read('/* é\n */\nstatic int\nf(int a)\n{\n\tif (a)\n\t\treturn g(a,\n\t\t\t h());\n\n\treturn 0;\n}\n');
    const f = file.functions[0]!;
    expect([f.line, f.endLine, f.body!.line]).toEqual([3, 11, 5]);
    const test = f.body!.body[0]!;
    expect([test.line, f.body!.body[1]!.line]).toEqual([6, 10]);
    expect(test.k === 'if' && test.then.k === 'return' && test.then.value?.k === 'call' && test.then.value.args[1]!.line).toBe(8);
  });

  it('names the conditions around a definition, outermost first, but not an include guard', () => {
    const file = read(
      '#ifndef _X_H\n#define _X_H\n#ifdef CONFIG_A\n#if defined(CONFIG_B) || C > 2\nint f(void) { }\n#else\nint f(void) { }\n#endif\n#elif IS_ENABLED(CONFIG_D)\nint f(void) { }\n#endif\n#ifdef __KERNEL__\nint g(void) { }\n#endif\n#if 0\nint h(void) { }\n#endif\n#endif\n',
    );
    expect(file.functions.map((f) => [f.name, ...f.config])).toEqual([
      ['f', 'CONFIG_A', 'CONFIG_B || C > 2'],
      ['f', 'CONFIG_A', '!(CONFIG_B || C > 2)'],
      ['f', '!CONFIG_A', 'CONFIG_D'],
      ['g'],
    ]);
  });

  it('reads both headers of a function whose header an #if splits', () => {
    const file = read('#ifdef A\nint f(int a)\n#else\nint f(int a, int b)\n#endif\n{\n\treturn a;\n}\nint g(void) { }\n');
    expect(file.functions.map((f) => [f.name, f.variant, f.params.length])).toEqual([
      ['f', 0, 1],
      ['f', 1, 2],
      ['g', 0, 0],
    ]);
  });

  it('leaves out the bodies that nobody wants, and still finds everything', () => {
    const text = 'int f(void)\n{\n\treturn g((((;\n}\n#define m(x) (x)\nint g(void)\n{\n\treturn 1;\n}\n';
    const asked: string[] = [];
    const { file, gaps } = wasm.parseC('a.c', text, (name, line, endLine) => {
      asked.push(`${name} ${line}-${endLine}`);
      return name === 'g';
    });
    expect(gaps).toEqual([]);
    expect(file.functions.map((f) => [f.name, body(f)])).toEqual([
      ['f', 'null'],
      ['m', 'null'],
      ['g', 'return 1;'],
    ]);
    expect(asked.sort()).toEqual(['f 1-4', 'g 6-9', 'm 5-5']);
    expect(outline(text)).toEqual([
      { name: 'f', line: 1, endLine: 4 },
      { name: 'g', line: 6, endLine: 9 },
    ]);
  });
});

describe('macros', () => {
  it.each([
    ['#define f(a, b) ((a)->x + (b))', 'return (a->x + b);'],
    ['#define f(x) do {\t\\\n\tlock(&(x)->l);\t\\\n\tunlock(x); \\\n} while (0)', 'do { lock(&x->l); unlock(x); } while 0;'],
    ['#define f(x) ({ int r = g(x); r; })', 'int r = g(x); return r;'],
    ['#define f(x) if (x) g(x); else h(x)', 'if x g(x); else h(x);'],
    ['#define f(pos, head) for (pos = first(head); pos; pos = next(pos))', 'for ((pos = first(head)); pos; (pos = next(pos))) {  }'],
    ['#define f(fmt, ...) printk(fmt, ##__VA_ARGS__)', 'return printk(fmt, __VA_ARGS__);'],
    ['#define f(p) container_of(p, struct foo, bar)', 'return container_of(p, «struct foo», bar);'],
  ])('%s', (source, expected) => {
    const [f] = read(`int a;\n${source}\nint b;\n`).functions;
    expect([f?.kind, f?.line, body(f)]).toEqual(['macro', 2, expected]);
  });

  it('makes functions of the macros that declare scopes', () => {
    const file = read(
      [
        'DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))',
        'DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())',
        'DEFINE_LOCK_GUARD_1(spin, spinlock_t,\n\tspin_lock(_T->lock),\n\tspin_unlock(_T->lock))',
        'DEFINE_FREE(put, struct page *, if (_T) put_page(_T))',
        'DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))',
        'DEFINE_CLASS(fd, struct fd, fdput(_T), fdget(n), int n)',
        'DEFINE_OTHER(a, b)',
        'int x;',
      ].join('\n'),
    );
    expect(file.functions.map((f) => [f.kind, `${f.name}(${f.params.map((p) => p.name).join()})`, body(f), f.line])).toEqual([
      ['macro', 'class_mutex_constructor(_T)', 'mutex_lock(_T); return _T;', 1],
      ['macro', 'class_mutex_destructor(_T)', 'if _T { mutex_unlock(_T); }', 1],
      ['macro', 'class_rcu_constructor()', 'rcu_read_lock();', 2],
      ['macro', 'class_rcu_destructor()', 'rcu_read_unlock();', 2],
      ['macro', 'class_spin_constructor(_T)', 'spin_lock(_T); return _T;', 3],
      ['macro', 'class_spin_destructor(_T)', 'if _T { spin_unlock(_T); }', 3],
      ['macro', '__free_put(_T)', 'if _T put_page(_T);', 6],
      ['macro', 'class_mutex_try_constructor(_T)', 'return (mutex_trylock(_T) ? _T : NULL=0);', 7],
      ['macro', 'class_fd_constructor(n)', 'return fdget(n);', 8],
      ['macro', 'class_fd_destructor(_T)', 'fdput(_T);', 8],
    ]);
  });

  it('leaves out what is no code, without a gap', () => {
    expect(read('#define a(x) foo_##x\n#define b(x) struct x {\n#define c(x) #x\n#define d(x)\n#define e(x) x +\n#define f (1)\n').functions).toEqual([]);
  });
});

describe('data', () => {
  it('reads constants and enumerators', () => {
    const file = read(
      '#define A 0x10UL\n#define B (1 << 3)\n#define C (A | B)\n#define D BIT(5)\n#define E ((__force gfp_t)0x4u)\n#define F 010\n#define G foo\n#define H (C_LATER + 1)\n#define I "s"\n#define J -1\n#define K (~0UL)\nenum ttu_flags { TTU_X = 0x1, TTU_Y, TTU_Z = TTU_X | 1 << 6, N, C_LATER = 6 };\nenum { Z0 };\n',
    );
    expect(Object.fromEntries(file.constants)).toEqual({
      A: 16,
      B: 8,
      C: 24,
      D: 32,
      E: 4,
      F: 8,
      H: 7,
      J: -1,
      K: -1,
      TTU_X: 1,
      TTU_Y: 2,
      TTU_Z: 65,
      N: 66,
      C_LATER: 6,
      Z0: 0,
    });
  });

  it('reads operation structs, all configurations together', () => {
    const { globals } = read(
      'static const struct rmap_ops ops __read_mostly = {\n\t.one = f,\n#ifdef CONFIG_X\n\t.two = g,\n#else\n\t.two = h,\n#endif\n\t.in.ner = NULL,\n\t[3] = 4,\n};\n',
    );
    expect(globals.map((g) => `${type(g.type)} ${g.name} ${attributes(g.attributes)} ${expr(g.init!)}`)).toEqual([
      'struct rmap_ops ops __read_mostly {one: f, two: g, two: h, in.ner: NULL=0, [3]: 4}',
    ]);
  });

  it('reads what macros declare', () => {
    const { globals } = read(
      'static DEFINE_MUTEX(a_lock);\nDEFINE_PER_CPU(struct foo *, b) = NULL;\nDECLARE_RWSEM(c);\nstatic DEFINE_SPINLOCK(d) __aligned(4);\nEXPORT_SYMBOL(c);\nmodule_init(f)\nint e = 1, *g;\nTRACE_EVENT(x, TP_PROTO(int a), TP_fast_assign(b = a;), ({{));\n'.replace(
        '({{)',
        '(x)',
      ),
    );
    expect(globals.map((g) => `${g.static ? 'static ' : ''}${type(g.type)} ${g.name}`)).toEqual([
      'static struct mutex a_lock',
      'struct foo* b',
      'struct rw_semaphore c',
      'static spinlock_t d',
      'int e',
      'int* g',
    ]);
  });

  it("reads structs: anonymous members count as the outer one's, guards are attributes", () => {
    const { structs, typedefs } = read(
      [
        'struct page {',
        '\tunsigned long flags;',
        '\tunion {',
        '\t\tstruct { struct list_head lru; void *p; };',
        '\t\tint x:3, y;',
        '\t};',
        '\tstruct { int a; } named;',
        '#ifdef CONFIG_A',
        '\tint b __guarded_by(&lock);',
        '#endif',
        '\tint (*fn)(struct page *);',
        '\tDECLARE_BITMAP(map, 10);',
        '\tstruct_group(g, int c; int d;);',
        '\tKABI_RESERVE(1)',
        '\tspinlock_t __rcu *lock ____cacheline_aligned;',
        '} __randomize_layout;',
        'typedef struct { int i; } pgd_t;',
        'typedef unsigned int (*cb_t)(void);',
        'typedef u32 __bitwise foo_t;',
      ].join('\n'),
    );
    expect(structs.map((s) => `${s.name}: ${s.fields.map((f) => `${type(f.type)} ${f.name} ${attributes(f.attributes)}`.trim()).join('; ')}`)).toEqual([
      'struct page: unsigned long flags; struct list_head lru; void* p; int x; int y; struct page.named named; int b __guarded_by(&lock); int ()* fn; unsigned long[] map; int c; int d; spinlock_t* lock __rcu ____cacheline_aligned',
      'struct page.named: int a',
      'struct pgd_t: int i',
    ]);
    expect(typedefs.map((t) => `${t.name} = ${type(t.type)}`)).toEqual(['pgd_t = struct pgd_t', 'cb_t = unsigned int ()*', 'foo_t = u32']);
  });
});
