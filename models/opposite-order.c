/*
 * A task that takes two locks the other way round.
 *
 * Stands for: the function named with the finding, or whoever keeps to the documented order. Runs only where somebody
 * is known to take the locks so; in the mode in which that function takes each, and as a writer where only the order
 * is documented.
 * Suffers when: the function holds the second lock and waits for the first.
 */
void opposite_order(struct object *first, struct object *second)
{
	model_lock(first);
	model_lock(second);
	model_unlock(second);
	model_unlock(first);
}

void opposite_order_reading_first(struct object *first, struct object *second)
{
	model_read_lock(first);
	model_lock(second);
	model_unlock(second);
	model_read_unlock(first);
}

void opposite_order_reading_second(struct object *first, struct object *second)
{
	model_lock(first);
	model_read_lock(second);
	model_read_unlock(second);
	model_unlock(first);
}

void opposite_order_reading_both(struct object *first, struct object *second)
{
	model_read_lock(first);
	model_read_lock(second);
	model_read_unlock(second);
	model_read_unlock(first);
}
