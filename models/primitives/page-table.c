/*
 * A page-table entry and the lock over it. Between a look without the lock and the change under it the entry may have
 * changed, so it is looked at again; whoever takes the page table itself away waits for that lock.
 *
 * expect: refuted
 * expect NO_RECHECK: confirmed "takes back a page that is mapped no longer"
 * expect TABLE_WITHOUT_LOCK: confirmed "uses table after it was freed"
 */
struct table { spinlock_t ptl; int pte; };
struct table table = { .pte = 1 };
int present = 1;

static __atomic void clear(void)
{
	assert(table.pte == 1, "takes back a page that is mapped no longer");
	table.pte = 0;
}

static void reclaim(void)
{
	rcu_read_lock();
	if (!READ_ONCE(present) || table.pte != 1) {
		rcu_read_unlock();
		return;
	}
	spin_lock(&table.ptl);
#ifndef NO_RECHECK
	if (table.pte == 1)
#endif
		clear();
	spin_unlock(&table.ptl);
	rcu_read_unlock();
}

static void unmap(void)
{
	spin_lock(&table.ptl);
	table.pte = 0;
	spin_unlock(&table.ptl);
	present = 0;
#ifdef TABLE_WITHOUT_LOCK
	model_free(&table);
#else
	model_free_rcu(&table);
#endif
}

void scenario(void)
{
	model_run(reclaim);
	model_run(unmap);
}
