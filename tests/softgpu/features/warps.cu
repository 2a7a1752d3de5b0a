// Shuffles, votes, match and reduce, over whole warps and parts of them.
// FLAGS: -O1
#include "require.h"

#define N 64
#define ALL 0xffffffffu

/* All four shuffles at one width: what lane l gets, by the PTX manual. */
__global__ void shuffles(int *out, int width, int by)
{
    const int t = threadIdx.x;
    out[t] = __shfl_sync(ALL, t, by, width);
    out[N + t] = __shfl_up_sync(ALL, t, by, width);
    out[2 * N + t] = __shfl_down_sync(ALL, t, by, width);
    out[3 * N + t] = __shfl_xor_sync(ALL, t, by, width);
}

__global__ void default_width(int *out)
{
    const int t = threadIdx.x;
    out[t] = __shfl_sync(ALL, t, 3) + 100 * __shfl_up_sync(ALL, t, 1) +
             10000 * __shfl_down_sync(ALL, t, 1) +
             1000000 * __shfl_xor_sync(ALL, t, 1);
}

__global__ void types(int *out)
{
    const int t = threadIdx.x, lane = t % 32;
    const float f = __shfl_xor_sync(ALL, lane + 0.5f, 1);
    const double d = __shfl_xor_sync(ALL, lane + 0.25, 2);
    const unsigned int u = __shfl_down_sync(ALL, 0x80000000u + lane, 1);
    const long long l = __shfl_up_sync(ALL, ((long long)lane << 40), 1);
    const unsigned long long ul = __shfl_sync(ALL, 1ull << lane, 31);
    out[t] = f == (lane ^ 1) + 0.5f && d == (lane ^ 2) + 0.25 &&
             u == 0x80000000u + (lane < 31 ? lane + 1 : lane) &&
             l == (long long)(lane > 0 ? lane - 1 : 0) << 40 &&
             ul == 1ull << 31;
}

/* Only some lanes, chosen by an if; the two halves apart. */
__global__ void partial(int *out)
{
    const int t = threadIdx.x, lane = t % 32;
    int v = -1;
    if (lane < 16) {
        v = __shfl_down_sync(0x0000ffff, lane, 1, 16);
    } else {
        v = 100 + __shfl_xor_sync(0xffff0000, lane, 3);
    }
    if (lane % 2) {
        v += 1000 * __shfl_sync(0xaaaaaaaa, lane, 7);
    }
    const unsigned int mask = __ballot_sync(ALL, lane < 10);
    if (lane < 10) {
        for (int d = 8; d > 0; d /= 2) {
            v += __shfl_xor_sync(mask, 0, d % 2);
        }
    }
    out[t] = v;
}

/* Sum and scan, as everybody writes them. */
__inline__ __device__ float warp_sum(float v)
{
    for (int offset = warpSize / 2; offset > 0; offset /= 2)
        v += __shfl_down_sync(ALL, v, offset);
    return v;
}

__inline__ __device__ float block_sum(float v)
{
    static __shared__ float shared[32];
    const int lane = threadIdx.x % warpSize;
    const int wid = threadIdx.x / warpSize;
    v = warp_sum(v);
    if (lane == 0)
        shared[wid] = v;
    __syncthreads();
    v = threadIdx.x < blockDim.x / warpSize ? shared[lane] : 0;
    if (wid == 0)
        v = warp_sum(v);
    return v;
}

__global__ void reduce(const float *in, float *out, int n)
{
    float sum = 0;
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
         i += blockDim.x * gridDim.x)
        sum += in[i];
    sum = block_sum(sum);
    if (threadIdx.x == 0)
        atomicAdd(out, sum);
}

__global__ void scan(int *out)
{
    const int lane = threadIdx.x & 31;
    int v = lane + 1;
#pragma unroll
    for (int d = 1; d < 32; d <<= 1) {
        const int left = __shfl_up_sync(ALL, v, d);
        if (lane >= d)
            v += left;
    }
    out[threadIdx.x] = v;
}

