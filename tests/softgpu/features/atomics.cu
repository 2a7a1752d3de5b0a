// Atomics of each type, with all threads after the same few words.
// FLAGS: -O1
#include "require.h"
#include <float.h>
#include <limits.h>

#define BLOCKS 64
#define THREADS 256
#define TOTAL (BLOCKS * THREADS)

struct Results {
    int add_i, sub_i, min_i, max_i, and_i, or_i, xor_i, cas_i;
    unsigned int add_u, sub_u, min_u, max_u, and_u, or_u, xor_u, inc_u, dec_u;
    unsigned long long add_l, min_l, max_l, and_l, or_l, xor_l;
    long long min_s, max_s;
    float add_f;
    double add_d;
    int exchanged[TOTAL + 1];
    int tickets[TOTAL];
};

__device__ int global_counter;
__device__ unsigned long long global_sum = 5;

__global__ void all_operations(Results *r)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    atomicAdd(&r->add_i, i % 2 ? 3 : -1);
    atomicSub(&r->sub_i, 2);
    atomicMin(&r->min_i, 1000 - i);
    atomicMax(&r->max_i, i - 1000);
    atomicAnd(&r->and_i, ~(1 << i % 8));
    atomicOr(&r->or_i, 1 << i % 31);
    atomicXor(&r->xor_i, i);
    atomicAdd(&r->add_u, 1);
    atomicSub(&r->sub_u, 1u);
    atomicMin(&r->min_u, 0x80000000u + i);
    atomicMax(&r->max_u, 0x80000000u + i);
    atomicAnd(&r->and_u, ~(1u << i % 32));
    atomicOr(&r->or_u, 1u << i % 32);
    atomicXor(&r->xor_u, (unsigned)i * 2654435761u);
    atomicInc(&r->inc_u, 99);
    atomicDec(&r->dec_u, 99);
    atomicAdd(&r->add_l, 1ull << 33);
    atomicMin(&r->min_l, (1ull << 40) - i);
    atomicMax(&r->max_l, (1ull << 40) + i);
    atomicAnd(&r->and_l, ~(1ull << i % 64));
    atomicOr(&r->or_l, 1ull << i % 64);
    atomicXor(&r->xor_l, (unsigned long long)i << 32);
    atomicMin(&r->min_s, -(long long)i);
    atomicMax(&r->max_s, (long long)i << 32);
    atomicAdd(&r->add_f, 0.25f);
    atomicAdd(&r->add_d, 0.125);
    atomicAdd(&global_counter, 1);
    atomicAdd(&global_sum, 2);

    /* Each value that goes in comes out once. */
    r->exchanged[i] = atomicExch(&r->exchanged[TOTAL], i + 1);
    /* A ticket for each. */
    r->tickets[i] = atomicAdd(&r->cas_i, 1);
}

/* The documented way to make an atomic of one's own. */
__device__ float atomicMaxFloat(float *address, float value)
{
    int *as_int = (int *)address;
    int old = *as_int, assumed;
    do {
        assumed = old;
        old = atomicCAS(as_int, assumed,
                        __float_as_int(fmaxf(value, __int_as_float(assumed))));
    } while (assumed != old);
    return __int_as_float(old);
}

__device__ double my_atomic_add(double *address, double value)
{
    unsigned long long int *as_ull = (unsigned long long int *)address;
    unsigned long long int old = *as_ull, assumed;
    do {
        assumed = old;
        old = atomicCAS(
            as_ull, assumed,
            __double_as_longlong(value + __longlong_as_double(assumed)));
    } while (assumed != old);
    return __longlong_as_double(old);
}

__global__ void own(float *max, double *sum, float *last)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    atomicMaxFloat(max, (float)(i * 7919 % TOTAL));
    my_atomic_add(sum, 0.5);
    atomicExch(last, 42.0f);
}

/* The two histograms of the books. */
__global__ void histogram_global(unsigned int *bins, const unsigned char *in,
                                 int n)
{
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
         i += blockDim.x * gridDim.x) {
        atomicAdd(&bins[in[i]], 1);
    }
}

__global__ void histogram_shared(unsigned int *bins, const unsigned char *in,
                                 int n)
{
    __shared__ unsigned int s[256];
    s[threadIdx.x] = 0;
    __syncthreads();
    for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n;
         i += blockDim.x * gridDim.x) {
        atomicAdd(&s[in[i]], 1);
    }
    __syncthreads();
    atomicAdd(&bins[threadIdx.x], s[threadIdx.x]);
}

