// extern __shared__: its size comes with the launch.
#include "require.h"

#define N 128

__global__ void reverse(int *out, int n)
{
    extern __shared__ int s[];
    const int t = threadIdx.x;
    if (t < n) {
        s[t] = t;
    }
    __syncthreads();
    if (t < n) {
        out[t] = s[n - 1 - t];
    }
}

/* One region, cut into parts of several types. */
__global__ void parts(int *out, int n)
{
    extern __shared__ __align__(16) unsigned char memory[];
    double *d = (double *)memory;
    float *f = (float *)&d[n];
    int *i = reinterpret_cast<int *>(f + n);
    const int t = threadIdx.x;
    d[t] = t;
    f[t] = 2 * t;
    i[t] = 3 * t;
    __syncthreads();
    out[t] = (int)(d[n - 1 - t] + f[n - 1 - t]) + i[n - 1 - t];
    if (t == 0) {
        out[n] = (size_t)memory % 16 == 0;
    }
}

/* Static and dynamic together. */
__global__ void both(int *out)
{
    __shared__ int fixed[N];
    extern __shared__ int s[];
    const int t = threadIdx.x;
    fixed[t] = 1;
    s[t] = 2;
    s[t + N] = 3;
    __syncthreads();
    out[t] = fixed[N - 1 - t] + 10 * s[t] + 100 * s[2 * N - 1 - t];
}

/* The usual way for templates: a struct that hands out typed arrays. */
template <class T>
struct SharedMemory {
    __device__ inline operator T *()
    {
        extern __shared__ int __smem[];
        return (T *)__smem;
    }
    __device__ inline operator const T *() const
    {
        extern __shared__ int __smem[];
        return (T *)__smem;
    }
};

template <typename T>
__global__ void templated(T *out)
{
    T *s = SharedMemory<T>();
    s[threadIdx.x] = (T)threadIdx.x / 2;
    __syncthreads();
    out[threadIdx.x] = s[blockDim.x - 1 - threadIdx.x];
}

template <typename T>
__global__ void templated_extern(T *out)
{
    extern __shared__ unsigned char raw[];
    T *s = reinterpret_cast<T *>(raw);
    s[threadIdx.x] = (T)threadIdx.x / 4;
    __syncthreads();
    out[threadIdx.x] = s[blockDim.x - 1 - threadIdx.x];
}

/* At file scope. */
extern __shared__ float4 at_file_scope[];

__device__ void store(float4 v)
{
    at_file_scope[threadIdx.x] = v;
}

__global__ void file_scope(float4 *out)
{
    store(make_float4(threadIdx.x, 1, 2, 3));
    __syncthreads();
    out[threadIdx.x] = at_file_scope[blockDim.x - 1 - threadIdx.x];
}

__device__ int neighbour(int t)
{
    extern __shared__ volatile int v[];
    return v[t ^ 1];
}

__global__ void through_function(int *out)
{
    extern volatile __shared__ int v[];
    v[threadIdx.x] = threadIdx.x;
    __syncthreads();
    out[threadIdx.x] = neighbour(threadIdx.x);
}

/* Nothing of it left for us. */
__global__ void unused(int *out)
{
    out[threadIdx.x] = threadIdx.x;
}

int main(void)
{
    int *out, h[2 * N];
    float *fout, f[N];
    double *dout, d[N];
    float4 *v, vh[N];
    ZEROS(out, 2 * N);
    ZEROS(fout, N);
    ZEROS(dout, N);
    ZEROS(v, N);

    const int sizes[] = {1, 2, 31, 32, 33, 64, 127, 128};
    for (int k = 0; k < 8; k++) {
        const int n = sizes[k];
        reverse<<<1, N, n * sizeof(int)>>>(out, n);
        LAUNCHED();
        TO_HOST(h, out, n);
        for (int i = 0; i < n; i++) {
            REQUIRE(h[i] == n - 1 - i, "reverse %d of %d: %d", i, n, h[i]);
        }
    }

    parts<<<1, N, N *(sizeof(double) + sizeof(float) + sizeof(int))>>>(out, N);
    LAUNCHED();
    TO_HOST(h, out, N + 1);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == 6 * (N - 1 - i), "parts %d: %d", i, h[i]);
    }
    REQUIRE(h[N] == 1, "alignment of the parts");

    both<<<1, N, 2 * N * sizeof(int)>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == 321, "both %d: %d", i, h[i]);
    }

    templated<<<1, N, N * sizeof(float)>>>(fout);
    templated<double><<<1, N, N * sizeof(double)>>>(dout);
    LAUNCHED();
    TO_HOST(f, fout, N);
    TO_HOST(d, dout, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(f[i] == (N - 1 - i) / 2.0f, "float %d: %g", i, f[i]);
        REQUIRE(d[i] == (N - 1 - i) / 2.0, "double %d: %g", i, d[i]);
    }
    templated_extern<<<1, N, N * sizeof(float)>>>(fout);
    templated_extern<<<1, N, N * sizeof(double)>>>(dout);
    LAUNCHED();
    TO_HOST(f, fout, N);
    TO_HOST(d, dout, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(f[i] == (N - 1 - i) / 4.0f, "extern float %d: %g", i, f[i]);
        REQUIRE(d[i] == (N - 1 - i) / 4.0, "extern double %d: %g", i, d[i]);
    }

    file_scope<<<1, N, N * sizeof(float4)>>>(v);
    LAUNCHED();
    TO_HOST(vh, v, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(vh[i].x == N - 1 - i && vh[i].w == 3, "file scope %d", i);
    }

    through_function<<<1, N, N * sizeof(int)>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    for (int i = 0; i < N; i++) {
        REQUIRE(h[i] == (i ^ 1), "through a function %d: %d", i, h[i]);
    }

    /* All there is: 48 KiB. */
    reverse<<<1, N, 48 * 1024>>>(out, N);
    LAUNCHED();
    unused<<<1, N, 48 * 1024>>>(out);
    LAUNCHED();
    TO_HOST(h, out, N);
    REQUIRE(h[N - 1] == N - 1, "unused");
    return 0;
}
