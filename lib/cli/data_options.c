/* The command lines of odbench-data. */
#include "cli/data_options.h"

#include <stddef.h>

#define LENGTH(array)     (sizeof(array) / sizeof(array)[0])
#define IN_LIST(member)   offsetof(struct od_data_list, member)
#define IN_SELECT(member) offsetof(struct od_data_select, member)
#define IN_MAKE(member)   offsetof(struct od_data_make, member)

static const char LIBRARIES[] = "with jansson, libjpeg-turbo and libmd";

static const char *const formats[] = {"text", "csv", "json", NULL};
static const char *const orders[] = {"given",  "name",    "id", "bytes",
                                     "pixels", "objects", NULL};

static const struct od_opt list_opts[] = {
    {"Images", 'a', "annotations", "FILE",
     "COCO instances JSON (default: that of a data set folder or manifest)",
     OD_OPT_STRING, IN_LIST(annotations), NULL, NULL, 0, 0},
    {"Images", 0, "images", "DIR",
     "folder of the images that manifests name (default: the manifest's own)",
     OD_OPT_STRING, IN_LIST(images), NULL, NULL, 0, 0},
    {"Images", 0, "check", NULL, "decode every image, not only its header", OD_OPT_FLAG,
     IN_LIST(check), NULL, NULL, 0, 0},
    {"Output", 'f', "format", "FORMAT", "how to write", OD_OPT_CHOICE, IN_LIST(format),
     "text", formats, 0, 0},
    {"Output", 's', "sort", "ORDER", "what to sort by", OD_OPT_CHOICE, IN_LIST(sort),
     "given", orders, 0, 0},
    {"Output", 'r', "reverse", NULL, "turn the order round", OD_OPT_FLAG,
     IN_LIST(reverse), NULL, NULL, 0, 0},
    {"Output", 'l', "long", NULL,
     "also image id, grey, colour or CMYK, baseline or progressive, and path",
     OD_OPT_FLAG, IN_LIST(details), NULL, NULL, 0, 0},
    {"Output", 'q', "quiet", NULL, "no warnings", OD_OPT_FLAG, IN_LIST(quiet), NULL, NULL,
     0, 0},
    {"Output", 'v', "verbose", NULL, "totals on standard error", OD_OPT_FLAG,
     IN_LIST(verbose), NULL, NULL, 0, 0},
};

static const char *const list_examples[] = {
    "odbench-data list coco",
    "odbench-data list -a instances_val2017.json --sort bytes -l val2017", NULL};

const struct od_program od_data_list_program = {
    .name = "odbench-data list",
    .usage = "[options] PATH...",
    .purpose = "Lists images: file, bytes, width x height, annotated objects. PATH is an "
               "image, a folder of images, a data set folder, or a manifest.",
    .opts = list_opts,
    .opt_count = LENGTH(list_opts),
    .examples = list_examples,
    .libraries = LIBRARIES,
};

static const struct od_opt select_opts[] = {
    {"Images", 'a', "annotations", "FILE",
     "COCO instances JSON (default: that of a data set folder or manifest)",
     OD_OPT_STRING, IN_SELECT(annotations), NULL, NULL, 0, 0},
    {"Images", 0, "images", "DIR",
     "folder of the images that manifests name (default: the manifest's own)",
     OD_OPT_STRING, IN_SELECT(images), NULL, NULL, 0, 0},
    {"Selection", 0, "list", "FILE", "the images that this list or manifest names",
     OD_OPT_STRING, IN_SELECT(list), NULL, NULL, 0, 0},
    {"Selection", 0, "allow-missing", NULL,
     "leave listed images out that are not there, with a warning", OD_OPT_FLAG,
     IN_SELECT(allow_missing), NULL, NULL, 0, 0},
    {"Selection", 'b', "bytes", "RANGE", "file size, as 50k..200k, 50k.. or ..200k",
     OD_OPT_STRING, IN_SELECT(bytes), NULL, NULL, 0, 0},
    {"Selection", 0, "objects", "RANGE", "annotated objects, as 0..5", OD_OPT_STRING,
     IN_SELECT(objects), NULL, NULL, 0, 0},
    {"Selection", 0, "pixels", "RANGE", "width times height, as 100k..300k",
     OD_OPT_STRING, IN_SELECT(pixels), NULL, NULL, 0, 0},
    {"Selection", 0, "random", "N", "draw N of what is left (default 0: all)", OD_OPT_INT,
     IN_SELECT(random), "0", NULL, 0, 0},
    {"Selection", 0, "seed", "N", "seed of the draw", OD_OPT_UINT64, IN_SELECT(seed), "1",
     NULL, 0, 0},
    {"Selection", 'n', "first", "N", "then the first N (default 0: all)", OD_OPT_INT,
     IN_SELECT(first), "0", NULL, 0, 0},
    {"Output", 'o', "output", "FILE", "manifest to write (default -: standard output)",
     OD_OPT_STRING, IN_SELECT(output), "-", NULL, 0, 0},
    {"Output", 0, "names", NULL, "bare file names, to be used with --images", OD_OPT_FLAG,
     IN_SELECT(names), NULL, NULL, 0, 0},
    {"Output", 0, "force", NULL, "replace an existing manifest", OD_OPT_FLAG,
     IN_SELECT(force), NULL, NULL, 0, 0},
    {"Output", 'q', "quiet", NULL, "no warnings", OD_OPT_FLAG, IN_SELECT(quiet), NULL,
     NULL, 0, 0},
    {"Output", 'v', "verbose", NULL, "totals on standard error", OD_OPT_FLAG,
     IN_SELECT(verbose), NULL, NULL, 0, 0},
};

