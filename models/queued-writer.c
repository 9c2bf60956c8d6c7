/*
 * A writer of a reader-writer lock.
 *
 * Stands for: every writer of the lock. A lock with readers has writers, so this rival needs nothing from the tree.
 * Suffers when: a reader does not give the lock back. Makes suffer: a task that takes the lock for reading twice,
 * because its second time has to wait behind the queued writer, who waits for its first.
 */
void writer(struct object *sem)
{
	model_write_lock(sem);
	model_assert_held(sem);
	model_write_unlock(sem);
}
