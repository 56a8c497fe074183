/* Steps through JSON text without building anything of it. */
#ifndef OD_DATASET_JSONSCAN_H
#define OD_DATASET_JSONSCAN_H

#include "base/err.h"
#include "dataset/jsonwalk.h"

#include <stdbool.h>
#include <stddef.h>

/* Where the scan is. All pointers are borrowed. */
struct od_json_scan {
    const struct od_json_text *text;
    const char *p;
    const char *end;
    struct od_err *err;
};

/* The key of a member as it is written, without its quotes. */
struct od_json_key {
    const char *text;
    size_t len;
};

void od_json_skip_blanks(struct od_json_scan *s);

/* Skips blanks; true when the next character is c, which is then skipped too. */
bool od_json_accept(struct od_json_scan *s, char c);

/* Reads the key and the colon of a member. Fails with OD_EINPUT and the position. */
int od_json_next_key(struct od_json_scan *s, struct od_json_key *out) OD_MUST_CHECK;

/*
 * Skips one value of any kind and checks its form: brackets, commas, colons, strings,
 * words, and that numbers are made of the characters of numbers. Without recursion; at
 * most 60 brackets deep. Fails with OD_EINPUT and the position.
 */
int od_json_skip_value(struct od_json_scan *s) OD_MUST_CHECK;

/* Is the key written so? */
bool od_json_key_is(const struct od_json_key *key, const char *text);

/* The members of an object that are wanted. */
struct od_json_wanted {
    const char *const *keys;
    size_t count; /* at most 32 */
    /* Called with the scan in front of the value of keys[index], which it reads. */
    int (*read)(void *ctx, size_t index);
    void *ctx;
};

/*
 * Reads the object that is all of the text: its wanted members, in any order; others are
 * skipped. *seen is the set of those that are there: bit 1 << index. Fails with OD_EINPUT
 * and the position, also when a wanted key stands twice, and as read does.
 */
int od_json_scan_object(struct od_json_scan *s, const struct od_json_wanted *wanted,
                        unsigned *seen) OD_MUST_CHECK;

/* Fails with "NAME:LINE:COLUMN: what", the place being at. */
int od_json_fail_at(const struct od_json_scan *s, const char *at,
                    const char *what) OD_MUST_CHECK;

/* The same for what stands next and is not wanted; or the text has ended. */
int od_json_fail_wanted(const struct od_json_scan *s, const char *what) OD_MUST_CHECK;

/* Puts "NAME:LINE:COLUMN: KEY[INDEX]" in front of the error. */
void od_json_add_place(const struct od_json_scan *s, const char *at, const char *key,
                       size_t index);

#endif
