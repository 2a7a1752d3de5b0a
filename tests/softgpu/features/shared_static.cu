// __shared__ variables with sizes known to the compiler, in all their forms.
#include "require.h"

#define N 64

struct Pair {
    int key;
    float value;
};

struct __align__(16) Wide
{
    double a, b, c;
};

__global__ void reverse(int *out, const int *in)
{
    __shared__ int s[N];
    const int t = threadIdx.x;
    s[t] = in[t];
    __syncthreads();
    out[t] = s[N - 1 - t];
}

__global__ void dimensions(int *out)
{
    __shared__ int two[8][9], three[2][4][8], scalar, *pointer;
    const int t = threadIdx.x;
    two[t / 8][t % 8] = t;
    three[t / 32][t / 8 % 4][t % 8] = 2 * t;
    if (t == 0) {
        scalar = 1000;
        pointer = &two[0][0];
    }
    __syncthreads();
    out[t] = two[t % 8][t / 8] + three[t / 32][t / 8 % 4][t % 8] + scalar +
             (pointer == two[0] ? 100000 : 0);
    if (t == 0) {
        out[N] = sizeof two / sizeof two[0][0];
        out[N + 1] = sizeof three / sizeof three[0];
    }
}

__global__ void structs(int *out)
{
    __shared__ Pair pairs[N];
    __shared__ struct {
        int count;
        float4 v;
    } one;
    __shared__ struct Wide wide[2];
    __shared__ union {
        int i[N];
        float f[N];
    } both;
    const int t = threadIdx.x;
    pairs[t].key = N - 1 - t;
    pairs[t].value = t * 0.5f;
    both.i[t] = t;
    if (t == 0) {
        one.count = N;
        one.v = make_float4(1, 2, 3, 4);
        wide[1].c = 7;
    }
    __syncthreads();
    const Pair p = pairs[pairs[t].key];
    out[t] = (int)(2 * p.value) + one.count + (int)one.v.w + (int)wide[1].c +
             both.i[(t + 1) % N];
}

__global__ void alignment(int *out)
{
    __shared__ char odd[3];
    __shared__ __align__(64) char at64[5];
    __shared__ double d;
    __shared__ float __align__(128) at128[5];
    __shared__ alignas(32) int at32;
    __shared__ __align__(sizeof(float4)) unsigned char bytes[33];
    odd[0] = 1;
    out[0] = (size_t)at64 % 64 == 0;
    out[1] = (size_t)&d % sizeof(double) == 0;
    out[2] = (size_t)at128 % 128 == 0;
    out[3] = (size_t)&at32 % 32 == 0;
    out[4] = (size_t)bytes % 16 == 0;
}

__global__ void words(int *out)
{
    volatile __shared__ int before[N];
    __shared__ volatile int behind[N];
    static __shared__ int with_static[N];
    __shared__ const int *pointers[N];
    __shared__ unsigned long long int longs[N];
    const int t = threadIdx.x;
    before[t] = t;
    behind[t] = t;
    with_static[t] = t;
    pointers[t] = out + t;
    longs[t] = t;
    __syncthreads();
    const int other = (t + 5) % N;
    out[t] = before[other] + behind[other] + with_static[other] +
             (int)(pointers[other] - out) + (int)longs[other];
}

template <typename T, int SIZE>
__device__ T *buffer()
{
    __shared__ T storage[SIZE];
    return storage;
}

template <typename T, int SIZE>
__global__ void templated(T *out)
{
    __shared__ T s[SIZE][2];
    T *b = buffer<T, SIZE>();
    const int t = threadIdx.x;
    s[t][0] = t;
    s[t][1] = 2 * t;
    b[t] = 4 * t;
    __syncthreads();
    out[t] = s[SIZE - 1 - t][0] + s[SIZE - 1 - t][1] + b[SIZE - 1 - t];
}

__device__ int exchange(int value, int with)
{
    __shared__ int s[N];
    s[threadIdx.x] = value;
    __syncthreads();
    const int got = s[with];
    __syncthreads();
    return got;
}

__device__ int other_exchange(int value, int with)
{
    __shared__ int s[N]; /* not the array of the same name above */
    s[threadIdx.x] = value;
    __syncthreads();
    return s[with];
}

__global__ void in_functions(int *out)
{
    __shared__ int s[N];
    const int t = threadIdx.x;
    s[t] = -t;
    const int a = exchange(t, N - 1 - t);
    const int b = exchange(a, t ^ 1);
    const int c = other_exchange(t, (t + 1) % N);
    __syncthreads();
    out[t] = a + 100 * b + 10000 * c + s[t] + t;
}

