/*
 * Macros with a body. Each turn gives the named arguments a new element; where a macro is not here, it is taken for a
 * loop over its first argument.
 */

/* include/linux/list.h, include/linux/rculist.h */
void list_for_each(__expr pos, __expr head)                                                      __iterates(pos) __unless(list_empty(head));
void list_for_each_rcu(__expr pos, __expr head)                                                  __iterates(pos);
void list_for_each_prev(__expr pos, __expr head)                                                 __iterates(pos) __unless(list_empty(head));
void list_for_each_continue(__expr pos, __expr head)                                             __iterates(pos);
void list_for_each_safe(__expr pos, __expr n, __expr head)                                       __iterates(pos, n) __unless(list_empty(head));
void list_for_each_prev_safe(__expr pos, __expr n, __expr head)                                  __iterates(pos, n) __unless(list_empty(head));
void list_for_each_entry(__expr pos, __expr head, __expr member)                                 __iterates(pos) __unless(list_empty(head));
void list_for_each_entry_reverse(__expr pos, __expr head, __expr member)                         __iterates(pos) __unless(list_empty(head));
void list_for_each_entry_continue(__expr pos, __expr head, __expr member)                        __iterates(pos);
void list_for_each_entry_continue_reverse(__expr pos, __expr head, __expr member)                __iterates(pos);
void list_for_each_entry_from(__expr pos, __expr head, __expr member)                            __iterates(pos);
void list_for_each_entry_from_reverse(__expr pos, __expr head, __expr member)                    __iterates(pos);
void list_for_each_entry_safe(__expr pos, __expr n, __expr head, __expr member)                  __iterates(pos, n) __unless(list_empty(head));
void list_for_each_entry_safe_continue(__expr pos, __expr n, __expr head, __expr member)         __iterates(pos, n);
void list_for_each_entry_safe_from(__expr pos, __expr n, __expr head, __expr member)             __iterates(pos, n);
void list_for_each_entry_safe_reverse(__expr pos, __expr n, __expr head, __expr member)          __iterates(pos, n) __unless(list_empty(head));
void list_for_each_entry_rcu(__expr pos, __expr head, __expr member, __expr cond)                __iterates(pos);
void list_for_each_entry_srcu(__expr pos, __expr head, __expr member, __expr cond)               __iterates(pos);
void list_for_each_entry_lockless(__expr pos, __expr head, __expr member)                        __iterates(pos);
void list_for_each_entry_continue_rcu(__expr pos, __expr head, __expr member)                    __iterates(pos);
void list_for_each_entry_from_rcu(__expr pos, __expr head, __expr member)                        __iterates(pos);
void hlist_for_each(__expr pos, __expr head)                                                     __iterates(pos) __unless(hlist_empty(head));
void hlist_for_each_safe(__expr pos, __expr n, __expr head)                                      __iterates(pos, n) __unless(hlist_empty(head));
void hlist_for_each_entry(__expr pos, __expr head, __expr member)                                __iterates(pos) __unless(hlist_empty(head));
void hlist_for_each_entry_continue(__expr pos, __expr member)                                    __iterates(pos);
void hlist_for_each_entry_from(__expr pos, __expr member)                                        __iterates(pos);
void hlist_for_each_entry_safe(__expr pos, __expr n, __expr head, __expr member)                 __iterates(pos, n) __unless(hlist_empty(head));
void hlist_for_each_entry_rcu(__expr pos, __expr head, __expr member, __expr cond)               __iterates(pos);
void hlist_for_each_entry_srcu(__expr pos, __expr head, __expr member, __expr cond)              __iterates(pos);
void hlist_for_each_entry_rcu_notrace(__expr pos, __expr head, __expr member)                    __iterates(pos);

/* include/linux/list_bl.h, include/linux/rculist_bl.h */
void hlist_bl_for_each_entry(__expr tpos, __expr pos, __expr head, __expr member)                __iterates(tpos, pos);
void hlist_bl_for_each_entry_safe(__expr tpos, __expr pos, __expr n, __expr head, __expr member) __iterates(tpos, pos, n);
void hlist_bl_for_each_entry_rcu(__expr tpos, __expr pos, __expr head, __expr member)            __iterates(tpos, pos);

