/*
 * What the machine itself adds to a planned time: sleeps until RATE moments a second,
 * COUNT times, as a worker of an open loop does, and sends nothing. usage: sleeper RATE
 * COUNT. Prints one line: p50_us p99_us.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"
#include "base/parse.h"
#include "stats/quantile.h"

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct od_err err = {0};
    int64_t rate = 0;
    int64_t count = 0;
    if (argc != 3 || od_parse_i64(argv[1], 1, 1000000, &rate, &err) != 0 ||
        od_parse_i64(argv[2], 1, 10000000, &count, &err) != 0) {
        (void)fprintf(stderr, "usage: sleeper RATE COUNT\n");
        return 2;
    }
    int64_t *late_ns = od_xcalloc((size_t)count, sizeof *late_ns);
    od_thread_sharp_timers();
    int64_t begin_ns = od_now_ns() + 1000000;
    for (int64_t i = 0; i < count; i++) {
        int64_t due_ns = begin_ns + i * 1000000000 / rate;
        od_sleep_until_ns(due_ns);
        late_ns[i] = od_now_ns() - due_ns;
    }
    od_sort_ns(late_ns, (size_t)count);
    (void)printf("%.1f %.1f\n", (double)od_quantile_ns(late_ns, (size_t)count, 500) / 1e3,
                 (double)od_quantile_ns(late_ns, (size_t)count, 990) / 1e3);
    free(late_ns);
    return 0;
}
