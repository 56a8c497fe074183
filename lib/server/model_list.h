/* Which models a server is asked to serve, from texts such as "NAME=SOURCE". */
#ifndef OD_SERVER_MODEL_LIST_H
#define OD_SERVER_MODEL_LIST_H

#include "base/buf.h"
#include "base/err.h"
#include "engine/engine.h"
#include "server/catalog.h"

#include <stddef.h>

/* A zeroed list is empty. */
struct od_model_list {
    struct od_engine_spec *specs;
    size_t count;
    char **texts;                  /* what the specs' names and sources are in */
    struct od_catalog_form *forms; /* how each is served */
};

/*
 * given holds "NAME=SOURCE", or "NAME" for a source that is also the name ("scenes-ssd").
 * Without any, the list holds those of the project's own models whose files are in
 * common->models_dir. Every spec takes its other members from *common, which lends its
 * models_dir for the life of the list. Fails with OD_ENOENT when there is nothing to
 * serve; the sources are not looked at.
 */
int od_model_list_init(struct od_model_list *list, char *const *given, size_t count,
                       const struct od_engine_spec *common,
                       struct od_err *err) OD_MUST_CHECK;

/*
 * Sets the forms: formats are "[MODEL:]KEY=VALUE,..." as od_input_format_read has them,
 * input the name of the models' input (NULL: the default). Fails with OD_EINPUT.
 */
int od_model_list_form(struct od_model_list *list, char *const *formats, size_t count,
                       const char *input, struct od_err *err) OD_MUST_CHECK;
void od_model_list_release(struct od_model_list *list);

/* A line for every kind of source, with the project's own files in models_dir. */
void od_model_list_describe(const char *models_dir, struct od_buf *out);

#endif
