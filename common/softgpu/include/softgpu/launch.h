/* launch.h -- from kernel<<<grid, block, shared, stream>>>(args) to the engine.
 *
 * softcc writes   softgpu::launch<kind>("kernel", lambda, {grid, block})(args)
 * where the lambda calls the kernel with the hidden parameter first.
 */
#ifndef SOFTGPU_LAUNCH_H
#define SOFTGPU_LAUNCH_H

#include "engine.h"

namespace softgpu {

/* What the kernel's threads may do: run to their end in a loop, or wait for
 * each other, which needs a stack for each. */
enum Kind { LOOP, FIBERS };

/* One thread: used on fibers, and to run a block again carefully in order to
 * name the thread that faulted. */
template <class Body>
void run_thread(const softgpu_ctx *ctx, const void *state)
{
    const softgpu_ctx c = *ctx;
    (*static_cast<const Body *>(state))(c);
}

/* A block as a loop nest.  Threads of a block do not depend on each other
 * where there is no barrier, so the compiler may run them side by side. */
template <class Body>
void run_block(const softgpu_ctx *first, const void *state)
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

template <Kind kind, class Function>
struct Launcher {
    const char *name;
    Function function;
    softgpu_config config;

    /* Arguments are evaluated once, here, and copied for every thread. */
    template <class... Args>
    void operator()(Args... args) const
    {
        const Function call = function;
        const auto body = [=](const softgpu_ctx &ctx)
            __attribute__((always_inline))
        {
            call(ctx, args...);
        };
        using Body = decltype(body);
        const softgpu_kernel kernel = {name, run_thread<Body>,
                                       kind == LOOP ? run_block<Body> : nullptr,
                                       &body};
        softgpu_run(&config, &kernel);
    }
};

template <Kind kind, class Function>
Launcher<kind, Function> launch(const char *name, Function function,
                                const softgpu_config &config)
{
    return {name, function, config};
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
