/*
 * Two result files and how they are compared. The first byte says how, the rest are the
 * rows of both, a form feed between them. Whatever is read keeps what the header of the
 * sides promises, and exchanging the sides exchanges what is read.
 */
#include "fuzz.h"

#include "compare/sides.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER                                                                           \
    "run_id,rep,seq,attempt,phase,pair,target,model,protocol,image_id,file_name,"        \
    "send_ns,status,service_ns,result_hash\n"

enum { OWN_HEADER = 1, COLUMN = 2, ONE_SIDE = 4, IGNORE = 8, FILTER = 16 };

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void write_file(char *path, int how, const uint8_t *data, size_t size)
{
    int fd = mkstemp(path);
    must(fd >= 0);
    if ((how & OWN_HEADER) == 0) {
        must(write(fd, HEADER, strlen(HEADER)) == (ssize_t)strlen(HEADER));
    }
    must(size == 0 || write(fd, data, size) == (ssize_t)size);
    (void)close(fd);
}

static void check_rows(const struct od_cell_rows *rows, size_t image_count, bool pairs)
{
    int64_t requests = 0;
    int64_t failed = 0;
    for (size_t i = 0; i < rows->unit_count; i++) {
        const struct od_unit *u = &rows->units[i];
        must(i == 0 || u->run >= u[-1].run);
        must(i == 0 || u->run > u[-1].run || u->start_ns >= u[-1].start_ns);
        requests += u->requests;
        failed += u->failed;
    }
    must(requests == (int64_t)rows->count && failed == rows->failed);
    must(rows->runs <= (int64_t)rows->unit_count);
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_measured *m = &rows->items[i];
        must(m->ns > 0 && m->image < image_count && m->unit < rows->unit_count);
        must(i == 0 || m->image >= m[-1].image);
        must(i == 0 || m->image > m[-1].image || m->unit >= m[-1].unit);
        must(pairs || m->pair == 0);
    }
}

static void check_sides(const struct od_sides *sides, const struct od_comparison *out,
                        bool pooled)
{
    int64_t counted[OD_SIDES] = {0};
    for (size_t i = 0; i < sides->count; i++) {
        for (int s = 0; s < OD_SIDES; s++) {
            check_rows(&sides->cells[i].side[s], sides->image_count, pooled);
            counted[s] += (int64_t)sides->cells[i].side[s].count;
        }
        must(i == 0 || strcmp(sides->cells[i].id, sides->cells[i - 1].id) != 0);
    }
    for (int s = 0; s < OD_SIDES; s++) {
        const struct od_compare_source *o = &out->source[s];
        must(o->rows >= counted[s] + o->warmup + o->failed + o->invalid + o->filtered);
        must(o->label != NULL && o->files.count > 0);
    }
}

/* What both orders of the sides must agree in. */
struct seen {
    int rc;
    size_t cells;
    size_t images;
    size_t rows[OD_SIDES];
    size_t only[OD_SIDES];
};

static struct seen read_sides(int how, char paths[2][32], int first)
{
    struct od_compare_options options = {.col = how & COLUMN ? "target" : NULL,
                                         .ignore = how & IGNORE ? "model" : NULL,
                                         .filter = how & FILTER ? "rep!=2" : NULL};
    struct od_compare_file files[2] = {{paths[0], first},
                                       {paths[1], how & ONE_SIDE ? first : 1 - first}};
    struct od_sides_input input = {files, 2, NULL};
    struct od_sides sides = {0};
    struct od_comparison out = {0};
    struct od_err err = {0};
    struct seen seen = {0};
    seen.rc = od_sides_read(&options, &input, &sides, &out, &err);
    if (seen.rc == 0) {
        check_sides(&sides, &out, (how & (COLUMN | ONE_SIDE)) != 0);
    } else {
        must(err.code == OD_EINPUT || err.code == OD_ELIMIT);
        must(err.msg[0] != '\0' && sides.count == 0);
    }
    seen.cells = sides.count;
    seen.images = sides.image_count;
    for (int s = 0; s < OD_SIDES; s++) {
        seen.rows[s] = (size_t)out.source[s].rows;
        seen.only[s] = out.only[s].count;
    }
    od_sides_release(&sides);
    od_comparison_release(&out);
    return seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char paths[2][32] = {"/tmp/odbench-fuzz-XXXXXX", "/tmp/odbench-fuzz-XXXXXX"};
    int how = size > 0 ? data[0] : 0;
    const uint8_t *rows = size > 0 ? data + 1 : data;
    size_t len = size > 0 ? size - 1 : 0;
    const uint8_t *cut = len > 0 ? memchr(rows, '\f', len) : NULL;
    size_t half = cut != NULL ? (size_t)(cut - rows) : len;
    write_file(paths[0], how, rows, half);
    write_file(paths[1], how, cut != NULL ? cut + 1 : rows,
               cut != NULL ? len - half - 1 : 0);
    struct seen one = read_sides(how, paths, OD_BASE);
    struct seen other = read_sides(how, paths, OD_NEW);
    bool pooled = (how & (COLUMN | ONE_SIDE)) != 0;
    must(one.rc == other.rc && one.cells == other.cells && one.images == other.images);
    for (int s = 0; s < OD_SIDES && one.rc == 0; s++) {
        int t = pooled ? s : 1 - s;
        must(one.rows[s] == other.rows[t] && one.only[s] == other.only[t]);
    }
    (void)unlink(paths[0]);
    (void)unlink(paths[1]);
    return 0;
}
