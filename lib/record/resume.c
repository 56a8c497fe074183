/* A result file that a run left behind: read, and cut behind its last whole row. */
#include "record/resume.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"
#include "record/csv_read.h"
#include "record/intern.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define POOL_MAX       ((size_t)1 << 20) /* bytes of texts between two clearings */
#define LINE_MAX_BYTES 65536
/* The writer flushes each megabyte: more detections than this without rows are not left
 * behind by a run that ended. */
#define ORPHANS_MAX ((int64_t)64 << 20)

/* The detections file, a line ahead of the rows. */
struct lines {
    const char *path;
    int fd; /* -1: none */
    char data[2 * LINE_MAX_BYTES];
    size_t begin; /* of what is not yet looked at */
    size_t end;
    int64_t offset; /* of begin in the file */
    size_t number;  /* of the line */
    bool have;      /* seq is that of the line before begin */
    int64_t seq;
    int64_t whole_bytes; /* to the end of the last line whose row is there */
};

struct job {
    od_resume_row_fn *each;
    void *arg;
    struct od_intern *pool;
    size_t pool_bytes;
    struct lines lines;
};

static const char *keep(void *arg, const char *text)
{
    struct job *job = arg;
    job->pool_bytes += strlen(text) + 1;
    return od_intern_add(job->pool, text);
}

