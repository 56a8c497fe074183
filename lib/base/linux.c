/* What only Linux has. */
#define _GNU_SOURCE
#include "base/linux.h"

#include "base/alloc.h"
#include "base/clock.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

void od_thread_sharp_timers(void)
{
    (void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
}

int od_thread_pin(int cpu, struct od_err *err)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (cpu < 0 || cpu >= CPU_SETSIZE) {
        return od_fail(err, OD_EINPUT, "no CPU %d", cpu);
    }
    CPU_SET((size_t)cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) {
        return od_fail(err, OD_ESYS, "cannot use CPU %d: %s", cpu, strerror(errno));
    }
    return 0;
}

void *od_pages_new(size_t bytes)
{
    void *pages =
        mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    /* One place aborts when memory runs out: alloc.c. */
    return pages != MAP_FAILED ? pages : od_xcalloc(SIZE_MAX, 1);
}

void od_pages_free(void *pages, size_t bytes)
{
    if (pages != NULL) {
        (void)munmap(pages, bytes);
    }
}

bool od_cpu_usable(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    return cpu >= 0 && cpu < CPU_SETSIZE && sched_getaffinity(0, sizeof set, &set) == 0 &&
           CPU_ISSET((size_t)cpu, &set);
}

int od_cpu_count(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return 1;
    }
    int count = CPU_COUNT(&set);
    return count > 0 ? count : 1;
}

int64_t od_tcp_unsent(int fd)
{
    int queued = 0;
    return ioctl(fd, SIOCOUTQNSD, &queued) == 0 ? queued : -1;
}

/* Of <netinet/tcp.h>, which does not go together with <linux/tcp.h>. */
enum { STATE_ESTABLISHED = 1, STATE_CLOSE = 7 };

bool od_tcp_stamp_arrivals(int fd)
{
    int on = 1;
    return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0;
}

/* The kernel's time in a message's control data, nanoseconds since 1970; -1 none. */
static int64_t arrival_of(struct msghdr *message)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c != NULL;
         c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec at;
            memcpy(&at, CMSG_DATA(c), sizeof at);
            return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
        }
    }
    return -1;
}

/* Looked at together: MSG_TRUNC passes over bytes without copying them, so that every
 * part may have the same place. */
enum { LOOK_PARTS = 16, LOOK_BYTES = 16384 };

/* When the last of the unread bytes that fit into the parts came; -1 not known. */
static int64_t peek(int fd, struct iovec *parts, size_t count, int flags, ssize_t *bytes)
{
    char control[CMSG_SPACE(sizeof(struct timespec)) + CMSG_SPACE(sizeof(int))];
    struct msghdr message = {.msg_iov = parts,
                             .msg_iovlen = count,
                             .msg_control = control,
                             .msg_controllen = sizeof control};
    *bytes = recvmsg(fd, &message, MSG_PEEK | MSG_DONTWAIT | flags);
    return *bytes > 0 ? arrival_of(&message) : -1;
}

/* The usual case, with one look: since before one segment has come, and it is all there
 * is. */
static bool look_at_one(int fd, const struct tcp_info *info,
                        const struct od_tcp_facts *before, struct od_tcp_unread *out,
                        int64_t *wall_ns)
{
    char nowhere[LOOK_BYTES];
    struct iovec parts[] = {{.iov_base = out->begin, .iov_len = sizeof out->begin},
                            {.iov_base = nowhere, .iov_len = sizeof nowhere}};
    int64_t came = (int64_t)info->tcpi_bytes_received - before->received_bytes;
    ssize_t bytes = 0;
    if ((int64_t)info->tcpi_data_segs_in - before->data_segments_in != 1 || came <= 0 ||
        came > LOOK_BYTES) {
        return false;
    }
    *wall_ns = peek(fd, parts, 2, 0, &bytes);
    out->bytes = bytes;
    return *wall_ns >= 0 && bytes == came;
}

