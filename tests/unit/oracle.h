/* Reads what the scripts in tests/oracle stored: lines of a word and numbers, words and
 * numbers apart by blanks; # begins a comment. */
#ifndef OD_TESTS_ORACLE_H
#define OD_TESTS_ORACLE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ORACLE_NUMBERS 6000
#define ORACLE_LINE    ((size_t)ORACLE_NUMBERS * 25)

struct oracle {
    FILE *file;
    const char *path;
    size_t line_number;
    char word[32];
    double numbers[ORACLE_NUMBERS];
    size_t count;
    char line[ORACLE_LINE];
};

static inline struct oracle *oracle_open(const char *path)
{
    struct oracle *oracle = calloc(1, sizeof *oracle);
    assert_non_null(oracle);
    oracle->path = path;
    oracle->file = fopen(path, "r");
    if (oracle->file == NULL) {
        fail_msg("%s: run this from the top of the tree", path);
    }
    return oracle;
}

/* The next line that is not a comment; false at the end. */
static inline bool oracle_next(struct oracle *oracle)
{
    do {
        if (fgets(oracle->line, sizeof oracle->line, oracle->file) == NULL) {
            return false;
        }
        oracle->line_number++;
    } while (oracle->line[0] == '#' || oracle->line[0] == '\n');
    char *at = oracle->line;
    size_t word = strcspn(at, " \n");
    assert_true(word < sizeof oracle->word);
    for (size_t i = 0; i < word; i++) {
        oracle->word[i] = at[i];
    }
    oracle->word[word] = '\0';
    at += word;
    for (oracle->count = 0;; oracle->count++) {
        char *end = NULL;
        assert_true(oracle->count < ORACLE_NUMBERS);
        oracle->numbers[oracle->count] = strtod(at, &end);
        if (end == at) {
            break;
        }
        at = end;
    }
    if (strcmp(at, "\n") != 0) {
        fail_msg("%s:%zu: not a number: %.20s", oracle->path, oracle->line_number, at);
    }
    return true;
}

static inline void oracle_close(struct oracle *oracle)
{
    assert_int_equal(ferror(oracle->file), 0);
    (void)fclose(oracle->file);
    free(oracle);
}

/* Whether have is want within relative * |want| + absolute; NaN and infinities must be
 * the same. */
static inline bool oracle_near(double have, double want, double relative, double absolute)
{
    if (isnan(want) || isinf(want)) {
        return isnan(want) ? isnan(have) : isinf(have) && (have > 0) == (want > 0);
    }
    return fabs(have - want) <= relative * fabs(want) + absolute;
}

static inline void oracle_check(const struct oracle *oracle, const char *what,
                                double have, double want, double relative,
                                double absolute)
{
    if (!oracle_near(have, want, relative, absolute)) {
        fail_msg("%s:%zu: %s %s: %.17g, stored %.17g", oracle->path, oracle->line_number,
                 oracle->word, what, have, want);
    }
}

#endif
