/* Forms with files: written as clients do, read as servers must. */
#include "wire/multipart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void written(void **state)
{
    (void)state;
    struct od_buf out;
    od_buf_init(&out, 0);
    od_multipart_begin(&out, "B", &(struct od_part_head){"k", "", ""}, true);
    od_buf_puts(&out, "v");
    od_multipart_begin(&out, "B", &(struct od_part_head){"f", "a\"b.jpg", "image/jpeg"},
                       false);
    od_buf_puts(&out, "JPEG");
    od_multipart_end(&out, "B");
    assert_string_equal(out.data,
                        "--B\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\nv\r\n"
                        "--B\r\nContent-Disposition: form-data; name=\"f\"; "
                        "filename=\"a%22b.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"
                        "JPEG\r\n--B--\r\n");
    od_buf_release(&out);
}

/* Any bytes come back, those of the boundary included. */
static void there_and_back(void **state)
{
    (void)state;
    char boundary[OD_BOUNDARY_MAX + 1];
    char second[OD_BOUNDARY_MAX + 1];
    char data[600] = "";
    for (size_t len = 0; len < sizeof data; len += 37) {
        for (size_t i = 0; i < len; i++) {
            data[i] = (char)(i * i + len);
        }
        od_multipart_boundary(data, len, boundary);
        if (len > 500) {
            /* A file that holds the boundary that it would get. */
            memcpy(data + 400, boundary, strlen(boundary));
            od_multipart_boundary(data, len, second);
            assert_string_not_equal(boundary, second);
            memcpy(boundary, second, sizeof boundary);
        }
        char type[200];
        (void)snprintf(type, sizeof type,
                       "multipart/form-data; charset=x; boundary=\"%s\"", boundary);
        struct od_buf out;
        struct od_multipart form;
        struct od_part part;
        struct od_err err = {0};
        od_buf_init(&out, 0);
        od_multipart_begin(&out, boundary, &(struct od_part_head){"f", "a.jpg", "x/y"},
                           true);
        od_buf_add(&out, data, len);
        od_multipart_end(&out, boundary);
        assert_int_equal(od_multipart_init(&form, type, out.data, out.len, &err), 0);
        assert_int_equal(od_multipart_next(&form, &part, &err), 1);
        assert_string_equal(part.name, "f");
        assert_string_equal(part.filename, "a.jpg");
        assert_string_equal(part.type, "x/y");
        assert_int_equal(part.len, len);
        assert_memory_equal(part.data, data, len);
        assert_int_equal(od_multipart_next(&form, &part, &err), 0);
        assert_int_equal(od_multipart_next(&form, &part, &err), 0);
        od_buf_release(&out);
    }
}

#define TYPE "multipart/form-data; boundary=B"

static void read_anyhow(void **state)
{
    (void)state;
    static const char body[] =
        "preamble\r\n--B  \r\ncontent-type: text/plain\r\n"
        "CONTENT-DISPOSITION: form-data; filename=\"x\\\"y\"; name=a\r\nX: y\r\n\r\n"
        "\r\n-B\r\n--B\r\nno colon\r\n\r\n2\r\n--B--epilogue";
    struct od_multipart form;
    struct od_part part;
    struct od_err err = {0};
    assert_int_equal(od_multipart_init(&form, "Multipart/Form-Data;boundary=B", body,
                                       sizeof body - 1, &err),
                     0);
    assert_int_equal(od_multipart_next(&form, &part, &err), 1);
    assert_string_equal(part.name, "a");
    assert_string_equal(part.filename, "x\"y");
    assert_string_equal(part.type, "text/plain");
    assert_int_equal(part.len, 4);
    assert_memory_equal(part.data, "\r\n-B", 4);
    assert_int_equal(od_multipart_next(&form, &part, &err), 1);
    assert_string_equal(part.name, "");
    assert_int_equal(part.len, 1);
    assert_int_equal(od_multipart_next(&form, &part, &err), 0);
    assert_int_equal(err.code, OD_OK);
}

static void empty_parts(void **state)
{
    (void)state;
    static const char body[] = "--B\r\n\r\n\r\n--B\r\nA: b\r\n\r\n--B--";
    struct od_multipart form;
    struct od_part part;
    struct od_err err = {0};
    assert_int_equal(od_multipart_init(&form, TYPE, body, sizeof body - 1, &err), 0);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(od_multipart_next(&form, &part, &err), 1);
        assert_int_equal(part.len, 0);
        assert_string_equal(part.name, "");
    }
    assert_int_equal(od_multipart_next(&form, &part, &err), 0);
}

static void wrong(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        const char *body;
        const char *message;
    } cases[] = {
        {NULL, "", "the body is no multipart/form-data but ''"},
        {"image/jpeg", "", "the body is no multipart/form-data but 'image/jpeg'"},
        {"multipart/form-data", "", "Content-Type of the form has no boundary"},
        {"multipart/form-data; boundary=", "",
         "Content-Type of the form has no boundary"},
        {"multipart/form-data; boundary=\"", "",
         "Content-Type of the form has no boundary"},
        {TYPE, "", "the form does not hold its boundary"},
        {TYPE, "--C\r\n", "the form does not hold its boundary"},
        {TYPE, "--B", "the form breaks off behind a boundary"},
        {TYPE, "--Bx\r\n\r\n", "the form breaks off behind a boundary"},
        {TYPE, "--B\r\nA: b", "a part of the form has no end"},
        {TYPE, "--B\r\nA: b\r\n\r\nx\r\n--", "a part of the form has no end"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_multipart form;
        struct od_part part;
        struct od_err err = {0};
        int rc = od_multipart_init(&form, cases[i].type, cases[i].body,
                                   strlen(cases[i].body), &err);
        rc = rc == 0 ? od_multipart_next(&form, &part, &err) : rc;
        assert_int_equal(rc, -1);
        assert_int_equal(err.code, OD_EINPUT);
        assert_string_equal(err.msg, cases[i].message);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written),     cmocka_unit_test(there_and_back),
        cmocka_unit_test(read_anyhow), cmocka_unit_test(empty_parts),
        cmocka_unit_test(wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
