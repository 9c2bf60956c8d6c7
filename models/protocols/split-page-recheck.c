/*
 * 2013: split_huge_page() and the page walker beside remap_anon_pages(), which gives a page another anon_vma. The
 * splitter takes the lock of the anon_vma that it finds and looks again; the walker has to do the same on both paths.
 * As it was posted, page_lock_anon_vma_read() looks again on the slow path only: AS_POSTED.
 *
 * In the kernel: split_huge_page_to_list() of mm/huge_memory.c, page_lock_anon_vma_read() of mm/rmap.c.
 * Bounds: one move, from A to B; with MOVES_BACK a second one, from B to A; munmap takes apart A. The loop compares the
 * mapping it read first, not the one it took a reference to: a page that has come back passes the check under the
 * lock of the anon_vma it has left. COMPARES_OWN compares what it holds.
 *
 * expect: refuted
 * expect AS_POSTED: confirmed "another anon_vma's lock"
 * expect AS_POSTED ONLY_FREED: confirmed "after it was freed"
 * expect NO_WALKER: refuted
 * expect NO_LOOP_CHECK: confirmed "splits under another anon_vma's lock"
 * expect NO_LOOP_PUT: confirmed "as many references"
 * expect NO_LOOP_UNLOCK: confirmed "still holds|deadlock"
 * expect NO_WALKER MOVES_BACK: confirmed "splits under another anon_vma's lock"
 * expect NO_WALKER MOVES_BACK COMPARES_OWN: refuted
 * expect CHECK_BEFORE_LOCK: confirmed "splits under another anon_vma's lock"
 */
struct anon_vma { struct anon_vma *root; struct rw_semaphore rwsem; atomic_t refcount; };
struct page { struct bit_lock lock; struct anon_vma *mapping; int mapped; };

struct anon_vma A = { .root = &A, .refcount = 1 };
struct anon_vma B = { .root = &B, .refcount = 1 };
struct page page = { .mapping = &A, .mapped = 1 };
struct rw_semaphore mmap_lock;

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

static __atomic void must_be_current(struct anon_vma *av)
{
#ifndef ONLY_FREED
	assert(page.mapping == av || !page.mapped, "walks under another anon_vma's lock than the page's");
#endif
}

static __atomic void split_is_safe(struct anon_vma *av)
{
	assert(page.mapping == av || !page.mapped, "splits under another anon_vma's lock than the page's");
}

static struct anon_vma *page_lock_anon_vma_read(void)
{
	struct anon_vma *av, *mapping;

repeat:
	rcu_read_lock();
	mapping = ACCESS_ONCE(page.mapping);
	av = mapping;
	if (!page.mapped) {
		av = NULL;
		goto out;
	}
	if (down_read_trylock(&av->root->rwsem)) {
#ifndef AS_POSTED
		if (ACCESS_ONCE(page.mapping) != mapping) {
			up_read(&av->root->rwsem);
			rcu_read_unlock();
			goto repeat;
		}
#endif
		if (!page.mapped) {
			up_read(&av->root->rwsem);
			av = NULL;
		}
		goto out;
	}
	if (!atomic_inc_not_zero(&av->refcount)) {
		av = NULL;
		goto out;
	}
	if (!page.mapped) {
		rcu_read_unlock();
		put_anon_vma(av);
		return NULL;
	}
	rcu_read_unlock();
	down_read(&av->root->rwsem);
	if (ACCESS_ONCE(page.mapping) != mapping) {
		up_read(&av->root->rwsem);
		put_anon_vma(av);
		goto repeat;
	}
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
	struct anon_vma *av = page_lock_anon_vma_read();

	if (!av)
		return;
	assert(!model_freed(av), "walks under an anon_vma after it was freed");
	must_be_current(av);
	up_read(&av->root->rwsem);
}

/* A reference to the anon_vma that the page has now; null when nobody maps it. */
static struct anon_vma *page_get_anon_vma(void)
{
	struct anon_vma *av;

	rcu_read_lock();
	av = ACCESS_ONCE(page.mapping);
	if (!page.mapped || !atomic_inc_not_zero(&av->refcount))
		av = NULL;
	else if (!page.mapped) {
		rcu_read_unlock();
		put_anon_vma(av);
		return NULL;
	}
	rcu_read_unlock();
	return av;
}

static void split_huge_page(void)
{
	struct anon_vma *av, *mapping;

	for (;;) {
		mapping = ACCESS_ONCE(page.mapping);
		av = page_get_anon_vma();
		if (!av)
			return;
#ifdef CHECK_BEFORE_LOCK
		if (mapping != ACCESS_ONCE(page.mapping)) {
			put_anon_vma(av);
			continue;
		}
#endif
		down_write(&av->root->rwsem);
#ifdef NO_LOOP_CHECK
		break;
#endif
#ifdef CHECK_BEFORE_LOCK
		break;
#endif
#ifdef COMPARES_OWN
		if (av == ACCESS_ONCE(page.mapping))
			break;
#else
		if (mapping == ACCESS_ONCE(page.mapping))
			break;
#endif
#ifndef NO_LOOP_UNLOCK
		up_write(&av->root->rwsem);
#endif
#ifndef NO_LOOP_PUT
		put_anon_vma(av);
#endif
	}
	split_is_safe(av);
	up_write(&av->root->rwsem);
	put_anon_vma(av);
}

static void move_to(struct anon_vma *to)
{
	struct anon_vma *src;

	down_read(&mmap_lock);
	bit_lock(&page.lock);
	src = page.mapping;
	if (!page.mapped || src == to)
		goto unlock;
	atomic_inc(&src->refcount);
	down_write(&src->root->rwsem);
	WRITE_ONCE(page.mapping, to);
	up_write(&src->root->rwsem);
	put_anon_vma(src);
unlock:
	bit_unlock(&page.lock);
	up_read(&mmap_lock);
}

static void remap_anon_pages(void)
{
	move_to(&B);
}

static void move_back(void)
{
	move_to(&A);
}

static __atomic void zap(void)
{
	if (page.mapping == &A)
		page.mapped = 0;
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
#ifndef NO_WALKER
	model_run(walker);
#endif
	model_run(split_huge_page);
	model_run(remap_anon_pages);
#ifdef MOVES_BACK
	model_run(move_back);
	model_end();
#else
	model_run(munmap);
	model_end();
	assert(model_freed(&A), "A does not end with as many references as owners");
	assert(atomic_read(&B.refcount) == 1, "B does not end with as many references as owners");
#endif
}
