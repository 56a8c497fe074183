/* JPEG files of known kinds, for tests of data sets. */
#ifndef OD_TESTS_DATASET_FIXTURE_H
#define OD_TESTS_DATASET_FIXTURE_H

#include "image/image.h"
#include "scratch.h"

#include <stdint.h>
#include <sys/stat.h>

/* A JPEG of that size. Owned by the caller. */
static inline struct od_buf fixture_jpeg(int width, int height)
{
    struct od_image image;
    struct od_buf data;
    od_image_init(&image, width, height);
    for (size_t i = 0; i < od_image_bytes(&image); i++) {
        image.pixels[i] = (uint8_t)(i * 7);
    }
    od_buf_init(&data, 0);
    if (od_jpeg_encode(&image, 80, &data, NULL) != 0) {
        abort();
    }
    od_image_release(&image);
    return data;
}

static inline void fixture_write(const char *path, const void *data, size_t len)
{
    if (od_file_write(path, data, len, NULL) != 0) {
        perror(path);
        abort();
    }
}

/* Writes a JPEG of that size and returns its path. Owned by the caller. */
static inline char *fixture_image(const char *folder, const char *name, int width,
                                  int height)
{
    struct od_buf data = fixture_jpeg(width, height);
    char *path = od_path_join(folder, name);
    fixture_write(path, data.data, data.len);
    od_buf_release(&data);
    return path;
}

/* A folder in a folder. Owned by the caller. */
static inline char *fixture_folder(const char *folder, const char *name)
{
    char *path = od_path_join(folder, name);
    if (mkdir(path, 0777) != 0) {
        perror(path);
        abort();
    }
    return path;
}

#endif
