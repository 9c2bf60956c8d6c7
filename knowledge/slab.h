/* Kernel memory, as a reference of kind "memory" that its owner gives back once. NULL when there is none. */

/* include/linux/slab.h, mm/slab_common.c */
void *kmalloc(size_t size, gfp_t flags)                                              __allocates __may_reclaim(flags);
void *kzalloc(size_t size, gfp_t flags)                                              __allocates __may_reclaim(flags);
void *kmalloc_node(size_t size, gfp_t flags, int node)                               __allocates __may_reclaim(flags);
void *kzalloc_node(size_t size, gfp_t flags, int node)                               __allocates __may_reclaim(flags);
void *kmalloc_array(size_t n, size_t size, gfp_t flags)                              __allocates __may_reclaim(flags);
void *kcalloc(size_t n, size_t size, gfp_t flags)                                    __allocates __may_reclaim(flags);
void *kvmalloc(size_t size, gfp_t flags)                                             __allocates __may_reclaim(flags);
void *kvzalloc(size_t size, gfp_t flags)                                             __allocates __may_reclaim(flags);
void *kvmalloc_node(size_t size, gfp_t flags, int node)                              __allocates __may_reclaim(flags);
void *kvzalloc_node(size_t size, gfp_t flags, int node)                              __allocates __may_reclaim(flags);
void *kvmalloc_array(size_t n, size_t size, gfp_t flags)                             __allocates __may_reclaim(flags);
void *kvcalloc(size_t n, size_t size, gfp_t flags)                                   __allocates __may_reclaim(flags);
void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)                            __allocates __may_reclaim(flags);
void *kmem_cache_zalloc(struct kmem_cache *k, gfp_t flags)                           __allocates __may_reclaim(flags);
void *kmem_cache_alloc_node(struct kmem_cache *s, gfp_t flags, int node)             __allocates __may_reclaim(flags);
void kfree(const void *objp)                                                         __frees(objp) __free_class(kfree);
void kvfree(const void *addr)                                                        __frees(addr) __free_class(kvfree);
void kfree_sensitive(const void *objp)                                               __frees(objp);
void kmem_cache_free(struct kmem_cache *s, void *objp)                               __frees(objp);
/* mm/slab_common.c: gives the old memory back when it succeeds, and leaves it when it fails. */
void *krealloc(const void *objp, size_t new_size, gfp_t flags)                       __cond_consumes(nonnull, objp, memory) __allocates __may_reclaim(flags);

/* mm/util.c, include/linux/string.h; memdup_user fails with an error pointer. */
char *kstrdup(const char *s, gfp_t gfp)                                              __allocates __may_reclaim(gfp);
char *kstrndup(const char *s, size_t len, gfp_t gfp)                                 __allocates __may_reclaim(gfp);
void *kmemdup(const void *src, size_t len, gfp_t gfp)                                __allocates __may_reclaim(gfp);
void *memdup_user(const void *src, size_t len)                                       __allocates(memory, noerr) __may_sleep __may_reclaim;

/* mm/vmalloc.c, include/linux/vmalloc.h */
void *vmalloc(unsigned long size)                                                    __allocates __may_sleep __may_reclaim;
void *vzalloc(unsigned long size)                                                    __allocates __may_sleep __may_reclaim;
void *vmalloc_node(unsigned long size, int node)                                     __allocates __may_sleep __may_reclaim;
void *vzalloc_node(unsigned long size, int node)                                     __allocates __may_sleep __may_reclaim;
void *vmalloc_user(unsigned long size)                                               __allocates __may_sleep __may_reclaim;
void vfree(const void *addr)                                                         __frees(addr) __free_class(vfree);

/* lib/bitmap.c, mm/percpu.c, mm/mempool.c */
unsigned long *bitmap_alloc(unsigned int nbits, gfp_t flags)                         __allocates __may_reclaim(flags);
unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t flags)                        __allocates __may_reclaim(flags);
void bitmap_free(const unsigned long *bitmap)                                        __frees(bitmap) __free_class(bitmap);
__expr alloc_percpu(__expr type)                                                     __allocates __may_sleep __may_reclaim;
void free_percpu(void *pdata)                                                        __frees(pdata) __free_class(free_percpu);
void *mempool_alloc(mempool_t *pool, gfp_t gfp_mask)                                 __allocates __may_reclaim(gfp_mask);
void mempool_free(void *element, mempool_t *pool)                                    __frees(element);
