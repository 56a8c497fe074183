/* odbench-data: lists, selects and makes data sets. */
#include "base/file.h"
#include "cli/data_options.h"
#include "dataset/jobs.h"
#include "dataset/makeset.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Says it in one line, whatever the names in it hold. */
static int complain(struct od_err *err)
{
    for (char *p = err->msg; *p != '\0'; p++) {
        *p = *p == '\n' || *p == '\r' ? '?' : *p;
    }
    (void)fprintf(stderr, "odbench-data: %s\n", err->msg);
    return od_code_exit(err->code);
}

/* Writes each line of text behind the program's name and kind. */
static void say(const char *kind, const struct od_buf *text)
{
    for (const char *p = text->data; *p != '\0';) {
        int len = (int)strcspn(p, "\n");
        (void)fprintf(stderr, "odbench-data: %s%.*s\n", kind, len, p);
        p += len;
        p += *p == '\n' ? 1 : 0;
    }
}

static void say_notes(const struct od_job_notes *notes, bool quiet, bool verbose)
{
    say("", &notes->errors);
    if (!quiet) {
        say("warning: ", &notes->warnings);
    }
    if (verbose) {
        say("", &notes->totals);
    }
}

static int print(const struct od_buf *text)
{
    if (fwrite(text->data, 1, text->len, stdout) != text->len || fflush(stdout) != 0) {
        (void)fprintf(stderr, "odbench-data: standard output: %s\n", strerror(errno));
        return od_code_exit(OD_EOUTPUT);
    }
    return 0;
}

static int run_list(void *options, const struct od_strings *paths, struct od_err *err)
{
    const struct od_data_list *o = options;
    struct od_list_job job = {
        .dataset = {.paths = (const char *const *)paths->items,
                    .path_count = paths->count,
                    .annotations = o->annotations,
                    .images = o->images,
                    .decode = o->check,
                    .skip_bad = true},
        .format = o->format,
        .order = o->sort,
        .reverse = o->reverse,
        .details = o->details,
    };
    struct od_job_notes notes;
    struct od_buf text;
    od_buf_init(&text, 0);
    od_job_notes_init(&notes);
    int rc = od_list_job_run(&job, &text, &notes, err);
    int status = rc == 0 ? print(&text) : complain(err);
    say_notes(&notes, o->quiet, o->verbose);
    if (status == 0 && notes.errors.len > 0) {
        status = od_code_exit(OD_EINPUT);
    }
    od_job_notes_release(&notes);
    od_buf_release(&text);
    return status;
}

static int run_select(void *options, const struct od_strings *paths, struct od_err *err)
{
    const struct od_data_select *o = options;
    struct od_select_job job = {
        .dataset = {.paths = (const char *const *)paths->items,
                    .path_count = paths->count,
                    .annotations = o->annotations,
                    .images = o->images},
        .list = o->list,
        .allow_missing = o->allow_missing,
        .bytes = o->bytes,
        .objects = o->objects,
        .pixels = o->pixels,
        .random = (size_t)o->random,
        .seed = o->seed,
        .first = (size_t)o->first,
        .output = o->output,
        .replaces = o->force,
        .bare_names = o->names,
    };
    struct od_job_notes notes;
    struct od_buf text;
    od_buf_init(&text, 0);
    od_job_notes_init(&notes);
    int status = 0;
    int rc = od_select_job_run(&job, &text, &notes, err);
    if (rc == 0 && strcmp(o->output, "-") == 0) {
        status = print(&text);
    } else if (rc == 0) {
        rc = od_file_write(o->output, text.data, text.len, err);
    }
    say_notes(&notes, o->quiet, o->verbose);
    od_job_notes_release(&notes);
    od_buf_release(&text);
    return rc != 0 ? complain(err) : status;
}

static void show_progress(size_t done, size_t total, void *arg)
{
    (void)arg;
    (void)fprintf(stderr, "\r%zu of %zu images%s", done, total,
                  done == total ? "\r\033[K" : "");
}

static struct od_texts texts_of(const struct od_strings *strings)
{
    return (struct od_texts){(const char *const *)strings->items, strings->count};
}

