/* Abseil's search for deadlocks, switched off. */
#include "net/grpc_locks.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* absl::OnDeadlockCycle::kIgnore */
#define IGNORE 0

bool od_grpc_locks_init(void)
{
    /* C++'s names of the function, in Debian's build and in one of Abseil's own of the
     * same release; its argument is an enum class, an int. */
    static const char *const names[] = {
        "_ZN4absl7debian329SetMutexDeadlockDetectionModeENS0_15OnDeadlockCycleE",
        "_ZN4absl12lts_2022062329SetMutexDeadlockDetectionModeENS0_15OnDeadlockCycleE",
    };
    void (*set_mode)(int) = NULL;
    void *self = dlopen(NULL, RTLD_LAZY);
    for (size_t i = 0; i < sizeof names / sizeof *names && set_mode == NULL; i++) {
        void *found = self != NULL ? dlsym(self, names[i]) : NULL;
        memcpy(&set_mode, &found, sizeof set_mode); /* as POSIX has it for dlsym */
    }
    if (set_mode != NULL) {
        set_mode(IGNORE);
    }
    if (self != NULL) {
        (void)dlclose(self);
    }
    return set_mode != NULL;
}
