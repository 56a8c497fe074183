/* Command lines into option structs. */
#include "cli/opt.h"

#include "base/alloc.h"
#include "base/parse.h"
#include "cli/opt_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void od_strings_add(struct od_strings *strings, const char *text)
{
    strings->items = od_xgrow(strings->items, strings->count, &strings->capacity,
                              sizeof strings->items[0]);
    strings->items[strings->count++] = od_xstrdup(text);
}

void od_strings_release(struct od_strings *strings)
{
    for (size_t i = 0; i < strings->count; i++) {
        free(strings->items[i]);
    }
    free(strings->items);
    *strings = (struct od_strings){0};
}

static int check_choice(const struct od_opt *opt, const char *text, struct od_err *err)
{
    struct od_buf list;
    if (opt->choices == NULL) {
        return 0;
    }
    od_buf_init(&list, 0);
    for (size_t i = 0; opt->choices[i] != NULL; i++) {
        if (strcmp(opt->choices[i], text) == 0) {
            od_buf_release(&list);
            return 0;
        }
        od_buf_printf(&list, "%s%s", i > 0 ? ", " : "", opt->choices[i]);
    }
    (void)od_fail(err, OD_EINPUT, "'%s' is none of %s", text, list.data);
    od_buf_release(&list);
    return -1;
}

static int set_list(const struct od_opt *opt, struct od_strings *to, const char *text,
                    struct od_err *err)
{
    if (to->fallback) {
        od_strings_release(to);
    }
    for (const char *p = text;; p++) {
        size_t len = opt->type == OD_OPT_REPEAT ? strlen(p) : strcspn(p, ",");
        char *item = od_xstrndup(p, len);
        int rc = len == 0 ? od_fail(err, OD_EINPUT, "'%s' has an empty item", text)
                          : check_choice(opt, item, err);
        if (rc == 0) {
            od_strings_add(to, item);
        }
        free(item);
        p += len;
        if (rc != 0 || *p == '\0') {
            return rc;
        }
    }
}

static int set_text(const struct od_opt *opt, char **to, const char *text,
                    struct od_err *err)
{
    if (check_choice(opt, text, err) != 0) {
        return -1;
    }
    free(*to);
    *to = od_xstrdup(text);
    return 0;
}

static int set_flag(bool *to, const char *text, struct od_err *err)
{
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        return od_fail(err, OD_EINPUT, "'%s' is neither true nor false", text);
    }
    *to = text[0] == 't';
    return 0;
}

static int set_int(const struct od_opt *opt, int64_t *to, const char *text,
                   struct od_err *err)
{
    bool bounds = opt->min != 0 || opt->max != 0;
    return od_parse_i64(text, bounds ? (int64_t)opt->min : 0,
                        bounds ? (int64_t)opt->max : INT64_MAX, to, err);
}

static int set_real(const struct od_opt *opt, double *to, const char *text,
                    struct od_err *err)
{
    bool bounds = opt->min != 0 || opt->max != 0;
    return od_parse_double(text, bounds ? opt->min : -HUGE_VAL,
                           bounds ? opt->max : HUGE_VAL, to, err);
}

static int set_value(const struct od_opt *opt, void *options, const char *text,
                     struct od_err *err)
{
    void *to = (char *)options + opt->offset;
    switch (opt->type) {
    case OD_OPT_FLAG:
        return set_flag(to, text, err);
    case OD_OPT_STRING:
    case OD_OPT_CHOICE:
        return set_text(opt, to, text, err);
    case OD_OPT_LIST:
    case OD_OPT_REPEAT:
        return set_list(opt, to, text, err);
    case OD_OPT_INT:
        return set_int(opt, to, text, err);
    case OD_OPT_UINT64:
        return od_parse_u64(text, to, err);
    case OD_OPT_REAL:
        return set_real(opt, to, text, err);
    case OD_OPT_DURATION:
        return od_parse_duration_ns(text, to, err);
    case OD_OPT_BYTES:
        return od_parse_bytes(text, to, err);
    case OD_OPT_RATIO:
        return od_parse_ratio(text, to, err);
    }
    return od_fail(err, OD_EBUG, "option type %d", (int)opt->type);
}

