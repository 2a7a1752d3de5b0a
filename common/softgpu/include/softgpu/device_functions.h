/* device_functions.h -- barriers, warp operations and atomics.
 *
 * softcc passes the hidden parameter to the functions that take a softgpu_ctx;
 * user code calls them as CUDA documents them.  Where a wait happens is known
 * from the default arguments: __builtin_FILE and __builtin_LINE are evaluated
 * at the call.
 */
#ifndef SOFTGPU_DEVICE_FUNCTIONS_H
#define SOFTGPU_DEVICE_FUNCTIONS_H

#include <string.h>
#include "engine.h"

#define SOFTGPU_AT                                                             \
    const char *file = __builtin_FILE(), int line = __builtin_LINE()
#define SOFTGPU_INLINE __attribute__((always_inline)) inline

static const int warpSize = SOFTGPU_WARP;

/* ---- barriers -------------------------------------------------------- */

SOFTGPU_INLINE void __syncthreads(const softgpu_ctx &ctx, SOFTGPU_AT)
{
    softgpu_barrier(ctx.worker, file, line);
}

SOFTGPU_INLINE int __syncthreads_count(const softgpu_ctx &ctx, int predicate,
                                       SOFTGPU_AT)
{
    return softgpu_barrier_count(ctx.worker, predicate, file, line);
}

SOFTGPU_INLINE int __syncthreads_or(const softgpu_ctx &ctx, int predicate,
                                    SOFTGPU_AT)
{
    return softgpu_barrier_count(ctx.worker, predicate, file, line) > 0;
}

SOFTGPU_INLINE int __syncthreads_and(const softgpu_ctx &ctx, int predicate,
                                     SOFTGPU_AT)
{
    return softgpu_barrier_count(ctx.worker, !predicate, file, line) == 0;
}

SOFTGPU_INLINE void __syncwarp(const softgpu_ctx &ctx,
                               unsigned int mask = 0xffffffffu, SOFTGPU_AT)
{
    softgpu_warp(ctx.worker, SOFTGPU_SYNC, mask, 0, 0, file, line);
}

/* Memory is coherent between the threads of one core; across cores the
 * hardware's own fence does it. */
