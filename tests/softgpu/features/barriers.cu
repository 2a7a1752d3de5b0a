// __syncthreads in every place where threads may meet, and what they remember
// across it.  The translator cuts some of these kernels at their barriers and
// runs others thread by thread; the results must not tell.
#include "require.h"

#define N 128

__device__ int global_counter;
__constant__ int constant_three;

__global__ void votes(int *out)
{
    const int t = threadIdx.x;
    const int count = __syncthreads_count(t % 3 == 0);
    const int all = __syncthreads_and(t < N);
    const int not_all = __syncthreads_and(t < N - 1);
    const int any = __syncthreads_or(t == 77);
    const int none = __syncthreads_or(t > N);
    out[t] = count + (all != 0) * 1000 + (not_all != 0) * 10000 +
             (any != 0) * 100000 + (none != 0) * 1000000;
}

/* A different count every round. */
__global__ void votes_in_loop(int *out)
{
    int sum = 0;
    for (int i = 0; i < 20; i++) {
        sum += __syncthreads_count(threadIdx.x < i) == i;
    }
    out[threadIdx.x] = sum;
}

/* Registers, arrays, pointers and structs live across barriers. */
__global__ void remembers(int *out, const int *in, int n)
{
    __shared__ int s[N];
    const int t = threadIdx.x, u = t + 1;
    int value = in[t], twice = 2 * value;
    int four[4] = {value, 1, 2, 3}, table[2][3];
    float2 pair = make_float2(t, u);
    int2 corner = {t, u};
    const int *p = in + t;
    unsigned long long big = (unsigned long long)value << 33;
    bool even = t % 2 == 0;
    s[t] = value;
    for (int i = 0; i < 6; i++) {
        table[i / 3][i % 3] = t * i;
    }
    __syncthreads();
    value += s[N - 1 - t];
    four[t % 4] += 10;
    pair.x += 0.5f;
    corner.x = 7;
    p++;
    __syncthreads();
    s[t] = value;
    even = !even;
    __syncthreads();
    int result = value + twice + four[0] + four[1] + four[2] + four[3];
    result += (int)(2 * pair.x) + (int)pair.y + corner.x + corner.y;
    result += *(p - 1) + (int)(big >> 33) + even + table[1][2] + u;
    __syncthreads();
    out[t] = result + s[t] - value + n;
}

/* A shared or global value that was read is a copy, whatever happens to it. */
__global__ void copies(int *out)
{
    __shared__ int s;
    __shared__ __align__(8) int other;
    __shared__ int array[2];
    const int t = threadIdx.x;
    if (t == 0) {
        s = 5;
        other = 6;
        array[1] = 7;
        global_counter = 8;
    }
    __syncthreads();
    const int a = s;
    const int b = other + 1;
    int c = array[1];
    const int d = global_counter;
    const int e = constant_three;
    __syncthreads();
    if (t == 0) {
        s = other = array[1] = global_counter = -1;
    }
    __syncthreads();
    out[t] = a + 100 * b + 10000 * c + 100000 * d + e;
}

/* Pointers to a thread's own variables stay good. */
__global__ void own_addresses(int *out)
{
    __shared__ int s[N];
    const int t = threadIdx.x;
    int value = t, array[3] = {1, 2, 3};
    int *p = &value, *q = array;
    int &r = array[2];
    s[t] = t;
    __syncthreads();
    *p += s[N - 1 - t];
    q[1] += value;
    r++;
    __syncthreads();
    out[t] = value + array[1] + array[2] + *p + q[2];
}

__device__ void bump(int &x, int by)
{
    x += by;
}

__device__ void bump_pointer(int *x, int by)
{
    *x += by;
}

/* Changed by functions, through references and pointers. */
__global__ void changed_by_calls(int *out)
{
    const int t = threadIdx.x;
    int a = t, b = t, c = 0;
    float sine, cosine;
    bump(a, 1);
    bump_pointer(&b, 2);
    sincosf(0.0f, &sine, &cosine);
    __syncthreads();
    bump(a, 10);
    bump_pointer(&b, 20);
    bump(c, a);
    __syncthreads();
    out[t] = a + b + c + (int)cosine + (int)sine;
}

/* Barriers in loops with all sorts of heads. */
__global__ void loops(int *out, int rounds)
{
    __shared__ int s[N];
    const int t = threadIdx.x;
    s[t] = t;
    __syncthreads();
    for (int i = 0; i < rounds; i++) {
        const int v = s[(t + 1) % N];
        __syncthreads();
        s[t] = v;
        __syncthreads();
    }
    for (unsigned int half = blockDim.x / 2; half > 0; half >>= 1) {
        __syncthreads();
        if (t == 0)
            s[0] += 1;
    }
    __syncthreads();
    int k = rounds;
    while (k > 0) {
        __syncthreads();
        if (t == 1)
            s[1]++;
        k -= 2;
        __syncthreads();
    }
    do {
        __syncthreads();
        k++;
    } while (k < 3);
    for (int i = 0, j = 5; i < j; i++, j--) {
        if (i == 1)
            continue;
        if (j == 4)
            break;
        __syncthreads();
        k += 10;
    }
    for (;;) {
        __syncthreads();
        if (++k > 50)
            break;
    }
    for (int stride = 1; stride < N; stride *= 2) {
        int left = t >= stride ? s[t - stride] : 0;
        __syncthreads();
        s[t] += left;
        __syncthreads();
    }
    out[t] = s[t] + 100000 * k;
}

