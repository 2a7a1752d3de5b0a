// Small kernels with barriers, each of a form that softcc may cut into loops
// over threads (common/tools/fission.c), or nearly so: with one thing in it
// that a careless cut would get wrong.
#include "require.h"

#define N 64

/* The thread's own variable through a pointer, across a barrier. */
__global__ void own_pointer(int *out)
{
    int value = threadIdx.x;
    int *p = &value;
    __syncthreads();
    *p += 1;
    __syncthreads();
    out[threadIdx.x] = value;
}

__global__ void own_array_pointer(int *out)
{
    int array[2] = {(int)threadIdx.x, 5};
    int *p = array, *last = array + 1;
    __syncthreads();
    p[0] += 1;
    *last = 7;
    __syncthreads();
    out[threadIdx.x] = array[0] + array[1];
}

/* Assigned one member at a time. */
__global__ void members(int *out, int2 a, const int2 *b)
{
    int2 c = a, d = *b;
    c.x = threadIdx.x;
    __syncthreads();
    c.y += 1;
    d.y++;
    ++d.x;
    __syncthreads();
    out[threadIdx.x] = c.x + 100 * c.y + 10000 * d.x + 100000 * d.y;
}

struct Counter {
    int n;
    __device__ void up()
    {
        n++;
    }
};

__global__ void methods(int *out, Counter start)
{
    Counter c = start;
    c.up();
    __syncthreads();
    c.up();
    __syncthreads();
    out[threadIdx.x] = c.n;
}

/* Declared and left in the last piece. */
__global__ void returns_behind(int *out, const int *in, int n)
{
    __shared__ int s[N];
    s[threadIdx.x] = in[threadIdx.x];
    __syncthreads();
    float v = s[N - 1 - threadIdx.x];
    if (v > 50)
        return;
    int w = in[threadIdx.x];
    if (threadIdx.x >= n) {
        return;
    }
    out[threadIdx.x] = (int)v + w;
}

/* Barriers that hang on what is the same for all. */
__global__ void uniform(int *out, int rounds, bool twice)
{
    __shared__ int s[N];
    const int t = threadIdx.x;
    s[t] = t;
    for (int i = 0; i < rounds; i++) {
        __syncthreads();
        int v = s[(t + 1) % N];
        __syncthreads();
        s[t] = v + 1;
    }
    if (twice) {
        __syncthreads();
        int v = s[(t + 1) % N];
        __syncthreads();
        s[t] = v;
    } else
        __syncthreads();
    for (unsigned int d = blockDim.x / 2; d > 0; d >>= 1) {
        __syncthreads();
        if (t == 0)
            s[0] += d;
    }
    if (blockIdx.x > 100) {
        __syncthreads();
    } else if (gridDim.x == 1) {
        __syncthreads();
        s[t] += 1000;
    }
    out[t] = s[t];
}

/* A loop whose end depends on the thread, between barriers. */
__global__ void ragged(int *out)
{
    __shared__ int s[N];
    int sum = 0;
    for (int i = 0; i < threadIdx.x; i++) {
        if (i == 40)
            break;
        if (i % 2)
            continue;
        sum += i;
    }
    s[threadIdx.x] = sum;
    __syncthreads();
    while (sum > 100)
        sum -= 100;
    out[threadIdx.x] = s[N - 1 - threadIdx.x] * 1000 + sum;
}

/* One name, several variables. */
__global__ void names(int *out, int n)
{
    const int t = threadIdx.x;
    int sum = 0;
    for (int i = 0; i < n; i++) {
        int v = t + i;
        __syncthreads();
        sum += v;
    }
    for (int i = 0; i < n; i++) {
        float v = 0.5f * i;
        __syncthreads();
        sum += (int)(2 * v);
    }
    int i = 10;
    __syncthreads();
    for (int i = 0; i < 3; i++) {
        sum += i;
    }
    __syncthreads();
    if (t >= 0) {
        int i = 20, n = 1;
        sum += i + n;
    }
    out[t] = sum + i + n;
}

/* Swapped between rounds, as double buffers are. */
__global__ void buffers(int *out, int rounds)
{
    __shared__ int a[N], b[N];
    int *from = a, *to = b;
    from[threadIdx.x] = threadIdx.x;
    for (int i = 0; i < rounds; i++) {
        __syncthreads();
        to[threadIdx.x] = from[(threadIdx.x + 1) % N];
        int *swap = from;
        from = to;
        to = swap;
    }
    __syncthreads();
    out[threadIdx.x] = from[N - 1 - threadIdx.x];
}

/* The condition reads what the loop writes. */
__global__ void shared_condition(int *out)
{
    __shared__ int left;
    if (threadIdx.x == 0) {
        left = 5;
    }
    __syncthreads();
    int rounds = 0;
    for (int go = left; go > 0; go = left) {
        __syncthreads();
        if (threadIdx.x == 0) {
            left--;
        }
        rounds++;
        __syncthreads();
    }
    out[threadIdx.x] = rounds;
}

