/* --help, --version and completion from the option table. */
#include "cli/opt_text.h"

#include <stdio.h>
#include <string.h>

#define WIDTH  80
#define INDENT 30 /* column where the text of an option begins */

static const char *const shells[] = {"bash", NULL};

const struct od_opt od_opt_builtins[] = {
    {.group = "Other", .letter = 'h', .name = "help", .help = "print this text"},
    {.group = "Other",
     .letter = 'V',
     .name = "version",
     .help = "print the version and those of the libraries"},
    {.group = "Other",
     .name = "completion",
     .unit = "SHELL",
     .help = "print a completion script for the shell",
     .type = OD_OPT_CHOICE,
     .choices = shells},
};
const size_t od_opt_builtin_count = sizeof od_opt_builtins / sizeof od_opt_builtins[0];

/* Words of text from column on, later lines indented; ends with a newline. */
static void wrap(struct od_buf *out, const char *text, size_t column, size_t indent)
{
    bool first = true;
    for (const char *p = text + strspn(text, " \n"); *p != '\0'; p += strspn(p, " \n")) {
        size_t len = strcspn(p, " \n");
        if (!first && column + 1 + len > WIDTH) {
            od_buf_putc(out, '\n');
            od_buf_pad(out, indent);
            column = indent;
            first = true;
        }
        if (!first) {
            od_buf_putc(out, ' ');
            column++;
        }
        od_buf_add(out, p, len);
        column += len;
        p += len;
        first = false;
    }
    od_buf_putc(out, '\n');
}

static bool names_all(const char *help, const char *const *choices)
{
    for (size_t i = 0; choices[i] != NULL; i++) {
        if (strstr(help, choices[i]) == NULL) {
            return false;
        }
    }
    return true;
}

/* The help text with what the table knows beside it: choices and default. */
static void describe(const struct od_opt *opt, struct od_buf *out)
{
    od_buf_puts(out, opt->help);
    if (opt->choices != NULL && !names_all(opt->help, opt->choices)) {
        for (size_t i = 0; opt->choices[i] != NULL; i++) {
            od_buf_printf(out, "%s%s", i > 0 ? ", " : ": ", opt->choices[i]);
        }
    }
    if (opt->fallback != NULL && opt->type != OD_OPT_FLAG &&
        strstr(opt->help, "default") == NULL) {
        od_buf_printf(out, " (default %s)", opt->fallback);
    }
}

static void option_help(const struct od_opt *opt, struct od_buf *out)
{
    struct od_buf head;
    struct od_buf text;
    od_buf_init(&head, 0);
    od_buf_init(&text, 0);
    bool on = opt->type == OD_OPT_FLAG && opt->fallback != NULL &&
              strcmp(opt->fallback, "true") == 0;
    if (opt->letter != 0) {
        od_buf_printf(&head, "  -%c, ", opt->letter);
    } else {
        od_buf_puts(&head, "      ");
    }
    od_buf_printf(&head, "--%s%s", on ? "[no-]" : "", opt->name);
    if (opt->unit != NULL) {
        od_buf_printf(&head, " %s", opt->unit);
    }
    describe(opt, &text);
    od_buf_puts(out, head.data);
    if (head.len + 2 > INDENT) {
        od_buf_putc(out, '\n');
        od_buf_pad(out, INDENT);
    } else {
        od_buf_pad(out, INDENT - head.len);
    }
    wrap(out, text.data, INDENT, INDENT);
    od_buf_release(&head);
    od_buf_release(&text);
}

/* Options of one group, wherever they stand in the table. */
static void group_help(const struct od_program *program, const char *group,
                       struct od_buf *out)
{
    od_buf_printf(out, "\n%s:\n", group);
    for (size_t i = 0; i < program->opt_count; i++) {
        if (strcmp(program->opts[i].group, group) == 0) {
            option_help(&program->opts[i], out);
        }
    }
    if (strcmp(group, od_opt_builtins[0].group) == 0) {
        for (size_t i = 0; i < od_opt_builtin_count; i++) {
            option_help(&od_opt_builtins[i], out);
        }
    }
}

static bool seen_before(const struct od_program *program, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(program->opts[i].group, program->opts[index].group) == 0) {
            return true;
        }
    }
    return false;
}

/* The word of a command: what stands behind the program's name. */
static const char *command_word(const struct od_program *command)
{
    const char *blank = strchr(command->name, ' ');
    return blank != NULL ? blank + 1 : command->name;
}

static void commands_help(const struct od_program *program, struct od_buf *out)
{
    enum { COLUMN = 12 };
    if (program->commands == NULL) {
        return;
    }
    od_buf_puts(out, "\nCommands:\n");
    for (size_t i = 0; program->commands[i] != NULL; i++) {
        const char *word = command_word(program->commands[i]);
        od_buf_printf(out, "  %s", word);
        od_buf_pad(out, strlen(word) + 2 < COLUMN ? COLUMN - 2 - strlen(word) : 1);
        wrap(out, program->commands[i]->purpose, COLUMN, COLUMN);
    }
}

/* A command line, continued with a backslash where it would be too long. */
static void example(struct od_buf *out, const char *text)
{
    size_t column = 2;
    od_buf_puts(out, "  ");
    for (const char *p = text; *p != '\0'; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        if (p != text && column + 1 + len > WIDTH - 2) {
            od_buf_puts(out, " \\\n     ");
            column = 5;
        }
        if (p != text) {
            od_buf_putc(out, ' ');
            column++;
        }
        od_buf_add(out, p, len);
        column += len;
        p += len;
    }
    od_buf_putc(out, '\n');
}