/* include/linux/hashtable.h */
void hash_for_each_possible(__expr name, __expr obj, __expr member, __expr key)                  __iterates(obj);
void hash_for_each_possible_rcu(__expr name, __expr obj, __expr member, __expr key, __expr cond) __iterates(obj);
void hash_for_each_possible_safe(__expr name, __expr obj, __expr tmp, __expr member, __expr key) __iterates(obj, tmp);
void hash_for_each_rcu(__expr name, __expr bkt, __expr obj, __expr member)                       __iterates(bkt, obj);
void hash_for_each_safe(__expr name, __expr bkt, __expr tmp, __expr obj, __expr member)          __iterates(bkt, tmp, obj);

/* include/linux/llist.h, include/linux/plist.h, include/linux/rbtree.h */
void llist_for_each_safe(__expr pos, __expr n, __expr node)                                      __iterates(pos, n);
void llist_for_each_entry(__expr pos, __expr node, __expr member)                                __iterates(pos);
void llist_for_each_entry_safe(__expr pos, __expr n, __expr node, __expr member)                 __iterates(pos, n);
void plist_for_each_entry(__expr pos, __expr head, __expr mem)                                   __iterates(pos);
void plist_for_each_safe(__expr pos, __expr n, __expr head)                                      __iterates(pos, n);
void rbtree_postorder_for_each_entry_safe(__expr pos, __expr n, __expr root, __expr field)       __iterates(pos, n);

/* include/linux/xarray.h */
void xa_for_each(__expr xa, __expr index, __expr entry)                                          __iterates(index, entry);
void xa_for_each_start(__expr xa, __expr index, __expr entry, __expr start)                      __iterates(index, entry);
void xa_for_each_range(__expr xa, __expr index, __expr entry, __expr start, __expr last)         __iterates(index, entry);
void xa_for_each_marked(__expr xa, __expr index, __expr entry, __expr filter)                    __iterates(index, entry);
void xas_for_each(__expr xas, __expr entry, __expr max)                                          __iterates(entry);
void xas_for_each_marked(__expr xas, __expr entry, __expr max, __expr mark)                      __iterates(entry);
void xas_for_each_conflict(__expr xas, __expr entry)                                             __iterates(entry);

/* include/linux/maple_tree.h, include/linux/mm.h, include/linux/rmap.h */
void mas_for_each(__expr mas, __expr entry, __expr max)                                          __iterates(entry);
void for_each_vma(__expr vmi, __expr vma)                                                        __iterates(vma);
void for_each_vma_range(__expr vmi, __expr vma, __expr end)                                      __iterates(vma);
void vma_interval_tree_foreach(__expr vma, __expr root, __expr start, __expr last)               __iterates(vma);
void anon_vma_interval_tree_foreach(__expr avc, __expr root, __expr start, __expr last)          __iterates(avc);

/* include/linux/mmzone.h, include/linux/nodemask.h, include/linux/cpumask.h */
void for_each_zone(__expr zone)                                                                  __iterates(zone);
void for_each_populated_zone(__expr zone)                                                        __iterates(zone);
void for_each_zone_zonelist(__expr zone, __expr z, __expr zlist, __expr highidx)                 __iterates(zone, z);
void for_each_zone_zonelist_nodemask(__expr zone, __expr z, __expr zlist, __expr highidx, __expr nodemask) __iterates(zone, z);
void for_each_lru(__expr lru)                                                                    __iterates(lru);
void for_each_evictable_lru(__expr lru)                                                          __iterates(lru);
void for_each_node_mask(__expr node, __expr mask)                                                __iterates(node);
void for_each_node_state(__expr node, __expr state)                                              __iterates(node);
void for_each_node(__expr node)                                                                  __iterates(node);
void for_each_online_node(__expr node)                                                           __iterates(node);
void for_each_cpu(__expr cpu, __expr mask)                                                       __iterates(cpu);
void for_each_cpu_and(__expr cpu, __expr mask1, __expr mask2)                                    __iterates(cpu);
void for_each_possible_cpu(__expr cpu)                                                           __iterates(cpu);
void for_each_online_cpu(__expr cpu)                                                             __iterates(cpu);
void for_each_present_cpu(__expr cpu)                                                            __iterates(cpu);

