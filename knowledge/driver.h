/* What drivers hold: power, clocks, nodes of the device tree, users of a bus. */

/* include/linux/pm_runtime.h: the plain forms count up even when resuming fails; resume_and_get only on success. */
int pm_runtime_get(struct device *dev)				__gets(dev, pm_runtime);
int pm_runtime_get_sync(struct device *dev)			__gets(dev, pm_runtime);
void pm_runtime_get_noresume(struct device *dev)		__gets(dev, pm_runtime);
int pm_runtime_resume_and_get(struct device *dev)		__errno __cond_gets(0, dev, pm_runtime);
int pm_runtime_put(struct device *dev)				__puts(dev, pm_runtime);
int pm_runtime_put_sync(struct device *dev)			__puts(dev, pm_runtime);
int pm_runtime_put_sync_suspend(struct device *dev)		__puts(dev, pm_runtime);
int pm_runtime_put_autosuspend(struct device *dev)		__puts(dev, pm_runtime);
int pm_runtime_put_sync_autosuspend(struct device *dev)		__puts(dev, pm_runtime);
void pm_runtime_put_noidle(struct device *dev)			__puts(dev, pm_runtime);

/* include/linux/clk.h, drivers/clk/clk.c: 0 is on. Preparing may sleep, enabling does not. A NULL clock is none. */
int clk_prepare_enable(struct clk *clk)				__errno __cond_begins(0, clk_prepared, clk) __may_sleep(sometimes);
void clk_disable_unprepare(struct clk *clk)			__ends(clk_prepared, clk) __may_sleep(sometimes);
int clk_prepare(struct clk *clk)				__errno __cond_begins(0, clk_prepared, clk) __may_sleep(sometimes);
void clk_unprepare(struct clk *clk)				__ends(clk_prepared, clk) __may_sleep(sometimes);
int clk_enable(struct clk *clk)					__errno __cond_begins(0, clk_enabled, clk);
void clk_disable(struct clk *clk)				__ends(clk_enabled, clk);
/* include/linux/regulator/consumer.h */
int regulator_enable(struct regulator *regulator)		__must_check __errno __cond_begins(0, regulator, regulator) __may_sleep;
int regulator_disable(struct regulator *regulator)		__ends(regulator, regulator) __may_sleep;

/* drivers/of/base.c, include/linux/of.h: found nodes carry a reference; `from` is the one to go on from and is put. */
struct device_node *of_get_parent(const struct device_node *node)	__returns_ref;
struct device_node *of_get_child_by_name(const struct device_node *node, const char *name)	__returns_ref;
struct device_node *of_parse_phandle(const struct device_node *np, const char *phandle_name, int index)	__returns_ref;
struct device_node *of_find_node_by_path(const char *path)	__returns_ref;
struct device_node *of_find_node_by_phandle(phandle handle)	__returns_ref;
struct device_node *of_find_compatible_node(struct device_node *from, const char *type, const char *compatible)	__puts(from) __returns_ref;
struct device_node *of_find_node_by_name(struct device_node *from, const char *name)	__puts(from) __returns_ref;
struct device_node *of_get_next_child(const struct device_node *node, struct device_node *prev)	__puts(prev) __returns_ref;
struct device_node *of_get_next_available_child(const struct device_node *node, struct device_node *prev)	__puts(prev) __returns_ref;
struct device_node *of_graph_get_next_endpoint(const struct device_node *parent, struct device_node *previous)	__puts(previous) __returns_ref;
struct device_node *of_get_next_parent(struct device_node *node)	__puts(node) __returns_ref;
struct device_node *of_get_compatible_child(const struct device_node *parent, const char *compatible)	__returns_ref;
struct device_node *of_find_node_by_type(struct device_node *from, const char *type)	__puts(from) __returns_ref;
struct device_node *of_find_node_with_property(struct device_node *from, const char *prop_name)	__puts(from) __returns_ref;
struct device_node *of_get_cpu_node(int cpu, unsigned int *thread)	__returns_ref;
struct device_node *of_graph_get_remote_node(const struct device_node *node, u32 port, u32 endpoint)	__returns_ref;
struct device_node *of_graph_get_remote_port_parent(const struct device_node *node)	__returns_ref;
struct device_node *of_graph_get_endpoint_by_regs(const struct device_node *parent, int port_reg, int reg)	__returns_ref;
struct device_node *of_graph_get_port_by_id(struct device_node *node, u32 id)	__returns_ref;
/* include/linux/property.h, drivers/base/property.c */
struct fwnode_handle *fwnode_handle_get(struct fwnode_handle *fwnode)	__gets(fwnode) __returns_arg(fwnode);
void fwnode_handle_put(struct fwnode_handle *fwnode)		__puts(fwnode);
struct fwnode_handle *fwnode_get_parent(const struct fwnode_handle *fwnode)	__returns_ref;
struct fwnode_handle *fwnode_get_named_child_node(const struct fwnode_handle *fwnode, const char *childname)	__returns_ref;
struct fwnode_handle *device_get_named_child_node(const struct device *dev, const char *childname)	__returns_ref;
struct fwnode_handle *device_get_next_child_node(const struct device *dev, struct fwnode_handle *child)	__puts(child) __returns_ref;

