/*
 * Read sections keep the memory of what was there when they began. Typed memory (SLAB_TYPESAFE_BY_RCU) may be used
 * again at once, for another object of the same type, so that a reader has to look whether it still has what it wanted.
 *
 * expect: refuted
 * expect GRACE_PERIOD: refuted
 * expect NO_SECTION: confirmed "uses A after it was freed"
 * expect ENDS_EARLY: confirmed "uses A after it was freed"
 * expect PLAIN_FREE: confirmed "uses A after it was freed"
 * expect GRACE_PERIOD_INSIDE: confirmed "for itself"
 * expect NESTED: confirmed "ends inside an RCU read section"
 * expect REUSED: refuted
 * expect REUSED NO_RECHECK: confirmed "another object"
 */
struct object { int key; };
struct object A = { .key = 1 };
struct object *published = &A;

static void reader(void)
{
	struct object *obj;
	int key;

#ifndef NO_SECTION
	rcu_read_lock();
#endif
#ifdef NESTED
	rcu_read_lock();
#endif
	obj = READ_ONCE(published);
#ifdef ENDS_EARLY
	rcu_read_unlock();
	rcu_read_lock();
#endif
	if (obj) {
		key = obj->key;
#ifdef REUSED
#ifdef NO_RECHECK
		assert(key == 1, "the reader uses another object than it looked up");
#else
		if (key != 1)
			obj = NULL;
#endif
#endif
	}
#ifndef NO_SECTION
	rcu_read_unlock();
#endif
}

static void remover(void)
{
#ifdef GRACE_PERIOD_INSIDE
	rcu_read_lock();
	synchronize_rcu();
	rcu_read_unlock();
#endif
	published = NULL;
#ifdef GRACE_PERIOD
	synchronize_rcu();
	model_free(&A);
#elif defined(PLAIN_FREE)
	model_free(&A);
#else
	model_free_rcu(&A);
#endif
#ifdef REUSED
	model_alloc(&A);
	A.key = 2;
#endif
}

void scenario(void)
{
	model_run(reader);
	model_run(remover);
}
