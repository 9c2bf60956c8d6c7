/* Sequence counts and seqlocks. Readers hold nothing; they ask afterwards whether they have to start again. */

/* include/linux/seqlock.h: a writer holds the spinlock inside, and the sequence is odd meanwhile. */
void write_seqlock(seqlock_t *sl)                                        __acquires(sl->lock) __acquires(sl->seqcount);
void write_sequnlock(seqlock_t *sl)                                      __releases(sl->seqcount) __releases(sl->lock);
void write_seqlock_bh(seqlock_t *sl)                                     __irq_off(bh) __acquires(sl->lock) __acquires(sl->seqcount);
void write_sequnlock_bh(seqlock_t *sl)                                   __releases(sl->seqcount) __releases(sl->lock) __irq_on(bh);
void write_seqlock_irq(seqlock_t *sl)                                    __irq_off(irq) __acquires(sl->lock) __acquires(sl->seqcount);
void write_sequnlock_irq(seqlock_t *sl)                                  __releases(sl->seqcount) __releases(sl->lock) __irq_on(irq);
void write_seqlock_irqsave(seqlock_t *lock, __expr flags)                __irq_off(irqsave) __acquires(lock->lock) __acquires(lock->seqcount);
void write_sequnlock_irqrestore(seqlock_t *sl, unsigned long flags)      __releases(sl->seqcount) __releases(sl->lock) __irq_on(irqsave);
/* include/linux/seqlock.h: a reader that shuts out writers and other such readers. */
void read_seqlock_excl(seqlock_t *sl)                                    __acquires(sl->lock);
void read_sequnlock_excl(seqlock_t *sl)                                  __releases(sl->lock);
void read_seqlock_excl_bh(seqlock_t *sl)                                 __irq_off(bh) __acquires(sl->lock);
void read_sequnlock_excl_bh(seqlock_t *sl)                               __releases(sl->lock) __irq_on(bh);
void read_seqlock_excl_irq(seqlock_t *sl)                                __irq_off(irq) __acquires(sl->lock);
void read_sequnlock_excl_irq(seqlock_t *sl)                              __releases(sl->lock) __irq_on(irq);
void read_seqlock_excl_irqsave(seqlock_t *lock, __expr flags)            __irq_off(irqsave) __acquires(lock->lock);
void read_sequnlock_excl_irqrestore(seqlock_t *sl, unsigned long flags)  __releases(sl->lock) __irq_on(irqsave);
/* include/linux/seqlock.h: the writer brings its own lock. seqcount_spinlock_t and its sisters are seqcounts. */
typedef seqcount_t seqcount_spinlock_t;
typedef seqcount_t seqcount_raw_spinlock_t;
typedef seqcount_t seqcount_rwlock_t;
typedef seqcount_t seqcount_mutex_t;
void write_seqcount_begin(seqcount_t *s)                                 __acquires(s);
void write_seqcount_begin_nested(seqcount_t *s, int subclass)            __acquires(s);
void write_seqcount_end(seqcount_t *s)                                   __releases(s);
void raw_write_seqcount_begin(seqcount_t *s)                             __acquires(s);
void raw_write_seqcount_end(seqcount_t *s)                               __releases(s);
/* include/linux/seqlock.h: with an even number nothing is held, with an odd one the spinlock. Any even number is 0 here. */
static inline void read_seqbegin_or_lock(seqlock_t *lock, int *seq)
{
	if (!(*seq & 1))
		*seq = 0;
	else
		read_seqlock_excl(lock);
}
int need_seqretry(seqlock_t *lock, int seq)                               __cond_never(nonzero, given(seq & 1));
static inline void done_seqretry(seqlock_t *lock, int seq)
{
	if (seq & 1)
		read_sequnlock_excl(lock);
}
static inline unsigned long read_seqbegin_or_lock_irqsave(seqlock_t *lock, int *seq)
{
	unsigned long flags = 0;
	if (!(*seq & 1))
		*seq = 0;
	else
		read_seqlock_excl_irqsave(lock, flags);
	return flags;
}
static inline void done_seqretry_irqrestore(seqlock_t *lock, int seq, unsigned long flags)
{
	if (seq & 1)
		read_sequnlock_excl_irqrestore(lock, flags);
}
/* include/linux/u64_stats_sync.h: nothing at all where 64 bits are read at once. */
void u64_stats_update_begin(struct u64_stats_sync *syncp);
void u64_stats_update_end(struct u64_stats_sync *syncp);
unsigned long u64_stats_update_begin_irqsave(struct u64_stats_sync *syncp);
void u64_stats_update_end_irqrestore(struct u64_stats_sync *syncp, unsigned long flags);
