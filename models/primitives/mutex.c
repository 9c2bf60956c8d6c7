/*
 * A lock with one holder.
 *
 * expect: refuted
 * expect TRYLOCK: refuted
 * expect NO_UNLOCK: confirmed "still holds lock"
 * expect TWICE: confirmed "for itself"
 * expect UNLOCK_TWICE: confirmed "releases lock, which"
 * expect OPPOSITE: confirmed "deadlock: one waits"
 * expect NO_LOCK: confirmed "an update is lost"
 */
struct mutex lock, other;
atomic_t inside;
int counter;

static void add(void)
{
	int old;

#ifdef TRYLOCK
	if (!mutex_trylock(&lock))
		return;
#elif !defined(NO_LOCK)
	mutex_lock(&lock);
#endif
#ifdef TWICE
	mutex_lock(&lock);
#endif
	atomic_inc(&inside);
	assert(atomic_read(&inside) == 1, "an update is lost: two are inside");
	old = counter;
	counter = !old;
	atomic_dec(&inside);
#ifdef NO_LOCK
	return;
#endif
#ifndef NO_UNLOCK
	mutex_unlock(&lock);
#endif
#ifdef UNLOCK_TWICE
	mutex_unlock(&lock);
#endif
}

static void one(void)
{
	mutex_lock(&lock);
	mutex_lock(&other);
	mutex_unlock(&other);
	mutex_unlock(&lock);
}

static void two(void)
{
	mutex_lock(&other);
	mutex_lock(&lock);
	mutex_unlock(&lock);
	mutex_unlock(&other);
}

void scenario(void)
{
#ifdef OPPOSITE
	model_run(one);
	model_run(two);
#else
	model_run(add);
	model_run(add);
#endif
}