static int run_make(void *options, const struct od_strings *paths, struct od_err *err)
{
    const struct od_data_make *o = options;
    struct od_design_job job = {.seed = o->seed,
                                .quality = (int)o->quality,
                                .count = (size_t)o->count,
                                .sides = o->sides,
                                .objects = texts_of(&o->objects),
                                .bytes = texts_of(&o->bytes),
                                .sizes = texts_of(&o->sizes),
                                .replicates = (int)o->per_cell};
    struct od_design design = {0};
    struct od_makeset_result made;
    int rc = 0;
    (void)paths;
    if (o->output == NULL) {
        rc =
            od_fail(err, OD_EINPUT, "option --output: the folder to write must be given");
    }
    if (rc == 0) {
        rc = od_design_job_run(&job, &design, err);
    }
    if (rc == 0) {
        struct od_makeset_spec spec = {
            .folder = o->output,
            .design = &design,
            .force = o->force,
            .allow_off_target = o->allow_off_target,
            .progress = !o->quiet && isatty(STDERR_FILENO) != 0 ? show_progress : NULL,
        };
        rc = od_makeset(&spec, &made, err);
    }
    od_design_release(&design);
    if (rc != 0) {
        return complain(err);
    }
    if (made.off_target > 0 && !o->quiet) {
        (void)fprintf(stderr,
                      "odbench-data: warning: %zu of %zu files missed their size: see "
                      "%s/design.csv\n",
                      made.off_target, made.images, o->output);
    }
    if (!o->quiet) {
        (void)fprintf(stderr, "odbench-data: %s: %zu images, %zu objects, %lld bytes\n",
                      o->output, made.images, made.objects, (long long)made.bytes);
    }
    return 0;
}

/* A command: its options, and what it does with them. */
struct command {
    const struct od_program *program;
    int (*run)(void *options, const struct od_strings *paths, struct od_err *err);
    bool wants_paths;
};

static int run_command(const struct command *command, int argc, char **argv)
{
    union {
        struct od_data_list list;
        struct od_data_select select;
        struct od_data_make make;
    } options;
    struct od_opt_result parsed;
    struct od_err err = {0};
    int status;
    memset(&options, 0, sizeof options);
    int rc = od_opt_parse(command->program, argc, argv, &options, &parsed, &err);
    size_t given = parsed.operands.count;
    if (rc == 0 && parsed.action == OD_OPT_RUN && command->wants_paths != (given > 0)) {
        rc = given == 0 ? od_fail(&err, OD_EINPUT, "no PATH given; try %s --help",
                                  command->program->name)
                        : od_fail(&err, OD_EINPUT, "%s: not wanted here; try %s --help",
                                  parsed.operands.items[0], command->program->name);
    }
    if (rc != 0) {
        status = complain(&err);
    } else if (parsed.action == OD_OPT_PRINT) {
        status = print(&parsed.text);
    } else {
        status = command->run(&options, &parsed.operands, &err);
    }
    od_opt_release(command->program, &options, &parsed);
    return status;
}

/* Without a command there are only --help and its like. */
static int run_nothing(void *options, const struct od_strings *paths, struct od_err *err)
{
    (void)options;
    (void)od_fail(err, OD_EINPUT,
                  "%s%sthe command is list, select or make; try "
                  "odbench-data --help",
                  paths->count > 0 ? paths->items[0] : "", paths->count > 0 ? ": " : "");
    return complain(err);
}

int main(int argc, char **argv)
{
    static const struct command commands[] = {
        {&od_data_list_program, run_list, true},
        {&od_data_select_program, run_select, true},
        {&od_data_make_program, run_make, false},
    };
    od_std_fds_guard();
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++) {
        const char *name = strchr(commands[i].program->name, ' ') + 1;
        if (strcmp(argv[1], name) == 0) {
            return run_command(&commands[i], argc - 1, argv + 1);
        }
    }
    struct command none = {&od_data_program, run_nothing, argc > 1};
    return run_command(&none, argc, argv);
}
