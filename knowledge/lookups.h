/* What is found by a number, a name or a node and comes with a reference, and who takes it over. */

/* kernel/cgroup/cgroup.c, include/linux/cgroup.h: a cgroup is counted by its own css; an error pointer on failure. */
struct cgroup {
	struct cgroup_subsys_state self;
};
struct cgroup *cgroup_get_from_id(u64 id)			__returns_ref_of(&__return->self, css, noerr);
struct cgroup *cgroup_get_from_path(const char *path)		__returns_ref_of(&__return->self, css, noerr);
struct cgroup *cgroup_get_from_fd(int fd)			__returns_ref_of(&__return->self, css, noerr);
void cgroup_get(struct cgroup *cgrp)				__gets(&cgrp->self, css);
void cgroup_put(struct cgroup *cgrp)				__puts(&cgrp->self, css);
/* mm/memcontrol.c: NULL or an error pointer where there is none. */
struct mem_cgroup *mem_cgroup_get_from_ino(unsigned long ino)	__returns_ref(css, valid);
/* kernel/pid.c: an error pointer on failure. */
struct pid *pidfd_get_pid(unsigned int fd, unsigned int *flags)	__clobbers((*flags)) __returns_ref(pid, noerr);
/* kernel/bpf/syscall.c, kernel/bpf/btf.c: error pointers on failure. */
struct bpf_link *bpf_link_get_from_fd(u32 ufd)			__returns_ref(bpf_link, noerr);
void bpf_link_put(struct bpf_link *link)			__puts(link);
struct btf *btf_get_by_fd(int fd)				__returns_ref(btf, noerr);
void btf_put(struct btf *btf)					__puts(btf);

/* fs/inode.c, fs/anon_inodes.c, fs/libfs.c */
struct inode *new_inode_pseudo(struct super_block *sb)		__returns_ref __may_sleep;
struct inode *iget5_locked(struct super_block *sb, unsigned long hashval, int (*test)(struct inode *, void *), int (*set)(struct inode *, void *), void *data)	__returns_ref __may_sleep(sometimes);
struct inode *ilookup5(struct super_block *sb, unsigned long hashval, int (*test)(struct inode *, void *), void *data)	__returns_ref __may_sleep(sometimes);
struct inode *alloc_anon_inode(struct super_block *s)		__returns_ref(inode, noerr) __may_sleep;
/* fs/file_table.c, fs/dcache.c: the file, or the dentry, has the inode's reference from then on. */
struct file *alloc_file_pseudo(struct inode *inode, struct vfsmount *mnt, const char *name, int flags, const struct file_operations *fops)	__cond_consumes(noerr, inode) __returns_ref(file, noerr) __may_sleep;
void d_tmpfile(struct file *file, struct inode *inode)		__consumes(inode);
/* include/linux/fs.h, fs/inode.c, fs/fs-writeback.c, fs/posix_acl.c: work on an inode, and keep no reference. */
void mark_inode_dirty(struct inode *inode);
void mark_inode_dirty_sync(struct inode *inode);
void inc_nlink(struct inode *inode);
void drop_nlink(struct inode *inode);
void clear_nlink(struct inode *inode);
void set_nlink(struct inode *inode, unsigned int nlink);
void inode_inc_link_count(struct inode *inode);
void inode_dec_link_count(struct inode *inode);
void inode_init_owner(struct user_namespace *mnt_userns, struct inode *inode, const struct inode *dir, umode_t mode)	__until(6.3);
int simple_acl_create(struct inode *dir, struct inode *inode)	__errno __may_sleep(sometimes);
int security_inode_init_security(struct inode *inode, struct inode *dir, const struct qstr *qstr, initxattrs initxattrs, void *fs_data)	__may_sleep(sometimes);
/* fs/buffer.c: the list that a dirty buffer is on has no reference of the caller's. */
void mark_buffer_dirty(struct buffer_head *bh);
void mark_buffer_dirty_inode(struct buffer_head *bh, struct inode *inode);
/* include/linux/buffer_head.h: bits of a buffer. */
void set_buffer_uptodate(struct buffer_head *bh);
void clear_buffer_uptodate(struct buffer_head *bh);
/* fs/debugfs/inode.c: NULL where there is none. */
struct dentry *debugfs_lookup(const char *name, struct dentry *parent)	__returns_ref __may_sleep(sometimes);

