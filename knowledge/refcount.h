/* Counters of references in general; getters and putters that are made of them are computed from their bodies. */

/* include/linux/refcount.h: what counts is told by the object that the counter is in. */
void refcount_inc(refcount_t *r)				__gets(r, refcount);
void refcount_add(int i, refcount_t *r)				__gets(r, refcount, i);
bool refcount_inc_not_zero(refcount_t *r)			__cond_gets(true, r, refcount);
void refcount_dec(refcount_t *r)				__puts(r, refcount);
bool refcount_dec_and_test(refcount_t *r)			__cond_puts(true, r, refcount) __cond_puts(false, r, refcount);
bool refcount_sub_and_test(int i, refcount_t *r)		__puts(r, refcount, i);
unsigned int refcount_read(const refcount_t *r)			__counts(r);