__global__ void nested_scopes(int *out)
{
    const int t = threadIdx.x;
    int sum = 0;
    for (int round = 0; round < 3; round++) {
        __shared__ int s[N];
        s[t] = t * round;
        __syncthreads();
        {
            __shared__ int s[N]; /* another one */
            s[t] = 1000;
            __syncthreads();
            sum += s[N - 1 - t];
        }
        sum += s[N - 1 - t];
        __syncthreads();
    }
    out[t] = sum;
}

/* At file scope, used by two kernels. */
__shared__ int file_scope[N];
__shared__ float file_scope_2[4][4];

__device__ void set_file_scope(int value)
{
    file_scope[threadIdx.x] = value;
}

__global__ void at_file_scope(int *out)
{
    set_file_scope(threadIdx.x);
    file_scope_2[threadIdx.x % 4][threadIdx.x / 4 % 4] = 1;
    __syncthreads();
    out[threadIdx.x] =
        file_scope[N - 1 - threadIdx.x] + (int)file_scope_2[3][3];
}

/* The name of the file's shared array as a parameter: no relation. */
__global__ void same_name(int *out, int file_scope)
{
    out[threadIdx.x] = file_scope;
}

/* Every block has its own copy, and blocks do not see each other's. */
__global__ void per_block(int *out)
{
    __shared__ int id;
    if (threadIdx.x == 0) {
        id = blockIdx.x;
    }
    __syncthreads();
    const int mine = id;
    __syncthreads();
    if (threadIdx.x == 1) {
        id = -1;
    }
    __syncthreads();
    out[blockIdx.x * blockDim.x + threadIdx.x] = mine + (id == -1 ? 0 : 1000);
}

static int h[4096];
static float f[N];
static double d[N];

int main(void)
{
    int *out, *in;
    float *fout;
    double *dout;
    ZEROS(out, 4096);
    ZEROS(in, N);
    ZEROS(fout, N);
    ZEROS(dout, N);
    for (int i = 0; i < N; i++) {
        h[i] = i * i;
    }
    TO_DEVICE(in, h, N);

    reverse<<<1, N>>>(out, in);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == (N - 1 - i) * (N - 1 - i), "reverse %d: %d", i, h[i]);
    }

    dimensions<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N + 2);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == i % 8 * 8 + i / 8 + 2 * i + 101000, "dimensions %d: %d",
                i, h[i]);
    }
    REQUIRE(h[N] == 72 && h[N + 1] == 2, "sizes %d %d", h[N], h[N + 1]);

    structs<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == N - 1 - i + N + 4 + 7 + (i + 1) % N, "structs %d: %d",
                i, h[i]);
    }

    alignment<<<1, 1>>>(out);
    LAUNCHED();
    TO_HOST(h, out, 5);
    for (int i = 0; i < 5; i++) {
        REQUIRE(h[i] == 1, "alignment %d", i);
    }

    words<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == 5 * ((i + 5) % N), "words %d: %d", i, h[i]);
    }

    templated<float, N><<<1, N>>>(fout);
    templated<double, N / 2><<<1, N / 2>>>(dout);
    LAUNCHED();
    TO_HOST(f, fout, N);
    TO_HOST(d, dout, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(f[i] == 7 * (N - 1 - i), "template float %d: %g", i, f[i]);
        REQUIRE(i >= N / 2 || d[i] == 7 * (N / 2 - 1 - i),
                "template double %d: %g", i, d[i]);
    }

    in_functions<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        const int want =
            N - 1 - i + 100 * (N - 1 - (i ^ 1)) + 10000 * ((i + 1) % N);
        REQUIRE(h[i] == want, "functions %d: %d", i, h[i]);
    }

    nested_scopes<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == 3000 + 3 * (N - 1 - i), "scopes %d: %d", i, h[i]);
    }

    at_file_scope<<<1, N>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == N - 1 - i + 1, "file scope %d: %d", i, h[i]);
    }
    same_name<<<1, N>>>(out, 77);
    LAUNCHED();
    TO_HOST(h, out, N);
    REQUIRE(h[5] == 77, "a parameter with the name of a shared array");

    per_block<<<64, 64>>>(out);
    LAUNCHED();
    TO_HOST(h, out, 4096);
    for (int i = 0; i < 4096; i++) {
        REQUIRE(h[i] == i / 64, "block %d: %d", i / 64, h[i]);
    }
    return 0;
}
