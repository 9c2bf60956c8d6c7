import { describe, expect, it } from 'vitest';
import { body } from './compact.js';
import { native, wasm } from './parsers.js';

/** Statements of kernel C, and what they must read as. */
const STATEMENTS: readonly (readonly [string, string])[] = [
  // Calls, conditions, hints
  ['down_read(&anon_vma->root->rwsem);', 'down_read(&anon_vma->root->rwsem);'],
  ['if (unlikely(!trylock(x)) && likely(y)) return -EBUSY;', 'if (!trylock(x) && y) return -EBUSY;'],
  ['WRITE_ONCE(*p, READ_ONCE(q->next));', 'WRITE_ONCE(*p, READ_ONCE(q->next));'],
  ['x = a ?: b, c = 3;', '((x = (a ?  : b)) , (c = 3));'],
  ['(void)put_page(page);', '<void>put_page(page);'],
  ['x = (u64)(y) << 2 | (struct page *)z;', '(x = ((<u64>y << 2) | <struct page*>z));'],
  ['x = (fn)(y);', '(x = fn(y));'],
  ["(*ops->fn)(x, NULL, true, -1, 0x10UL, 010, 'a', '\\n');", "*ops->fn(x, NULL=0, true=1, -1, 0x10UL=16, 010=8, 'a'=97, '\\n'=10);"],
  ['pr_info("a" "b" FMT "c", x);', 'pr_info("abFMTc", x);'],
  ['sysfs_emit(buf, __stringify(X) "\\n");', 'sysfs_emit(buf, __stringify(X));'],
  ['x = ({ int r = f(); r; });', '(x = ({ int r = f(); r; }));'],
  ['sort(a, &(struct key){ .n = 1, 2 });', 'sort(a, &<struct key>{n: 1, 2});'],
  // Types and statements as arguments
  ['p = container_of(q, struct foo, bar);', '(p = container_of(q, «struct foo», bar));'],
  ['n = min_t(unsigned long, a, sizeof(struct foo));', '(n = min_t(«unsigned long», a, «sizeof(struct foo)»));'],
  ['p = kmalloc_obj(u8 *, GFP_KERNEL);', '(p = kmalloc_obj(«u8 *», GFP_KERNEL));'],
  ['o = offsetof(struct x, a.b[2]);', '(o = «offsetof(struct x, a.b[2])»);'],
  ['x = cmp(a, >=, b);', '(x = cmp(a, «>=», b));'],
  ['typeof(*p) tmp = *p;', 'typeof(*p) tmp = *p;'],
  ['M(a, , b);', 'M(a, «», b);'],
  // Iterators, scopes, once-macros
  ['list_for_each_entry(p, &head, node)\n\t\tf(p);', '@list_for_each_entry(p, &head, node) f(p);'],
  ['for_each_cpu(cpu, mask) { f(cpu); }', '@for_each_cpu(cpu, mask) { f(cpu); }'],
  ['hlist_for_each(p, h)\n\t\t(void)f(p);', '@hlist_for_each(p, h) <void>f(p);'],
  ['if (a)\n\t\tfor_each_x(x)\n\t\t\tif (x) break;\n\telse\n\t\tg();', 'if a @for_each_x(x) if x break; else g();'],
  ['guard(mutex)(&lock);', 'guard(mutex)(&lock);'],
  ['scoped_guard(spinlock_irqsave, &x->lock) { a++; }', '@scoped_guard(spinlock_irqsave, &x->lock) { a++; }'],
  ['scoped_guard(rcu) { a++; }', '@scoped_guard(rcu) { a++; }'],
  ['scoped_cond_guard(mutex_intr, return -EINTR, &x->lock) a++;', '@scoped_cond_guard(mutex_intr, «return -EINTR», &x->lock) a++;'],
  ['rcu_scope() { a++; }', '@rcu_scope() { a++; }'],
  ['foo() { a++; }', '@foo() { a++; }'],
  ['do { f(t); } while_each_thread(p, t);', 'do { f(t); } while while_each_thread(p, t);'],
  ['LOCAL_THING(x)\n\tf(x);', 'LOCAL_THING(x); f(x);'],
  ['LOCAL_THING(x)\n\treturn;', 'LOCAL_THING(x); return;'],
  // Declarations
  ['struct folio *p __free(folio_put) = get(x), *q;', 'struct folio* p __free(folio_put) = get(x); struct folio* q;'],
  ['__cleanup(drop) struct foo *p = NULL;', 'struct foo* p __cleanup(drop) = NULL=0;'],
  ['int __maybe_unused a[3], b __aligned(8) = 1;', 'int[] a __maybe_unused; int b __maybe_unused __aligned(?) = 1;'],
  ['unsigned long __flags; u32 __x = 3;', 'unsigned long __flags; u32 __x = 3;'],
  ['static DEFINE_MUTEX(m); LIST_HEAD(l);', 'static struct mutex m; struct list_head l = LIST_HEAD(l);'],
  ['DECLARE_BITMAP(map, N) = { 0 };', 'unsigned long[] map = {0};'],
  ['int (*fn)(struct a *, int) = g;', 'int ()* fn = g;'],
  ['struct foo { int a; } x = { .a = 1 };', 'struct foo x = {a: 1};'],
  // Control flow
  [
    'switch (x) { case 1 ... 3: f(); fallthrough; case A: case B: { g(); break; } default: return; }',
    'switch x { case 1 ... 3: f(); fallthrough; case A: case B: { g(); break; } default: return; }',
  ],
  ['for (int i = 0, j; i < 3; i++, j--) continue;', 'for (int i = 0; int j; (i < 3); (i++ , j--)) continue;'],
  ['for (;;) { goto out; }\nout:\n\tf();', 'for (; ; ) { goto out; } out: f();'],
  ['if (x) goto out;\nout:', 'if x goto out; out:'],
  ['if (a) b(); else if (c) d(); else e();', 'if a b(); else if c d(); else e();'],
  ['while (!down_read_trylock(s)) cpu_relax();', 'while !down_read_trylock(s) cpu_relax();'],
  ['do f(); while (--n);', 'do f(); while --n;'],
  ['asm volatile goto("1: jmp %l[out]" : : "i"(x) : : out);', '¿asm volatile goto("1: jmp %l[out]" : : "i"(x) : : out);?'],
  ['goto *table[op];', '¿goto *table[op];?'],
  // Conditional compilation around statements
  ['f();\n#ifdef CONFIG_A\n\tg();\n#endif\n\th();', 'f(); #if CONFIG_A [ g(); ] h();'],
  ['#ifndef CONFIG_A\n\tg();\n#else\n\th();\n#endif', '#if !CONFIG_A [ g(); ] else [ h(); ]'],
  [
    '#if defined(CONFIG_A) && IS_ENABLED(CONFIG_B)\n\tg();\n#elif X > 3\n\th();\n#else\n\ti();\n#endif',
    '#if CONFIG_A && CONFIG_B [ g(); ] else [ #if X > 3 [ h(); ] else [ i(); ] ]',
  ],
  [
    'switch (x) {\ncase 1:\n#ifdef A\n\tf();\n#endif\n\tbreak;\n#ifdef B\ncase 2:\n\tg();\n#endif\n}',
    'switch x { case 1: #if A [ f(); ] break; #if B [ case 2: g(); ] }',
  ],
  ['out:\n#ifdef A\n\tf();\n#endif', 'out: #if A [ f(); ]'],
  ['#if 0\n\tf();\n#else\n\tg();\n#endif', 'g();'],
  ['x = y; /* a\n#if b */ f();', '(x = y); f();'],
];

