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
