/*
 * A task that changes, under the lock, what a test under that lock asks.
 *
 * Stands for: whoever the test is there for. That the code before the patch makes it under the lock, and gives up when
 * the answer is another one, is what this rival needs from the tree.
 * Makes suffer: a task that goes on with what it found before it had the lock.
 */
void changer(struct object *lock, struct object *value)
{
	model_lock(lock);
	model_change(value);
	model_unlock(lock);
}
