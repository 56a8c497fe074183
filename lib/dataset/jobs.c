/* From the texts of a command line to a listing, a selection or a design. */
#include "dataset/jobs.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"
#include "dataset/listing.h"
#include "dataset/selection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void od_job_notes_init(struct od_job_notes *notes)
{
    od_buf_init(&notes->errors, 0);
    od_buf_init(&notes->warnings, 0);
    od_buf_init(&notes->totals, 0);
}

void od_job_notes_release(struct od_job_notes *notes)
{
    od_buf_release(&notes->errors);
    od_buf_release(&notes->warnings);
    od_buf_release(&notes->totals);
}

static void note_warnings(const struct od_dataset *dataset, struct od_job_notes *notes)
{
    struct od_dataset_warnings warnings;
    od_dataset_get_warnings(dataset, &warnings);
    od_listing_warnings(&warnings, &notes->warnings);
}

/* The place of text among count names, which is the value of an enum. */
static int find_name(const char *text, const char *const *names, size_t count,
                     size_t *out, struct od_err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = i;
            return 0;
        }
    }
    return od_fail(err, OD_EINPUT, "'%s' is not known", text);
}

int od_list_job_run(const struct od_list_job *job, struct od_buf *out,
                    struct od_job_notes *notes, struct od_err *err)
{
    static const char *const formats[] = {
        [OD_LISTING_TEXT] = "text", [OD_LISTING_CSV] = "csv", [OD_LISTING_JSON] = "json"};
    static const char *const orders[] = {
        [OD_ORDER_GIVEN] = "given",   [OD_ORDER_NAME] = "name",
        [OD_ORDER_ID] = "id",         [OD_ORDER_BYTES] = "bytes",
        [OD_ORDER_PIXELS] = "pixels", [OD_ORDER_OBJECTS] = "objects"};
    size_t format = 0;
    size_t order = 0;
    struct od_dataset *dataset = NULL;
    struct od_picks picks;
    if (find_name(job->format, formats, sizeof formats / sizeof *formats, &format, err) !=
            0 ||
        find_name(job->order, orders, sizeof orders / sizeof *orders, &order, err) != 0 ||
        od_dataset_open(&job->dataset, &dataset, err) != 0) {
        return -1;
    }
    for (size_t i = 0; od_dataset_bad(dataset, i) != NULL; i++) {
        od_buf_printf(&notes->errors, "%s\n", od_dataset_bad(dataset, i));
    }
    note_warnings(dataset, notes);
    od_picks_all(dataset, &picks);
    od_picks_sort(dataset, (enum od_order)order, job->reverse, &picks);
    od_listing_render(dataset, &picks, (enum od_listing_format)format, job->details, out);
    od_listing_totals(dataset, &picks, &notes->totals);
    od_picks_release(&picks);
    od_dataset_close(dataset);
    return 0;
}

static int parse_range(const char *text, const char *option, bool bytes,
                       struct od_range *out, struct od_err *err)
{
    if (text == NULL || od_range_parse(text, bytes, out, err) == 0) {
        return 0;
    }
    od_err_context(err, "option --%s", option);
    return -1;
}

static void note_counts(const struct od_select_job *job, size_t picked, size_t missing,
                        struct od_buf *out)
{
    size_t wanted = job->first > 0 ? job->first : job->random;
    if (missing > 0) {
        od_buf_printf(out, "%s: %zu listed images are not there\n", job->list, missing);
    }
    if (picked < wanted) {
        od_buf_printf(out, "%zu images were asked for, only %zu fit\n", wanted, picked);
    }
}

static int select_from(const struct od_dataset *dataset, const struct od_select_job *job,
                       const struct od_selection *selection, struct od_job_notes *notes,
                       struct od_manifest *out, struct od_err *err)
{
    struct od_picks picks = {0};
    size_t missing = 0;
    size_t folder_len = (size_t)(od_path_base(job->output) - job->output);
    char *folder = od_xstrndup(job->output, folder_len);
    struct od_manifest_spec spec = {.folder = folder, .bare_names = job->bare_names};
    note_warnings(dataset, notes);
    int rc = od_select(dataset, selection, &picks, &missing, err);
    if (rc == 0) {
        note_counts(job, picks.count, missing, &notes->warnings);
        od_listing_totals(dataset, &picks, &notes->totals);
        rc = od_picks_manifest(dataset, &picks, &spec, out, err);
    }
    od_picks_release(&picks);
    free(folder);
    return rc;
}

static int check_output(const struct od_select_job *job, struct od_err *err)
{
    struct stat st;
    if (!job->replaces && stat(job->output, &st) == 0 && S_ISREG(st.st_mode)) {
        return od_fail(err, OD_EOUTPUT, "%s: exists (--force replaces it)", job->output);
    }
    return 0;
}

int od_select_job_run(const struct od_select_job *job, struct od_buf *out,
                      struct od_job_notes *notes, struct od_err *err)
{
    struct od_selection selection = {.list_name = job->list,
                                     .allow_missing = job->allow_missing,
                                     .bytes = OD_RANGE_ALL,
                                     .objects = OD_RANGE_ALL,
                                     .pixels = OD_RANGE_ALL,
                                     .random = job->random,
                                     .seed = job->seed,
                                     .first = job->first};
    struct od_manifest list = {0};
    struct od_manifest manifest = {0};
    struct od_dataset *dataset = NULL;
    int rc = -1;
    if (check_output(job, err) != 0 ||
        parse_range(job->bytes, "bytes", true, &selection.bytes, err) != 0 ||
        parse_range(job->objects, "objects", false, &selection.objects, err) != 0 ||
        parse_range(job->pixels, "pixels", true, &selection.pixels, err) != 0) {
        goto out;
    }
    if (job->list != NULL) {
        if (od_manifest_load(job->list, &list, err) != 0) {
            goto out;
        }
        selection.list = &list;
    }
    if (od_dataset_open(&job->dataset, &dataset, err) != 0) {
        goto out;
    }
    rc = select_from(dataset, job, &selection, notes, &manifest, err);
    if (rc == 0) {
        rc = od_manifest_render(&manifest, out, err);
    }
out:
    od_manifest_release(&manifest);
    od_dataset_close(dataset);
    od_manifest_release(&list);
    return rc;
}
