/* Macros that test, and pointers that carry error codes. */

/* include/linux/kconfig.h: the same answer wherever it is asked. */
__expr IS_ENABLED(__expr option)				__pure;
__expr IS_BUILTIN(__expr option)				__pure;
__expr IS_MODULE(__expr option)					__pure;
__expr IS_REACHABLE(__expr option)				__pure;

/* include/asm-generic/bug.h, include/linux/mmdebug.h: the value of the condition. */
__expr WARN_ON(__expr condition)				__pure __returns_arg(condition);
__expr WARN_ON_ONCE(__expr condition)				__pure __returns_arg(condition);
__expr WARN(__expr condition, const char *fmt, ...)		__pure __returns_arg(condition);
__expr WARN_ONCE(__expr condition, const char *fmt, ...)	__pure __returns_arg(condition);
__expr VM_WARN_ON_ONCE(__expr condition)			__pure __returns_arg(condition);
__expr VM_WARN_ON_ONCE_PAGE(__expr condition, struct page *page)	__pure __returns_arg(condition);
__expr VM_WARN_ON_ONCE_FOLIO(__expr condition, struct folio *folio)	__pure __returns_arg(condition);
/* include/asm-generic/bug.h: comes back only when the condition is false. VM_BUG_ON() is nothing in production. */
static inline void BUG_ON(bool condition)			{ if (condition) BUG(); }

/* include/linux/err.h: an error pointer reads as a negative number here. */
static inline bool IS_ERR(const void *ptr)			{ return (long)ptr < 0; }
static inline bool IS_ERR_OR_NULL(const void *ptr)		{ return (long)ptr <= 0; }
static inline bool IS_ERR_VALUE(unsigned long x)		{ return (long)x < 0; }
/* Nobody makes an error pointer of a positive number. */
static inline void *ERR_PTR(long error)				{ if (error > 0) __builtin_unreachable(); return (void *)error; }
__expr PTR_ERR(const void *ptr)					__pure __returns_arg(ptr);
static inline int PTR_ERR_OR_ZERO(const void *ptr)		{ if ((long)ptr < 0) return (long)ptr; return 0; }
