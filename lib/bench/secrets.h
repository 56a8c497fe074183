/* Headers and tokens that go with every request, and that nobody else must learn. */
#ifndef OD_BENCH_SECRETS_H
#define OD_BENCH_SECRETS_H

#include "bench/options.h"
#include "wire/message.h"

/* A zeroed one is empty and may be released. */
struct od_secrets {
    struct od_headers headers; /* owned */
    char *source; /* owned: what brought the first secret, for messages, as "--header
                     x-key"; NULL: there is none, all headers are harmless */
};

/*
 * Makes the headers of --header, --token-file (which is read) and --token-env, whose
 * value the caller has looked up (NULL: not set). *out is released by the caller in
 * either case. A text of --header is NAME:VALUE; blanks around VALUE are taken away. A
 * name consists of letters, which become lower-case, digits, "-", "_" and "."; a value of
 * printable ASCII. Names that say how a message is framed are refused, and so is more
 * than one token.
 *
 * Every header is secret but Accept, Accept-Language, Cache-Control, Pragma, Referer,
 * User-Agent, Traceparent, Tracestate and those that begin with X-Request-. Messages name
 * the header or the option, never a value. Fails with OD_EINPUT, OD_ENOENT, OD_ESYS,
 * OD_ELIMIT.
 */
int od_secrets_build(const struct od_run_options *options, const char *token_env_value,
                     struct od_secrets *out, struct od_err *err) OD_MUST_CHECK;
void od_secrets_release(struct od_secrets *secrets);

/*
 * Refuses to send secrets in the clear: fails with OD_EINPUT, naming target and option,
 * when there is a secret, the target does not speak TLS and host is neither localhost nor
 * an address of the loopback interface.
 */
int od_secrets_guard(const struct od_secrets *secrets, const char *target,
                     const char *host, bool tls, struct od_err *err) OD_MUST_CHECK;

/*
 * The command line with the values of headers replaced by "[hidden]", however the option
 * was spelled: what may be recorded. Owned by the caller, released with od_argv_free.
 */
char **od_secrets_hide(const struct od_run_options *options, int argc,
                       const char *const *argv);
void od_argv_free(char **argv, int argc);

#endif
