/*
 * How cold a program's memory is after a wait: reads 512 KB three times, spins, and reads
 * them again, COUNT times. On a machine of one's own they are still in the core's cache;
 * where others share it they are not. usage: rereader MILLISECONDS COUNT. Prints one
 * line, of the last readings: p50_us p99_us.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/parse.h"
#include "stats/quantile.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { LINE = 64, LINES = 8192 };

static volatile unsigned char memory[LINES * LINE];
static uint16_t order[LINES];

/* So that no prefetcher knows what comes next; the same in every run. */
static void shuffle(void)
{
    uint64_t state = 88172645463325252U;
    for (size_t i = 0; i < LINES; i++) {
        order[i] = (uint16_t)i;
    }
    for (size_t i = LINES - 1; i > 0; i--) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t other = (size_t)(state % (i + 1));
        uint16_t kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static int64_t reading_ns(void)
{
    int64_t begin_ns = od_now_ns();
    for (size_t i = 0; i < LINES; i++) {
        (void)memory[(size_t)order[i] * LINE];
    }
    return od_now_ns() - begin_ns;
}

int main(int argc, char **argv)
{
    struct od_err err = {0};
    int64_t wait_ms = 0;
    int64_t count = 0;
    if (argc != 3 || od_parse_i64(argv[1], 0, 1000, &wait_ms, &err) != 0 ||
        od_parse_i64(argv[2], 1, 100000, &count, &err) != 0) {
        (void)fprintf(stderr, "usage: rereader MILLISECONDS COUNT\n");
        return 2;
    }
    int64_t *took_ns = od_xcalloc((size_t)count, sizeof *took_ns);
    shuffle();
    for (size_t i = 0; i < sizeof memory; i += LINE) {
        memory[i] = 1;
    }
    for (int64_t turn = 0; turn < count; turn++) {
        for (int i = 0; i < 3; i++) {
            (void)reading_ns();
        }
        int64_t until_ns = od_now_ns() + wait_ms * 1000000;
        while (od_now_ns() < until_ns) {
        }
        took_ns[turn] = reading_ns();
    }
    od_sort_ns(took_ns, (size_t)count);
    (void)printf("%.1f %.1f\n", (double)od_quantile_ns(took_ns, (size_t)count, 500) / 1e3,
                 (double)od_quantile_ns(took_ns, (size_t)count, 990) / 1e3);
    free(took_ns);
    return 0;
}
