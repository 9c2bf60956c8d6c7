/*
 * The handle of lazy migration: a pointer to an anon_vma, or to a VMA with a tag in its lowest bit. get and put, lock
 * and unlock have to look at the same tag; the handle that stands for nothing has none. Between the two halves of a
 * migration the handle is kept in the destination's mapping, and what it stands for in its private data; both are
 * cleared when they are taken out.
 *
 * For a VMA, lock and unlock count a lifetime and exclude nobody: what has to hold its page tables together is
 * something else (lazy-migration.c).
 *
 * expect: refuted
 * expect LAZY: refuted
 * expect LAZY PUT_WITHOUT_BRANCH: confirmed "for something with a field|follows a tagged pointer"
 * expect LAZY UNLOCK_WITHOUT_BRANCH: confirmed "for something with a field|follows a tagged pointer"
 * expect PUT_WITHOUT_BRANCH: refuted
 * expect LAZY MASK_MIXED_UP: confirmed "follows a tagged pointer|pointer that is none"
 * expect LAZY NO_TAG: confirmed "for something with a field"
 * expect EXTRACT_KEEPS_MAPPING: confirmed "foreign value"
 * expect EXTRACT_KEEPS_STATE: confirmed "foreign value"
 * expect NULL_HANDLE: refuted
 * expect LAZY NULL_HANDLE: refuted
 */
#define TAG 1

struct anon_vma { struct rw_semaphore rwsem; atomic_t refcount; };
struct vm_area_struct { atomic_t vm_refs; };
struct folio { unsigned long mapping; int private; int published; };

struct anon_vma A = { .refcount = 1 };
struct vm_area_struct V = { .vm_refs = 1 };
struct folio dst;

static int is_lazy(unsigned long handle)
{
	return handle & TAG;
}

static unsigned long value_of(unsigned long handle)
{
#ifdef MASK_MIXED_UP
	return handle & ~2;
#else
	return handle & ~TAG;
#endif
}

static void handle_get(unsigned long handle)
{
	if (!handle)
		return;
	if (is_lazy(handle))
		atomic_inc(&((struct vm_area_struct *)value_of(handle))->vm_refs);
	else
		atomic_inc(&((struct anon_vma *)value_of(handle))->refcount);
}

static void handle_put(unsigned long handle)
{
	if (!handle)
		return;
#ifndef PUT_WITHOUT_BRANCH
	if (is_lazy(handle)) {
		atomic_dec(&((struct vm_area_struct *)value_of(handle))->vm_refs);
		return;
	}
#endif
	atomic_dec(&((struct anon_vma *)value_of(handle))->refcount);
}

static int handle_trylock(unsigned long handle)
{
	if (!handle)
		return 1;
	if (is_lazy(handle)) {
		handle_get(handle);
		return 1;
	}
	return down_read_trylock(&((struct anon_vma *)value_of(handle))->rwsem);
}

static void handle_unlock(unsigned long handle)
{
	if (!handle)
		return;
#ifndef UNLOCK_WITHOUT_BRANCH
	if (is_lazy(handle)) {
		handle_put(handle);
		return;
	}
#endif
	up_read(&((struct anon_vma *)value_of(handle))->rwsem);
}

static unsigned long handle_of_folio(void)
{
#ifdef NULL_HANDLE
	if (any())
		return 0;
#endif
#ifdef LAZY
#ifdef NO_TAG
	return (unsigned long)&V;
#else
	return (unsigned long)&V | TAG;
#endif
#else
	return (unsigned long)&A;
#endif
}

static void migrate(void)
{
	unsigned long handle = handle_of_folio();

	handle_get(handle);
	if (!handle_trylock(handle)) {
		handle_put(handle);
		return;
	}
	dst.mapping = handle;		/* record */
	dst.private = 1;

	handle = dst.mapping;		/* extract */
#ifndef EXTRACT_KEEPS_MAPPING
	dst.mapping = 0;
#endif
#ifndef EXTRACT_KEEPS_STATE
	dst.private = 0;
#endif
	dst.published = 1;
	handle_unlock(handle);
	handle_put(handle);
}

/* Whoever finds the new folio may look at its fields. */
static void finder(void)
{
	if (!dst.published)
		return;
	assert(!dst.mapping, "a foreign value in the mapping of a folio that can be found");
	assert(!dst.private, "a foreign value in the private data of a folio that can be found");
}

static void writer(void)
{
	down_write(&A.rwsem);
	up_write(&A.rwsem);
}

void scenario(void)
{
	model_run(migrate);
	model_run(finder);
	model_run(writer);
	model_end();
	assert(atomic_read(&A.refcount) == 1, "the anon_vma's count differs from its owners");
	assert(atomic_read(&V.vm_refs) == 1, "the VMA's count differs from its owners");
}
