/* launch.c -- grids on this machine's cores.
 *
 * A launch hands the blocks of a grid, in order and in small batches, to a
 * pool of threads; the launching thread is one of them.  A block stays with
 * the worker that took it.  The launch returns when all blocks are done.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "internal.h"

/* ---- shared-memory variables -------------------------------------------- */

typedef struct {
    const char *name;
    size_t size, align;
} SharedVariable;

enum { MAX_SHARED_VARIABLES = 4096 };

static SharedVariable shared_variables[MAX_SHARED_VARIABLES];
static int shared_count;

/* Called by initializers before main(), one after the other. */
int softgpu_shared_register(const char *name, size_t size, size_t align)
{
    if (shared_count == MAX_SHARED_VARIABLES) {
        report_fatal(NULL, "More than %d __shared__ variables in one program",
                     MAX_SHARED_VARIABLES);
    }
    shared_variables[shared_count] = (SharedVariable){name, size, align};
    return shared_count++;
}

void *softgpu_shared_place(softgpu_worker *worker, int slot)
{
    Worker *w = (Worker *)worker;
    const SharedVariable *v = &shared_variables[slot];
    const size_t align = v->align > 16 ? v->align : 16;
    const size_t start = (w->arena_used + align - 1) / align * align;
    if (v->size > SOFTGPU_MAX_SHARED || start + v->size > SOFTGPU_MAX_SHARED) {
        report_fatal(w,
                     "Kernel %s uses too much shared memory: %zu bytes with "
                     "'%s', %d are allowed",
                     w->launch->kernel->name, start + v->size, v->name,
                     SOFTGPU_MAX_SHARED);
    }
    w->arena_used = start + v->size;
    return worker->shared_slots[slot] = w->arena + start;
}

void *softgpu_scratch(softgpu_worker *worker, int slot, size_t bytes)
{
    Worker *w = (Worker *)worker;
    if (w->scratch[slot].size < bytes) {
        free(w->scratch[slot].memory);
        const size_t rounded = (bytes + 63) / 64 * 64;
        w->scratch[slot].memory = aligned_alloc(64, rounded);
        w->scratch[slot].size = rounded;
        if (w->scratch[slot].memory == NULL) {
            report_fatal(w, "No memory for the variables of kernel %s",
                         w->launch->kernel->name);
        }
    }
    return w->scratch[slot].memory;
}

/* ---- workers ----------------------------------------------------------------
 */

static _Thread_local Worker *self;

