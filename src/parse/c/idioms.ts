import type { CType } from './ast.js';

/**
 * What the front end has to know by name to read kernel C: words with a syntax of their own, attributes,
 * and macros that declare something. What any of them *does* is not said here.
 */
export const W = {
  if: 150,
  else: 151,
  while: 152,
  do: 153,
  for: 154,
  switch: 155,
  case: 156,
  default: 157,
  return: 158,
  goto: 159,
  break: 160,
  continue: 161,
  struct: 170,
  union: 171,
  enum: 172,
  typedef: 173,
  /** `int`, `unsigned`, `void` … */
  type: 180,
  /** `const`, `static`, `inline` … */
  qualifier: 181,
  sizeof: 182,
  typeof: 183,
  offsetof: 184,
  asm: 185,
  /** Attributes known by name; may have arguments. */
  attribute: 190,
} as const;

export const WORDS: ReadonlyMap<string, number> = words();

/** Macros that declare an object. `type` is null where argument 0 is the type; `name` is the index of the argument that names it. */
export const DECLARING_MACROS: ReadonlyMap<string, { readonly type: CType | null; readonly name: number }> = new Map([
  ...declares('struct mutex', 0, 'DEFINE_MUTEX'),
  ...declares('spinlock_t', 0, 'DEFINE_SPINLOCK'),
  ...declares('raw_spinlock_t', 0, 'DEFINE_RAW_SPINLOCK'),
  ...declares('rwlock_t', 0, 'DEFINE_RWLOCK'),
  ...declares('struct rw_semaphore', 0, 'DECLARE_RWSEM', 'DEFINE_RWSEM'),
  ...declares('struct percpu_rw_semaphore', 0, 'DEFINE_STATIC_PERCPU_RWSEM', 'DEFINE_PERCPU_RWSEM'),
  ...declares('struct semaphore', 0, 'DEFINE_SEMAPHORE'),
  ...declares('seqlock_t', 0, 'DEFINE_SEQLOCK'),
  ...declares('struct srcu_struct', 0, 'DEFINE_STATIC_SRCU', 'DEFINE_SRCU'),
  ...declares('struct list_head', 0, 'LIST_HEAD'),
  ...declares('struct hlist_head', 0, 'HLIST_HEAD'),
  ...declares('struct llist_head', 0, 'LLIST_HEAD'),
  ...declares('struct wait_queue_head', 0, 'DECLARE_WAIT_QUEUE_HEAD', 'DECLARE_WAIT_QUEUE_HEAD_ONSTACK'),
  ...declares('struct wait_queue_entry', 0, 'DEFINE_WAIT', 'DEFINE_WAIT_FUNC', 'DECLARE_WAITQUEUE'),
  ...declares('struct wait_bit_queue_entry', 0, 'DEFINE_WAIT_BIT'),
  ...declares('struct completion', 0, 'DECLARE_COMPLETION', 'DECLARE_COMPLETION_ONSTACK'),
  ...declares('struct work_struct', 0, 'DECLARE_WORK'),
  ...declares('struct delayed_work', 0, 'DECLARE_DELAYED_WORK', 'DECLARE_DEFERRABLE_WORK'),
  ...declares('struct static_key', 0, 'DEFINE_STATIC_KEY_FALSE', 'DEFINE_STATIC_KEY_TRUE', 'DECLARE_STATIC_KEY_FALSE', 'DECLARE_STATIC_KEY_TRUE'),
  ...declares('struct xarray', 0, 'DEFINE_XARRAY', 'DEFINE_XARRAY_ALLOC', 'DEFINE_XARRAY_FLAGS'),
  ...declares('struct idr', 0, 'DEFINE_IDR'),
  ...declares('struct ida', 0, 'DEFINE_IDA'),
  ...declares('struct ratelimit_state', 0, 'DEFINE_RATELIMIT_STATE'),
  ...declares('struct radix_tree_root', 0, 'RADIX_TREE'),
  ...declares('struct page_vma_mapped_walk', 0, 'DEFINE_PAGE_VMA_WALK', 'DEFINE_FOLIO_VMA_WALK'),
  ...declares('struct ma_state', 0, 'MA_STATE'),
  ...declares('struct vma_iterator', 0, 'VMA_ITERATOR'),
  ...declares('struct xa_state', 0, 'XA_STATE', 'XA_STATE_ORDER'),
  ...declares('struct readahead_control', 0, 'DEFINE_READAHEAD'),
  ...declares('struct blk_plug', 0, 'DEFINE_BLK_PLUG'),
  ...declares('struct shrink_control', 0, 'DEFINE_SHRINK_CONTROL'),
  ...declares('struct mmu_notifier_range', 0, 'DEFINE_MMU_NOTIFIER_RANGE'),
  ...declares(
    null,
    1,
    'DEFINE_PER_CPU',
    'DECLARE_PER_CPU',
    'DEFINE_PER_CPU_ALIGNED',
    'DECLARE_PER_CPU_ALIGNED',
    'DEFINE_PER_CPU_SHARED_ALIGNED',
    'DECLARE_PER_CPU_SHARED_ALIGNED',
    'DEFINE_PER_CPU_READ_MOSTLY',
    'DECLARE_PER_CPU_READ_MOSTLY',
    'DEFINE_PER_CPU_FIRST',
    'DEFINE_PER_CPU_PAGE_ALIGNED',
    'DECLARE_PER_CPU_PAGE_ALIGNED',
    'DECLARE_PER_CPU_FIRST',
    'DECLARE_FLEX_ARRAY',
    '__DECLARE_FLEX_ARRAY',
  ),
  ...declares('struct kfifo', 0, 'DECLARE_KFIFO', 'DECLARE_KFIFO_PTR'),
  ['DECLARE_BITMAP', { type: { base: 'unsigned long', pointers: 0, array: true }, name: 0 }],
]);

