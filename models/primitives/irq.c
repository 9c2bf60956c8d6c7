/*
 * A spinlock that an interrupt takes as well: whoever holds it with interrupts on can be interrupted by somebody who
 * waits for it on the same processor.
 *
 * expect: refuted
 * expect SAVE: refuted
 * expect INTERRUPTS_ON: confirmed "deadlock: task waits"
 * expect NO_RESTORE: confirmed "ends with interrupts off"
 */
spinlock_t lock;
int seen;

static void task(void)
{
	int flags;

#ifdef INTERRUPTS_ON
	spin_lock(&lock);
	seen = 1;
	spin_unlock(&lock);
#elif defined(SAVE)
	spin_lock_irqsave(&lock, flags);
	seen = 1;
	spin_unlock_irqrestore(&lock, flags);
#else
	spin_lock_irq(&lock);
	seen = 1;
#ifdef NO_RESTORE
	spin_unlock(&lock);
#else
	spin_unlock_irq(&lock);
#endif
#endif
}

static void handler(void)
{
	spin_lock(&lock);
	seen = 0;
	spin_unlock(&lock);
}

void scenario(void)
{
	model_run(task);
	model_interrupt(handler);
}
