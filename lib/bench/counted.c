/* What servers counted during the blocks of a run. */
#include "bench/counted.h"

#include <stdlib.h>

#include <jansson.h>

static json_t *time_json(int64_t ns)
{
    return ns < 0 ? json_null() : json_integer(ns);
}

static json_t *block_json(const struct od_cell *cell, const struct od_block_facts *block)
{
    const struct od_server_facts *s = &block->server;
    return json_pack("{s:s, s:I, s:I, s:s, s:o, s:o, s:o, s:o, s:o}", "cell", cell->id,
                     "rep", (json_int_t)block->rep, "requests", (json_int_t)block->sent,
                     "source", s->source, "total_ns", time_json(s->total_ns), "queue_ns",
                     time_json(s->queue_ns), "preprocess_ns", time_json(s->preprocess_ns),
                     "infer_ns", time_json(s->infer_ns), "postprocess_ns",
                     time_json(s->postprocess_ns));
}

char *od_counted_json(const struct od_run *run, const struct od_run_result *result)
{
    json_t *all = json_array();
    for (size_t i = 0; result != NULL && i < result->cell_count && i < run->cell_count;
         i++) {
        const struct od_cell_result *cell = &result->cells[i];
        for (size_t b = 0; b < cell->block_count; b++) {
            if (cell->blocks[b].server.source[0] != '\0') {
                (void)json_array_append_new(all,
                                            block_json(&run->cells[i], &cell->blocks[b]));
            }
        }
    }
    char *text = json_array_size(all) > 0 ? json_dumps(all, JSON_COMPACT) : NULL;
    json_decref(all);
    return text;
}