/** Statements in which an `#if` splits something: both readings. */
const SPLITS: readonly (readonly [string, string, string])[] = [
  ['#ifdef A\n\tif (x)\n\t\tf();\n\telse\n#endif\n\t\tg();', 'if x f(); else g();', 'g();'],
  ['if (a\n#ifdef A\n\t && b\n#endif\n\t)\n\t\tf();', 'if (a && b) f();', 'if a f();'],
  ['if (a) {\n#ifdef A\n\t} else if (b) {\n\t\tf();\n#endif\n\t}', 'if a {  } else if b { f(); }', 'if a {  }'],
  ['#ifdef A\n\tif (x) {\n#else\n\tif (y) {\n#endif\n\t\tf();\n\t}', 'if x { f(); }', 'if y { f(); }'],
  ['if (a)\n#ifdef A\n\t\tf();\n#else\n\t\tg();\n#endif', 'if a f();', 'if a g();'],
];

describe.each([
  ['wasm', wasm],
  ['native', native],
] as const)('%s', (_, parser) => {
  it.each(STATEMENTS)('%s', (source, expected) => {
    const { file, gaps } = parser.parseC('a.c', `void f(void)\n{\n\t${source}\n}\n`);
    expect(body(file.functions[0])).toBe(expected);
    expect(gaps).toEqual([]);
    expect(file.functions).toHaveLength(1);
  });

  it.each(SPLITS)('%s', (source, first, second) => {
    const { file, gaps } = parser.parseC('a.c', `void f(void)\n{\n\t${source}\n}\nvoid g(void) { h(); }\n`);
    expect(file.functions.map((f) => [f.name, f.variant, body(f)])).toEqual([
      ['f', 0, first],
      ['f', 1, second],
      ['g', 0, 'h();'],
    ]);
    expect(gaps).toEqual([]);
  });
});
