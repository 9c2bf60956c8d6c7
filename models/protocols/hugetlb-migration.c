/*
 * Migration of a hugetlb file folio: try_to_migrate() and remove_migration_ptes() walk the file's mappings, for which
 * the caller holds i_mmap_rwsem for writing and says so with TTU_RMAP_LOCKED. The order elsewhere is i_mmap before the
 * folio, so migration, which has the folio already, may only try.
 *
 * In the kernel: unmap_and_move_huge_page() of mm/migrate.c, hugetlbfs_punch_hole(), hugetlb_fault(), huge_pmd_share().
 * Needs in the tree: for punch_hole, partial-page zeroing under i_mmap (2022); NO_PUNCH is how it was before.
 *
 * expect: refuted
 * expect NO_PUNCH: refuted
 * expect FLAG_DROPPED: confirmed "deadlock: migrate waits"
 * expect FLAG_WITHOUT_LOCK: confirmed "without i_mmap held for writing"
 * expect EARLY_UNLOCK NO_PUNCH FAULT_HOLDS_BOTH QUEUED_WRITER: confirmed "deadlock"
 * expect EARLY_UNLOCK: confirmed "deadlock"
 * expect BLOCKING: confirmed "deadlock"
 * expect REMOVE_WITHOUT_FLAG: confirmed "deadlock: migrate waits"
 * expect READ_MODE: confirmed "without i_mmap held for writing"
 * expect NO_FOLIO_UNLOCK: confirmed "still holds folio.lock"
 * expect NO_WALK_DONE: confirmed "still holds|deadlock"
 * expect NO_NOTIFIER_END: confirmed "notifier"
 * expect PUT_TWICE: confirmed "references"
 * expect NO_REMOVE: confirmed "migration entry"
 */
#define TTU_RMAP_LOCKED 1

struct folio { struct bit_lock lock; atomic_t refcount; int mapped; int migration_entry; };
struct folio folio = { .refcount = 2, .mapped = 1 };
struct rw_semaphore i_mmap;
struct mutex fault_mutex;
spinlock_t ptl;
atomic_t invalidating;

static int i_mmap_lock_for(int flags)
{
	if (flags & TTU_RMAP_LOCKED)
		return 0;
	down_read(&i_mmap);
	return 1;
}

/* A walk of the file's mappings; what it does to page tables is under their lock, which its last step gives back. */
static void try_to_migrate(int flags)
{
	int locked = i_mmap_lock_for(flags);

	atomic_inc(&invalidating);
	assert(model_holds_write(&i_mmap), "unshares page tables without i_mmap held for writing");
	spin_lock(&ptl);
	folio.migration_entry = 1;
	folio.mapped = 0;
	atomic_dec(&folio.refcount);
#ifdef PUT_TWICE
	atomic_dec(&folio.refcount);
#endif
#ifndef NO_WALK_DONE
	spin_unlock(&ptl);
#endif
#ifndef NO_NOTIFIER_END
	atomic_dec(&invalidating);
#endif
	if (locked)
		up_read(&i_mmap);
}

static void remove_migration_ptes(int flags)
{
	int locked = i_mmap_lock_for(flags);

	spin_lock(&ptl);
	if (folio.migration_entry) {
		atomic_inc(&folio.refcount);
		folio.migration_entry = 0;
		folio.mapped = 1;
	}
	spin_unlock(&ptl);
	if (locked)
		up_read(&i_mmap);
}

static int lock_mapping(void)
{
#ifdef BLOCKING
	down_write(&i_mmap);
	return 1;
#elif defined(READ_MODE)
	return down_read_trylock(&i_mmap);
#else
	return down_write_trylock(&i_mmap);
#endif
}

static void unlock_mapping(void)
{
#ifdef READ_MODE
	up_read(&i_mmap);
#else
	up_write(&i_mmap);
#endif
}

static void migrate(void)
{
	bit_lock(&folio.lock);
	if (folio.mapped) {
#ifndef FLAG_WITHOUT_LOCK
		if (!lock_mapping())
			goto unlock;
#endif
#ifdef FLAG_DROPPED
		try_to_migrate(0);
#else
		try_to_migrate(TTU_RMAP_LOCKED);
#endif
#ifdef EARLY_UNLOCK
		unlock_mapping();
		remove_migration_ptes(0);
		goto unlock;
#endif
#ifdef REMOVE_WITHOUT_FLAG
		remove_migration_ptes(0);
#elif !defined(NO_REMOVE)
		remove_migration_ptes(TTU_RMAP_LOCKED);
#endif
#ifndef FLAG_WITHOUT_LOCK
		unlock_mapping();
#endif
	}
unlock:
#ifndef NO_FOLIO_UNLOCK
	bit_unlock(&folio.lock);
#endif
	return;
}

static void punch_hole(void)
{
	down_write(&i_mmap);
	bit_lock(&folio.lock);
	bit_unlock(&folio.lock);
	up_write(&i_mmap);
}

static void hugetlb_fault(void)
{
	mutex_lock(&fault_mutex);
	down_read(&i_mmap);
#ifdef FAULT_HOLDS_BOTH
	/* 2021: the folio is taken while page tables are shared. */
	bit_lock(&folio.lock);
	bit_unlock(&folio.lock);
	up_read(&i_mmap);
#else
	up_read(&i_mmap);
	bit_lock(&folio.lock);
	bit_unlock(&folio.lock);
#endif
	mutex_unlock(&fault_mutex);
}

static void truncate_writer(void)
{
	down_write(&i_mmap);
	up_write(&i_mmap);
}

void scenario(void)
{
	model_run(migrate);
	model_run(hugetlb_fault);
#ifndef NO_PUNCH
	model_run(punch_hole);
#endif
#ifdef QUEUED_WRITER
	model_run(truncate_writer);
#endif
	model_end();
	assert(!folio.migration_entry, "a migration entry is left behind");
	assert(!model_locked(&folio.lock), "the folio lock is left behind");
	assert(!atomic_read(&invalidating), "a notifier range is started and not ended");
	assert(atomic_read(&folio.refcount) == 2, "the folio does not end with as many references as it is mapped");
}
