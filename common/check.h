/* check.h -- what every program here does about errors.
 *
 * A CUDA call that fails ends the program with one sentence that names the
 * call, the file and the line.  Chapters have nothing to recover: an honest
 * stop is the most useful thing they can do.
 */
#ifndef COMMON_CHECK_H
#define COMMON_CHECK_H

#include <cuda_runtime.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exit codes of every chapter program. */
enum {
    EXIT_VERIFIED = 0,    /* every result was compared and is right         */
    EXIT_WRONG = 1,       /* a result is wrong                              */
    EXIT_USAGE = 2,       /* bad option, bad size, missing or damaged input */
    EXIT_SYSTEM = 3,      /* a CUDA or system call failed                   */
    EXIT_IMPOSSIBLE = 77, /* not possible here: no device, wrong device     */
};

#if defined(__GNUC__)
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define NO_RETURN __attribute__((noreturn))
#else
#define PRINTF_LIKE(text, first)
#define NO_RETURN
#endif

/* Prints "PROGRAM: message" and a newline on stderr, then exits with `code`. */
NO_RETURN void die(int code, const char *format, ...) PRINTF_LIKE(2, 3);

/* Memory for `count` elements of `size` bytes, zeroed; die()s when there is
 * none.  To be released with free(). */
void *host_alloc(size_t count, size_t size);

/* Ends the program with EXIT_SYSTEM unless `status` is cudaSuccess. */
void check_cuda(cudaError_t status, const char *call, const char *file,
                int line);

/* The program needs a device: ends it with EXIT_IMPOSSIBLE and a sentence
 * where there is none. */
void require_device(void);

#define CUDA_CHECK(call) check_cuda((call), #call, __FILE__, __LINE__)

/* A launch returns nothing; a bad configuration is asked for afterwards. */
#define CUDA_CHECK_LAUNCH() CUDA_CHECK(cudaGetLastError())

#ifdef __cplusplus
}
#endif
#endif
