/* The options of odbench-run: the one list behind parsing, --help, completion and plan
 * files. */
#include "bench/options.h"

#include "bench/limits.h"

#include <stddef.h>

static const char *const payloads[] = {"tensor", "json", "jpeg", "b64", NULL};
static const char *const orders[] = {"random", "sequential", NULL};
static const char *const connections[] = {"reuse", "new", NULL};
static const char *const warmths[] = {"auto", "on", "off", NULL};
static const char *const stops[] = {"wait", "close", NULL};
static const char *const logs[] = {"text", "json", NULL};
static const char *const forms[] = {"row", "column", NULL};

#define AT(field) offsetof(struct od_run_options, field)

static const struct od_opt options[] = {
#include "bench/options.def"
};

static const char *const examples[] = {"odbench-run --model scenes-ssd scenes/images",
                                       "odbench-run --target edge=10.0.0.7 --target "
                                       "cloud=192.0.2.9 --model rfcn,ssd-mobilenet "
                                       "--annotations instances_val2017.json val2017",
                                       NULL};

const struct od_program od_run_program = {
    .name = "odbench-run",
    .usage = "[options] --model NAME IMAGE|FOLDER|MANIFEST...",
    .purpose =
        "Send images to detection servers and record how long every request takes.",
    .opts = options,
    .opt_count = sizeof options / sizeof *options,
    .examples = examples,
};
