/* JSON text. */
#include "wire/json_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void od_json_put_string(struct od_buf *out, const char *text)
{
    static const char special[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    od_buf_putc(out, '"');
    for (const char *p = text; *p != '\0'; p++) {
        const char *found = strchr(special, *p);
        if (found != NULL) {
            od_buf_putc(out, '\\');
            od_buf_putc(out, letters[found - special]);
        } else if ((unsigned char)*p < 0x20) {
            od_buf_printf(out, "\\u%04X", (unsigned)(unsigned char)*p);
        } else {
            od_buf_putc(out, *p);
        }
    }
    od_buf_putc(out, '"');
}

void od_json_put_float(struct od_buf *out, float value)
{
    if (isnan(value)) {
        od_buf_puts(out, "NaN");
        return;
    }
    if (isinf(value)) {
        od_buf_puts(out, value > 0 ? "Infinity" : "-Infinity");
        return;
    }
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%.6g", (double)value);
    if (strtof(digits, NULL) != value) {
        (void)snprintf(digits, sizeof digits, "%.9g", (double)value);
    }
    od_buf_puts(out, digits);
    if (strpbrk(digits, ".e") == NULL) {
        od_buf_puts(out, ".0");
    }
}

static void put_many(struct od_buf *out, char c, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        od_buf_putc(out, c);
    }
}

void od_json_put_floats(struct od_buf *out, const float *values, const size_t *dims,
                        size_t rank)
{
    /* Below a dimension of 0 there is nothing: its arrays are the innermost. */
    size_t depth = 0;
    size_t count = 1;
    while (depth < rank && dims[depth] > 0) {
        count *= dims[depth++];
    }
    for (size_t i = 0; i < count; i++) {
        /* As many arrays begin and end at an element as trailing dimensions start anew.
         */
        size_t begins = 0;
        size_t ends = 0;
        size_t stride = 1;
        for (size_t k = depth; k-- > 0;) {
            stride *= dims[k];
            begins += i % stride == 0;
            ends += (i + 1) % stride == 0;
        }
        if (i > 0) {
            od_buf_puts(out, ", ");
        }
        put_many(out, '[', begins);
        if (depth < rank) {
            od_buf_puts(out, "[]");
        } else {
            od_json_put_float(out, values[i]);
        }
        put_many(out, ']', ends);
    }
}

static void line(struct od_json_writer *writer)
{
    od_buf_putc(writer->out, '\n');
    put_many(writer->out, ' ', 4 * writer->depth);
}

void od_json_item(struct od_json_writer *writer, const char *key)
{
    if (writer->count++ > 0) {
        od_buf_putc(writer->out, ',');
    }
    if (writer->depth > 0) {
        line(writer);
    }
    if (key != NULL) {
        od_json_put_string(writer->out, key);
        od_buf_puts(writer->out, ": ");
    }
}

void od_json_open(struct od_json_writer *writer, const char *key, char bracket)
{
    od_json_item(writer, key);
    od_buf_putc(writer->out, bracket);
    writer->depth++;
    writer->count = 0;
}

void od_json_close(struct od_json_writer *writer, char bracket)
{
    writer->depth--;
    if (writer->count > 0) {
        line(writer);
    }
    od_buf_putc(writer->out, bracket);
    writer->count = 1; /* the level above holds at least this container */
}

void od_json_put_member(struct od_json_writer *writer, const char *key, const char *value)
{
    od_json_item(writer, key);
    od_json_put_string(writer->out, value);
}
