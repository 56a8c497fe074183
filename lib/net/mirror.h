/* The other end of a connection to this process itself: one answer for every request. */
#ifndef OD_NET_MIRROR_H
#define OD_NET_MIRROR_H

#include "base/err.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stdint.h>

/* One thread, that of the client; in it nothing waits for the other end. */
struct od_mirror {
    enum od_transport transport;
    int port;        /* on 127.0.0.1 */
    int fd;          /* listening, then connected; -1 none */
    uint32_t stream; /* HTTP/2: of the next request */
    bool asked; /* a request is about to come: od_mirror_answer has something to do */
};

/* Listens on a free port of 127.0.0.1. Fails with OD_ESYS; close it in either case. */
int od_mirror_listen(struct od_mirror *mirror, enum od_transport transport,
                     struct od_err *err) OD_MUST_CHECK;

/* Takes the connection that client_fd, a socket, has made to it, closes what others have
 * made, and listens no more. */
int od_mirror_accept(struct od_mirror *mirror, int client_fd,
                     struct od_err *err) OD_MUST_CHECK;

/*
 * Reads what has come, which it takes for one whole request of OD_MIRROR_BODY bytes, and
 * writes a reply of a few hundred bytes: status 200, and over gRPC OK.
 */
void od_mirror_answer(struct od_mirror *mirror);
#define OD_MIRROR_BODY ((size_t)1024)

void od_mirror_close(struct od_mirror *mirror);

#endif