/** `struct_group(NAME, fields…)` and its kin: how many arguments come before the fields. */
export const FIELD_GROUPS: ReadonlyMap<string, number> = new Map([
  ['struct_group', 1],
  ['struct_group_attr', 2],
  ['struct_group_tagged', 2],
  ['__struct_group', 3],
  ['TRAILING_OVERLAP', 4],
]);

/** A top-level `MACRO(x, …) { … }` defines a function. What it is called: `prefix` and the argument's text. */
export function definedName(macro: string, firstArgument: string): string {
  if (COMPAT_SYSCALL.test(macro)) return `compat_sys_${firstArgument}`;
  return firstArgument === '' ? macro : firstArgument;
}

/** The function that a header line which starts with a defining macro names, or null; for lines that are not parsed. */
export function definedByHeader(header: string): string | null {
  const match = /^((?:COMPAT_)?SYSCALL_DEFINE\d)\s*\(\s*(\w+)/.exec(header);
  return match === null ? null : definedName(match[1]!, match[2]!);
}

/** Which macros name a type and a name as separate arguments: `SYSCALL_DEFINE2(x, int, fd, char __user *, p)`. */
export function hasSplitParameters(macro: string): boolean {
  return /(SYSCALL_DEFINE|BPF_CALL_)\d$/.test(macro);
}

/** Calls that are their first argument (a compiler hint around a condition). */
export const TRANSPARENT_CALLS: ReadonlySet<string> = new Set(['likely', 'unlikely', 'likely_notrace', 'unlikely_notrace', '__builtin_expect']);

/** Macros whose argument is a bit number: the value is 1 << n. */
export const BIT_MACROS: ReadonlySet<string> = new Set(['BIT', 'BIT_ULL', '_BITUL', '_BITULL']);

/** Numbers behind one level of decoration: `_AC(1, UL)`, `UL(1)`. */
export const NUMBER_MACROS: ReadonlySet<string> = new Set(['_AC', '_UL', 'UL', 'ULL', '_ULL']);

/** Statement-position macros whose statement belongs to them even when it is not indented. */
export function takesStatement(name: string): boolean {
  return name.includes('for_each') || name.includes('foreach') || name.startsWith('scoped_');
}

/** Conditions with one answer in any kernel build of C. */
export const KNOWN_CONDITIONS: ReadonlyMap<string, boolean> = new Map([
  ['0', false],
  ['1', true],
  ['__KERNEL__', true],
  ['!__KERNEL__', false],
  ['__ASSEMBLY__', false],
  ['!__ASSEMBLY__', true],
  ['__ASSEMBLER__', false],
  ['!__ASSEMBLER__', true],
  ['__cplusplus', false],
  ['!__cplusplus', true],
  ['__CHECKER__', false],
  ['!__CHECKER__', true],
  ['__GENKSYMS__', false],
  ['!__GENKSYMS__', true],
]);

/** Attributes whose arguments name no lock or object, so that they are kept as text only. */
export const TEXT_ATTRIBUTES: ReadonlySet<string> = new Set([
  '__attribute__',
  '__attribute',
  '__printf',
  '__scanf',
  '__aligned',
  '__section',
  '__alias',
  '__assume_aligned',
  '__alloc_size',
  '__diagnose_as',
  '__copy',
  '__no_sanitize',
  '__malloc',
  '__realloc_size',
  '__declspec',
  '__error',
  '__compiletime_error',
  '__compiletime_warning',
  '__deprecated',
  'LSM_RET_VOID',
]);

function declares(base: string | null, name: number, ...macros: string[]): [string, { type: CType | null; name: number }][] {
  return macros.map((m) => [m, { type: base === null ? null : { base, pointers: 0, array: false }, name }]);
}

const COMPAT_SYSCALL = /^COMPAT_SYSCALL_DEFINE\d$/;

function words(): Map<string, number> {
  const map = new Map<string, number>();
  for (const word of [
    'if',
    'else',
    'while',
    'do',
    'for',
    'switch',
    'case',
    'default',
    'return',
    'goto',
    'break',
    'continue',
    'struct',
    'union',
    'enum',
    'typedef',
  ] as const)
    map.set(word, W[word]);
  const add = (value: number, list: string): void => {
    for (const word of list.split(' ')) map.set(word, value);
  };
  add(W.type, 'void char short int long float double signed unsigned bool _Bool __int128 __signed__ size_t ssize_t');
  add(
    W.qualifier,
    'const volatile static extern inline register restrict auto __inline __inline__ __extension__ __const __volatile__ __volatile __restrict __restrict__ _Noreturn __thread',
  );
  add(W.sizeof, 'sizeof __alignof__ __alignof _Alignof alignof sizeof_field');
  add(W.typeof, 'typeof typeof_member __typeof__ __typeof __unqual_scalar_typeof typeof_unqual __typeof_unqual__ TYPEOF_UNQUAL');
  add(W.offsetof, 'offsetof __builtin_offsetof offsetofend __builtin_types_compatible_p va_arg __builtin_va_arg __builtin_choose_expr _Generic');
  add(W.asm, 'asm __asm__ __asm asm_volatile_goto asm_goto_output asm_inline');
  add(
    W.attribute,
    '__attribute__ __attribute __declspec ' +
      '__init __exit __initdata __initconst __exitdata __devinit __devexit __cpuinit __net_init __net_exit __net_initdata __meminit __memexit __meminitdata __paginginit ' +
      '__init_or_module __initdata_or_module __initconst_or_module __initdata_or_meminfo __refdata __ref __refconst __init_memblock __initdata_memblock ' +
      '__user __kernel __iomem __percpu __rcu __force __bitwise __bitwise__ __nocast __safe __private __always_unused __maybe_unused __used ' +
      '__must_check __deprecated __packed __pure __attribute_const__ __cold __hot __weak __visible __noreturn __malloc __noclone __noinline ' +
      'noinline noinline_for_stack noinline_for_tracing noinstr notrace asmlinkage fastcall __always_inline __no_kcsan __no_kasan __no_sanitize_address __no_sanitize_undefined ' +
      '__no_sanitize_memory __no_kmsan_checks __no_profile __no_sanitize_or_inline __no_kasan_or_inline __no_kcsan_or_inline __no_stack_protector __nostackprotector ' +
      '__flatten __sched __lockfunc __kprobes nokprobe_inline __irq_entry __softirq_entry __exception_irq_entry __entry_text __latent_entropy __cpuidle __read_mostly ' +
      '__ro_after_init __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned ____cacheline_aligned_in_smp ____cacheline_internodealigned_in_smp __page_aligned_data __page_aligned_bss ' +
      '__nosavedata __nonstring __counted_by __counted_by_le __counted_by_be __aligned __printf __scanf __section __alias __assume_aligned __alloc_size __realloc_size __returns_nonnull ' +
      '__acquires __releases __must_hold __acquires_shared __releases_shared __must_hold_shared __cond_acquires __cond_acquires_shared __must_not_hold __guarded_by __pt_guarded_by ' +
      '__begins __ends __cond_begins __cond_ends __gets __puts __cond_gets __cond_puts __returns_ref __consumes __allocates __frees __may_sleep __may_reclaim __irq_off __irq_on __since __until __errno ' +
      '__no_context_analysis __context_unsafe __free __cleanup __randomize_layout __no_randomize_layout __designated_init __no_kstack_erase __ibt_endbr __noendbr __nocfi ' +
      '__bpf_kfunc __bpf_hook __ksym __compiletime_error __compiletime_warning __gnu_inline __no_caller_saved_registers ' +
      '__noretpoline __noscs __externally_visible __function_aligned __no_fgcse __naked __efi_runtime __purgatory_ro __uninitialized __noprofile __diagnose_as __overloadable',
  );
  return map;
}