/* include/linux/device/bus.h, include/linux/device/class.h, drivers/base/core.c */
struct device *bus_find_device(struct bus_type *bus, struct device *start, const void *data, int (*match)(struct device *dev, const void *data))	__until(6.4) __returns_ref;
struct device *class_find_device(struct class *class, struct device *start, const void *data, int (*match)(struct device *, const void *))	__until(6.4) __returns_ref;
/* include/linux/usb.h, drivers/usb/core/usb.c */
struct usb_device *usb_get_dev(struct usb_device *dev)		__gets(dev) __returns_arg(dev);
void usb_put_dev(struct usb_device *dev)			__puts(dev);
struct usb_interface *usb_get_intf(struct usb_interface *intf)	__gets(intf) __returns_arg(intf);
void usb_put_intf(struct usb_interface *intf)			__puts(intf);
int usb_autopm_get_interface(struct usb_interface *intf)	__errno __cond_gets(0, intf, usb_autopm);
void usb_autopm_put_interface(struct usb_interface *intf)	__puts(intf, usb_autopm);
struct urb *usb_get_urb(struct urb *urb)			__gets(urb) __returns_arg(urb);
int usb_submit_urb(struct urb *urb, gfp_t mem_flags)		__may_reclaim(mem_flags);
struct urb *usb_alloc_urb(int iso_packets, gfp_t mem_flags)	__allocates __may_reclaim(mem_flags);
void usb_kill_urb(struct urb *urb)				__may_sleep;
int usb_control_msg(struct usb_device *dev, unsigned int pipe, __u8 request, __u8 requesttype, __u16 value, __u16 index, void *data, __u16 size, int timeout)	__may_sleep;
int usb_bulk_msg(struct usb_device *usb_dev, unsigned int pipe, void *data, int len, int *actual_length, int timeout)	__clobbers((*actual_length)) __may_sleep;
/* drivers/scsi/scsi.c, drivers/scsi/hosts.c: 0 is taken. */
int scsi_device_get(struct scsi_device *sdev)			__errno __cond_gets(0, sdev);
void scsi_device_put(struct scsi_device *sdev)			__puts(sdev);
struct Scsi_Host *scsi_host_get(struct Scsi_Host *shost)	__returns_arg(shost) __cond_gets(nonnull, shost);
void scsi_host_put(struct Scsi_Host *shost)			__puts(shost);
/* drivers/pci/search.c: `from` is put. */
struct pci_dev *pci_get_device(unsigned int vendor, unsigned int device, struct pci_dev *from)	__puts(from) __returns_ref;
struct pci_dev *pci_get_class(unsigned int class, struct pci_dev *from)	__puts(from) __returns_ref;
struct pci_dev *pci_get_slot(struct pci_bus *bus, unsigned int devfn)	__returns_ref;
struct pci_dev *pci_get_domain_bus_and_slot(int domain, unsigned int bus, unsigned int devfn)	__returns_ref;

/* include/linux/tty.h, drivers/tty/tty_io.c, drivers/tty/tty_ldisc.c, drivers/tty/tty_mutex.c: NULL is passed through. */
struct tty_struct *tty_kref_get(struct tty_struct *tty)		__gets(tty) __returns_arg(tty);
void tty_kref_put(struct tty_struct *tty)			__puts(tty);
struct tty_struct *tty_port_tty_get(struct tty_port *port)	__returns_ref;
struct tty_ldisc *tty_ldisc_ref(struct tty_struct *tty)		__returns_ref;
struct tty_ldisc *tty_ldisc_ref_wait(struct tty_struct *tty)	__returns_ref __may_sleep;
void tty_ldisc_deref(struct tty_ldisc *ld)			__puts(ld);
struct tty_struct {
	struct mutex legacy_mutex;
	struct mutex __write;
};
void tty_lock(struct tty_struct *tty)				__acquires(tty->legacy_mutex) __may_sleep;
int tty_lock_interruptible(struct tty_struct *tty)		__errno __cond_acquires(0, tty->legacy_mutex) __may_sleep;
void tty_unlock(struct tty_struct *tty)				__releases(tty->legacy_mutex);
/* include/linux/console.h, kernel/printk/printk.c: 1 is taken. */
extern struct mutex __console_sem;
void console_lock(void)						__acquires(__console_sem) __may_sleep;
int console_trylock(void)					__cond_acquires(true, __console_sem) __trylock;
void console_unlock(void)					__releases(__console_sem);

