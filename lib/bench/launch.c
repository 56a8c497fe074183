/* From options to files. */
#include "bench/launch.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "bench/await.h"
#include "bench/build.h"
#include "bench/calibrate.h"
#include "bench/dryrun.h"
#include "bench/facts.h"
#include "bench/floors.h"
#include "bench/judge_run.h"
#include "bench/offers.h"
#include "bench/paths.h"
#include "bench/reserve.h"
#include "bench/resumed.h"
#include "bench/secrets.h"
#include "bench/verify.h"
#include "net/conn.h"
#include "protocol/protocol.h"
#include "record/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a launch builds up, released at its end in one place. */
struct job {
    const struct od_launch *launch;
    const struct od_run_options *options;
    struct od_plan plan;
    struct od_dataset *dataset;
    struct od_run run;
    struct od_run_result result;
    struct od_run_paths paths;
    char run_id[32];
    struct od_secrets secrets;
    int claim_fd;  /* holds the file of the rows for this run; -1: not yet, or no file */
    bool ready[2]; /* transports set up, by enum od_transport */
};

static void warn(const struct job *job, const char *text)
{
    job->launch->warn(text, job->launch->arg);
}

static int open_images(struct job *job, struct od_err *err)
{
    const struct od_run_options *o = job->options;
    const struct od_strings *images = job->launch->images;
    if (images->count == 0) {
        return od_fail(err, OD_EINPUT, "no images: name files, folders or manifests");
    }
    struct od_dataset_spec spec = {.paths = (const char *const *)images->items,
                                   .path_count = images->count,
                                   .annotations = o->annotations,
                                   .images = o->image_dir,
                                   .limit = (size_t)o->limit};
    if (od_dataset_open(&spec, &job->dataset, err) != 0) {
        return -1;
    }
    job->plan.dataset = job->dataset;
    struct od_dataset_warnings warnings;
    od_dataset_get_warnings(job->dataset, &warnings);
    if (warnings.images_unannotated > 0) {
        char *text = od_xasprintf("%s: %zu of %zu images are not in these annotations",
                                  o->annotations, warnings.images_unannotated,
                                  od_dataset_count(job->dataset));
        warn(job, text);
        free(text);
    }
    return od_dataset_count(job->dataset) > 0 ? 0 : od_fail(err, OD_EINPUT, "no images");
}

static int start_nets(struct job *job, struct od_err *err)
{
    for (size_t i = 0; i < job->run.cell_count; i++) {
        enum od_transport transport = job->run.cells[i].protocol->transport;
        if (!job->ready[transport]) {
            if (od_net_init(transport, err) != 0) {
                return -1;
            }
            job->ready[transport] = true;
        }
    }
    return 0;
}

static int max_concurrency(const struct od_run *run)
{
    int max = 1;
    for (size_t i = 0; i < run->cell_count; i++) {
        max = run->cells[i].concurrency > max ? run->cells[i].concurrency : max;
    }
    return max;
}

static void tell_differing(const struct job *job)
{
    for (size_t i = 0; job->run.verify != NULL && i < job->result.cell_count; i++) {
        struct od_buf text;
        od_buf_init(&text, 0);
        if (job->result.cells[i].differing > 0) {
            od_verify_describe(job->run.verify, job->dataset, i, &text);
            warn(job, text.data);
        }
        od_buf_release(&text);
    }
}

/* The rows first: a run that gets no file leaves another's facts alone. */
static int open_files(struct job *job, struct od_run_facts *facts, struct od_err *err)
{
    struct od_writer_spec spec = {.path = job->paths.rows,
                                  .detections = job->paths.detections,
                                  .force = job->options->force,
                                  .append = job->options->resume,
                                  .workers = max_concurrency(&job->run)};
    bool made = !od_file_exists(spec.path);
    if (od_writer_open(&spec, &job->run.writer, err) != 0) {
        return -1;
    }
    if ((job->claim_fd >= 0 || od_file_claim(spec.path, &job->claim_fd, err) == 0) &&
        od_run_facts_begin(facts, err) == 0) {
        return 0;
    }
    (void)!od_writer_close(job->run.writer, NULL);
    if (made) {
        (void)unlink(spec.path);
    }
    if (made && spec.detections != NULL) {
        (void)unlink(spec.detections);
    }
    return -1;
}