SOFTGPU_INLINE void __threadfence(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

SOFTGPU_INLINE void __threadfence_block(void)
{
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

SOFTGPU_INLINE void __threadfence_system(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* ---- warp operations -------------------------------------------------- */

namespace softgpu {

/* Linear number of a thread in its block; the low five bits are its lane. */
SOFTGPU_INLINE unsigned int linear(const softgpu_ctx &ctx)
{
    return (ctx.threadIdx.z * ctx.blockDim.y + ctx.threadIdx.y) *
               ctx.blockDim.x +
           ctx.threadIdx.x;
}

/* `from` is the wanted lane, outside of 0...31 for "my own value". */
template <class T>
SOFTGPU_INLINE T shuffle(const softgpu_ctx &ctx, unsigned int mask, T value,
                         int from, const char *file, int line)
{
    static_assert(sizeof(T) <= 8, "shuffles move up to 8 bytes");
    unsigned long long bits = 0;
    memcpy(&bits, &value, sizeof value);
    bits =
        softgpu_warp(ctx.worker, SOFTGPU_SHUFFLE, mask, bits, from, file, line);
    memcpy(&value, &bits, sizeof value);
    return value;
}

} // namespace softgpu

/* The lane arithmetic follows the PTX ISA, section "shfl.sync". */
template <class T>
SOFTGPU_INLINE T __shfl_sync(const softgpu_ctx &ctx, unsigned int mask, T value,
                             int source, int width = SOFTGPU_WARP, SOFTGPU_AT)
{
    const int lane = (int)(softgpu::linear(ctx) % SOFTGPU_WARP);
    const int first = lane & ~(width - 1);
    return softgpu::shuffle(ctx, mask, value, first + (source & (width - 1)),
                            file, line);
}

template <class T>
SOFTGPU_INLINE T __shfl_up_sync(const softgpu_ctx &ctx, unsigned int mask,
                                T value, unsigned int delta,
                                int width = SOFTGPU_WARP, SOFTGPU_AT)
{
    const int lane = (int)(softgpu::linear(ctx) % SOFTGPU_WARP);
    const int from = lane - (int)delta;
    return softgpu::shuffle(ctx, mask, value,
                            from < (lane & ~(width - 1)) ? lane : from, file,
                            line);
}

template <class T>
SOFTGPU_INLINE T __shfl_down_sync(const softgpu_ctx &ctx, unsigned int mask,
                                  T value, unsigned int delta,
                                  int width = SOFTGPU_WARP, SOFTGPU_AT)
{
    const int lane = (int)(softgpu::linear(ctx) % SOFTGPU_WARP);
    const int from = lane + (int)delta;
    return softgpu::shuffle(ctx, mask, value,
                            from > (lane | (width - 1)) ? lane : from, file,
                            line);
}

template <class T>
SOFTGPU_INLINE T __shfl_xor_sync(const softgpu_ctx &ctx, unsigned int mask,
                                 T value, int lane_mask,
                                 int width = SOFTGPU_WARP, SOFTGPU_AT)
{
    const int lane = (int)(softgpu::linear(ctx) % SOFTGPU_WARP);
    const int from = lane ^ lane_mask;
    return softgpu::shuffle(ctx, mask, value,
                            from > (lane | (width - 1)) ? lane : from, file,
                            line);
}

SOFTGPU_INLINE unsigned int __ballot_sync(const softgpu_ctx &ctx,
                                          unsigned int mask, int predicate,
                                          SOFTGPU_AT)
{
    return (unsigned int)softgpu_warp(ctx.worker, SOFTGPU_BALLOT, mask,
                                      predicate != 0, 0, file, line);
}

SOFTGPU_INLINE int __any_sync(const softgpu_ctx &ctx, unsigned int mask,
                              int predicate, SOFTGPU_AT)
{
    return __ballot_sync(ctx, mask, predicate, file, line) != 0;
}

SOFTGPU_INLINE int __all_sync(const softgpu_ctx &ctx, unsigned int mask,
                              int predicate, SOFTGPU_AT)
{
    return __ballot_sync(ctx, mask, !predicate, file, line) == 0;
}

SOFTGPU_INLINE unsigned int __activemask(const softgpu_ctx &ctx, SOFTGPU_AT)
{
    return softgpu_active_mask(ctx.worker, file, line);
}

template <class T>
SOFTGPU_INLINE unsigned int
__match_any_sync(const softgpu_ctx &ctx, unsigned int mask, T value, SOFTGPU_AT)
{
    unsigned long long bits = 0;
    memcpy(&bits, &value, sizeof value);
    return (unsigned int)softgpu_warp(ctx.worker, SOFTGPU_MATCH_ANY, mask, bits,
                                      0, file, line);
}

/* The mask if all its lanes bring the same value, or else 0. */
template <class T>
SOFTGPU_INLINE unsigned int __match_all_sync(const softgpu_ctx &ctx,
                                             unsigned int mask, T value,
                                             int *predicate, SOFTGPU_AT)
{
    const unsigned int same = __match_any_sync(ctx, mask, value, file, line);
    *predicate = same == __ballot_sync(ctx, mask, 1, file, line);
    return *predicate ? mask : 0;
}

#define SOFTGPU_REDUCE(name, type, op)                                         \
    SOFTGPU_INLINE type name(const softgpu_ctx &ctx, unsigned int mask,        \
                             type value, SOFTGPU_AT)                           \
    {                                                                          \
        return (type)softgpu_warp(ctx.worker, op, mask, (unsigned int)value,   \
                                  0, file, line);                              \
    }
SOFTGPU_REDUCE(__reduce_add_sync, unsigned int, SOFTGPU_REDUCE_ADD)
SOFTGPU_REDUCE(__reduce_add_sync, int, SOFTGPU_REDUCE_ADD)
SOFTGPU_REDUCE(__reduce_min_sync, unsigned int, SOFTGPU_REDUCE_MIN_U)
SOFTGPU_REDUCE(__reduce_min_sync, int, SOFTGPU_REDUCE_MIN_S)
SOFTGPU_REDUCE(__reduce_max_sync, unsigned int, SOFTGPU_REDUCE_MAX_U)
SOFTGPU_REDUCE(__reduce_max_sync, int, SOFTGPU_REDUCE_MAX_S)
SOFTGPU_REDUCE(__reduce_and_sync, unsigned int, SOFTGPU_REDUCE_AND)
SOFTGPU_REDUCE(__reduce_or_sync, unsigned int, SOFTGPU_REDUCE_OR)
SOFTGPU_REDUCE(__reduce_xor_sync, unsigned int, SOFTGPU_REDUCE_XOR)
#undef SOFTGPU_REDUCE

/* ---- stops ------------------------------------------------------------ */

SOFTGPU_INLINE void __trap(const softgpu_ctx &ctx, SOFTGPU_AT)
{
    softgpu_trap(ctx.blockIdx, ctx.threadIdx, file, line);
}

/* assert() expands to a call of __assert_fail; in device code softcc adds the
 * hidden parameter and this overload is the one that is called. */
SOFTGPU_INLINE void __assert_fail(const softgpu_ctx &ctx,
                                  const char *expression, const char *file,
                                  unsigned int line, const char *function)
{
    softgpu_assert_fail(ctx.blockIdx, ctx.threadIdx, expression, file, line,
                        function);
}

/* ---- atomics ---------------------------------------------------------- */

/* new = f(old), returned is old.  The compare-and-swap loop serves all types
 * and operations that the processor has no instruction for. */
namespace softgpu {

template <class T, class F>
SOFTGPU_INLINE T atomic_update(T *address, F f)
{
    T old = *(volatile T *)address;
    for (;;) {
        T wanted = f(old);
        if (__atomic_compare_exchange(address, &old, &wanted, false,
                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            return old;
        }
    }
}

} // namespace softgpu

#define SOFTGPU_ATOMIC_INTEGER(T)                                              \
    SOFTGPU_INLINE T atomicAdd(T *address, T value)                            \
    {                                                                          \
        return __atomic_fetch_add(address, value, __ATOMIC_RELAXED);           \
    }                                                                          \
    SOFTGPU_INLINE T atomicExch(T *address, T value)                           \
    {                                                                          \
        return __atomic_exchange_n(address, value, __ATOMIC_SEQ_CST);          \
    }                                                                          \
    SOFTGPU_INLINE T atomicCAS(T *address, T compare, T value)                 \
    {                                                                          \
        __atomic_compare_exchange_n(address, &compare, value, false,           \
                                    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);       \
        return compare;                                                        \
    }                                                                          \
    SOFTGPU_INLINE T atomicMin(T *address, T value)                            \
    {                                                                          \
        return softgpu::atomic_update(                                         \
            address, [=](T old) { return value < old ? value : old; });        \
    }                                                                          \
    SOFTGPU_INLINE T atomicMax(T *address, T value)                            \
    {                                                                          \
        return softgpu::atomic_update(                                         \
            address, [=](T old) { return value > old ? value : old; });        \
    }                                                                          \
    SOFTGPU_INLINE T atomicAnd(T *address, T value)                            \
    {                                                                          \
        return __atomic_fetch_and(address, value, __ATOMIC_RELAXED);           \
    }                                                                          \
    SOFTGPU_INLINE T atomicOr(T *address, T value)                             \
    {                                                                          \
        return __atomic_fetch_or(address, value, __ATOMIC_RELAXED);            \
    }                                                                          \
    SOFTGPU_INLINE T atomicXor(T *address, T value)                            \
    {                                                                          \
        return __atomic_fetch_xor(address, value, __ATOMIC_RELAXED);           \
    }
SOFTGPU_ATOMIC_INTEGER(int)
SOFTGPU_ATOMIC_INTEGER(unsigned int)
SOFTGPU_ATOMIC_INTEGER(unsigned long long)
#undef SOFTGPU_ATOMIC_INTEGER

SOFTGPU_INLINE long long atomicMin(long long *address, long long value)
{
    return softgpu::atomic_update(
        address, [=](long long old) { return value < old ? value : old; });
}

SOFTGPU_INLINE long long atomicMax(long long *address, long long value)
{
    return softgpu::atomic_update(
        address, [=](long long old) { return value > old ? value : old; });
}

SOFTGPU_INLINE int atomicSub(int *address, int value)
{
    return __atomic_fetch_sub(address, value, __ATOMIC_RELAXED);
}

SOFTGPU_INLINE unsigned int atomicSub(unsigned int *address, unsigned int value)
{
    return __atomic_fetch_sub(address, value, __ATOMIC_RELAXED);
}

SOFTGPU_INLINE float atomicAdd(float *address, float value)
{
    return softgpu::atomic_update(address,
                                  [=](float old) { return old + value; });
}

SOFTGPU_INLINE double atomicAdd(double *address, double value)
{
    return softgpu::atomic_update(address,
                                  [=](double old) { return old + value; });
}

SOFTGPU_INLINE float atomicExch(float *address, float value)
{
    return softgpu::atomic_update(address, [=](float) { return value; });
}

/* Counts up and wraps to 0 after `limit`; down, and wraps to `limit`. */
SOFTGPU_INLINE unsigned int atomicInc(unsigned int *address, unsigned int limit)
{
    return softgpu::atomic_update(address, [=](unsigned int old) {
        return old >= limit ? 0u : old + 1u;
    });
}

SOFTGPU_INLINE unsigned int atomicDec(unsigned int *address, unsigned int limit)
{
    return softgpu::atomic_update(address, [=](unsigned int old) {
        return old == 0 || old > limit ? limit : old - 1u;
    });
}

#endif
