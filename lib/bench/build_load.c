/* Options of the load become the pace and the goals of a plan. */
#include "bench/build.h"

#include "base/alloc.h"
#include "base/linux.h"
#include "base/parse.h"
#include "stats/steady.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The most that can be in flight unless --concurrency says. */
#define DRAWN_MAX          1e9
#define OPEN_CONCURRENCY   16
#define CLOSED_CONCURRENCY 1

static int set_arrival(const struct od_run_options *o, struct od_pace *pace,
                       struct od_err *err)
{
    for (size_t i = 0; i < o->rates.count; i++) {
        if (od_rates_parse(o->rates.items[i], &pace->rates, &pace->rate_count, err) !=
            0) {
            od_err_context(err, "--rate");
            return -1;
        }
    }
    if (o->arrival != NULL) {
        if (od_arrival_parse(o->arrival, &pace->arrival, err) != 0) {
            od_err_context(err, "--arrival");
            return -1;
        }
    } else if (pace->rate_count > 0 || o->search_max_rate) {
        pace->arrival.kind = OD_ARRIVAL_CONSTANT;
    }
    return 0;
}

static bool takes_rate(enum od_arrival_kind kind)
{
    return kind == OD_ARRIVAL_CONSTANT || kind == OD_ARRIVAL_POISSON;
}

static int check_arrival(const struct od_run_options *o, struct od_pace *pace,
                         struct od_err *err)
{
    enum od_arrival_kind kind = pace->arrival.kind;
    const char *name = od_arrival_name(kind);
    if (pace->rate_count > 0 && kind == OD_ARRIVAL_CLOSED) {
        return od_fail(err, OD_EINPUT,
                       "--rate: a closed loop has none; choose --arrival constant "
                       "or poisson");
    }
    if (pace->rate_count > 0 && !takes_rate(kind)) {
        return od_fail(err, OD_EINPUT, "--rate: --arrival %s has rates of its own", name);
    }
    if (takes_rate(kind) && pace->rate_count == 0 && !o->search_max_rate) {
        return od_fail(err, OD_EINPUT, "--arrival %s needs --rate", name);
    }
    if (kind == OD_ARRIVAL_TRACE &&
        od_trace_read(pace->arrival.path, &pace->trace, err) != 0) {
        od_err_context(err, "--arrival");
        return -1;
    }
    if (o->duration_ns == 0 && strcmp(o->duration_stop, "close") == 0) {
        return od_fail(err, OD_EINPUT, "--duration-stop close needs --duration");
    }
    return 0;
}

static int set_cpus(const struct od_run_options *o, struct od_pace *pace,
                    struct od_err *err)
{
    for (size_t i = 0; i < o->pin.count; i++) {
        int64_t cpu = 0;
        if (od_parse_i64(o->pin.items[i], 0, INT32_MAX, &cpu, err) != 0) {
            od_err_context(err, "--pin");
            return -1;
        }
        if (!od_cpu_usable((int)cpu)) {
            return od_fail(err, OD_EINPUT,
                           "--pin: CPU %" PRId64 " is not one that this process may use",
                           cpu);
        }
        pace->cpus = od_xrealloc(pace->cpus, pace->cpu_count + 1, sizeof *pace->cpus);
        pace->cpus[pace->cpu_count++] = (int)cpu;
    }
    return 0;
}

static int set_pace(const struct od_run_options *o, struct od_plan *plan,
                    struct od_err *err)
{
    struct od_pace *pace = &plan->pace;
    pace->duration_ns = o->duration_ns;
    pace->count = o->count;
    pace->close = strcmp(o->duration_stop, "close") == 0;
    pace->precise = o->precise;
    pace->warmth = strcmp(o->keep_warm, "on") == 0    ? OD_WARMTH_ON
                   : strcmp(o->keep_warm, "off") == 0 ? OD_WARMTH_OFF
                                                      : OD_WARMTH_AUTO;
    pace->retries = o->retries;
    pace->retry_delay_ns = o->retry_delay_ns;
    if (set_arrival(o, pace, err) != 0 || check_arrival(o, pace, err) != 0 ||
        set_cpus(o, pace, err) != 0) {
        return -1;
    }
    if (plan->concurrency_count == 0) {
        od_plan_add_concurrency(plan, od_pace_open(pace) ? OPEN_CONCURRENCY
                                                         : CLOSED_CONCURRENCY);
    }
    return 0;
}

