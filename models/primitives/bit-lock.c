/*
 * A lock in a bit: it may be released by somebody else than its holder (I/O completion unlocks the folio).
 *
 * expect: refuted
 * expect BY_ANOTHER: refuted
 * expect UNLOCK_TWICE: confirmed "which nobody holds"
 * expect NEVER: confirmed "still holds folio_lock"
 */
struct bit_lock folio_lock;
int submitted;

static void submit(void)
{
	bit_lock(&folio_lock);
#ifdef BY_ANOTHER
	submitted = 1;
	model_await(submitted == 2);
#elif !defined(NEVER)
	bit_unlock(&folio_lock);
#endif
#ifdef UNLOCK_TWICE
	bit_unlock(&folio_lock);
#endif
}

static void complete(void)
{
#ifdef BY_ANOTHER
	model_await(submitted == 1);
	bit_unlock(&folio_lock);
	submitted = 2;
#endif
	return;
}

void scenario(void)
{
	model_run(submit);
	model_run(complete);
	model_end();
	assert(!model_locked(&folio_lock), "the lock is left behind");
}
