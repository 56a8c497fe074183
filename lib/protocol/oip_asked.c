/* What the server remembers of a request of the Open Inference Protocol for its reply. */
#include "protocol/oip.h"

#include "base/alloc.h"
#include "service/detections.h"
#include "service/storage.h"

#include <stdlib.h>
#include <string.h>

struct od_oip_asked *od_oip_asked_make(struct od_request *request)
{
    struct od_storage *storage = od_request_storage(request);
    if (storage->asked == NULL) {
        storage->asked = od_xcalloc(1, sizeof(struct od_oip_asked));
        od_request_keep(request, storage->asked);
    }
    return storage->asked;
}

const struct od_oip_asked *od_oip_asked_of(const struct od_request *request)
{
    static const struct od_oip_asked nothing = {0};
    const struct od_storage *storage = request->storage;
    return storage != NULL && storage->asked != NULL ? storage->asked : &nothing;
}

static unsigned output_of(const char *name)
{
    for (unsigned output = OD_OUTPUT_BOXES; output <= OD_OUTPUT_COUNT; output *= 2) {
        if (strcmp(name, od_output_name(output)) == 0) {
            return output;
        }
    }
    return 0;
}

int od_oip_want(const struct od_style *style, struct od_request *request,
                const struct od_oip_wanted *wanted, struct od_err *err)
{
    struct od_oip_asked *asked = od_oip_asked_make(request);
    bool four = style->layout == OD_LAYOUT_AUTO || style->layout == OD_LAYOUT_TF;
    unsigned output = output_of(wanted->name);
    if (four && output == 0) {
        return od_fail(err, OD_EINPUT, "model %.60s has no output '%.80s'",
                       request->model.name, wanted->name);
    }
    for (size_t i = 0; i < asked->wanted_count; i++) {
        if (strcmp(asked->wanted[i].name, wanted->name) == 0) {
            return od_fail(err, OD_EINPUT, "model %.60s: output '%.80s' is asked twice",
                           request->model.name, wanted->name);
        }
    }
    if (asked->wanted_count == OD_OUTPUTS_MAX) {
        return od_fail(err, OD_EINPUT, "model %.60s: more than %d outputs are asked",
                       request->model.name, OD_OUTPUTS_MAX);
    }
    asked->wanted[asked->wanted_count++] = *wanted;
    request->outputs = four ? request->outputs | output : OD_OUTPUT_ALL;
    return 0;
}

static const struct od_oip_wanted *find(const struct od_oip_asked *asked,
                                        const char *name)
{
    for (size_t i = 0; i < asked->wanted_count; i++) {
        if (strcmp(asked->wanted[i].name, name) == 0) {
            return &asked->wanted[i];
        }
    }
    return NULL;
}

bool od_oip_is_binary(const struct od_oip_asked *asked, const char *name)
{
    const struct od_oip_wanted *wanted = find(asked, name);
    return wanted != NULL && wanted->told ? wanted->binary : asked->binary;
}

/* Drops the outputs that were not asked for; returns how many are left. */
static size_t keep_wanted(const struct od_oip_asked *asked, struct od_outputs_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (find(asked, list->items[i].name) != NULL) {
            struct od_output_tensor item = list->items[i];
            list->items[i].values = NULL;
            list->items[kept++] = item;
        } else {
            free(list->items[i].values);
            list->items[i].values = NULL;
        }
    }
    list->count = kept;
    return kept;
}

int od_oip_outputs_from_answer(const struct od_style *style,
                               const struct od_request *asked, const struct od_answer *in,
                               struct od_outputs_list *out, struct od_err *err)
{
    const struct od_oip_asked *more = od_oip_asked_of(asked);
    od_outputs_from_answer(asked, in, style, out);
    if (more->wanted_count > 0 && keep_wanted(more, out) != more->wanted_count) {
        od_outputs_release(out);
        return od_fail(err, OD_EINPUT, "model %.60s has not all outputs that are asked",
                       asked->model.name);
    }
    return 0;
}
