/* Headers and tokens. */
#include "bench/secrets.h"

#include "base/alloc.h"
#include "base/file.h"
#include "base/parse.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define TOKEN_MAX       ((size_t)64 << 10)
#define HEADER_NAME_MAX 128

static const char *const harmless[] = {
    "accept",  "accept-language", "cache-control", "pragma",
    "referer", "user-agent",      "traceparent",   "tracestate",
};

/* What a protocol or this program writes. */
static const char *const taken[] = {"content-encoding", "content-type", "odbench-id"};

static bool listed(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(name, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_harmless(const char *name)
{
    static const char request[] = "x-request-";
    return listed(name, harmless, sizeof harmless / sizeof *harmless) ||
           strncasecmp(name, request, sizeof request - 1) == 0;
}

void od_secrets_release(struct od_secrets *secrets)
{
    od_headers_release(&secrets->headers);
    free(secrets->source);
    *secrets = (struct od_secrets){0};
}

/* Letters, digits, "-", "_" and ".": what both HTTP (RFC 9110, 5.1) and gRPC allow. */
static bool is_name(const char *name)
{
    size_t len = strlen(name);
    return len > 0 && len <= HEADER_NAME_MAX &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                        "-_.") == len;
}

static bool is_printable(const char *value)
{
    for (; *value != '\0'; value++) {
        if (*value < ' ' || *value > '~') {
            return false;
        }
    }
    return true;
}

static int check_header(const char *name, const char *value, struct od_err *err)
{
    size_t len = strlen(name);
    if (od_header_frames(name) || listed(name, taken, sizeof taken / sizeof *taken) ||
        strncasecmp(name, "grpc-", 5) == 0) {
        return od_fail(err, OD_EINPUT, "--header %s: set by the program itself", name);
    }
    if (len > 4 && strcasecmp(name + len - 4, "-bin") == 0) {
        return od_fail(err, OD_EINPUT, "--header %s: binary metadata is not supported",
                       name);
    }
    if (!is_printable(value)) {
        return od_fail(err, OD_EINPUT,
                       "--header %s: its value holds a character that is not printable "
                       "ASCII",
                       name);
    }
    return 0;
}

/* As gRPC wants them, and HTTP does not mind. */
static void lower_case(char *name)
{
    for (; *name != '\0'; name++) {
        *name = (char)tolower((unsigned char)*name);
    }
}

/* Without spaces and tabs at its ends: what HTTP itself leaves out (RFC 9110, 5.5). */
static const char *trim_value(char *value)
{
    value += strspn(value, " \t");
    size_t len = strlen(value);
    while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t')) {
        value[--len] = '\0';
    }
    return value;
}

/* Never quotes text: without a colon it may be a secret as a whole. */
static int add_header(const char *text, size_t number, struct od_secrets *out,
                      struct od_err *err)
{
    char *copy = od_xstrdup(text);
    char *colon = strchr(copy, ':');
    int rc = 0;
    if (colon != NULL) {
        *colon = '\0';
    }
    if (colon == NULL || !is_name(copy)) {
        rc = od_fail(err, OD_EINPUT,
                     "--header: number %zu is not NAME:VALUE with a name of letters, "
                     "digits, -, _ and .",
                     number);
    } else {
        const char *value = trim_value(colon + 1);
        lower_case(copy);
        rc = check_header(copy, value, err);
        if (rc == 0) {
            od_headers_add(&out->headers, copy, value);
        }
        if (rc == 0 && out->source == NULL && !is_harmless(copy)) {
            out->source = od_xasprintf("--header %s", copy);
        }
    }
    free(copy);
    return rc;
}

/* from names the option and its file or variable. */
static int add_token(const char *token, const char *from, struct od_secrets *out,
                     struct od_err *err)
{
    if (token[0] == '\0') {
        return od_fail(err, OD_EINPUT, "%s: empty", from);
    }
    if (!is_printable(token) || strchr(token, ' ') != NULL) {
        return od_fail(err, OD_EINPUT,
                       "%s: a token is one word of printable ASCII characters", from);
    }
    if (od_headers_get(&out->headers, "authorization") != NULL) {
        return od_fail(err, OD_EINPUT,
                       "%s: another option brings an Authorization header already", from);
    }
    char *value = od_xasprintf("Bearer %s", token);
    od_headers_add(&out->headers, "authorization", value);
    free(value);
    if (out->source == NULL) {
        out->source = od_xstrdup(from);
    }
    return 0;
}