static Worker *worker_create(void)
{
    Worker *w = calloc(1, sizeof *w);
    if (w != NULL) {
        w->threads = calloc(SOFTGPU_MAX_THREADS, sizeof *w->threads);
        w->shared.shared_slots =
            calloc((size_t)shared_count + 1, sizeof(void *));
        /* The page behind the arena stays unmapped: running past the end of
         * shared memory faults. */
        const size_t guard = 65536;
        w->arena =
            mmap(NULL, SOFTGPU_MAX_SHARED + guard, PROT_READ | PROT_WRITE,
                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
    if (w == NULL || w->threads == NULL || w->shared.shared_slots == NULL ||
        w->arena == MAP_FAILED) {
        report_fatal(NULL, "No memory for a worker of the soft GPU");
    }
    mprotect(w->arena + SOFTGPU_MAX_SHARED, 65536, PROT_NONE);
    fault_thread_init();
    return w;
}

Worker *worker_self(void)
{
    if (self == NULL) {
        self = worker_create();
    }
    return self;
}

Worker *worker_running(void)
{
    return self != NULL && self->in_kernel ? self : NULL;
}

const softgpu_ctx *softgpu_self(void)
{
    if (self == NULL || !self->in_kernel || self->in_loop) {
        report_fatal(NULL, "Device code that asks for its thread was called "
                           "from the host");
    }
    return self->threads[self->current].ctx;
}

/* ---- running blocks
 * ------------------------------------------------------------ */

static unsigned long long gcd(unsigned long long a, unsigned long long b)
{
    while (b != 0) {
        const unsigned long long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Which block is the n-th to run?  Shuffled: n * step + offset modulo the
 * number of blocks, with a step that visits all of them. */
static unsigned long long block_number(const Launch *l, unsigned long long n)
{
    if (!l->shuffle) {
        return n;
    }
    unsigned long long step = (l->seed | 1) % l->blocks;
    while (gcd(step, l->blocks) != 1) {
        step++;
    }
    return (unsigned long long)(((unsigned __int128)n * step + l->seed) %
                                l->blocks);
}

static void run_block(Worker *w)
{
    if (w->launch->loops) {
        w->in_loop = true;
        w->launch->kernel->block(&w->block, w->launch->kernel->state);
        w->in_loop = false;
    } else {
        block_run_fibers(w);
    }
}

/* Nothing is placed in shared memory but the dynamic part. */
static void empty_shared(Worker *w)
{
    memset(w->shared.shared_slots, 0,
           (size_t)(shared_count + 1) * sizeof(void *));
    w->arena_used = w->launch->shared_bytes;
}

/* Takes blocks until none is left. */
static void run_blocks(Worker *w, Launch *l)
{
    w->launch = l;
    empty_shared(w);
    w->shared.shared_dynamic = w->arena;
    w->block.blockDim = l->config.block;
    w->block.gridDim = l->config.grid;
    w->block.worker = &w->shared;
    w->in_kernel = true;

    if (sigsetjmp(w->fault, 1) != 0) {
        /* A block that ran as a loop has faulted.  Run it again thread by
         * thread: it faults again, and then the thread is known. */
        w->in_loop = false;
        empty_shared(w);
        block_run_fibers(w);
        report_fatal(w,
                     "Invalid memory access in kernel %s\n"
                     "    in block (%u,%u,%u); it did not happen again when "
                     "the block was run thread by thread",
                     l->kernel->name, w->block.blockIdx.x, w->block.blockIdx.y,
                     w->block.blockIdx.z);
    }
    for (;;) {
        const unsigned long long first =
            atomic_fetch_add_explicit(&l->next, l->chunk, memory_order_relaxed);
        if (first >= l->blocks) {
            break;
        }
        unsigned long long last = first + l->chunk;
        last = last < l->blocks ? last : l->blocks;
        for (unsigned long long n = first; n < last; n++) {
            const unsigned long long b = block_number(l, n);
            const dim3 grid = l->config.grid;
            w->block.blockIdx.x = (unsigned int)(b % grid.x);
            w->block.blockIdx.y = (unsigned int)(b / grid.x % grid.y);
            w->block.blockIdx.z = (unsigned int)(b / grid.x / grid.y);
            run_block(w);
        }
    }
    w->in_kernel = false;
}

/* ---- the pool
 * -------------------------------------------------------------------- */

static struct {
    pthread_once_t once;
    pthread_mutex_t launching; /* one launch at a time                     */
    pthread_mutex_t lock;      /* guards what follows                      */
    pthread_cond_t wake, done;
    Launch *launch;         /* open for helpers to join, or NULL        */
    atomic_uint generation; /* counts launches; helpers watch it        */
    int active;             /* helpers inside the launch                */
    int workers;
    int fiber_workers; /* so many of them have room for fibers     */
} pool = {.once = PTHREAD_ONCE_INIT,
          .launching = PTHREAD_MUTEX_INITIALIZER,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .wake = PTHREAD_COND_INITIALIZER,
          .done = PTHREAD_COND_INITIALIZER};

static void relax(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Kernels of a training step follow each other within microseconds, waking a
 * sleeping thread takes tens of them: look for work a while before sleeping. */
enum { SPINS = 4000 };

static void *helper_main(void *number)
{
    const int me = (int)(intptr_t)number;
    Worker *w = worker_self();
    unsigned int seen = 0;
    for (;;) {
        for (int i = 0; i < SPINS; i++) {
            if (atomic_load_explicit(&pool.generation, memory_order_acquire) !=
                seen) {
                break;
            }
            relax();
        }
        pthread_mutex_lock(&pool.lock);
        while (pool.launch == NULL || atomic_load(&pool.generation) == seen ||
               (!pool.launch->loops && me >= pool.fiber_workers)) {
            seen = atomic_load(&pool.generation);
            pthread_cond_wait(&pool.wake, &pool.lock);
        }
        seen = atomic_load(&pool.generation);
        Launch *launch = pool.launch;
        pool.active++;
        pthread_mutex_unlock(&pool.lock);

        run_blocks(w, launch);

        pthread_mutex_lock(&pool.lock);
        if (--pool.active == 0) {
            pthread_cond_signal(&pool.done);
        }
        pthread_mutex_unlock(&pool.lock);
    }
    return NULL;
}

/* A process has only so many memory mappings, 65,530 by default.  Each stack
 * of a fiber with its guard page takes two, a worker up to 1,024 stacks. */
static int fiber_workers(void)
{
    long mappings = 65530;
    FILE *file = fopen("/proc/sys/vm/max_map_count", "r");
    if (file != NULL) {
        if (fscanf(file, "%ld", &mappings) != 1) {
            mappings = 65530;
        }
        fclose(file);
    }
    /* A quarter is left for device memory and other threads' launches. */
    const long workers = mappings / 4 * 3 / (2 * SOFTGPU_MAX_THREADS);
    return workers < 1 ? 1 : workers > 1024 ? 1024 : (int)workers;
}

static void pool_start(void)
{
    fault_init();
    cpu_set_t cpus;
    int cores = 1;
    if (sched_getaffinity(0, sizeof cpus, &cpus) == 0) {
        cores = CPU_COUNT(&cpus);
    }
    pool.workers = (int)softgpu_environment("SOFTGPU_WORKERS",
                                            (unsigned long long)cores, 1, 1024);
    pool.fiber_workers = fiber_workers();
    for (int i = 1; i < pool.workers; i++) {
        pthread_t thread;
        pthread_attr_t attributes;
        pthread_attr_init(&attributes);
        pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
        if (pthread_create(&thread, &attributes, helper_main,
                           (void *)(intptr_t)i) != 0) {
            pool.workers = i; /* go on with those we got */
        }
        pthread_attr_destroy(&attributes);
    }
}

static void pool_run(Launch *l)
{
    Worker *w = worker_self();
    if (l->blocks == 1 || pool.workers == 1) {
        run_blocks(w, l);
        return;
    }
    pthread_mutex_lock(&pool.lock);
    pool.launch = l;
    atomic_fetch_add(&pool.generation, 1);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.lock);

    run_blocks(w, l);

    /* Nobody may join any more; wait for those who have. */
    pthread_mutex_lock(&pool.lock);
    pool.launch = NULL;
    while (pool.active > 0) {
        pthread_cond_wait(&pool.done, &pool.lock);
    }
    pthread_mutex_unlock(&pool.lock);
}

/* ---- a launch
 * ----------------------------------------------------------------------- */

static cudaError_t check_configuration(const softgpu_config *c)
{
    const dim3 g = c->grid, b = c->block;
    if (g.x == 0 || g.y == 0 || g.z == 0 || b.x == 0 || b.y == 0 || b.z == 0 ||
        g.x > 0x7fffffffu || g.y > 65535 || g.z > 65535 ||
        b.x > SOFTGPU_MAX_THREADS || b.y > SOFTGPU_MAX_THREADS || b.z > 64 ||
        (unsigned long long)b.x * b.y * b.z > SOFTGPU_MAX_THREADS) {
        return cudaErrorInvalidConfiguration;
    }
    if (c->shared > SOFTGPU_MAX_SHARED) {
        return cudaErrorInvalidValue;
    }
    return cudaSuccess;
}

void softgpu_run(const softgpu_config *config, const softgpu_kernel *kernel)
{
    if (worker_running() != NULL) {
        report_fatal(worker_running(),
                     "Kernel %s launches kernel %s; the soft GPU does not "
                     "support launches from device code",
                     worker_running()->launch->kernel->name, kernel->name);
    }
    const cudaError_t error = check_configuration(config);
    if (error != cudaSuccess) {
        softgpu_error(error);
        return;
    }
    pthread_once(&pool.once, pool_start);
    pthread_mutex_lock(&pool.launching);
    static unsigned long long launches;
    Launch l = {.config = *config, .kernel = kernel};
    l.blocks =
        (unsigned long long)config->grid.x * config->grid.y * config->grid.z;
    l.seed = softgpu_environment("SOFTGPU_SHUFFLE", 0, 0, 1ull << 32);
    l.shuffle = l.seed != 0;
    l.seed =
        l.seed * 0x9e3779b97f4a7c15ull + ++launches * 0x2545f4914f6cdd1dull;
    l.shared_bytes = config->shared;
    /* SOFTGPU_LOOPS=0: fibers even where a loop would do, to compare. */
    l.loops = kernel->block != NULL &&
              softgpu_environment("SOFTGPU_LOOPS", 1, 0, 1) != 0 &&
              (unsigned long long)config->grid.x * config->block.x <=
                  SOFTGPU_MAX_LOOP_X - SOFTGPU_MAX_THREADS;
    const unsigned long long batches = (unsigned long long)pool.workers * 16;
    l.chunk = l.blocks / batches > 1 ? l.blocks / batches : 1;
    atomic_init(&l.next, 0);
    pool_run(&l);
    pthread_mutex_unlock(&pool.launching);
}
