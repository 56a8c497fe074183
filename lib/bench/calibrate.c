/* What the client itself costs on this machine. */
#include "bench/calibrate.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "bench/aside.h"
#include "stats/quantile.h"

#include <inttypes.h>
#include <stdlib.h>

#define BUDGET_NS (3 * INT64_C(1000000000))
#define ALL_VARIANTS                                                                     \
    ((1U << OD_ROUNDS_RAW) | (1U << OD_ROUNDS_GRPC) | (1U << OD_ROUNDS_REST))
#define SLEEPS   ((size_t)1000)
#define SLEEP_NS (200 * INT64_C(1000))
#define READS    100000

struct task {
    const struct od_calibrate *ask;
    const struct od_rounds_servers *servers;
    struct od_calibration *out;
};

/* Sleeps to planned moments, as the workers of an open loop do. */
static int measure_sleeps(const atomic_bool *stop, struct od_timer_facts *out,
                          struct od_err *err)
{
    int64_t *late_ns = od_xcalloc(SLEEPS, sizeof *late_ns);
    size_t count = 0;
    while (count < SLEEPS && !atomic_load(stop)) {
        int64_t due_ns = od_now_ns() + SLEEP_NS;
        od_sleep_until_ns(due_ns);
        late_ns[count++] = od_now_ns() - due_ns;
    }
    if (count == SLEEPS) {
        od_sort_ns(late_ns, count);
        out->sleeps = count;
        out->late_p50_ns = od_quantile_ns(late_ns, count, 500);
        out->late_p99_ns =
            count >= od_quantile_needs(990) ? od_quantile_ns(late_ns, count, 990) : -1;
    }
    free(late_ns);
    return count == SLEEPS ? 0 : od_fail(err, OD_ECANCELLED, "interrupted");
}

static void measure_clock(struct od_timer_facts *out)
{
    int64_t begin_ns = od_now_ns();
    int64_t last_ns = begin_ns;
    for (int i = 0; i < READS; i++) {
        last_ns = od_now_ns();
    }
    out->read_ns = (double)(last_ns - begin_ns) / READS;
    out->resolution_ns = od_clock_resolution_ns();
}

static int calibrate(void *arg, const atomic_bool *stop, struct od_err *err)
{
    const struct task *task = arg;
    const struct od_calibrate *ask = task->ask;
    for (size_t i = 0; i < ask->size_count; i++) {
        struct od_rounds_ask rounds = {.servers = task->servers,
                                       .variants = ALL_VARIANTS,
                                       .body_bytes = ask->sizes[i],
                                       .fresh = ask->fresh,
                                       .paper = ask->paper,
                                       .rounds_max = ask->rounds,
                                       .batch_max = ask->batch,
                                       .budget_ns = BUDGET_NS,
                                       .stop = stop};
        if (od_rounds_measure(&rounds, &task->out->sizes[i], err) != 0) {
            return -1;
        }
    }
    measure_clock(&task->out->timers);
    return measure_sleeps(stop, &task->out->timers, err);
}

int od_calibrate_measure(const struct od_calibrate *ask, struct od_calibration *out,
                         struct od_err *err)
{
    struct od_rounds_servers servers = {0};
    struct od_aside aside = {.cpu = ask->client_cpu, .interrupted = ask->interrupted};
    struct task task = {.ask = ask, .servers = &servers, .out = out};
    *out = (struct od_calibration){.size_count = ask->size_count};
    out->sizes = od_xcalloc(ask->size_count, sizeof *out->sizes);
    if (od_rounds_open(ALL_VARIANTS, ask->server_cpu, &servers, err) != 0) {
        return -1;
    }
    int rc = od_aside_run(&aside, calibrate, &task, err);
    od_rounds_close(&servers);
    return rc;
}

void od_calibration_release(struct od_calibration *calibration)
{
    free(calibration->sizes);
    *calibration = (struct od_calibration){0};
}

static double us(int64_t ns)
{
    return (double)ns / 1e3;
}

