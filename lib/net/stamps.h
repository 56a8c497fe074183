/* When the steps of an exchange happened. */
#ifndef OD_NET_STAMPS_H
#define OD_NET_STAMPS_H

#include <stdint.h>

/*
 * Times of one exchange, all od_now_ns; spans are durations; -1 is "not measured", also
 * dns, connect and tls of a reused connection. Of a fresh one send_ns is before resolve.
 */
struct od_stamps {
    int64_t send_ns;    /* clock starts */
    int64_t dns_ns;     /* span */
    int64_t connect_ns; /* span: TCP handshake */
    int64_t tls_ns;     /* span: TLS handshake; over gRPC until the server's SETTINGS */
    int64_t written_ns; /* last request byte handed to the socket */
    int64_t acked_ns;   /* peer has acknowledged all of it, known to 50 us
                           (odbench-internals(7), Acknowledged); else -1 */
    int64_t first_ns;   /* first reply byte (gRPC: initial metadata; HTTP: the final
                           status, no 1xx) came to this host (odbench-internals(7),
                           Arrivals); before written_ns when an HTTP server answers early,
                           written_ns is -1 when the rest of the body was then not sent */
    int64_t last_ns;    /* last reply byte came to this host */
    int64_t end_ns;     /* whole reply received (odbench-internals(7), The clock's end) */
    int64_t handed_ns;  /* the library had unpacked it; not before end_ns */
    int64_t conn_id;    /* counts this process's connections from 1 */
    int64_t tcp_rtt_ns;
    int64_t tcp_retransmits; /* of the connection since its begin */
    int64_t bytes_up;        /* body bytes sent, without transport framing; gRPC: -1 when
                                not all were */
    int64_t bytes_down;      /* body bytes read */
};
void od_stamps_init(struct od_stamps *stamps);

#endif