/* CUDA by Example's dot product: a lock that blocks take in turn. */
struct Lock {
    int *mutex;
    Lock(void)
    {
        int state = 0;
        CUDA(cudaMalloc((void **)&mutex, sizeof(int)));
        CUDA(cudaMemcpy(mutex, &state, sizeof(int), cudaMemcpyHostToDevice));
    }
    __device__ void lock(void)
    {
        while (atomicCAS(mutex, 0, 1) != 0)
            ;
        __threadfence();
    }
    __device__ void unlock(void)
    {
        __threadfence();
        atomicExch(mutex, 0);
    }
};

__global__ void dot(Lock lock, int n, const float *a, const float *b, float *c)
{
    __shared__ float cache[THREADS];
    int tid = threadIdx.x + blockIdx.x * blockDim.x;
    int cacheIndex = threadIdx.x;
    float temp = 0;
    while (tid < n) {
        temp += a[tid] * b[tid];
        tid += blockDim.x * gridDim.x;
    }
    cache[cacheIndex] = temp;
    __syncthreads();
    int i = blockDim.x / 2;
    while (i != 0) {
        if (cacheIndex < i)
            cache[cacheIndex] += cache[cacheIndex + i];
        __syncthreads();
        i /= 2;
    }
    if (cacheIndex == 0) {
        lock.lock();
        *c += cache[0];
        lock.unlock();
    }
}

/* The last block to finish adds up what the others have written. */
__device__ unsigned int done = 0;
__global__ void last_block(const int *in, volatile int *partial, int *result)
{
    __shared__ bool is_last;
    __shared__ int s[THREADS];
    s[threadIdx.x] = in[blockIdx.x * blockDim.x + threadIdx.x];
    __syncthreads();
    if (threadIdx.x == 0) {
        int sum = 0;
        for (int k = 0; k < THREADS; k++)
            sum += s[k];
        partial[blockIdx.x] = sum;
        __threadfence();
        is_last = atomicInc(&done, gridDim.x) == gridDim.x - 1;
    }
    __syncthreads();
    if (is_last && threadIdx.x == 0) {
        int sum = 0;
        for (int k = 0; k < gridDim.x; k++)
            sum += partial[k];
        *result = sum;
        done = 0;
    }
}

static Results h;
static unsigned char bytes[100003];
static bool seen[TOTAL + 1];

