/* Locks of inodes and their mappings. */

/* include/linux/fs.h: i_mmap_rwsem guards the tree of VMAs that map the file. */
static inline void i_mmap_lock_write(struct address_space *mapping)	{ down_write(&mapping->i_mmap_rwsem); }
static inline void i_mmap_unlock_write(struct address_space *mapping)	{ up_write(&mapping->i_mmap_rwsem); }
static inline void i_mmap_lock_read(struct address_space *mapping)	{ down_read(&mapping->i_mmap_rwsem); }
static inline void i_mmap_unlock_read(struct address_space *mapping)	{ up_read(&mapping->i_mmap_rwsem); }
int i_mmap_trylock_write(struct address_space *mapping)		__cond_acquires(true, mapping->i_mmap_rwsem) __trylock;
int i_mmap_trylock_read(struct address_space *mapping)		__cond_acquires_shared(true, mapping->i_mmap_rwsem) __trylock;
void i_mmap_assert_locked(struct address_space *mapping)	__must_hold_shared(mapping->i_mmap_rwsem);
void i_mmap_assert_write_locked(struct address_space *mapping)	__must_hold(mapping->i_mmap_rwsem);

/* include/linux/fs.h: invalidate_lock orders truncation and hole punching against filling the page cache. */
static inline void filemap_invalidate_lock(struct address_space *mapping)		{ down_write(&mapping->invalidate_lock); }
static inline void filemap_invalidate_unlock(struct address_space *mapping)		{ up_write(&mapping->invalidate_lock); }
static inline void filemap_invalidate_lock_shared(struct address_space *mapping)	{ down_read(&mapping->invalidate_lock); }
static inline void filemap_invalidate_unlock_shared(struct address_space *mapping)	{ up_read(&mapping->invalidate_lock); }
int filemap_invalidate_trylock_shared(struct address_space *mapping)	__cond_acquires_shared(true, mapping->invalidate_lock) __trylock;
/* mm/filemap.c: either may be NULL, and both may be the same. */
void filemap_invalidate_lock_two(struct address_space *mapping1, struct address_space *mapping2)	__may_sleep(sometimes)
	__acquires(mapping1->invalidate_lock, given(mapping1)) __acquires(mapping2->invalidate_lock, given(mapping2 && mapping1 != mapping2));
void filemap_invalidate_unlock_two(struct address_space *mapping1, struct address_space *mapping2)
	__releases(mapping1->invalidate_lock, given(mapping1)) __releases(mapping2->invalidate_lock, given(mapping2 && mapping1 != mapping2));

/* include/linux/fs.h: i_rwsem */
static inline void inode_lock(struct inode *inode)		{ down_write(&inode->i_rwsem); }
static inline void inode_unlock(struct inode *inode)		{ up_write(&inode->i_rwsem); }
static inline void inode_lock_shared(struct inode *inode)	{ down_read(&inode->i_rwsem); }
static inline void inode_unlock_shared(struct inode *inode)	{ up_read(&inode->i_rwsem); }
static inline void inode_lock_nested(struct inode *inode, unsigned subclass)	{ down_write_nested(&inode->i_rwsem, subclass); }
static inline void inode_lock_shared_nested(struct inode *inode, unsigned subclass)	{ down_read_nested(&inode->i_rwsem, subclass); }
int inode_trylock(struct inode *inode)				__cond_acquires(true, inode->i_rwsem) __trylock;
int inode_trylock_shared(struct inode *inode)			__cond_acquires_shared(true, inode->i_rwsem) __trylock;

/* fs/namei.c: one directory or two, and then the lock of all renames of the file system besides; a bracket, for only the arguments tell which. */
struct dentry *lock_rename(struct dentry *p1, struct dentry *p2)	__begins(rename_locks) __may_sleep;
void unlock_rename(struct dentry *p1, struct dentry *p2)	__ends(rename_locks);

/* include/linux/fs.h: freeze protection of a file system; a bracket, for it nests and excludes only the freezer. */
void sb_start_write(struct super_block *sb)			__begins(sb_write, sb) __may_sleep;
bool sb_start_write_trylock(struct super_block *sb)		__cond_begins(true, sb_write, sb);
void sb_end_write(struct super_block *sb)			__ends(sb_write, sb);
void sb_start_pagefault(struct super_block *sb)			__begins(sb_pagefault, sb) __may_sleep;
void sb_end_pagefault(struct super_block *sb)			__ends(sb_pagefault, sb);
void sb_start_intwrite(struct super_block *sb)			__begins(sb_intwrite, sb) __may_sleep;
bool sb_start_intwrite_trylock(struct super_block *sb)		__cond_begins(true, sb_intwrite, sb);
void sb_end_intwrite(struct super_block *sb)			__ends(sb_intwrite, sb);
void file_start_write(struct file *file)			__begins(file_write, file) __may_sleep(sometimes);
void file_end_write(struct file *file)				__ends(file_write, file);
/* fs/namespace.c: 0 is granted. */
int mnt_want_write(struct vfsmount *m)				__errno __cond_begins(0, mnt_write, m) __may_sleep;
void mnt_drop_write(struct vfsmount *mnt)			__ends(mnt_write, mnt);

/* fs/super.c: the last steps of a superblock; they come with s_umount and give it up. */
void generic_shutdown_super(struct super_block *sb)		__releases(sb->s_umount) __may_sleep;
void kill_anon_super(struct super_block *sb)			__releases(sb->s_umount) __may_sleep;
void kill_litter_super(struct super_block *sb)			__releases(sb->s_umount) __may_sleep;
void kill_block_super(struct super_block *sb)			__releases(sb->s_umount) __may_sleep;
void deactivate_locked_super(struct super_block *sb)		__releases(sb->s_umount) __may_sleep(sometimes);
