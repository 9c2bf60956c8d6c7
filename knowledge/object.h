/* Counted objects in general: kref, kobject, device, module, percpu_ref. */

/* include/linux/kref.h. kref_put: 1 when it was the last, and then `release` has run. */
void kref_get(struct kref *kref)				__gets(kref);
int kref_put(struct kref *kref, void (*release)(struct kref *kref))	__puts(kref) __cond_calls(true, release, kref);
int kref_get_unless_zero(struct kref *kref)			__cond_gets(true, kref);
unsigned int kref_read(const struct kref *kref)			__counts(kref);
/* include/linux/kref.h: 1 when it was the last; `release` runs with the lock held and drops it. */
int kref_put_mutex(struct kref *kref, void (*release)(struct kref *kref), struct mutex *lock)	__puts(kref) __cond_acquires(true, lock) __cond_calls(true, release, kref) __may_sleep(sometimes);
int kref_put_lock(struct kref *kref, void (*release)(struct kref *kref), spinlock_t *lock)	__puts(kref) __cond_acquires(true, lock) __cond_calls(true, release, kref);

/* include/linux/kobject.h, lib/kobject.c: NULL is passed through. */
struct kobject *kobject_get(struct kobject *kobj)		__gets(kobj) __returns_arg(kobj);
struct kobject *kobject_get_unless_zero(struct kobject *kobj)	__returns_arg(kobj) __cond_gets(nonnull, kobj);
void kobject_put(struct kobject *kobj)				__puts(kobj);
/* include/linux/device.h, drivers/base/core.c */
struct device *get_device(struct device *dev)			__gets(dev) __returns_arg(dev);
void put_device(struct device *dev)				__puts(dev) __free_class(put_device);
static inline void device_lock(struct device *dev)		{ mutex_lock(&dev->mutex); }
int device_lock_interruptible(struct device *dev)		__errno __cond_acquires(0, dev->mutex) __may_sleep;
int device_trylock(struct device *dev)				__cond_acquires(true, dev->mutex) __trylock;
static inline void device_unlock(struct device *dev)		{ mutex_unlock(&dev->mutex); }
/* include/linux/module.h, kernel/module/main.c: for the kernel itself (NULL) there is nothing to count. */
bool try_module_get(struct module *module)			__cond_gets(true, module);
void module_put(struct module *module)				__puts(module);
/* include/linux/percpu-refcount.h */
void percpu_ref_get(struct percpu_ref *ref)			__gets(ref);
void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)	__gets(ref, percpu_ref, nr);
bool percpu_ref_tryget(struct percpu_ref *ref)			__cond_gets(true, ref);
bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long nr)	__cond_gets(true, ref, percpu_ref, nr);
bool percpu_ref_tryget_live(struct percpu_ref *ref)		__cond_gets(true, ref);
void percpu_ref_put(struct percpu_ref *ref)			__puts(ref);
void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)	__puts(ref, percpu_ref, nr);
/* include/linux/pci.h, include/linux/of.h */
struct pci_dev *pci_dev_get(struct pci_dev *dev)		__gets(dev) __returns_arg(dev);
void pci_dev_put(struct pci_dev *dev)				__puts(dev) __free_class(pci_dev_put);
struct device_node *of_node_get(struct device_node *node)	__gets(node) __returns_arg(node);
void of_node_put(struct device_node *node)			__puts(node) __free_class(device_node);
/* include/linux/memremap.h, mm/memremap.c: gives `pgmap` back when it still covers the pfn, else puts it and looks the right one up. */
struct dev_pagemap *get_dev_pagemap(unsigned long pfn, struct dev_pagemap *pgmap)	__puts(pgmap, dev_pagemap, given(pgmap)) __returns_ref;
void put_dev_pagemap(struct dev_pagemap *pgmap)			__puts(pgmap);