__global__ void votes(unsigned int *out)
{
    const int t = threadIdx.x, lane = t % 32;
    unsigned int *o = out + 8 * t;
    o[0] = __ballot_sync(ALL, lane % 3 == 0);
    o[1] = __any_sync(ALL, lane == 31) + 2 * __any_sync(ALL, lane > 31);
    o[2] = __all_sync(ALL, lane < 32) + 2 * __all_sync(ALL, lane < 31);
    o[3] = __match_any_sync(ALL, lane / 5);
    o[4] = __match_any_sync(ALL, lane % 2 ? 1.5 : 2.5);
    int same;
    o[5] = __match_all_sync(ALL, lane / 32, &same);
    o[6] = same;
    o[5] += __match_all_sync(ALL, lane / 31, &same); /* 0 */
    o[6] += 10 * same;
    o[7] = __popc(__ballot_sync(ALL, t >= 32)) + __ffs(__ballot_sync(ALL, 0)) +
           __activemask();
}

__global__ void reductions(int *out)
{
    const int lane = threadIdx.x % 32;
    int *o = out + 9 * threadIdx.x;
    o[0] = __reduce_add_sync(ALL, lane);
    o[1] = __reduce_add_sync(ALL, -(int)lane);
    o[2] = __reduce_min_sync(ALL, lane - 16);
    o[3] = __reduce_max_sync(ALL, lane - 16);
    o[4] = (int)__reduce_min_sync(ALL, (unsigned)lane + 5u);
    o[5] = (int)__reduce_max_sync(ALL, 0x7fffff00u + lane);
    o[6] = (int)__reduce_and_sync(ALL, ~(1u << lane % 4));
    o[7] = (int)__reduce_or_sync(ALL, 1u << lane % 8);
    o[8] = (int)__reduce_xor_sync(ALL, (unsigned)lane);
}

/* Lanes that have returned do not take part any more. */
__global__ void exited(unsigned int *out, int n)
{
    const int t = threadIdx.x;
    if (t >= n)
        return;
    const int lane = t % 32;
    const int last = n - 1 - t / 32 * 32;
    unsigned int m = __activemask();
    unsigned int b = __ballot_sync(m, lane % 2);
    int v = lane;
    for (int d = 16; d > 0; d /= 2) {
        const int w = __shfl_down_sync(m, v, d);
        if (lane + d <= last)
            v += w;
    }
    out[2 * t] = b;
    out[2 * t + 1] = v;
    __syncwarp(m);
}

/* The last warp is not full: a block of 40. */
__global__ void short_warp(int *out)
{
    const unsigned int mask = __ballot_sync(ALL, 1);
    out[threadIdx.x] =
        __popc(mask) + 100 * __shfl_xor_sync(ALL, threadIdx.x, 1);
}

/* Warps go their own ways, and meet at the block's barrier. */
__global__ void warps_apart(int *out)
{
    __shared__ int s[8];
    const int warp = threadIdx.x / 32;
    int v = 1;
    for (int i = 0; i <= warp; i++) {
        v += __shfl_xor_sync(ALL, v, 1 << i % 5);
        __syncwarp();
    }
    if (threadIdx.x % 32 == 0)
        s[warp] = v;
    __syncthreads();
    if (warp == 3) {
        v = __shfl_sync(ALL, s[threadIdx.x % 8], 5);
    }
    __syncthreads();
    out[threadIdx.x] = v;
}

/* In 2D, warps follow the linear number. */
__global__ void two_dimensions(int *out)
{
    const int linear = threadIdx.y * blockDim.x + threadIdx.x;
    out[linear] = __shfl_sync(ALL, linear, 0);
}

/* One atomic for each group of lanes with the same key. */
__device__ int aggregated_add(int *counter)
{
    const unsigned int active = __activemask();
    const int leader = __ffs(active) - 1;
    const int lane = threadIdx.x % 32;
    int base = 0;
    if (lane == leader)
        base = atomicAdd(counter, __popc(active));
    base = __shfl_sync(active, base, leader);
    return base + __popc(active & ((1u << lane) - 1));
}
__global__ void compact(int *out, int *counter)
{
    out[aggregated_add(counter)] = threadIdx.x + blockIdx.x * blockDim.x;
}