int od_opt_set(const struct od_program *program, void *options, const char *name,
               const char *value, struct od_err *err)
{
    for (size_t i = 0; i < program->opt_count; i++) {
        const struct od_opt *opt = &program->opts[i];
        if (strcmp(opt->name, name) == 0) {
            int rc = set_value(opt, options, value, err);
            od_err_context(rc != 0 ? err : NULL, "%s", name);
            return rc;
        }
    }
    return od_fail(err, OD_EINPUT, "%s: no such option", name);
}

static int set_defaults(const struct od_program *program, void *options,
                        struct od_err *err)
{
    for (size_t i = 0; i < program->opt_count; i++) {
        const struct od_opt *opt = &program->opts[i];
        if (opt->fallback == NULL) {
            continue;
        }
        struct od_err why = {0};
        if (set_value(opt, options, opt->fallback, &why) != 0) {
            return od_fail(err, OD_EBUG, "default of --%s: %s", opt->name, why.msg);
        }
        if (opt->type == OD_OPT_LIST || opt->type == OD_OPT_REPEAT) {
            ((struct od_strings *)(void *)((char *)options + opt->offset))->fallback =
                true;
        }
    }
    return 0;
}

/* An option as found on the command line. */
struct found {
    const struct od_opt *opt;
    bool negated;
    bool exact;
};

struct parser {
    const struct od_program *program;
    void *options;
    struct od_opt_result *result;
    char **argv;
    int argc;
    int next; /* index of the argument to look at next */
};

static const struct od_opt *opt_at(const struct od_program *program, size_t i)
{
    if (i < program->opt_count) {
        return &program->opts[i];
    }
    i -= program->opt_count;
    return i < od_opt_builtin_count ? &od_opt_builtins[i] : NULL;
}

/* Tries one spelling; a second different prefix match is ambiguous. */
static int match(const struct od_opt *opt, bool negated, const char *name,
                 struct found *found)
{
    char spelled[80] = "";
    size_t len = strcspn(name, "=");
    strncat(spelled, negated ? "no-" : "", 4);
    strncat(spelled, opt->name, sizeof spelled - 5);
    if (found->exact || strncmp(spelled, name, len) != 0) {
        return 0;
    }
    bool exact = spelled[len] == '\0';
    bool clash = found->opt != NULL && !exact;
    if (!clash) {
        *found = (struct found){.opt = opt, .negated = negated, .exact = exact};
    }
    return clash ? 1 : 0;
}

static int find_long(const struct od_program *program, const char *name,
                     struct found *found, struct od_err *err)
{
    const struct od_opt *opt = NULL;
    int clashes = 0;
    *found = (struct found){0};
    for (size_t i = 0; (opt = opt_at(program, i)) != NULL; i++) {
        clashes += match(opt, false, name, found);
        if (opt->type == OD_OPT_FLAG) {
            clashes += match(opt, true, name, found);
        }
    }
    int len = (int)strcspn(name, "=");
    if (found->opt == NULL || len == 0) {
        return od_fail(err, OD_EINPUT, "unknown option --%.*s", len, name);
    }
    if (clashes > 0 && !found->exact) {
        return od_fail(err, OD_EINPUT, "option --%.*s may mean several options", len,
                       name);
    }
    return 0;
}

static int take_builtin(struct parser *p, const struct od_opt *opt, const char *value,
                        struct od_err *err)
{
    struct od_opt_result *result = p->result;
    if (strcmp(opt->name, "help") == 0) {
        od_opt_help(p->program, &result->text);
    } else if (strcmp(opt->name, "version") == 0) {
        od_opt_version(p->program, &result->text);
    } else if (check_choice(opt, value, err) == 0) {
        od_opt_completion(p->program, &result->text);
    } else {
        od_err_context(err, "option --%s", opt->name);
        return -1;
    }
    result->action = OD_OPT_PRINT;
    return 0;
}

/* value is NULL for flags. */
static int take(struct parser *p, const struct found *found, const char *value,
                struct od_err *err)
{
    const struct od_opt *opt = found->opt;
    for (size_t i = 0; i < od_opt_builtin_count; i++) {
        if (opt == &od_opt_builtins[i]) {
            return take_builtin(p, opt, value, err);
        }
    }
    if (opt->type == OD_OPT_FLAG) {
        value = found->negated ? "false" : "true";
    }
    if (set_value(opt, p->options, value, err) != 0) {
        od_err_context(err, "option --%s", opt->name);
        return -1;
    }
    p->result->given[opt - p->program->opts] = true;
    return 0;
}