/* Facts, rows, facts again: the files are whole whatever ended the run. */
static int measure_into(struct job *job, struct od_run_facts *facts, struct od_err *err)
{
    if (open_files(job, facts, err) != 0) {
        return -1;
    }
    int rc = od_run_blocks(&job->run, &job->result, err);
    if (od_writer_close(job->run.writer, err) != 0) {
        rc = -1;
    }
    od_run_judge(&job->run, &job->result);
    if (od_run_facts_end(facts, &job->result, err) != 0) {
        rc = -1;
    }
    return rc;
}

/* Nothing secret leaves for a target that cannot keep it. */
static int take_secrets(struct job *job, struct od_err *err)
{
    const struct od_plan *plan = &job->plan;
    if (od_secrets_build(job->options, job->launch->token, &job->secrets, err) != 0) {
        return -1;
    }
    for (size_t i = 0; i < plan->target_count && !job->options->allow_plaintext_token;
         i++) {
        const struct od_target *t = &plan->targets[i];
        if (od_secrets_guard(&job->secrets, t->name, t->host, t->tls, err) != 0) {
            return -1;
        }
    }
    job->plan.headers = &job->secrets.headers;
    return 0;
}

static int measure(struct job *job, struct od_err *err)
{
    struct od_run_facts facts = {.launch = job->launch,
                                 .run = &job->run,
                                 .rows_path = job->paths.rows,
                                 .meta_path = job->paths.meta};
    struct od_resumed resumed = {0};
    if (job->options->verify) {
        job->run.verify = od_verify_new(job->run.cells, job->run.cell_count,
                                        od_dataset_count(job->dataset));
    }
    job->run.start_ns = od_now_ns();
    job->run.start_unix_ns = job->run.start_ns + od_wall_ahead_ns();
    int rc = od_run_facts_open(&facts, err);
    if (rc == 0 && job->options->resume) {
        rc = od_resumed_open(&job->run, &facts, &job->paths, &resumed, err);
    }
    rc = rc == 0 ? measure_into(job, &facts, err) : rc;
    tell_differing(job);
    od_resumed_release(&resumed);
    od_verify_free(job->run.verify);
    job->run.verify = NULL;
    job->run.standing = NULL;
    job->run.run_id = job->run_id;
    return rc;
}

static int prepare(struct job *job, struct od_err *err)
{
    if (od_plan_build(job->options, job->launch->client, &job->plan, err) != 0 ||
        take_secrets(job, err) != 0 || open_images(job, err) != 0) {
        return -1;
    }
    job->run = (struct od_run){.plan = &job->plan,
                               .run_id = job->run_id,
                               .interrupted = job->launch->interrupted,
                               .progress = job->launch->progress,
                               .progress_arg = job->launch->arg};
    return od_plan_cells(&job->plan, &job->run.cells, &job->run.cell_count, err);
}

static int await_ready(const struct job *job, struct od_err *err)
{
    const struct od_launch *launch = job->launch;
    int64_t wait_ns = job->options->wait_ready_ns;
    return wait_ns == 0
               ? 0
               : od_run_await(&job->run, wait_ns, launch->note, launch->arg, err);
}

/* The run goes on without its floor, but not when it was interrupted meanwhile. */
static int measure_floors(struct job *job, struct od_err *err)
{
    struct od_err why = {0};
    if (!job->options->floor || od_run_floors(&job->run, &why) == 0) {
        return 0;
    }
    if (why.code == OD_ECANCELLED) {
        return od_fail(err, OD_ECANCELLED, "interrupted before the first row");
    }
    od_err_context(&why, "the floor was not measured");
    warn(job, why.msg);
    return 0;
}

/* With images those requests that would be sent, else usual ones. */
static int calibrate(struct job *job, struct od_launch_result *result, struct od_err *err)
{
    bool own = job->launch->images->count > 0;
    if (own && prepare(job, err) != 0) {
        return -1;
    }
    return od_calibrate_launch(job->launch, own ? &job->run : NULL, &result->text, err);
}

