/* Whether a cell's numbers can be trusted, as data. */
#include "bench/judge.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "stats/quantile.h"
#include "stats/select.h"
#include "stats/steady.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One judgement: what is asked, what is known, where findings go. */
struct judge {
    const struct od_judge_ask *ask;
    const struct od_cell_result *result;
    struct od_cell_validity *out;
    int64_t median_ns; /* of the blocks' medians; -1 when no block has one */
};

/* A median of what a caller gathered, which is sorted; -1 when there is nothing. */
static int64_t median(int64_t *values, size_t count)
{
    if (count == 0) {
        return -1;
    }
    od_sort_ns(values, count);
    return od_quantile_ns(values, count, 500);
}

static int64_t median_of_blocks(const struct od_cell_result *result, size_t first)
{
    int64_t *values = od_xcalloc(result->block_count, sizeof *values);
    size_t count = 0;
    for (size_t i = first; i < result->block_count; i++) {
        if (result->blocks[i].median_ns > 0) {
            values[count++] = result->blocks[i].median_ns;
        }
    }
    int64_t value = median(values, count);
    free(values);
    return value;
}

static void gather(const struct judge *j)
{
    const struct od_cell_result *result = j->result;
    struct od_cell_validity *out = j->out;
    int64_t span_ns = 0;
    for (size_t i = 0; i < result->block_count; i++) {
        const struct od_block_facts *block = &result->blocks[i];
        span_ns += block->end_ns > block->begin_ns ? block->end_ns - block->begin_ns : 0;
    }
    out->counted = (int64_t)result->samples.count;
    out->failed = result->failed;
    out->unsent = result->unsent;
    out->repetitions = (int64_t)result->block_count;
    out->floor_raw_ns = result->floor_raw_ns;
    out->floor_client_ns = result->floor_client_ns;
    if (span_ns > 0) {
        out->span_ns = span_ns;
        out->achieved_per_s = (double)out->counted * 1e9 / (double)span_ns;
    }
}

/* Repetitions are windows when there are at least three; else parts of what there is. */
static size_t make_windows(const struct judge *j, struct od_window **windows)
{
    const struct od_cell_result *result = j->result;
    size_t room =
        result->block_count > OD_JUDGE_WINDOWS ? result->block_count : OD_JUDGE_WINDOWS;
    size_t count = 0;
    *windows = od_xcalloc(room, sizeof **windows);
    if (result->block_count >= 3) {
        for (size_t i = 0; i < result->block_count; i++) {
            const struct od_block_facts *block = &result->blocks[i];
            if (block->median_ns > 0) {
                (*windows)[count++] = (struct od_window){.begin_ns = block->begin_ns,
                                                         .end_ns = block->end_ns,
                                                         .value_ns = block->median_ns,
                                                         .count = (size_t)block->counted};
            }
        }
        return count;
    }
    return od_windows_cut(&result->samples, OD_JUDGE_WINDOWS, *windows);
}

static void judge_steady(const struct judge *j)
{
    double limit = j->ask->range_ratio > 0 ? j->ask->range_ratio : OD_JUDGE_RANGE;
    struct od_window *windows = NULL;
    size_t count = make_windows(j, &windows);
    struct od_steady steady = od_steady_of(windows, count, limit);
    free(windows);
    j->out->windows = (int64_t)count;
    j->out->windows_range_ratio = steady.range_ratio;
    j->out->windows_slope_ratio = steady.slope_ratio;
    if (steady.known && !steady.steady) {
        char hint[64] = "--max-repetitions";
        if (!(j->ask->range_ratio > 0)) {
            (void)snprintf(hint, sizeof hint, "--stability %.0f%%x3", limit * 100);
        }
        od_cell_validity_add(
            j->out, OD_DOUBT_UNSTEADY, hint,
            "medians of %zu windows range over %.1f%% and moved by %+.1f%%, limit %.0f%%",
            count, steady.range_ratio * 100, steady.slope_ratio * 100, limit * 100);
    }
}

static void judge_samples(const struct judge *j)
{
    int permille = j->ask->permille;
    size_t needs = od_quantile_needs(permille);
    if (j->result->samples.count >= needs) {
        return;
    }
    char hint[64] = "--max-repetitions";
    if (!j->ask->min_samples) {
        (void)snprintf(hint, sizeof hint, "--min-samples %zu", needs);
    }
    od_cell_validity_add(j->out, OD_DOUBT_FEW_SAMPLES, hint, "%zu, and p%g needs %zu",
                         j->result->samples.count, permille / 10.0, needs);
}