static const char *const select_examples[] = {
    "odbench-data select --list paper10.txt -o paper10.manifest coco",
    "odbench-data select --bytes 50k..200k --objects 0..5 --random 20 coco", NULL};

const struct od_program od_data_select_program = {
    .name = "odbench-data select",
    .usage = "[options] PATH...",
    .purpose = "Selects images by name and writes a manifest with their SHA-256: first "
               "the list, then the ranges, then the draw, then the count.",
    .opts = select_opts,
    .opt_count = LENGTH(select_opts),
    .examples = select_examples,
    .libraries = LIBRARIES,
};

static const struct od_opt make_opts[] = {
    {"Design", 0, "objects", "N,...",
     "levels of object count; with --count a range (default 0..30)", OD_OPT_LIST,
     IN_MAKE(objects), NULL, NULL, 0, 0},
    {"Design", 'b', "bytes", "SIZE,...",
     "levels of JPEG file size (default: what the quality gives)", OD_OPT_LIST,
     IN_MAKE(bytes), NULL, NULL, 0, 0},
    {"Design", 0, "size", "WxH,...",
     "levels of pixel size, as 320x240,640x480; with --count drawn from them",
     OD_OPT_LIST, IN_MAKE(sizes), NULL, NULL, 0, 0},
    {"Design", 0, "per-cell", "N", "images for each combination", OD_OPT_INT,
     IN_MAKE(per_cell), "1", NULL, 1, 1000000},
    {"Random", 'n', "count", "N", "N random scenes instead of a design", OD_OPT_INT,
     IN_MAKE(count), "0", NULL, 0, 1000000},
    {"Random", 0, "sides", "RANGE", "pixels of their sides", OD_OPT_STRING,
     IN_MAKE(sides), "160..640", NULL, 0, 0},
    {"Scenes", 0, "seed", "N", "seed of everything that is drawn", OD_OPT_UINT64,
     IN_MAKE(seed), "1", NULL, 0, 0},
    {"Scenes", 0, "quality", "N", "JPEG quality where no file size is asked for",
     OD_OPT_INT, IN_MAKE(quality), "90", NULL, 1, 100},
    {"Scenes", 0, "allow-off-target", NULL,
     "keep files that miss their size by more than 2 %, with a warning", OD_OPT_FLAG,
     IN_MAKE(allow_off_target), NULL, NULL, 0, 0},
    {"Output", 'o', "output", "DIR", "folder to write (must be given)", OD_OPT_STRING,
     IN_MAKE(output), NULL, NULL, 0, 0},
    {"Output", 0, "force", NULL, "replace an earlier data set in it", OD_OPT_FLAG,
     IN_MAKE(force), NULL, NULL, 0, 0},
    {"Output", 'q', "quiet", NULL, "no summary, warnings or progress", OD_OPT_FLAG,
     IN_MAKE(quiet), NULL, NULL, 0, 0},
};

static const char *const make_examples[] = {
    "odbench-data make --objects 0,5,20 --bytes 30k,90k --size 640x480 -o scenes",
    "odbench-data make --count 500 --seed 2024 -o held-out", NULL};

const struct od_program od_data_make_program = {
    .name = "odbench-data make",
    .usage = "--objects N,... --size WxH,... [options] -o DIR\n"
             "--count N [options] -o DIR",
    .purpose = "Draws scenes with exact COCO annotations, in every combination of object "
               "count, file size and pixel size, or at random.",
    .opts = make_opts,
    .opt_count = LENGTH(make_opts),
    .examples = make_examples,
    .libraries = LIBRARIES,
};

static const char *const examples[] = {
    "odbench-data list coco", "odbench-data select --first 10 -o ten.manifest coco",
    "odbench-data make --count 100 -o scenes", NULL};

static const struct od_program *const commands[] = {
    &od_data_list_program, &od_data_select_program, &od_data_make_program, NULL};

const struct od_program od_data_program = {
    .name = "odbench-data",
    .usage = "list [options] PATH...\nselect [options] PATH...\nmake [options] -o DIR",
    .purpose = "Lists, selects and makes data sets. Each command has its own --help.",
    .examples = examples,
    .libraries = LIBRARIES,
    .commands = commands,
};