/* Conditions that read arrays, and locals that are the same for all. */
__global__ void local_bounds(int *out, const int *in, int n)
{
    __shared__ int s[N];
    const int tiles = (n + 15) / 16;
    int start = blockIdx.x * blockDim.x;
    int sum = 0;
    for (int k = 0; k < tiles; k++) {
        const int col = k * 16 + threadIdx.x % 16;
        s[threadIdx.x] = col < n ? in[col] : 0;
        __syncthreads();
        for (int j = 0; j < 16; j++)
            sum += s[start + threadIdx.x / 16 * 16 + j];
        __syncthreads();
    }
    for (int k = 0; k < in[3]; k++) {
        __syncthreads();
        sum += 1000;
    }
    out[threadIdx.x] = sum;
}

/* Large arrays of each thread: a register tile. */
__global__ void tile(float *out, const float *in)
{
    __shared__ float s[N];
    float acc[4][4] = {0.0f}, row[4], zero[2][2] = {};
    for (int k = 0; k < 3; k++) {
        s[threadIdx.x] = in[k * N + threadIdx.x];
        __syncthreads();
#pragma unroll
        for (int i = 0; i < 4; i++) {
            row[i] = s[(threadIdx.x + i) % N];
        }
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                acc[i][j] += row[i] * row[j];
        __syncthreads();
    }
    float sum = zero[1][1];
    for (int i = 0; i < 16; i++) {
        sum += (i + 1) * acc[i / 4][i % 4];
    }
    out[threadIdx.x] = sum;
}

/* Statements without braces, empty ones, labels of macros, comments. */
#define SYNC __syncthreads()
#define SYNC_BLOCK                                                             \
    do {                                                                       \
        __syncthreads();                                                       \
    } while (0)
__global__ void odd_statements(int *out)
{
    __shared__ int s[N];
    ;
    s[threadIdx.x] = threadIdx.x;
    SYNC;
    ;
    if (true)
        SYNC;
    SYNC_BLOCK;
    for (int i = 0; i < 2; i++)
        SYNC;
    {} {
        SYNC;
        {
            int a = s[N - 1 - threadIdx.x];
            SYNC;
            s[threadIdx.x] = a;
        }
        SYNC;
    }
    out[threadIdx.x] = s[threadIdx.x];
    __syncthreads();
}

/* Commas that separate and commas that do not. */
__device__ int pick(int a, int b)
{
    return a < b ? a : b;
}

template <int A, int B>
__device__ int pair_of(int x)
{
    return A * x + B;
}

__global__ void commas(int *out, int n)
{
    const int t = threadIdx.x;
    int a = pick(t, n), b = t<n, c = n> t, d = pair_of<2, 3>(t);
    int e = (t, n), f[2] = {t, n}, *g = out;
    __syncthreads();
    a++, b++;
    g += t;
    __syncthreads();
    *g = a + b + c + d + e + f[0] + f[1];
}

/* Sorting, as the samples do it. */
__global__ void bitonic(int *data)
{
    extern __shared__ int s[];
    const unsigned int tid = threadIdx.x;
    s[tid] = data[tid];
    __syncthreads();
    for (unsigned int k = 2; k <= N; k *= 2) {
        for (unsigned int j = k / 2; j > 0; j /= 2) {
            unsigned int ixj = tid ^ j;
            if (ixj > tid) {
                if ((tid & k) == 0) {
                    if (s[tid] > s[ixj]) {
                        int tmp = s[tid];
                        s[tid] = s[ixj];
                        s[ixj] = tmp;
                    }
                } else if (s[tid] < s[ixj]) {
                    int tmp = s[tid];
                    s[tid] = s[ixj];
                    s[ixj] = tmp;
                }
            }
            __syncthreads();
        }
    }
    data[tid] = s[tid];
}

/* Atomics on shared memory in pieces. */
__global__ void histogram(int *bins, const int *in, int n)
{
    __shared__ int s[16];
    if (threadIdx.x < 16)
        s[threadIdx.x] = 0;
    __syncthreads();
    int i = threadIdx.x + blockIdx.x * blockDim.x;
    int stride = blockDim.x * gridDim.x;
    while (i < n) {
        atomicAdd(&s[in[i] % 16], 1);
        i += stride;
    }
    __syncthreads();
    if (threadIdx.x < 16)
        atomicAdd(&bins[threadIdx.x], s[threadIdx.x]);
}

/* Shared memory and constants declared after the first statements. */
__global__ void late_declarations(int *out, int n)
{
    const int t = threadIdx.x;
    int v = t;
    v *= 2;
    const int SIZE = N;
    __shared__ int s[SIZE];
    s[t] = v;
    typedef int Number;
    Number w = 1;
    __shared__ Number other[2 * SIZE];
    other[SIZE + t] = v + w;
    __syncthreads();
    __shared__ int last;
    if (t == 0)
        last = n;
    v += s[SIZE - 1 - t];
    __syncthreads();
    out[t] = v + other[2 * SIZE - 1 - t] + last;
}

