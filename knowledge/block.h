/* Buffer heads, bios, block devices. */

/* include/linux/buffer_head.h, fs/buffer.c: the bit BH_Lock. trylock_buffer: 1 is taken. */
struct buffer_head {
	struct buffer_head *b_this_page;
	struct page *b_page;
	atomic_t b_count;
	__bitlock_t __locked;
};
void lock_buffer(struct buffer_head *bh)			__acquires(bh->__locked) __may_sleep;
int trylock_buffer(struct buffer_head *bh)			__cond_acquires(true, bh->__locked) __trylock;
void unlock_buffer(struct buffer_head *bh)			__releases(bh->__locked);
void __lock_buffer(struct buffer_head *bh)			__acquires(bh->__locked) __may_sleep;
void wait_on_buffer(struct buffer_head *bh)			__must_not_hold(bh->__locked) __may_sleep;

/* include/linux/buffer_head.h, fs/buffer.c: brelse and bforget pass NULL through. */
void get_bh(struct buffer_head *bh)				__gets(bh);
void put_bh(struct buffer_head *bh)				__puts(bh);
void brelse(struct buffer_head *bh)				__puts(bh);
void __brelse(struct buffer_head *bh)				__puts(bh);
void bforget(struct buffer_head *bh)				__puts(bh);
void __bforget(struct buffer_head *bh)				__puts(bh);
struct buffer_head *sb_bread(struct super_block *sb, sector_t block)	__returns_ref __may_sleep;
struct buffer_head *sb_bread_unmovable(struct super_block *sb, sector_t block)	__returns_ref __may_sleep;
struct buffer_head *__bread(struct block_device *bdev, sector_t block, unsigned size)	__returns_ref __may_sleep;
struct buffer_head *sb_getblk(struct super_block *sb, sector_t block)	__returns_ref __may_sleep;
struct buffer_head *sb_find_get_block(struct super_block *sb, sector_t block)	__returns_ref;
struct buffer_head *__getblk(struct block_device *bdev, sector_t block, unsigned size)	__returns_ref __may_sleep;
struct buffer_head *__find_get_block(struct block_device *bdev, sector_t block, unsigned size)	__returns_ref;
/* fs/buffer.c: the buffer is locked; whoever ends the I/O unlocks and puts, so submitting hands both over. */
void submit_bh(blk_opf_t opf, struct buffer_head *bh)		__releases(bh->__locked) __consumes(bh);
void end_buffer_read_sync(struct buffer_head *bh, int uptodate)	__releases(bh->__locked) __puts(bh);
void end_buffer_write_sync(struct buffer_head *bh, int uptodate)	__releases(bh->__locked) __puts(bh);
int sync_dirty_buffer(struct buffer_head *bh)			__must_not_hold(bh->__locked) __may_sleep;

/* include/linux/bio.h, block/bio.c */
void bio_get(struct bio *bio)					__gets(bio);
void bio_put(struct bio *bio)					__puts(bio);
int submit_bio_wait(struct bio *bio)				__may_sleep;
int blkdev_issue_flush(struct block_device *bdev)		__may_sleep;
void blk_mq_freeze_queue(struct request_queue *q)		__begins(queue_frozen, q) __may_sleep __until(6.14);
void blk_mq_unfreeze_queue(struct request_queue *q)		__ends(queue_frozen, q) __until(6.14);
void blk_mq_quiesce_queue(struct request_queue *q)		__begins(queue_quiesced, q) __may_sleep;
void blk_mq_unquiesce_queue(struct request_queue *q)		__ends(queue_quiesced, q);
/* include/linux/blkdev.h: the same queue for as long as the device is there. */
struct request_queue *bdev_get_queue(struct block_device *bdev)	__pure;
/* block/blk-core.c: 0 is entered. */
bool blk_get_queue(struct request_queue *q)			__cond_gets(true, q);
void blk_put_queue(struct request_queue *q)			__puts(q);
int blk_queue_enter(struct request_queue *q, blk_mq_req_flags_t flags)	__errno __cond_gets(0, q, q_usage);
void blk_queue_exit(struct request_queue *q)			__puts(q, q_usage);

/* include/linux/blkdev.h, block/bdev.c: an error pointer on failure. */
struct block_device *blkdev_get_by_path(const char *path, fmode_t mode, void *holder)	__until(6.5) __returns_ref(block_device, noerr) __may_sleep;
struct block_device *blkdev_get_by_dev(dev_t dev, fmode_t mode, void *holder)	__until(6.5) __returns_ref(block_device, noerr) __may_sleep;
void blkdev_put(struct block_device *bdev, fmode_t mode)	__until(6.5) __puts(bdev) __may_sleep;

/* block/blk-ioc.c */
void get_io_context(struct io_context *ioc)			__gets(ioc);
void put_io_context(struct io_context *ioc)			__puts(ioc);
/* fs/jbd2/journal.c: an int that the buffer's BH_JournalHead lock protects. */
struct journal_head *jbd2_journal_add_journal_head(struct buffer_head *bh)	__returns_ref(journal_head, always);
struct journal_head *jbd2_journal_grab_journal_head(struct buffer_head *bh)	__returns_ref;
void jbd2_journal_put_journal_head(struct journal_head *jh)	__puts(jh);
/* fs/jbd2/transaction.c: a handle or an error pointer. */
handle_t *jbd2_journal_start(journal_t *journal, int nblocks)	__cond_never(null) __may_sleep;
handle_t *jbd2__journal_start(journal_t *journal, int nblocks, int rsv_blocks, int revoke_records, gfp_t gfp_mask, unsigned int type, unsigned int line_no)	__cond_never(null) __may_sleep;
