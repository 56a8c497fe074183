/* The columns of tables, figures and own tables put together. */
#include "report/needs.h"

#include "table/figure.h"
#include "table/own.h"
#include "table/specs.h"

#include <string.h>

/* "seq error": names with blanks between; NULL: none. */
static void add_names(const char *names, struct od_column_set *set)
{
    for (const char *p = names; p != NULL && *p != '\0';) {
        size_t len = strcspn(p, " ");
        for (int at = 0; at < OD_COLUMNS; at++) {
            const char *name = od_column_at((size_t)at)->name;
            if (strlen(name) == len && memcmp(name, p, len) == 0) {
                set->has[at] = true;
            }
        }
        p += len + strspn(p + len, " ");
    }
}

/* NULL: of every one. */
static void add_table(const char *name, struct od_column_set *set)
{
    for (size_t i = 0; od_table_spec_at(i) != NULL; i++) {
        if (name == NULL || strcmp(od_table_spec_at(i)->name, name) == 0) {
            add_names(od_table_spec_at(i)->needs, set);
        }
    }
}

static void add_own(const char *path, struct od_column_set *set)
{
    struct od_own *own = NULL;
    if (od_own_read(path, &own, NULL) == 0) {
        od_own_needs(own, set);
        od_own_free(own);
    }
}

/* NULL: of every one. */
static void add_figure(const char *name, struct od_column_set *set)
{
    for (size_t i = 0; od_figure_spec_at(i) != NULL; i++) {
        if (name == NULL || strcmp(od_figure_spec_at(i)->name, name) == 0) {
            add_names(od_figure_spec_at(i)->needs, set);
        }
    }
}

struct od_column_set od_needs_of(const struct od_output *output, const char *figure,
                                 bool drawn)
{
    struct od_column_set set = {.has = {false}};
    bool page = strcmp(output->format, "html") == 0;
    add_names("service_ns rep", &set);
    add_names(drawn ? "seq" : NULL, &set);
    if (figure != NULL) {
        add_figure(figure, &set);
    }
    for (size_t i = 0; i < output->table_count; i++) {
        add_table(output->tables[i], &set);
    }
    for (size_t i = 0; i < output->spec_count; i++) {
        add_own(output->specs[i], &set);
    }
    for (size_t i = 0; i < output->choice->by_count; i++) {
        od_key_needs(output->choice->by[i], &set);
    }
    if (page && output->table_count == 0 && output->spec_count == 0) {
        add_table(NULL, &set);
    }
    if (page && output->figure_count == 0) {
        add_figure(NULL, &set);
    }
    return set;
}
