/* The lock of an XArray, under its several names. */

/* include/linux/xarray.h */
void xa_lock(struct xarray *xa)                                          __acquires(xa->xa_lock);
void xa_unlock(struct xarray *xa)                                        __releases(xa->xa_lock);
void xa_lock_bh(struct xarray *xa)                                       __irq_off(bh) __acquires(xa->xa_lock);
void xa_unlock_bh(struct xarray *xa)                                     __releases(xa->xa_lock) __irq_on(bh);
void xa_lock_irq(struct xarray *xa)                                      __irq_off(irq) __acquires(xa->xa_lock);
void xa_unlock_irq(struct xarray *xa)                                    __releases(xa->xa_lock) __irq_on(irq);
int xa_trylock(struct xarray *xa)                                        __cond_acquires(true, xa->xa_lock) __trylock;
void xa_lock_irqsave(struct xarray *xa, __expr flags)                    __irq_off(irqsave) __acquires(xa->xa_lock);
void xa_unlock_irqrestore(struct xarray *xa, unsigned long flags)        __releases(xa->xa_lock) __irq_on(irqsave);
void xas_lock(struct xa_state *xas)                                      __acquires(xas->xa->xa_lock);
void xas_unlock(struct xa_state *xas)                                    __releases(xas->xa->xa_lock);
void xas_lock_bh(struct xa_state *xas)                                   __irq_off(bh) __acquires(xas->xa->xa_lock);
void xas_unlock_bh(struct xa_state *xas)                                 __releases(xas->xa->xa_lock) __irq_on(bh);
void xas_lock_irq(struct xa_state *xas)                                  __irq_off(irq) __acquires(xas->xa->xa_lock);
void xas_unlock_irq(struct xa_state *xas)                                __releases(xas->xa->xa_lock) __irq_on(irq);
int xas_trylock(struct xa_state *xas)                                    __cond_acquires(true, xas->xa->xa_lock) __trylock;
void xas_lock_irqsave(struct xa_state *xas, __expr flags)                __irq_off(irqsave) __acquires(xas->xa->xa_lock);
void xas_unlock_irqrestore(struct xa_state *xas, unsigned long flags)    __releases(xas->xa->xa_lock) __irq_on(irqsave);
/* lib/xarray.c: when the tree needs memory, the lock is dropped for the allocation and taken again; true means try once more. */
bool xas_nomem(struct xa_state *xas, gfp_t gfp)				__may_reclaim(gfp);
/* include/linux/xarray.h: these take the lock themselves. */
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)	__must_not_hold(xa->xa_lock) __may_reclaim(gfp);
void *xa_erase(struct xarray *xa, unsigned long index)			__must_not_hold(xa->xa_lock);
