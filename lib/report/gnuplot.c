/* gnuplot as a child process: the program in a file, the picture from its output. */
#include "report/gnuplot.h"

#include "base/alloc.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const places[] = {"/usr/local/bin/gnuplot", "/usr/bin/gnuplot",
                                     "/bin/gnuplot"};

static const char *find_gnuplot(void)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        if (access(places[i], X_OK) == 0) {
            return places[i];
        }
    }
    return NULL;
}

/* Starts gnuplot with its output in picture_fd and its messages in messages_fd. */
static int start(const char *gnuplot, const char *script, int picture_fd, int messages_fd,
                 pid_t *child)
{
    char name[] = "gnuplot";
    char locale[] = "LC_ALL=C.UTF-8";
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    char *file = od_xstrdup(script);
    char *argv[] = {name, file, NULL};
    char *environment[] = {locale, path, NULL};
    posix_spawn_file_actions_t actions;
    int rc = posix_spawn_file_actions_init(&actions);
    if (rc == 0) {
        rc = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null",
                                              O_RDONLY, 0);
        rc = rc != 0
                 ? rc
                 : posix_spawn_file_actions_adddup2(&actions, picture_fd, STDOUT_FILENO);
        rc = rc != 0
                 ? rc
                 : posix_spawn_file_actions_adddup2(&actions, messages_fd, STDERR_FILENO);
        rc =
            rc != 0 ? rc : posix_spawn(child, gnuplot, &actions, NULL, argv, environment);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    free(file);
    return rc;
}

/* Reads to the end, so that the child never waits for us, and keeps the beginning. */
static void read_messages(int fd, char *text, size_t size)
{
    size_t len = 0;
    char scratch[512];
    for (;;) {
        ssize_t got = read(fd, scratch, sizeof scratch);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        size_t kept = (size_t)got < size - 1 - len ? (size_t)got : size - 1 - len;
        memcpy(text + len, scratch, kept);
        len += kept;
    }
    text[len] = '\0';
}

/* The line that says what was wrong: gnuplot prints the place before it. */
static const char *error_line(char *text)
{
    char *line = strstr(text, "line ");
    line = line != NULL ? line : text;
    line += strspn(line, " \n");
    line[strcspn(line, "\n")] = '\0';
    return *line != '\0' ? line : "no message";
}

static int run(const char *gnuplot, const char *script, int picture_fd,
               struct od_err *err)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return od_fail(err, OD_ESYS, "gnuplot: %s", strerror(errno));
    }
    (void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    pid_t child = 0;
    int rc = start(gnuplot, script, picture_fd, ends[1], &child);
    (void)close(ends[1]);
    char messages[1024] = "";
    int status = -1;
    if (rc == 0) {
        read_messages(ends[0], messages, sizeof messages);
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
    }
    (void)close(ends[0]);
    if (rc != 0) {
        return od_fail(err, OD_ESYS, "%s: %s", gnuplot, strerror(rc));
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return od_fail(err, OD_ESYS, "gnuplot: %s", error_line(messages));
    }
    return 0;
}

int od_gnuplot_run(const char *program, size_t len, const char *path, struct od_err *err)
{
    const char *gnuplot = find_gnuplot();
    if (gnuplot == NULL) {
        return od_fail(err, OD_ESYS,
                       "gnuplot is not installed; an output that ends in .gp gets the "
                       "figure's program");
    }
    char *script = od_xasprintf("%s.tmp-%ld.gp", path, (long)getpid());
    char *picture = od_xasprintf("%s.tmp-%ld", path, (long)getpid());
    int rc = -1;
    int fd = open(picture, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        rc = od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
        goto out;
    }
    if (od_file_write(script, program, len, err) != 0 ||
        run(gnuplot, script, fd, err) != 0) {
        goto out;
    }
    if (lseek(fd, 0, SEEK_END) <= 0) {
        rc = od_fail(err, OD_EOUTPUT, "%s: gnuplot wrote nothing", path);
        goto out;
    }
    int closed = close(fd);
    fd = -1;
    if (closed != 0 || rename(picture, path) != 0) {
        rc = od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
        goto out;
    }
    rc = 0;
out:
    if (fd >= 0) {
        (void)close(fd);
    }
    (void)unlink(script);
    (void)unlink(picture);
    free(script);
    free(picture);
    return rc;
}

int od_gnuplot_picture(const char *program, size_t len, struct od_buf *out,
                       struct od_err *err)
{
    char *folder = od_xstrdup("/tmp/odbench-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        int rc = od_fail(err, OD_ESYS, "%s: %s", folder, strerror(errno));
        free(folder);
        return rc;
    }
    char *picture = od_xasprintf("%s/picture", folder);
    int rc = od_gnuplot_run(program, len, picture, err);
    rc = rc == 0 ? od_file_read(picture, out, err) : rc;
    (void)unlink(picture);
    (void)rmdir(folder);
    free(picture);
    free(folder);
    return rc;
}

bool od_gnuplot_present(void)
{
    return find_gnuplot() != NULL;
}
