/* What runs later: a timer or a work item that was started keeps what its function will use. */

/* include/linux/timer.h, include/linux/hrtimer.h */
int mod_timer(struct timer_list *timer, unsigned long expires)	__publishes(timer);
void add_timer(struct timer_list *timer)			__publishes(timer);
void hrtimer_start(struct hrtimer *timer, ktime_t tim, const enum hrtimer_mode mode)	__publishes(timer);
/* include/linux/workqueue.h: false when it was queued already. */
bool queue_work(struct workqueue_struct *wq, struct work_struct *work)	__publishes(work);
bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)	__publishes(dwork);
bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)	__publishes(dwork);
bool schedule_work(struct work_struct *work)			__publishes(work);
bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay)	__publishes(dwork);
/* include/linux/scatterlist.h */
void sg_set_page(struct scatterlist *sg, struct page *page, unsigned int len, unsigned int offset)	__publishes(page);
/* include/linux/kthread.h: the thread has what it was started with. */
struct task_struct *kthread_run(int (*threadfn)(void *data), void *data, const char *namefmt, ...)	__cond_publishes(noerr, data);
