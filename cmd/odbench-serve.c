/* odbench-serve: the reference detection server. */
#include "base/alloc.h"
#include "base/file.h"
#include "cli/serve_options.h"
#include "protocol/profile.h"
#include "server/model_list.h"
#include "server/server.h"
#include "service/outputs.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void print_line(void *user, enum od_server_level level, const char *text)
{
    const struct od_serve_options *options = user;
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
static char *find_models_dir(const struct od_serve_options *options)
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

static int announce(struct od_serve_options *options, const struct od_server *server,
                    struct od_err *err)
{
    int grpc = od_server_port(server, OD_GRPC);
    int rest = od_server_port(server, OD_HTTP);
    char text[128];
    (void)snprintf(text, sizeof text, "ready on %s: gRPC port %d, REST port %d%s",
                   options->listen, grpc, rest, options->cert != NULL ? ", TLS" : "");
    print_line(options, OD_SERVER_INFO, text);
    if (options->port_file == NULL) {
        return 0;
    }
    int len = snprintf(text, sizeof text, "grpc=%d\nrest=%d\n", grpc, rest);
    return od_file_write(options->port_file, text, (size_t)len, err);
}

/* *own is what must be freed in the end. */
static int make_style(const struct od_serve_options *options, struct od_style *style,
                      struct od_profile **own, struct od_err *err)
{
    *style = (struct od_style){.dialect = od_dialect_of(options->dialect),
                               .layout = od_layout_of(options->outputs),
                               .tensor_content = options->tensor_content};
    if (options->profile == NULL) {
        return 0;
    }
    if (od_profile_load(options->profile, &style->profile, own, err) != 0) {
        od_err_context(err, "--profile");
        return -1;
    }
    return 0;
}

static int serve(struct od_serve_options *options, const char *models_dir,
                 const sigset_t *ends, struct od_err *err)
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
                                      .cert = options->cert,
                                      .key = options->key,
                                      .cacert = options->cacert,
                                      .token_file = options->token_file,
                                      .sink = {.line = print_line, .user = options}};
    struct od_profile *profile = NULL;
    int rc = -1;
    if (make_style(options, &config.style, &profile, err) != 0 ||
        od_model_list_init(&list, options->models.items, options->models.count, &common,
                           err) != 0 ||
        od_model_list_form(&list, options->input_formats.items,
                           options->input_formats.count, options->input_name, err) != 0) {
        goto out;
    }
    config.models = list.specs;
    config.forms = list.forms;
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
    od_profile_free(profile);
    return rc;
}

int main(int argc, char **argv)
{
    struct od_serve_options options = {0};
    struct od_opt_result result = {0};
    struct od_err err = {0};
    int status = 0;
    char *models_dir = NULL;
    char libraries[128];
    struct od_program program = od_serve_program;
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
