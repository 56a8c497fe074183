/* Option tables: one table makes parsing, --help, completion and the manual check. */
#ifndef OD_CLI_OPT_H
#define OD_CLI_OPT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a value goes: at offset in the program's options struct, as this type. */
enum od_opt_type {
    OD_OPT_FLAG,   /* bool; --no-NAME sets it false */
    OD_OPT_STRING, /* char *, owned (a copy); NULL when not given and without fallback */
    OD_OPT_LIST, /* struct od_strings: the option may be given again, commas separate too
                  */
    OD_OPT_REPEAT, /* struct od_strings: may be given again, commas belong to the value */
    OD_OPT_INT,    /* int64_t, within min..max */
    OD_OPT_UINT64, /* uint64_t */
    OD_OPT_REAL,   /* double, within min..max */
    OD_OPT_DURATION, /* int64_t nanoseconds: "20ms" */
    OD_OPT_BYTES,    /* int64_t: "10MB" */
    OD_OPT_RATIO,    /* double 0..1: "1%" */
    OD_OPT_CHOICE,   /* char *, owned, one of choices */
};

/* Texts in the order given, owned. */
struct od_strings {
    char **items;
    size_t count;
    size_t capacity;
    bool fallback; /* items are the option's default: the next one set replaces them */
};
void od_strings_add(struct od_strings *strings, const char *text); /* copies */
void od_strings_release(struct od_strings *strings);

struct od_opt {
    const char *group; /* heading in --help: "Targets", "Load", "Output" ... */
    char letter;       /* 0: none */
    const char *name;  /* "timeout" for --timeout */
    const char *unit;  /* "TIME", "N", "FILE"; NULL for a flag */
    const char
        *help; /* one or two lines, lower case, no full stop; names default and unit */
    enum od_opt_type type;
    size_t offset;
    const char *fallback; /* default as text, parsed like a given one; NULL: leave zero */
    const char *const *choices; /* NULL-terminated; CHOICE, checked; LIST, checked too */
    double min;
    double max; /* INT and REAL; both 0: no bounds (an INT then is >= 0) */
};

struct od_program {
    const char *name;  /* "odbench-run" */
    const char *usage; /* behind the name: "[options] IMAGE..."; lines separated by \n */
    const char *purpose; /* one sentence */
    const struct od_opt *opts;
    size_t opt_count;
    const char *const *examples; /* command lines, NULL-terminated */
    const char *libraries;       /* text for --version, may be NULL */
    int schema;                  /* of the CSV it reads or writes, 0: none */
    /* Programs of their own behind its first word, named "odbench-data list";
     * NULL-terminated; NULL: none. Help and completion of the whole show them. */
    const struct od_program *const *commands;
};

/* What main does next. */
enum od_opt_action {
    OD_OPT_RUN,
    OD_OPT_PRINT, /* --help, --version, --completion: print *text to standard output, exit
                     0 */
};

/*
 * Parses argv into *options (zeroed by the caller) after putting the defaults there.
 * Understands -x VALUE, -xVALUE, --name VALUE, --name=VALUE, unique prefixes of names,
 * bundled flags, "--". Operands are appended to *operands. --help, --version and
 * --completion bash are built in. given (opt_count bools, may be NULL) tells which
 * options the command line set, so that it can win over a plan file. Fails with
 * OD_EINPUT: one line naming the option and the value.
 */
struct od_opt_result {
    struct od_strings operands;
    bool *given; /* owned, opt_count of them */
    enum od_opt_action action;
    struct od_buf text;
};
int od_opt_parse(const struct od_program *program, int argc, char **argv, void *options,
                 struct od_opt_result *result, struct od_err *err) OD_MUST_CHECK;

/* Sets one option by name from text, e.g. from a plan file; lists are appended to. */
int od_opt_set(const struct od_program *program, void *options, const char *name,
               const char *value, struct od_err *err) OD_MUST_CHECK;

/* Frees the texts and lists inside *options, and what *result holds. Either may be NULL.
 */
void od_opt_release(const struct od_program *program, void *options,
                    struct od_opt_result *result);

#endif
