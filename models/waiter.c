/*
 * A task that needs the lock once, like any other code that takes it.
 *
 * Stands for: every other user of the lock. There is always one, or the lock would not exist, so this rival needs
 * nothing from the tree.
 * Suffers when: the lock is never given back (it waits for ever), or somebody releases the lock for it.
 */
void waiter(struct object *lock)
{
	model_lock(lock);
	model_assert_held(lock);
	model_unlock(lock);
}
