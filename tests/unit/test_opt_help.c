/* The texts made from an option table. */
#include "cli/opt_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *const orders[] = {"shuffled", "sequential", NULL};
static const char *const examples[] = {
    "toy -q a.jpg",
    "toy --order sequential --a-rather-long-option-name also-long.csv first.jpg "
    "second.jpg",
    NULL};
static const struct od_opt opts[] = {
    {.group = "Output", .letter = 'q', .name = "quiet", .help = "say less"},
    {.group = "Load",
     .name = "order",
     .unit = "ORDER",
     .help = "how blocks follow one another",
     .type = OD_OPT_CHOICE,
     .choices = orders,
     .fallback = "shuffled"},
    {.group = "Output", .name = "color", .help = "use color", .fallback = "true"},
    {.group = "Output",
     .letter = 'o',
     .name = "a-rather-long-option-name",
     .unit = "FILE",
     .help = "where rows go, which is a sentence long enough to need a second line",
     .type = OD_OPT_STRING},
};
static const struct od_program toy = {
    .name = "toy",
    .usage = "[options] IMAGE...\n--list",
    .purpose = "Show what an option table does.",
    .opts = opts,
    .opt_count = sizeof opts / sizeof opts[0],
    .examples = examples,
    .libraries = "libtoy 1.2.3",
    .schema = 1,
};

static void test_help(void **state)
{
    static const char expected[] =
        "Usage: toy [options] IMAGE...\n"
        "       toy --list\n"
        "Show what an option table does.\n"
        "\n"
        "Output:\n"
        "  -q, --quiet                 say less\n"
        "      --[no-]color            use color\n"
        "  -o, --a-rather-long-option-name FILE\n"
        "                              where rows go, which is a sentence long enough "
        "to\n"
        "                              need a second line\n"
        "\n"
        "Load:\n"
        "      --order ORDER           how blocks follow one another: shuffled,\n"
        "                              sequential (default shuffled)\n"
        "\n"
        "Other:\n"
        "  -h, --help                  print this text\n"
        "  -V, --version               print the version and those of the libraries\n"
        "      --completion SHELL      print a completion script for the shell: bash\n"
        "\n"
        "Examples:\n"
        "  toy -q a.jpg\n"
        "  toy --order sequential --a-rather-long-option-name also-long.csv first.jpg "
        "\\\n"
        "      second.jpg\n"
        "\n"
        "The manual: man toy\n";
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    od_opt_help(&toy, &out);
    assert_string_equal(out.data, expected);
    od_buf_release(&out);
}

static void test_version(void **state)
{
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    od_opt_version(&toy, &out);
    assert_string_equal(out.data, "toy " OD_VERSION "\nlibtoy 1.2.3\nCSV schema 1\n");
    od_buf_release(&out);
}

static void test_completion(void **state)
{
    static const char *const parts[] = {
        "_toy()\n",
        "    --order)\n        mapfile -t COMPREPLY < <(compgen -W 'shuffled sequential'",
        "    --a-rather-long-option-name | -o)\n",
        "            --no-color\n",
        "            --quiet\n",
        "            --help\n",
        "complete -o filenames -F _toy toy\n",
    };
    struct od_buf out;
    (void)state;
    od_buf_init(&out, 0);
    od_opt_completion(&toy, &out);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_non_null(strstr(out.data, parts[i]));
    }
    od_buf_release(&out);
}

static void test_builtins_through_parse(void **state)
{
    static const struct {
        const char *arg;
        const char *begins;
    } cases[] = {
        {"--help", "Usage: toy "},
        {"-h", "Usage: toy "},
        {"--vers", "toy "},
        {"--completion=bash", "# bash completion for toy"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[] = "toy";
        char arg[32];
        char bad[] = "--no-such";
        char *argv[] = {name, arg, bad, NULL};
        struct {
            char *order;
            void *none;
        } options = {0};
        struct od_program program = toy;
        struct od_opt_result result;
        struct od_err err = {0};
        program.opt_count = 0;
        (void)memcpy(arg, cases[i].arg, strlen(cases[i].arg) + 1);
        assert_int_equal(od_opt_parse(&program, 3, argv, &options, &result, &err), 0);
        assert_int_equal(result.action, OD_OPT_PRINT);
        assert_memory_equal(result.text.data, cases[i].begins, strlen(cases[i].begins));
        od_opt_release(&program, &options, &result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_completion),
        cmocka_unit_test(test_builtins_through_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
