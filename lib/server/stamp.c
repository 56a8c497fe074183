/* The stamp log. */
#include "server/stamp.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* An id that is longer is cut: the client's ids have some 20 characters. */
#define ID_MAX 128

struct od_stamp_log {
    char *path;
    int fd;
    atomic_int failed; /* errno of the first line that could not be written */
};

int od_stamp_log_open(const char *path, struct od_stamp_log **out, struct od_err *err)
{
    static const char header[] = "id,protocol,code,received_ns,replied_ns,"
                                 "hold_ns,draw_ns,stall_ns,epoch_ns\n";
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0) {
        return od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
    }
    if (od_fd_write(fd, header, sizeof header - 1) != 0) {
        int rc = od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
        (void)close(fd);
        return rc;
    }
    struct od_stamp_log *log = od_xcalloc(1, sizeof *log);
    log->path = od_xstrdup(path);
    log->fd = fd;
    *out = log;
    return 0;
}

/* RFC 4180: quoted when the peer's text needs it. */
static void add_field(struct od_buf *line, const char *text, size_t len)
{
    bool quote = false;
    for (size_t i = 0; i < len; i++) {
        quote = quote || text[i] == ',' || text[i] == '"' || (unsigned char)text[i] < ' ';
    }
    if (!quote) {
        od_buf_add(line, text, len);
        return;
    }
    od_buf_putc(line, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"') {
            od_buf_putc(line, '"');
        }
        od_buf_putc(line, text[i]);
    }
    od_buf_putc(line, '"');
}

static void add_held(struct od_buf *line, const struct od_held *held, int64_t received_ns)
{
    if (held->due_ns == 0) {
        od_buf_puts(line, ",,,");
        return;
    }
    od_buf_printf(line, "%lld,%lld,%lld,", (long long)(held->due_ns - received_ns),
                  (long long)held->draw_ns, (long long)held->stall_ns);
    if (held->epoch_ns != 0) {
        od_buf_printf(line, "%lld", (long long)held->epoch_ns);
    }
}

void od_stamp_log_add(struct od_stamp_log *log, const struct od_stamp *stamp)
{
    if (log == NULL) {
        return;
    }
    struct od_buf line;
    od_buf_init(&line, 0);
    const char *id = stamp->id != NULL ? stamp->id : "";
    add_field(&line, id, strnlen(id, ID_MAX));
    od_buf_printf(&line, ",%s,%d,%lld,%lld,", stamp->protocol, stamp->code,
                  (long long)stamp->received_ns, (long long)stamp->replied_ns);
    add_held(&line, &stamp->held, stamp->received_ns);
    od_buf_putc(&line, '\n');
    /* O_APPEND and one write keep the lines of several threads whole. */
    if (write(log->fd, line.data, line.len) != (ssize_t)line.len) {
        int none = 0;
        atomic_compare_exchange_strong(&log->failed, &none, errno != 0 ? errno : EIO);
    }
    od_buf_release(&line);
}

int od_stamp_log_close(struct od_stamp_log *log, struct od_err *err)
{
    if (log == NULL) {
        return 0;
    }
    int rc = 0;
    int failed = atomic_load(&log->failed);
    if (close(log->fd) != 0 && failed == 0) {
        failed = errno;
    }
    if (failed != 0) {
        rc = od_fail(err, OD_EOUTPUT, "%s: %s", log->path, strerror(failed));
    }
    free(log->path);
    free(log);
    return rc;
}
