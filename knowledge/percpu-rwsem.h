/* Per-CPU read-write semaphores, and the hotplug locks made of them. */

/* include/linux/percpu-rwsem.h, kernel/locking/percpu-rwsem.c */
void percpu_down_read(struct percpu_rw_semaphore *sem)		__acquires_shared(sem) __may_sleep __guard(percpu_read, percpu_up_read);
bool percpu_down_read_trylock(struct percpu_rw_semaphore *sem)	__cond_acquires_shared(true, sem) __trylock;
void percpu_up_read(struct percpu_rw_semaphore *sem)		__releases_shared(sem);
void percpu_down_write(struct percpu_rw_semaphore *sem)		__acquires(sem) __may_sleep __guard(percpu_write, percpu_up_write);
void percpu_up_write(struct percpu_rw_semaphore *sem)		__releases(sem);
bool percpu_is_read_locked(struct percpu_rw_semaphore *sem);
bool percpu_is_write_locked(struct percpu_rw_semaphore *sem);
void percpu_rwsem_assert_held(struct percpu_rw_semaphore *sem)	__must_hold_shared(sem);

/* include/linux/cpu.h, kernel/cpu.c */
extern struct percpu_rw_semaphore cpu_hotplug_lock;
void cpus_read_lock(void)					__acquires_shared(cpu_hotplug_lock) __may_sleep __guard(cpus_read_lock, cpus_read_unlock);
int cpus_read_trylock(void)					__cond_acquires_shared(true, cpu_hotplug_lock) __trylock;
void cpus_read_unlock(void)					__releases_shared(cpu_hotplug_lock);
void cpus_write_lock(void)					__acquires(cpu_hotplug_lock) __may_sleep __guard(cpus_write_lock, cpus_write_unlock);
void cpus_write_unlock(void)					__releases(cpu_hotplug_lock);
void lockdep_assert_cpus_held(void)				__must_hold_shared(cpu_hotplug_lock);
/* kernel/cpu.c: a count that keeps CPUs from coming and going; it nests. */
extern __bracket_t __cpu_hotplug_disabled;
void cpu_hotplug_disable(void)					__acquires(__cpu_hotplug_disabled) __may_sleep;
void cpu_hotplug_enable(void)					__releases(__cpu_hotplug_disabled) __may_sleep;

/* include/linux/memory_hotplug.h, mm/memory_hotplug.c */
extern struct percpu_rw_semaphore mem_hotplug_lock;
void get_online_mems(void)					__acquires_shared(mem_hotplug_lock) __may_sleep;
void put_online_mems(void)					__releases_shared(mem_hotplug_lock);
void mem_hotplug_begin(void)					__acquires_shared(cpu_hotplug_lock) __acquires(mem_hotplug_lock) __may_sleep;
void mem_hotplug_done(void)					__releases(mem_hotplug_lock) __releases_shared(cpu_hotplug_lock);

/* include/linux/device.h, drivers/base/core.c: the _sysfs form returns 0 locked, or restarts the system call. */
extern struct mutex device_hotplug_lock;
void lock_device_hotplug(void)					__acquires(device_hotplug_lock) __may_sleep;
void unlock_device_hotplug(void)				__releases(device_hotplug_lock);
int lock_device_hotplug_sysfs(void)				__errno __cond_acquires(0, device_hotplug_lock) __may_sleep;
