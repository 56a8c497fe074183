/* Facts of the runs that differ between the sides, and what they share. */
#include "compare/companions.h"

#include "base/alloc.h"
#include "base/file.h"
#include "record/meta_read.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum shown { SHOW, BRIEF, HIDE }; /* a value: whole, its first bytes, not at all */

/* Where a fact stands, and how it is called. */
struct fact {
    const char *path;
    const char *name;
    enum shown shown;
    bool common; /* worth a line on top when all runs share it */
};

static const struct fact facts[] = {
    {"machine.host", "host", SHOW, true},
    {"client", "client", SHOW, false},
    {"machine.cpu", "CPU", SHOW, true},
    {"machine.cpus_logical", "number of CPUs", SHOW, false},
    {"machine.cpus_physical", "number of cores", SHOW, false},
    {"machine.cpus_usable", "number of usable CPUs", SHOW, false},
    {"machine.frequency_driver", "frequency driver", SHOW, false},
    {"machine.governor", "frequency governor", SHOW, false},
    {"machine.frequency_min_khz", "lowest allowed frequency (kHz)", SHOW, false},
    {"machine.frequency_max_khz", "highest allowed frequency (kHz)", SHOW, false},
    {"machine.turbo", "turbo", SHOW, false},
    {"machine.memory_bytes", "memory (bytes)", SHOW, false},
    {"machine.architecture", "architecture", SHOW, false},
    {"machine.virtualisation", "virtualisation", SHOW, false},
    {"machine.container", "container", SHOW, false},
    {"machine.kernel", "kernel", SHOW, true},
    {"odbench", "odbench version", SHOW, false},
    {"dataset.digest", "data set", BRIEF, false},
    {"dataset.images", "number of images", SHOW, false},
    {"seed", "seed", SHOW, false},
    {"plan.repetitions", "planned repetitions", SHOW, false},
    {"plan.warmup", "planned warm-up", SHOW, false},
    {"plan.iterations", "planned iterations", SHOW, false},
    {"plan.order", "planned order", SHOW, false},
    {"plan.timeout_ns", "planned timeout (ns)", SHOW, false},
    {"plan.input", "planned input", SHOW, false},
    {"plan.form", "planned form of requests", SHOW, false},
    {"plan.pace", "planned pace", HIDE, false},
    {"plan.goals", "planned goals", HIDE, false},
};

/* Both sides' values of one fact, sorted, each once. */
struct values {
    struct od_texts side[OD_SIDES];
};

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_texts(struct od_texts *texts)
{
    if (texts->count > 1) {
        qsort(texts->items, texts->count, sizeof *texts->items, by_bytes);
    }
}

/* Takes text, which may be NULL: nothing is added. */
static void add_once(struct od_texts *texts, char *text)
{
    for (size_t i = 0; text != NULL && i < texts->count; i++) {
        if (strcmp(texts->items[i], text) == 0) {
            free(text);
            return;
        }
    }
    if (text != NULL) {
        od_texts_add(texts, text);
    }
}

static bool is_on(const struct od_companion *companion, const struct od_gather *g,
                  int side)
{
    for (size_t i = 0; companion->run_id != NULL && i < g->run_count; i++) {
        const struct od_gathered_run *run = &g->runs[i];
        if (run->on[side] && run->id != NULL && strcmp(run->id, companion->run_id) == 0) {
            return true;
        }
    }
    return false;
}

static void collect(const struct od_companions *companions, const struct od_gather *g,
                    const char *parent, const char *name, struct values *out)
{
    for (size_t i = 0; i < companions->count; i++) {
        const json_t *at = od_meta_at(companions->items[i].root, parent);
        at = name != NULL ? json_object_get(at, name) : at;
        for (int s = 0; s < OD_SIDES; s++) {
            if (at != NULL && is_on(&companions->items[i], g, s)) {
                add_once(&out->side[s], od_meta_text(at));
            }
        }
    }
    sort_texts(&out->side[OD_BASE]);
    sort_texts(&out->side[OD_NEW]);
}

static bool same_texts(const struct od_texts *a, const struct od_texts *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        same = strcmp(a->items[i], b->items[i]) == 0;
    }
    return same;
}

/* "a, b and 3 more". */
static void join(const struct od_texts *texts, enum shown shown, struct od_buf *out)
{
    enum { LISTED = 3 };
    for (size_t i = 0; i < texts->count && i < LISTED; i++) {
        od_buf_printf(out, "%s%.*s", i > 0 ? ", " : "", shown == BRIEF ? 12 : 200,
                      texts->items[i]);
    }
    if (texts->count > LISTED) {
        od_buf_printf(out, " and %zu more", texts->count - LISTED);
    }
}

static void warn(struct od_comparison *out, const struct od_buf *text)
{
    od_texts_add(&out->warnings, od_xstrdup(text->data));
}

static void compare(const struct values *values, const char *name, enum shown shown,
                    struct od_comparison *out)
{
    const struct od_texts *side = values->side;
    struct od_buf text;
    if (side[OD_BASE].count == 0 || side[OD_NEW].count == 0 ||
        same_texts(&side[OD_BASE], &side[OD_NEW])) {
        return;
    }
    od_buf_init(&text, 0);
    od_buf_printf(&text, "the sides differ in %s", name);
    for (int s = 0; s < OD_SIDES && shown != HIDE; s++) {
        od_buf_puts(&text, s == OD_BASE ? ": " : "; ");
        join(&side[s], shown, &text);
        od_buf_printf(&text, " (%s)", out->source[s].label);
    }
    warn(out, &text);
    od_buf_release(&text);
}

