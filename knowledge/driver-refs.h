/* What drivers and protocols get by asking a subsystem for it, and give back by name. */

/* include/linux/nvmem-consumer.h, drivers/nvmem/core.c: error pointers where there is none. */
struct nvmem_cell *nvmem_cell_get(struct device *dev, const char *id)	__returns_ref(nvmem_cell, noerr);
struct nvmem_cell *of_nvmem_cell_get(struct device_node *np, const char *id)	__returns_ref(nvmem_cell, noerr);
void nvmem_cell_put(struct nvmem_cell *cell)			__puts(cell);
void *nvmem_cell_read(struct nvmem_cell *cell, size_t *len)	__clobbers((*len)) __allocates(memory, noerr) __may_sleep(sometimes);
struct nvmem_device *nvmem_device_get(struct device *dev, const char *name)	__returns_ref(nvmem_device, noerr);
struct nvmem_device *of_nvmem_device_get(struct device_node *np, const char *name)	__returns_ref(nvmem_device, noerr);
void nvmem_device_put(struct nvmem_device *nvmem)		__puts(nvmem);

/* include/linux/clk.h, drivers/clk/clkdev.c */
struct clk *clk_get(struct device *dev, const char *id)		__returns_ref(clk, noerr);
struct clk *clk_get_sys(const char *dev_id, const char *con_id)	__returns_ref(clk, noerr);
struct clk *of_clk_get(struct device_node *np, int index)	__returns_ref(clk, noerr);
struct clk *of_clk_get_by_name(struct device_node *np, const char *name)	__returns_ref(clk, noerr);
void clk_put(struct clk *clk)					__puts(clk);
/* drivers/base/power/clock_ops.c */
int pm_clk_add_clk(struct device *dev, struct clk *clk)	__errno __cond_consumes(0, clk);
/* include/linux/regulator/consumer.h */
struct regulator *regulator_get(struct device *dev, const char *id)	__returns_ref(regulator, noerr);
struct regulator *regulator_get_optional(struct device *dev, const char *id)	__returns_ref(regulator, noerr);
struct regulator *regulator_get_exclusive(struct device *dev, const char *id)	__returns_ref(regulator, noerr);
void regulator_put(struct regulator *regulator)			__puts(regulator);
/* include/linux/gpio/consumer.h */
struct gpio_desc *gpiod_get(struct device *dev, const char *con_id, enum gpiod_flags flags)	__returns_ref(gpio_desc, noerr);
struct gpio_desc *gpiod_get_index(struct device *dev, const char *con_id, unsigned int idx, enum gpiod_flags flags)	__returns_ref(gpio_desc, noerr);
void gpiod_put(struct gpio_desc *desc)				__puts(desc);
/* include/linux/phy/phy.h */
struct phy *phy_get(struct device *dev, const char *string)	__returns_ref(phy, noerr);
struct phy *of_phy_get(struct device_node *np, const char *con_id)	__returns_ref(phy, noerr);
void phy_put(struct device *dev, struct phy *phy)		__puts(phy);
void of_phy_put(struct phy *phy)				__puts(phy);
/* include/linux/pwm.h */
struct pwm_device *pwm_get(struct device *dev, const char *con_id)	__returns_ref(pwm_device, noerr);
void pwm_put(struct pwm_device *pwm)				__puts(pwm);
/* include/linux/iio/consumer.h */
struct iio_channel *iio_channel_get(struct device *dev, const char *consumer_channel)	__returns_ref(iio_channel, noerr);
void iio_channel_release(struct iio_channel *chan)		__puts(chan);
/* include/linux/dmaengine.h, drivers/dma/dmaengine.c */
struct dma_chan *dma_request_chan(struct device *dev, const char *name)	__returns_ref(dma_chan, noerr);
struct dma_chan *dma_request_chan_by_mask(const dma_cap_mask_t *mask)	__returns_ref(dma_chan, noerr);
void dma_release_channel(struct dma_chan *chan)			__puts(chan);
/* include/linux/mailbox_client.h */
struct mbox_chan *mbox_request_channel(struct mbox_client *cl, int index)	__returns_ref(mbox_chan, noerr);
struct mbox_chan *mbox_request_channel_byname(struct mbox_client *cl, const char *name)	__returns_ref(mbox_chan, noerr);
void mbox_free_channel(struct mbox_chan *chan)			__puts(chan);
/* include/linux/interconnect.h */
struct icc_path *icc_get(struct device *dev, const int src_id, const int dst_id)	__returns_ref(icc_path, noerr);
void icc_put(struct icc_path *path)				__puts(path);
/* include/linux/remoteproc.h: NULL where there is none. */
struct rproc *rproc_get_by_phandle(phandle phandle)		__returns_ref;
void rproc_put(struct rproc *rproc)				__puts(rproc);
/* include/linux/rtc.h: NULL where there is none. */
struct rtc_device *rtc_class_open(const char *name)		__returns_ref;
void rtc_class_close(struct rtc_device *rtc)			__puts(rtc);
/* include/linux/power_supply.h: NULL where there is none. */
struct power_supply *power_supply_get_by_name(const char *name)	__returns_ref;
void power_supply_put(struct power_supply *psy)			__puts(psy);
/* include/linux/cpufreq.h: NULL where there is none. */
struct cpufreq_policy *cpufreq_cpu_get(unsigned int cpu)	__returns_ref;
void cpufreq_cpu_put(struct cpufreq_policy *policy)		__puts(policy);
/* drivers/opp/core.c */
struct opp_table *dev_pm_opp_get_opp_table(struct device *dev)	__returns_ref(opp_table, noerr);
void dev_pm_opp_put_opp_table(struct opp_table *opp_table)	__puts(opp_table);

