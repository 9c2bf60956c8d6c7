/*
 * A task in the middle of a change that it makes under the lock.
 *
 * Stands for: whoever else takes the lock in order to change what it guards. A callee that says it must be held is what this
 * rival needs from the tree.
 * Makes suffer: a task that goes on without the lock.
 */
void insider(struct object *lock, struct object *value)
{
	model_lock(lock);
	model_change(value);
	model_settle(value);
	model_unlock(lock);
}