/* The first and the newest of whatever is there, each with a look of its own. */
static bool look_at_all(int fd, struct od_tcp_unread *out, int64_t *first, int64_t *last)
{
    char nowhere[LOOK_BYTES];
    struct iovec parts[LOOK_PARTS];
    struct iovec begin = {.iov_base = out->begin, .iov_len = sizeof out->begin};
    ssize_t bytes = 0;
    *first = peek(fd, &begin, 1, 0, &bytes);
    if (*first < 0) {
        return false;
    }
    for (size_t i = 0; i < LOOK_PARTS; i++) {
        parts[i] = (struct iovec){.iov_base = nowhere, .iov_len = sizeof nowhere};
    }
    *last = peek(fd, parts, LOOK_PARTS, MSG_TRUNC, &bytes);
    if (bytes >= (ssize_t)LOOK_PARTS * LOOK_BYTES) {
        *last = -1;
    }
    out->bytes = bytes;
    return true;
}

void od_tcp_unread(int fd, const struct od_tcp_facts *before, struct od_tcp_unread *out)
{
    struct tcp_info info;
    socklen_t len = sizeof info;
    int unread = 0;
    int64_t first = -1;
    int64_t last = -1;
    memset(&info, 0, sizeof info);
    *out = (struct od_tcp_unread){
        .first_ns = -1, .last_ns = -1, .received_bytes = -1, .looked_ns = -1};
    /* With nothing left to look at, the peek would take a reset of the connection with
     * it: the kernel tells that once, and the read behind us would see an orderly end. */
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
        (info.tcpi_state == STATE_CLOSE &&
         (ioctl(fd, SIOCINQ, &unread) != 0 || unread <= 0))) {
        return;
    }
    if (before != NULL && look_at_one(fd, &info, before, out, &first)) {
        last = first;
    } else if (!look_at_all(fd, out, &first, &last)) {
        return;
    }
    out->received_bytes = (int64_t)info.tcpi_bytes_received;
    out->looked_ns = od_now_ns();
    int64_t back = od_wall_ahead_ns();
    out->first_ns = first - back;
    out->last_ns = last >= 0 ? last - back : -1;
}

bool od_wait_readable(int fd, int64_t timeout_ns)
{
    struct pollfd pfd = {.fd = fd, .events = POLLIN};
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000,
                               .tv_nsec = timeout_ns % 1000000000};
    return ppoll(&pfd, 1, &timeout, NULL) > 0;
}

void od_tcp_cork(int fd, bool on)
{
    int value = on;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

ssize_t od_sys_sendmsg(int fd, const struct msghdr *message, int flags)
{
    return (ssize_t)syscall(SYS_sendmsg, fd, message, flags);
}

bool od_tcp_established(int fd)
{
    struct pollfd pfd = {.fd = fd, .events = POLLRDHUP};
    (void)poll(&pfd, 1, 0); /* a signal may end it, with nothing found */
    return pfd.revents == 0;
}

bool od_tcp_all_acked(int fd)
{
    int queued = 0;
    return ioctl(fd, SIOCOUTQ, &queued) == 0 && queued == 0;
}

void od_tcp_read(int fd, struct od_tcp_facts *out)
{
    *out = (struct od_tcp_facts){
        .rtt_ns = -1,
        .least_rtt_ns = -1,
        .retransmits = -1,
        .acked_bytes = -1,
        .received_bytes = -1,
        .segments_in = -1,
        .data_segments_in = -1,
    };
    struct tcp_info info;
    socklen_t len = sizeof info;
    memset(&info, 0, sizeof info);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0) {
        out->rtt_ns = (int64_t)info.tcpi_rtt * 1000;
        if (info.tcpi_min_rtt != UINT32_MAX) { /* none yet */
            out->least_rtt_ns = (int64_t)info.tcpi_min_rtt * 1000;
        }
        out->segments_in = (int64_t)info.tcpi_segs_in;
        out->data_segments_in = (int64_t)info.tcpi_data_segs_in;
        out->retransmits = info.tcpi_total_retrans;
        out->acked_bytes = (int64_t)info.tcpi_bytes_acked;
        out->received_bytes = (int64_t)info.tcpi_bytes_received;
        out->established = info.tcpi_state == STATE_ESTABLISHED;
        /* A connection that was reset counts none. */
        out->all_acked = len > offsetof(struct tcp_info, tcpi_notsent_bytes) &&
                         info.tcpi_state != STATE_CLOSE && info.tcpi_unacked == 0 &&
                         info.tcpi_notsent_bytes == 0;
    }
}
