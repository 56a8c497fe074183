/* Starts tests/fault/faultd.py for a unit test and knows its ports. */
#ifndef PEER_FAULT_H
#define PEER_FAULT_H

#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct peer_fault {
    pid_t pid;
    int keep; /* its standard input: closing it ends the server */
    char lines[4096];
};

/* 0, or -1 when it does not start. The test runs in the repository's root. */
static inline int peer_fault_start(struct peer_fault *peer)
{
    int in[2] = {-1, -1};
    int out[2] = {-1, -1};
    if (pipe(in) != 0 || pipe(out) != 0) {
        return -1;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_addclose(&actions, in[1]);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    char program[] = "python3";
    char script[] = "tests/fault/faultd.py";
    char *argv[] = {program, script, NULL};
    int error = posix_spawnp(&peer->pid, program, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    (void)close(in[0]);
    (void)close(out[1]);
    peer->keep = in[1];
    FILE *lines = fdopen(out[0], "r");
    size_t len = 0;
    char line[128];
    peer->lines[0] = '\0';
    while (error == 0 && lines != NULL && fgets(line, sizeof line, lines) != NULL) {
        if (strcmp(line, "ready\n") == 0) {
            fclose(lines);
            return 0;
        }
        len += (size_t)snprintf(peer->lines + len, sizeof peer->lines - len, "%s", line);
    }
    if (lines != NULL) {
        fclose(lines);
    }
    return -1;
}

/* The port of a mode; 0 when there is no such mode. */
static inline int peer_fault_port(const struct peer_fault *peer, const char *mode)
{
    size_t len = strlen(mode);
    for (const char *line = peer->lines; line != NULL && *line != '\0';) {
        if (strncmp(line, mode, len) == 0 && line[len] == ' ') {
            return atoi(line + len);
        }
        line = strchr(line, '\n');
        line = line != NULL ? line + 1 : NULL;
    }
    return 0;
}

static inline void peer_fault_stop(struct peer_fault *peer)
{
    int status = 0;
    (void)close(peer->keep);
    (void)waitpid(peer->pid, &status, 0);
}

#endif