/* Within each block: its first requests against its others. */
static void judge_warmup(const struct judge *j)
{
    const struct od_cell_result *result = j->result;
    int64_t *ratios = od_xcalloc(result->block_count, sizeof *ratios); /* in 1e-6 */
    size_t count = 0;
    size_t slower = 0;
    for (size_t i = 0; i < result->block_count; i++) {
        const struct od_block_facts *block = &result->blocks[i];
        if (block->head_ns > 0 && block->rest_ns > 0) {
            ratios[count++] =
                llround((double)block->head_ns / (double)block->rest_ns * 1e6);
            slower += block->head_ns > block->rest_ns;
        }
    }
    double ratio = (double)median(ratios, count) / 1e6;
    free(ratios);
    double limit = count >= 3 ? OD_JUDGE_HEAD : OD_JUDGE_HEAD_FEW;
    if (count > 0 && ratio >= limit &&
        (double)slower >= OD_JUDGE_HEAD_BLOCKS * (double)count) {
        char hint[64];
        int64_t more = j->ask->warmup > 0 ? 4 * j->ask->warmup : 10;
        (void)snprintf(hint, sizeof hint, "--warmup %" PRId64, more);
        od_cell_validity_add(j->out, OD_DOUBT_SHORT_WARMUP, hint,
                             "the first ones of a block took %.2f times the others, in "
                             "%zu of %zu blocks, limit %.2f",
                             ratio, slower, count, limit);
    }
}

/*
 * The whole first repetition is slower than all later ones, which agree among each other:
 * its later part too, where it is known, so that a cold start within a block is not taken
 * for a cache, and a drift over the run neither.
 */
static void judge_cache(const struct judge *j)
{
    const struct od_cell_result *result = j->result;
    const struct od_block_facts *blocks = result->blocks;
    if (!j->ask->images_once || result->block_count < OD_JUDGE_CACHE_BLOCKS ||
        blocks[0].rep != 1 || blocks[0].median_ns <= 0) {
        return;
    }
    int64_t first_ns = blocks[0].rest_ns > 0 && blocks[0].rest_ns < blocks[0].median_ns
                           ? blocks[0].rest_ns
                           : blocks[0].median_ns;
    int64_t later_ns = median_of_blocks(result, 1);
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (size_t i = 1; i < result->block_count; i++) {
        int64_t ns = blocks[i].median_ns;
        if (ns > 0) {
            least = ns < least ? ns : least;
            most = ns > most ? ns : most;
        }
    }
    if (later_ns <= 0 || (double)first_ns < OD_JUDGE_CACHE * (double)later_ns ||
        (double)(most - least) > OD_JUDGE_CACHE_LATER * (double)later_ns) {
        return;
    }
    od_cell_validity_add(
        j->out, OD_DOUBT_CACHE, "--repetitions 1 with more images",
        "repetition 1 took %.2f times the later ones, which agree within "
        "%.0f%%, limit %.2f",
        (double)first_ns / (double)later_ns,
        (double)(most - least) / (double)later_ns * 100, OD_JUDGE_CACHE);
}

/* The rate at which requests were due, and at which they left, over all blocks. */
static void judge_rate(const struct judge *j)
{
    const struct od_cell_result *result = j->result;
    double due_ns = 0;
    double sent_ns = 0;
    int64_t gaps = 0;
    for (size_t i = 0; i < result->block_count; i++) {
        const struct od_block_facts *block = &result->blocks[i];
        if (block->sent >= 2 && block->last_due_ns > block->begin_ns &&
            block->last_sent_ns >= block->last_due_ns) {
            due_ns += (double)(block->last_due_ns - block->begin_ns);
            sent_ns += (double)(block->last_sent_ns - block->begin_ns);
            gaps += block->sent - 1;
        }
    }
    double offered = due_ns > 0 ? (double)gaps * 1e9 / due_ns : (double)NAN;
    double sent = sent_ns > 0 ? (double)gaps * 1e9 / sent_ns : (double)NAN;
    j->out->offered_per_s = isnan(j->ask->rate_per_s) ? offered : j->ask->rate_per_s;
    char hint[64];
    (void)snprintf(hint, sizeof hint, "--concurrency %" PRId64, 4 * j->ask->concurrency);
    if (result->unsent > 0) {
        od_cell_validity_add(j->out, OD_DOUBT_RATE_NOT_KEPT, hint,
                             "%" PRId64 " requests that were due were never sent",
                             result->unsent);
    } else if (sent_ns - due_ns > OD_JUDGE_LATE_NS && sent < OD_JUDGE_RATE * offered) {
        od_cell_validity_add(j->out, OD_DOUBT_RATE_NOT_KEPT, hint,
                             "%.4g requests/s were due and %.4g left, limit %.0f%%",
                             offered, sent, OD_JUDGE_RATE * 100);
    }
}