/* A thread that has returned takes no part in what follows. */
__global__ void return_before_declaration(int *out, int n)
{
    __shared__ int s[N];
    s[threadIdx.x] = threadIdx.x;
    __syncthreads();
    if (threadIdx.x >= n)
        return;
    __shared__ int unused;
    const int two = 2;
    unused = 0;
    out[threadIdx.x] = s[N - 1 - threadIdx.x] + two + unused;
}

static int *out, h[4096];

#define EACH(wanted)                                                           \
    do {                                                                       \
        LAUNCHED();                                                            \
        TO_HOST(h, out, N);                                                    \
        CUDA(cudaMemset(out, 0, sizeof h));                                    \
        for (int i = 0; i < N; i++) {                                          \
            const int r = N - 1 - i, w = (wanted);                             \
            (void)r;                                                           \
            REQUIRE(h[i] == w, "thread %d: %d, not %d", i, h[i], w);           \
        }                                                                      \
    } while (0)

int main(void)
{
    int *in;
    int2 *pair;
    float *fin, *fout, f[3 * N];
    ZEROS(out, 4096);
    ZEROS(in, 4096);
    ZEROS(pair, 1);
    ZEROS(fin, 3 * N);
    ZEROS(fout, N);
    for (int i = 0; i < 4096; i++) {
        h[i] = i;
    }
    TO_DEVICE(in, h, 4096);
    const int2 two = make_int2(3, 4);
    TO_DEVICE(pair, &two, 1);

    own_pointer<<<1, N>>>(out);
    EACH(i + 1);
    own_array_pointer<<<1, N>>>(out);
    EACH(i + 8);
    members<<<1, N>>>(out, make_int2(8, 9), pair);
    EACH(i + 1000 + 40000 + 500000);
    Counter c = {40};
    methods<<<1, N>>>(out, c);
    EACH(42);
    returns_behind<<<1, N>>>(out, in, N - 10);
    EACH(r > 50 || i >= N - 10 ? 0 : r + i);
    uniform<<<1, N>>>(out, 3, true);
    EACH((i + 4) % N + 3 + (i == 0 ? 63 : 0) + 1000);
    uniform<<<1, N>>>(out, 2, false);
    EACH((i + 2) % N + 2 + (i == 0 ? 63 : 0) + 1000);
    uniform<<<2, N>>>(out, 0, false);
    EACH(i + (i == 0 ? 63 : 0));

    ragged<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    int sums[N];
    for (int t = 0; t < N; t++) {
        sums[t] = 0;
        for (int i = 0; i < t && i < 40; i += 2) {
            sums[t] += i;
        }
    }
    for (int i = 0; i < N; i++) {
        const int rest = sums[i] > 100 ? (sums[i] - 1) % 100 + 1 : sums[i];
        REQUIRE(h[i] == 1000 * sums[N - 1 - i] + rest, "ragged %d: %d", i,
                h[i]);
    }

    names<<<1, N>>>(out, 4);
    EACH(4 * i + 6 + 6 + 3 + 21 + 10 + 4);
    buffers<<<1, N>>>(out, 5);
    EACH((r + 5) % N);
    buffers<<<1, N>>>(out, 0);
    EACH(r);
    shared_condition<<<1, N>>>(out);
    EACH(5);
    local_bounds<<<1, N>>>(out, in, 40);
    EACH(40 * 39 / 2 + 3000);

    for (int i = 0; i < 3 * N; i++) {
        f[i] = i % 7;
    }
    TO_DEVICE(fin, f, 3 * N);
    tile<<<1, N>>>(fout, fin);
    LAUNCHED();
    float g[N];
    TO_HOST(g, fout, N);
    for (int t = 0; t < N; t++) {
        float sum = 0;
        for (int k = 0; k < 3; k++)
            for (int i = 0; i < 16; i++)
                sum += (i + 1) * f[k * N + (t + i / 4) % N] *
                       f[k * N + (t + i % 4) % N];
        REQUIRE(g[t] == sum, "tile %d: %g, not %g", t, g[t], sum);
    }

    odd_statements<<<1, N>>>(out);
    EACH(r);
    commas<<<1, N>>>(out, 40);
    EACH((i < 40 ? i : 40) + 1 + 2 * (i < 40) + 1 + 2 * i + 3 + 40 + i + 40);

    for (int i = 0; i < N; i++) {
        h[i] = i * 37 % N;
    }
    TO_DEVICE(out, h, N);
    bitonic<<<1, N, N * sizeof(int)>>>(out);
    EACH(i);
    late_declarations<<<1, N>>>(out, 5);
    EACH(2 * i + 2 * r + 2 * r + 1 + 5);
    return_before_declaration<<<1, N>>>(out, 40);
    EACH(i < 40 ? r + 2 : 0);
    histogram<<<3, N>>>(out, in, 4000);
    EACH(i < 16 ? 250 : 0);
    return 0;
}
