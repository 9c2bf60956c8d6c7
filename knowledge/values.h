/* Functions and macros that only hand a value on. */

/* include/asm-generic/rwonce.h: one read. What is read again later may differ, and the engine knows that loads of shared memory do. */
__expr READ_ONCE(__expr x)					__returns_arg(x);
__expr ACCESS_ONCE(__expr x)					__until(4.15) __returns_arg(x);
void WRITE_ONCE(__expr x, __expr val)				__stores(x, val);
/* include/linux/compiler.h */
__expr data_race(__expr expr)					__returns_arg(expr);

/* include/asm-generic/barrier.h: `p` is the address. */
__expr smp_load_acquire(__expr p)				__returns_arg((*p));
__expr smp_cond_load_acquire(__expr p, __expr cond)		__returns_arg((*p));
void smp_store_release(__expr p, __expr v)			__stores((*p), v);
void smp_store_mb(__expr var, __expr value)			__stores(var, value);

/* include/linux/err.h: a pointer, as what it is. The rest of err.h is in conditions.h. */
void *ERR_CAST(const void *ptr)					__pure __returns_arg(ptr);

/* include/linux/mmdebug.h: nothing at all in production kernels, so no path ends here. */
__expr VM_WARN_ON(__expr cond);
void VM_BUG_ON(__expr cond)	__claims_not(cond);
void VM_BUG_ON_PAGE(__expr cond, struct page *page)	__claims_not(cond);
void VM_BUG_ON_FOLIO(__expr cond, struct folio *folio)	__claims_not(cond);
void VM_BUG_ON_VMA(__expr cond, struct vm_area_struct *vma)	__claims_not(cond);
void VM_BUG_ON_MM(__expr cond, struct mm_struct *mm)	__claims_not(cond);

/* include/linux/container_of.h, include/linux/list.h, include/linux/rbtree.h, include/linux/llist.h: the object around a member. */
__expr container_of(__expr ptr, __expr type, __expr member)	__pure __returns_container(ptr, type, member);
__expr list_entry(__expr ptr, __expr type, __expr member)	__pure __returns_container(ptr, type, member);
__expr hlist_entry(__expr ptr, __expr type, __expr member)	__pure __returns_container(ptr, type, member);
__expr rb_entry(__expr ptr, __expr type, __expr member)		__pure __returns_container(ptr, type, member);
__expr llist_entry(__expr ptr, __expr type, __expr member)	__pure __returns_container(ptr, type, member);

/* arch/x86/include/asm/current.h, include/asm-generic/current.h */
extern struct task_struct *current;

/* include/linux/xarray.h: a value is no pointer. */
static inline bool xa_is_value(const void *entry)		{ return (unsigned long)entry & 1; }

/* include/linux/fs.h */
struct inode *file_inode(const struct file *f)			__pure __returns_arg(f->f_inode);

/* include/linux/list.h, include/linux/pagevec.h */
int list_empty(const struct list_head *head);
bool folio_batch_add(struct folio_batch *fbatch, struct folio *folio)	__until(5.16) __consumes(folio);
unsigned folio_batch_add(struct folio_batch *fbatch, struct folio *folio)	__since(5.16) __consumes(folio);
unsigned pagevec_add(struct pagevec *pvec, struct page *page)	__until(6.8) __consumes(page, folio);
/* include/linux/nospec.h: the index itself, once it was found to be inside. */
__expr array_index_nospec(__expr index, __expr size)		__pure __returns_arg(index);
