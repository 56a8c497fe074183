/*
 * Raw exchanges with `lean_server raw`, as a peer of the clients under test:
 *   raw_client PORT BODY_BYTES REPLY_BYTES COUNT [CONCURRENCY [reuse|new [CPU]]]
 * Prints one line: p50_us p90_us p99_us requests_per_s. A tenth of COUNT (at most 100)
 * warms each connection up and is not counted; with "new" every request connects and
 * closes inside its clock. A percentile that has too few samples is a dash.
 */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/linux.h"
#include "base/parse.h"
#include "floor/floor.h"
#include "stats/quantile.h"

#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct work {
    struct od_floor_raw ask;
    int cpu;
    pthread_t thread;
    pthread_barrier_t *warm;
    int64_t *spans_ns;
    int64_t begin_ns;
    int64_t end_ns;
    struct od_err err;
};

struct task {
    struct od_floor_raw ask;
    int64_t workers;
    int64_t cpu;
};

static void *run(void *arg)
{
    struct work *work = arg;
    struct od_floor_client *client = NULL;
    bool good = (work->cpu < 0 || od_thread_pin(work->cpu, &work->err) == 0) &&
                od_floor_client_open(&work->ask, &client, &work->err) == 0 &&
                od_floor_client_run(client, work->ask.warmup, NULL, &work->err) == 0;
    (void)pthread_barrier_wait(work->warm);
    work->begin_ns = od_now_ns();
    if (good) {
        (void)!od_floor_client_run(client, work->ask.count, work->spans_ns, &work->err);
    }
    work->end_ns = od_now_ns();
    od_floor_client_close(client);
    return NULL;
}

static void print(int64_t *spans_ns, size_t count, int64_t elapsed_ns)
{
    static const int permille[] = {500, 900, 990};
    od_sort_ns(spans_ns, count);
    for (size_t i = 0; i < sizeof permille / sizeof *permille; i++) {
        if (count < od_quantile_needs(permille[i])) {
            (void)printf("- ");
        } else {
            (void)printf("%.1f ",
                         (double)od_quantile_ns(spans_ns, count, permille[i]) / 1e3);
        }
    }
    (void)printf("%.0f\n", (double)count * 1e9 / (double)elapsed_ns);
}

static void finish(struct work *works, const struct task *task, int64_t *spans_ns,
                   struct od_err *err)
{
    size_t workers = (size_t)task->workers;
    int64_t begin_ns = INT64_MAX;
    int64_t end_ns = 0;
    for (size_t i = 0; i < workers; i++) {
        (void)pthread_join(works[i].thread, NULL);
        begin_ns = works[i].begin_ns < begin_ns ? works[i].begin_ns : begin_ns;
        end_ns = works[i].end_ns > end_ns ? works[i].end_ns : end_ns;
        if (works[i].err.code != OD_OK) {
            (void)!od_fail(err, works[i].err.code, "%s", works[i].err.msg);
        }
    }
    if (err->code == OD_OK) {
        print(spans_ns, workers * task->ask.count, end_ns - begin_ns);
    }
}

static void measure(const struct task *task, struct od_err *err)
{
    pthread_barrier_t warm;
    size_t workers = (size_t)task->workers;
    struct work *works = od_xcalloc(workers, sizeof *works);
    int64_t *spans_ns = od_xcalloc(workers * task->ask.count, sizeof *spans_ns);
    (void)pthread_barrier_init(&warm, NULL, (unsigned)workers);
    for (size_t i = 0; i < workers; i++) {
        works[i] = (struct work){.ask = task->ask,
                                 .cpu = (int)task->cpu,
                                 .warm = &warm,
                                 .spans_ns = spans_ns + i * task->ask.count};
        if (pthread_create(&works[i].thread, NULL, run, &works[i]) != 0) {
            abort(); /* those before wait for it */
        }
    }
    finish(works, task, spans_ns, err);
    (void)pthread_barrier_destroy(&warm);
    free(spans_ns);
    free(works);
}

static int read_arguments(int argc, char **argv, struct task *task, struct od_err *err)
{
    int64_t port = 0;
    int64_t body = 0;
    int64_t reply = 0;
    int64_t count = 0;
    if (argc < 5 || argc > 8) {
        return od_fail(err, OD_EINPUT,
                       "usage: raw_client PORT BODY_BYTES REPLY_BYTES COUNT "
                       "[CONCURRENCY [reuse|new [CPU]]]");
    }
    bool fresh = argc > 6 && strcmp(argv[6], "new") == 0;
    if (argc > 6 && !fresh && strcmp(argv[6], "reuse") != 0) {
        return od_fail(err, OD_EINPUT, "'%s' is none of reuse, new", argv[6]);
    }
    if (od_parse_i64(argv[1], 1, 65535, &port, err) != 0 ||
        od_parse_bytes(argv[2], &body, err) != 0 ||
        od_parse_bytes(argv[3], &reply, err) != 0 ||
        od_parse_i64(argv[4], 1, 100000000, &count, err) != 0 ||
        (argc > 5 && od_parse_i64(argv[5], 1, 1000, &task->workers, err) != 0) ||
        (argc > 7 && od_parse_i64(argv[7], -1, INT_MAX, &task->cpu, err) != 0)) {
        return -1;
    }
    task->ask =
        (struct od_floor_raw){.port = (int)port,
                              .body_bytes = (size_t)body,
                              .reply_bytes = (size_t)reply,
                              .warmup = (size_t)(count / 10 < 100 ? count / 10 : 100),
                              .count = (size_t)count,
                              .fresh = fresh};
    return 0;
}

int main(int argc, char **argv)
{
    struct od_err err = {0};
    struct task task = {.workers = 1, .cpu = -1};
    if (read_arguments(argc, argv, &task, &err) == 0) {
        measure(&task, &err);
    }
    if (err.code != OD_OK) {
        (void)fprintf(stderr, "raw_client: %s\n", err.msg);
    }
    return od_code_exit(err.code);
}
