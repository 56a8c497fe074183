/* Whether a test is built with a sanitizer: there it may go through the same code fewer
 * times, since the build without goes through it as often as the numbers need. */
#ifndef OD_TESTS_SANITIZED_H
#define OD_TESTS_SANITIZED_H

#ifdef __has_feature
#define SANITIZED_BY(name) __has_feature(name)
#else
#define SANITIZED_BY(name) 0
#endif

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                     \
    SANITIZED_BY(address_sanitizer) || SANITIZED_BY(thread_sanitizer)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#endif
