/* Whole rows into a file. */
#include "record/sink.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int od_sink_open(struct od_sink *sink, const char *path, enum od_sink_mode mode,
                 struct od_err *err)
{
    struct stat st;
    *sink = (struct od_sink){.fd = -1};
    if (strcmp(path, "-") == 0) {
        sink->fd = STDOUT_FILENO;
        path = "standard output";
    } else {
        /* Devices and pipes are written to without being asked for. */
        bool exists = stat(path, &st) == 0;
        int how = mode == OD_SINK_APPEND                                        ? O_APPEND
                  : mode == OD_SINK_REPLACE || (exists && !S_ISREG(st.st_mode)) ? O_TRUNC
                                                                                : O_EXCL;
        sink->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
        sink->created = sink->fd >= 0 && !exists;
        if (sink->fd < 0 && errno == EEXIST) {
            return od_fail(err, OD_EOUTPUT, "%s: exists already; --force replaces it",
                           path);
        }
        if (sink->fd < 0) {
            return od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
        }
        sink->regular = fstat(sink->fd, &st) == 0 && S_ISREG(st.st_mode);
        sink->whole_bytes = sink->regular && mode == OD_SINK_APPEND ? st.st_size : 0;
    }
    sink->path = od_xstrdup(path);
    od_buf_init(&sink->buf, 0);
    return 0;
}

void od_sink_row(struct od_sink *sink)
{
    sink->ends =
        od_xgrow(sink->ends, sink->end_count, &sink->end_capacity, sizeof sink->ends[0]);
    sink->ends[sink->end_count++] = sink->buf.len;
}

/* Bytes of buf that were written, across short writes; sets error. */
static size_t write_some(struct od_sink *sink)
{
    size_t done = 0;
    while (done < sink->buf.len) {
        ssize_t n = write(sink->fd, sink->buf.data + done, sink->buf.len - done);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            sink->error = errno;
            break;
        }
        done += (size_t)n;
    }
    return done;
}

int od_sink_flush(struct od_sink *sink)
{
    if (sink->error == 0 && !sink->dropped) {
        size_t done = write_some(sink);
        size_t whole = 0;
        for (size_t i = 0; i < sink->end_count && sink->ends[i] <= done; i++) {
            whole = sink->ends[i];
        }
        sink->whole_bytes += (off_t)whole;
        if (done > whole && sink->regular) {
            (void)!ftruncate(sink->fd, sink->whole_bytes);
        }
    }
    od_buf_reset(&sink->buf);
    sink->end_count = 0;
    return sink->error == 0 ? 0 : -1;
}

void od_sink_drop(struct od_sink *sink)
{
    sink->dropped = true;
}

static void release(struct od_sink *sink)
{
    if (sink->fd > STDERR_FILENO && close(sink->fd) != 0 && sink->error == 0) {
        sink->error = errno;
    }
    sink->fd = -1;
    free(sink->path);
    free(sink->ends);
    od_buf_release(&sink->buf);
    sink->path = NULL;
    sink->ends = NULL;
}

int od_sink_close(struct od_sink *sink, struct od_err *err)
{
    int rc = 0;
    if (sink->fd < 0) {
        return 0;
    }
    char *path = od_xstrdup(sink->path);
    (void)od_sink_flush(sink);
    release(sink);
    if (sink->error != 0) {
        rc = od_fail(err, OD_EOUTPUT, "%s: %s; the rows before are valid", path,
                     strerror(sink->error));
    }
    free(path);
    return rc;
}

void od_sink_discard(struct od_sink *sink)
{
    if (sink->fd >= 0 && sink->created) {
        (void)unlink(sink->path);
    }
    release(sink);
}
