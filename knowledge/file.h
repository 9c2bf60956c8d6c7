/* Files, inodes, dentries, mounts. */

/* include/linux/fs.h, fs/file_table.c, fs/file.c: NULL when there is none. */
struct file *get_file(struct file *f)				__gets(f) __returns_arg(f);
void fput(struct file *file)					__puts(file) __free_class(fput);
struct file *fget(unsigned int fd)				__returns_ref;
struct file *fget_raw(unsigned int fd)				__returns_ref;
struct file *fget_task(struct task_struct *task, unsigned int fd)	__returns_ref;
int get_file_rcu(struct file *x)				__until(6.7) __cond_gets(nonzero, x);
/* include/linux/file.h: the file is NULL when there is none, and then nothing was taken. Even a light reference has to be put. */
struct fd fdget(unsigned int fd)				__gets(__return.file);
struct fd fdget_pos(int fd)					__gets(__return.file);
void fdput(struct fd fd)					__puts(fd.file);
void fdput_pos(struct fd f)					__puts(f.file);
/* fs/open.c: an error pointer on failure. */
struct file *filp_open(const char *filename, int flags, umode_t mode)	__returns_ref(file, noerr) __may_sleep;
int filp_close(struct file *filp, fl_owner_t id)		__puts(filp) __may_sleep(sometimes);
/* fs/file.c: the descriptor owns the reference. */
void fd_install(unsigned int fd, struct file *file)		__consumes(file);
/* kernel/fork.c */
struct file *get_mm_exe_file(struct mm_struct *mm)		__returns_ref;
struct file *get_task_exe_file(struct task_struct *task)	__returns_ref;

/* include/linux/fs.h, fs/inode.c: the last iput may write the inode back and sleep. */
void ihold(struct inode *inode)					__gets(inode);
struct inode *igrab(struct inode *inode)			__returns_arg(inode) __cond_gets(nonnull, inode);
void iput(struct inode *inode)					__puts(inode) __may_sleep(sometimes);
struct inode *iget_locked(struct super_block *sb, unsigned long ino)	__returns_ref __may_sleep(sometimes);
struct inode *new_inode(struct super_block *sb)			__returns_ref __may_sleep __may_reclaim;
struct inode *ilookup(struct super_block *sb, unsigned long ino)	__returns_ref;
void iget_failed(struct inode *inode)				__puts(inode);
void discard_new_inode(struct inode *inode)			__puts(inode);
/* fs/dcache.c: the dentry has the inode's reference from then on; these two put it even when they fail. */
void d_instantiate(struct dentry *entry, struct inode *inode)	__consumes(inode);
void d_instantiate_new(struct dentry *entry, struct inode *inode)	__consumes(inode);
void d_add(struct dentry *entry, struct inode *inode)		__consumes(inode);
struct dentry *d_splice_alias(struct inode *inode, struct dentry *dentry)	__consumes(inode) __may_sleep(sometimes);
struct dentry *d_make_root(struct inode *root_inode)		__consumes(root_inode);
struct dentry *d_obtain_alias(struct inode *inode)		__consumes(inode) __returns_ref(dentry, noerr) __may_sleep(sometimes);

/* include/linux/dcache.h, fs/dcache.c */
struct dentry *dget(struct dentry *dentry)			__gets(dentry) __returns_arg(dentry);
struct dentry *dget_parent(struct dentry *dentry)		__returns_ref(dentry, always);
void dput(struct dentry *dentry)				__puts(dentry) __may_sleep;
struct dentry *d_find_alias(struct inode *inode)		__returns_ref;
struct dentry *d_find_any_alias(struct inode *inode)		__returns_ref;
/* fs/namei.c */
struct dentry *lookup_one_len(const char *name, struct dentry *base, int len)	__returns_ref(dentry, noerr) __may_sleep;
struct dentry *lookup_one_len_unlocked(const char *name, struct dentry *base, int len)	__returns_ref(dentry, noerr) __may_sleep;
int kern_path(const char *name, unsigned int flags, struct path *path)	__errno __cond_gets(0, path->mnt) __cond_gets(0, path->dentry) __may_sleep;
int user_path_at(int dfd, const char *name, unsigned flags, struct path *path)	__errno __cond_gets(0, path->mnt) __cond_gets(0, path->dentry) __may_sleep;
/* fs/namei.c, fs/namespace.c */
void path_get(const struct path *path)				__gets(path->mnt) __gets(path->dentry);
void path_put(const struct path *path)				__puts(path->dentry) __puts(path->mnt) __may_sleep;
struct vfsmount *mntget(struct vfsmount *mnt)			__gets(mnt) __returns_arg(mnt);
void mntput(struct vfsmount *mnt)				__puts(mnt) __may_sleep(sometimes);