static int missing_value(const struct od_opt *opt, struct od_err *err)
{
    return od_fail(err, OD_EINPUT, "option --%s needs a value (%s)", opt->name,
                   opt->unit != NULL ? opt->unit : "VALUE");
}

static int parse_long(struct parser *p, const char *name, struct od_err *err)
{
    struct found found;
    if (find_long(p->program, name, &found, err) != 0) {
        return -1;
    }
    const char *equals = strchr(name, '=');
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (found.opt->type == OD_OPT_FLAG && value != NULL) {
        return od_fail(err, OD_EINPUT, "option --%s takes no value, not '%s'",
                       found.opt->name, value);
    }
    if (found.opt->type != OD_OPT_FLAG && value == NULL) {
        if (p->next >= p->argc) {
            return missing_value(found.opt, err);
        }
        value = p->argv[p->next++];
    }
    return take(p, &found, value, err);
}

/* rest is what stands behind the letter; the value, unless it is empty. */
static int take_letter_value(struct parser *p, const struct found *found,
                             const char *rest, struct od_err *err)
{
    if (rest[0] == '\0') {
        if (p->next >= p->argc) {
            return missing_value(found->opt, err);
        }
        rest = p->argv[p->next++];
    }
    return take(p, found, rest, err);
}

/* One argument "-abcVALUE": flags, then perhaps an option with its value. */
static int parse_letters(struct parser *p, const char *letters, struct od_err *err)
{
    for (const char *c = letters; *c != '\0' && p->result->action == OD_OPT_RUN; c++) {
        struct found found = {.opt = opt_at(p->program, 0)};
        for (size_t i = 1; found.opt != NULL && found.opt->letter != *c; i++) {
            found.opt = opt_at(p->program, i);
        }
        if (found.opt == NULL) {
            return od_fail(err, OD_EINPUT, "unknown option -%c", *c);
        }
        if (found.opt->type != OD_OPT_FLAG) {
            return take_letter_value(p, &found, c + 1, err);
        }
        if (take(p, &found, NULL, err) != 0) {
            return -1;
        }
    }
    return 0;
}

static int parse_arguments(struct parser *p, struct od_err *err)
{
    bool only_operands = false;
    while (p->next < p->argc && p->result->action == OD_OPT_RUN) {
        const char *arg = p->argv[p->next++];
        int rc = 0;
        if (only_operands || arg[0] != '-' || arg[1] == '\0') {
            od_strings_add(&p->result->operands, arg);
        } else if (strcmp(arg, "--") == 0) {
            only_operands = true;
        } else {
            rc = arg[1] == '-' ? parse_long(p, arg + 2, err)
                               : parse_letters(p, arg + 1, err);
        }
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

int od_opt_parse(const struct od_program *program, int argc, char **argv, void *options,
                 struct od_opt_result *result, struct od_err *err)
{
    *result = (struct od_opt_result){.action = OD_OPT_RUN};
    result->given = od_xcalloc(program->opt_count, sizeof result->given[0]);
    od_buf_init(&result->text, 0);
    struct parser p = {program, options, result, argv, argc, 1};
    struct od_err why = {0};
    if (set_defaults(program, options, err) != 0) {
        return -1;
    }
    if (parse_arguments(&p, &why) != 0) {
        return od_fail(err, why.code, "%s; try %s --help", why.msg, program->name);
    }
    return 0;
}

void od_opt_release(const struct od_program *program, void *options,
                    struct od_opt_result *result)
{
    for (size_t i = 0; options != NULL && i < program->opt_count; i++) {
        const struct od_opt *opt = &program->opts[i];
        void *at = (char *)options + opt->offset;
        if (opt->type == OD_OPT_STRING || opt->type == OD_OPT_CHOICE) {
            free(*(char **)at);
            *(char **)at = NULL;
        } else if (opt->type == OD_OPT_LIST || opt->type == OD_OPT_REPEAT) {
            od_strings_release(at);
        }
    }
    if (result != NULL) {
        od_strings_release(&result->operands);
        free(result->given);
        result->given = NULL;
        od_buf_release(&result->text);
    }
}