/* Reads on; *newline is where the line at begin ends, NULL at the end of the file. */
static int fill(struct lines *l, const char **newline, struct od_err *err)
{
    *newline = memchr(l->data + l->begin, '\n', l->end - l->begin);
    while (*newline == NULL) {
        memmove(l->data, l->data + l->begin, l->end - l->begin);
        l->end -= l->begin;
        l->begin = 0;
        if (l->end == sizeof l->data) {
            return od_fail(err, OD_EINPUT, "%s:%zu: a line of more than %zu bytes",
                           l->path, l->number + 1, sizeof l->data);
        }
        ssize_t n = read(l->fd, l->data + l->end, sizeof l->data - l->end);
        if (n < 0 && errno != EINTR) {
            return od_fail(err, OD_ESYS, "%s: %s", l->path, strerror(errno));
        }
        if (n == 0) {
            return 0;
        }
        *newline = n > 0 ? memchr(l->data + l->end, '\n', (size_t)n) : NULL;
        l->end += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* The writer puts seq last: "seq":12} and the end of the line, which becomes a NUL. */
static int read_seq(struct lines *l, char *line, char *end, struct od_err *err)
{
    static const char key[] = "\"seq\":";
    char *digits = end;
    *end = '\0';
    if (end > line && end[-1] == '}') {
        *--digits = '\0';
        while (digits > line && digits[-1] != ':') {
            digits--;
        }
    }
    size_t len = sizeof key - 1;
    if ((size_t)(digits - line) < len || memcmp(digits - len, key, len) != 0 ||
        od_parse_i64(digits, 0, INT64_MAX, &l->seq, NULL) != 0) {
        return od_fail(err, OD_EINPUT, "%s:%zu: not a line that odbench-run wrote",
                       l->path, l->number);
    }
    return 0;
}

static int next_line(struct lines *l, struct od_err *err)
{
    const char *newline = NULL;
    l->have = false;
    if (l->fd < 0 || fill(l, &newline, err) != 0) {
        return l->fd < 0 ? 0 : -1;
    }
    if (newline == NULL) {
        return 0;
    }
    size_t len = (size_t)(newline - (l->data + l->begin));
    l->number++;
    l->offset += (int64_t)len + 1;
    char *line = l->data + l->begin;
    l->begin += len + 1;
    l->have = true;
    return read_seq(l, line, line + len, err);
}

/* Both files are in the order in which rows ended. */
static int on_row(void *arg, const struct od_record *record, struct od_err *err)
{
    struct job *job = arg;
    struct lines *l = &job->lines;
    while (l->have && l->seq == record->seq) {
        l->whole_bytes = l->offset;
        if (next_line(l, err) != 0) {
            return -1;
        }
    }
    int rc = job->each(record, job->arg, err);
    if (job->pool_bytes > POOL_MAX) {
        od_intern_free(job->pool);
        job->pool = od_intern_new();
        job->pool_bytes = 0;
    }
    return rc;
}

static int open_file(const char *path, int *fd, int64_t *size, struct od_err *err)
{
    struct stat st;
    *fd = open(path, O_RDWR | O_CLOEXEC);
    if (*fd < 0) {
        enum od_errcode code = errno == ENOENT ? OD_ENOENT : OD_EOUTPUT;
        return od_fail(err, code, "%s: %s", path, strerror(errno));
    }
    if (fstat(*fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        (void)close(*fd);
        *fd = -1;
        return od_fail(err, OD_EINPUT, "%s: not a regular file", path);
    }
    *size = st.st_size;
    return 0;
}

/* True in *whole: the header is there, else only a beginning of it. */
static int check_header(const char *path, int fd, bool *whole, struct od_err *err)
{
    struct od_buf header;
    char chunk[4096];
    int rc = 0;
    od_buf_init(&header, 0);
    od_csv_header(&header);
    size_t size = header.len < sizeof chunk ? header.len : sizeof chunk;
    ssize_t n = pread(fd, chunk, size, 0);
    if (n < 0) {
        rc = od_fail(err, OD_ESYS, "%s: %s", path, strerror(errno));
    } else if (memcmp(chunk, header.data, (size_t)n) != 0) {
        rc =
            od_fail(err, OD_EINPUT,
                    "%s: its columns are not those of this version of odbench-run", path);
    }
    *whole = n >= 0 && (size_t)n == size;
    od_buf_release(&header);
    return rc;
}

static int cut(const char *path, int fd, int64_t size, int64_t whole, struct od_err *err)
{
    if (fd >= 0 && whole < size && ftruncate(fd, whole) != 0) {
        return od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
    }
    return 0;
}

static int read_rows(struct job *job, const char *path, int fd, int64_t *whole_bytes,
                     struct od_err *err)
{
    struct od_csv_read read = {.path = path, .keep = keep, .each = on_row, .arg = job};
    bool whole = false;
    if (check_header(path, fd, &whole, err) != 0) {
        return -1;
    }
    *whole_bytes = 0;
    if (!whole) {
        return 0;
    }
    int rc = next_line(&job->lines, err);
    rc = rc == 0 ? od_csv_read(&read, fd, err) : rc;
    *whole_bytes = read.whole_bytes;
    if (rc == 0 && read.loose_rows > 0) {
        return od_fail(err, OD_EINPUT, "%s: its lines end otherwise than odbench-run's",
                       path);
    }
    return rc;
}

int od_resume_read(const char *path, const char *detections, od_resume_row_fn *each,
                   void *arg, struct od_err *err)
{
    struct job *job = od_xcalloc(1, sizeof *job);
    int fd = -1;
    int64_t size = 0;
    int64_t lines_size = 0;
    int64_t whole = 0;
    job->each = each;
    job->arg = arg;
    job->lines.fd = -1;
    job->lines.path = detections;
    job->pool = od_intern_new();
    int rc = open_file(path, &fd, &size, err);
    /* A run that was stopped before its first row may not have made it yet. */
    if (rc == 0 && detections != NULL && od_file_exists(detections)) {
        rc = open_file(detections, &job->lines.fd, &lines_size, err);
    }
    if (rc == 0) {
        rc = read_rows(job, path, fd, &whole, err);
    }
    if (rc == 0 && lines_size - job->lines.whole_bytes > ORPHANS_MAX) {
        rc = od_fail(err, OD_EINPUT, "%s:%zu: rows of these detections are not in %s",
                     detections, job->lines.number, path);
    }
    if (rc == 0) {
        rc = cut(path, fd, size, whole, err);
    }
    if (rc == 0) {
        rc = cut(detections, job->lines.fd, lines_size, job->lines.whole_bytes, err);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    if (job->lines.fd >= 0) {
        (void)close(job->lines.fd);
    }
    od_intern_free(job->pool);
    free(job);
    return rc;
}
