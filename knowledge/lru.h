/* LRU lists and zones. */

/* include/linux/memcontrol.h, mm/memcontrol.c: the lruvec that was locked is given back, for the lock is in it. */
struct lruvec *folio_lruvec_lock(struct folio *folio)			__acquires(__return->lru_lock);
struct lruvec *folio_lruvec_lock_irq(struct folio *folio)		__irq_off(irq) __acquires(__return->lru_lock);
struct lruvec *folio_lruvec_lock_irqsave(struct folio *folio, unsigned long *flags)	__irq_off(irqsave) __clobbers((*flags)) __acquires(__return->lru_lock);
static inline void unlock_page_lruvec(struct lruvec *lruvec)		{ spin_unlock(&lruvec->lru_lock); }
static inline void unlock_page_lruvec_irq(struct lruvec *lruvec)	{ spin_unlock_irq(&lruvec->lru_lock); }
void unlock_page_lruvec_irqrestore(struct lruvec *lruvec, unsigned long flags)	__releases(lruvec->lru_lock) __irq_on(irqsave);
/* include/linux/memcontrol.h: drops the lruvec held so far, if there is one and it is another, and locks the folio's. */
struct lruvec *folio_lruvec_relock_irq(struct folio *folio, struct lruvec *locked_lruvec)
	__releases(locked_lruvec->lru_lock, given(locked_lruvec)) __irq_on(irq, given(locked_lruvec)) __irq_off(irq) __acquires(__return->lru_lock);
struct lruvec *folio_lruvec_relock_irqsave(struct folio *folio, struct lruvec *locked_lruvec, unsigned long *flags)
	__until(6.18) __releases(locked_lruvec->lru_lock, given(locked_lruvec)) __irq_on(irqsave, given(locked_lruvec)) __irq_off(irqsave) __clobbers((*flags)) __acquires(__return->lru_lock);
struct lruvec *folio_lruvec(struct folio *folio)			__pure;