int main(void)
{
    Results *r;
    CUDA(cudaMalloc(&r, sizeof *r));
    h.and_i = h.and_u = -1;
    h.and_l = ~0ull;
    h.min_i = h.min_u = INT_MAX;
    h.min_u = UINT_MAX;
    h.min_l = ULLONG_MAX;
    h.max_i = INT_MIN;
    h.dec_u = 0;
    TO_DEVICE(r, &h, 1);
    all_operations<<<BLOCKS, THREADS>>>(r);
    LAUNCHED();
    TO_HOST(&h, r, 1);
    int xor_i = 0;
    unsigned int xor_u = 0;
    for (int i = 0; i < TOTAL; i++) {
        xor_i ^= i;
        xor_u ^= (unsigned)i * 2654435761u;
    }
    REQUIRE(h.add_i == TOTAL, "add int %d", h.add_i);
    REQUIRE(h.sub_i == -2 * TOTAL, "sub int %d", h.sub_i);
    REQUIRE(h.min_i == 1001 - TOTAL, "min int %d", h.min_i);
    REQUIRE(h.max_i == TOTAL - 1001, "max int %d", h.max_i);
    REQUIRE(h.and_i == ~0xff, "and int %x", h.and_i);
    REQUIRE(h.or_i == INT_MAX, "or int %x", h.or_i);
    REQUIRE(h.xor_i == xor_i, "xor int %x", h.xor_i);
    REQUIRE(h.add_u == TOTAL, "add unsigned %u", h.add_u);
    REQUIRE(h.sub_u == 0u - TOTAL, "sub unsigned %u", h.sub_u);
    REQUIRE(h.min_u == 0x80000000u, "min unsigned %x", h.min_u);
    REQUIRE(h.max_u == 0x80000000u + TOTAL - 1, "max unsigned %x", h.max_u);
    REQUIRE(h.and_u == 0 && h.or_u == UINT_MAX, "and, or unsigned");
    REQUIRE(h.xor_u == xor_u, "xor unsigned");
    REQUIRE(h.inc_u == TOTAL % 100, "inc %u", h.inc_u);
    REQUIRE(h.dec_u == (100 - TOTAL % 100) % 100, "dec %u", h.dec_u);
    REQUIRE(h.add_l == (unsigned long long)TOTAL << 33, "add long");
    REQUIRE(h.min_l == (1ull << 40) - TOTAL + 1, "min long");
    REQUIRE(h.max_l == (1ull << 40) + TOTAL - 1, "max long");
    REQUIRE(h.and_l == 0 && h.or_l == ~0ull, "and, or long");
    REQUIRE(h.xor_l == (unsigned long long)xor_i << 32, "xor long");
    REQUIRE(h.min_s == 1 - TOTAL, "min long long");
    REQUIRE(h.max_s == (long long)(TOTAL - 1) << 32, "max long long");
    REQUIRE(h.add_f == 0.25f * TOTAL, "add float %g", h.add_f);
    REQUIRE(h.add_d == 0.125 * TOTAL, "add double %g", h.add_d);
    int counter;
    unsigned long long sum;
    CUDA(cudaMemcpyFromSymbol(&counter, global_counter, sizeof counter));
    CUDA(cudaMemcpyFromSymbol(&sum, global_sum, sizeof sum));
    REQUIRE(counter == TOTAL && sum == 2ull * TOTAL + 5, "device variables");
    for (int i = 0; i <= TOTAL; i++) {
        const int v = h.exchanged[i];
        REQUIRE(v >= 0 && v <= TOTAL && !seen[v], "exchange %d twice", v);
        seen[v] = true;
    }
    for (int i = 0; i < TOTAL; i++) {
        const int v = h.tickets[i];
        REQUIRE(v >= 0 && v < TOTAL && seen[v], "ticket %d twice", v);
        seen[v] = false;
    }

    float *f, hf;
    double *d, hd;
    ZEROS(f, 2);
    ZEROS(d, 1);
    own<<<BLOCKS, THREADS>>>(f, d, f + 1);
    LAUNCHED();
    TO_HOST(&hf, f, 1);
    TO_HOST(&hd, d, 1);
    REQUIRE(hf == TOTAL - 1 && hd == TOTAL / 2, "own atomics %g %g", hf, hd);
    TO_HOST(&hf, f + 1, 1);
    REQUIRE(hf == 42, "exchange of a float");

    unsigned char *in;
    unsigned int *bins, count[256] = {0}, got[256];
    const int n = sizeof bytes;
    ZEROS(in, n);
    ZEROS(bins, 256);
    unsigned int random = 1;
    for (int i = 0; i < n; i++) {
        random = random * 1664525 + 1013904223;
        bytes[i] = (random >> 24) & (random >> 16);
        count[bytes[i]]++;
    }
    TO_DEVICE(in, bytes, n);
    histogram_global<<<16, 256>>>(bins, in, n);
    histogram_shared<<<16, 256>>>(bins, in, n);
    LAUNCHED();
    TO_HOST(got, bins, 256);
    for (int i = 0; i < 256; i++) {
        REQUIRE(got[i] == 2 * count[i], "bin %d: %u", i, got[i]);
    }

    float *a, *b, *c, ha[1000];
    ZEROS(a, 1000);
    ZEROS(b, 1000);
    ZEROS(c, 1);
    for (int i = 0; i < 1000; i++)
        ha[i] = i % 10;
    TO_DEVICE(a, ha, 1000);
    TO_DEVICE(b, ha, 1000);
    Lock lock;
    dot<<<7, THREADS>>>(lock, 1000, a, b, c);
    LAUNCHED();
    TO_HOST(&hf, c, 1);
    REQUIRE(hf == 28500, "dot %g", hf);

    int *numbers, *partial, *result, total;
    ZEROS(numbers, TOTAL);
    ZEROS(partial, BLOCKS);
    ZEROS(result, 1);
    for (int i = 0; i < TOTAL; i++)
        h.tickets[i] = i % 5;
    TO_DEVICE(numbers, h.tickets, TOTAL);
    for (int round = 0; round < 3; round++) {
        CUDA(cudaMemset(result, 0, sizeof *result));
        last_block<<<BLOCKS, THREADS>>>(numbers, partial, result);
        LAUNCHED();
        TO_HOST(&total, result, 1);
        int want = 0;
        for (int i = 0; i < TOTAL; i++)
            want += i % 5;
        REQUIRE(total == want, "last block %d, not %d", total, want);
    }
    return 0;
}