/* include/linux/i2c.h */
int i2c_transfer(struct i2c_adapter *adap, struct i2c_msg *msgs, int num)	__may_sleep(sometimes);
struct i2c_adapter *i2c_get_adapter(int nr)			__returns_ref;
void i2c_put_adapter(struct i2c_adapter *adap)			__puts(adap);
/* include/linux/iommu.h, drivers/iommu/iommu.c */
struct iommu_group *iommu_group_get(struct device *dev)		__returns_ref;
void iommu_group_put(struct iommu_group *group)			__puts(group);
/* include/linux/dma-buf.h, drivers/dma-buf/dma-buf.c: an error pointer on failure. */
struct dma_buf *dma_buf_get(int fd)				__returns_ref(dma_buf, noerr);
void dma_buf_put(struct dma_buf *dmabuf)			__puts(dmabuf) __may_sleep(sometimes);
/* include/linux/firmware.h: the place holds NULL on failure. */
int request_firmware(const struct firmware **fw, const char *name, struct device *device)	__clobbers((*fw)) __errno __cond_gets(0, (*fw), firmware) __may_sleep;
void release_firmware(const struct firmware *fw)		__puts(fw, firmware);
/* kernel/irq/manage.c */
const void *free_irq(unsigned int irq, void *dev_id)		__may_sleep;
void synchronize_irq(unsigned int irq)				__may_sleep(sometimes);
void disable_irq(unsigned int irq)				__may_sleep(sometimes);
/* drivers/base/devres.c */
void *devm_kmalloc(struct device *dev, size_t size, gfp_t gfp)	__may_reclaim(gfp);
void *devm_kzalloc(struct device *dev, size_t size, gfp_t gfp)	__may_reclaim(gfp);
void *devm_kcalloc(struct device *dev, size_t n, size_t size, gfp_t flags)	__may_reclaim(flags);
/* include/linux/dma-mapping.h */
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *dma_handle, gfp_t gfp)	__clobbers((*dma_handle)) __may_reclaim(gfp);

/* drivers/base/core.c, drivers/base/driver.c: the device found carries a reference. */
struct device *device_find_child(struct device *dev, void *data, int (*match)(struct device *dev, void *data))	__until(6.14) __returns_ref;
struct device *device_find_child_by_name(struct device *parent, const char *name)	__returns_ref;
struct device *device_find_any_child(struct device *parent)	__returns_ref;
struct device *driver_find_device(struct device_driver *drv, struct device *start, const void *data, int (*match)(struct device *dev, const void *data))	__until(6.14) __returns_ref;
/* drivers/opp/core.c: an error pointer where there is none. */
struct dev_pm_opp *dev_pm_opp_find_freq_exact(struct device *dev, unsigned long freq, bool available)	__returns_ref(dev_pm_opp, noerr);
struct dev_pm_opp *dev_pm_opp_find_freq_floor(struct device *dev, unsigned long *freq)	__returns_ref(dev_pm_opp, noerr);
struct dev_pm_opp *dev_pm_opp_find_freq_ceil(struct device *dev, unsigned long *freq)	__returns_ref(dev_pm_opp, noerr);
struct dev_pm_opp *dev_pm_opp_find_level_exact(struct device *dev, unsigned int level)	__returns_ref(dev_pm_opp, noerr);
void dev_pm_opp_put(struct dev_pm_opp *opp)			__puts(opp);
/* drivers/of/base.c, drivers/of/property.c: 0 is found, and then the node carries a reference. */
int of_parse_phandle_with_args(const struct device_node *np, const char *list_name, const char *cells_name, int index, struct of_phandle_args *out_args)	__errno __cond_gets(0, out_args->np, device_node);
int of_parse_phandle_with_fixed_args(const struct device_node *np, const char *list_name, int cell_count, int index, struct of_phandle_args *out_args)	__errno __cond_gets(0, out_args->np, device_node);
struct device_node *of_graph_get_remote_endpoint(const struct device_node *node)	__returns_ref;
struct device_node *of_graph_get_remote_port(const struct device_node *node)	__returns_ref;
struct device_node *of_graph_get_port_parent(struct device_node *node)	__returns_ref;
/* drivers/tty/tty_jobctrl.c */
struct tty_struct *get_current_tty(void)			__returns_ref;
/* include/linux/interrupt.h: the bit TASKLET_STATE_RUN. */
struct tasklet_struct {
	__bitlock_t __running;
};
int tasklet_trylock(struct tasklet_struct *t)			__cond_acquires(true, t->__running) __trylock;
void tasklet_unlock(struct tasklet_struct *t)			__releases(t->__running);
/* include/rdma/ib_cache.h, drivers/infiniband/core/cache.c: an error pointer where there is none. */
const struct ib_gid_attr *rdma_get_gid_attr(struct ib_device *device, u32 port_num, int index)	__returns_ref(ib_gid_attr, noerr);
const struct ib_gid_attr *rdma_find_gid(struct ib_device *device, const union ib_gid *gid, enum ib_gid_type gid_type, struct net_device *ndev)	__returns_ref(ib_gid_attr, noerr);
const struct ib_gid_attr *rdma_find_gid_by_port(struct ib_device *ib_dev, const union ib_gid *gid, enum ib_gid_type gid_type, u32 port, struct net_device *ndev)	__returns_ref(ib_gid_attr, noerr);
void rdma_put_gid_attr(const struct ib_gid_attr *attr)		__puts(attr);
void rdma_hold_gid_attr(const struct ib_gid_attr *attr)		__gets(attr);
