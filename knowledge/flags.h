/*
 * Flag names that contracts and callers test. The values are those of 6.1 and serve only to tell a flag from
 * an ordinary constant: bits are compared by name.
 */

/* include/linux/mm_types.h: enum vm_fault_reason */
enum vm_fault_reason {
	VM_FAULT_OOM = 0x000001, VM_FAULT_SIGBUS = 0x000002, VM_FAULT_MAJOR = 0x000004, VM_FAULT_WRITE = 0x000008,
	VM_FAULT_HWPOISON = 0x000010, VM_FAULT_HWPOISON_LARGE = 0x000020, VM_FAULT_SIGSEGV = 0x000040,
	VM_FAULT_NOPAGE = 0x000100, VM_FAULT_LOCKED = 0x000200, VM_FAULT_RETRY = 0x000400, VM_FAULT_FALLBACK = 0x000800,
	VM_FAULT_DONE_COW = 0x001000, VM_FAULT_NEEDDSYNC = 0x002000, VM_FAULT_COMPLETED = 0x004000,
	VM_FAULT_ERROR = 0x000873, /* OOM, SIGBUS, SIGSEGV, HWPOISON, HWPOISON_LARGE, FALLBACK */
};

/* include/linux/mm_types.h: enum fault_flag (FAULT_FLAG_VMA_LOCK: 6.4 and later) */
enum fault_flag {
	FAULT_FLAG_WRITE = 0x1, FAULT_FLAG_MKWRITE = 0x2, FAULT_FLAG_ALLOW_RETRY = 0x4, FAULT_FLAG_RETRY_NOWAIT = 0x8,
	FAULT_FLAG_KILLABLE = 0x10, FAULT_FLAG_TRIED = 0x20, FAULT_FLAG_USER = 0x40, FAULT_FLAG_REMOTE = 0x80,
	FAULT_FLAG_INSTRUCTION = 0x100, FAULT_FLAG_INTERRUPTIBLE = 0x200, FAULT_FLAG_UNSHARE = 0x400,
	FAULT_FLAG_ORIG_PTE_VALID = 0x800, FAULT_FLAG_VMA_LOCK = 0x1000,
};

/* include/linux/mm.h: FOLL_* */
enum __foll_flags {
	FOLL_WRITE = 0x01, FOLL_TOUCH = 0x02, FOLL_GET = 0x04, FOLL_DUMP = 0x08, FOLL_FORCE = 0x10, FOLL_NOWAIT = 0x20,
	FOLL_NOFAULT = 0x80, FOLL_HWPOISON = 0x100, FOLL_MIGRATION = 0x400, FOLL_TRIED = 0x800, FOLL_REMOTE = 0x2000,
	FOLL_ANON = 0x8000, FOLL_LONGTERM = 0x10000, FOLL_SPLIT_PMD = 0x20000, FOLL_PIN = 0x40000, FOLL_FAST_ONLY = 0x80000,
};

/* include/linux/pagemap.h: FGP_* */
enum __fgp_flags {
	FGP_ACCESSED = 0x01, FGP_LOCK = 0x02, FGP_CREAT = 0x04, FGP_WRITE = 0x08, FGP_NOFS = 0x10, FGP_NOWAIT = 0x20,
	FGP_FOR_MMAP = 0x40, FGP_HEAD = 0x80, FGP_ENTRY = 0x100, FGP_STABLE = 0x200,
};

/* include/linux/fs.h: enum positive_aop_returns */
enum positive_aop_returns { AOP_WRITEPAGE_ACTIVATE = 0x80000, AOP_TRUNCATED_PAGE = 0x80001 };

/* include/linux/rmap.h: enum ttu_flags (TTU_MIGRATION and TTU_SPLIT_FREEZE: before 5.14) */
enum ttu_flags {
	TTU_MIGRATION = 0x1, TTU_MUNLOCK = 0x2, TTU_SPLIT_HUGE_PMD = 0x4, TTU_IGNORE_MLOCK = 0x8, TTU_SYNC = 0x10,
	TTU_HWPOISON = 0x20, TTU_BATCH_FLUSH = 0x40, TTU_RMAP_LOCKED = 0x80, TTU_SPLIT_FREEZE = 0x100,
};
/* include/linux/rmap.h of 6.13 and later: enum rmp_flags */
enum rmp_flags { RMP_LOCKED = 0x1, RMP_USE_SHARED_ZEROPAGE = 0x2 };

/* include/linux/gfp_types.h: what decides whether an allocation may sleep or enter reclaim */
enum __gfp_names {
	__GFP_DIRECT_RECLAIM = 0x400, __GFP_KSWAPD_RECLAIM = 0x800, __GFP_RECLAIM = 0xc00, __GFP_IO = 0x40, __GFP_FS = 0x80,
	GFP_ATOMIC = 0x820, GFP_NOWAIT = 0x801, GFP_KERNEL = 0xcc0, GFP_KERNEL_ACCOUNT = 0xcc1, GFP_NOIO = 0xc02, GFP_NOFS = 0xc40,
	GFP_USER = 0xcc2, GFP_HIGHUSER = 0xcc3, GFP_HIGHUSER_MOVABLE = 0xcc4, GFP_TRANSHUGE = 0xcc5, GFP_TRANSHUGE_LIGHT = 0x8c5,
};
/* Ours: an allocation whose flags have this bit may sleep (include/linux/gfp.h, gfpflags_allow_blocking). */
enum __gfp_bits { __gfp_sleeps = 0x400 };
/* Ours: one with all of these may enter reclaim and wait there for what file systems and mappings hold. */
enum __gfp_reclaim_bits { __gfp_reclaims = 0x480 };
/* Ours: sections in which none does (include/linux/sched/mm.h, current_gfp_context()). */
enum __gfp_sections { __no_reclaim_in_memalloc_nofs = 1, __no_reclaim_in_memalloc_noio = 1, __no_reclaim_in_memalloc_noreclaim = 1 };
