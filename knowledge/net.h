/* Sockets, network devices, routes. */

/* include/linux/rtnetlink.h, net/core/rtnetlink.c */
extern struct mutex rtnl_mutex;
void rtnl_lock(void)						__acquires(rtnl_mutex) __may_sleep;
int rtnl_lock_killable(void)					__errno __cond_acquires(0, rtnl_mutex) __may_sleep;
int rtnl_trylock(void)						__cond_acquires(true, rtnl_mutex) __trylock;
void rtnl_unlock(void)						__releases(rtnl_mutex);
void __rtnl_unlock(void)					__releases(rtnl_mutex);
int rtnl_is_locked(void);
void ASSERT_RTNL(void)						__must_hold(rtnl_mutex);
__expr rtnl_dereference(__expr p)				__returns_arg(p) __pure;
__expr rcu_dereference_rtnl(__expr p)				__returns_arg(p) __pure;

/*
 * include/net/sock.h, net/core/sock.c: a task owns the socket, or the softirq holds its spinlock. The fast form leaves
 * softirqs off when it answers false; its unlock is told.
 */
struct socket_lock_t {
	spinlock_t slock;
};
struct sock {
	struct mutex __owned;
	struct socket_lock_t sk_lock;
	rwlock_t sk_callback_lock;
};
void lock_sock_nested(struct sock *sk, int subclass)		__acquires(sk->__owned) __may_sleep;
static inline void lock_sock(struct sock *sk)			{ lock_sock_nested(sk, 0); }
void release_sock(struct sock *sk)				__releases(sk->__owned);
bool lock_sock_fast(struct sock *sk)				__acquires(sk->__owned) __may_sleep;
void unlock_sock_fast(struct sock *sk, bool slow)		__releases(sk->__owned);
void bh_lock_sock(struct sock *sk)				__acquires(sk->sk_lock.slock);
void bh_lock_sock_nested(struct sock *sk)			__acquires(sk->sk_lock.slock);
void bh_unlock_sock(struct sock *sk)				__releases(sk->sk_lock.slock);
bool sock_owned_by_user(const struct sock *sk);
void sock_owned_by_me(const struct sock *sk);

/* include/net/sock.h, net/core/sock.c */
void sock_hold(struct sock *sk)					__gets(sk);
void sock_put(struct sock *sk)					__puts(sk);
void __sock_put(struct sock *sk)				__puts(sk);
/* net/socket.c: the socket's file has a reference; NULL, and an error in `err`, when there is none. */
struct socket *sockfd_lookup(int fd, int *err)			__clobbers((*err)) __cond_gets(nonnull, __return->file, file);
void sockfd_put(struct socket *sock)				__puts(sock->file, file);
struct socket {
	struct file *file;
	struct sock *sk;
};

/* include/linux/netdevice.h, net/core/dev.c: NULL is passed through. The _rcu and __ forms count nothing. */
void dev_hold(struct net_device *dev)				__gets(dev);
void dev_put(struct net_device *dev)				__puts(dev);
void netdev_hold(struct net_device *dev, netdevice_tracker *tracker, gfp_t gfp)	__gets(dev);
void netdev_put(struct net_device *dev, netdevice_tracker *tracker)	__puts(dev);
struct net_device *dev_get_by_index(struct net *net, int ifindex)	__returns_ref;
struct net_device *dev_get_by_name(struct net *net, const char *name)	__returns_ref;
struct net_device *dev_get_by_index_rcu(struct net *net, int ifindex);
struct net_device *dev_get_by_name_rcu(struct net *net, const char *name);
struct net_device *__dev_get_by_index(struct net *net, int ifindex);
struct net_device *__dev_get_by_name(struct net *net, const char *name);
void netif_addr_lock_bh(struct net_device *dev)			__irq_off(bh) __acquires(dev->addr_list_lock);
void netif_addr_unlock_bh(struct net_device *dev)		__releases(dev->addr_list_lock) __irq_on(bh);
struct net_device {
	spinlock_t addr_list_lock;
	spinlock_t tx_global_lock;
};
/* include/linux/netdevice.h */
void synchronize_net(void)					__may_sleep;

/* include/linux/inetdevice.h, include/net/addrconf.h */
struct in_device *in_dev_get(const struct net_device *dev)	__returns_ref;
void in_dev_put(struct in_device *idev)				__puts(idev);
void in_dev_hold(struct in_device *idev)			__gets(idev);
struct inet6_dev *in6_dev_get(const struct net_device *dev)	__returns_ref;
void in6_dev_put(struct inet6_dev *idev)			__puts(idev);
void in6_dev_hold(struct inet6_dev *idev)			__gets(idev);
struct inet6_dev *__in6_dev_get(const struct net_device *dev)	__pure;
struct in_device *__in_dev_get_rtnl(const struct net_device *dev)	__pure;
struct in_device *__in_dev_get_rcu(const struct net_device *dev)	__pure;
void in6_ifa_hold(struct inet6_ifaddr *ifp)			__gets(ifp);
void in6_ifa_put(struct inet6_ifaddr *ifp)			__puts(ifp);

