/* Requests made ready before the clock. */
#include "bench/prepare.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "wire/gzip.h"

#include <stdlib.h>

/* A file larger than this is no photograph; COCO's largest has under 1 MB. */
#define FILE_MAX ((size_t)256 << 20)

/* Keeps the pixels that the picture needs: the image's own, or those made from them. */
static int fit(const struct od_cell *cell, const struct od_sample *sample,
               struct od_prepared *out)
{
    int64_t begin = od_now_ns();
    if (od_model_fit_picture(&cell->asked.in, &out->image, &out->fitted, &out->err) !=
        0) {
        od_err_context(&out->err, "%s", sample->path);
        return -1;
    }
    out->picture = out->fitted.picture;
    if (out->fitted.bytes != NULL) {
        od_image_release(&out->image);
    }
    out->preprocess_ns = od_now_ns() - begin;
    return 0;
}

static int load_picture(const struct od_cell *cell, const struct od_sample *sample,
                        struct od_prepared *out)
{
    od_buf_init(&out->file, FILE_MAX);
    if (od_sample_read(sample, &out->file, &out->err) != 0) {
        return -1;
    }
    if (cell->payload == OD_PAYLOAD_JPEG || cell->payload == OD_PAYLOAD_B64) {
        out->picture = (struct od_picture){.data = (const uint8_t *)out->file.data,
                                           .len = out->file.len,
                                           .width = sample->width,
                                           .height = sample->height};
        return 0;
    }
    if (od_jpeg_decode(out->file.data, out->file.len, OD_IMAGE_MAX_PIXELS, &out->image,
                       &out->err) != 0) {
        od_err_context(&out->err, "%s", sample->path);
        return -1;
    }
    od_buf_release(&out->file);
    return fit(cell, sample, out);
}

void od_prepare(const struct od_plan *plan, const struct od_cell *cell,
                const struct od_sample *sample, struct od_prepared *out)
{
    *out = (struct od_prepared){.prepare_ns = -1, .preprocess_ns = -1};
    int64_t begin = od_now_ns();
    if (load_picture(cell, sample, out) != 0) {
        return;
    }
    out->request = (struct od_request){
        .kind = OD_PREDICT,
        .payload = cell->payload,
        .model = cell->asked,
        .profile = cell->target->profile,
        .form = plan->form,
        .spaced = plan->paper,
        .outputs = OD_OUTPUT_ALL,
        .pictures = &out->picture,
        .picture_count = 1,
    };
    if (cell->protocol->encode(&out->request, &out->message, &out->err) == 0 &&
        (!plan->gzip || cell->protocol->transport != OD_HTTP ||
         od_message_gzip(&out->message, &out->err) == 0)) {
        int64_t between = out->preprocess_ns > 0 ? out->preprocess_ns : 0;
        out->prepare_ns = od_now_ns() - begin - between;
    }
}

void od_prepared_release(struct od_prepared *prepared)
{
    od_message_release(&prepared->message);
    od_fitted_release(&prepared->fitted);
    od_image_release(&prepared->image);
    od_buf_release(&prepared->file);
}

struct od_store {
    struct od_prepared **items;
    size_t count;
};

static int64_t bytes_of(const struct od_prepared *p)
{
    size_t fitted = p->fitted.bytes != NULL ? p->fitted.picture.len : 0;
    size_t borrowed = p->file.len + od_image_bytes(&p->image) + fitted;
    size_t owned = 0;
    for (size_t i = 0; i < p->message.segment_count; i++) {
        owned += p->message.segments[i].owned != NULL ? p->message.segments[i].len : 0;
    }
    return (int64_t)(sizeof *p + borrowed + owned);
}

struct od_store *od_store_new(const struct od_plan *plan, const struct od_cell *cell,
                              const volatile sig_atomic_t *interrupted)
{
    struct od_store *store = od_xcalloc(1, sizeof *store);
    store->count = od_dataset_count(plan->dataset);
    store->items = od_xcalloc(store->count, sizeof(struct od_prepared *));
    int64_t room = plan->memory_bytes;
    for (size_t i = 0; i < store->count && room > 0 && *interrupted == 0; i++) {
        store->items[i] = od_xcalloc(1, sizeof *store->items[i]);
        od_prepare(plan, cell, od_dataset_at(plan->dataset, i), store->items[i]);
        room -= bytes_of(store->items[i]);
    }
    return store;
}

const struct od_prepared *od_store_get(const struct od_store *store, size_t i)
{
    return store->items[i];
}

void od_store_free(struct od_store *store)
{
    for (size_t i = 0; i < store->count; i++) {
        if (store->items[i] != NULL) {
            od_prepared_release(store->items[i]);
            free(store->items[i]);
        }
    }
    free(store->items);
    free(store);
}
