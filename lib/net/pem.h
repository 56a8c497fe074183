/* Certificates and keys of TLS, for clients and servers. */
#ifndef OD_NET_PEM_H
#define OD_NET_PEM_H

#include "base/buf.h"
#include "base/err.h"
#include "net/conn.h"

/* PEM texts; an empty one was not asked for. Zeroed is empty. */
struct od_pem {
    struct od_buf cacert;
    struct od_buf cert;
    struct od_buf key;
};

/*
 * Reads the files that tls names, nothing when it is off; tls->insecure does not matter.
 * Fails with OD_ENOENT or OD_ESYS (naming the file), OD_ELIMIT (more than 4 MiB), or
 * OD_EINPUT: no PEM of that kind, a key that is not the certificate's, one of the two
 * without the other. Nothing of a key stands in a message.
 */
int od_pem_load(const struct od_tls *tls, struct od_pem *out,
                struct od_err *err) OD_MUST_CHECK;
void od_pem_release(struct od_pem *pem);

#endif
