/* Calls that do not come back. WARN_ON() and VM_BUG_ON() do: the latter is nothing at all in production kernels. */

/* include/asm-generic/bug.h, include/linux/panic.h, include/linux/kernel.h, kernel/exit.c */
void BUG(void)							__noreturn;
void panic(const char *fmt, ...)				__noreturn;
void do_exit(long error_code)					__noreturn;
void make_task_dead(int signr)					__noreturn;
void kthread_complete_and_exit(struct completion *comp, long code)	__noreturn;
void nmi_panic_self_stop(struct pt_regs *regs)			__noreturn;
/* include/linux/compiler.h */
void unreachable(void)						__noreturn;
void __builtin_unreachable(void)				__noreturn;
/* include/linux/sched/task.h, kernel/sched/core.c */
void do_task_dead(void)						__noreturn;