/* include/net/dst.h: NULL is passed through. */
void dst_hold(struct dst_entry *dst)				__gets(dst);
bool dst_hold_safe(struct dst_entry *dst)			__cond_gets(true, dst);
struct dst_entry *dst_clone(struct dst_entry *dst)		__gets(dst) __returns_arg(dst);
void dst_release(struct dst_entry *dst)				__puts(dst);
struct dst_entry *sk_dst_get(struct sock *sk)			__returns_ref;
/* include/net/neighbour.h, net/core/neighbour.c */
struct neighbour *neigh_lookup(struct neigh_table *tbl, const void *pkey, struct net_device *dev)	__returns_ref;
struct neighbour *neigh_clone(struct neighbour *neigh)		__gets(neigh) __returns_arg(neigh);
void neigh_hold(struct neighbour *n)				__gets(n);
void neigh_release(struct neighbour *neigh)			__puts(neigh);

/* include/net/net_namespace.h, net/core/net_namespace.c: by descriptor and by pid, an error pointer on failure. */
struct net *get_net(struct net *net)				__gets(net) __returns_arg(net);
struct net *maybe_get_net(struct net *net)			__returns_arg(net) __cond_gets(nonnull, net);
void put_net(struct net *net)					__puts(net);
struct net *get_net_ns_by_fd(int fd)				__returns_ref(net, noerr);
struct net *get_net_ns_by_pid(pid_t pid)			__returns_ref(net, noerr);

/* include/net/cfg80211.h */
struct wiphy {
	struct mutex mtx;
};
static inline void wiphy_lock(struct wiphy *wiphy)		{ mutex_lock(&wiphy->mtx); }
static inline void wiphy_unlock(struct wiphy *wiphy)		{ mutex_unlock(&wiphy->mtx); }
/* include/net/bluetooth/hci_core.h */
struct hci_dev {
	struct mutex lock;
};
static inline void hci_dev_lock(struct hci_dev *d)		{ mutex_lock(&d->lock); }
static inline void hci_dev_unlock(struct hci_dev *d)		{ mutex_unlock(&d->lock); }
void hci_dev_put(struct hci_dev *d)				__puts(d);
struct hci_dev *hci_dev_hold(struct hci_dev *d)			__gets(d) __returns_arg(d);
struct hci_dev *hci_dev_get(int index)				__returns_ref;

/* include/linux/skbuff.h, net/core/skbuff.c, include/net/netlink.h: packets are plain memory here; what counts is that allocating may sleep. */
struct sk_buff *alloc_skb(unsigned int size, gfp_t priority)	__allocates __may_reclaim(priority);
struct sk_buff *skb_clone(struct sk_buff *skb, gfp_t priority)	__allocates __may_reclaim(priority);
struct sk_buff *skb_copy(const struct sk_buff *skb, gfp_t priority)	__allocates __may_reclaim(priority);
struct sk_buff *nlmsg_new(size_t payload, gfp_t flags)		__allocates __may_reclaim(flags);
struct sk_buff *genlmsg_new(size_t payload, gfp_t flags)	__allocates __may_reclaim(flags);
void *sock_kmalloc(struct sock *sk, int size, gfp_t priority)	__allocates __may_reclaim(priority);

/* net/netlink/genetlink.c */
extern struct mutex genl_mutex;
void genl_lock(void)						__acquires(genl_mutex) __may_sleep;
void genl_unlock(void)						__releases(genl_mutex);
struct net *get_net_ns_by_id(const struct net *net, int id)	__returns_ref;

/* net/xfrm/xfrm_state.c */
struct xfrm_state *xfrm_state_lookup(struct net *net, u32 mark, const xfrm_address_t *daddr, __be32 spi, u8 proto, unsigned short family)	__returns_ref;
struct xfrm_state *xfrm_state_lookup_byaddr(struct net *net, u32 mark, const xfrm_address_t *daddr, const xfrm_address_t *saddr, u8 proto, unsigned short family)	__returns_ref;
struct xfrm_state *xfrm_state_lookup_byspi(struct net *net, __be32 spi, unsigned short family)	__returns_ref;
/* net/sunrpc/svc_xprt.c */
struct svc_xprt *svc_find_xprt(struct svc_serv *serv, const char *xcl_name, struct net *net, const sa_family_t af, const unsigned short port)	__until(6.14) __returns_ref;
void svc_xprt_put(struct svc_xprt *xprt)			__puts(xprt);
