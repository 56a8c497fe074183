/* Answers and the errors that every server of this kind gives. */
#include "service/answer.h"

#include "base/alloc.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct od_signature *od_model_add_signature(struct od_model_facts *facts)
{
    if (facts->signature_count == OD_MODEL_SIGNATURES) {
        return NULL;
    }
    struct od_signature *added = &facts->signatures[facts->signature_count++];
    *added = (struct od_signature){0};
    return added;
}

void od_answer_init(struct od_answer *answer)
{
    answer->code = OD_CODE_OK;
    answer->text = NULL;
    answer->images = NULL;
    answer->image_count = 0;
    answer->model.name[0] = '\0';
    answer->model.version = 0;
    answer->model.state = 0;
    answer->model.signature_count = 0;
    answer->names = NULL;
    answer->name_count = 0;
    answer->ready = false;
    answer->server_name[0] = '\0';
    answer->server_version[0] = '\0';
    od_server_facts_init(&answer->server);
}

static void drop_images(struct od_answer *answer)
{
    for (size_t i = 0; i < answer->image_count; i++) {
        od_boxes_release(&answer->images[i]);
    }
    free(answer->images);
    answer->images = NULL;
    answer->image_count = 0;
}

void od_answer_release(struct od_answer *answer)
{
    drop_images(answer);
    free(answer->text);
    free(answer->names);
    od_answer_init(answer);
}

void od_answer_fail(struct od_answer *answer, enum od_canonical code, const char *fmt,
                    ...)
{
    drop_images(answer);
    free(answer->text);
    answer->code = code;
    va_list ap;
    va_start(ap, fmt);
    int len = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    size_t size = len < 0 ? 1 : (size_t)len + 1;
    answer->text = od_xcalloc(size, 1);
    va_start(ap, fmt);
    (void)vsnprintf(answer->text, size, fmt, ap);
    va_end(ap);
}

void od_answer_fail_err(struct od_answer *answer, const struct od_err *err)
{
    od_answer_fail(answer, od_canonical_of(err->code), "%s", err->msg);
}

void od_answer_no_model(struct od_answer *answer, const struct od_model *model)
{
    if (model->version != 0) {
        od_answer_fail(answer, OD_CODE_NOT_FOUND,
                       "Servable not found for request: Specific(%s, %" PRId64 ")",
                       model->name, model->version);
    } else {
        od_answer_fail(answer, OD_CODE_NOT_FOUND,
                       "Servable not found for request: Latest(%s)", model->name);
    }
}

void od_answer_no_label(struct od_answer *answer, const struct od_model *model)
{
    od_answer_fail(answer, OD_CODE_INVALID_ARGUMENT,
                   "Unrecognized servable version label: %s", model->version_label);
}

void od_answer_no_signature(struct od_answer *answer, const struct od_model *model)
{
    od_answer_fail(answer, OD_CODE_FAILED_PRECONDITION,
                   "Serving signature key \"%s\" not found.", od_model_signature(model));
}
