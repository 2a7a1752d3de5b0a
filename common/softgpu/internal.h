/* internal.h -- shared by the files of the soft GPU's engine. */
#ifndef SOFTGPU_INTERNAL_H
#define SOFTGPU_INTERNAL_H

#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "softgpu/engine.h"
#include "cuda_runtime_api.h"

/* ---- fibers (fiber.c) --------------------------------------------------- */

/* A stack of its own for a CUDA thread that has to wait. */
typedef struct Fiber Fiber;
struct Fiber {
    void *sp;  /* saved stack pointer while the fiber is parked */
    char *low; /* lowest usable byte; a guard page lies below   */
    size_t size;
    Fiber *next; /* in the worker's list of idle fibers           */
};

typedef void (*FiberEntry)(void *argument);

Fiber *fiber_create(unsigned int number);
void fiber_prepare(Fiber *fiber, FiberEntry entry, void *argument);

/* Saves the running context in *from and continues `to`. */
void fiber_switch(void **from, void *to);

/* Does the address lie in the guard page below this fiber's stack? */
bool fiber_guards(const Fiber *fiber, const void *address);

/* ---- a worker: one core running blocks (launch.c, block.c) --------------- */

typedef enum {
    READY,      /* parked, may continue                            */
    AT_BARRIER, /* waits for the block                             */
    AT_WARP,    /* waits for its warp                              */
    AT_ACTIVE,  /* asks which lanes are with it: __activemask      */
    EXITED,
} ThreadState;

typedef struct {
    Fiber *fiber;
    const softgpu_ctx *ctx; /* on the fiber's stack                        */
    unsigned long long value, result; /* of a warp operation               */
    int argument;
    unsigned char state; /* ThreadState                                    */
    unsigned char op;    /* softgpu_warp_op waited for                     */
    unsigned int mask;
    unsigned int barrier; /* number of the barrier waited at                */
    const char *file;     /* where it waits                                 */
    int line;
} Thread;

typedef struct Launch Launch;

typedef struct Worker {
    softgpu_worker shared; /* first: device code sees only this            */

    const Launch *launch;
    softgpu_ctx block; /* coordinates of the block; thread (0,0,0)     */

    /* the block on fibers */
    unsigned int count; /* threads in the block                         */
    unsigned int started, exited, waiting; /* waiting: at the barrier      */
    uint3 next;            /* coordinates of the next thread to start      */
    unsigned int current;  /* linear number of the running thread          */
    unsigned int barriers; /* barriers that have opened so far             */
    int votes, vote_result;
    Thread *threads; /* [SOFTGPU_MAX_THREADS]                        */
    void *home;      /* the context that runs the blocks             */
    Fiber *idle;
    Fiber *retired;      /* finished; becomes idle after the switch away */
    unsigned int fibers; /* created so far                               */

    /* shared memory */
    char *arena; /* SOFTGPU_MAX_SHARED bytes                     */
    size_t arena_used;

    /* variables that live across barriers, see softgpu_scratch */
    struct {
        void *memory;
        size_t size;
    } scratch[32];

    /* faults */
    sigjmp_buf fault;      /* back to where the loop over a block began    */
    volatile bool in_loop; /* a block runs as a loop: fault -> once more   */
    volatile bool in_kernel;
} Worker;

struct Launch {
    softgpu_config config;
    const softgpu_kernel *kernel;
    unsigned long long blocks;
    unsigned long long chunk; /* blocks taken at a time           */
    atomic_ullong next;
    bool loops;   /* run blocks as loops, not on fibers */
    bool shuffle; /* blocks in random order           */
    unsigned long long seed;
    size_t shared_bytes; /* dynamic                          */
};

/* The worker of the calling host thread, created at its first launch. */
Worker *worker_self(void);
Worker *worker_running(void); /* NULL where no kernel is running */

int softgpu_shared_count(void);

/* Runs one block with a fiber for each thread that has to wait. */
void block_run_fibers(Worker *worker);

/* ---- reports (fault.c) --------------------------------------------------- */

/* Catches faults in kernels from now on (idempotent); every thread that runs
 * kernels calls fault_thread_init once for its alternate signal stack. */
void fault_init(void);
void fault_thread_init(void);

/* Prints "========= text" lines and ends the program with exit status 3. */
__attribute__((noreturn, format(printf, 2, 3))) void
report_fatal(const Worker *worker, const char *format, ...);

/* "thread (1,0,0) in block (0,0,0)" of a linear number. */
uint3 thread_coordinates(const Worker *worker, unsigned int linear);

/* ---- memory (memory.c) ----------------------------------------------------
 */

/* The allocation that holds `address` or ends nearest below it, for reports.
 * False when there is none. */
bool memory_nearest(const void *address, uintptr_t *start, size_t *size);

/* ---- errors (error.c) ------------------------------------------------------
 */

/* A number from the environment, or `fallback` when unset; a value that is
 * not a number within range ends the program with a sentence. */
unsigned long long softgpu_environment(const char *name,
                                       unsigned long long fallback,
                                       unsigned long long low,
                                       unsigned long long high);

#endif
