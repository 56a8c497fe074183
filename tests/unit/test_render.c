/* One awkward table in every format. */
#include "table/render.h"

#include "base/alloc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A group, a merged first column, an empty cell, texts that every format must escape.
 */
static struct od_table make_table(void)
{
    struct od_table table = {.name = "odd", .unit = "ms", .digits = 3, .trim = true};
    table.title = od_xstrdup("50% of a_b & <c>");
    od_table_add_column(&table, NULL, "who")->merge = true;
    (void)od_table_add_column(&table, NULL, "what");
    od_table_add_column(&table, NULL, "n")->numeric = true;
    od_table_add_column(&table, "g|1", "x")->numeric = true;
    od_table_add_column(&table, "g|1", "y")->numeric = true;
    static const char *const who[] = {"\xC3\xA9t\xC3\xA9", "\xC3\xA9t\xC3\xA9",
                                      "a,\"b\"\\\x1B"};
    static const int64_t ns[] = {1500000, 22250000, 333000000};
    for (size_t i = 0; i < 3; i++) {
        struct od_cell *cells = od_table_add_row(&table, OD_ROW_DATA);
        struct od_mean mean = od_mean_of(&ns[i], 1);
        od_cell_set_text(&cells[0], who[i]);
        od_cell_set_text(&cells[1], i == 1 ? "average" : "z^~{}$#");
        od_cell_set_count(&cells[2], (int64_t)i * 50);
        od_cell_set_mean(&cells[i == 2 ? 4 : 3], &mean);
    }
    table.rows[2].rule = true;
    od_table_note(&table, od_xstrdup("a note | with * marks"));
    return table;
}

static void check(const char *format, const char *expected)
{
    struct od_table table = make_table();
    struct od_buf out;
    od_buf_init(&out, 0);
    od_format_find(format)->render(&table, &out);
    assert_string_equal(out.data, expected);
    od_buf_release(&out);
    od_table_release(&table);
}

static void text(void **state)
{
    (void)state;
    check("text", "50% of a_b & <c>\n"
                  "\n"
                  "                       g|1\n"
                  "who      what       n      x    y\n"
                  "---------------------------------\n"
                  "\xC3\xA9t\xC3\xA9      z^~{}$#    0   1.5     -\n"
                  "         average   50  22.25    -\n"
                  "---------------------------------\n"
                  "a,\"b\"\\?  z^~{}$#  100   -     333\n"
                  "\n"
                  "* a note | with * marks\n");
}

static void markdown(void **state)
{
    (void)state;
    check("markdown", "**50% of a\\_b & \\<c\\>**\n"
                      "\n"
                      "| who | what | n | g\\|1 x | g\\|1 y |\n"
                      "| --- | --- | ---: | ---: | ---: |\n"
                      "| \xC3\xA9t\xC3\xA9 | z^~{}$# | 0 | 1.5 | - |\n"
                      "| \xC3\xA9t\xC3\xA9 | average | 50 | 22.25 | - |\n"
                      "| a,\"b\"\\\\? | z^~{}$# | 100 | - | 333 |\n"
                      "\n"
                      "- a note \\| with \\* marks\n");
}

static void latex(void **state)
{
    (void)state;
    check("latex",
          "\\begin{table}\n\\centering\n"
          "\\caption{50\\% of a\\_b \\& \\textless{}c\\textgreater{}}\n"
          "\\label{tab:odd}\n"
          "\\begin{tabular}{@{}llrrr@{}}\n"
          "\\toprule\n"
          " &  &  & \\multicolumn{2}{c}{g\\textbar{}1} \\\\\n"
          "\\cmidrule(lr){4-5}\n"
          "who & what & n & x & y \\\\\n"
          "\\midrule\n"
          "\xC3\xA9t\xC3\xA9 & z\\textasciicircum{}\\textasciitilde{}\\{\\}\\$\\# & 0 & "
          "1.5\\phantom{0} & -- \\\\\n"
          " & average & 50 & 22.25 & -- \\\\\n"
          "\\midrule\n"
          "a,\"b\"\\textbackslash{}? & "
          "z\\textasciicircum{}\\textasciitilde{}\\{\\}\\$\\# & 100 & "
          "--\\phantom{.00} & 333 \\\\\n"
          "\\bottomrule\n"
          "\\end{tabular}\n"
          "\n\\smallskip\n"
          "\\begin{minipage}{\\linewidth}\\footnotesize\n"
          "a note \\textbar{} with * marks\n"
          "\\end{minipage}\n"
          "\\end{table}\n");
}

static void csv(void **state)
{
    (void)state;
    check("csv", "who,what,n,g|1/x,g|1/y\n"
                 "\xC3\xA9t\xC3\xA9,z^~{}$#,0,1.5,\n"
                 "\xC3\xA9t\xC3\xA9,average,50,22.25,\n"
                 "\"a,\"\"b\"\"\\\x1B\",z^~{}$#,100,,333\n");
}

