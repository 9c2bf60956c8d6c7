/*
 * A task that waits until every section that others are in has ended.
 *
 * Stands for: synchronize_rcu() and its kin, which some task calls sooner or later on every running kernel.
 * Suffers when: a section is never ended.
 */
void grace_period(struct object *sections)
{
	model_wait_for_sections(sections);
}
