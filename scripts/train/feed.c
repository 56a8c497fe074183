/*
 * Streams drawn scenes to the training scripts: each is encoded as JPEG and decoded
 * again, so that the nets see what a server sees. Built by scripts/train/build.
 *
 *   feed SEED FIRST COUNT NET_SIDE LOW HIGH QUALITY_LOW QUALITY_HIGH [FOLDER]
 *
 * Scenes FIRST .. FIRST+COUNT-1 of the seed: sides of LOW..HIGH pixels (log-uniform, one
 * at most twice the other), 0..30 objects, any detail. With NET_SIDE 0 the pixels keep
 * their size, else they are stretched to a square of that side (bilinear). A record is,
 * in the machine's byte order: int32 width, height, quality, objects; the RGB bytes; for
 * each object float32 category, x0, y0, x1, y1 (0..1 of the image). With
 * FOLDER the JPEG files are written there too, INDEX.jpg with six digits.
 */
#include "base/rng.h"
#include "dataset/scene.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    uint64_t seed, first, count;
    int net_side, low, high, quality_low, quality_high;
    const char *folder;
};

static int within(int v, int low, int high)
{
    return v < low ? low : v > high ? high : v;
}

/* A stream of its own, behind the scene's. */
static int choose_quality(const struct options *o, uint64_t index)
{
    struct od_rng rng;
    od_rng_init(&rng, o->seed ^ UINT64_C(0x9e6), index);
    int span = o->quality_high - o->quality_low + 1;
    return o->quality_low + (int)od_rng_below(&rng, (uint64_t)span);
}

/* Half-pixel centres, borders repeated: what OpenCV calls INTER_LINEAR. */
static void stretch(const struct od_image *from, struct od_image *to)
{
    for (int y = 0; y < to->height; y++) {
        double sy = fmax((y + 0.5) * from->height / to->height - 0.5, 0);
        int y0 = within((int)sy, 0, from->height - 1);
        int y1 = within(y0 + 1, 0, from->height - 1);
        for (int x = 0; x < to->width; x++) {
            double sx = fmax((x + 0.5) * from->width / to->width - 0.5, 0);
            int x0 = within((int)sx, 0, from->width - 1);
            int x1 = within(x0 + 1, 0, from->width - 1);
            const uint8_t *a = from->pixels + (size_t)y0 * (size_t)from->width * 3;
            const uint8_t *b = from->pixels + (size_t)y1 * (size_t)from->width * 3;
            for (int c = 0; c < 3; c++) {
                double top = a[x0 * 3 + c] + (a[x1 * 3 + c] - a[x0 * 3 + c]) * (sx - x0);
                double low = b[x0 * 3 + c] + (b[x1 * 3 + c] - b[x0 * 3 + c]) * (sx - x0);
                to->pixels[(y * to->width + x) * 3 + c] =
                    (uint8_t)(top + (low - top) * (sy - y0) + 0.5);
            }
        }
    }
}

static void write_record(const struct options *o, const struct od_scene *scene,
                         const struct od_image *seen, int quality)
{
    int32_t head[4] = {seen->width, seen->height, quality, (int32_t)scene->count};
    struct od_image square = {0};
    const struct od_image *image = seen;
    if (o->net_side > 0) {
        od_image_init(&square, o->net_side, o->net_side);
        stretch(seen, &square);
        image = &square;
    }
    (void)fwrite(head, sizeof head, 1, stdout);
    (void)fwrite(image->pixels, od_image_bytes(image), 1, stdout);
    for (size_t i = 0; i < scene->count; i++) {
        const struct od_scene_object *object = &scene->objects[i];
        float box[5] = {
            (float)object->category,
            (float)(object->x / seen->width),
            (float)(object->y / seen->height),
            (float)((object->x + object->width) / seen->width),
            (float)((object->y + object->height) / seen->height),
        };
        (void)fwrite(box, sizeof box, 1, stdout);
    }
    od_image_release(&square);
}

static int keep_file(const char *folder, uint64_t index, const struct od_buf *jpeg,
                     struct od_err *err)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%06llu.jpg", folder, (unsigned long long)index);
    FILE *f = fopen(path, "wb");
    if (f == NULL) {
        return od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
    }
    bool whole = fwrite(jpeg->data, 1, jpeg->len, f) == jpeg->len;
    if (fclose(f) != 0 || !whole) {
        return od_fail(err, OD_EOUTPUT, "%s: %s", path, strerror(errno));
    }
    return 0;
}

static int feed_one(const struct options *o, uint64_t index, struct od_err *err)
{
    struct od_scene_spec spec = od_scene_random_spec(o->seed, index, o->low, o->high);
    struct od_scene scene;
    struct od_image seen = {0};
    struct od_buf jpeg;
    int quality = choose_quality(o, index);
    od_buf_init(&jpeg, 0);
    int rc = od_scene_draw(&spec, &scene, err);
    if (rc == 0) {
        rc = od_jpeg_encode(&scene.image, quality, &jpeg, err);
    }
    if (rc == 0 && o->folder != NULL) {
        rc = keep_file(o->folder, index, &jpeg, err);
    }
    if (rc == 0) {
        rc = od_jpeg_decode(jpeg.data, jpeg.len, OD_IMAGE_MAX_PIXELS, &seen, err);
    }
    if (rc == 0) {
        write_record(o, &scene, &seen, quality);
    }
    od_image_release(&seen);
    od_buf_release(&jpeg);
    od_scene_release(&scene);
    return rc;
}

int main(int argc, char **argv)
{
    if (argc != 9 && argc != 10) {
        (void)fprintf(stderr, "usage: feed SEED FIRST COUNT NET_SIDE LOW HIGH "
                              "QUALITY_LOW QUALITY_HIGH [FOLDER]\n");
        return 2;
    }
    struct options o = {
        .seed = strtoull(argv[1], NULL, 10),
        .first = strtoull(argv[2], NULL, 10),
        .count = strtoull(argv[3], NULL, 10),
        .net_side = atoi(argv[4]),
        .low = atoi(argv[5]),
        .high = atoi(argv[6]),
        .quality_low = atoi(argv[7]),
        .quality_high = atoi(argv[8]),
        .folder = argv[9], /* NULL when there are nine */
    };
    for (uint64_t i = 0; i < o.count; i++) {
        struct od_err err = {0};
        if (feed_one(&o, o.first + i, &err) != 0) {
            (void)fprintf(stderr, "feed: scene %llu: %s\n",
                          (unsigned long long)(o.first + i), err.msg);
            return 1;
        }
        if (ferror(stdout)) {
            return 0; /* the reader has enough */
        }
    }
    return 0;
}