static void json(void **state)
{
    (void)state;
    check("json", "{\n"
                  "  \"name\": \"odd\",\n"
                  "  \"title\": \"50% of a_b & <c>\",\n"
                  "  \"unit\": \"ms\",\n"
                  "  \"columns\": [\"who\", \"what\", \"n\", \"g|1/x\", \"g|1/y\"],\n"
                  "  \"rows\": [\n"
                  "    [\"\xC3\xA9t\xC3\xA9\", \"z^~{}$#\", 0, 1.5, null],\n"
                  "    [\"\xC3\xA9t\xC3\xA9\", \"average\", 50, 22.25, null],\n"
                  "    [\"a,\\\"b\\\"\\\\\\u001b\", \"z^~{}$#\", 100, null, 333]\n"
                  "  ],\n"
                  "  \"doubts\": [],\n"
                  "  \"notes\": [\n"
                  "    \"a note | with * marks\"\n"
                  "  ]\n}");
}

static void json_replaces_what_is_not_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *given;
        const char *expected;
    } cases[] = {
        {"a\xFFz", "\"a\\ufffdz\""},
        {"\xC3", "\"\\ufffd\""},
        {"\xC0\x80", "\"\\ufffd\\ufffd\""},                       /* overlong */
        {"\xED\xA0\x80", "\"\\ufffd\\ufffd\\ufffd\""},            /* a surrogate */
        {"\xE2\x82\xAC", "\"\xE2\x82\xAC\""},                     /* the euro sign */
        {"\xF0\x9F\x98\x80", "\"\xF0\x9F\x98\x80\""},             /* beyond 16 bits */
        {"\xF4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""}, /* beyond Unicode */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct od_table table = {.name = "t", .unit = "ms"};
        table.title = od_xstrdup(cases[i].given);
        struct od_buf out;
        od_buf_init(&out, 0);
        od_render_json(&table, &out);
        assert_non_null(strstr(out.data, cases[i].expected));
        od_buf_release(&out);
        od_table_release(&table);
    }
}

static void a_wide_table_gives_way(void **state)
{
    (void)state;
    struct od_table table = {.name = "wide", .unit = "ms"};
    table.title = od_xstrdup("wide");
    od_table_add_column(&table, NULL, "block")->merge = true;
    for (int i = 0; i < 13; i++) {
        (void)od_table_add_column(&table, NULL, "12345");
    }
    for (int i = 0; i < 2; i++) {
        od_cell_set_text(&od_table_add_row(&table, OD_ROW_DATA)[0], "one");
    }
    struct od_buf out;
    od_buf_init(&out, 0);
    od_render_text(&table, &out);
    /* 13 columns of 5 and 12 gaps of 1 are 77; the block has a line of its own. */
    char rule[80];
    memset(rule, '-', 77);
    memcpy(rule + 77, "\n", 2);
    assert_non_null(strstr(out.data, rule));
    assert_null(strstr(out.data, "columns wide"));
    assert_non_null(strstr(out.data, "\nblock: one\n-"));
    od_buf_release(&out);
    od_table_release(&table);
}

static void formats_are_found(void **state)
{
    (void)state;
    assert_string_equal(od_format_at(0)->name, "text");
    assert_null(od_format_at(6));
    assert_null(od_format_find("html"));
    for (size_t i = 0; od_format_at(i) != NULL; i++) {
        assert_ptr_equal(od_format_find(od_format_at(i)->name), od_format_at(i));
    }
}

static void every_number_has_a_macro_of_its_own(void **state)
{
    (void)state;
    struct od_table table = {.name = "paper-2", .unit = "ms", .digits = 1};
    table.title = od_xstrdup("A title");
    (void)od_table_add_column(&table, NULL, "model");
    od_table_add_column(&table, "wait", "p99.9")->numeric = true;
    static const char *const names[] = {"a_b", "a-b", "a b", "x2"};
    for (int64_t i = 0; i < 4; i++) {
        struct od_cell *cells = od_table_add_row(&table, OD_ROW_DATA);
        struct od_mean mean = {1000000 * (i + 1), i == 3 ? 0 : 1, false};
        od_cell_set_text(&cells[0], names[i]);
        od_cell_set_mean(&cells[1], &mean);
    }
    struct od_buf out;
    od_buf_init(&out, 0);
    od_render_macros(&table, &out);
    assert_string_equal(out.data,
                        "% A title\n"
                        "\\newcommand{\\odPaperTwoABWaitPNineNineNine}{1.0}\n"
                        "\\newcommand{\\odPaperTwoABWaitPNineNineNineB}{2.0}\n"
                        "\\newcommand{\\odPaperTwoABWaitPNineNineNineC}{3.0}\n");
    od_buf_release(&out);
    od_table_release(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text),
        cmocka_unit_test(markdown),
        cmocka_unit_test(latex),
        cmocka_unit_test(csv),
        cmocka_unit_test(json),
        cmocka_unit_test(json_replaces_what_is_not_utf8),
        cmocka_unit_test(a_wide_table_gives_way),
        cmocka_unit_test(formats_are_found),
        cmocka_unit_test(every_number_has_a_macro_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
