/*
 * Readers and writers. A writer that has to wait queues, and readers who come later wait behind it.
 *
 * expect: refuted
 * expect DOWNGRADE: refuted
 * expect RECURSIVE NO_WRITER: refuted
 * expect RECURSIVE: confirmed "deadlock: reader waits"
 * expect UPGRADE NO_WRITER: confirmed "for itself"
 * expect WRONG_MODE NO_WRITER: confirmed "releases sem as the writer but holds it as a reader"
 * expect WRITE_AS_READER: confirmed "beside"
 */
struct rw_semaphore sem;
int writing;

static void reader(void)
{
	down_read(&sem);
	assert(!writing, "a reader beside a writer");
#ifdef RECURSIVE
	down_read(&sem);
	up_read(&sem);
#endif
#ifdef UPGRADE
	down_write(&sem);
	up_write(&sem);
#endif
#ifdef WRONG_MODE
	up_write(&sem);
#else
	up_read(&sem);
#endif
}

static void writer(void)
{
#ifdef WRITE_AS_READER
	down_read(&sem);
	writing = 1;
	writing = 0;
	up_read(&sem);
#else
	down_write(&sem);
	writing = 1;
	writing = 0;
#ifdef DOWNGRADE
	downgrade_write(&sem);
	assert(!writing, "a reader beside a writer");
	up_read(&sem);
#else
	up_write(&sem);
#endif
#endif
}

void scenario(void)
{
	model_run(reader);
	model_run(reader);
#ifndef NO_WRITER
	model_run(writer);
#endif
}
