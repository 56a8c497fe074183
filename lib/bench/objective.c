/* Whether a cell kept its objective. */
#include "bench/objective.h"

#include "base/parse.h"
#include "bench/result.h"
#include "stats/quantile.h"
#include "stats/select.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_FAILED 0.01
#define MOST_LATE   0.05
#define LATE_NS     INT64_C(10000000) /* of a short block, less says nothing */

const char *od_slo_verdict_name(enum od_slo_verdict verdict)
{
    switch (verdict) {
    case OD_SLO_NONE:
        return "";
    case OD_SLO_KEPT:
        return "kept";
    case OD_SLO_MISSED:
        return "missed";
    case OD_SLO_UNKNOWN:
        return "unknown";
    }
    return "";
}

static struct od_objective missed(struct od_objective objective)
{
    objective.verdict = OD_SLO_MISSED;
    return objective;
}

/* "p99", "p99.9" */
static void quantile_name(int permille, char *out, size_t size)
{
    if (permille % 10 == 0) {
        (void)snprintf(out, size, "p%d", permille / 10);
    } else {
        (void)snprintf(out, size, "p%d.%d", permille / 10, permille % 10);
    }
}

void od_slo_format(const struct od_slo *slo, char *out, size_t size)
{
    char name[16];
    char limit[32];
    quantile_name(slo->permille, name, sizeof name);
    od_format_duration(slo->limit_ns, limit, sizeof limit);
    (void)snprintf(out, size, "%s<%s", name, limit);
}

/* The largest share of the planned time by which the last request of a block left late.
 */
static double lateness(const struct od_cell_result *result)
{
    double worst = 0;
    for (size_t i = 0; i < result->block_count; i++) {
        const struct od_block_facts *b = &result->blocks[i];
        int64_t late_ns = b->last_sent_ns - b->last_due_ns;
        int64_t span_ns = b->last_due_ns - b->begin_ns;
        if (b->last_due_ns >= 0 && span_ns > 0 && late_ns > LATE_NS) {
            double late = (double)late_ns / (double)span_ns;
            worst = late > worst ? late : worst;
        }
    }
    return worst;
}

static int64_t value_of(const struct od_slo *slo, const struct od_samples *samples)
{
    struct od_part all =
        od_part_all(samples, samples->open ? OD_SAMPLES_RESPONSE : OD_SAMPLES_SERVICE);
    return od_part_quantile(&all, slo->permille);
}

size_t od_slo_needs(const struct od_slo *slo)
{
    /* n samples below the quantile p have the probability p^n. */
    double luck = ceil(log(0.05) / log((double)slo->permille / 1000));
    size_t needs = od_quantile_needs(slo->permille);
    return slo->permille < 900 && luck > (double)needs ? (size_t)luck : needs;
}

struct od_objective od_objective_check(const struct od_slo *slo,
                                       const struct od_cell_result *result)
{
    struct od_objective o = {.verdict = OD_SLO_KEPT};
    const struct od_samples *samples = &result->samples;
    char name[16];
    char ms[32];
    double failed = (double)result->failed;
    double all = failed + (double)samples->count;
    double late = lateness(result);
    o.value_ns = value_of(slo, samples);
    quantile_name(slo->permille, name, sizeof name);
    if (o.value_ns >= slo->limit_ns) {
        od_format_ms(o.value_ns, 3, ms, sizeof ms);
        (void)snprintf(o.why, sizeof o.why, "%s is %s ms", name, ms);
        return missed(o);
    }
    if (all > 0 && failed / all > MOST_FAILED) {
        (void)snprintf(o.why, sizeof o.why, "%.1f%% failed", 100 * failed / all);
        return missed(o);
    }
    if (result->unsent > 0) {
        (void)snprintf(o.why, sizeof o.why, "%" PRId64 " were never sent",
                       result->unsent);
        return missed(o);
    }
    if (late > MOST_LATE) {
        (void)snprintf(o.why, sizeof o.why, "the last one left %.0f%% later than planned",
                       100 * late);
        return missed(o);
    }
    if (samples->count < od_slo_needs(slo)) {
        o.verdict = OD_SLO_UNKNOWN;
        (void)snprintf(o.why, sizeof o.why, "%s needs %zu samples, not %zu", name,
                       od_slo_needs(slo), samples->count);
    }
    return o;
}
