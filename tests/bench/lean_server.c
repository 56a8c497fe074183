/*
 * A lean server of lib/floor in a process of its own, so that clients can be compared:
 *   lean_server raw|http|grpc PORT_FILE [REPLY_BYTES|@FILE [HOLD [CPU]]]
 * Writes its port into PORT_FILE and serves 127.0.0.1 until SIGTERM or SIGINT. A
 * file holds the reply itself. Defaults: 2048 bytes, 0, any CPU.
 */
#include "base/file.h"
#include "base/parse.h"
#include "floor/floor.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define REPLY_MAX ((size_t)64 << 20)

static int read_reply(const char *text, struct od_floor_spec *spec, struct od_buf *file,
                      struct od_err *err)
{
    int64_t bytes = 0;
    if (text[0] != '@') {
        int rc = od_parse_bytes(text, &bytes, err);
        spec->reply_bytes = (size_t)bytes;
        return rc;
    }
    if (od_file_read(text + 1, file, err) != 0) {
        return -1;
    }
    spec->reply = file->data;
    spec->reply_bytes = file->len;
    return 0;
}

static int read_arguments(int argc, char **argv, struct od_floor_spec *spec,
                          struct od_buf *file, struct od_err *err)
{
    static const char *const kinds[] = {"raw", "http", "grpc"};
    int64_t cpu = -1;
    int kind = 0;
    if (argc < 3 || argc > 6) {
        return od_fail(err, OD_EINPUT,
                       "usage: lean_server raw|http|grpc PORT_FILE "
                       "[REPLY_BYTES|@FILE [HOLD [CPU]]]");
    }
    while (kind < 3 && strcmp(argv[1], kinds[kind]) != 0) {
        kind++;
    }
    if (kind == 3) {
        return od_fail(err, OD_EINPUT, "'%s' is none of raw, http, grpc", argv[1]);
    }
    if ((argc > 3 && read_reply(argv[3], spec, file, err) != 0) ||
        (argc > 4 && od_parse_duration_ns(argv[4], &spec->hold_ns, err) != 0) ||
        (argc > 5 && od_parse_i64(argv[5], -1, INT_MAX, &cpu, err) != 0)) {
        return -1;
    }
    spec->kind = (enum od_floor_kind)kind;
    spec->cpu = (int)cpu;
    return 0;
}

static int serve(const struct od_floor_spec *spec, const char *port_file,
                 struct od_err *err)
{
    struct od_floor *server = NULL;
    sigset_t ends;
    char port[16];
    int number = 0;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGINT);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ends, NULL); /* before the threads, which inherit it */
    if (od_floor_open(spec, &server, err) != 0) {
        return -1;
    }
    int len = snprintf(port, sizeof port, "%d\n", od_floor_port(server));
    int rc = od_file_write(port_file, port, (size_t)len, err);
    if (rc == 0) {
        (void)sigwait(&ends, &number);
    }
    od_floor_close(server);
    return rc;
}

int main(int argc, char **argv)
{
    struct od_floor_spec spec = {.reply_bytes = 2048, .cpu = -1};
    struct od_err err = {0};
    struct od_buf file;
    od_buf_init(&file, REPLY_MAX);
    if (read_arguments(argc, argv, &spec, &file, &err) != 0 ||
        serve(&spec, argv[2], &err) != 0) {
        (void)fprintf(stderr, "lean_server: %s\n", err.msg);
    }
    od_buf_release(&file);
    return od_code_exit(err.code);
}
