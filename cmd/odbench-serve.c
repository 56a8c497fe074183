/* odbench-serve: the reference detection server. */
#include "base/alloc.h"
#include "base/file.h"
#include "cli/opt.h"
#include "server/model_list.h"
#include "server/server.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct options {
    struct od_strings models;
    char *models_dir, *listen, *port_file, *stamp_log;
    int64_t grpc_port, rest_port, workers, queue, max_boxes;
    int64_t max_body, timeout_ns, grace_ns;
    double score_min, nms_iou;
    uint64_t seed;
    bool list_models, quiet, verbose;
};

/* One option: heading, letter, name, unit, type, member, default, largest value, help. */
#define OPTION(head, key, word, what, kind, member, preset, most, text)                  \
    {                                                                                    \
        .group = (head), .letter = (key), .name = (word), .unit = (what),                \
        .help = (text), .type = OD_OPT_##kind,                                           \
        .offset = offsetof(struct options, member), .fallback = (preset), .max = (most)  \
    }

static const struct od_opt opts[] = {
    OPTION(
        "Models", 'm', "model", "NAME=SOURCE", REPEAT, models, NULL, 0,
        "serve a model under a name; SOURCE is one of --list-models; NAME alone is its "
        "own source; may be given again (default: scenes-ssd and scenes-rcnn)"),
    OPTION("Models", 0, "models-dir", "DIR", STRING, models_dir, NULL, 0,
           "where the project's own models are (default: ODBENCH_MODELS, else the folder "
           "that came with the program)"),
    OPTION("Models", 0, "list-models", NULL, FLAG, list_models, NULL, 0,
           "print what --model takes, and end"),
    OPTION("Models", 0, "score-min", "X", REAL, score_min, "0.005", 1,
           "return no box of a lower score"),
    OPTION("Models", 0, "nms-iou", "X", REAL, nms_iou, "0.45", 1,
           "overlap above which the weaker of two boxes of a class is dropped"),
    OPTION("Models", 0, "max-boxes", "N", INT, max_boxes, "100", 10000,
           "return at most this many boxes an image"),
    OPTION("Models", 0, "seed", "N", UINT64, seed, "1", 0,
           "of random weights and random delays"),
    OPTION("Network", 0, "listen", "ADDRESS", STRING, listen, "127.0.0.1", 0,
           "address to listen on"),
    OPTION("Network", 0, "grpc-port", "PORT", INT, grpc_port, "8500", 65535,
           "port for gRPC; 0 takes a free one"),
    OPTION("Network", 0, "rest-port", "PORT", INT, rest_port, "8501", 65535,
           "port for REST; 0 takes a free one"),
    OPTION("Network", 0, "port-file", "FILE", STRING, port_file, NULL, 0,
           "write grpc=PORT and rest=PORT there when ready"),
    OPTION("Load", 'w', "workers", "N", INT, workers, "0", 1024,
           "detections at a time, a model; 0 is one a CPU, and no bound for fixed:DELAY"),
    OPTION("Load", 0, "queue", "N", INT, queue, "64", 1000000,
           "requests that may wait for a worker, a model; more are refused"),
    OPTION("Load", 0, "max-body", "SIZE", BYTES, max_body, "256MiB", 0,
           "largest request body; 0 is any"),
    OPTION("Load", 0, "timeout", "TIME", DURATION, timeout_ns, "30s", 0,
           "answer later than this with an error; 0 is never"),
    OPTION("Load", 0, "grace", "TIME", DURATION, grace_ns, "10s", 0,
           "time for the requests that are in when the server is told to stop"),
    OPTION("Messages", 0, "stamp-log", "FILE", STRING, stamp_log, NULL, 0,
           "log when each request was in and its reply went out, as CSV"),
    OPTION("Messages", 'q', "quiet", NULL, FLAG, quiet, NULL, 0, "print errors only"),
    OPTION("Messages", 'v', "verbose", NULL, FLAG, verbose, NULL, 0,
           "print a line a request"),
};

static const char *const examples[] = {
    "odbench-serve",
    "odbench-serve --model ruler=fixed:20ms --grpc-port 0 --rest-port 0 "
    "--port-file ports",
    NULL};

static const struct od_program base_program = {
    .name = "odbench-serve",
    .usage = "[options]",
    .purpose = "Serve object detection over the gRPC and REST interfaces of TensorFlow "
               "Serving.",
    .opts = opts,
    .opt_count = sizeof opts / sizeof *opts,
    .examples = examples,
};

static void print_line(void *user, enum od_server_level level, const char *text)
{
    const struct options *options = user;
    bool wanted = level == OD_SERVER_WARNING ? !options->quiet
                  : level == OD_SERVER_DEBUG ? options->verbose
                                             : !options->quiet;
    if (wanted) {
        (void)fprintf(stderr, "odbench-serve: %s%s\n",
                      level == OD_SERVER_WARNING ? "warning: " : "", text);
    }
}

/* Where the models are that came with the program: installed, or beside a build folder.
 */
