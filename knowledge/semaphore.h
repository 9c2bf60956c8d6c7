/* Counting semaphores. They have no owner: another task may call up(). */

/* include/linux/semaphore.h, kernel/locking/semaphore.c. down_trylock is the one trylock whose 0 means taken, and 1 not. */
void down(struct semaphore *sem)				__acquires(sem) __may_sleep;
int down_interruptible(struct semaphore *sem)			__errno(-EINTR) __cond_acquires(0, sem) __may_sleep;
int down_killable(struct semaphore *sem)			__errno(-EINTR) __cond_acquires(0, sem) __may_sleep;
int down_timeout(struct semaphore *sem, long jiffies)		__errno __cond_acquires(0, sem) __may_sleep;
int down_trylock(struct semaphore *sem)				__cond_acquires(false, sem) __trylock;
void up(struct semaphore *sem)					__releases(sem);
