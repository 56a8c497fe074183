/* SHA-256 as hex digits, of bytes and of files (libmd). */
#include "dataset/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <sha2.h>

static void finish(SHA2_CTX *ctx, char *out)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[SHA256_DIGEST_LENGTH];
    SHA256Final(sum, ctx);
    for (size_t i = 0; i < sizeof sum; i++) {
        out[2 * i] = digits[sum[i] >> 4];
        out[2 * i + 1] = digits[sum[i] & 15];
    }
    out[2 * sizeof sum] = '\0';
}

void od_sha256_bytes(const void *data, size_t len, char out[OD_SHA256_SIZE])
{
    SHA2_CTX ctx;
    SHA256Init(&ctx);
    SHA256Update(&ctx, data, len);
    finish(&ctx, out);
}

int od_sha256_file(const char *path, char out[OD_SHA256_SIZE], struct od_err *err)
{
    SHA2_CTX ctx;
    unsigned char chunk[65536];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return od_fail(err, errno == ENOENT ? OD_ENOENT : OD_ESYS, "%s: %s", path,
                       strerror(errno));
    }
    SHA256Init(&ctx);
    do {
        n = read(fd, chunk, sizeof chunk);
        if (n > 0) {
            SHA256Update(&ctx, chunk, (size_t)n);
        }
    } while (n > 0 || (n < 0 && errno == EINTR));
    int why = errno;
    (void)close(fd);
    if (n < 0) {
        return od_fail(err, OD_ESYS, "%s: %s", path, strerror(why));
    }
    finish(&ctx, out);
    return 0;
}
