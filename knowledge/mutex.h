/* Mutexes, and the counts that end in one. */

/* include/linux/mutex.h, kernel/locking/mutex.c. mutex_trylock: 1 is taken (unlike down_trylock). Killable and interruptible: 0 is taken. */
void mutex_lock(struct mutex *lock)					__acquires(lock) __may_sleep __guard(mutex, mutex_unlock);
int mutex_lock_interruptible(struct mutex *lock)			__errno(-EINTR) __cond_acquires(0, lock) __may_sleep __guard(mutex_intr, mutex_unlock);
int mutex_lock_killable(struct mutex *lock)				__errno(-EINTR) __cond_acquires(0, lock) __may_sleep __guard(mutex_kill, mutex_unlock);
void mutex_lock_io(struct mutex *lock)					__acquires(lock) __may_sleep;
int mutex_trylock(struct mutex *lock)					__cond_acquires(true, lock) __trylock __guard(mutex_try, mutex_unlock);
void mutex_unlock(struct mutex *lock)					__releases(lock) __free_class(mutex);
void mutex_lock_nested(struct mutex *lock, unsigned int subclass)	__acquires(lock) __may_sleep;
int mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass)	__errno(-EINTR) __cond_acquires(0, lock) __may_sleep;
int mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)	__errno(-EINTR) __cond_acquires(0, lock) __may_sleep;
void mutex_lock_io_nested(struct mutex *lock, unsigned int subclass)	__acquires(lock) __may_sleep;
void mutex_lock_nest_lock(struct mutex *lock, __expr nest_lock)		__acquires(lock) __may_sleep;
bool mutex_is_locked(struct mutex *lock);
void mutex_destroy(struct mutex *lock)					__must_not_hold(lock);

/* include/linux/mutex.h, kernel/locking/mutex.c: true, with the mutex held, when the count reached zero. */
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)	__cond_acquires(true, lock) __may_sleep(sometimes);
/* include/linux/refcount.h, lib/refcount.c */
bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)	__puts(r, refcount) __cond_acquires(true, lock) __may_sleep(sometimes);

/* include/linux/rtmutex.h */
void rt_mutex_lock(struct rt_mutex *lock)				__acquires(lock) __may_sleep;
int rt_mutex_lock_interruptible(struct rt_mutex *lock)			__errno(-EINTR) __cond_acquires(0, lock) __may_sleep;
int rt_mutex_trylock(struct rt_mutex *lock)				__cond_acquires(true, lock) __trylock;
void rt_mutex_unlock(struct rt_mutex *lock)				__releases(lock);

/* include/linux/ww_mutex.h: 0 is taken; -EDEADLK, -EALREADY and -EINTR are not. Without a context it cannot fail. */
int ww_mutex_lock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)	__errno __cond_acquires(0, lock) __cond_never(negative, given(!ctx)) __may_sleep;
int ww_mutex_lock_interruptible(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)	__errno __cond_acquires(0, lock) __may_sleep;
void ww_mutex_lock_slow(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)	__acquires(lock) __may_sleep;
int ww_mutex_trylock(struct ww_mutex *lock, struct ww_acquire_ctx *ctx)	__cond_acquires(true, lock) __trylock;
void ww_mutex_unlock(struct ww_mutex *lock)				__releases(lock);
