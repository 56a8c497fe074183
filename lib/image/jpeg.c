/* JPEG in and out (libjpeg-turbo's jpeglib interface). */
#include "image/image.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

/* libjpeg's error handler exits by default; ours jumps back to the call, with the text
 * kept. */
struct trap {
    struct jpeg_error_mgr base; /* first: libjpeg hands us its address */
    jmp_buf back;
    char text[JMSG_LENGTH_MAX];
};

static void on_error(j_common_ptr cinfo)
{
    struct trap *trap = (struct trap *)(void *)cinfo->err;
    cinfo->err->format_message(cinfo, trap->text);
    longjmp(trap->back, 1);
}

/* Warnings are "the data are damaged": decoding goes on inside libjpeg, but we do not
 * accept it. */
static void on_message(j_common_ptr cinfo, int level)
{
    struct trap *trap = (struct trap *)(void *)cinfo->err;
    if (level < 0 && trap->base.num_warnings++ == 0) {
        cinfo->err->format_message(cinfo, trap->text);
    }
}

static void set_trap(struct trap *trap)
{
    (void)jpeg_std_error(&trap->base);
    trap->base.error_exit = on_error;
    trap->base.emit_message = on_message;
    trap->text[0] = '\0';
}

/* What the bytes are instead, NULL when that is not known. */
static const char *other_format(const unsigned char *p, size_t len)
{
    static const struct {
        const char *magic;
        size_t len;
        const char *name;
    } known[] = {
        {"\x89PNG", 4, "PNG data"},
        {"GIF8", 4, "GIF data"},
        {"RIFF", 4, "WebP or other RIFF data"},
        {"BM", 2, "BMP data"},
        {"II*", 4, "TIFF data"},
        {"<", 1, "HTML or XML text"},
        {"{", 1, "JSON text"},
        {"version https://git-lfs", 23, "a Git LFS pointer"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (len >= known[i].len && memcmp(p, known[i].magic, known[i].len) == 0) {
            return known[i].name;
        }
    }
    return NULL;
}

static int looks_like_jpeg(const void *data, size_t len, struct od_err *err)
{
    const unsigned char *p = data;
    if (len == 0) {
        return od_fail(err, OD_EINPUT, "empty file");
    }
    if (len < 3 || p[0] != 0xFF || p[1] != 0xD8 || p[2] != 0xFF) {
        const char *other = other_format(p, len);
        return od_fail(err, OD_EINPUT, "not a JPEG file%s%s", other != NULL ? ": " : "",
                       other != NULL ? other : "");
    }
    return 0;
}

static void read_info(const struct jpeg_decompress_struct *cinfo,
                      struct od_jpeg_info *out)
{
    *out = (struct od_jpeg_info){
        .width = (int)cinfo->image_width,
        .height = (int)cinfo->image_height,
        .components = cinfo->num_components,
        .progressive = cinfo->progressive_mode != 0,
    };
}

int od_jpeg_probe(const void *data, size_t len, struct od_jpeg_info *out,
                  struct od_err *err)
{
    if (looks_like_jpeg(data, len, err) != 0) {
        return -1;
    }
    struct jpeg_decompress_struct cinfo;
    struct trap trap;
    set_trap(&trap);
    cinfo.err = &trap.base;
    if (setjmp(trap.back) != 0) {
        jpeg_destroy_decompress(&cinfo);
        return od_fail(err, OD_EINPUT, "damaged JPEG header: %s", trap.text);
    }
    jpeg_create_decompress(&cinfo);
    jpeg_mem_src(&cinfo, data, len);
    (void)jpeg_read_header(&cinfo, TRUE);
    read_info(&cinfo, out);
    jpeg_destroy_decompress(&cinfo);
    return 0;
}

#define TEXT_OF(x)      #x
#define VERSION_TEXT(x) TEXT_OF(x)

const char *od_jpeg_version(void)
{
#ifdef LIBJPEG_TURBO_VERSION
    return "libjpeg-turbo " VERSION_TEXT(LIBJPEG_TURBO_VERSION);
#else
    return "libjpeg " VERSION_TEXT(JPEG_LIB_VERSION);
#endif
}

static int mul255(int a, int b)
{
    int t = a * b + 128;
    return (t + (t >> 8)) >> 8;
}

/* Adobe writes CMYK inverted, which is how libjpeg hands it over; others write it plain.
 */
static void cmyk_row(const uint8_t *from, uint8_t *to, int width, bool inverted)
{
    for (int x = 0; x < width; x++) {
        int k = inverted ? from[4 * x + 3] : 255 - from[4 * x + 3];
        for (int c = 0; c < 3; c++) {
            int v = inverted ? from[4 * x + c] : 255 - from[4 * x + c];
            to[3 * x + c] = (uint8_t)mul255(v, k);
        }
    }
}

/* What one decode needs; kept outside the frame that setjmp protects. */
struct decode {
    struct jpeg_decompress_struct cinfo;
    struct trap trap;
    struct od_image image;
    uint8_t *row;
    int64_t max_pixels;
    bool too_large;
};

static void run_decode(struct decode *d)
{
    struct jpeg_decompress_struct *cinfo = &d->cinfo;
    if ((int64_t)cinfo->image_width * cinfo->image_height > d->max_pixels) {
        d->too_large = true;
        return;
    }
    bool cmyk =
        cinfo->jpeg_color_space == JCS_CMYK || cinfo->jpeg_color_space == JCS_YCCK;
    cinfo->out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    (void)jpeg_start_decompress(cinfo);
    int width = (int)cinfo->output_width;
    od_image_init(&d->image, width, (int)cinfo->output_height);
    if (cmyk) {
        d->row = od_xmalloc((size_t)width * 4);
    }
    while (cinfo->output_scanline < cinfo->output_height &&
           d->trap.base.num_warnings == 0) {
        uint8_t *to =
            d->image.pixels + (size_t)cinfo->output_scanline * (size_t)width * 3;
        JSAMPROW rows[1] = {cmyk ? d->row : to};
        (void)jpeg_read_scanlines(cinfo, rows, 1);
        if (cmyk) {
            cmyk_row(d->row, to, width, cinfo->saw_Adobe_marker != 0);
        }
    }
    if (d->trap.base.num_warnings == 0) {
        (void)jpeg_finish_decompress(cinfo);
    }
}

int od_jpeg_decode(const void *data, size_t len, int64_t max_pixels, struct od_image *out,
                   struct od_err *err)
{
    *out = (struct od_image){0};
    if (looks_like_jpeg(data, len, err) != 0) {
        return -1;
    }
    struct decode *d = od_xcalloc(1, sizeof *d);
    d->max_pixels = max_pixels;
    set_trap(&d->trap);
    d->cinfo.err = &d->trap.base;
    bool failed = true;
    if (setjmp(d->trap.back) == 0) {
        jpeg_create_decompress(&d->cinfo);
        jpeg_mem_src(&d->cinfo, data, len);
        (void)jpeg_read_header(&d->cinfo, TRUE);
        run_decode(d);
        failed = d->trap.base.num_warnings > 0;
    }
    int rc = 0;
    if (d->too_large) {
        rc = od_fail(err, OD_ELIMIT, "%u x %u pixels: more than the limit of %lld pixels",
                     d->cinfo.image_width, d->cinfo.image_height, (long long)max_pixels);
    } else if (failed || d->trap.base.num_warnings > 0) {
        rc = od_fail(err, OD_EINPUT, "damaged JPEG: %s", d->trap.text);
    }
    if (rc == 0) {
        *out = d->image;
    } else {
        od_image_release(&d->image);
    }
    jpeg_destroy_decompress(&d->cinfo);
    free(d->row);
    free(d);
    return rc;
}

int od_jpeg_encode(const struct od_image *image, int quality, struct od_buf *out,
                   struct od_err *err)
{
    struct encode {
        struct jpeg_compress_struct cinfo;
        struct trap trap;
        unsigned char *data;
        unsigned long len;
    } *e = od_xcalloc(1, sizeof *e);
    int rc = 0;
    set_trap(&e->trap);
    e->cinfo.err = &e->trap.base;
    if (setjmp(e->trap.back) != 0) {
        rc = od_fail(err, OD_EINPUT, "cannot encode as JPEG: %s", e->trap.text);
    } else {
        jpeg_create_compress(&e->cinfo);
        jpeg_mem_dest(&e->cinfo, &e->data, &e->len);
        e->cinfo.image_width = (JDIMENSION)image->width;
        e->cinfo.image_height = (JDIMENSION)image->height;
        e->cinfo.input_components = 3;
        e->cinfo.in_color_space = JCS_RGB;
        jpeg_set_defaults(&e->cinfo);
        jpeg_set_quality(&e->cinfo, quality, TRUE);
        jpeg_start_compress(&e->cinfo, TRUE);
        while (e->cinfo.next_scanline < e->cinfo.image_height) {
            JSAMPROW rows[1] = {image->pixels + (size_t)e->cinfo.next_scanline *
                                                    (size_t)image->width * 3};
            (void)jpeg_write_scanlines(&e->cinfo, rows, 1);
        }
        jpeg_finish_compress(&e->cinfo);
        od_buf_add(out, e->data, e->len);
        rc = od_buf_check(out, "JPEG", err);
    }
    jpeg_destroy_compress(&e->cinfo);
    free(e->data);
    free(e);
    return rc;
}
