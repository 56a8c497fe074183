/* The files of a TLS connection. */
#include "net/pem.h"

#include "base/file.h"

#include <string.h>

#define PEM_MAX_BYTES ((size_t)4 * 1024 * 1024)

static int load(const char *path, const char *kind, struct od_buf *out,
                struct od_err *err)
{
    struct od_err why = {0};
    od_buf_init(out, PEM_MAX_BYTES);
    if (path == NULL) {
        return 0;
    }
    if (od_file_read(path, out, &why) != 0) {
        return od_fail(err, OD_EINPUT, "%s", why.msg);
    }
    if (out->len == 0 || strstr(out->data, kind) == NULL) {
        return od_fail(err, OD_EINPUT, "%s: no PEM text with \"%s\"", path, kind);
    }
    return 0;
}

int od_pem_load(const struct od_tls *tls, struct od_pem *out, struct od_err *err)
{
    memset(out, 0, sizeof *out);
    if (!tls->on) {
        return 0;
    }
    if ((tls->cert == NULL) != (tls->key == NULL)) {
        return od_fail(err, OD_EINPUT, "%s: the %s that belongs to it is missing",
                       tls->cert != NULL ? tls->cert : tls->key,
                       tls->cert != NULL ? "key" : "certificate");
    }
    if (load(tls->cacert, "-----BEGIN CERTIFICATE-----", &out->cacert, err) != 0 ||
        load(tls->cert, "-----BEGIN CERTIFICATE-----", &out->cert, err) != 0 ||
        load(tls->key, "PRIVATE KEY-----", &out->key, err) != 0) {
        od_pem_release(out);
        return -1;
    }
    return 0;
}

void od_pem_release(struct od_pem *pem)
{
    od_buf_release(&pem->cacert);
    od_buf_release(&pem->cert);
    od_buf_release(&pem->key);
}
