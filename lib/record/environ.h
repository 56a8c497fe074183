/* The machine that measures, as it stands in the .meta.json. */
#ifndef OD_RECORD_ENVIRON_H
#define OD_RECORD_ENVIRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* -1, and "" for texts, where the machine does not tell. */
struct od_environ {
    char cpu[128];         /* name of the first CPU */
    int64_t cpus_logical;  /* that are in the machine */
    int64_t cpus_physical; /* cores of these, threads of one core counted once */
    int64_t cpus_usable;   /* that this process may use */
    char freq_driver[32];  /* "intel_pstate" */
    char governor[32];     /* "mixed" when they differ */
    int64_t freq_min_khz;  /* that the policy allows, lowest and highest of all CPUs */
    int64_t freq_max_khz;
    int turbo;               /* 1 on, 0 off */
    char virtualisation[32]; /* "kvm", "vmware", "xen", "vm" (unnamed), "none" ... */
    char container[32];      /* "docker", "podman", "lxc", "kubernetes", "none" */
    int64_t memory_bytes;
    int64_t available_bytes; /* that programs could still take */
    int64_t swap_bytes;      /* in use */
    char clock_source[32];   /* of the kernel: "tsc" */
    char tcp_congestion[32]; /* algorithm of new connections: "cubic", "bbr" */
};

/* Reads it below root ("" is the real one; no slash at its end). Any thread. */
void od_environ_read(const char *root, struct od_environ *out);

/* "0.52 0.58 0.59 2/200 1234" of /proc/loadavg, "" when not known. */
void od_load_read(const char *root, char *out, size_t size);

/* The way to a server, found without sending anything to it. */
struct od_route {
    char address[64];   /* the server's, as resolved */
    char source[64];    /* our own on that way */
    char interface[32]; /* that has it */
    int64_t mtu_bytes;
    int64_t speed_mbit_per_s; /* that the interface claims */
};

/*
 * Connects a UDP socket, which only asks the kernel for the route. Resolving the name may
 * ask a name server, and takes as long as that does. Unknown parts stay -1 and "". root
 * is as above, for the interface's facts.
 */
void od_route_find(const char *root, const char *host, int port, struct od_route *out);

#endif
