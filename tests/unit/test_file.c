/* Whole files, folders and paths. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/odbench-file-XXXXXX";

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink("taken");
    (void)unlink("a/b/x");
    (void)unlink("big");
    (void)rmdir("a/b/c");
    (void)rmdir("a/b");
    (void)rmdir("a");
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static void writes_and_reads_back(void **state)
{
    (void)state;
    struct od_err err = {0};
    struct od_buf buf;
    assert_int_equal(od_mkdirs("a/b/c", &err), 0);
    assert_int_equal(od_mkdirs("a/b", &err), 0);
    assert_int_equal(od_file_write("a/b/x", "one", 3, &err), 0);
    assert_int_equal(od_file_write("a/b/x", "two\0!", 5, &err), 0);
    assert_true(od_file_exists("a/b/x"));
    od_buf_init(&buf, 5);
    assert_int_equal(od_file_read("a/b/x", &buf, &err), 0);
    assert_int_equal(buf.len, 5);
    assert_memory_equal(buf.data, "two\0!", 5);
    od_buf_release(&buf);
}

static void names_what_is_wrong(void **state)
{
    (void)state;
    struct od_err err = {0};
    struct od_buf buf;
    od_buf_init(&buf, 100);
    assert_int_equal(od_file_read("none", &buf, &err), -1);
    assert_int_equal(err.code, OD_ENOENT);
    assert_memory_equal(err.msg, "none: ", 6);
    od_err_clear(&err);
    char big[101] = {0};
    assert_int_equal(od_file_write("big", big, sizeof big, &err), 0);
    assert_int_equal(od_file_read("big", &buf, &err), -1);
    assert_int_equal(err.code, OD_ELIMIT);
    od_err_clear(&err);
    assert_int_equal(od_file_write("no/such/folder", "x", 1, &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_non_null(strstr(err.msg, "no/such/folder: "));
    od_err_clear(&err);
    assert_int_equal(od_mkdirs("big/sub", &err), -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    od_buf_release(&buf);
}

/* In a child, since cmocka needs its own descriptors. */
static void guards_closed_descriptors(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(STDIN_FILENO);
        (void)close(STDOUT_FILENO);
        od_std_fds_guard();
        char c = 'x';
        int fd = open("taken", O_WRONLY | O_CREAT, 0666);
        bool ok = fd > STDERR_FILENO && write(STDOUT_FILENO, &c, 1) == -1 &&
                  errno == EBADF && read(STDIN_FILENO, &c, 1) == -1;
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void reserves_files(void **state)
{
    (void)state;
    const char *preload = getenv("LD_PRELOAD");
    if (preload != NULL && strstr(preload, "vgpreload") != NULL) {
        skip(); /* valgrind keeps file descriptors for itself and limits of its own */
    }
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {.rlim_cur = 20, .rlim_max = 50};
        struct od_err err = {0};
        bool ok = setrlimit(RLIMIT_NOFILE, &limit) == 0 &&
                  od_files_reserve(10, &err) == 0 && od_files_reserve(40, &err) == 0 &&
                  getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 40 &&
                  od_files_reserve(51, &err) == -1 && err.code == OD_EINPUT &&
                  strstr(err.msg, "51 open files, the limit is 50") != NULL;
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void joins_paths(void **state)
{
    (void)state;
    static const char *const rows[][3] = {{"a", "b", "a/b"},
                                          {"a/", "b", "a/b"},
                                          {"a", "/b", "/b"},
                                          {"", "b", "b"},
                                          {NULL, "b", "b"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *path = od_path_join(rows[i][0], rows[i][1]);
        assert_string_equal(path, rows[i][2]);
        free(path);
    }
    assert_string_equal(od_path_base("a/b/c.jpg"), "c.jpg");
    assert_string_equal(od_path_base("c.jpg"), "c.jpg");
}

/* flock(2) belongs to the open file, so a second claim of the same process meets the
 * first. */
static void claims_a_file_once(void **state)
{
    (void)state;
    char *path = od_path_join(folder, "claimed");
    struct od_err err = {0};
    int first = 7;
    int second = 7;
    assert_int_equal(od_file_claim(path, &first, &err), 0);
    assert_int_equal(first, -1);
    assert_int_equal(od_file_claim("/dev/null", &first, &err), 0);
    assert_int_equal(first, -1);
    assert_int_equal(od_file_write(path, "x", 1, &err), 0);
    assert_int_equal(od_file_claim(path, &first, &err), 0);
    assert_true(first >= 0);
    assert_int_equal(od_file_claim(path, &second, &err), -1);
    assert_int_equal(second, -1);
    assert_int_equal(err.code, OD_EOUTPUT);
    assert_non_null(strstr(err.msg, "claimed: another run is writing it"));
    assert_int_equal(close(first), 0);
    assert_int_equal(od_file_claim(path, &second, NULL), 0);
    assert_true(second >= 0);
    assert_int_equal(close(second), 0);
    assert_int_equal(unlink(path), 0);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_back),
        cmocka_unit_test(names_what_is_wrong),
        cmocka_unit_test(joins_paths),
        cmocka_unit_test(claims_a_file_once),
        cmocka_unit_test(guards_closed_descriptors),
        cmocka_unit_test(reserves_files),
    };
    return cmocka_run_group_tests_name("file", tests, make_folder, remove_folder);
}
