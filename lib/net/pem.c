/* Certificates and keys of TLS. */
#include "net/pem.h"

#include "base/file.h"

#include <gnutls/gnutls.h>
#include <string.h>

/* The roots of a whole system have some 200 KB. */
#define PEM_MAX_BYTES ((size_t)4 * 1024 * 1024)

static int load(const char *path, struct od_buf *out, struct od_err *err)
{
    od_buf_init(out, PEM_MAX_BYTES);
    return path == NULL ? 0 : od_file_read(path, out, err);
}

static gnutls_datum_t datum(const struct od_buf *text)
{
    return (gnutls_datum_t){.data = (unsigned char *)text->data,
                            .size = (unsigned)text->len};
}

/* The libraries that speak TLS would refuse what is wrong here, but late, each in words
 * of its own, or in none. */
static int check(const struct od_tls *tls, const struct od_pem *pem, struct od_err *err)
{
    gnutls_certificate_credentials_t own = NULL;
    const gnutls_datum_t cert = datum(&pem->cert);
    const gnutls_datum_t key = datum(&pem->key);
    const gnutls_datum_t cacert = datum(&pem->cacert);
    int rc = gnutls_certificate_allocate_credentials(&own);
    if (rc < 0) {
        return od_fail(err, OD_ESYS, "cannot use GnuTLS: %s", gnutls_strerror(rc));
    }
    if (tls->cert != NULL) {
        rc = gnutls_certificate_set_x509_key_mem2(own, &cert, &key, GNUTLS_X509_FMT_PEM,
                                                  NULL, 0);
    }
    if (rc < 0) {
        rc = od_fail(err, OD_EINPUT, "certificate %s with key %s: %s", tls->cert,
                     tls->key, gnutls_strerror(rc));
    } else if (tls->cacert != NULL && gnutls_certificate_set_x509_trust_mem(
                                          own, &cacert, GNUTLS_X509_FMT_PEM) <= 0) {
        rc = od_fail(err, OD_EINPUT, "%s holds no certificate in PEM form", tls->cacert);
    }
    gnutls_certificate_free_credentials(own);
    return rc < 0 ? -1 : 0;
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
    if (load(tls->cacert, &out->cacert, err) != 0 ||
        load(tls->cert, &out->cert, err) != 0 || load(tls->key, &out->key, err) != 0 ||
        check(tls, out, err) != 0) {
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