/* include/linux/sched/signal.h, include/linux/cgroup.h, include/linux/memcontrol.h, mm/memcontrol.c */
void for_each_process_thread(__expr p, __expr t)                                                 __iterates(p, t);
void for_each_thread(__expr p, __expr t)                                                         __iterates(t);
void css_for_each_child(__expr pos, __expr parent)                                               __iterates(pos);
void css_for_each_descendant_pre(__expr pos, __expr css)                                         __iterates(pos);
void css_for_each_descendant_post(__expr pos, __expr css)                                        __iterates(pos);
void cgroup_taskset_for_each(__expr task, __expr dst_css, __expr tset)                           __iterates(task, dst_css);
void cgroup_taskset_for_each_leader(__expr leader, __expr dst_css, __expr tset)                  __iterates(leader, dst_css);
void for_each_mem_cgroup(__expr iter)                                                            __iterates(iter);
void for_each_mem_cgroup_tree(__expr iter, __expr root)                                          __iterates(iter);

/* include/linux/hugetlb.h, mm/hugetlb.c, mm/slab.h, include/linux/damon.h, mm/zbud.c */
void for_each_hstate(__expr h)                                                                   __iterates(h);
void for_each_node_mask_to_alloc(__expr hs, __expr nr_nodes, __expr node, __expr mask)           __iterates(node);
void for_each_node_mask_to_free(__expr hs, __expr nr_nodes, __expr node, __expr mask)            __iterates(node);
void for_each_kmem_cache_node(__expr s, __expr node, __expr n)                                   __iterates(node, n);
void for_each_object(__expr p, __expr s, __expr addr, __expr objects)                            __iterates(p);
void damon_for_each_target(__expr t, __expr ctx)                                                 __iterates(t);
void damon_for_each_target_safe(__expr t, __expr next, __expr ctx)                               __iterates(t, next);
void damon_for_each_region(__expr r, __expr t)                                                   __iterates(r);
void damon_for_each_region_from(__expr r, __expr t)                                              __iterates(r);
void damon_for_each_region_safe(__expr r, __expr next, __expr t)                                 __iterates(r, next);
void damon_for_each_scheme(__expr s, __expr ctx)                                                 __iterates(s);
void damon_for_each_scheme_safe(__expr s, __expr next, __expr ctx)                               __iterates(s, next);

/* include/linux/find.h, include/linux/mmzone.h */
void for_each_set_bit(__expr bit, __expr addr, __expr size)                                      __iterates(bit);
void for_each_clear_bit(__expr bit, __expr addr, __expr size)                                    __iterates(bit);
void for_each_set_bit_from(__expr bit, __expr addr, __expr size)                                 __iterates(bit);
void for_each_migratetype_order(__expr order, __expr type)                                       __iterates(order, type);

/* include/linux/memblock.h, mm/memblock.c */
void for_each_memblock_type(__expr i, __expr memblock_type, __expr rgn)                          __iterates(i, rgn);
void for_each_free_mem_pfn_range_in_zone(__expr i, __expr zone, __expr p_start, __expr p_end)    __iterates(i, p_start, p_end);

/* include/linux/bio.h, include/linux/of.h, include/linux/property.h */
void bio_for_each_folio_all(__expr fi, __expr bio)                                               __iterates(fi);
void for_each_child_of_node(__expr parent, __expr child)                                         __iterates(child);
void for_each_available_child_of_node(__expr parent, __expr child)                               __iterates(child);
void device_for_each_child_node(__expr dev, __expr child)                                        __iterates(child);

/* include/linux/sched/signal.h */
void for_each_process(__expr p)                                                               __iterates(p);

/* include/linux/netdevice.h, include/linux/skbuff.h */
void for_each_netdev(__expr net, __expr d)			__iterates(d);
void for_each_netdev_rcu(__expr net, __expr d)			__iterates(d);
void for_each_netdev_safe(__expr net, __expr d, __expr n)	__iterates(d, n);
void netdev_for_each_lower_dev(__expr dev, __expr ldev, __expr iter)	__iterates(ldev, iter);
void netdev_for_each_mc_addr(__expr ha, __expr dev)		__iterates(ha);
void skb_queue_walk(__expr queue, __expr skb)			__iterates(skb);
void skb_queue_walk_safe(__expr queue, __expr skb, __expr tmp)	__iterates(skb, tmp);
/* include/linux/idr.h */
void idr_for_each_entry(__expr idr, __expr entry, __expr id)	__iterates(entry, id);
/* include/linux/of.h, include/linux/of_graph.h, include/linux/property.h */
void of_property_for_each_u32(__expr np, __expr propname, __expr prop, __expr p, __expr u)	__until(6.11) __iterates(prop, p, u);
void for_each_endpoint_of_node(__expr parent, __expr child)	__iterates(child);
void fwnode_for_each_child_node(__expr fwnode, __expr child)	__iterates(child);
