/* Memory that is there or the program ends: sizes here are ours, never a file's or a
 * peer's. */
#ifndef OD_BASE_ALLOC_H
#define OD_BASE_ALLOC_H

#include <stddef.h>

/*
 * As their namesakes, but they call abort() when memory runs out (and on overflow of
 * count * size), so they never return NULL; a size of 0 gives one byte. The result is
 * owned by the caller and freed with free(). Sizes that a file or a peer decides go
 * through od_buf with a maximum instead.
 */
void *od_xmalloc(size_t size);
void *od_xcalloc(size_t count, size_t size);
void *od_xrealloc(void *old, size_t count, size_t size);
char *od_xstrdup(const char *text);
char *od_xstrndup(const char *text, size_t len);

/* A new string from a printf format. Owned by the caller. */
char *od_xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Makes room for one more item in a growing array: *items has room for *capacity items of
 * size bytes and holds count of them. Returns the array, which may have moved.
 */
void *od_xgrow(void *items, size_t count, size_t *capacity, size_t size);

#endif
