/* User memory: it may have to be paged in, which sleeps unless page faults are switched off. */

/* include/linux/uaccess.h, lib/usercopy.c: the number of bytes that could not be copied. */
unsigned long copy_from_user(void *to, const void *from, unsigned long n)	__may_sleep(faults) __clobbers((*to));
unsigned long copy_to_user(void *to, const void *from, unsigned long n)		__may_sleep(faults);
int copy_struct_from_user(void *dst, size_t ksize, const void *src, size_t usize)	__may_sleep(faults) __clobbers((*dst));
/* arch/x86/include/asm/uaccess.h */
unsigned long clear_user(void *mem, unsigned long len)				__may_sleep(faults);
int get_user(__expr x, __expr ptr)						__may_sleep(faults);
int put_user(__expr x, __expr ptr)						__may_sleep(faults);
long strncpy_from_user(char *dst, const char *src, long count)			__may_sleep(faults);
long strnlen_user(const char *str, long n)					__may_sleep(faults);