static void put_times(const struct od_rounds_span *span, struct od_buf *out)
{
    od_buf_printf(out, " %9.1f", us(span->p50_ns));
    if (span->p99_ns < 0) {
        od_buf_printf(out, " %8s", "-");
    } else {
        od_buf_printf(out, " %8.1f", us(span->p99_ns));
    }
}

static void put_cpu(const char *who, int cpu, struct od_buf *out)
{
    if (cpu < 0) {
        od_buf_printf(out, "%s on any CPU", who);
    } else {
        od_buf_printf(out, "%s on CPU %d", who, cpu);
    }
}

static void put_timers(const struct od_timer_facts *timers, struct od_buf *out)
{
    od_buf_printf(out, "sleeps end late by %.1f us (median of %zu)",
                  us(timers->late_p50_ns), timers->sleeps);
    if (timers->late_p99_ns >= 0) {
        od_buf_printf(out, ", p99 %.1f us", us(timers->late_p99_ns));
    }
    od_buf_printf(out, "; clock: %" PRId64 " ns steps, a read costs %.0f ns\n",
                  timers->resolution_ns, timers->read_ns);
}

void od_calibration_table(const struct od_calibrate *ask,
                          const struct od_calibration *calibration, struct od_buf *out)
{
    od_buf_printf(
        out, "one exchange at a time with lean servers on loopback, %s; times in us\n",
        ask->fresh ? "a connection for each" : "connections kept");
    put_cpu("client", ask->client_cpu, out);
    put_cpu(", servers", ask->server_cpu, out);
    od_buf_printf(out, "; ratio and cost: to the raw exchange of the same round\n\n");
    od_buf_printf(out, "%9s %18s %35s %35s\n%9s", "", "raw socket", "gRPC client",
                  "REST client", "bytes");
    for (int v = 0; v < OD_ROUNDS_VARIANTS; v++) {
        od_buf_printf(out, " %9s %8s", "p50", "p99");
        if (v != OD_ROUNDS_RAW) {
            od_buf_printf(out, " %6s %8s", "ratio", "cost");
        }
    }
    od_buf_putc(out, '\n');
    for (size_t i = 0; i < calibration->size_count; i++) {
        od_buf_printf(out, "%9zu", ask->sizes[i]);
        for (int v = 0; v < OD_ROUNDS_VARIANTS; v++) {
            const struct od_rounds_span *span = &calibration->sizes[i].of[v];
            put_times(span, out);
            if (v != OD_ROUNDS_RAW) {
                od_buf_printf(out, " %6.2f %8.1f", span->ratio, us(span->cost_ns));
            }
        }
        od_buf_putc(out, '\n');
    }
    od_buf_putc(out, '\n');
    put_timers(&calibration->timers, out);
}

void od_calibration_csv(const struct od_calibrate *ask,
                        const struct od_calibration *calibration, struct od_buf *out)
{
    const struct od_timer_facts *timers = &calibration->timers;
    od_buf_puts(
        out, "bytes,what,connection,rounds,samples,p50_ns,p99_ns,ratio_to_raw,cost_ns\n");
    for (size_t i = 0; i < calibration->size_count; i++) {
        for (int v = 0; v < OD_ROUNDS_VARIANTS; v++) {
            const struct od_rounds_span *span = &calibration->sizes[i].of[v];
            od_buf_printf(out, "%zu,%s,%s,%zu,%zu,%" PRId64 ",", ask->sizes[i],
                          od_rounds_name((enum od_rounds_variant)v),
                          ask->fresh ? "new" : "reuse", calibration->sizes[i].rounds,
                          span->count, span->p50_ns);
            if (span->p99_ns >= 0) {
                od_buf_printf(out, "%" PRId64, span->p99_ns);
            }
            od_buf_printf(out, ",%.4f,%" PRId64 "\n", span->ratio, span->cost_ns);
        }
    }
    od_buf_printf(out, ",sleep,,,%zu,%" PRId64 ",", timers->sleeps, timers->late_p50_ns);
    if (timers->late_p99_ns >= 0) {
        od_buf_printf(out, "%" PRId64, timers->late_p99_ns);
    }
    od_buf_printf(out, ",,\n,clock read,,,%d,%.0f,,,\n", READS, timers->read_ns);
}
