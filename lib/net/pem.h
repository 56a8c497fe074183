/* The files of a TLS connection, read once. */
#ifndef OD_NET_PEM_H
#define OD_NET_PEM_H

#include "base/buf.h"
#include "net/conn.h"

/* Texts of the files; an empty one was not asked for. Zeroed is empty. */
struct od_pem {
    struct od_buf cacert;
    struct od_buf cert;
    struct od_buf key;
};

/*
 * Reads the files that tls names, nothing when it is off. Fails with OD_EINPUT, naming
 * the file: it cannot be read, is no PEM of that kind, or comes without the other one of
 * certificate and key. Whether a key fits its certificate shows when connecting.
 */
int od_pem_load(const struct od_tls *tls, struct od_pem *out,
                struct od_err *err) OD_MUST_CHECK;
void od_pem_release(struct od_pem *pem);

#endif
