/* The server's side of TLS. */
#include "server/tls.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

/* A chain of certificates has some KB. */
#define PEM_MAX ((size_t)1 << 20)

static int read_pem(const char *path, char **out, struct od_err *err)
{
    struct od_buf text;
    od_buf_init(&text, PEM_MAX);
    int rc = od_file_read(path, &text, err);
    if (rc == 0) {
        *out = od_xstrndup(text.data, text.len);
    }
    od_buf_release(&text);
    return rc;
}

static gnutls_datum_t datum(const char *text)
{
    /* GnuTLS only reads; its datum has no const twin. */
    return (gnutls_datum_t){.data = (unsigned char *)(uintptr_t)text,
                            .size = (unsigned)strlen(text)};
}

/* Both front ends would refuse what is wrong here, but neither says why. */
static int check(const struct od_server_tls *tls, const char *cert, const char *key,
                 const char *cacert, struct od_err *err)
{
    gnutls_certificate_credentials_t own = NULL;
    const gnutls_datum_t cert_text = datum(tls->cert);
    const gnutls_datum_t key_text = datum(tls->key);
    int rc = gnutls_certificate_allocate_credentials(&own);
    if (rc < 0) {
        return od_fail(err, OD_ESYS, "cannot use GnuTLS: %s", gnutls_strerror(rc));
    }
    rc = gnutls_certificate_set_x509_key_mem2(own, &cert_text, &key_text,
                                              GNUTLS_X509_FMT_PEM, NULL, 0);
    if (rc < 0) {
        rc = od_fail(err, OD_EINPUT, "certificate %s with key %s: %s", cert, key,
                     gnutls_strerror(rc));
    } else if (tls->ca != NULL) {
        const gnutls_datum_t ca_text = datum(tls->ca);
        int count =
            gnutls_certificate_set_x509_trust_mem(own, &ca_text, GNUTLS_X509_FMT_PEM);
        rc = count > 0
                 ? 0
                 : od_fail(err, OD_EINPUT, "%s holds no certificate in PEM form", cacert);
    }
    gnutls_certificate_free_credentials(own);
    return rc < 0 ? -1 : 0;
}

int od_server_tls_load(const char *cert, const char *key, const char *cacert,
                       struct od_server_tls **out, struct od_err *err)
{
    struct od_server_tls *tls = od_xcalloc(1, sizeof *tls);
    if (read_pem(cert, &tls->cert, err) != 0 || read_pem(key, &tls->key, err) != 0 ||
        (cacert != NULL && read_pem(cacert, &tls->ca, err) != 0) ||
        check(tls, cert, key, cacert, err) != 0) {
        od_server_tls_free(tls);
        return -1;
    }
    *out = tls;
    return 0;
}

void od_server_tls_free(struct od_server_tls *tls)
{
    if (tls == NULL) {
        return;
    }
    free(tls->cert);
    free(tls->key);
    free(tls->ca);
    free(tls);
}

void od_server_tls_demand_client(void *session)
{
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_cert(session, NULL, 0);
}
