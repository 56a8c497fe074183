/* Errors as values: one code for the program, one sentence for the user. */
#ifndef OD_BASE_ERR_H
#define OD_BASE_ERR_H

#include <stdarg.h>

#if defined(__GNUC__)
#define OD_MUST_CHECK               __attribute__((warn_unused_result))
#define OD_PRINTF(fmt_index, first) __attribute__((format(printf, fmt_index, first)))
#else
#define OD_MUST_CHECK
#define OD_PRINTF(fmt_index, first)
#endif

/*
 * One list makes the enum and od_err_name. The third column is the exit status of a
 * program that ends with this error: 2 input, 4 target, 6 output, 70 a bug of ours.
 */
#define OD_ERRORS(X)                                                                     \
    X(OK, "ok", 0)                                                                       \
    X(EINPUT, "bad input", 2)            /* bytes, text or options that make no sense */ \
    X(ENOENT, "not found", 2)            /* a file, model or image that is not there */  \
    X(ELIMIT, "limit exceeded", 2)       /* larger than a stated maximum */              \
    X(EUNSUPPORTED, "not supported", 2)  /* well formed, but not something we do */      \
    X(ESYS, "system error", 2)           /* reading or starting something failed */      \
    X(EOUTPUT, "cannot write output", 6) /* a file or stream cannot be written */        \
    X(ECONNECT, "cannot connect", 4)     /* resolve, refuse, unreachable */              \
    X(ERESET, "connection lost", 4) /* closed or broken before the reply was whole */    \
    X(ETIMEOUT, "timed out", 4)     /* no whole reply within the deadline */             \
    X(ECANCELLED, "cancelled", 130) /* stopped by the user */                            \
    X(ESERVER, "server error", 4)   /* the server answered with an error code */         \
    X(EDECODE, "cannot decode", 4)  /* the reply is not what the protocol says */        \
    X(EBUG, "internal error", 70)

enum od_errcode {
#define OD_ERR_ENUM(name, text, status) OD_##name,
    OD_ERRORS(OD_ERR_ENUM)
#undef OD_ERR_ENUM
};

/* Caller-owned; a zeroed one is "no error". The text is lower case, without full stop. */
struct od_err {
    enum od_errcode code;
    char msg[256];
};

/*
 * Fills *err and returns -1, so that `return od_fail(err, ...)` is one step. The first
 * error wins: an *err that already holds one is left alone. err may be NULL. Too long a
 * text is cut at a UTF-8 boundary and ends in "...".
 */
int od_fail(struct od_err *err, enum od_errcode code, const char *fmt, ...)
    OD_PRINTF(3, 4);
#if defined(__clang_analyzer__)
/* An analyser that sees one file at a time is told that the result is -1. */
#define od_fail(err, ...) ((od_fail)((err), __VA_ARGS__), -1)
#endif

/* Puts "outer: " in front of the text of *err when it holds an error. err may be NULL. */
void od_err_context(struct od_err *err, const char *fmt, ...) OD_PRINTF(2, 3);

/* Makes *err "no error" again. err may be NULL. */
void od_err_clear(struct od_err *err);

/* The short name of a code ("timed out"). Never NULL. */
const char *od_err_name(enum od_errcode code);

/* The exit status of DESIGN's table for a code. */
int od_code_exit(enum od_errcode code);

#endif