/* drivers/of/platform.c, drivers/base/platform.c: the reference is on the device inside. */
struct platform_device *of_find_device_by_node(struct device_node *np)	__returns_ref_of(&__return->dev, device);
struct platform_device *platform_device_alloc(const char *name, int id)	__returns_ref_of(&__return->dev, device);
void platform_device_put(struct platform_device *pdev)		__puts(&pdev->dev, device);
/* drivers/net/mdio/of_mdio.c */
struct mii_bus *of_mdio_find_bus(struct device_node *mdio_np)	__returns_ref_of(&__return->dev, device);
/* drivers/acpi/utils.c, include/acpi/acpi_bus.h */
struct acpi_device *acpi_dev_get_first_match_dev(const char *hid, const char *uid, s64 hrv)	__returns_ref_of(&__return->dev, device);
void acpi_dev_put(struct acpi_device *adev)			__puts(&adev->dev, device);
/* sound/core/init.c, include/sound/core.h */
struct snd_card *snd_card_ref(int card)				__returns_ref_of(&__return->card_dev, device);
void snd_card_unref(struct snd_card *card)			__puts(&card->card_dev, device);

/* include/drm, drivers/gpu/drm: NULL where there is none. */
struct drm_device *drm_dev_alloc(const struct drm_driver *driver, struct device *parent)	__returns_ref(drm_device, noerr);
void drm_dev_get(struct drm_device *dev)			__gets(dev);
void drm_dev_put(struct drm_device *dev)			__puts(dev);
struct drm_gem_object *drm_gem_object_lookup(struct drm_file *filp, u32 handle)	__returns_ref;
void drm_gem_object_get(struct drm_gem_object *obj)		__gets(obj);
void drm_gem_object_put(struct drm_gem_object *obj)		__puts(obj);
struct drm_framebuffer *drm_framebuffer_lookup(struct drm_device *dev, struct drm_file *file_priv, uint32_t id)	__returns_ref;
void drm_framebuffer_get(struct drm_framebuffer *fb)		__gets(fb);
void drm_framebuffer_put(struct drm_framebuffer *fb)		__puts(fb);
void drm_connector_get(struct drm_connector *connector)		__gets(connector);
void drm_connector_put(struct drm_connector *connector)		__puts(connector);
struct drm_property_blob *drm_property_lookup_blob(struct drm_device *dev, uint32_t id)	__returns_ref;
struct drm_property_blob *drm_property_blob_get(struct drm_property_blob *blob)	__gets(blob) __returns_arg(blob);
void drm_property_blob_put(struct drm_property_blob *blob)	__puts(blob);
struct drm_syncobj *drm_syncobj_find(struct drm_file *file_private, u32 handle)	__returns_ref;
void drm_syncobj_get(struct drm_syncobj *obj)			__gets(obj);
void drm_syncobj_put(struct drm_syncobj *obj)			__puts(obj);
/* drivers/gpu/drm/scheduler/sched_main.c: the fence is taken over in any case. */
int drm_sched_job_add_dependency(struct drm_sched_job *job, struct dma_fence *fence)	__errno __consumes(fence);
/* include/linux/dma-fence.h, include/linux/sync_file.h */
struct dma_fence *dma_fence_get(struct dma_fence *fence)	__gets(fence) __returns_arg(fence);
void dma_fence_put(struct dma_fence *fence)			__puts(fence);
struct dma_fence *sync_file_get_fence(int fd)			__returns_ref;

/* net/socket.c */
int sock_create(int family, int type, int proto, struct socket **res)	__clobbers((*res)) __errno __cond_gets(0, (*res), socket) __may_sleep;
int sock_create_kern(struct net *net, int family, int type, int proto, struct socket **res)	__clobbers((*res)) __errno __cond_gets(0, (*res), socket) __may_sleep;
void sock_release(struct socket *sock)				__puts(sock) __may_sleep;
/* drivers/scsi/hosts.c, lib/kobject.c: NULL where there is none. */
struct Scsi_Host *scsi_host_lookup(unsigned int hostnum)	__returns_ref;
struct kobject *kset_find_obj(struct kset *kset, const char *name)	__returns_ref;
/* fs/configfs/item.c */
struct config_item *config_item_get(struct config_item *item)	__gets(item) __returns_arg(item);
void config_item_put(struct config_item *item)			__puts(item);

/* drivers/of/address.c: memory of the caller's own, that is no part of the node. */
void *of_iomap(struct device_node *node, int index)		__allocates;
/* drivers/firmware/efi/vars.c */
extern struct semaphore efivars_lock;
int efivar_lock(void)						__must_check __errno __cond_acquires(0, efivars_lock) __may_sleep;
int efivar_trylock(void)					__errno __cond_acquires(0, efivars_lock) __trylock;
void efivar_unlock(void)					__releases(efivars_lock);
