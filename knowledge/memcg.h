/* Memory control groups and the cgroup core. A memcg is counted by its css, which is its first member. */

/* include/linux/cgroup.h */
void css_get(struct cgroup_subsys_state *css)			__gets(css, css);
void css_get_many(struct cgroup_subsys_state *css, unsigned int n)	__gets(css, css, n);
bool css_tryget(struct cgroup_subsys_state *css)		__cond_gets(true, css, css);
bool css_tryget_online(struct cgroup_subsys_state *css)		__cond_gets(true, css, css);
void css_put(struct cgroup_subsys_state *css)			__puts(css, css);
void css_put_many(struct cgroup_subsys_state *css, unsigned int n)	__puts(css, css, n);
/* kernel/cgroup/cgroup.c: an error pointer on failure. */
struct cgroup_subsys_state *css_tryget_online_from_dir(struct dentry *dentry, struct cgroup_subsys *ss)	__returns_ref(css, noerr);

/* kernel/cgroup/cgroup.c: the css that counts for the cgroup, its own or an ancestor's. */
struct cgroup_subsys_state *cgroup_get_e_css(struct cgroup *cgroup, struct cgroup_subsys *ss)	__returns_ref(css);

/* include/linux/memcontrol.h, mm/memcontrol.c: NULL without memory cgroups, or when the group is gone. */
void mem_cgroup_put(struct mem_cgroup *memcg)			__puts(memcg, css);
struct mem_cgroup *get_mem_cgroup_from_mm(struct mm_struct *mm)	__returns_ref(css);
struct mem_cgroup *get_mem_cgroup_from_objcg(struct obj_cgroup *objcg)	__returns_ref(css, always);
/* mm/memcontrol.c: the iterator owns a reference on the group it gave; it puts `prev`, also to end the walk, and the root has none to lose. */
struct mem_cgroup *mem_cgroup_iter(struct mem_cgroup *root, struct mem_cgroup *prev, struct mem_cgroup_reclaim_cookie *reclaim)
	__puts(prev, css, given(prev)) __returns_ref(css);
void mem_cgroup_iter_break(struct mem_cgroup *root, struct mem_cgroup *prev)	__puts(prev, css, given(prev));
struct mem_cgroup *mem_cgroup_get_oom_group(struct task_struct *victim, struct mem_cgroup *oom_domain)	__returns_ref(css);
/* mm/memcontrol.c: no reference is taken; RCU keeps them. */
struct mem_cgroup *mem_cgroup_from_id(unsigned short id)	__until(7.0) __must_hold_shared(RCU);
struct mem_cgroup *parent_mem_cgroup(struct mem_cgroup *memcg)	__pure;
struct mem_cgroup *mem_cgroup_from_css(struct cgroup_subsys_state *css)	__returns_arg(css) __pure;

/* include/linux/memcontrol.h, mm/memcontrol.c */
bool obj_cgroup_tryget(struct obj_cgroup *objcg)		__cond_gets(true, objcg);
void obj_cgroup_get(struct obj_cgroup *objcg)			__gets(objcg);
void obj_cgroup_put(struct obj_cgroup *objcg)			__puts(objcg);
struct obj_cgroup *get_obj_cgroup_from_current(void)		__until(6.7) __returns_ref;
struct obj_cgroup *get_obj_cgroup_from_page(struct page *page)	__until(6.2) __returns_ref;

/* mm/memcontrol.c: keeps the folio's memcg from changing; RCU is held with it. */
void folio_memcg_lock(struct folio *folio)			__until(6.15) __acquires_shared(RCU) __begins(memcg_lock);
void folio_memcg_unlock(struct folio *folio)			__until(6.15) __ends(memcg_lock) __releases_shared(RCU);
/* mm/memcontrol.c: the same bracket, ended when the folio has moved to another group meanwhile. */
void __folio_memcg_unlock(struct mem_cgroup *memcg)		__ends(memcg_lock) __releases_shared(RCU) __until(6.15);
static inline void lock_page_memcg(struct page *page)		__until(6.3) { folio_memcg_lock((struct folio *)page); }
static inline void unlock_page_memcg(struct page *page)		__until(6.3) { folio_memcg_unlock((struct folio *)page); }

/* include/linux/cgroup.h */
extern struct mutex cgroup_mutex;
void cgroup_lock(void)						__acquires(cgroup_mutex) __may_sleep;
void cgroup_unlock(void)					__releases(cgroup_mutex);
/* kernel/cgroup/cgroup.c: NULL, and nothing locked, when the group is gone. */
struct cgroup *cgroup_kn_lock_live(struct kernfs_node *kn, bool drain_offline)	__cond_acquires(nonnull, cgroup_mutex) __may_sleep(sometimes);
void cgroup_kn_unlock(struct kernfs_node *kn)			__releases(cgroup_mutex);
void cgroup_lock_and_drain_offline(struct cgroup *cgrp)		__acquires(cgroup_mutex) __may_sleep;