/* The same in a branch that only some lanes take, in changing company. */
__global__ void filter(int *out, int *counter, const int *in, int n)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n)
        return;
    if (in[i] % 3 == 0)
        out[aggregated_add(counter)] = in[i];
    else if (in[i] % 5 == 0)
        out[aggregated_add(counter)] = -in[i];
}

/* Every second lane has gone, the others ask. */
__global__ void half_exited(unsigned int *out)
{
    const int lane = threadIdx.x % 32;
    if (lane % 2)
        return;
    const unsigned int m = __activemask();
    const int sum = __popc(__ballot_sync(m, lane < 8));
    out[threadIdx.x] = m;
    out[threadIdx.x + 1] = sum;
}

/* Lanes leave a loop one by one. */
__global__ void leaving(unsigned int *out)
{
    const int lane = threadIdx.x % 32;
    unsigned int m = 0;
    for (int i = 0; i <= lane; i++)
        m = __activemask();
    out[threadIdx.x] = m;
}

static int h[4096];
static float f[5000];

#define EACH(count, wanted)                                                    \
    do {                                                                       \
        LAUNCHED();                                                            \
        TO_HOST(h, out, count);                                                \
        for (int i = 0; i < (count); i++) {                                    \
            const int lane = i % 32, w = (wanted);                             \
            (void)lane;                                                        \
            REQUIRE(h[i] == w, "thread %d: %d, not %d", i, h[i], w);           \
        }                                                                      \
    } while (0)

