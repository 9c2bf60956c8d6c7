/*
 * Lazy migration: instead of an anon_vma the folio's VMA is pinned, by a reference that keeps its memory and by the
 * per-VMA lock that keeps its page tables. lock_vma_under_rcu() finds a VMA by address, and what it finds need not be
 * the VMA whose reference is held: AS_POSTED only tests that it found one.
 *
 * Rivals: munmap of the VMA and a new mapping at the same place (MAP_FIXED), a split of it (SPLIT), or exit, which frees
 * page tables without taking the VMA's lock for writing (EXIT).
 * Needs in the tree: lock_vma_under_rcu().
 * Bounds: one folio, one page of address space that has two VMAs one after the other.
 *
 * expect: refuted
 * expect SPLIT: refuted
 * expect AS_POSTED: confirmed "releases A.vm_lock as a reader, which it does not hold"
 * expect AS_POSTED SPLIT: confirmed "releases A.vm_lock as a reader, which it does not hold"
 * expect EXIT: confirmed "page tables that are gone"
 * expect REFERENCE_ONLY: confirmed "page tables that are gone"
 * expect END_READ_WITHOUT_PUT: confirmed "reference is left over"
 * expect PUT_WITHOUT_END_READ: confirmed "still holds A.vm_lock"
 * The put may come first: while the VMA is read-locked, munmap has not put its own reference.
 * expect PUT_FIRST: refuted
 * expect NO_MAPPED_CHECK: refuted
 */
struct vm_area_struct { struct rw_semaphore vm_lock; atomic_t vm_refs; int has_page_tables; int detached; };
struct folio { struct bit_lock lock; int mapped; };

struct vm_area_struct A = { .vm_refs = 1, .has_page_tables = 1 };
struct vm_area_struct B;
struct folio folio = { .mapped = 1 };
struct rw_semaphore mmap_lock;
/* What a look-up of the old start of A, and of its new start after a split, comes to. */
struct vm_area_struct *at_old_start = &A;
struct vm_area_struct *at_new_start = &A;
int start_moved;

static void vma_put(struct vm_area_struct *vma)
{
	if (atomic_dec_and_test(&vma->vm_refs))
		model_free_rcu(vma);
}

/* Readers never wait: while the VMA is write-locked, or detached, the answer is no. */
static int vma_start_read(struct vm_area_struct *vma)
{
	if (!down_read_trylock(&vma->vm_lock))
		return 0;
	if (vma->detached) {
		up_read(&vma->vm_lock);
		return 0;
	}
	return 1;
}

static void vma_end_read(struct vm_area_struct *vma)
{
	up_read(&vma->vm_lock);
}

static struct vm_area_struct *lock_vma_under_rcu(int new_start)
{
	struct vm_area_struct *vma;

	rcu_read_lock();
	vma = new_start ? at_new_start : at_old_start;
	if (vma && !vma_start_read(vma))
		vma = NULL;
	rcu_read_unlock();
	return vma;
}

static __atomic struct vm_area_struct *folio_get_vma(void)
{
	if (!folio.mapped || A.vm_refs.model == 0)
		return NULL;
	A.vm_refs.model++;
	return &A;
}

static struct vm_area_struct *folio_trylock_get_anon_rmap(void)
{
	struct vm_area_struct *vma = folio_get_vma();
	struct vm_area_struct *locked;

	if (!vma)
		return NULL;
#ifndef REFERENCE_ONLY
	locked = lock_vma_under_rcu(start_moved);
#ifdef AS_POSTED
	if (!locked) {
		vma_put(vma);
		return NULL;
	}
#else
	if (locked != vma) {
		if (locked)
			vma_end_read(locked);
		vma_put(vma);
		return NULL;
	}
#endif
#endif
	return vma;
}

static void anon_rmap_unlock_put(struct vm_area_struct *vma)
{
#ifdef PUT_FIRST
	vma_put(vma);
	vma_end_read(vma);
#else
#ifndef REFERENCE_ONLY
#ifndef PUT_WITHOUT_END_READ
	vma_end_read(vma);
#endif
#endif
#ifndef END_READ_WITHOUT_PUT
	vma_put(vma);
#endif
#endif
}

static void rmap_walk(struct vm_area_struct *vma)
{
	assert(vma->has_page_tables, "walks page tables that are gone");
}

static void migrate(void)
{
	struct vm_area_struct *vma;

	bit_lock(&folio.lock);
	vma = folio_trylock_get_anon_rmap();
	if (!vma)
		goto unlock;
#ifndef NO_MAPPED_CHECK
	if (folio.mapped) {
#endif
		rmap_walk(vma);		/* try_to_migrate() */
		rmap_walk(vma);
		rmap_walk(vma);		/* remove_migration_ptes() */
#ifndef NO_MAPPED_CHECK
	}
#endif
	anon_rmap_unlock_put(vma);
unlock:
	bit_unlock(&folio.lock);
}

static void unmap(struct vm_area_struct *vma)
{
	down_write(&mmap_lock);
	down_write(&vma->vm_lock);		/* vma_start_write() */
	vma->detached = 1;
	if (at_old_start == vma)
		at_old_start = NULL;
	if (at_new_start == vma)
		at_new_start = NULL;
	if (vma == &A)
		folio.mapped = 0;
	vma->has_page_tables = 0;		/* free_pgtables() */
	up_write(&vma->vm_lock);
	vma_put(vma);
	up_write(&mmap_lock);
}

static void exit_mmap(void)
{
	down_write(&mmap_lock);
	folio.mapped = 0;
	A.has_page_tables = 0;
	at_old_start = NULL;
	at_new_start = NULL;
	vma_put(&A);
	up_write(&mmap_lock);
}

static void split(void)
{
	down_write(&mmap_lock);
	down_write(&A.vm_lock);
	atomic_set(&B.vm_refs, 1);
	B.has_page_tables = 1;
	start_moved = 1;
	at_old_start = &B;
	up_write(&A.vm_lock);
	up_write(&mmap_lock);
}

static void map_fixed(void)
{
	down_write(&mmap_lock);
	atomic_set(&B.vm_refs, 1);
	B.has_page_tables = 1;
	at_old_start = &B;
	at_new_start = &B;
	up_write(&mmap_lock);
}

static void munmap(void)
{
#ifdef SPLIT
	split();
	unmap(&A);
#else
	unmap(&A);
	map_fixed();
#endif
	unmap(&B);
}

void scenario(void)
{
	model_run(migrate);
#ifdef EXIT
	model_run(exit_mmap);
#else
	model_run(munmap);
#endif
	model_end();
	assert(atomic_read(&A.vm_refs) == 0, "a reference is left over on A");
	assert(!model_locked(&A.vm_lock) && !model_locked(&B.vm_lock), "a VMA stays read-locked");
}
