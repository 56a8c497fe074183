/* odbench-run: sends images to detection servers and records every request. */
#include "base/clock.h"
#include "base/file.h"
#include "bench/launch.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "net/conn.h"
#include "protocol/protocol.h"
#include "record/record.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void warn(const char *text, void *arg)
{
    (void)arg;
    (void)fprintf(stderr, "odbench-run: warning: %s\n", text);
}

static void progress(int64_t done, int64_t total, int64_t failed, void *arg)
{
    const int64_t *start_ns = arg;
    char note[48] = "";
    struct od_buf line;
    if (failed > 0) {
        (void)snprintf(note, sizeof note, "%" PRId64 " failed", failed);
    }
    struct od_progress now = {.done = done,
                              .total = total,
                              .elapsed_ns = od_now_ns() - *start_ns,
                              .note = note,
                              .columns = 80};
    od_buf_init(&line, 0);
    od_progress_line(&now, &line);
    (void)fwrite(line.data, 1, line.len, stderr);
    od_buf_release(&line);
}

static void erase_progress(void)
{
    struct od_buf line;
    od_buf_init(&line, 0);
    od_progress_erase(80, &line);
    (void)fwrite(line.data, 1, line.len, stderr);
    od_buf_release(&line);
}

static void list_protocols(struct od_buf *out)
{
    static const enum od_payload payloads[] = {OD_PAYLOAD_TENSOR, OD_PAYLOAD_JSON,
                                               OD_PAYLOAD_JPEG, OD_PAYLOAD_B64};
    const struct od_protocol *protocol;
    for (size_t i = 0; (protocol = od_protocol_at(i)) != NULL; i++) {
        od_buf_printf(out, "%-12s %s (payloads:", protocol->name, protocol->summary);
        for (size_t p = 0; p < sizeof payloads / sizeof *payloads; p++) {
            if ((protocol->payloads & (unsigned)payloads[p]) != 0) {
                od_buf_printf(out, " %s", od_payload_name(payloads[p]));
            }
        }
        od_buf_puts(out, ")\n");
    }
}

static void list_columns(struct od_buf *out)
{
    for (size_t i = 0; i < od_column_count(); i++) {
        od_buf_printf(out, "%-16s %s\n", od_column_at(i)->name, od_column_at(i)->help);
    }
}

static int print(FILE *to, const struct od_buf *text)
{
    if (fwrite(text->data, 1, text->len, to) != text->len || fflush(to) != 0) {
        (void)fprintf(stderr, "odbench-run: standard output: %s\n", strerror(errno));
        return 6;
    }
    return 0;
}

static int complain(const struct od_err *err, int status)
{
    (void)fprintf(stderr, "odbench-run: %s\n", err->msg);
    return status;
}

/* Runs, then says how it ended: the table on standard output, unless the rows went there.
 */
static int launch(const struct od_run_options *options, const struct od_strings *images,
                  int argc, char **argv)
{
    struct od_err err = {0};
    struct od_launch_result result;
    int64_t start_ns = od_now_ns();
    char host[256] = "client";
    (void)gethostname(host, sizeof host - 1);
    struct od_meta_pair polling = {"grpc_poll_strategy", getenv("GRPC_POLL_STRATEGY")};
    bool show = !options->quiet && isatty(STDERR_FILENO) != 0;
    struct od_launch launch = {.options = options,
                               .images = images,
                               .client = host,
                               .argc = argc,
                               .argv = (const char *const *)argv,
                               .facts = &polling,
                               .fact_count = 1,
                               .interrupted = &interrupted,
                               .warn = warn,
                               .progress = show ? progress : NULL,
                               .arg = &start_ns};
    int rc = od_launch_run(&launch, &result, &err);
    if (show) {
        erase_progress();
    }
    bool rows_on_stdout = options->output != NULL && strcmp(options->output, "-") == 0;
    int status = result.status;
    int printed = print(rows_on_stdout ? stderr : stdout, &result.text);
    if (rc != 0) {
        (void)complain(&err, status);
    } else if (status == 5) {
        (void)fprintf(stderr, "odbench-run: stopped: --max-errors reached\n");
    } else if (status == 130) {
        (void)fprintf(stderr, "odbench-run: interrupted; the files are valid\n");
    }
    if (result.rows_path != NULL && !options->quiet) {
        (void)fprintf(stderr, "odbench-run: rows in %s\n", result.rows_path);
    }
    od_launch_result_release(&result);
    return status != 0 ? status : printed;
}

static int act(struct od_run_options *options, struct od_opt_result *parsed, int argc,
               char **argv)
{
    struct od_err err = {0};
    if (options->list_protocols || options->list_columns) {
        (options->list_protocols ? list_protocols : list_columns)(&parsed->text);
        return print(stdout, &parsed->text);
    }
    if (od_run_options_complete(options, parsed->given, &parsed->operands, &err) != 0) {
        return complain(&err, od_code_exit(err.code));
    }
    catch_signals();
    return launch(options, &parsed->operands, argc, argv);
}

int main(int argc, char **argv)
{
    struct od_run_options options = {0};
    struct od_opt_result parsed = {0};
    struct od_err err = {0};
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
        status = complain(&err, 2);
    } else if (parsed.action == OD_OPT_PRINT) {
        status = print(stdout, &parsed.text);
    } else {
        status = act(&options, &parsed, argc, argv);
    }
    od_opt_release(&program, &options, &parsed);
    return status;
}
