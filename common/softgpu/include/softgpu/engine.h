/* engine.h -- what a translated kernel and the soft GPU's engine agree on.
 *
 * softcc gives every kernel, and every device function that needs it, a hidden
 * first parameter: the thread's coordinates.  As a parameter, and with the
 * kernel inlined into the loop over threads, they are plain loop variables:
 * the compiler keeps them in registers and vectorizes across threads.
 */
#ifndef SOFTGPU_ENGINE_H
#define SOFTGPU_ENGINE_H

#include "../vector_types.h"
#include "../driver_types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SOFTGPU_WARP = 32,
    SOFTGPU_MAX_THREADS = 1024,      /* per block                       */
    SOFTGPU_MAX_SHARED = 48 * 1024,  /* bytes per block, static+dynamic */
    SOFTGPU_MAX_LOOP_X = 0x7fffffff, /* threads along x for block loops  */
};

/* The state of one core that runs blocks; private to the engine but for the
 * two members that device code touches on every use of shared memory. */
typedef struct softgpu_worker {
    void **shared_slots;  /* address of each __shared__ variable, or NULL */
    char *shared_dynamic; /* extern __shared__                            */
} softgpu_worker;

/* The hidden parameter.  In C++ it has a namespace of its own: a function is
 * also looked up in the namespaces of its arguments' types, and the user's
 * global f must not compete with the user's ns::f. */
#ifdef __cplusplus
namespace softgpu_hidden {
#endif
typedef struct softgpu_ctx {
    uint3 threadIdx, blockIdx;
    dim3 blockDim, gridDim;
    softgpu_worker *worker;
} softgpu_ctx;
#ifdef __cplusplus
} // namespace softgpu_hidden
using softgpu_hidden::softgpu_ctx;
#endif

typedef struct {
    dim3 grid, block;
    size_t shared;
    cudaStream_t stream;
} softgpu_config;

/* A launch, as the engine sees it.  `state` holds the kernel's arguments. */
typedef struct {
    const char *name;
    /* Runs one thread; may wait inside, on a fiber. */
    void (*thread)(const softgpu_ctx *ctx, const void *state);
    /* Runs a whole block in a loop; NULL if threads may have to wait. */
    void (*block)(const softgpu_ctx *first, const void *state);
    const void *state;
} softgpu_kernel;

/* Checks the configuration and runs the grid.  Errors are left for
 * cudaGetLastError, as CUDA does. */
void softgpu_run(const softgpu_config *config, const softgpu_kernel *kernel);

/* The coordinates of the running thread, for device functions that cannot get
 * the hidden parameter (called through pointers, or also on the host). */
const softgpu_ctx *softgpu_self(void);

/* A number for a __shared__ variable, handed out before main() runs. */
int softgpu_shared_register(const char *name, size_t size, size_t align);

/* Places the variable in the running block's shared memory. */
void *softgpu_shared_place(softgpu_worker *worker, int slot);

/* At least `bytes` of memory for the running block, the same for the same slot
 * (0 ... 31) until the block ends. */
void *softgpu_scratch(softgpu_worker *worker, int slot, size_t bytes);

/* __syncthreads: returns when every thread of the block has come here. */
void softgpu_barrier(softgpu_worker *worker, const char *file, int line);

/* The same with a vote: counts the threads with a non-zero predicate. */
int softgpu_barrier_count(softgpu_worker *worker, int predicate,
                          const char *file, int line);

/* Warp operations.  Each lane of `mask` brings a value and an argument; when
 * all of them (but those that have returned from the kernel) are there, each
 * gets its result. */
typedef enum {
    SOFTGPU_SYNC,       /* nothing                                          */
    SOFTGPU_SHUFFLE,    /* value of lane `argument`, if it takes part       */
    SOFTGPU_BALLOT,     /* bit per lane whose value is non-zero             */
    SOFTGPU_MATCH_ANY,  /* bit per lane with the same value                 */
    SOFTGPU_REDUCE_ADD, /* unsigned sum of the values                       */
    SOFTGPU_REDUCE_MIN_U,
    SOFTGPU_REDUCE_MAX_U,
    SOFTGPU_REDUCE_MIN_S,
    SOFTGPU_REDUCE_MAX_S,
    SOFTGPU_REDUCE_AND,
    SOFTGPU_REDUCE_OR,
    SOFTGPU_REDUCE_XOR,
} softgpu_warp_op;

unsigned long long softgpu_warp(softgpu_worker *worker, softgpu_warp_op op,
                                unsigned int mask, unsigned long long value,
                                int argument, const char *file, int line);

/* __activemask: lanes of the warp that have come to the same call. */
unsigned int softgpu_active_mask(softgpu_worker *worker, const char *file,
                                 int line);

/* Remembers the error for cudaGetLastError and returns it. */
cudaError_t softgpu_error(cudaError_t error);

/* A __device__ or __constant__ variable counts as device memory from now on. */
cudaError_t softgpu_symbol(const void *symbol, size_t size);

/* Ends the program with CUDA's message for a failed assert. */
__attribute__((noreturn)) void
softgpu_assert_fail(uint3 block, uint3 thread, const char *expression,
                    const char *file, unsigned int line, const char *function);

/* The same for functions that do not know their thread, or run on the host. */
__attribute__((noreturn)) void softgpu_assert_anywhere(const char *expression,
                                                       const char *file,
                                                       unsigned int line,
                                                       const char *function);

/* Ends the program: __trap(). */
__attribute__((noreturn)) void softgpu_trap(uint3 block, uint3 thread,
                                            const char *file, int line);

#ifdef __cplusplus
}
#endif
#endif
