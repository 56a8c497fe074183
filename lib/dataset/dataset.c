/* Images with what is known of them. */
#include "dataset/dataset.h"

#include "base/alloc.h"
#include "base/file.h"
#include "dataset/coco.h"
#include "dataset/collect.h"
#include "dataset/sha256.h"
#include "image/image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where a header usually ends; what does not fit is read whole. */
enum { HEADER_BYTES = 65536 };

/* A file with a longer header than this is no photograph. */
static const size_t MAX_FILE_BYTES = (size_t)1 << 30;

struct od_dataset {
    struct od_files files; /* the samples' strings live here */
    struct od_coco coco;
    char *annotations;
    struct od_sample *samples;
    size_t count;
    char **bad;
    size_t bad_count;
    size_t bad_capacity;
    struct od_dataset_warnings warnings;
};

/* Reads up to HEADER_BYTES from the start of a file, and its size. */
static int read_head(const char *path, char *head, size_t *len, int64_t *file_bytes,
                     struct od_err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        int why = errno;
        if (fd >= 0) {
            (void)close(fd);
        }
        return od_fail(err, why == ENOENT ? OD_ENOENT : OD_ESYS, "%s: %s", path,
                       strerror(why));
    }
    ssize_t n = 1;
    *len = 0;
    while (*len < HEADER_BYTES && n != 0) {
        n = read(fd, head + *len, HEADER_BYTES - *len);
        if (n < 0 && errno != EINTR) {
            break;
        }
        *len += n > 0 ? (size_t)n : 0;
    }
    int why = errno;
    (void)close(fd);
    *file_bytes = st.st_size;
    return n < 0 ? od_fail(err, OD_ESYS, "%s: %s", path, strerror(why)) : 0;
}

static int probe_whole(const char *path, struct od_jpeg_info *info, struct od_err *err)
{
    struct od_buf data;
    od_buf_init(&data, MAX_FILE_BYTES);
    int rc = od_file_read(path, &data, err);
    if (rc == 0 && od_jpeg_probe(data.data, data.len, info, err) != 0) {
        od_err_context(err, "%s", path);
        rc = -1;
    }
    od_buf_release(&data);
    return rc;
}

static int probe(const char *path, struct od_sample *out, struct od_err *err)
{
    char *head = od_xmalloc(HEADER_BYTES);
    struct od_jpeg_info info = {0};
    struct od_err first = {0};
    size_t len = 0;
    int rc = read_head(path, head, &len, &out->file_bytes, err);
    if (rc == 0 && od_jpeg_probe(head, len, &info, &first) != 0) {
        if (out->file_bytes > (int64_t)len) {
            /* Thumbnails and colour profiles may push the frame header far back. */
            rc = probe_whole(path, &info, err);
        } else {
            rc = od_fail(err, first.code, "%s: %s", path, first.msg);
        }
    }
    if (rc == 0) {
        out->width = info.width;
        out->height = info.height;
        out->components = info.components;
        out->progressive = info.progressive;
    }
    free(head);
    return rc;
}

static int verify(const struct od_file *file, struct od_err *err)
{
    char sha256[OD_SHA256_SIZE];
    if (file->sha256[0] == '\0') {
        return 0;
    }
    if (od_sha256_file(file->path, sha256, err) != 0) {
        return -1;
    }
    if (strcmp(sha256, file->sha256) != 0) {
        return od_fail(
            err, OD_EINPUT,
            "%s: not the file of the manifest: its SHA-256 begins %.16s, not %.16s",
            file->path, sha256, file->sha256);
    }
    return 0;
}

/* Whether the whole file can be decoded. */
static int decode(const struct od_sample *sample, struct od_err *err)
{
    struct od_image image = {0};
    struct od_buf data;
    od_buf_init(&data, MAX_FILE_BYTES);
    int rc = od_sample_read(sample, &data, err);
    if (rc == 0 &&
        od_jpeg_decode(data.data, data.len, OD_IMAGE_MAX_PIXELS, &image, err) != 0) {
        od_err_context(err, "%s", sample->path);
        rc = -1;
    }
    od_image_release(&image);
    od_buf_release(&data);
    return rc;
}

/* The last run of digits in the name before its suffix; 0 when there is none. */
static int64_t digits_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *end = dot != NULL ? dot : name + strlen(name);
    while (end > name && (end[-1] < '0' || end[-1] > '9')) {
        end--;
    }
    const char *begin = end;
    while (begin > name && begin[-1] >= '0' && begin[-1] <= '9' && end - begin < 18) {
        begin--;
    }
    int64_t value = 0;
    for (; begin < end; begin++) {
        value = value * 10 + (*begin - '0');
    }
    return value;
}

static void annotate(struct od_dataset *dataset, struct od_sample *sample)
{
    const struct od_coco *coco = &dataset->coco;
    const struct od_coco_image *image = od_coco_find(coco, sample->path);
    if (image == NULL) {
        dataset->warnings.images_unannotated++;
        return;
    }
    sample->image_id = image->id;
    sample->object_count = (int64_t)image->count;
    sample->objects = coco->objects + image->first;
    if ((image->width > 0 && image->width != sample->width) ||
        (image->height > 0 && image->height != sample->height)) {
        dataset->warnings.images_size_differs++;
    }
}

