/*
 * Migration in batches. With lazy migration the anon_vma's lock, taken for reading with a trylock for the first folio,
 * stays held while the batch goes on: to a second folio of the same anon_vma, to a large folio that has to be split
 * (which takes the lock for writing), or into the allocator and from there into reclaim (which takes it for reading,
 * and waits behind a queued writer).
 *
 * In the kernel: migrate_pages_batch() of mm/migrate.c, split_huge_page_to_list(), try_to_unmap() from reclaim.
 *
 * expect: confirmed "deadlock: migrate waits"
 * expect NO_RECLAIM NO_WRITER: confirmed "for itself"
 * expect NO_SPLIT: confirmed "deadlock: migrate waits"
 * expect NO_SPLIT NO_WRITER: refuted
 * expect NO_SPLIT NO_RECLAIM: refuted
 * expect BEFORE: refuted
 * expect NO_SPLIT NO_RECLAIM FLAG_DROPPED_UNMAP: confirmed "deadlock"
 * expect NO_SPLIT NO_RECLAIM FLAG_DROPPED_UNMAP NO_WRITER: refuted
 * expect NO_SPLIT NO_RECLAIM FLAG_DROPPED_RESTORE: confirmed "deadlock"
 * expect NO_SPLIT NO_RECLAIM FLAG_DROPPED_UNDO: confirmed "deadlock"
 * expect NO_SPLIT NO_RECLAIM FLAG_DROPPED_SECOND: confirmed "deadlock"
 * expect NO_SPLIT NO_RECLAIM NULL_HANDLE: confirmed "without the lock"
 * expect NO_SPLIT NO_RECLAIM PUT_ONLY: confirmed "still holds"
 * expect NO_SPLIT NO_RECLAIM UNLOCK_BEFORE_RESTORE: confirmed "without the lock"
 * expect NO_SPLIT NO_RECLAIM PUT_BEFORE_UNLOCK: confirmed "after it was freed"
 * expect NO_SPLIT NO_RECLAIM BLOCKING: confirmed "deadlock"
 * expect NO_SPLIT NO_RECLAIM EXTRACT_TWICE: confirmed "extracted"
 */
#define TTU_RMAP_LOCKED 1

struct anon_vma { struct rw_semaphore rwsem; atomic_t refcount; };
struct folio { struct bit_lock lock; struct anon_vma *anon_vma; struct anon_vma *recorded; };

struct anon_vma A = { .refcount = 1 };
struct folio src = { .anon_vma = &A };
struct folio second = { .anon_vma = &A };
struct folio other = { .anon_vma = &A };
struct folio dst;
int mapped = 1;

static void put_anon_vma(struct anon_vma *av)
{
	if (atomic_dec_and_test(&av->refcount))
		model_free_rcu(av);
}

/* The caller says with TTU_RMAP_LOCKED that it holds the lock that the walk would take. */
static void rmap_walk(struct anon_vma *av, int flags)
{
	if (!(flags & TTU_RMAP_LOCKED))
		down_read(&av->rwsem);
	assert(model_holds(&av->rwsem), "walks without the lock");
	if (!(flags & TTU_RMAP_LOCKED))
		up_read(&av->rwsem);
}

static struct anon_vma *folio_get_anon_vma(struct folio *folio)
{
	struct anon_vma *av;

	rcu_read_lock();
	av = folio->anon_vma;
	/* Nothing is known of the anon_vma of a folio that is not mapped. */
	if (!mapped || !atomic_inc_not_zero(&av->refcount))
		av = NULL;
	rcu_read_unlock();
	return av;
}

static struct anon_vma *folio_trylock_get_anon_rmap(struct folio *folio)
{
	struct anon_vma *av = folio_get_anon_vma(folio);

	if (!av)
		return NULL;
#ifdef BLOCKING
	down_read(&av->rwsem);
	return av;
#else
	if (down_read_trylock(&av->rwsem))
		return av;
	put_anon_vma(av);
	return NULL;
#endif
}

static void anon_rmap_unlock_put(struct anon_vma *av)
{
#ifdef PUT_BEFORE_UNLOCK
	put_anon_vma(av);
	up_read(&av->rwsem);
#else
#ifndef PUT_ONLY
	up_read(&av->rwsem);
#endif
	put_anon_vma(av);
#endif
}

