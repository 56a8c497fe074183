/* Profiles: how a plain web service takes a picture and tells boxes (odbench-profile(5)).
 */
#ifndef OD_PROTOCOL_PROFILE_H
#define OD_PROTOCOL_PROFILE_H

#include "base/err.h"
#include "service/request.h"

#include <stddef.h>

/* Immutable once made, so that any thread may use it. Presets live for ever. */
struct od_profile;

/* The preset that the protocol web has without a profile: "fastapi-columns". */
const struct od_profile *od_profile_default(void);
/* The preset of that name, or NULL. */
const struct od_profile *od_profile_find(const char *name);
/* The i-th preset in the order of the manual, NULL behind the last. */
const struct od_profile *od_profile_at(size_t i);

/* "tfs-od-tf1, ...": all of them, in that order. */
#define OD_PROFILE_NAMES_MAX 160
void od_profile_names(char out[OD_PROFILE_NAMES_MAX]);

/*
 * Reads a profile from a JSON file. Fails with OD_ENOENT or OD_ESYS when the file cannot
 * be read, with OD_EINPUT when it is no profile; the text names path, key and bad value.
 * Relative names of label files are looked up beside the file. *out is owned by the
 * caller.
 */
int od_profile_read(const char *path, struct od_profile **out,
                    struct od_err *err) OD_MUST_CHECK;
/* A preset by its name, else a file; *own is what is to be freed, NULL for a preset. Of a
 * bare name that is neither the error tells the presets. */
int od_profile_load(const char *name, const struct od_profile **out,
                    struct od_profile **own, struct od_err *err) OD_MUST_CHECK;
/* The same from a text; path is what errors call it, and what the profile is named by
 * when it does not name itself. */
int od_profile_parse(const char *text, size_t len, const char *path,
                     struct od_profile **out, struct od_err *err) OD_MUST_CHECK;
/* Only for what read or parse made; NULL is fine. */
void od_profile_free(struct od_profile *profile);

/* What the profile is called: a preset's name, the member "name" of a file, or the file's
 * name without folder and ".json". Borrowed from the profile. */
const char *od_profile_name(const struct od_profile *profile);
/* The one payload that its body carries: JPEG (multipart, raw), B64 or JSON. */
enum od_payload od_profile_payload(const struct od_profile *profile);

#endif
