/*
 * A task that is given the processor when the function sleeps, and spins for the same lock: it keeps the processor
 * until it has the lock.
 *
 * Stands for: every other user of the spinlock, on a kernel that does not preempt or with one processor left. A
 * spinlock has other users, so this rival needs nothing from the tree.
 * Suffers when: the function sleeps while it holds the lock, and needs the processor to give it back.
 */
void spinner(struct object *processor, struct object *lock)
{
	model_lock(processor);
	model_lock(lock);
	model_unlock(lock);
	model_unlock(processor);
}
