/* Moving bytes and printing: nothing here locks, counts, sleeps or keeps a pointer. */

/* include/linux/string.h, lib/string.c */
void *memset(void *s, int c, size_t count)			__returns_arg(s) __clobbers((*s));
void *memcpy(void *dest, const void *src, size_t count)		__returns_arg(dest) __clobbers((*dest));
void *memmove(void *dest, const void *src, size_t count)	__returns_arg(dest) __clobbers((*dest));
int memcmp(const void *cs, const void *ct, size_t count);
void *memchr(const void *s, int c, size_t n);
void *memchr_inv(const void *start, int c, size_t bytes);
int strcmp(const char *cs, const char *ct);
int strncmp(const char *cs, const char *ct, size_t count);
int strcasecmp(const char *s1, const char *s2);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s1, const char *s2);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t count);
char *strcpy(char *dest, const char *src)			__returns_arg(dest);
ssize_t strscpy(char *dest, const char *src, size_t count);
size_t strlcpy(char *dest, const char *src, size_t size)	__until(6.8);
/* include/linux/sprintf.h, include/linux/kernel.h, lib/vsprintf.c */
int sprintf(char *buf, const char *fmt, ...);
int snprintf(char *buf, size_t size, const char *fmt, ...);
int scnprintf(char *buf, size_t size, const char *fmt, ...);

/* include/linux/printk.h */
void pr_emerg(const char *fmt, ...);
void pr_alert(const char *fmt, ...);
void pr_crit(const char *fmt, ...);
void pr_err(const char *fmt, ...);
void pr_warn(const char *fmt, ...);
void pr_notice(const char *fmt, ...);
void pr_info(const char *fmt, ...);
void pr_debug(const char *fmt, ...);
void pr_cont(const char *fmt, ...);
void pr_err_once(const char *fmt, ...);
void pr_warn_once(const char *fmt, ...);
void pr_info_once(const char *fmt, ...);
void pr_err_ratelimited(const char *fmt, ...);
void pr_warn_ratelimited(const char *fmt, ...);
void printk(const char *fmt, ...);
/* include/linux/dev_printk.h */
void dev_err(__expr dev, const char *fmt, ...);
void dev_warn(__expr dev, const char *fmt, ...);
void dev_info(__expr dev, const char *fmt, ...);
void dev_notice(__expr dev, const char *fmt, ...);
void dev_dbg(__expr dev, const char *fmt, ...);