void od_opt_help(const struct od_program *program, struct od_buf *out)
{
    const char *lead = "Usage:";
    for (const char *p = program->usage; p != NULL;) {
        size_t len = strcspn(p, "\n");
        char line[512];
        (void)snprintf(line, sizeof line, "%s %.*s", program->name, (int)len, p);
        od_buf_printf(out, "%-6s ", lead);
        wrap(out, line, 7, 7 + strlen(program->name) + 1);
        lead = "";
        p = p[len] != '\0' ? p + len + 1 : NULL;
    }
    wrap(out, program->purpose, 0, 0);
    commands_help(program, out);
    const char *last = od_opt_builtins[0].group;
    for (size_t i = 0; i < program->opt_count; i++) {
        const char *group = program->opts[i].group;
        if (!seen_before(program, i) && strcmp(group, last) != 0) {
            group_help(program, group, out);
        }
    }
    group_help(program, last, out);
    if (program->examples != NULL) {
        od_buf_puts(out, "\nExamples:\n");
        for (size_t i = 0; program->examples[i] != NULL; i++) {
            example(out, program->examples[i]);
        }
    }
    int len = (int)strcspn(program->name, " ");
    od_buf_printf(out, "\nThe manual: man %.*s\n", len, program->name);
}

void od_opt_version(const struct od_program *program, struct od_buf *out)
{
    od_buf_printf(out, "%s %s\n", program->name, OD_VERSION);
    if (program->libraries != NULL) {
        wrap(out, program->libraries, 0, 0);
    }
    if (program->schema > 0) {
        od_buf_printf(out, "CSV schema %d\n", program->schema);
    }
}

/* Its own options, those of its commands, the built-in ones. */
static const struct od_opt *nth(const struct od_program *program, size_t i)
{
    if (i < program->opt_count) {
        return &program->opts[i];
    }
    i -= program->opt_count;
    for (size_t c = 0; program->commands != NULL && program->commands[c] != NULL; c++) {
        if (i < program->commands[c]->opt_count) {
            return &program->commands[c]->opts[i];
        }
        i -= program->commands[c]->opt_count;
    }
    return i < od_opt_builtin_count ? &od_opt_builtins[i] : NULL;
}

/* Offers the commands as the first word. */
static void completion_commands(const struct od_program *program, struct od_buf *out)
{
    if (program->commands == NULL) {
        return;
    }
    od_buf_puts(out, "    if [[ $COMP_CWORD -eq 1 && $cur != -* ]]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; program->commands[i] != NULL; i++) {
        od_buf_printf(out, "%s%s", i > 0 ? " " : "", command_word(program->commands[i]));
    }
    od_buf_puts(out, "' -- \"$cur\")\n        return\n    fi\n");
}

/* One branch of the case over the previous word: its choices, or nothing to offer. */
static void completion_case(const struct od_opt *opt, struct od_buf *out)
{
    if (opt->type == OD_OPT_FLAG) {
        return;
    }
    od_buf_printf(out, "    --%s", opt->name);
    if (opt->letter != 0) {
        od_buf_printf(out, " | -%c", opt->letter);
    }
    od_buf_puts(out, ")\n        ");
    const char *unit = opt->unit != NULL ? opt->unit : "";
    if (opt->choices != NULL) {
        od_buf_puts(out, "mapfile -t COMPREPLY < <(compgen -W '");
        for (size_t i = 0; opt->choices[i] != NULL; i++) {
            od_buf_printf(out, "%s%s", i > 0 ? " " : "", opt->choices[i]);
        }
        od_buf_puts(out, "' -- \"$cur\")\n        return\n        ;;\n");
    } else if (strstr(unit, "FILE") != NULL) {
        od_buf_puts(out, "mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
                         "        return\n        ;;\n");
    } else if (strstr(unit, "DIR") != NULL) {
        od_buf_puts(out, "mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n"
                         "        return\n        ;;\n");
    } else {
        od_buf_puts(out, "return\n        ;;\n");
    }
}

void od_opt_completion(const struct od_program *program, struct od_buf *out)
{
    char name[64];
    const struct od_opt *opt = NULL;
    (void)snprintf(name, sizeof name, "%s", program->name);
    for (char *p = name; *p != '\0'; p++) {
        *p = *p == '-' ? '_' : *p;
    }
    od_buf_printf(out,
                  "# bash completion for %s, made by %s --completion bash\n"
                  "_%s()\n{\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
                  "    local prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    COMPREPLY=()\n    case $prev in\n",
                  program->name, program->name, name);
    for (size_t i = 0; (opt = nth(program, i)) != NULL; i++) {
        completion_case(opt, out);
    }
    od_buf_puts(out, "    esac\n");
    completion_commands(program, out);
    od_buf_puts(out, "    if [[ $cur == -* ]]; then\n"
                     "        mapfile -t COMPREPLY < <(compgen -W '\n");
    for (size_t i = 0; (opt = nth(program, i)) != NULL; i++) {
        bool on = opt->type == OD_OPT_FLAG && opt->fallback != NULL &&
                  strcmp(opt->fallback, "true") == 0;
        od_buf_printf(out, "            --%s%s\n", on ? "no-" : "", opt->name);
    }
    od_buf_printf(out,
                  "        ' -- \"$cur\")\n    else\n"
                  "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n    fi\n}\n"
                  "complete -o filenames -F _%s %s\n",
                  name, program->name);
}