static char *find_models_dir(const struct options *options)
{
    const char *given = options->models_dir;
    given = given != NULL ? given : getenv("ODBENCH_MODELS");
    if (given != NULL && given[0] != '\0') {
        return od_xstrdup(given);
    }
    char exe[4096];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[len > 0 ? len : 0] = '\0';
    int folder = (int)(od_path_base(exe) - exe);
    char *installed = od_xasprintf("%.*s../share/odbench/models", folder, exe);
    if (od_file_exists(installed)) {
        return installed;
    }
    free(installed);
    return od_xasprintf("%.*s../datasets/models", folder, exe);
}

static int print_models(const char *models_dir)
{
    struct od_buf text;
    od_buf_init(&text, 0);
    od_model_list_describe(models_dir, &text);
    (void)fputs(text.data, stdout);
    od_buf_release(&text);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : od_code_exit(OD_EOUTPUT);
}

static int announce(struct options *options, const struct od_server *server,
                    struct od_err *err)
{
    int grpc = od_server_port(server, OD_GRPC);
    int rest = od_server_port(server, OD_HTTP);
    char text[128];
    (void)snprintf(text, sizeof text, "ready on %s: gRPC port %d, REST port %d",
                   options->listen, grpc, rest);
    print_line(options, OD_SERVER_INFO, text);
    if (options->port_file == NULL) {
        return 0;
    }
    int len = snprintf(text, sizeof text, "grpc=%d\nrest=%d\n", grpc, rest);
    return od_file_write(options->port_file, text, (size_t)len, err);
}

static int serve(struct options *options, const char *models_dir, const sigset_t *ends,
                 struct od_err *err)
{
    const struct od_engine_spec common = {.models_dir = models_dir,
                                          .seed = options->seed,
                                          .score_min = options->score_min,
                                          .nms_iou = options->nms_iou,
                                          .max_boxes = (size_t)options->max_boxes};
    struct od_model_list list = {0};
    struct od_server *server = NULL;
    struct od_server_config config = {.listen = options->listen,
                                      .grpc_port = (int)options->grpc_port,
                                      .rest_port = (int)options->rest_port,
                                      .workers = (int)options->workers,
                                      .queue_max = (int)options->queue,
                                      .body_max = options->max_body,
                                      .timeout_ns = options->timeout_ns,
                                      .stamp_log = options->stamp_log,
                                      .sink = {.line = print_line, .user = options}};
    int rc = -1;
    if (od_model_list_init(&list, options->models.items, options->models.count, &common,
                           err) != 0) {
        goto out;
    }
    config.models = list.specs;
    config.model_count = list.count;
    if (od_server_open(&config, &server, err) != 0 ||
        announce(options, server, err) != 0) {
        goto out;
    }
    int signal_number = 0;
    (void)sigwait(ends, &signal_number);
    print_line(options, OD_SERVER_INFO, "stopping");
    /* A second signal ends the program at once. */
    (void)pthread_sigmask(SIG_UNBLOCK, ends, NULL);
    size_t left = od_server_stop(server, options->grace_ns);
    if (left > 0) {
        char text[96];
        (void)snprintf(text, sizeof text, "%zu requests were not done after --grace",
                       left);
        print_line(options, OD_SERVER_WARNING, text);
    }
    rc = 0;
out:
    rc = od_server_close(server, err) == 0 ? rc : -1;
    od_model_list_release(&list);
    return rc;
}

int main(int argc, char **argv)
{
    struct options options = {0};
    struct od_opt_result result = {0};
    struct od_err err = {0};
    int status = 0;
    char *models_dir = NULL;
    char libraries[128];
    struct od_program program = base_program;
    sigset_t ends;
    od_std_fds_guard();
    od_server_libraries(libraries, sizeof libraries);
    program.libraries = libraries;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &ends, NULL); /* every later thread inherits it */
    (void)signal(SIGPIPE, SIG_IGN);
    /* libgrpc prints what we say in one clear line ourselves. */
    (void)setenv("GRPC_VERBOSITY", "NONE", 0);
    if (od_opt_parse(&program, argc, argv, &options, &result, &err) != 0) {
        goto out;
    }
    if (result.action == OD_OPT_PRINT) {
        (void)fputs(result.text.data, stdout);
        status = fflush(stdout) == 0 ? 0 : od_code_exit(OD_EOUTPUT);
        goto out;
    }
    if (result.operands.count > 0) {
        (void)od_fail(&err, OD_EINPUT, "unexpected operand \"%s\", try --help",
                      result.operands.items[0]);
        goto out;
    }
    models_dir = find_models_dir(&options);
    if (options.list_models) {
        status = print_models(models_dir);
    } else {
        (void)serve(&options, models_dir, &ends, &err);
    }
out:
    if (err.code != OD_OK) {
        (void)fprintf(stderr, "odbench-serve: %s\n", err.msg);
        status = od_code_exit(err.code);
    }
    free(models_dir);
    od_opt_release(&program, &options, &result);
    return status;
}
