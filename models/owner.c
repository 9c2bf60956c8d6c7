/*
 * Somebody else who owns a reference, uses the object and puts the reference.
 *
 * Stands for: whoever keeps a looked-up object alive until it is looked up (a page table, a tree, a list). An object
 * that can be looked up has such an owner, so this rival needs nothing from the tree.
 * Suffers when: one put too many frees the object under it, or a put too few keeps the object for ever.
 */
void owner(struct object *obj)
{
	model_use(obj);
	model_put(obj);
}
