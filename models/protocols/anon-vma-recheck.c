/*
 * A walker that takes the folio's anon_vma lock without the folio lock, while UFFDIO_MOVE gives the folio another
 * anon_vma and munmap takes the first one apart. The walker has to look at folio->mapping again once it has the lock:
 * on the fast path (the trylock worked) and on the slow path (it had to wait).
 *
 * In the kernel: folio_lock_anon_vma_read() of mm/rmap.c, move_pages_pte() of mm/userfaultfd.c, unlink_anon_vmas().
 * Needs in the tree: a walker without the folio lock.
 * Bounds: one move, from A to B; munmap takes apart A.
 *
 * expect: refuted
 * expect TWO_WALKERS: refuted
 * expect NO_FAST_RECHECK: confirmed "another anon_vma's lock|after it was freed"
 * expect NO_SLOW_RECHECK: confirmed "another anon_vma's lock"
 * expect NO_SLOW_RECHECK ONLY_FREED: refuted
 * expect NO_FAST_RECHECK ONLY_FREED: confirmed "after it was freed"
 * expect RECHECK_FIRST: confirmed "another anon_vma's lock|after it was freed"
 * expect NO_UP_READ_FAST: confirmed "still holds|deadlock"
 * expect NO_UP_READ_SLOW: confirmed "still holds|deadlock"
 * expect NO_PUT_SLOW: confirmed "as many references"
 * expect NO_RCU_UNLOCK_FAST: confirmed "RCU"
 * expect RETRY_INSIDE_RCU: confirmed "RCU"
 * expect MOVER_WITHOUT_LOCK: confirmed "during the walk|another anon_vma's lock"
 * expect INDEX: confirmed "looks for the folio at its old index"
 * expect INDEX INDEX_FIRST: refuted
 */
struct anon_vma { struct anon_vma *root; struct rw_semaphore rwsem; atomic_t refcount; };
struct folio { struct bit_lock lock; struct anon_vma *mapping; int index; int mapped; };

struct anon_vma A = { .root = &A, .refcount = 1 };
struct anon_vma B = { .root = &B, .refcount = 1 };
struct folio folio = { .mapping = &A, .mapped = 1 };
struct rw_semaphore mmap_lock;

/* The memory of an anon_vma is typed: its page stays while somebody who was there before is in a read section. */
static void anon_vma_free(struct anon_vma *av)
{
	if (rwsem_is_locked(&av->root->rwsem)) {
		down_write(&av->root->rwsem);
		up_write(&av->root->rwsem);
	}
	model_free_rcu(av);
}

static void put_anon_vma(struct anon_vma *av)
{
	if (atomic_dec_and_test(&av->refcount))
		anon_vma_free(av);
}

static __atomic void must_be_current(struct folio *f, struct anon_vma *av)
{
#ifndef ONLY_FREED
	assert(f->mapping == av || !f->mapped, "walks under another anon_vma's lock than the folio's");
#endif
}

static __atomic void must_stay_current(struct folio *f, struct anon_vma *av)
{
#ifndef ONLY_FREED
	assert(f->mapping == av || !f->mapped, "the folio is moved during the walk");
#endif
}

static void rmap_walk(struct folio *f, struct anon_vma *av)
{
	assert(!model_freed(av), "walks under an anon_vma after it was freed");
	must_be_current(f, av);
	must_stay_current(f, av);
#ifdef INDEX
	/* B's pages are found by the index that the move gives the folio. */
	assert(av != &B || f->index == 1, "looks for the folio at its old index");
#endif
}

static struct anon_vma *folio_lock_anon_vma_read(struct folio *f)
{
	struct anon_vma *av, *root, *mapping;

#ifndef RETRY_INSIDE_RCU
retry:
#endif
	rcu_read_lock();
#ifdef RETRY_INSIDE_RCU
retry:
#endif
	mapping = READ_ONCE(f->mapping);
	av = mapping;
	if (!f->mapped) {
		av = NULL;
		goto out;
	}
#ifdef RECHECK_FIRST
	if (READ_ONCE(f->mapping) != mapping) {
		rcu_read_unlock();
		goto retry;
	}
#endif
	root = READ_ONCE(av->root);
	if (down_read_trylock(&root->rwsem)) {
#ifndef RECHECK_FIRST
#ifndef NO_FAST_RECHECK
		if (READ_ONCE(f->mapping) != mapping) {
#ifndef NO_UP_READ_FAST
			up_read(&root->rwsem);
#endif
#ifndef NO_RCU_UNLOCK_FAST
#ifndef RETRY_INSIDE_RCU
			rcu_read_unlock();
#endif
#endif
			goto retry;
		}
#endif
#endif
		if (!f->mapped) {
			up_read(&root->rwsem);
			av = NULL;
		}
		goto out;
	}

	if (!atomic_inc_not_zero(&av->refcount)) {
		av = NULL;
		goto out;
	}
	if (!f->mapped) {
		rcu_read_unlock();
		put_anon_vma(av);
		return NULL;
	}
	rcu_read_unlock();
	down_read(&av->root->rwsem);
#ifndef NO_SLOW_RECHECK
	if (READ_ONCE(f->mapping) != mapping) {
#ifndef NO_UP_READ_SLOW
		up_read(&av->root->rwsem);
#endif
#ifndef NO_PUT_SLOW
		put_anon_vma(av);
#endif
		goto retry;
	}
#endif
	if (atomic_dec_and_test(&av->refcount)) {
		up_read(&av->root->rwsem);
		anon_vma_free(av);
		av = NULL;
	}
	return av;
out:
	rcu_read_unlock();
	return av;
}

static void walker(void)
{
	struct anon_vma *av = folio_lock_anon_vma_read(&folio);

	if (av) {
		rmap_walk(&folio, av);
		up_read(&av->root->rwsem);
	}
}

static __atomic void move_anon_rmap(struct folio *f, struct anon_vma *to)
{
	f->mapping = to;
}

static void uffdio_move(void)
{
	struct anon_vma *src;

	down_read(&mmap_lock);
	bit_lock(&folio.lock);
	src = folio.mapping;
	if (!folio.mapped || src != &A)
		goto unlock;
	atomic_inc(&src->refcount);
#ifndef MOVER_WITHOUT_LOCK
	down_write(&src->root->rwsem);
#endif
#ifdef INDEX_FIRST
	folio.index = 1;
#endif
	WRITE_ONCE(folio.mapping, &B);
#ifdef INDEX
#ifndef INDEX_FIRST
	folio.index = 1;
#endif
#endif
#ifndef MOVER_WITHOUT_LOCK
	up_write(&src->root->rwsem);
#endif
	put_anon_vma(src);
unlock:
	bit_unlock(&folio.lock);
	up_read(&mmap_lock);
}

/* The pages of A go; a folio that was moved to B is no longer one of them. */
static __atomic void zap(void)
{
	if (folio.mapping == &A)
		folio.mapped = 0;
}

static void munmap(void)
{
	down_write(&mmap_lock);
	zap();
	down_write(&A.rwsem);
	up_write(&A.rwsem);
	put_anon_vma(&A);
	up_write(&mmap_lock);
}

void scenario(void)
{
	model_run(walker);
#ifdef TWO_WALKERS
	model_run(walker);
#endif
#ifdef THREE_WALKERS
	model_run(walker);
	model_run(walker);
#endif
	model_run(uffdio_move);
	model_run(munmap);
	model_end();
	assert(model_freed(&A), "A does not end with as many references as owners");
	assert(atomic_read(&B.refcount) == 1, "B does not end with as many references as owners");
}
