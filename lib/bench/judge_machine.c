/* What the machine did while a cell was measured, judged. */
#include "bench/judge.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Shares of CPU time over all blocks, by their length; NaN when not known. */
struct shares {
    double busy;
    double self;
    double steal;
    int64_t span_ns; /* that busy and steal are known for */
};

static void add_share(double *sum, double ratio, int64_t span_ns)
{
    *sum += ratio >= 0 ? ratio * (double)span_ns : 0;
}

static struct shares machine_shares(const struct od_cell_result *result)
{
    struct shares s = {0};
    int64_t self_ns = 0;
    int64_t steal_ns = 0;
    for (size_t i = 0; i < result->block_count; i++) {
        const struct od_machine_change *m = &result->blocks[i].machine;
        add_share(&s.busy, m->busy_ratio, m->span_ns);
        add_share(&s.self, m->self_ratio, m->span_ns);
        add_share(&s.steal, m->steal_ratio, m->span_ns);
        s.span_ns += m->busy_ratio >= 0 ? m->span_ns : 0;
        self_ns += m->self_ratio >= 0 ? m->span_ns : 0;
        steal_ns += m->steal_ratio >= 0 ? m->span_ns : 0;
    }
    bool known = s.span_ns >= OD_JUDGE_MACHINE_NS;
    s.busy = known ? s.busy / (double)s.span_ns : (double)NAN;
    s.steal = known && steal_ns > 0 ? s.steal / (double)steal_ns : (double)NAN;
    s.self = self_ns > 0 ? s.self / (double)self_ns : (double)NAN;
    return s;
}

static void judge_cpus(const struct od_judge_ask *ask,
                       const struct od_cell_result *result, struct od_cell_validity *out)
{
    struct shares s = machine_shares(result);
    out->busy_ratio = s.busy;
    out->self_cpu_ratio = s.self;
    out->steal_ratio = s.steal;
    double own = s.self / (double)ask->usable_cpus;
    bool alone = !ask->precise && own >= OD_JUDGE_BUSY;
    if (s.busy >= OD_JUDGE_BUSY || alone) {
        /* Sending less helps only where it is this process that keeps them busy. */
        bool ours = ask->concurrency > 1 && own >= OD_JUDGE_BUSY / 2;
        od_cell_validity_add(
            out, OD_DOUBT_CLIENT_BUSY, ours ? "a lower --concurrency or --rate" : "",
            "all CPUs %.0f%% busy, this process %.0f%% of %" PRId64 ", limit %.0f%%",
            s.busy * 100, own * 100, ask->usable_cpus, OD_JUDGE_BUSY * 100);
    }
    if (s.steal > OD_JUDGE_STEAL) {
        od_cell_validity_add(out, OD_DOUBT_STEAL, "", "%.1f%% of the time, limit %.0f%%",
                             s.steal * 100, OD_JUDGE_STEAL * 100);
    }
}

/* What happened in any block. */
static void judge_events(const struct od_judge_ask *ask,
                         const struct od_cell_result *result,
                         struct od_cell_validity *out)
{
    int64_t step_ns = 0;
    int64_t pages = 0;
    int64_t throttles = 0;
    double frequency = 0;
    bool governor = false;
    for (size_t i = 0; i < result->block_count; i++) {
        const struct od_machine_change *m = &result->blocks[i].machine;
        step_ns = llabs(m->clock_step_ns) > llabs(step_ns) ? m->clock_step_ns : step_ns;
        pages += m->swap_pages > 0 ? m->swap_pages : 0;
        throttles += m->throttles > 0 ? m->throttles : 0;
        frequency = m->freq_ratio > frequency ? m->freq_ratio : frequency;
        governor = governor || m->governor_changed;
    }
    if (step_ns != 0) {
        od_cell_validity_add(out, OD_DOUBT_CLOCK_STEPPED, "", "by %+.3f s",
                             (double)step_ns / 1e9);
    }
    bool fixed = strcmp(ask->governor, "performance") == 0;
    const char *hint = fixed ? "" : "the frequency governor performance";
    if (governor) {
        od_cell_validity_add(out, OD_DOUBT_FREQUENCY, hint, "the governor changed");
    } else if (frequency > OD_JUDGE_FREQUENCY) {
        od_cell_validity_add(out, OD_DOUBT_FREQUENCY, hint,
                             "by up to %.0f%% within a block, limit %.0f%%",
                             frequency * 100, OD_JUDGE_FREQUENCY * 100);
    }
    if (pages >= OD_JUDGE_SWAP_PAGES) {
        od_cell_validity_add(out, OD_DOUBT_SWAP, "a smaller --memory",
                             "%" PRId64 " pages, limit %d", pages, OD_JUDGE_SWAP_PAGES);
    }
    if (throttles > 0) {
        od_cell_validity_add(out, OD_DOUBT_THROTTLED, "", "%" PRId64 " times", throttles);
    }
}

void od_judge_machine(const struct od_judge_ask *ask, const struct od_cell_result *result,
                      struct od_cell_validity *out)
{
    judge_cpus(ask, result, out);
    judge_events(ask, result, out);
}