static int add_sample(struct od_dataset *dataset, const struct od_file *file,
                      bool decodes, struct od_err *err)
{
    struct od_sample sample = {
        .file_name = od_path_base(file->path),
        .path = file->path,
        .object_count = -1,
    };
    if (probe(file->path, &sample, err) != 0 || verify(file, err) != 0 ||
        (decodes && decode(&sample, err) != 0)) {
        return -1;
    }
    sample.image_id = digits_of(sample.file_name);
    if (sample.image_id == 0) {
        sample.image_id = (int64_t)dataset->count + 1;
    }
    if (dataset->annotations != NULL) {
        annotate(dataset, &sample);
    }
    dataset->samples[dataset->count++] = sample;
    return 0;
}

static void add_bad(struct od_dataset *dataset, const char *why)
{
    dataset->bad = od_xgrow(dataset->bad, dataset->bad_count, &dataset->bad_capacity,
                            sizeof *dataset->bad);
    char *line = od_xstrdup(why);
    for (char *p = line; *p != '\0'; p++) {
        *p = *p == '\n' || *p == '\r' ? '?' : *p;
    }
    dataset->bad[dataset->bad_count++] = line;
}

static int add_samples(struct od_dataset *dataset, const struct od_dataset_spec *spec,
                       struct od_err *err)
{
    size_t count = dataset->files.count;
    if (spec->limit > 0 && spec->limit < count) {
        count = spec->limit;
    }
    dataset->samples = od_xcalloc(count + 1, sizeof *dataset->samples);
    for (size_t i = 0; i < count; i++) {
        struct od_err why = {0};
        if (add_sample(dataset, &dataset->files.items[i], spec->decode, &why) == 0) {
            continue;
        }
        if (!spec->skip_bad) {
            return od_fail(err, why.code, "%s", why.msg);
        }
        add_bad(dataset, why.msg);
    }
    return 0;
}

int od_dataset_open(const struct od_dataset_spec *spec, struct od_dataset **out,
                    struct od_err *err)
{
    struct od_dataset *dataset = od_xcalloc(1, sizeof *dataset);
    int rc = 0;
    *out = NULL;
    for (size_t i = 0; i < spec->path_count && rc == 0; i++) {
        rc = od_files_add(&dataset->files, spec->paths[i], spec->images, err);
    }
    const char *annotations =
        spec->annotations != NULL ? spec->annotations : dataset->files.annotations;
    if (rc == 0 && annotations != NULL) {
        dataset->annotations = od_xstrdup(annotations);
        rc = od_coco_load(annotations, &dataset->coco, err);
        dataset->warnings.annotations_missing_image = dataset->coco.annotations_stray;
    }
    if (rc == 0) {
        rc = add_samples(dataset, spec, err);
    }
    if (rc != 0) {
        od_dataset_close(dataset);
        return -1;
    }
    *out = dataset;
    return 0;
}

void od_dataset_close(struct od_dataset *dataset)
{
    if (dataset == NULL) {
        return;
    }
    for (size_t i = 0; i < dataset->bad_count; i++) {
        free(dataset->bad[i]);
    }
    free(dataset->bad);
    free(dataset->samples);
    free(dataset->annotations);
    od_coco_release(&dataset->coco);
    od_files_release(&dataset->files);
    free(dataset);
}

size_t od_dataset_count(const struct od_dataset *dataset)
{
    return dataset->count;
}

const struct od_sample *od_dataset_at(const struct od_dataset *dataset, size_t i)
{
    return &dataset->samples[i];
}

const char *od_dataset_annotations(const struct od_dataset *dataset)
{
    return dataset->annotations;
}

const char *od_dataset_category(const struct od_dataset *dataset, int category)
{
    return od_coco_category(&dataset->coco, category);
}

const char *od_dataset_bad(const struct od_dataset *dataset, size_t i)
{
    return i < dataset->bad_count ? dataset->bad[i] : NULL;
}

int od_dataset_digest(const struct od_dataset *dataset, char *out, struct od_err *err)
{
    struct od_buf text;
    int rc = 0;
    od_buf_init(&text, 0);
    for (size_t i = 0; i < dataset->count && rc == 0; i++) {
        const struct od_sample *sample = &dataset->samples[i];
        char sha256[OD_SHA256_SIZE] = "";
        rc = od_sha256_file(sample->path, sha256, err);
        od_buf_printf(&text, "%s  %s\n", sha256, sample->file_name);
    }
    if (rc == 0) {
        od_sha256_bytes(text.data, text.len, out);
    }
    od_buf_release(&text);
    return rc;
}

void od_dataset_get_warnings(const struct od_dataset *dataset,
                             struct od_dataset_warnings *out)
{
    *out = dataset->warnings;
}

int od_sample_read(const struct od_sample *sample, struct od_buf *out, struct od_err *err)
{
    od_buf_reset(out);
    return od_file_read(sample->path, out, err);
}