/* drivers/infiniband/core/device.c: NULL where there is none. */
struct ib_device *ib_device_get_by_netdev(struct net_device *ndev, enum rdma_driver_id driver_id)	__returns_ref;
struct ib_device *ib_device_get_by_name(const char *name, enum rdma_driver_id driver_id)	__returns_ref;
void ib_device_put(struct ib_device *device)			__puts(device);
/* drivers/scsi/scsi.c: NULL where there is none. */
struct scsi_device *scsi_device_lookup(struct Scsi_Host *shost, uint channel, uint id, u64 lun)	__returns_ref;
struct scsi_device *scsi_device_lookup_by_target(struct scsi_target *starget, u64 lun)	__returns_ref;
/* drivers/of/base.c, drivers/of/irq.c: NULL where there is none; `from` is put. */
struct device_node *of_find_matching_node_and_match(struct device_node *from, const struct of_device_id *matches, const struct of_device_id **match)	__puts(from) __returns_ref;
struct device_node *of_irq_find_parent(struct device_node *child)	__returns_ref;
struct device_node *of_cpu_device_node_get(int cpu)		__returns_ref;
/* drivers/net/mdio/of_mdio.c: the reference is on the device inside. */
struct phy_device *of_phy_find_device(struct device_node *phy_np)	__returns_ref_of(&__return->mdio.dev, device);
/* drivers/base/property.c: `prev` is put. */
struct fwnode_handle *fwnode_graph_get_next_endpoint(const struct fwnode_handle *fwnode, struct fwnode_handle *prev)	__puts(prev) __returns_ref;
struct fwnode_handle *fwnode_find_reference(const struct fwnode_handle *fwnode, const char *name, unsigned int index)	__returns_ref(fwnode_handle, noerr);
/* drivers/pci/search.c: `from` is put. */
struct pci_dev *pci_get_subsys(unsigned int vendor, unsigned int device, unsigned int ss_vendor, unsigned int ss_device, struct pci_dev *from)	__puts(from) __returns_ref;
/* drivers/reset/core.c, drivers/usb/roles/class.c, drivers/mtd/mtdcore.c, drivers/usb/phy/phy.c, drivers/usb/gadget/functions.c: error pointers where there is none. */
struct reset_control *__reset_control_get(struct device *dev, const char *id, int index, bool shared, bool optional, bool acquired)	__returns_ref(reset_control, noerr);
void reset_control_put(struct reset_control *rstc)		__puts(rstc);
struct usb_role_switch *usb_role_switch_get(struct device *dev)	__returns_ref(usb_role_switch, valid);
struct usb_role_switch *fwnode_usb_role_switch_get(struct fwnode_handle *fwnode)	__returns_ref(usb_role_switch, valid);
void usb_role_switch_put(struct usb_role_switch *sw)		__puts(sw);
struct mtd_info *get_mtd_device(struct mtd_info *mtd, int num)	__returns_ref(mtd_info, noerr);
struct mtd_info *get_mtd_device_nm(const char *name)		__returns_ref(mtd_info, noerr);
void put_mtd_device(struct mtd_info *mtd)			__puts(mtd);
struct usb_phy *usb_get_phy(enum usb_phy_type type)		__returns_ref(usb_phy, noerr);
void usb_put_phy(struct usb_phy *x)				__puts(x);
struct usb_function_instance *usb_get_function_instance(const char *name)	__returns_ref(usb_function_instance, noerr);
void usb_put_function_instance(struct usb_function_instance *fi)	__puts(fi);
struct usb_function *usb_get_function(struct usb_function_instance *fi)	__returns_ref(usb_function, noerr);
void usb_put_function(struct usb_function *f)			__puts(f);

/* mm/swap.c: the batch takes a reference of its own. */
void deactivate_page(struct page *page)				__until(6.3);
void mark_page_lazyfree(struct page *page)			__until(6.3);
