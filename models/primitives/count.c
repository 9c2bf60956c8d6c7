/*
 * Counts are atomic; a frozen count gives nobody a reference. The last put frees.
 *
 * expect: refuted
 * expect PUT_TWICE: confirmed "drops below zero|after it was freed"
 * expect NO_PUT: confirmed "never freed"
 * expect GET_WITHOUT_TEST: confirmed "after it was freed"
 * expect USE_AFTER_PUT: confirmed "after it was freed"
 * expect IN_TWO_STEPS: confirmed "drops below zero|never freed|after it was freed"
 * expect FREEZE: refuted
 * expect FREEZE NO_FREEZE_TEST: confirmed "not frozen|somebody else has a reference"
 */
struct object { atomic_t refs; int data; };
struct object A = { .refs = 1, .data = 1 };
atomic_t users;
int gone;

static void put(void)
{
	if (atomic_dec_and_test(&A.refs)) {
		gone = 1;
		model_free_rcu(&A);
	}
}

static void user(void)
{
	rcu_read_lock();
	if (gone) {
		rcu_read_unlock();
		return;
	}
#ifdef GET_WITHOUT_TEST
	atomic_inc(&A.refs);
#else
	if (!atomic_inc_not_zero(&A.refs)) {
		rcu_read_unlock();
		return;
	}
#endif
	rcu_read_unlock();
	atomic_inc(&users);
	assert(A.data, "a freed object is used");
	atomic_dec(&users);
#ifndef NO_PUT
	put();
#endif
#ifdef PUT_TWICE
	put();
#endif
#ifdef USE_AFTER_PUT
	assert(A.data, "a freed object is used");
#endif
}

static void owner(void)
{
#ifdef FREEZE
#ifdef NO_FREEZE_TEST
	ref_freeze(&A.refs, 1);
#else
	if (!ref_freeze(&A.refs, 1)) {
		put();
		return;
	}
#endif
	assert(!atomic_read(&users), "frozen, but somebody else has a reference");
	ref_unfreeze(&A.refs, 1);
#endif
#ifdef IN_TWO_STEPS
	int old = atomic_read(&A.refs);

	atomic_set(&A.refs, old - 1);
	if (old == 1) {
		gone = 1;
		model_free_rcu(&A);
	}
#else
	put();
#endif
}

void scenario(void)
{
	model_run(user);
	model_run(owner);
	model_end();
	assert(model_freed(&A), "the object is never freed");
}
