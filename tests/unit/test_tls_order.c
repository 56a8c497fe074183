/* Where the stamps of a reply lie over TLS, with a server by GnuTLS that answers in
 * pieces, and sends tickets before when it likes. */
#include "peer_hold.h"

#include "tls_files.h"

#include <netinet/tcp.h>

static char *folder;
static char *cert;
static char *key;

struct server {
    int listener;
    int port;
    pthread_t thread;
    gnutls_certificate_credentials_t credentials;
    int tickets; /* that go out before each reply, each in a segment of its own */
    struct pieces pieces;
    atomic_bool done;
};

static void put(gnutls_session_t tls, const char *text, struct server *s, int piece)
{
    od_sleep_until_ns(od_now_ns() + PAUSE_NS);
    atomic_store(&s->pieces.from_ns[piece], od_now_ns());
    (void)gnutls_record_send(tls, text, strlen(text));
    atomic_store(&s->pieces.to_ns[piece], od_now_ns());
}

/* All of a request of BODY. */
#define BODY "a body"
static bool get_request(gnutls_session_t tls)
{
    char text[4096];
    size_t len = 0;
    ssize_t more = 0;
    do {
        more = gnutls_record_recv(tls, text + len, sizeof text - 1 - len);
        len += more > 0 ? (size_t)more : 0;
        text[len] = '\0';
    } while (more > 0 && strstr(text, "\r\n\r\n" BODY) == NULL);
    return more > 0;
}

static void *run_server(void *arg)
{
    struct server *s = arg;
    gnutls_session_t tls;
    gnutls_datum_t ticket_key = {0};
    int on = 1;
    int conn = accept(s->listener, NULL, NULL);
    (void)setsockopt(conn, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    (void)gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NO_AUTO_SEND_TICKET);
    (void)gnutls_session_ticket_key_generate(&ticket_key);
    (void)gnutls_session_ticket_enable_server(tls, &ticket_key);
    (void)gnutls_set_default_priority(tls);
    (void)gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, s->credentials);
    gnutls_transport_set_int(tls, conn);
    if (gnutls_handshake(tls) == GNUTLS_E_SUCCESS) {
        while (get_request(tls)) {
            od_sleep_until_ns(od_now_ns() + PAUSE_NS); /* behind the upload's stamp */
            for (int i = 0; i < s->tickets; i++) {
                (void)gnutls_session_ticket_send(tls, 1, 0);
            }
            put(tls, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", s, 0);
            put(tls, "ok", s, 1);
            atomic_store(&gate, true);
            atomic_store(&s->done, true);
        }
    }
    gnutls_deinit(tls);
    gnutls_free(ticket_key.data);
    (void)close(conn);
    return NULL;
}

static void start(struct server *s, struct peer_exchange *x, int tickets)
{
    memset(s, 0, sizeof *s);
    s->tickets = tickets;
    assert_int_equal(gnutls_certificate_allocate_credentials(&s->credentials), 0);
    assert_int_equal(gnutls_certificate_set_x509_key_file(s->credentials, cert, key,
                                                          GNUTLS_X509_FMT_PEM),
                     0);
    s->listener = listen_here(&s->port);
    assert_int_equal(pthread_create(&s->thread, NULL, run_server, s), 0);
    struct od_endpoint endpoint = {.transport = OD_HTTP,
                                   .host = "127.0.0.1",
                                   .port = s->port,
                                   .tls = {.on = true, .cacert = cert}};
    peer_open(x, &endpoint, "/");
    od_message_borrow(&x->message, BODY, sizeof BODY - 1);
    assert_int_equal(od_conn_connect(x->conn, TIMEOUT_NS, &x->err), 0);
    atomic_store(&hold_poll, false);
}

static void expect_ok(struct server *s, struct peer_exchange *x)
{
    atomic_store(&s->done, false);
    atomic_store(&gate, false);
    exchanging = true;
    peer_expect(x, OD_OK, 200);
    exchanging = false;
    assert_memory_equal(x->reply.body.data, "ok", 2);
    assert_int_equal(x->stamps.bytes_up, sizeof BODY - 1);
    await(&s->done);
}

static void stop(struct server *s, struct peer_exchange *x)
{
    peer_close(x);
    (void)pthread_join(s->thread, NULL);
    (void)close(s->listener);
    gnutls_certificate_free_credentials(s->credentials);
}

static void pieces_with_a_pause(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    int there = 0;
    start(&s, &x, 0);
    for (int i = 0; i < 10; i++) {
        expect_ok(&s, &x);
        assert_not_early(&x.stamps, &s.pieces);
        there += on_time(&x.stamps, &s.pieces) ? 1 : 0;
    }
    assert_true(there > 0);
    stop(&s, &x);
}

/* They are unread together with the reply, and are not its first byte. */
static void tickets_are_no_reply(void **state)
{
    (void)state;
    struct server s;
    struct peer_exchange x;
    start(&s, &x, MANY);
    atomic_store(&hold_poll, true);
    expect_ok(&s, &x);
    assert_false(atomic_load(&hold_poll));
    assert_not_early(&x.stamps, &s.pieces);
    stop(&s, &x);
}

static int set_up(void **state)
{
    (void)state;
    folder = scratch_new();
    tls_files_make(folder, "good");
    cert = od_xasprintf("%s/good.pem", folder);
    key = od_xasprintf("%s/good.key", folder);
    return od_net_init(OD_HTTP, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    od_net_shutdown(OD_HTTP);
    free(cert);
    free(key);
    scratch_free(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_with_a_pause),
        cmocka_unit_test(tickets_are_no_reply),
    };
    return cmocka_run_group_tests_name("TLS order", tests, set_up, tear_down);
}
