/* From the texts of a command line to a design. */
#include "base/alloc.h"
#include "base/parse.h"
#include "dataset/jobs.h"
#include "dataset/selection.h"

#include <stdlib.h>

static int parse_range(const char *text, const char *option, struct od_range *out,
                       struct od_err *err)
{
    if (text == NULL || od_range_parse(text, false, out, err) == 0) {
        return 0;
    }
    od_err_context(err, "option --%s", option);
    return -1;
}

static int parse_objects(const struct od_texts *texts, int *out, struct od_err *err)
{
    for (size_t i = 0; i < texts->count; i++) {
        int64_t value = 0;
        if (od_parse_i64(texts->items[i], 0, OD_SCENE_MAX_OBJECTS, &value, err) != 0) {
            od_err_context(err, "option --objects");
            return -1;
        }
        out[i] = (int)value;
    }
    return 0;
}

static int parse_bytes(const struct od_texts *texts, int64_t *out, struct od_err *err)
{
    for (size_t i = 0; i < texts->count; i++) {
        int rc = od_parse_bytes(texts->items[i], &out[i], err);
        if (rc == 0 && out[i] < 1) {
            rc = od_fail(err, OD_EINPUT, "a file of 0 bytes is no JPEG");
        }
        if (rc != 0) {
            od_err_context(err, "option --bytes");
            return -1;
        }
    }
    return 0;
}

static int parse_sizes(const struct od_texts *texts, struct od_pixel_size *out,
                       struct od_err *err)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (od_pixel_size_parse(texts->items[i], &out[i], err) != 0) {
            od_err_context(err, "option --size");
            return -1;
        }
    }
    return 0;
}

static int make_factorial(const struct od_design_job *job, struct od_design *out,
                          struct od_err *err)
{
    int *objects = od_xcalloc(job->objects.count, sizeof *objects);
    int64_t *bytes = od_xcalloc(job->bytes.count, sizeof *bytes);
    struct od_pixel_size *sizes = od_xcalloc(job->sizes.count, sizeof *sizes);
    struct od_factors factors = {.seed = job->seed,
                                 .objects = objects,
                                 .object_levels = job->objects.count,
                                 .bytes = bytes,
                                 .byte_levels = job->bytes.count,
                                 .sizes = sizes,
                                 .size_levels = job->sizes.count,
                                 .replicates = job->replicates,
                                 .quality = job->quality};
    int rc = -1;
    if (parse_objects(&job->objects, objects, err) == 0 &&
        parse_bytes(&job->bytes, bytes, err) == 0 &&
        parse_sizes(&job->sizes, sizes, err) == 0) {
        rc = od_design_factorial(&factors, out, err);
    }
    free(sizes);
    free(bytes);
    free(objects);
    return rc;
}

static int make_random(const struct od_design_job *job, struct od_design *out,
                       struct od_err *err)
{
    struct od_mixture mixture = {.seed = job->seed,
                                 .count = job->count,
                                 .sides = {160, 640},
                                 .size_count = job->sizes.count,
                                 .objects = {0, 30},
                                 .quality = job->quality};
    const char *objects = job->objects.count > 0 ? job->objects.items[0] : NULL;
    if (job->bytes.count > 0) {
        return od_fail(err, OD_EINPUT, "option --bytes: not with --count");
    }
    if (job->objects.count > 1) {
        return od_fail(err, OD_EINPUT,
                       "option --objects: with --count one range as 0..30");
    }
    struct od_pixel_size *sizes = od_xcalloc(job->sizes.count, sizeof *sizes);
    mixture.sizes = sizes;
    int rc = -1;
    if (parse_sizes(&job->sizes, sizes, err) == 0 &&
        parse_range(job->sides, "sides", &mixture.sides, err) == 0 &&
        parse_range(objects, "objects", &mixture.objects, err) == 0) {
        rc = od_design_random(&mixture, out, err);
    }
    free(sizes);
    return rc;
}

int od_design_job_run(const struct od_design_job *job, struct od_design *out,
                      struct od_err *err)
{
    *out = (struct od_design){0};
    if (job->count > 0) {
        return make_random(job, out, err);
    }
    if (job->objects.count == 0 || job->sizes.count == 0) {
        return od_fail(err, OD_EINPUT,
                       "nothing to make: give --objects and --size, or --count");
    }
    return make_factorial(job, out, err);
}
