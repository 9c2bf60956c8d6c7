/*
 * The per-VMA lock and the reference to the VMA are two things: the lock keeps the page tables, the reference keeps the
 * memory of the VMA itself. A reader who does not get the lock at once goes another way.
 *
 * expect: refuted
 * expect REFERENCE_ONLY: confirmed "page tables that are gone"
 * expect LOCK_AFTER_SECTION: confirmed "uses A after it was freed"
 * expect NO_DETACHED_CHECK: confirmed "page tables that are gone"
 */
struct vma { struct rw_semaphore lock; atomic_t refs; int detached; int page_tables; };
struct vma A = { .refs = 1, .page_tables = 1 };
struct vma *tree = &A;

static void put(struct vma *vma)
{
	if (atomic_dec_and_test(&vma->refs))
		model_free_rcu(vma);
}

static void fault(void)
{
	struct vma *vma;

	rcu_read_lock();
	vma = READ_ONCE(tree);
	if (!vma)
		goto out;
#ifdef REFERENCE_ONLY
	if (!atomic_inc_not_zero(&vma->refs))
		goto out;
	rcu_read_unlock();
	assert(vma->page_tables, "walks page tables that are gone");
	put(vma);
	return;
#else
#ifdef LOCK_AFTER_SECTION
	rcu_read_unlock();
	if (!down_read_trylock(&vma->lock))
		return;
	up_read(&vma->lock);
	return;
#else
	if (!down_read_trylock(&vma->lock))
		goto out;
#ifndef NO_DETACHED_CHECK
	if (vma->detached) {
		up_read(&vma->lock);
		goto out;
	}
#endif
	rcu_read_unlock();
	assert(vma->page_tables, "walks page tables that are gone");
	up_read(&vma->lock);
	return;
#endif
#endif
out:
	rcu_read_unlock();
}

static void munmap(void)
{
	down_write(&A.lock);
	A.detached = 1;
	tree = NULL;
	A.page_tables = 0;
	up_write(&A.lock);
	put(&A);
}

void scenario(void)
{
	model_run(fault);
	model_run(munmap);
}