static int set_goals(const struct od_run_options *o, struct od_plan *plan,
                     struct od_err *err)
{
    struct od_goals *goals = &plan->goals;
    goals->min_samples = o->min_samples;
    goals->search = o->search_max_rate;
    goals->has_slo = o->slo != NULL;
    if (o->stability != NULL && od_stability_parse(o->stability, &goals->stable_ratio,
                                                   &goals->stable_windows, err) != 0) {
        od_err_context(err, "--stability");
        return -1;
    }
    if (o->slo != NULL && od_slo_parse(o->slo, &goals->slo, err) != 0) {
        od_err_context(err, "--slo");
        return -1;
    }
    bool extends = goals->min_samples > 0 || goals->stable_windows > 0;
    if (o->max_repetitions > 0 && !extends) {
        return od_fail(err, OD_EINPUT,
                       "--max-repetitions is the limit of --min-samples and --stability, "
                       "which are not given");
    }
    if (o->max_repetitions > 0 && o->max_repetitions < o->repetitions) {
        return od_fail(err, OD_EINPUT,
                       "--max-repetitions %" PRId64 " is below --repetitions %" PRId64,
                       o->max_repetitions, o->repetitions);
    }
    goals->max_repetitions = !extends                 ? o->repetitions
                             : o->max_repetitions > 0 ? o->max_repetitions
                                                      : 5 * o->repetitions;
    return 0;
}

/* A search decides itself how long it goes on. */
static int check_search(const struct od_run_options *o, const struct od_plan *plan,
                        struct od_err *err)
{
    if (!plan->goals.has_slo) {
        return od_fail(err, OD_EINPUT, "--search-max-rate needs --slo");
    }
    if (!takes_rate(plan->pace.arrival.kind)) {
        return od_fail(err, OD_EINPUT,
                       "--search-max-rate needs --arrival constant or poisson, not %s",
                       od_arrival_name(plan->pace.arrival.kind));
    }
    if (plan->pace.rate_count > 1) {
        return od_fail(err, OD_EINPUT,
                       "--search-max-rate begins at one --rate, not at %zu",
                       plan->pace.rate_count);
    }
    const char *other = o->min_samples > 0     ? "--min-samples"
                        : o->stability != NULL ? "--stability"
                        : plan->pace.close     ? "--duration-stop close"
                                               : NULL;
    return other == NULL ? 0
                         : od_fail(err, OD_EINPUT,
                                   "--search-max-rate and %s do not go together", other);
}

/* What the study's client never did. */
static int check_paper(const struct od_run_options *o, const struct od_plan *plan,
                       struct od_err *err)
{
    const char *other = od_pace_open(&plan->pace)      ? "--arrival or --rate"
                        : o->duration_ns > 0           ? "--duration"
                        : o->count > 0                 ? "--count"
                        : o->min_samples > 0           ? "--min-samples"
                        : o->stability != NULL         ? "--stability"
                        : o->retries > 0               ? "--retries"
                        : o->ab.count > 0              ? "--ab"
                        : o->gzip                      ? "--gzip"
                        : plan->concurrency_count != 1 ? "--concurrency"
                        : plan->concurrency[0] != 1    ? "--concurrency"
                                                       : NULL;
    return other == NULL
               ? 0
               : od_fail(err, OD_EINPUT,
                         "--paper sends one request at a time, an image after the "
                         "other, not as %s asks",
                         other);
}

/* What would leave one of the two out, or let it wait for the other. */
static int check_ab(const struct od_run_options *o, const struct od_plan *plan,
                    struct od_err *err)
{
    if (plan->goals.search || od_pace_open(&plan->pace)) {
        return od_fail(
            err, OD_EINPUT,
            "--ab and %s do not go together: a request of a pair waits for the "
            "other one, and cannot leave at a planned time",
            plan->goals.search   ? "--search-max-rate"
            : o->arrival != NULL ? "--arrival"
                                 : "--rate");
    }
    if (plan->pace.close || o->allow_unreachable) {
        return od_fail(err, OD_EINPUT,
                       "--ab and %s do not go together: it would leave halves of pairs",
                       plan->pace.close ? "--duration-stop close"
                                        : "--allow-unreachable");
    }
    return 0;
}

/* How many fall into each block is drawn ahead, one by one. */
static int check_drawn(const struct od_plan *plan, struct od_err *err)
{
    const struct od_pace *pace = &plan->pace;
    double requests = 0;
    for (size_t i = 0; i < pace->rate_count; i++) {
        requests += pace->rates[i] * (double)pace->duration_ns / 1e9;
    }
    if (pace->arrival.kind != OD_ARRIVAL_POISSON ||
        requests * (double)plan->repetitions <= DRAWN_MAX) {
        return 0;
    }
    return od_fail(err, OD_EINPUT,
                   "--duration, --rate and --repetitions make more than %g requests",
                   DRAWN_MAX);
}

int od_plan_build_load(const struct od_run_options *o, struct od_plan *plan,
                       struct od_err *err)
{
    if (set_pace(o, plan, err) != 0 || set_goals(o, plan, err) != 0) {
        return -1;
    }
    if ((o->ab.count > 0 && check_ab(o, plan, err) != 0) ||
        (plan->goals.search && check_search(o, plan, err) != 0) ||
        check_drawn(plan, err) != 0) {
        return -1;
    }
    if (plan->max_error_ratio > 0 && !od_plan_size_known(plan)) {
        return od_fail(err, OD_EINPUT,
                       "--max-errors %s: how many requests there will be is not known "
                       "ahead; give a number",
                       o->max_errors);
    }
    return o->paper ? check_paper(o, plan, err) : 0;
}