static void record(struct anon_vma *av)
{
	dst.recorded = av;
}

static struct anon_vma *extract(void)
{
	struct anon_vma *av = dst.recorded;

	assert(av, "a handle is extracted that was never recorded, or was extracted before");
	dst.recorded = NULL;
	return av;
}

static int unmap_first(void)
{
	struct anon_vma *av;

	if (!bit_trylock(&src.lock))
		return 0;
#ifdef BEFORE
	av = folio_get_anon_vma(&src);
	if (!av) {
		bit_unlock(&src.lock);
		return 0;
	}
	rmap_walk(av, 0);
	record(av);
	return 1;
#endif
	av = folio_trylock_get_anon_rmap(&src);
#ifdef NULL_HANDLE
	if (!av) {
		if (!folio_get_anon_vma(&src))
			goto unlock;
		rmap_walk(&A, TTU_RMAP_LOCKED);
		put_anon_vma(&A);
unlock:
		bit_unlock(&src.lock);
		return 0;
	}
#else
	if (!av) {
		bit_unlock(&src.lock);
		return 0;
	}
#endif
#ifdef FLAG_DROPPED_UNMAP
	rmap_walk(av, 0);
#else
	rmap_walk(av, TTU_RMAP_LOCKED);
#endif
	record(av);
	return 1;
}

static void second_folio(void)
{
	struct anon_vma *av;

	if (!bit_trylock(&second.lock))
		return;
#ifdef BEFORE
	rmap_walk(&A, 0);
#else
	av = folio_trylock_get_anon_rmap(&second);
	if (av) {
#ifdef FLAG_DROPPED_SECOND
		rmap_walk(av, 0);
#else
		rmap_walk(av, TTU_RMAP_LOCKED);
#endif
		anon_rmap_unlock_put(av);
	}
#endif
	bit_unlock(&second.lock);
}

static void split_folio(void)
{
	if (!bit_trylock(&second.lock))
		return;
	down_write(&A.rwsem);
	up_write(&A.rwsem);
	bit_unlock(&second.lock);
}

static void reclaim(void)
{
	if (!bit_trylock(&other.lock))
		return;
	if (!down_read_trylock(&A.rwsem))
		down_read(&A.rwsem);
	up_read(&A.rwsem);
	bit_unlock(&other.lock);
}

static void finish_first(void)
{
	struct anon_vma *av = extract();

#ifdef EXTRACT_TWICE
	av = extract();
#endif
#ifdef BEFORE
	rmap_walk(av, 0);
	put_anon_vma(av);
	bit_unlock(&src.lock);
	return;
#endif
#ifdef UNLOCK_BEFORE_RESTORE
	up_read(&av->rwsem);
	rmap_walk(av, TTU_RMAP_LOCKED);
	put_anon_vma(av);
	bit_unlock(&src.lock);
	return;
#endif
	if (any()) {
		/* The move fails: everything is put back. */
#ifdef FLAG_DROPPED_UNDO
		rmap_walk(av, 0);
#else
		rmap_walk(av, TTU_RMAP_LOCKED);
#endif
	} else {
#ifdef FLAG_DROPPED_RESTORE
		rmap_walk(av, 0);
#else
		rmap_walk(av, TTU_RMAP_LOCKED);
#endif
	}
	anon_rmap_unlock_put(av);
	bit_unlock(&src.lock);
}

static void migrate(void)
{
	if (!unmap_first())
		return;
	if (any())
		second_folio();
#ifndef NO_SPLIT
	if (any())
		split_folio();
#endif
#ifndef NO_RECLAIM
	if (any())
		reclaim();
#endif
	finish_first();
}

/* munmap() takes the pages away, then unlinks the VMA under the lock, and puts what the VMA owned. */
static void writer(void)
{
	mapped = 0;
	down_write(&A.rwsem);
	up_write(&A.rwsem);
	put_anon_vma(&A);
}

void scenario(void)
{
	model_run(migrate);
#ifndef NO_WRITER
	model_run(writer);
#endif
	model_end();
#ifndef NO_WRITER
	assert(model_freed(&A), "the anon_vma ends with a reference that nobody owns");
#else
	assert(atomic_read(&A.refcount) == 1, "the anon_vma ends with a reference that nobody owns");
#endif
}
