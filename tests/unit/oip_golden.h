/* Reads tests/wire/oip.golden: lines of a name and bytes in hex. */
#ifndef OD_TESTS_OIP_GOLDEN_H
#define OD_TESTS_OIP_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The bytes of a name in tests/wire/oip.golden. */
struct golden {
    unsigned char bytes[2048];
    size_t len;
};

static inline void golden_read(const char *name, struct golden *out)
{
    static char line[8192];
    FILE *file = fopen("tests/wire/oip.golden", "r");
    bool found = false;
    assert_non_null(file);
    *out = (struct golden){.len = 0};
    while (!found && fgets(line, sizeof line, file) != NULL) {
        size_t len = strlen(name);
        if (strncmp(line, name, len) != 0 || line[len] != ':') {
            continue;
        }
        found = true;
        for (const char *p = line + len + 2; p[0] != '\0' && p[0] != '\n'; p += 2) {
            unsigned value = 0;
            assert_int_equal(sscanf(p, "%2x", &value), 1);
            assert_true(out->len < sizeof out->bytes - 1);
            out->bytes[out->len++] = (unsigned char)value;
        }
    }
    (void)fclose(file);
    assert_true(found);
}

#endif
