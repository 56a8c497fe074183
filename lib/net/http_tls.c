/* TLS by libcurl, over the socket that we made. */
#include "net/http_state.h"

#include "net/transport.h"

static CURLcode set_text(CURL *easy, CURLoption option, const struct od_buf *text)
{
    struct curl_blob blob = {
        .data = text->data, .len = text->len, .flags = CURL_BLOB_NOCOPY};
    return text->len > 0 ? curl_easy_setopt(easy, option, &blob) : CURLE_OK;
}

/* Every handshake is a whole one, as over gRPC: sessions are not taken up again. */
int od_http_secure(struct od_http *http, struct od_err *err)
{
    CURL *easy = http->easy;
    const struct od_conn *conn = http->conn;
    bool check = !conn->endpoint.tls.insecure;
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, check ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, check ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    if (conn->pem.cacert.len > 0) {
        /* Else the system's folder of roots would be trusted too. */
        curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    if (set_text(easy, CURLOPT_CAINFO_BLOB, &conn->pem.cacert) != CURLE_OK ||
        set_text(easy, CURLOPT_SSLCERT_BLOB, &conn->pem.cert) != CURLE_OK ||
        set_text(easy, CURLOPT_SSLKEY_BLOB, &conn->pem.key) != CURLE_OK) {
        return od_conn_fail(conn, OD_ESYS, "this libcurl takes no certificates", err);
    }
    return 0;
}

static int seek_nowhere(void *user, curl_off_t offset, int origin)
{
    (void)user;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_OK;
}

/*
 * libcurl keeps no connection of CURLOPT_CONNECT_ONLY for later requests, nor one whose
 * CURLOPT_PREREQFUNCTION said no. An upload that is to be resumed at its end fails after
 * the handshake and before the request, and leaves the connection in the pool.
 */
int od_http_prepare_handshake(struct od_http *http, struct od_err *err)
{
    CURL *easy = http->easy;
    od_buf_reset(&http->url);
    od_buf_printf(&http->url, "https://%s/", http->conn->authority);
    http->body_len = 1;
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)1);
    curl_easy_setopt(easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)1);
    curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, seek_nowhere);
    if (curl_easy_setopt(easy, CURLOPT_URL, http->url.data) != CURLE_OK) {
        return od_conn_fail(http->conn, OD_EINPUT, "the address is too long", err);
    }
    return 0;
}

void od_http_end_handshake(struct od_http *http)
{
    curl_easy_setopt(http->easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)-1);
    curl_easy_setopt(http->easy, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)0);
    curl_easy_setopt(http->easy, CURLOPT_SEEKFUNCTION, NULL);
    curl_easy_setopt(http->easy, CURLOPT_HTTPGET, 1L);
}
