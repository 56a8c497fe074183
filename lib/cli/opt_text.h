/* The texts made from an option table; od_opt_parse puts them into its result. */
#ifndef OD_CLI_OPT_TEXT_H
#define OD_CLI_OPT_TEXT_H

#include "cli/opt.h"

/* The options that every program has: --help, --version, --completion. */
extern const struct od_opt od_opt_builtins[];
extern const size_t od_opt_builtin_count;

/* Each appends whole lines of at most 80 columns to *out. */
void od_opt_help(const struct od_program *program, struct od_buf *out);
void od_opt_version(const struct od_program *program, struct od_buf *out);
/* A bash script that completes options, their choices and file names. */
void od_opt_completion(const struct od_program *program, struct od_buf *out);

#endif
