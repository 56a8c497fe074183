/* Addresses and listening sockets of the server. */
#ifndef OD_SERVER_LISTEN_H
#define OD_SERVER_LISTEN_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum { OD_ADDRESS_MAX = 64 };

/*
 * The numeric form of the first address that host (a name or a numeric address) has.
 * Fails with OD_EINPUT, naming host. *loopback: only this machine can reach it.
 */
int od_listen_resolve(const char *host, char address[OD_ADDRESS_MAX], bool *loopback,
                      struct od_err *err) OD_MUST_CHECK;

/*
 * A listening TCP socket on a numeric address and port (0: a free one). *fd is owned by
 * the caller, *bound is the port. Fails with OD_ESYS: "127.0.0.1 port 8500: Address
 * already in use".
 */
int od_listen_open(const char *address, int port, int *fd, int *bound,
                   struct od_err *err) OD_MUST_CHECK;

/* Closes a socket that is not needed; -1 is fine. */
void od_listen_shut(int fd);

/* "127.0.0.1:8500" or "[::1]:8500". */
void od_listen_format(const char *address, int port, char *out, size_t size);

#endif
