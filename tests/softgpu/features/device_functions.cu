// Functions that kernels call: how they get to know their thread, in all the
// ways in which C++ lets one function call another.
// FLAGS: -O1
#include "require.h"
#include <assert.h>

#define N 64

/* Several levels, the coordinates used only at the bottom. */
__device__ int lane(void)
{
    return threadIdx.x;
}

__device__ __forceinline__ int global_index()
{
    return blockIdx.x * blockDim.x + lane();
}

static __device__ __noinline__ int three_levels(int add)
{
    return global_index() + add;
}

__device__ int declared_first(int x);

__global__ void levels(int *out)
{
    out[global_index()] = three_levels(declared_first(1));
}

__device__ int declared_first(int x)
{
    return x + (int)gridDim.x + lane() * 0;
}

/* Overloads: only one of them needs its thread. */
__device__ int over(int x)
{
    return x + 1;
}
__device__ float over(float x)
{
    return x + threadIdx.x;
}
__device__ int over(int x, int y)
{
    return over(x) + over(y);
}

/* Recursion, alone and in turns. */
__device__ int factorial(int n)
{
    return n <= 1 ? 1 + 0 * (int)threadIdx.x : n * factorial(n - 1);
}
__device__ bool is_odd(unsigned int n);
__device__ bool is_even(unsigned int n)
{
    return n == 0 ? true : is_odd(n - 1);
}
__device__ bool is_odd(unsigned int n)
{
    return n == 0 ? false : is_even(n - 1);
}

/* Default arguments, no arguments, (void). */
__device__ int with_default(int x = 10, int y = 20)
{
    return x + y;
}

__global__ void calls(int *out)
{
    const int t = threadIdx.x;
    int r = over(t) + (int)over(0.5f) + over(1, 2);
    r += factorial(5) + is_even(t) + 10 * is_odd(t);
    r += with_default() + with_default(1) + with_default(1, 2);
    out[t] = r;
}

/* Methods, static and const, operators, constructors. */
struct Grid {
    int width;
    __device__ __host__ Grid(int w) : width(w)
    {
    }
    __device__ int x() const
    {
        return blockIdx.x * blockDim.x + threadIdx.x;
    }
    __device__ static int column()
    {
        return threadIdx.x % 8;
    }
    __device__ int index(int row)
    {
        return row * width + x();
    }
    __host__ __device__ int twice() const
    {
        return 2 * width;
    }
    __device__ int operator()(int a) const
    {
        return a + threadIdx.x;
    }
    __device__ int operator[](int a) const
    {
        return a * width;
    }
};

__device__ float2 operator+(float2 a, float2 b)
{
    return make_float2(a.x + b.x, a.y + b.y);
}
__device__ float2 &operator*=(float2 &a, float s)
{
    a.x *= s;
    a.y *= s;
    return a;
}

__global__ void methods(int *out, Grid g)
{
    Grid local(3);
    const Grid *p = &local;
    float2 v = make_float2(1, 2) + make_float2(3, 4);
    v *= 2.0f;
    out[g.x()] = g.index(2) + Grid::column() + p->twice() + g(5) + local[7] +
                 (int)(v.x + v.y);
}

/* On both sides. */
__host__ __device__ int both(int x)
{
    assert(x > -1000);
    return 3 * x;
}
__host__ __device__ inline float clamped(float x, float low, float high)
{
    return x < low ? low : x > high ? high : x;
}
template <typename T>
__host__ __device__ T largest(T a, T b)
{
    return a > b ? a : b;
}
__global__ void both_sides(int *out)
{
    out[threadIdx.x] = both(threadIdx.x) + (int)clamped(7, 0, 5) +
                       largest((int)threadIdx.x, 10);
}

/* Templates over types, values and functions. */
template <typename T, int K>
__device__ T scaled(T x)
{
    return K * x + (T)threadIdx.x;
}
template <int K>
__device__ int power(int x)
{
    return x * power<K - 1>(x);
}
template <>
__device__ int power<0>(int x)
{
    return 1 + 0 * x;
}
struct Square {
    __device__ int operator()(int x) const
    {
        return x * x;
    }
};
template <class F>
__device__ int applied(F f, int x)
{
    return f(x);
}
template <class F>
__global__ void map(int *out, F f)
{
    out[threadIdx.x] = applied(f, threadIdx.x) + scaled<int, 2>(1) +
                       (int)scaled<float, 3>(1.5f) + power<3>(2);
}

