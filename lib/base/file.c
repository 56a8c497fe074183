/* Whole files in and out. */
#include "base/file.h"

#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, const char *path, struct od_buf *out, struct od_err *err)
{
    for (;;) {
        size_t room =
            out->max > 0 && out->max - out->len < 65536 ? out->max - out->len + 1 : 65536;
        char chunk[65536];
        ssize_t n = read(fd, chunk, room < sizeof chunk ? room : sizeof chunk);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return od_fail(err, OD_ESYS, "%s: %s", path, strerror(errno));
        }
        if (n == 0) {
            return 0;
        }
        od_buf_add(out, chunk, (size_t)n);
        if (od_buf_check(out, path, err) != 0) {
            return -1;
        }
    }
}

int od_file_read(const char *path, struct od_buf *out, struct od_err *err)
{
    if (strcmp(path, "-") == 0) {
        return read_all(STDIN_FILENO, "standard input", out, err);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return od_fail(err, errno == ENOENT ? OD_ENOENT : OD_ESYS, "%s: %s", path,
                       strerror(errno));
    }
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        (void)od_buf_reserve(out, (size_t)st.st_size);
    }
    int rc = od_buf_check(out, path, err) != 0 ? -1 : read_all(fd, path, out, err);
    (void)close(fd);
    return rc;
}

int od_fd_write(int fd, const void *data, size_t len)
{
    const char *p = data;
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

/* A device or pipe is written in place: a rename would put a file where it was. */
static bool is_special(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* Writes to a path that is opened here. 0 or -1 with errno. */
static int write_path(const char *path, const void *data, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        return -1;
    }
    int rc = od_fd_write(fd, data, len);
    int saved = errno;
    if (close(fd) != 0 && rc == 0) {
        return -1;
    }
    errno = saved;
    return rc;
}

int od_file_write(const char *path, const void *data, size_t len, struct od_err *err)
{
    char *temp = is_special(path) ? od_xstrdup(path)
                                  : od_xasprintf("%s.tmp-%ld", path, (long)getpid());
    bool renames = strcmp(temp, path) != 0;
    int rc = write_path(temp, data, len);
    if (rc == 0 && renames) {
        rc = rename(temp, path);
    }
    if (rc != 0) {
        (void)od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
        if (renames) {
            (void)unlink(temp);
        }
    }
    free(temp);
    return rc;
}

int od_mkdirs(const char *path, struct od_err *err)
{
    char *copy = od_xstrdup(path);
    int rc = 0;
    for (char *p = copy + 1; rc == 0 && copy[0] != '\0'; p++) {
        char c = *p;
        if (c == '/' || c == '\0') {
            *p = '\0';
            if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
                rc = od_fail(err, OD_EOUTPUT, "%s: %s", copy, strerror(errno));
            }
            *p = c;
        }
        if (c == '\0') {
            break;
        }
    }
    free(copy);
    return rc;
}

bool od_file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

int od_file_claim(const char *path, int *fd, struct od_err *err)
{
    struct stat st;
    *fd = stat(path, &st) == 0 && S_ISREG(st.st_mode) ? open(path, O_RDONLY | O_CLOEXEC)
                                                      : -1;
    if (*fd < 0 || flock(*fd, LOCK_EX | LOCK_NB) == 0) {
        return 0;
    }
    int why = errno;
    (void)close(*fd);
    *fd = -1;
    return why == EWOULDBLOCK
               ? od_fail(err, OD_EOUTPUT, "%s: another run is writing it", path)
               : 0;
}

void od_std_fds_guard(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        /* open takes the lowest free number: all below are in use by now. */
        if (fcntl(fd, F_GETFD) == -1) {
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

int od_files_reserve(int64_t count, struct od_err *err)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)count;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur >= wanted) {
        return 0;
    }
    struct rlimit raised = {.rlim_cur = wanted, .rlim_max = limit.rlim_max};
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < wanted) {
        return od_fail(err, OD_EINPUT,
                       "needs %" PRId64 " open files, the limit is %" PRIu64
                       " (ulimit -n)",
                       count, (uint64_t)limit.rlim_max);
    }
    if (setrlimit(RLIMIT_NOFILE, &raised) != 0) {
        return od_fail(err, OD_EINPUT, "needs %" PRId64 " open files: %s", count,
                       strerror(errno));
    }
    return 0;
}

char *od_path_join(const char *folder, const char *name)
{
    if (folder == NULL || folder[0] == '\0' || name[0] == '/') {
        return od_xstrdup(name);
    }
    size_t len = strlen(folder);
    return od_xasprintf("%s%s%s", folder, folder[len - 1] == '/' ? "" : "/", name);
}

const char *od_path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}
