/*
 * The kernel's words for scenarios (rmap-review model FILE.c), built from those of the model. Every scenario sees this
 * file; what a scenario defines itself replaces what stands here.
 *
 * A function marked __atomic happens in one step: nobody runs in between. Everywhere else each access to shared memory
 * is a step of its own.
 */
#define NULL 0
#define true 1
#define false 0
#define EAGAIN 11
#define EBUSY 16
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, val) ((x) = (val))
#define ACCESS_ONCE(x) (x)
#define likely(x) (x)
#define unlikely(x) (x)
#define assert(cond, what) model_assert(cond, what)

/* A branch on what the model does not follow: both sides are tried. */
#define any() model_choose(2)

struct mutex { struct model_mutex model; };
struct spinlock { struct model_mutex model; };
typedef struct spinlock spinlock_t;
struct rw_semaphore { struct model_rwsem model; };
struct bit_lock { struct model_bitlock model; };
struct counter { struct model_count model; };
typedef struct counter atomic_t;
typedef struct counter refcount_t;

static inline void mutex_lock(struct mutex *lock) { model_lock(&lock->model); }
static inline int mutex_trylock(struct mutex *lock) { return model_trylock(&lock->model); }
static inline void mutex_unlock(struct mutex *lock) { model_unlock(&lock->model); }

static inline void spin_lock(spinlock_t *lock) { model_lock(&lock->model); }
static inline int spin_trylock(spinlock_t *lock) { return model_trylock(&lock->model); }
static inline void spin_unlock(spinlock_t *lock) { model_unlock(&lock->model); }
static inline void spin_lock_irq(spinlock_t *lock) { model_irq_off(); model_lock(&lock->model); }
static inline void spin_unlock_irq(spinlock_t *lock) { model_unlock(&lock->model); model_irq_on(); }
#define spin_lock_irqsave(lock, flags) do { (flags) = model_irq_save(); model_lock(&(lock)->model); } while (0)
#define spin_unlock_irqrestore(lock, flags) do { model_unlock(&(lock)->model); model_irq_restore(flags); } while (0)

static inline void down_read(struct rw_semaphore *sem) { model_read_lock(&sem->model); }
static inline int down_read_trylock(struct rw_semaphore *sem) { return model_read_trylock(&sem->model); }
static inline void up_read(struct rw_semaphore *sem) { model_read_unlock(&sem->model); }
static inline void down_write(struct rw_semaphore *sem) { model_write_lock(&sem->model); }
static inline int down_write_trylock(struct rw_semaphore *sem) { return model_write_trylock(&sem->model); }
static inline void up_write(struct rw_semaphore *sem) { model_write_unlock(&sem->model); }
static inline void downgrade_write(struct rw_semaphore *sem) { model_downgrade(&sem->model); }
static inline int rwsem_is_locked(struct rw_semaphore *sem) { return model_locked(&sem->model); }

static inline void bit_lock(struct bit_lock *lock) { model_lock(&lock->model); }
static inline int bit_trylock(struct bit_lock *lock) { return model_trylock(&lock->model); }
static inline void bit_unlock(struct bit_lock *lock) { model_unlock(&lock->model); }

static inline void rcu_read_lock(void) { model_rcu_read_lock(); }
static inline void rcu_read_unlock(void) { model_rcu_read_unlock(); }
static inline void synchronize_rcu(void) { model_synchronize_rcu(); }

/* Counters are atomic: each of these is one step. */
static inline __atomic int atomic_read(atomic_t *v) { return v->model; }
static inline __atomic void atomic_set(atomic_t *v, int i) { v->model = i; }
static inline __atomic void atomic_inc(atomic_t *v) { v->model++; }
static inline __atomic int atomic_inc_not_zero(atomic_t *v)
{
	if (v->model == 0)
		return 0;
	v->model++;
	return 1;
}
static inline __atomic int atomic_dec_and_test(atomic_t *v)
{
	model_assert(v->model > 0, "a count drops below zero");
	v->model--;
	return v->model == 0;
}
static inline __atomic void atomic_dec(atomic_t *v)
{
	model_assert(v->model > 0, "a count drops below zero");
	v->model--;
}
/* Takes the count from what is expected to zero, so that nobody can get another reference. */
static inline __atomic int ref_freeze(atomic_t *v, int expected)
{
	if (v->model != expected)
		return 0;
	v->model = 0;
	return 1;
}
static inline __atomic void ref_unfreeze(atomic_t *v, int count)
{
	model_assert(v->model == 0, "a count that is not frozen is unfrozen");
	v->model = count;
}
