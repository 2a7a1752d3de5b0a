/* block.c -- one thread block whose threads wait for each other.
 *
 * Threads start one after the other on the same stack, as long as each runs to
 * its end without waiting.  When a thread has to wait, its stack is parked and
 * the next thread starts on a fresh one: a fiber for each thread that waits,
 * none for those that do not.  All threads of a block run on one core, one at
 * a time, so nothing here needs a lock.
 */
#include <string.h>
#include "internal.h"

static void fiber_main(void *argument);

static Thread *current_thread(Worker *w)
{
    return &w->threads[w->current];
}

uint3 thread_coordinates(const Worker *w, unsigned int linear)
{
    const dim3 d = w->block.blockDim;
    return (uint3){linear % d.x, linear / d.x % d.y, linear / d.x / d.y};
}

/* ---- choosing who runs next ---------------------------------------------- */

static bool runnable(const Worker *w, const Thread *t)
{
    return t->state == READY ||
           (t->state == AT_BARRIER && t->barrier != w->barriers);
}

/* Nobody can continue: say who waits for what. */
static void report_deadlock(Worker *w)
{
    for (unsigned int i = 0; i < w->started; i++) {
        const Thread *t = &w->threads[i];
        if (t->state != AT_WARP) {
            continue;
        }
        const uint3 at = thread_coordinates(w, i);
        unsigned int missing = t->mask;
        const unsigned int first = i / SOFTGPU_WARP * SOFTGPU_WARP;
        for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
            if (first + l < w->count &&
                w->threads[first + l].state == AT_WARP &&
                w->threads[first + l].mask == t->mask &&
                w->threads[first + l].op == t->op) {
                missing &= ~(1u << l);
            }
        }
        w->current = i;
        report_fatal(w,
                     "Deadlock: a warp operation waits for lanes that never "
                     "come\n"
                     "    at %s in %s:%d\n"
                     "    by thread (%u,%u,%u) in block (%u,%u,%u)\n"
                     "    mask 0x%08x, missing lanes 0x%08x",
                     w->launch->kernel->name, t->file, t->line, at.x, at.y,
                     at.z, w->block.blockIdx.x, w->block.blockIdx.y,
                     w->block.blockIdx.z, t->mask, missing);
    }
    report_fatal(w,
                 "Deadlock: no thread of the block can continue\n"
                 "    in kernel %s, block (%u,%u,%u)",
                 w->launch->kernel->name, w->block.blockIdx.x,
                 w->block.blockIdx.y, w->block.blockIdx.z);
}

/* Nobody can continue but lanes that asked which of them are together: those
 * who came to the same place are, and go on.  False when there are none. */
static bool release_active(Worker *w)
{
    unsigned int i = 0;
    while (i < w->count && w->threads[i].state != AT_ACTIVE) {
        i++;
    }
    if (i == w->count) {
        return false;
    }
    const Thread *first = &w->threads[i];
    Thread *lanes = &w->threads[i / SOFTGPU_WARP * SOFTGPU_WARP];
    const unsigned int count = w->count - i / SOFTGPU_WARP * SOFTGPU_WARP;
    unsigned int together = 0;
    for (unsigned int l = 0; l < SOFTGPU_WARP && l < count; l++) {
        if (lanes[l].state == AT_ACTIVE && lanes[l].line == first->line &&
            strcmp(lanes[l].file, first->file) == 0) {
            together |= 1u << l;
        }
    }
    for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
        if (together >> l & 1) {
            lanes[l].result = together;
            lanes[l].state = READY;
        }
    }
    return true;
}

/* Leaves the running fiber (whose stack pointer goes to *from) for whoever
 * can run: a thread that has not started, else the next one in a ring that
 * may continue, else home when all have exited. */
static void run_another(Worker *w, void **from)
{
    if (w->started < w->count) {
        Fiber *fiber = w->idle;
        if (fiber != NULL) {
            w->idle = fiber->next;
        } else {
            fiber = fiber_create(w->fibers++);
        }
        fiber_prepare(fiber, fiber_main, w);
        w->threads[w->started].fiber = fiber;
        fiber_switch(from, fiber->sp);
        return;
    }
    if (w->exited == w->count) {
        fiber_switch(from, w->home);
        return;
    }
    do {
        unsigned int i = w->current;
        for (unsigned int n = 0; n < w->count; n++) {
            i = i + 1 == w->count ? 0 : i + 1;
            if (!runnable(w, &w->threads[i])) {
                continue;
            }
            w->threads[i].state = READY;
            if (i != w->current) {
                w->current = i;
                fiber_switch(from, w->threads[i].fiber->sp);
            }
            return;
        }
    } while (release_active(w));
    report_deadlock(w);
}

/* A fiber cannot free the stack it stands on.  Whoever runs after it puts it
 * among the idle ones. */
static void reclaim_fiber(Worker *w)
{
    if (w->retired != NULL) {
        w->retired->next = w->idle;
        w->idle = w->retired;
        w->retired = NULL;
    }
}

