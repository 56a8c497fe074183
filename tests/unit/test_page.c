/* The page that holds everything. */
#include "report/page.h"

#include "base/alloc.h"
#include "table/render.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char svg[] =
    "<?xml version=\"1.0\"?>\n<svg id=\"a\">100% \xC2\xB5s & '#'</svg>";

static void make_table(struct od_table *table)
{
    *table = (struct od_table){.name = "a\"b", .unit = "ms", .digits = 1};
    table->title = od_xstrdup("<script>alert(1)</script>");
    od_table_add_column(table, NULL, "model")->merge = true;
    od_table_add_column(table, "group & co", "p50")->numeric = true;
    od_table_add_column(table, "group & co", "n")->numeric = true;
    for (int i = 0; i < 2; i++) {
        struct od_cell *cells = od_table_add_row(table, OD_ROW_DATA);
        struct od_mean mean = {i == 0 ? 1500000 : 100000, 1, false};
        od_cell_set_text(&cells[0], "x<y\n");
        od_cell_set_mean(&cells[1], &mean);
        cells[1].doubts = i == 0 ? 1 : 0;
    }
    od_cell_set_count(&od_table_add_row(table, OD_ROW_AVERAGE)[2], 7);
    od_table_note(table, od_xstrdup("a note > 1"));
}

static struct od_buf page_of(const struct od_table *table)
{
    struct od_page_figure figure = {"figure-8", "Latency 'here'", svg};
    struct od_page page = {.title = "Title & more",
                           .summary = "one <b>",
                           .tables = table,
                           .table_count = 1,
                           .figures = &figure,
                           .figure_count = 1,
                           .provenance = "odbench \"x\""};
    struct od_buf out;
    od_buf_init(&out, 0);
    od_page_put(&page, &out);
    return out;
}

static size_t times(const struct od_buf *page, const char *text)
{
    size_t count = 0;
    for (const char *at = page->data; (at = strstr(at, text)) != NULL; at++) {
        count++;
    }
    return count;
}

static void texts_stay_texts(void **state)
{
    (void)state;
    struct od_table table;
    make_table(&table);
    struct od_buf page = page_of(&table);
    assert_int_equal(times(&page, "<script>"), 1); /* our own */
    assert_int_equal(times(&page, "&lt;script&gt;alert(1)&lt;/script&gt;"), 1);
    assert_int_equal(times(&page, "<title>Title &amp; more</title>"), 1);
    assert_int_equal(times(&page, "one &lt;b&gt;"), 1);
    assert_int_equal(times(&page, "<section id=\"a&quot;b\">"), 1);
    assert_int_equal(times(&page, "<a href=\"#a&quot;b\">"), 1);
    assert_int_equal(times(&page, "a note &gt; 1"), 1);
    assert_int_equal(times(&page, "odbench &quot;x&quot;</footer>"), 1);
    assert_int_equal(times(&page, "colspan=\"2\" scope=\"colgroup\">group &amp; co"), 1);
    od_buf_release(&page);
    od_table_release(&table);
}

static void cells_say_what_they_are(void **state)
{
    (void)state;
    struct od_table table;
    make_table(&table);
    struct od_buf page = page_of(&table);
    assert_int_equal(times(&page, "<td>x&lt;y?</td>"), 1);
    assert_int_equal(times(&page, "<td class=\"again\">x&lt;y?</td>"), 1);
    assert_int_equal(times(&page, ">1.5<span class=\"mark\"> [a]</span></td>"), 1);
    assert_int_equal(times(&page, ">0.1</td>"), 1);
    assert_int_equal(times(&page, "<tr class=\"average\">"), 1);
    assert_int_equal(times(&page, "<tr"), 2 + 3);
    assert_int_equal(times(&page, "</tr>"), 2 + 3);
    od_buf_release(&page);
    od_table_release(&table);
}

static void nothing_comes_from_elsewhere(void **state)
{
    (void)state;
    struct od_table table;
    make_table(&table);
    struct od_buf page = page_of(&table);
    assert_int_equal(times(&page, "http"), 0);
    assert_int_equal(times(&page, "url("), 0);
    assert_int_equal(times(&page, "@import"), 0);
    assert_int_equal(times(&page, " src="), 1);
    struct od_buf again = page_of(&table);
    assert_int_equal(page.len, again.len);
    assert_memory_equal(page.data, again.data, page.len);
    od_buf_release(&again);
    od_buf_release(&page);
    od_table_release(&table);
}

/* The picture comes out of its data URL as it went in. */
static void pictures_are_whole(void **state)
{
    (void)state;
    struct od_table table;
    make_table(&table);
    struct od_buf page = page_of(&table);
    const char prefix[] = "src=\"data:image/svg+xml,";
    const char *at = strstr(page.data, prefix);
    assert_non_null(at);
    at += sizeof prefix - 1;
    for (size_t i = 0; svg[i] != '\0'; i++) {
        unsigned value = (unsigned char)*at;
        if (*at == '%') {
            assert_int_equal(sscanf(at + 1, "%2X", &value), 1);
            at += 2;
        }
        at++;
        assert_int_equal(value, (unsigned char)svg[i]);
    }
    assert_int_equal(*at, '"');
    od_buf_release(&page);
    od_table_release(&table);
}

/* A picture that is wider than a screen keeps its size; its section can scroll. */
static void wide_pictures_scroll(void **state)
{
    (void)state;
    static const struct {
        const char *svg;
        const char *figure;
    } cases[] = {
        {"<?xml?><svg width=\"3000\" height=\"5\"></svg>",
         "<figure class=\"wide\"><img "},
        {"<svg\n width=\"1301px\"></svg>", "<figure class=\"wide\"><img "},
        {"<svg width=\"900\"><rect width=\"3000\"/></svg>", "<figure><img "},
        {"<svg></svg>", "<figure><img "},
        {"", "<figure><img "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_page_figure figure = {"f", "c", cases[i].svg};
        struct od_page page = {
            .title = "t", .figures = &figure, .figure_count = 1, .provenance = ""};
        struct od_buf out;
        od_buf_init(&out, 0);
        od_page_put(&page, &out);
        assert_int_equal(times(&out, cases[i].figure), 1);
        od_buf_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_stay_texts),
        cmocka_unit_test(cells_say_what_they_are),
        cmocka_unit_test(nothing_comes_from_elsewhere),
        cmocka_unit_test(wide_pictures_scroll),
        cmocka_unit_test(pictures_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
