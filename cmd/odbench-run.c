/* odbench-run: sends images to detection servers and records every request. */
#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "bench/launch.h"
#include "bench/lists.h"
#include "cli/log.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "net/conn.h"
#include "record/record.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JSON_PROGRESS_NS INT64_C(5000000000)

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    interrupted = number;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

/* Where words go: lines of text, and a progress line on a terminal, or JSON lines. */
struct talk {
    struct od_log log;
    bool quiet; /* no progress, no notes */
    bool erase; /* the cursor stands behind a progress line */
    int64_t start_ns;
    int64_t last_ns; /* of the last progress as JSON */
};

static void put(struct od_buf *text)
{
    (void)fwrite(text->data, 1, text->len, stderr);
    od_buf_release(text);
}

static void erase(struct talk *talk)
{
    struct od_buf line;
    od_buf_init(&line, 0);
    if (talk->erase) {
        od_progress_erase(80, &line);
        talk->erase = false;
    }
    put(&line);
}

static void say(struct talk *talk, enum od_log_level level, const char *text)
{
    struct od_buf line;
    erase(talk);
    od_buf_init(&line, 0);
    od_log_line(&talk->log, level, od_wall_ns(), text, &line);
    put(&line);
}

static void warn(const char *text, void *arg)
{
    say(arg, OD_LOG_WARNING, text);
}

static void note(const char *text, void *arg)
{
    struct talk *talk = arg;
    if (!talk->quiet) {
        say(talk, OD_LOG_INFO, text);
    }
}

static void progress(const struct od_run_progress *now, void *arg)
{
    struct talk *talk = arg;
    const struct od_cell *cell = now->cell;
    int64_t now_ns = od_now_ns();
    char note[160];
    struct od_buf line;
    (void)snprintf(note, sizeof note, "%s %s%s%s %s %s", cell->id, cell->target->name,
                   now->other != NULL ? "/" : "",
                   now->other != NULL ? now->other->target->name : "", cell->model->name,
                   cell->protocol->name);
    struct od_progress shown = {.done = now->done,
                                .total = now->total,
                                .elapsed_ns = now_ns - talk->start_ns,
                                .left_ns = now->left_ns > 0 ? now->left_ns : 0,
                                .failed = now->failed,
                                .rate_per_s = now->rate_per_s,
                                .median_ns = now->median_ns,
                                .note = note,
                                .columns = 80};
    od_buf_init(&line, 0);
    if (!talk->log.json) {
        od_progress_line(&shown, &line);
        talk->erase = true;
    } else if (now_ns - talk->last_ns >= JSON_PROGRESS_NS) {
        talk->last_ns = now_ns;
        od_log_progress(&talk->log, od_wall_ns(), &shown, &line);
    }
    put(&line);
}

static int print(struct talk *talk, FILE *to, const struct od_buf *text)
{
    if (fwrite(text->data, 1, text->len, to) != text->len || fflush(to) != 0) {
        char why[256];
        (void)snprintf(why, sizeof why, "standard output: %s", strerror(errno));
        say(talk, OD_LOG_ERROR, why);
        return 6;
    }
    return 0;
}

static int complain(struct talk *talk, const struct od_err *err, int status)
{
    say(talk, OD_LOG_ERROR, err->msg);
    return status;
}

static void say_end(struct talk *talk, const struct od_launch_result *result)
{
    if (result->status == 5) {
        say(talk, OD_LOG_ERROR, "stopped: --max-errors reached");
    } else if (result->status == 130) {
        say(talk, OD_LOG_ERROR, "interrupted; the files are valid");
    }
}

/* Runs, then says how it ended: the table on standard output, unless the rows went there.
 */
static int launch(struct talk *talk, const struct od_run_options *options,
                  const struct od_strings *images, int argc, char **argv)
{
    struct od_err err = {0};
    struct od_launch_result result;
    char host[256] = "client";
    (void)gethostname(host, sizeof host - 1);
    struct od_meta_pair polling = {"grpc_poll_strategy", getenv("GRPC_POLL_STRATEGY")};
    bool show = !talk->quiet && (talk->log.json || isatty(STDERR_FILENO) != 0);
    struct od_launch launch = {
        .options = options,
        .images = images,
        .token = options->token_env != NULL ? getenv(options->token_env) : NULL,
        .client = host,
        .argc = argc,
        .argv = (const char *const *)argv,
        .facts = &polling,
        .fact_count = 1,
        .interrupted = &interrupted,
        .warn = warn,
        .note = note,
        .progress = show ? progress : NULL,
        .arg = talk};
    talk->start_ns = od_now_ns();
    int rc = od_launch_run(&launch, &result, &err);
    erase(talk);
    bool rows_on_stdout = options->output != NULL && strcmp(options->output, "-") == 0;
    int status = result.status;
    int printed = 0;
    if (rows_on_stdout && talk->log.json) {
        say(talk, OD_LOG_INFO, result.text.data);
    } else {
        printed = print(talk, rows_on_stdout ? stderr : stdout, &result.text);
    }
    if (rc != 0) {
        (void)complain(talk, &err, status);
    } else {
        say_end(talk, &result);
    }
    if (result.rows_path != NULL && !talk->quiet) {
        char *text = od_xasprintf("rows in %s", result.rows_path);
        say(talk, OD_LOG_INFO, text);
        free(text);
    }
    od_launch_result_release(&result);
    return status != 0 ? status : printed;
}

static int act(struct talk *talk, struct od_run_options *options,
               struct od_opt_result *parsed, int argc, char **argv)
{
    struct od_err err = {0};
    if (options->list_protocols || options->list_columns) {
        (options->list_protocols ? od_list_protocols : od_list_columns)(&parsed->text);
        return print(talk, stdout, &parsed->text);
    }
    int rc = od_run_options_complete(options, parsed->given, &parsed->operands, &err);
    talk->log.json = strcmp(options->log, "json") == 0;
    talk->quiet = options->quiet;
    if (rc != 0) {
        return complain(talk, &err, od_code_exit(err.code));
    }
    catch_signals();
    return launch(talk, options, &parsed->operands, argc, argv);
}

int main(int argc, char **argv)
{
    struct od_run_options options = {0};
    struct od_opt_result parsed = {0};
    struct od_err err = {0};
    struct talk talk = {.log = {.program = "odbench-run"}};
    int status = 0;
    char libraries[256];
    struct od_program program = od_run_program;
    od_std_fds_guard();
    (void)snprintf(libraries, sizeof libraries, "libgrpc %s, %s; CSV schema %d",
                   od_net_version(OD_GRPC), od_net_version(OD_HTTP), OD_SCHEMA);
    program.libraries = libraries;
    /* libgrpc's default strategy hands every event through a second thread
     * (odbench-internals(7)). */
    (void)setenv("GRPC_POLL_STRATEGY", "poll", 0);
    /* What libgrpc would print comes as rows and in one clear line of ours. */
    (void)setenv("GRPC_VERBOSITY", "NONE", 0);
    if (od_opt_parse(&program, argc, argv, &options, &parsed, &err) != 0) {
        status = complain(&talk, &err, 2);
    } else if (parsed.action == OD_OPT_PRINT) {
        status = print(&talk, stdout, &parsed.text);
    } else {
        status = act(&talk, &options, &parsed, argc, argv);
    }
    od_opt_release(&program, &options, &parsed);
    return status;
}