int main(void)
{
    int *out;
    unsigned int *u, *hu = (unsigned int *)h;
    ZEROS(out, 4096);
    u = (unsigned int *)out;
    for (int width = 1; width <= 32; width *= 2) {
        for (int by = 0; by < 32; by++) {
            shuffles<<<1, N>>>(out, width, by);
            LAUNCHED();
            TO_HOST(h, out, 4 * N);
            for (int t = 0; t < N; t++) {
                const int lane = t % 32, warp = t - lane;
                const int low = lane / width * width, high = low + width - 1;
                const int want[4] = {
                    warp + low + by % width,
                    warp + (lane - by < low ? lane : lane - by),
                    warp + (lane + by > high ? lane : lane + by),
                    warp + ((lane ^ by) > high ? lane : lane ^ by)};
                for (int k = 0; k < 4; k++) {
                    REQUIRE(h[k * N + t] == want[k],
                            "shuffle %d, width %d, by %d, lane %d: %d, not %d",
                            k, width, by, t, h[k * N + t], want[k]);
                }
            }
        }
    }
    default_width<<<1, 32>>>(out);
    EACH(32, 3 + 100 * (i ? i - 1 : 0) + 10000 * (i < 31 ? i + 1 : 31) +
                 1000000 * (i ^ 1));
    types<<<1, N>>>(out);
    EACH(N, 1);
    partial<<<1, N>>>(out);
    EACH(N, (lane < 16 ? lane < 15 ? lane + 1 : 15 : 100 + (lane ^ 3)) +
                (lane % 2 ? 7000 : 0));

    float *in, *sum, got;
    ZEROS(in, 5000);
    ZEROS(sum, 1);
    for (int i = 0; i < 5000; i++)
        f[i] = i % 9;
    TO_DEVICE(in, f, 5000);
    reduce<<<4, 256>>>(in, sum, 5000);
    LAUNCHED();
    TO_HOST(&got, sum, 1);
    float want = 0;
    for (int i = 0; i < 5000; i++)
        want += i % 9;
    REQUIRE(got == want, "reduce %g, not %g", got, want);
    scan<<<1, N>>>(out);
    EACH(N, (lane + 1) * (lane + 2) / 2);

    votes<<<1, N>>>(u);
    LAUNCHED();
    TO_HOST(hu, u, 8 * N);
    for (int t = 0; t < N; t++) {
        const unsigned int *o = hu + 8 * t, lane = t % 32;
        unsigned int five = 0;
        for (unsigned int l = 0; l < 32; l++)
            five |= l / 5 == lane / 5 ? 1u << l : 0;
        REQUIRE(o[0] == 0x49249249, "ballot %x", o[0]);
        REQUIRE(o[1] == 1 && o[2] == 1, "any %u, all %u", o[1], o[2]);
        REQUIRE(o[3] == five, "match_any %x", o[3]);
        REQUIRE(o[4] == (lane % 2 ? 0xaaaaaaaa : 0x55555555), "match double");
        REQUIRE(o[5] == ALL && o[6] == 1, "match_all %x %u", o[5], o[6]);
        REQUIRE(o[7] == (t >= 32 ? 32 : 0) + ALL, "counts %u", o[7]);
    }
    reductions<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, 9 * N);
    for (int t = 0; t < N; t++) {
        const int *o = h + 9 * t;
        REQUIRE(o[0] == 496 && o[1] == -496, "reduce add %d %d", o[0], o[1]);
        REQUIRE(o[2] == -16 && o[3] == 15, "min, max %d %d", o[2], o[3]);
        REQUIRE(o[4] == 5 && o[5] == 0x7fffff1f, "unsigned %d %d", o[4], o[5]);
        REQUIRE(o[6] == ~15 && o[7] == 255 && o[8] == 0, "bits");
    }

    for (int n = 1; n <= N; n++) {
        CUDA(cudaMemset(u, 0xff, 2 * N * sizeof *u));
        exited<<<1, N>>>(u, n);
        LAUNCHED();
        TO_HOST(hu, u, 2 * N);
        for (int w = 0; w < 2; w++) {
            const int count = n - 32 * w < 32 ? n - 32 * w : 32;
            if (count > 0) {
                const unsigned int live = ALL >> (32 - count);
                REQUIRE(hu[64 * w] == (live & 0xaaaaaaaa), "%d: ballot %x", n,
                        hu[64 * w]);
                REQUIRE((int)hu[64 * w + 1] == count * (count - 1) / 2,
                        "%d: sum %d", n, (int)hu[64 * w + 1]);
            }
        }
    }

    short_warp<<<1, 40>>>(out);
    EACH(40, (i < 32 ? 32 : 8) + 100 * (i ^ 1));
    warps_apart<<<1, 128>>>(out);
    LAUNCHED();
    TO_HOST(h, out, 128);
    REQUIRE(h[0] == 2 && h[33] == 4 && h[70] == 8, "warps apart");
    two_dimensions<<<1, dim3(8, 8)>>>(out);
    EACH(64, i / 32 * 32);

    int *counter;
    ZEROS(counter, 1);
    compact<<<8, 96>>>(out, counter);
    LAUNCHED();
    TO_HOST(h, out, 768);
    static bool seen[768];
    for (int i = 0; i < 768; i++) {
        REQUIRE(h[i] >= 0 && h[i] < 768 && !seen[h[i]], "compact %d", h[i]);
        seen[h[i]] = true;
    }
    static bool taken[4096];
    for (int i = 0; i < 1000; i++)
        h[i] = i + 1;
    int *data;
    ZEROS(data, 1000);
    TO_DEVICE(data, h, 1000);
    CUDA(cudaMemset(counter, 0, sizeof *counter));
    filter<<<8, 128>>>(out, counter, data, 1000);
    LAUNCHED();
    int count;
    TO_HOST(&count, counter, 1);
    TO_HOST(h, out, count);
    REQUIRE(count == 333 + 200 - 66, "filter keeps %d", count);
    for (int i = 0; i < count; i++) {
        const int v = h[i] < 0 ? -h[i] : h[i];
        REQUIRE(v > 0 && v <= 1000 && !taken[v] &&
                    (h[i] > 0 ? v % 3 == 0 : v % 5 == 0 && v % 3 != 0),
                "filter %d", h[i]);
        taken[v] = true;
    }
    half_exited<<<1, N>>>(u);
    EACH(N, (int)(i % 2 ? 4u : 0x55555555u));
    leaving<<<1, N>>>(u);
    EACH(N, (int)(ALL << lane));
    return 0;
}
