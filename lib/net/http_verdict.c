/* What the end of a transfer means. */
#include "net/http_state.h"

#include "net/transport.h"

#include <stdio.h>
#include <string.h>

static int by_result(const struct od_http *http, CURLcode result, const char *why,
                     struct od_err *err)
{
    const struct od_conn *conn = http->conn;
    long system_error = 0;
    (void)curl_easy_getinfo(http->easy, CURLINFO_OS_ERRNO, &system_error);
    switch ((int)result) {
    case CURLE_OK:
        /* curl takes an end within the head for the end of a reply without a body. */
        if (!http->head_whole || http->interim) {
            return od_conn_fail(conn, OD_ERESET, "closed within the reply's head", err);
        }
        return 0;
    case CURLE_OPERATION_TIMEDOUT:
        why = http->secured ? "no whole reply in time" : "no TLS in time";
        return od_conn_fail(conn, OD_ETIMEOUT, why, err);
    case CURLE_SSL_CONNECT_ERROR:
        if (strstr(why, "wrong version number") != NULL) {
            why = "the server does not speak TLS";
        } else if (strstr(why, "SSL_ERROR_SYSCALL") != NULL) {
            why = OD_CLOSED_IN_TLS;
        }
        return od_conn_fail(conn, OD_ECONNECT, why, err);
    case CURLE_URL_MALFORMAT:
        return od_conn_fail(conn, OD_EINPUT, why, err);
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return od_conn_fail(conn, OD_ECONNECT, why, err);
    case CURLE_GOT_NOTHING:
        why = od_conn_heard(conn, od_http_fd(http)) == OD_HEARD_NOTHING
                  ? "closed without a byte of reply (TLS wanted?)"
                  : why;
        return od_conn_fail(conn, OD_ERESET, why, err);
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
        return od_conn_fail(conn, OD_ERESET, why, err);
    case CURLE_RECV_ERROR:
        /* curl says so of a broken connection and of broken chunks alike. */
        return od_conn_fail(conn, system_error != 0 ? OD_ERESET : OD_EDECODE, why, err);
    case CURLE_UNSUPPORTED_PROTOCOL: /* "HTTP/0.9", that is: no status line */
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
        return od_conn_fail(conn, OD_EDECODE, why, err);
    default: /* curl's enum, not ours, and a hundred values long */
        return od_conn_fail(conn, OD_ESYS, why, err);
    }
}

/* A TLS connection that this exchange has made broke before it brought a reply. */
static bool broke_young(const struct od_http *http, CURLcode result)
{
    return http->conn->endpoint.tls.on && http->connected_ns >= 0 &&
           http->stamps->first_ns < 0 &&
           (result == CURLE_SEND_ERROR || result == CURLE_RECV_ERROR ||
            result == CURLE_GOT_NOTHING);
}

int od_http_verdict(struct od_http *http, CURLcode result, struct od_err *err)
{
    const struct od_conn *conn = http->conn;
    const char *why = http->text[0] != '\0' ? http->text : curl_easy_strerror(result);
    if (result == CURLE_OK && !http->too_large && http->head_whole && !http->interim) {
        return 0;
    }
    enum od_heard heard = od_conn_heard(conn, od_http_fd(http));
    if (atomic_load(&conn->cancelled) && result != CURLE_OK) {
        return od_conn_fail(conn, OD_ECANCELLED, "cancelled", err);
    }
    if (http->too_large || result == CURLE_FILESIZE_EXCEEDED) {
        char text[96];
        (void)snprintf(text, sizeof text,
                       http->head.overflow
                           ? "the reply's head is larger than accepted"
                           : "the reply is larger than accepted (max. %lld bytes)",
                       (long long)conn->endpoint.reply_max_bytes);
        return od_conn_fail(conn, OD_ELIMIT, text, err);
    }
    if (http->resend_refused) {
        return od_conn_fail(conn, OD_ERESET, "the reused connection was closed", err);
    }
    if (http->socket.code != OD_OK) {
        struct od_socket_ask ask = od_conn_ask(conn, http->deadline_ns);
        return od_socket_fail(&ask, &http->socket, err);
    }
    if (result != CURLE_OK && heard == OD_HEARD_ALERT) {
        return od_conn_fail(conn, OD_ECONNECT, "the server speaks TLS", err);
    }
    if (result != CURLE_OK && conn->endpoint.tls.on && strstr(why, " alert ") != NULL) {
        return od_conn_fail(conn, OD_ECONNECT, why, err);
    }
    if (broke_young(http, result)) {
        return od_conn_fail(conn, OD_ERESET, OD_CLOSED_IN_TLS, err);
    }
    return by_result(http, result, why, err);
}