__global__ void conditions(int *out, int mode, const int *flags)
{
    __shared__ int s[N];
    const int t = threadIdx.x;
    s[t] = t;
    if (mode > 0)
        __syncthreads();
    if (mode == 1) {
        __syncthreads();
        out[t] = s[N - 1 - t];
    } else if (mode == 2) {
        out[t] = -1;
        __syncthreads();
        out[t] += s[t];
        __syncthreads();
    } else {
        __syncthreads();
        out[t] = 5;
    }
    if (blockIdx.x % 2 == 0) {
        __syncthreads();
        out[t] += 1000;
    }
    if (flags[mode]) { /* the same for all, but only the data knows */
        __syncthreads();
        out[t] += 10000;
    }
    switch (mode) {
    case 0:
        __syncthreads();
        break;
    default:
        __syncthreads();
        out[t] += 100000;
    }
    {
        int inner = t;
        __syncthreads();
        out[t] += inner;
    }
}

/* Returns behind the last barrier, and before any. */
__global__ void returns(int *out, const int *in, int n)
{
    if (n < 0) {
        return; /* all of them */
    }
    __shared__ int s[N];
    const int t = threadIdx.x;
    s[t] = in[t];
    __syncthreads();
    float v = s[N - 1 - t];
    const int w = in[t];
    if (v > 50)
        return;
    if (t >= n) {
        return;
    }
    out[t] = (int)v + w;
}

/* Not cut by softcc: parameters change. */
__global__ void parameters_change(int *out, int n)
{
    __shared__ int s[N];
    out += threadIdx.x;
    n *= 2;
    s[threadIdx.x] = n;
    __syncthreads();
    *out = s[N - 1 - threadIdx.x] + n;
}

/* Default arguments, a template, a declaration ahead, a namespace. */
__global__ void with_default(int *out, int add = 3)
{
    __shared__ int s[N];
    s[threadIdx.x] = threadIdx.x;
    __syncthreads();
    out[threadIdx.x] = s[N - 1 - threadIdx.x] + add;
}

template <typename T, int SIZE = N>
__global__ void templated(T *out, T factor)
{
    __shared__ T s[SIZE];
    T mine = factor * (T)threadIdx.x;
    s[threadIdx.x] = mine;
    __syncthreads();
    T other = s[SIZE - 1 - threadIdx.x];
    __syncthreads();
    out[threadIdx.x] = mine + other;
}

__global__ void later(int *out, int add = 4);
namespace ns {
__global__ void later(int *out);
template <int ADD>
__global__ void inside(int *out)
{
    __shared__ int s[N];
    s[threadIdx.x] = ADD;
    __syncthreads();
    out[threadIdx.x] = s[N - 1 - threadIdx.x];
}
} // namespace ns

extern "C" __global__ void with_c_linkage(int *out)
{
    __shared__ int s[N];
    s[threadIdx.x] = 2;
    __syncthreads();
    out[threadIdx.x] = s[N - 1 - threadIdx.x];
}

static __global__ void __launch_bounds__(N) with_bounds(int *__restrict__ out)
{
    __shared__ int s[N];
    s[threadIdx.x] = 6;
    __syncthreads();
    out[threadIdx.x] = s[N - 1 - threadIdx.x];
}

/* Variables of one name in scopes that follow each other or nest. */
__global__ void scopes(int *out, int n)
{
    __shared__ int s[N];
    const int t = threadIdx.x;
    int sum = 0;
    for (int i = 0; i < n; i++) {
        int v = t + i;
        s[t] = v;
        __syncthreads();
        sum += s[N - 1 - t] + v;
        __syncthreads();
    }
    for (int i = 0; i < n; i++) {
        float v = 0.5f * i;
        __syncthreads();
        sum += (int)(2 * v);
    }
    {
        int n = 1000; /* hides the parameter */
        __syncthreads();
        sum += n;
    }
    int i = 10;
    __syncthreads();
    if (t >= 0) {
        int i = 20;
        sum += i;
    }
    out[t] = sum + i + n;
}