/* Parks the running thread in `state` until it can continue. */
static void park(Worker *w, ThreadState state)
{
    Thread *t = current_thread(w);
    t->state = (unsigned char)state;
    run_another(w, &t->fiber->sp);
    reclaim_fiber(w);
}

/* ---- barriers ---------------------------------------------------------------
 */

static void report_divergence(Worker *w, unsigned int here, unsigned int other)
{
    const Thread *a = &w->threads[here], *b = &w->threads[other];
    const uint3 at = thread_coordinates(w, here);
    const uint3 bt = thread_coordinates(w, other);
    const uint3 block = w->block.blockIdx;
    w->current = here;
    if (b->state == EXITED) {
        report_fatal(w,
                     "Barrier error detected. Divergent thread(s) in block.\n"
                     "    at %s in %s:%d\n"
                     "    by thread (%u,%u,%u) in block (%u,%u,%u)\n"
                     "    thread (%u,%u,%u) has returned from the kernel "
                     "without reaching this barrier",
                     w->launch->kernel->name, a->file, a->line, at.x, at.y,
                     at.z, block.x, block.y, block.z, bt.x, bt.y, bt.z);
    }
    report_fatal(w,
                 "Barrier error detected. Divergent thread(s) in block.\n"
                 "    at %s in %s:%d\n"
                 "    by thread (%u,%u,%u) in block (%u,%u,%u)\n"
                 "    thread (%u,%u,%u) waits at another barrier, in %s:%d",
                 w->launch->kernel->name, a->file, a->line, at.x, at.y, at.z,
                 block.x, block.y, block.z, bt.x, bt.y, bt.z, b->file, b->line);
}

/* All threads are accounted for: at the barrier, or returned.  Every one has
 * to be at the same barrier. */
static void check_barrier(Worker *w)
{
    unsigned int first = 0;
    while (w->threads[first].state != AT_BARRIER) {
        first++;
    }
    for (unsigned int i = 0; i < w->count; i++) {
        const Thread *a = &w->threads[first], *b = &w->threads[i];
        if (b->state == EXITED || b->line != a->line ||
            (b->file != a->file && strcmp(b->file, a->file) != 0)) {
            report_divergence(w, first, i);
        }
    }
}

int softgpu_barrier_count(softgpu_worker *worker, int predicate,
                          const char *file, int line)
{
    Worker *w = (Worker *)worker;
    Thread *t = current_thread(w);
    t->file = file;
    t->line = line;
    t->barrier = w->barriers;
    if (predicate) {
        w->votes++;
    }
    w->waiting++;
    if (w->waiting + w->exited == w->count) {
        t->state = AT_BARRIER;
        check_barrier(w);
        t->state = READY;
        w->vote_result = w->votes;
        w->votes = 0;
        w->waiting = 0;
        w->barriers++; /* opens: all who wait with an older number may go */
        return w->vote_result;
    }
    park(w, AT_BARRIER);
    /* vote_result stays until all have read it: the next barrier opens only
     * when every thread has arrived there. */
    return w->vote_result;
}

void softgpu_barrier(softgpu_worker *worker, const char *file, int line)
{
    softgpu_barrier_count(worker, 0, file, line);
}

/* ---- warps
 * -------------------------------------------------------------------- */

static unsigned long long warp_result(const Thread *lanes, unsigned int mask,
                                      unsigned int self)
{
    const Thread *me = &lanes[self];
    unsigned long long r = 0;
    switch ((softgpu_warp_op)me->op) {
    case SOFTGPU_SYNC:
        return 0;
    case SOFTGPU_SHUFFLE:
        return me->argument >= 0 && me->argument < SOFTGPU_WARP &&
                       (mask >> me->argument & 1)
                   ? lanes[me->argument].value
                   : me->value;
    case SOFTGPU_BALLOT:
        for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
            if ((mask >> l & 1) && lanes[l].value) {
                r |= 1ull << l;
            }
        }
        return r;
    case SOFTGPU_MATCH_ANY:
        for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
            if ((mask >> l & 1) && lanes[l].value == me->value) {
                r |= 1ull << l;
            }
        }
        return r;
    default:
        break;
    }
    bool first = true;
    unsigned int sum = 0;
    for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
        if (!(mask >> l & 1)) {
            continue;
        }
        const unsigned int v = (unsigned int)lanes[l].value;
        if (first) {
            sum = v;
            first = false;
            continue;
        }
        switch ((softgpu_warp_op)me->op) {
        case SOFTGPU_REDUCE_ADD:
            sum += v;
            break;
        case SOFTGPU_REDUCE_MIN_U:
            sum = v < sum ? v : sum;
            break;
        case SOFTGPU_REDUCE_MAX_U:
            sum = v > sum ? v : sum;
            break;
        case SOFTGPU_REDUCE_MIN_S:
            sum = (int)v < (int)sum ? v : sum;
            break;
        case SOFTGPU_REDUCE_MAX_S:
            sum = (int)v > (int)sum ? v : sum;
            break;
        case SOFTGPU_REDUCE_AND:
            sum &= v;
            break;
        case SOFTGPU_REDUCE_OR:
            sum |= v;
            break;
        default:
            sum ^= v;
            break;
        }
    }
    return sum;
}