/* Of servers, not of a run: there need be no model and no image. */
static int list_models(struct job *job, struct od_launch_result *result,
                       struct od_err *err)
{
    const struct od_run_options *o = job->options;
    struct od_plan *plan = &job->plan;
    if (od_plan_build_listing(o, job->launch->client, plan, err) != 0 ||
        take_secrets(job, err) != 0) {
        return -1;
    }
    for (int i = 0; i < 2; i++) {
        if (od_net_init((enum od_transport)i, err) != 0) {
            return -1;
        }
        job->ready[i] = true;
    }
    struct od_offers offers = {.plan = plan, .interrupted = job->launch->interrupted};
    int rc = od_offers_ask(&offers, err);
    if (rc == 0) {
        od_offers_put(&offers, strcmp(o->log, "json") == 0, &result->text);
    }
    od_offers_release(&offers);
    return rc;
}

static int run(struct job *job, struct od_launch_result *result, struct od_err *err)
{
    if (job->options->calibrate) {
        return calibrate(job, result, err);
    }
    if (job->options->list_models.count > 0) {
        return list_models(job, result, err);
    }
    if (prepare(job, err) != 0) {
        return -1;
    }
    if (job->options->resume && !od_plan_size_known(&job->plan)) {
        return od_fail(err, OD_EINPUT,
                       "--resume: it is not known ahead which requests such a run sends "
                       "(--duration in a closed loop, --search-max-rate)");
    }
    if (job->options->dry_run) {
        return od_dry_run(&job->run, &result->text, err);
    }
    if (od_run_paths_make(job->options, &job->paths, err) != 0 ||
        od_file_claim(job->paths.rows, &job->claim_fd, err) != 0 ||
        od_run_reserve_files(&job->run, max_concurrency(&job->run), err) != 0 ||
        start_nets(job, err) != 0 || await_ready(job, err) != 0 ||
        od_run_probe(&job->run, job->launch->warn, job->launch->arg, err) != 0 ||
        measure_floors(job, err) != 0) {
        return -1;
    }
    int rc = measure(job, err);
    if (job->result.cells != NULL && !job->options->quiet) {
        od_run_summary(&job->run, &job->result, &result->text);
    }
    if (job->result.cells != NULL && strcmp(job->paths.rows, "-") != 0) {
        result->rows_path = od_xstrdup(job->paths.rows);
    }
    return rc;
}

static int status_of(const struct job *job, int rc, const struct od_err *err)
{
    const struct od_run_result *result = &job->result;

    if (rc != 0) {
        return od_code_exit(err->code);
    }
    switch (result->end) {
    case OD_RUN_DONE:
        return od_run_missed(&job->run, result)                             ? 1
               : job->options->strict && od_run_in_doubt(&job->run, result) ? 3
                                                                            : 0;
    case OD_RUN_INTERRUPTED:
        return 130;
    case OD_RUN_MAX_ERRORS:
        return 5;
    case OD_RUN_NO_OUTPUT:
        return 6;
    }
    return 70;
}

int od_launch_run(const struct od_launch *launch, struct od_launch_result *result,
                  struct od_err *err)
{
    struct od_err own = {0};
    struct job job = {.launch = launch, .options = launch->options, .claim_fd = -1};
    *result = (struct od_launch_result){0};
    od_buf_init(&result->text, 0);
    od_run_id_make(job.run_id, sizeof job.run_id);
    int rc = run(&job, result, &own);
    result->status = status_of(&job, rc, &own);
    for (int i = 0; i < 2; i++) {
        if (job.ready[i]) {
            od_net_shutdown((enum od_transport)i);
        }
    }
    if (job.claim_fd >= 0) {
        (void)close(job.claim_fd);
    }
    od_run_result_release(&job.result);
    od_run_paths_release(&job.paths);
    od_served_release(&job.run.served);
    free(job.run.cells);
    od_dataset_close(job.dataset);
    od_plan_release(&job.plan);
    od_secrets_release(&job.secrets);
    return rc == 0 ? 0 : od_fail(err, own.code, "%s", own.msg);
}

void od_launch_result_release(struct od_launch_result *result)
{
    od_buf_release(&result->text);
    free(result->rows_path);
}
