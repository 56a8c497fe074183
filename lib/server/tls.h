/* The server's side of TLS: certificate, key, and whom it asks for a certificate. */
#ifndef OD_SERVER_TLS_H
#define OD_SERVER_TLS_H

#include "base/err.h"

/* PEM texts, as both libraries of the front ends want them. */
struct od_server_tls {
    char *cert; /* the server's certificate and those that sign it, in this order */
    char *key;  /* its private key, not encrypted */
    char *ca;   /* clients must show a certificate that these have signed; NULL: none need
                   one */
};

/*
 * Reads the files; cacert may be NULL. Fails with OD_ENOENT or OD_ESYS (naming the file),
 * OD_ELIMIT (more than a MiB), or OD_EINPUT: no PEM, a key that is not the certificate's,
 * no certificate in cacert. *out is owned by the caller.
 */
int od_server_tls_load(const char *cert, const char *key, const char *cacert,
                       struct od_server_tls **out, struct od_err *err) OD_MUST_CHECK;

/* NULL is fine. */
void od_server_tls_free(struct od_server_tls *tls);

/*
 * Makes a GnuTLS session of a server demand a client certificate that its trust list has
 * signed: libmicrohttpd only asks for one, and looks at none. session is the
 * gnutls_session_t, before the handshake.
 */
void od_server_tls_demand_client(void *session);

#endif
