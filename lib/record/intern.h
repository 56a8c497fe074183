/* A set of strings: each text is kept once. */
#ifndef OD_RECORD_INTERN_H
#define OD_RECORD_INTERN_H

struct od_intern;

/* Owned by the caller. For one thread. */
struct od_intern *od_intern_new(void);
void od_intern_free(struct od_intern *set);

/* The set's copy of text, the same pointer for equal texts; lives as long as the set. */
const char *od_intern_add(struct od_intern *set, const char *text);

#endif