static int add_token_file(const char *path, struct od_secrets *out, struct od_err *err)
{
    struct od_buf text;
    char *from = od_xasprintf("--token-file %s", path);
    od_buf_init(&text, TOKEN_MAX);
    int rc = od_file_read(path, &text, err);
    if (rc != 0) {
        od_err_context(err, "--token-file");
    } else if (strlen(text.data) != text.len) {
        rc = od_fail(err, OD_EINPUT, "%s: holds a NUL byte", from);
    } else {
        rc = add_token(od_trim(text.data), from, out, err);
    }
    od_buf_release(&text);
    free(from);
    return rc;
}

/* Only what looks like a variable's name is repeated: it may be a token given in its
 * place. */
static int add_token_env(const char *name, const char *value, struct od_secrets *out,
                         struct od_err *err)
{
    if (value == NULL) {
        bool plain = name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")] == '\0';
        return plain ? od_fail(err, OD_EINPUT, "--token-env %s: not set", name)
                     : od_fail(err, OD_EINPUT,
                               "--token-env: no environment variable of that name");
    }
    char *from = od_xasprintf("--token-env %s", name);
    int rc = add_token(value, from, out, err);
    free(from);
    return rc;
}

int od_secrets_build(const struct od_run_options *options, const char *token_env_value,
                     struct od_secrets *out, struct od_err *err)
{
    *out = (struct od_secrets){0};
    for (size_t i = 0; i < options->headers.count; i++) {
        if (add_header(options->headers.items[i], i + 1, out, err) != 0) {
            return -1;
        }
    }
    if (options->token_file != NULL &&
        add_token_file(options->token_file, out, err) != 0) {
        return -1;
    }
    if (options->token_env != NULL &&
        add_token_env(options->token_env, token_env_value, out, err) != 0) {
        return -1;
    }
    if (options->paper && out->headers.count > 0) {
        return od_fail(err, OD_EINPUT,
                       "--paper sends the study's headers alone, not those of --header, "
                       "--token-file or --token-env");
    }
    return 0;
}

static bool is_loopback(const char *host)
{
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, host, &four) == 1) {
        return (ntohl(four.s_addr) >> 24) == 127;
    }
    if (inet_pton(AF_INET6, host, &six) == 1) {
        return IN6_IS_ADDR_LOOPBACK(&six) != 0;
    }
    return strcasecmp(host, "localhost") == 0;
}

int od_secrets_guard(const struct od_secrets *secrets, const char *target,
                     const char *host, bool tls, struct od_err *err)
{
    if (secrets->source == NULL || tls || is_loopback(host)) {
        return 0;
    }
    return od_fail(err, OD_EINPUT,
                   "target '%s' (%s) does not speak TLS, and %s would travel in plain "
                   "text; see --tls, or --allow-plaintext-token",
                   target, host, secrets->source);
}

/* How much of arg may be kept when it ends in the text of a header, NAME: at most; all of
 * it when it does not. */
static size_t kept_of(const char *arg, const char *header)
{
    size_t len = strlen(arg);
    size_t tail = strlen(header);
    if (tail == 0 || tail > len || strcmp(arg + len - tail, header) != 0) {
        return len;
    }
    const char *colon = strchr(header, ':');
    return len - tail + (colon != NULL ? (size_t)(colon - header) + 1 : 0);
}

static char *hide(const struct od_run_options *options, const char *arg)
{
    static const char key[] = "header=";
    size_t len = strlen(arg);
    size_t kept = len;
    for (size_t i = 0; i < options->headers.count; i++) {
        size_t k = kept_of(arg, options->headers.items[i]);
        kept = k < kept ? k : kept;
    }
    /* A header of --set stands nowhere else when --header is given too. */
    for (size_t i = 0; i < options->set.count; i++) {
        const char *set = options->set.items[i];
        bool header = strncmp(set, key, sizeof key - 1) == 0;
        size_t k = header ? kept_of(arg, set + sizeof key - 1) : len;
        kept = k < kept ? k : kept;
    }
    return kept < len ? od_xasprintf("%.*s[hidden]", (int)kept, arg) : od_xstrdup(arg);
}

char **od_secrets_hide(const struct od_run_options *options, int argc,
                       const char *const *argv)
{
    char **out = od_xcalloc((size_t)argc + 1, sizeof *out);
    for (int i = 0; i < argc; i++) {
        out[i] = hide(options, argv[i]);
    }
    return out;
}

void od_argv_free(char **argv, int argc)
{
    for (int i = 0; argv != NULL && i < argc; i++) {
        free(argv[i]);
    }
    free(argv);
}
