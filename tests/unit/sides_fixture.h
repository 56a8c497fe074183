/* Result files made row by row, and two sides read from them. */
#ifndef OD_TESTS_SIDES_FIXTURE_H
#define OD_TESTS_SIDES_FIXTURE_H

#include "compare/sides.h"
#include "record/record.h"
#include "scratch.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A result file in the making. */
struct made {
    struct od_buf text;
    struct od_record next; /* what made_row writes; seq and send_ns go up by themselves */
};

static inline void made_begin(struct made *made, const char *run_id)
{
    od_buf_init(&made->text, 0);
    od_csv_header(&made->text);
    struct od_record *r = &made->next;
    od_record_init(r);
    r->run_id = run_id;
    r->cell_id = "c001";
    r->rep = 1;
    r->seq = 1;
    r->attempt = 1;
    r->phase = "main";
    r->target = "here";
    r->model = "ssd";
    r->protocol = "tfs-grpc";
    r->payload = "jpeg";
    r->batch = 1;
    r->concurrency = 1;
    r->connection = "reuse";
    r->image_id = 7;
    r->start_unix_ns = 1000;
    r->send_ns = 10;
    r->status = "ok";
    r->service_ns = 5000;
}

static inline void made_row(struct made *made)
{
    od_csv_row(&made->next, &made->text);
    made->next.seq++;
    made->next.send_ns += 10;
}

/* Writes it; the path is the caller's. */
static inline char *made_end(struct made *made, const char *folder, const char *name)
{
    char *path = scratch_file(folder, name, made->text.data);
    od_buf_release(&made->text);
    return path;
}

struct sides_read {
    struct od_compare_options options;
    struct od_sides sides;
    struct od_comparison out;
    struct od_err err;
    int rc;
};

/* Files of the base side, then NULL, then those of the other side, then NULL. */
static inline void sides_read(struct sides_read *read, ...)
{
    struct od_compare_file files[16];
    size_t count = 0;
    va_list list;
    va_start(list, read);
    for (int s = 0; s < OD_SIDES; s++) {
        for (const char *path = va_arg(list, const char *); path != NULL && count < 16;
             path = va_arg(list, const char *)) {
            files[count++] = (struct od_compare_file){path, s};
        }
    }
    va_end(list);
    read->sides = (struct od_sides){0};
    read->out = (struct od_comparison){0};
    read->err = (struct od_err){0};
    struct od_sides_input input = {files, count, NULL};
    read->rc =
        od_sides_read(&read->options, &input, &read->sides, &read->out, &read->err);
}

static inline void sides_done(struct sides_read *read)
{
    od_sides_release(&read->sides);
    od_comparison_release(&read->out);
}

static inline void dump_side(const struct od_cell_rows *rows, size_t images,
                             struct od_buf *out)
{
    od_buf_printf(out, "  runs %d failed %d invalid %d\n", (int)rows->runs,
                  (int)rows->failed, (int)rows->invalid);
    for (size_t i = 0; i < rows->unit_count; i++) {
        const struct od_unit *u = &rows->units[i];
        od_buf_printf(out, "  unit %u/%d at %lld: %d, %d failed\n", u->run, (int)u->rep,
                      (long long)u->start_ns, (int)u->requests, (int)u->failed);
    }
    for (size_t i = 0; i < rows->count; i++) {
        const struct od_measured *m = &rows->items[i];
        od_buf_printf(out, "  %lld image %u unit %u pair %u\n", (long long)m->ns,
                      m->image, m->unit, m->pair);
    }
    for (size_t i = 0; i < images; i++) {
        od_buf_printf(out, "  answer %llx\n", (unsigned long long)rows->answers[i]);
    }
}

static inline void dump_texts(const char *what, const struct od_texts *texts,
                              struct od_buf *out)
{
    for (size_t i = 0; i < texts->count; i++) {
        od_buf_printf(out, "%s %s\n", what, texts->items[i]);
    }
}

/* Everything that was read, as text; the caller's. files: with their order. */
static inline char *sides_dump(const struct sides_read *read, bool files)
{
    struct od_buf out;
    od_buf_init(&out, 0);
    for (size_t i = 0; i < read->sides.count; i++) {
        const struct od_cell_pair *cell = &read->sides.cells[i];
        od_buf_printf(&out, "cell %s [%s]\n", cell->id, cell->label);
        for (int s = 0; s < OD_SIDES; s++) {
            dump_side(&cell->side[s], read->sides.image_count, &out);
        }
    }
    for (int s = 0; s < OD_SIDES; s++) {
        const struct od_compare_source *source = &read->out.source[s];
        od_buf_printf(&out, "%s: %d %d %d %d %d %d\n", files ? source->label : "",
                      (int)source->rows, (int)source->warmup, (int)source->failed,
                      (int)source->invalid, (int)source->filtered, (int)source->cut);
        dump_texts("run", &source->run_ids, &out);
        dump_texts("only", &read->out.only[s], &out);
    }
    for (size_t i = 0; i < read->out.common_count; i++) {
        od_buf_printf(&out, "%s: %s\n", read->out.common[i].name,
                      read->out.common[i].text);
    }
    dump_texts("warning", &read->out.warnings, &out);
    char *text = od_buf_steal(&out);
    od_buf_release(&out);
    return text;
}

#endif