/* Blocks of three dimensions. */
__global__ void three_dimensions(int *out)
{
    __shared__ int s[4][8][16];
    const int x = threadIdx.x, y = threadIdx.y, z = threadIdx.z;
    int id = (z * blockDim.y + y) * blockDim.x + x;
    s[z][y][x] = id;
    __syncthreads();
    id += 1000 * s[3 - z][7 - y][15 - x];
    __syncthreads();
    out[blockIdx.x * 512 + (z * 8 + y) * 16 + x] = id;
}

static int *out, h[4096];

static const int *result(int n)
{
    LAUNCHED();
    TO_HOST(h, out, n);
    CUDA(cudaMemset(out, 0, sizeof h));
    return h;
}

#define EACH(wanted)                                                           \
    do {                                                                       \
        result(N);                                                             \
        for (int i = 0; i < N; i++) {                                          \
            const int r = N - 1 - i, w = (wanted);                             \
            (void)r;                                                           \
            REQUIRE(h[i] == w, "thread %d: %d, not %d", i, h[i], w);           \
        }                                                                      \
    } while (0)

int main(void)
{
    int *in, *flags;
    ZEROS(out, 4096);
    ZEROS(in, N);
    ZEROS(flags, 3);
    for (int i = 0; i < N; i++) {
        h[i] = i;
    }
    TO_DEVICE(in, h, N);
    const int three = 3;
    CUDA(cudaMemcpyToSymbol(constant_three, &three, sizeof three));

    votes<<<1, N>>>(out);
    EACH(43 + 1000 + 100000);
    votes_in_loop<<<1, N>>>(out);
    EACH(20);
    remembers<<<1, N>>>(out, in, 9);
    EACH(N - 1 + 2 * i + i + 6 + 10 + 2 * i + 1 + i + 1 + 7 + i + 1 + i + i +
         (i % 2 != 0) + 5 * i + i + 1 + 9);
    copies<<<1, N>>>(out);
    EACH(5 + 700 + 70000 + 800000 + 3);
    own_addresses<<<1, N>>>(out);
    EACH(N - 1 + (2 + N - 1) + 4 + N - 1 + 4);
    changed_by_calls<<<1, N>>>(out);
    EACH(i + 11 + i + 22 + i + 11 + 1);

    loops<<<1, N>>>(out, 5);
    result(N);
    int sum = 0;
    for (int i = 0; i < N; i++) {
        sum += (i + 5) % N + (i == 0 ? 7 : 0) + (i == 1 ? 3 : 0);
        REQUIRE(h[i] == sum + 5100000, "loops %d: %d, not %d", i, h[i],
                sum + 5100000);
    }

    const int flag = 1;
    TO_DEVICE(flags + 2, &flag, 1);
    conditions<<<1, N>>>(out, 0, flags);
    EACH(5 + 1000 + i);
    conditions<<<1, N>>>(out, 1, flags);
    EACH(r + 1000 + 100000 + i);
    conditions<<<1, N>>>(out, 2, flags);
    EACH(-1 + i + 1000 + 10000 + 100000 + i);

    returns<<<1, N>>>(out, in, N - 10);
    EACH(r > 50 || i >= N - 10 ? 0 : r + i);
    returns<<<1, N>>>(out, in, -1);
    EACH(0);
    parameters_change<<<1, N>>>(out, 21);
    EACH(84);

    with_default<<<1, N>>>(out);
    EACH(r + 3);
    with_default<<<1, N>>>(out, 30);
    EACH(r + 30);
    templated<<<1, N>>>(out, 3);
    EACH(3 * (N - 1));
    templated<int, N><<<1, N>>>(out, 5);
    EACH(5 * (N - 1));
    later<<<1, N>>>(out);
    EACH(r + 4);
    ns::later<<<1, N>>>(out);
    EACH(8);
    ns::inside<9><<<1, N>>>(out);
    EACH(9);
    with_c_linkage<<<1, N>>>(out);
    EACH(2);
    with_bounds<<<1, N>>>(out);
    EACH(6);
    scopes<<<1, N>>>(out, 3);
    EACH(3 * (N - 1) + 6 + 3 + 1000 + 20 + 10 + 3);

    void (*pointer)(int *, int) = with_default;
    pointer<<<1, N>>>(out, 40);
    EACH(r + 40);

    three_dimensions<<<8, dim3(16, 8, 4)>>>(out);
    result(4096);
    for (int i = 0; i < 4096; i++) {
        const int id = i % 512;
        REQUIRE(h[i] == id + 1000 * (511 - id), "3D %d: %d", i, h[i]);
    }
    return 0;
}

__global__ void later(int *out_, int add)
{
    __shared__ int s[N];
    s[threadIdx.x] = threadIdx.x;
    __syncthreads();
    out_[threadIdx.x] = s[N - 1 - threadIdx.x] + add;
}

__global__ void ns::later(int *out_)
{
    __shared__ int s[N];
    s[threadIdx.x] = 8;
    __syncthreads();
    out_[threadIdx.x] = s[N - 1 - threadIdx.x];
}
