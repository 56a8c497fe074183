/* The only clock. */
#include "base/clock.h"

#include <time.h>

/* Some ten times what the readings take where the kernel need not be asked. */
#define AT_ONCE_NS 2000

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;
    (void)clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t od_now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t od_wall_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t od_wall_ahead_ns(void)
{
    int64_t least_ns = INT64_MAX;
    int64_t ahead_ns = 0;
    int64_t before_ns = od_now_ns();
    for (int i = 0; i < 10 && least_ns > AT_ONCE_NS; i++) {
        int64_t wall_ns = od_wall_ns();
        int64_t after_ns = od_now_ns();
        if (after_ns - before_ns < least_ns) {
            least_ns = after_ns - before_ns;
            ahead_ns = wall_ns - before_ns - least_ns / 2;
        }
        before_ns = after_ns;
    }
    return ahead_ns;
}

int64_t od_clock_resolution_ns(void)
{
    struct timespec ts;
    (void)clock_getres(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void od_sleep_until_ns(int64_t when_ns)
{
    if (when_ns <= od_now_ns()) {
        return;
    }
    struct timespec ts = {.tv_sec = when_ns / 1000000000,
                          .tv_nsec = when_ns % 1000000000};
    (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}