/* Pointers to device functions, in a local variable, a table, an argument. */
typedef int (*Operation)(int, int);
__device__ int add(int a, int b)
{
    return a + b;
}
__device__ int subtract(int a, int b)
{
    return a - b;
}
__device__ int add_thread(int a, int b)
{
    return a + b + threadIdx.x;
}
__device__ Operation table[3] = {add, subtract, add_thread};
__device__ Operation in_memory = add_thread;

__device__ int through(Operation f, int a, int b)
{
    return f(a, b);
}

__global__ void pointers(int *out, int which)
{
    Operation f = which == 0 ? add : add_thread;
    out[threadIdx.x] = f(1, 2) + 100 * table[which](5, 3) +
                       10000 * through(subtract, 7, 6) +
                       100000 * through(&add_thread, 1, 0) + in_memory(0, 0);
}

/* Functions that wait, called by functions. */
__device__ int sum_of_block(int x)
{
    __shared__ int s[N];
    s[threadIdx.x] = x;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half /= 2) {
        if (threadIdx.x < half)
            s[threadIdx.x] += s[threadIdx.x + half];
        __syncthreads();
    }
    const int sum = s[0];
    __syncthreads();
    return sum;
}
__device__ int sum_of_squares(int x)
{
    return sum_of_block(x * x);
}
__device__ int warp_sum(int x)
{
    for (int d = 16; d > 0; d /= 2)
        x += __shfl_xor_sync(0xffffffff, x, d);
    return x;
}
__global__ void waiting(int *out)
{
    const int t = threadIdx.x;
    out[t] = sum_of_block(t) + sum_of_squares(1) + warp_sum(1);
}

/* A local of the name of a function, a field of the name of a coordinate. */
struct Names {
    int threadIdx, lane;
};
__global__ void names(int *out)
{
    Names n;
    n.threadIdx = 1;
    n.lane = 2;
    const int add = lane();
    out[add] = n.threadIdx + n.lane + add;
}

/* Whole coordinates as values, in 3D. */
__device__ unsigned int flat(uint3 i, dim3 d)
{
    return (i.z * d.y + i.y) * d.x + i.x;
}
__global__ void whole(unsigned int *out)
{
    const uint3 mine = threadIdx;
    const dim3 size = blockDim;
    out[flat(blockIdx, gridDim) * (size.x * size.y * size.z) +
        flat(mine, size)] = flat(threadIdx, blockDim) + 1000 * blockIdx.y;
}

static int h[4096];

#define EACH(wanted)                                                           \
    do {                                                                       \
        LAUNCHED();                                                            \
        TO_HOST(h, out, N);                                                    \
        for (int i = 0; i < N; i++) {                                          \
            const int w = (wanted);                                            \
            REQUIRE(h[i] == w, "thread %d: %d, not %d", i, h[i], w);           \
        }                                                                      \
    } while (0)

int main(void)
{
    int *out;
    ZEROS(out, 4096);
    levels<<<4, 16>>>(out);
    EACH(i + 5);
    calls<<<1, N>>>(out);
    EACH(i + 1 + i + 5 + 120 + (i % 2 ? 10 : 1) + 30 + 21 + 3);
    methods<<<1, N>>>(out, Grid(100));
    EACH(200 + i + i % 8 + 6 + 5 + i + 21 + 20);
    both_sides<<<1, N>>>(out);
    EACH(both(i) + 5 + largest(i, 10));
    map<<<1, N>>>(out, Square());
    EACH(i * i + 2 + i + (int)(4.5f + i) + 8);
    pointers<<<1, N>>>(out, 0);
    EACH(3 + 800 + 10000 + 100000 * (1 + i) + i);
    pointers<<<1, N>>>(out, 2);
    EACH(3 + i + 100 * (8 + i) + 10000 + 100000 * (1 + i) + i);
    waiting<<<1, N>>>(out);
    EACH(N * (N - 1) / 2 + N + 32);
    names<<<1, N>>>(out);
    EACH(3 + i);
    unsigned int *u;
    ZEROS(u, 8 * 24);
    whole<<<dim3(2, 4), dim3(4, 3, 2)>>>(u);
    LAUNCHED();
    unsigned int hu[8 * 24];
    TO_HOST(hu, u, 8 * 24);
    for (int i = 0; i < 8 * 24; i++) {
        REQUIRE(hu[i] == i % 24 + 1000u * (i / 48), "whole %d: %u", i, hu[i]);
    }
    return 0;
}
