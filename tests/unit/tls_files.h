/* Certificates for tests, made by GnuTLS: each signs itself. */
#ifndef OD_TESTS_TLS_FILES_H
#define OD_TESTS_TLS_FILES_H

#include "base/alloc.h"
#include "scratch.h"

#include <assert.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Writes NAME.pem and NAME.key to folder: good for localhost, 127.0.0.1 and ::1, or
 * with elsewhere for that name alone; from until - 2 days to until. */
static inline void tls_files_make_for(const char *folder, const char *name,
                                      const char *elsewhere, time_t until)
{
    const char *host = elsewhere != NULL ? elsewhere : "localhost";
    gnutls_x509_crt_t cert;
    gnutls_x509_privkey_t key;
    gnutls_datum_t text = {0};
    const unsigned char serial = 1;
    const unsigned char loopback[4] = {127, 0, 0, 1};
    const unsigned char loopback6[16] = {[15] = 1};
    char *cert_name = od_xasprintf("%s.pem", name);
    char *key_name = od_xasprintf("%s.key", name);
    int bad = gnutls_x509_privkey_init(&key) | gnutls_x509_crt_init(&cert);
    bad |= gnutls_x509_privkey_generate(
        key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    bad |= gnutls_x509_crt_set_version(cert, 3);
    bad |= gnutls_x509_crt_set_serial(cert, &serial, sizeof serial);
    bad |= gnutls_x509_crt_set_activation_time(cert, until - 2 * 86400);
    bad |= gnutls_x509_crt_set_expiration_time(cert, until);
    bad |= gnutls_x509_crt_set_dn_by_oid(cert, GNUTLS_OID_X520_COMMON_NAME, 0, name,
                                         (unsigned)strlen(name));
    bad |= gnutls_x509_crt_set_subject_alt_name(
        cert, GNUTLS_SAN_DNSNAME, host, (unsigned)strlen(host), GNUTLS_FSAN_APPEND);
    if (elsewhere == NULL) {
        bad |= gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, loopback,
                                                    sizeof loopback, GNUTLS_FSAN_APPEND);
        bad |= gnutls_x509_crt_set_subject_alt_name(cert, GNUTLS_SAN_IPADDRESS, loopback6,
                                                    sizeof loopback6, GNUTLS_FSAN_APPEND);
    }
    bad |= gnutls_x509_crt_set_basic_constraints(cert, 1, -1);
    bad |= gnutls_x509_crt_set_key(cert, key);
    bad |= gnutls_x509_crt_sign2(cert, cert, key, GNUTLS_DIG_SHA256, 0);
    bad |= gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_PEM, &text);
    assert(bad == 0);
    free(scratch_file(folder, cert_name, (const char *)text.data));
    gnutls_free(text.data);
    bad = gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text);
    assert(bad == 0);
    free(scratch_file(folder, key_name, (const char *)text.data));
    gnutls_free(text.data);
    gnutls_x509_crt_deinit(cert);
    gnutls_x509_privkey_deinit(key);
    free(cert_name);
    free(key_name);
}

/* One that is good for this machine, today. */
static inline void tls_files_make(const char *folder, const char *name)
{
    tls_files_make_for(folder, name, NULL, time(NULL) + 86400);
}

#endif
