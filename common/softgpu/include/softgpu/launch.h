/* launch.h -- from kernel<<<grid, block, shared, stream>>>(args) to the engine.
 *
 * softcc writes   softgpu::launch<kind>("kernel", lambda, {grid, block})(args)
 * where the lambda calls the kernel with the hidden parameter first.
 */
#ifndef SOFTGPU_LAUNCH_H
#define SOFTGPU_LAUNCH_H

#include "engine.h"

namespace softgpu {

/* How a block runs: its threads as a loop; in pieces between barriers, each a
 * loop (softcc's fission); or with a stack for each thread that waits. */
enum Kind { LOOP, PIECES, FIBERS };

/* Two launches of one kernel look alike, and g++ would fold them into one
 * function that has lost the lines of its source. */
#ifdef __clang__
#define SOFTGPU_NOT_FOLDED
#else
#define SOFTGPU_NOT_FOLDED __attribute__((no_icf))
#endif

/* One thread: used on fibers, and to run a block again carefully in order to
 * name the thread that faulted. */
template <class Body>
SOFTGPU_NOT_FOLDED void run_thread(const softgpu_ctx *ctx, const void *state)
{
    const softgpu_ctx c = *ctx;
    (*static_cast<const Body *>(state))(c);
}

/* A block as a loop nest.  Threads of a block do not depend on each other
 * where there is no barrier, so the compiler may run them side by side. */
template <class Body>
SOFTGPU_NOT_FOLDED void run_block(const softgpu_ctx *first, const void *state)
{
    const Body body = *static_cast<const Body *>(state);
    const softgpu_ctx base = *first;
    const unsigned int nx = base.blockDim.x;
    /* The engine takes this path only where blockIdx.x * blockDim.x +
     * threadIdx.x fits into an int.  Told so, the compiler sees that x walks
     * neighbouring addresses, and uses vector loads instead of giving up:
     * saxpy runs 8 times as fast. */
    if (nx == 0 || nx > SOFTGPU_MAX_THREADS ||
        base.blockIdx.x * nx > SOFTGPU_MAX_LOOP_X - SOFTGPU_MAX_THREADS) {
        __builtin_unreachable();
    }
    for (unsigned int z = 0; z < base.blockDim.z; z++) {
        for (unsigned int y = 0; y < base.blockDim.y; y++) {
#if defined(__clang__)
#pragma clang loop vectorize(assume_safety)
#else
#pragma GCC ivdep
#endif
            for (unsigned int x = 0; x < nx; x++) {
                const softgpu_ctx ctx = {uint3{x, y, z}, base.blockIdx,
                                         base.blockDim, base.gridDim,
                                         base.worker};
                body(ctx);
            }
        }
    }
}

/* A block in pieces: `Both` holds the version of the kernel for one thread and
 * the version for a whole block. */
template <class Both>
SOFTGPU_NOT_FOLDED void run_pieces(const softgpu_ctx *first, const void *state)
{
    static_cast<const Both *>(state)->block(*first);
}

template <class ThreadBody, class BlockBody>
struct Bodies {
    ThreadBody thread;
    BlockBody block;

    void operator()(const softgpu_ctx &ctx) const
    {
        thread(ctx);
    }
};

template <Kind kind, class Block, class Function>
struct Launcher {
    const char *name;
    Block block;
    Function function;
    softgpu_config config;

    /* Arguments are evaluated once, here, and copied for every thread. */
    template <class... Args>
    void operator()(Args... args) const
    {
        const Function call = function;
        const auto thread = [=](const softgpu_ctx &ctx)
            __attribute__((always_inline))
        {
            call(ctx, args...);
        };
        using Thread = decltype(thread);
        softgpu_kernel kernel = {name, run_thread<Thread>, nullptr, &thread};
        if constexpr (kind == LOOP) {
            kernel.block = run_block<Thread>;
            softgpu_run(&config, &kernel);
        } else if constexpr (kind == PIECES) {
            const Block pieces = block;
            const auto whole = [=](const softgpu_ctx &first) {
                pieces(first, args...);
            };
            using Both = Bodies<Thread, decltype(whole)>;
            const Both both = {thread, whole};
            kernel = {name, run_thread<Both>, run_pieces<Both>, &both};
            softgpu_run(&config, &kernel);
        } else {
            softgpu_run(&config, &kernel);
        }
    }
};

template <Kind kind, class Block, class Function>
Launcher<kind, Block, Function> launch(const char *name, Block block,
                                       Function function,
                                       const softgpu_config &config)
{
    return {name, block, function, config};
}

/* to = from, for arrays as well. */
template <class T>
__attribute__((always_inline)) inline void copy(T &to, const T &from)
{
    to = from;
}

template <class T, size_t n>
__attribute__((always_inline)) inline void copy(T (&to)[n], const T (&from)[n])
{
    for (size_t i = 0; i < n; i++) {
        copy(to[i], from[i]);
    }
}

/* Storage for a variable that lives across a barrier, one for each thread. */
template <class T>
__attribute__((always_inline)) inline T *per_thread(const softgpu_ctx &ctx,
                                                    int slot)
{
    return static_cast<T *>(softgpu_scratch(
        ctx.worker, slot,
        sizeof(T) * ctx.blockDim.x * ctx.blockDim.y * ctx.blockDim.z));
}

inline softgpu_config configure(dim3 grid, dim3 block, size_t shared = 0,
                                cudaStream_t stream = nullptr)
{
    return {grid, block, shared, stream};
}

/* __shared__ variables.  softcc declares a tag type inside the function for
 * each; the tag's number is known before main() and its address is looked up
 * once per thread. */
template <class Tag>
inline const int shared_slot = softgpu_shared_register(
    Tag::name(), sizeof(typename Tag::type), alignof(typename Tag::type));

template <class Tag>
__attribute__((always_inline)) inline typename Tag::type &
shared(const softgpu_ctx &ctx)
{
    const int slot = shared_slot<Tag>;
    void *place = ctx.worker->shared_slots[slot];
    if (__builtin_expect(place == nullptr, 0)) {
        place = softgpu_shared_place(ctx.worker, slot);
    }
    return *static_cast<typename Tag::type *>(place);
}

/* extern __shared__: an array of unknown bound at the dynamic part. */
template <class Tag>
__attribute__((always_inline)) inline typename Tag::type &
shared_dynamic(const softgpu_ctx &ctx)
{
    return *reinterpret_cast<typename Tag::type *>(ctx.worker->shared_dynamic);
}

} // namespace softgpu

#endif