/* Lanes that exist and have not returned from the kernel. */
static unsigned int live_lanes(const Worker *w, unsigned int first)
{
    unsigned int live = 0;
    for (unsigned int l = 0; l < SOFTGPU_WARP && first + l < w->count; l++) {
        const bool started = first + l < w->started;
        if (!started || w->threads[first + l].state != EXITED) {
            live |= 1u << l;
        }
    }
    return live;
}

/* If every live lane of `mask` waits for the same operation, gives each its
 * result and lets it go.  `mask` holds at least one waiting lane. */
static bool warp_complete(Worker *w, unsigned int first, unsigned int mask,
                          unsigned int op)
{
    Thread *lanes = &w->threads[first];
    const unsigned int needed = mask & live_lanes(w, first);
    for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
        if (!(needed >> l & 1)) {
            continue;
        }
        if (first + l >= w->started || lanes[l].state != AT_WARP ||
            lanes[l].mask != mask || lanes[l].op != op) {
            return false;
        }
    }
    for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
        if (needed >> l & 1) {
            lanes[l].result = warp_result(lanes, needed, l);
        }
    }
    for (unsigned int l = 0; l < SOFTGPU_WARP; l++) {
        if (needed >> l & 1) {
            lanes[l].state = READY;
        }
    }
    return true;
}

unsigned long long softgpu_warp(softgpu_worker *worker, softgpu_warp_op op,
                                unsigned int mask, unsigned long long value,
                                int argument, const char *file, int line)
{
    Worker *w = (Worker *)worker;
    Thread *t = current_thread(w);
    const unsigned int lane = w->current % SOFTGPU_WARP;
    const unsigned int first = w->current - lane;
    t->file = file;
    t->line = line;
    if (!(mask >> lane & 1)) {
        const uint3 at = thread_coordinates(w, w->current);
        report_fatal(w,
                     "Invalid arguments: the calling lane %u is not in the "
                     "mask 0x%08x of its warp operation\n"
                     "    at %s in %s:%d\n"
                     "    by thread (%u,%u,%u) in block (%u,%u,%u)",
                     lane, mask, w->launch->kernel->name, file, line, at.x,
                     at.y, at.z, w->block.blockIdx.x, w->block.blockIdx.y,
                     w->block.blockIdx.z);
    }
    t->mask = mask;
    t->op = (unsigned char)op;
    t->value = value;
    t->argument = argument;
    t->state = AT_WARP;
    if (!warp_complete(w, first, mask, op)) {
        park(w, AT_WARP);
    }
    return t->result;
}

/* Threads run ahead of each other here, so the question is answered when no
 * lane of the warp can run on: then those who are here are together. */
unsigned int softgpu_active_mask(softgpu_worker *worker, const char *file,
                                 int line)
{
    Worker *w = (Worker *)worker;
    Thread *t = current_thread(w);
    t->file = file;
    t->line = line;
    park(w, AT_ACTIVE);
    return (unsigned int)t->result;
}

/* ---- the life of a block
 * ---------------------------------------------------------- */

/* A thread has returned: whoever waited only for it can go on. */
static void thread_exits(Worker *w)
{
    Thread *t = current_thread(w);
    t->state = EXITED;
    w->exited++;
    if (w->waiting > 0 && w->waiting + w->exited == w->count) {
        check_barrier(w);
    }
    const unsigned int first = w->current / SOFTGPU_WARP * SOFTGPU_WARP;
    for (unsigned int l = 0; l < SOFTGPU_WARP && first + l < w->started; l++) {
        const Thread *other = &w->threads[first + l];
        if (other->state == AT_WARP) {
            warp_complete(w, first, other->mask, other->op);
        }
    }
}

/* Body of a fiber: starts threads until none is left, then makes room. */
static void fiber_main(void *argument)
{
    Worker *w = argument;
    Fiber *self = w->threads[w->started].fiber;
    reclaim_fiber(w);
    while (w->started < w->count) {
        softgpu_ctx ctx = w->block;
        ctx.threadIdx = w->next;
        if (++w->next.x == ctx.blockDim.x) {
            w->next.x = 0;
            if (++w->next.y == ctx.blockDim.y) {
                w->next.y = 0;
                w->next.z++;
            }
        }
        w->current = w->started++;
        Thread *t = current_thread(w);
        t->fiber = self;
        t->ctx = &ctx;
        t->state = READY;
        w->launch->kernel->thread(&ctx, w->launch->kernel->state);
        /* A thread that waited comes back as the current one. */
        thread_exits(w);
    }
    w->retired = self;
    void *unused;
    run_another(w, &unused);
}

void block_run_fibers(Worker *w)
{
    const dim3 d = w->block.blockDim;
    w->count = d.x * d.y * d.z;
    w->started = w->exited = w->waiting = 0;
    w->barriers = 0;
    w->votes = 0;
    w->next = (uint3){0, 0, 0};
    w->current = 0;
    run_another(w, &w->home);
    reclaim_fiber(w);
}