static void put_common(const struct values *values, const char *name,
                       struct od_comparison *out)
{
    const struct od_texts *side = values->side;
    if (side[OD_BASE].count != 1 || !same_texts(&side[OD_BASE], &side[OD_NEW])) {
        return;
    }
    out->common = od_xrealloc(out->common, out->common_count + 1, sizeof *out->common);
    out->common[out->common_count++] =
        (struct od_compare_fact){od_xstrdup(name), od_xstrdup(side[OD_BASE].items[0])};
}

static void compare_facts(const struct od_companions *companions,
                          const struct od_gather *g, struct od_comparison *out)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        struct values values = {0};
        collect(companions, g, facts[i].path, NULL, &values);
        compare(&values, facts[i].name, facts[i].shown, out);
        if (facts[i].common) {
            put_common(&values, facts[i].name, out);
        }
        od_texts_release(&values.side[OD_BASE]);
        od_texts_release(&values.side[OD_NEW]);
    }
}

static void compare_versions(const struct od_companions *companions,
                             const struct od_gather *g, struct od_comparison *out)
{
    struct od_texts names = {0};
    for (size_t i = 0; i < companions->count; i++) {
        json_t *versions = json_object_get(companions->items[i].root, "versions");
        const char *name = NULL;
        json_t *value = NULL;
        json_object_foreach(versions, name, value)
        {
            add_once(&names, od_xstrdup(name));
        }
    }
    sort_texts(&names);
    for (size_t i = 0; i < names.count; i++) {
        struct values values = {0};
        char *name = od_xasprintf("version of %s", names.items[i]);
        collect(companions, g, "versions", names.items[i], &values);
        compare(&values, name, SHOW, out);
        od_texts_release(&values.side[OD_BASE]);
        od_texts_release(&values.side[OD_NEW]);
        free(name);
    }
    od_texts_release(&names);
}

/* How a run ended that did not end well; NULL: it did, or nothing is said. */
static const char *ending(const struct od_companion *companion)
{
    const json_t *plan = json_object_get(companion->root, "plan");
    const json_t *end = json_object_get(plan, "end");
    const char *text = json_string_value(end);
    if (!json_is_object(plan) || (text != NULL && strcmp(text, "complete") == 0)) {
        return NULL;
    }
    if (text == NULL) {
        return "has no end: it was killed, or still goes on";
    }
    return strcmp(text, "interrupted") == 0  ? "was interrupted"
           : strcmp(text, "max-errors") == 0 ? "was ended by --max-errors"
                                             : "could not write all of its rows";
}

static bool is_repeated(const struct od_companions *companions, size_t i)
{
    size_t k = 0;
    while (strcmp(companions->items[k].path, companions->items[i].path) != 0) {
        k++;
    }
    return k < i;
}

static void tell_ends(const struct od_companions *companions, const struct od_gather *g,
                      struct od_texts *warnings)
{
    for (size_t i = 0; i < companions->count; i++) {
        const struct od_companion *c = &companions->items[i];
        const char *end = ending(c);
        if (c->run_id == NULL || is_repeated(companions, i)) {
            continue;
        }
        if (!is_on(c, g, OD_BASE) && !is_on(c, g, OD_NEW)) {
            od_texts_add(warnings,
                         od_xasprintf("%s is about run %s, of which there are no rows",
                                      od_path_base(c->path), c->run_id));
        } else if (end != NULL) {
            od_texts_add(warnings, od_xasprintf("run %s %s", c->run_id, end));
        }
    }
}

static bool has_companion(const struct od_companions *companions,
                          const struct od_gathered_run *run)
{
    for (size_t i = 0; run->id != NULL && i < companions->count; i++) {
        const char *id = companions->items[i].run_id;
        if (id != NULL && strcmp(id, run->id) == 0) {
            return true;
        }
    }
    return false;
}

/* One warning for all runs of which nothing is known. */
static void tell_missing(const struct od_companions *companions,
                         const struct od_gather *g, struct od_comparison *out)
{
    struct od_texts names = {0};
    for (size_t i = 0; i < g->run_count; i++) {
        const struct od_gathered_run *run = &g->runs[i];
        const struct od_companion *c = &companions->items[run->file];
        if (!has_companion(companions, run)) {
            add_once(&names, c->root == NULL ? od_xstrdup(od_path_base(c->path))
                                             : od_xasprintf("run %s", run->name));
        }
    }
    sort_texts(&names);
    if (names.count > 0) {
        struct od_buf text;
        od_buf_init(&text, 0);
        od_buf_puts(&text,
                    "no .meta.json tells on what machine and how it was measured: ");
        join(&names, SHOW, &text);
        warn(out, &text);
        od_buf_release(&text);
    }
    od_texts_release(&names);
}

void od_companions_tell(const struct od_companions *companions, const struct od_gather *g,
                        struct od_comparison *out)
{
    struct od_texts ends = {0};
    tell_ends(companions, g, &ends);
    sort_texts(&ends);
    for (size_t i = 0; i < ends.count; i++) {
        od_texts_add(&out->warnings, ends.items[i]);
    }
    free(ends.items);
    compare_facts(companions, g, out);
    compare_versions(companions, g, out);
    tell_missing(companions, g, out);
}
