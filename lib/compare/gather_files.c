/* The files of both sides: opened, told apart, and read row by row. */
#include "compare/gather_files.h"

#include "base/alloc.h"
#include "base/file.h"
#include "record/csv_read.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_stdin(const char *path)
{
    return strcmp(path, "-") == 0;
}

static bool same_file(const struct od_gather_file *a, const struct od_gather_file *b)
{
    bool both_stdin = is_stdin(a->path) && is_stdin(b->path);
    return both_stdin ||
           (a->regular && b->regular && a->dev == b->dev && a->ino == b->ino);
}

/* A file on both sides is a trial of the comparison itself, twice on one a mistake. */
static int check_files(struct od_gather *g, struct od_comparison *out, struct od_err *err)
{
    for (size_t i = 0; i < g->file_count; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct od_gather_file *a = &g->files[k];
            const struct od_gather_file *b = &g->files[i];
            if (!same_file(a, b)) {
                continue;
            }
            if (g->pooled || a->side == b->side || is_stdin(a->path)) {
                return od_fail(err, OD_EINPUT, "%s: given twice",
                               is_stdin(b->path) ? "standard input" : b->path);
            }
            od_texts_add(&out->warnings,
                         od_xasprintf("%s is compared with itself: whatever is found is "
                                      "a false alarm",
                                      od_path_base(b->path)));
        }
    }
    return 0;
}

int od_gather_open(struct od_gather *g, const struct od_sides_input *input,
                   struct od_comparison *out, struct od_err *err)
{
    g->files = od_xcalloc(input->file_count + 1, sizeof *g->files);
    for (size_t i = 0; i < input->file_count; i++) {
        const struct od_compare_file *file = &input->files[i];
        struct od_gather_file *f = &g->files[g->file_count++];
        struct stat st;
        *f = (struct od_gather_file){.path = file->path, .side = file->side};
        if (!is_stdin(f->path) && stat(f->path, &st) == 0) {
            f->regular = S_ISREG(st.st_mode);
            f->dev = st.st_dev;
            f->ino = st.st_ino;
        }
        for (int s = 0; s < OD_SIDES; s++) {
            if (g->pooled || s == f->side) {
                od_texts_add(&g->source[s].files, od_xstrdup(f->path));
            }
        }
    }
    return check_files(g, out, err);
}

static int read_file(struct od_gather *g, struct od_err *err)
{
    struct od_gather_file *f = &g->files[g->file];
    struct od_csv_read read = {.path = f->path,
                               .use = g->columns.use,
                               .lasting = true,
                               .keep = od_gather_keep,
                               .each = od_gather_row,
                               .arg = g};
    int fd = STDIN_FILENO;
    if (is_stdin(f->path)) {
        read.path = "standard input";
    } else {
        fd = open(f->path, O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            return od_fail(err, errno == ENOENT ? OD_ENOENT : OD_ESYS, "%s: %s", f->path,
                           strerror(errno));
        }
    }
    int rc = od_csv_read(&read, fd, err);
    if (fd != STDIN_FILENO) {
        (void)close(fd);
    }
    if (rc == 0 && f->rows == 0) {
        rc = od_fail(err, OD_EINPUT, "%s:1: a header line, but no row behind it",
                     read.path);
    }
    g->source[g->pooled ? OD_BASE : f->side].cut += read.cut ? 1 : 0;
    return rc;
}

int od_gather_read(struct od_gather *g, struct od_err *err)
{
    od_gather_begin(g);
    for (; g->file < g->file_count; g->file++) {
        if (read_file(g, err) != 0) {
            return -1;
        }
    }
    return 0;
}
