/* How many requests are in, and a wait until none is. */
#ifndef OD_SERVER_GAUGE_H
#define OD_SERVER_GAUGE_H

#include <stddef.h>
#include <stdint.h>

struct od_gauge;

struct od_gauge *od_gauge_new(void);
/* NULL is fine. */
void od_gauge_free(struct od_gauge *gauge);

/* Any thread; one leave for every enter. */
void od_gauge_enter(struct od_gauge *gauge);
void od_gauge_leave(struct od_gauge *gauge);

/* Waits until the count is 0 or until_ns (od_now_ns) is past; returns the count. */
size_t od_gauge_wait(struct od_gauge *gauge, int64_t until_ns);

#endif