/* include/linux/backing-dev.h, include/linux/backing-dev-defs.h, mm/backing-dev.c */
struct backing_dev_info *bdi_get(struct backing_dev_info *bdi)	__gets(bdi) __returns_arg(bdi);
void bdi_put(struct backing_dev_info *bdi)			__puts(bdi);
bool wb_tryget(struct bdi_writeback *wb)			__cond_gets(true, wb);
void wb_get(struct bdi_writeback *wb)				__gets(wb);
void wb_put(struct bdi_writeback *wb)				__puts(wb);
void wb_put_many(struct bdi_writeback *wb, unsigned long nr)	__puts(wb, bdi_writeback, nr);
struct bdi_writeback *wb_get_lookup(struct backing_dev_info *bdi, struct cgroup_subsys_state *memcg_css)	__returns_ref;
struct bdi_writeback *wb_get_create(struct backing_dev_info *bdi, struct cgroup_subsys_state *memcg_css, gfp_t gfp)	__returns_ref __may_reclaim(gfp);
struct bdi_writeback *wb_get_create_current(struct backing_dev_info *bdi, gfp_t gfp)	__returns_ref __may_reclaim(gfp);

/* include/linux/eventfd.h, fs/eventfd.c: an error pointer on failure. */
struct eventfd_ctx *eventfd_ctx_fdget(int fd)			__returns_ref(eventfd_ctx, noerr);
struct eventfd_ctx *eventfd_ctx_fileget(struct file *file)	__returns_ref(eventfd_ctx, noerr);
void eventfd_ctx_put(struct eventfd_ctx *ctx)			__puts(ctx);

/* fs/namei.c, fs/open.c, fs/exportfs/expfs.c: an error pointer on failure. */
struct dentry *lookup_one(struct user_namespace *mnt_userns, const char *name, struct dentry *base, int len)	__until(6.3) __returns_ref(dentry, noerr) __may_sleep;
struct dentry *lookup_one_unlocked(struct user_namespace *mnt_userns, const char *name, struct dentry *base, int len)	__until(6.3) __returns_ref(dentry, noerr) __may_sleep;
struct dentry *lookup_positive_unlocked(const char *name, struct dentry *base, int len)	__until(6.16) __returns_ref(dentry, noerr) __may_sleep;
struct dentry *lookup_one_positive_unlocked(struct user_namespace *mnt_userns, const char *name, struct dentry *base, int len)	__until(6.3) __returns_ref(dentry, noerr) __may_sleep;
struct file *dentry_open(const struct path *path, int flags, const struct cred *cred)	__returns_ref(file, noerr) __may_sleep;
struct dentry *exportfs_decode_fh(struct vfsmount *mnt, struct fid *fid, int fh_len, int fileid_type, int (*acceptable)(void *, struct dentry *), void *context)	__returns_ref(dentry, valid) __may_sleep;
/* fs/filesystems.c: a reference on the module. */
struct file_system_type *get_fs_type(const char *name)		__returns_ref;
void put_filesystem(struct file_system_type *fs)		__puts(fs);
/* fs/fscache/volume.c */
struct fscache_volume *fscache_try_get_volume(struct fscache_volume *volume, enum fscache_volume_trace where)	__returns_arg(volume) __cond_gets(nonnull, volume);
void fscache_put_volume(struct fscache_volume *volume, enum fscache_volume_trace where)	__puts(volume);

/* fs/smb/client/connect.c, fs/smb/client/cifsglob.h: an error pointer on failure, which put passes through. */
struct tcon_link *cifs_sb_tlink(struct cifs_sb_info *cifs_sb)	__returns_ref(tcon_link, noerr);
struct tcon_link *cifs_get_tlink(struct tcon_link *tlink)	__gets(tlink) __returns_arg(tlink);
void cifs_put_tlink(struct tcon_link *tlink)			__puts(tlink);
/* fs/xfs/libxfs/xfs_ag.c */
struct xfs_perag *xfs_perag_get(struct xfs_mount *mp, xfs_agnumber_t agno)	__returns_ref;
void xfs_perag_put(struct xfs_perag *pag)			__puts(pag);

/* fs/anon_inodes.c: an inode of the file leads to `priv` from then on; an error pointer, or a negative number, on failure. */
struct file *anon_inode_getfile(const char *name, const struct file_operations *fops, void *priv, int flags)	__returns_ref(file, noerr) __cond_publishes(noerr, priv) __may_sleep;
int anon_inode_getfd(const char *name, const struct file_operations *fops, void *priv, int flags)	__cond_publishes(nonnegative, priv) __may_sleep;
/* fs/f2fs/f2fs.h: an rwsem, read by trying where readers are to go first. */
void f2fs_down_read(struct f2fs_rwsem *sem)			__acquires_shared(sem->internal_rwsem) __may_sleep;
int f2fs_down_read_trylock(struct f2fs_rwsem *sem)		__cond_acquires_shared(true, sem->internal_rwsem) __trylock;
void f2fs_up_read(struct f2fs_rwsem *sem)			__releases_shared(sem->internal_rwsem);
void f2fs_down_write(struct f2fs_rwsem *sem)			__acquires(sem->internal_rwsem) __may_sleep;
int f2fs_down_write_trylock(struct f2fs_rwsem *sem)		__cond_acquires(true, sem->internal_rwsem) __trylock;
void f2fs_up_write(struct f2fs_rwsem *sem)			__releases(sem->internal_rwsem);
struct f2fs_rwsem {
	struct rw_semaphore internal_rwsem;
};