/* Response time less service time is how late a request left. */
static void judge_lateness(const struct judge *j)
{
    size_t count = j->result->samples.count;
    if (!j->result->samples.open || count == 0 || j->median_ns <= 0) {
        return;
    }
    struct od_part late = od_part_all(&j->result->samples, OD_SAMPLES_LATENESS);
    int64_t limit = llround((double)j->median_ns * OD_JUDGE_LATE);
    limit = limit > OD_JUDGE_LATE_NS ? limit : OD_JUDGE_LATE_NS;
    size_t beyond = od_part_above(&late, limit);
    j->out->lateness_p50_ns = od_part_quantile(&late, 500);
    j->out->lateness_p99_ns = od_part_quantile(&late, 990);
    bool connections =
        j->out->lateness_p50_ns > limit || j->out->lateness_p99_ns > OD_JUDGE_LATE_TIMERS;
    if (beyond < 2 || (double)beyond <= OD_JUDGE_LATE_SHARE * (double)count) {
        return;
    }
    char hint[64] = "";
    if (connections || (j->ask->precise && j->ask->pinned)) {
        (void)snprintf(hint, sizeof hint, "--concurrency %" PRId64,
                       4 * j->ask->concurrency);
    } else {
        (void)snprintf(hint, sizeof hint, "%s", j->ask->precise ? "--pin" : "--precise");
    }
    char ms[32];
    char most[32];
    od_format_ms(limit, 2, ms, sizeof ms);
    od_format_ms(j->out->lateness_p99_ns, 2, most, sizeof most);
    od_cell_validity_add(j->out, OD_DOUBT_SENDER_LATE, hint,
                         "%zu of %zu requests left more than %s ms late, p99 %s ms",
                         beyond, count, ms, most);
}

static void judge_answers(const struct judge *j)
{
    const struct od_cell_result *result = j->result;
    double all = (double)result->failed + (double)result->samples.count;
    if ((double)result->failed > OD_JUDGE_ERRORS * all) {
        od_cell_validity_add(j->out, OD_DOUBT_ERRORS, "odbench-report --table errors",
                             "%" PRId64 " of %.0f requests, limit %.0f%%", result->failed,
                             all, OD_JUDGE_ERRORS * 100);
    }
    if (result->differing > 0) {
        od_cell_validity_add(j->out, OD_DOUBT_ANSWERS, "", "%" PRId64 " images",
                             result->differing);
    }
}

/* Not one box, at any score, in all that count. */
static void judge_boxes(const struct judge *j)
{
    const struct od_found *found = &j->result->found;
    if (found->boxed == 0 && found->empty >= OD_JUDGE_EMPTY) {
        od_cell_validity_add(j->out, OD_DOUBT_NO_BOXES,
                             j->ask->unscaled ? "--input-format scale=1/255" : "",
                             "%" PRId64 " answers%s", found->empty,
                             j->ask->unscaled ? " to floats from 0 to 255" : "");
    }
}

void od_judge_cell(const struct od_judge_ask *ask, const struct od_cell_result *result,
                   struct od_cell_validity *out)
{
    od_cell_validity_init(out);
    (void)snprintf(out->cell_id, sizeof out->cell_id, "%s", ask->cell_id);
    if (result->block_count == 0) {
        return;
    }
    struct judge j = {.ask = ask,
                      .result = result,
                      .out = out,
                      .median_ns = median_of_blocks(result, 0)};
    gather(&j);
    judge_steady(&j);
    judge_samples(&j);
    judge_warmup(&j);
    if (ask->open) {
        judge_rate(&j);
        judge_lateness(&j);
    }
    od_judge_machine(ask, result, out);
    judge_answers(&j);
    judge_boxes(&j);
    judge_cache(&j);
}
