/* The cells of a run, judged. */
#include "bench/judge_run.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/linux.h"
#include "bench/judge.h"

#include <stdlib.h>

/* The closing table prints it, whatever was asked for. */
#define PERMILLE 950

/* Metadata do not tell how floats are scaled, so that nobody may have told. */
static bool is_unscaled(const struct od_cell *cell)
{
    const struct od_input_format *in = &cell->asked.in;
    bool floats = in->dtype == OD_DTYPE_FP32 || in->dtype == OD_DTYPE_FP16 ||
                  in->dtype == OD_DTYPE_BF16 || in->dtype == OD_DTYPE_FP64;
    bool scaled = false;
    for (size_t i = 0; i < 3; i++) {
        scaled = scaled || in->mean[i] != 0 || in->scale[i] != 0;
    }
    return floats && !scaled;
}

static struct od_judge_ask ask_of(const struct od_run *run, size_t i,
                                  const struct od_machine *machine)
{
    const struct od_plan *plan = run->plan;
    const struct od_cell *cell = &run->cells[i];
    const struct od_goals *goals = &plan->goals;
    bool above = goals->has_slo && goals->slo.permille > PERMILLE;
    return (struct od_judge_ask){
        .cell_id = cell->id,
        .open = od_pace_open(&plan->pace),
        .rate_per_s = cell->rate_per_s,
        .permille = above ? goals->slo.permille : PERMILLE,
        .range_ratio = goals->stable_windows > 0 ? goals->stable_ratio : 0,
        .concurrency = cell->concurrency,
        .warmup = plan->warmup,
        .usable_cpus =
            plan->pace.cpu_count > 0 ? (int64_t)plan->pace.cpu_count : od_cpu_count(),
        .precise = plan->pace.precise,
        .pinned = plan->pace.cpu_count > 0,
        .min_samples = goals->min_samples > 0,
        .images_once = plan->pace.count == 0 && plan->pace.duration_ns == 0 &&
                       plan->iterations == 1 && cell->count == 0,
        .unscaled = is_unscaled(cell),
        .governor = machine->governor};
}

void od_run_judge(const struct od_run *run, struct od_run_result *result)
{
    struct od_machine machine;
    od_machine_read(&machine);
    result->validity = od_xcalloc(result->cell_count, sizeof *result->validity);
    result->validity_count = result->cell_count;
    for (size_t i = 0; i < result->cell_count; i++) {
        struct od_judge_ask ask = ask_of(run, i, &machine);
        od_judge_cell(&ask, &result->cells[i], &result->validity[i]);
    }
}

bool od_run_in_doubt(const struct od_run *run, const struct od_run_result *result)
{
    for (size_t i = 0; i < result->validity_count; i++) {
        bool missed =
            run->cells[i].step && result->cells[i].objective.verdict != OD_SLO_KEPT;
        if (!missed && result->validity[i].finding_count > 0) {
            return true;
        }
    }
    return false;
}

char *od_run_validity_json(const struct od_run_result *result)
{
    if (result == NULL || result->validity == NULL) {
        return NULL;
    }
    /* Copies that borrow the findings. */
    struct od_cell_validity *some = od_xcalloc(result->validity_count, sizeof *some);
    size_t count = 0;
    for (size_t i = 0; i < result->validity_count; i++) {
        if (result->validity[i].counted >= 0) {
            some[count++] = result->validity[i];
        }
    }
    struct od_buf text;
    od_buf_init(&text, 0);
    od_validity_format(some, count, &text);
    char *json = od_buf_steal(&text);
    od_buf_release(&text);
    free(some);
    return json;
}
