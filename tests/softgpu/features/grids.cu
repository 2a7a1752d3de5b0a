// Blocks and grids of all shapes, many blocks, many launches, two host threads.
// FLAGS: -O1 -pthread
#include "require.h"
#include <pthread.h>
#include <time.h>

/* Each thread counts itself, once, where its coordinates say. */
__device__ unsigned int thread_number()
{
    const unsigned int block =
        (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    const unsigned int thread =
        (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
    return block * (blockDim.x * blockDim.y * blockDim.z) + thread;
}

__global__ void count(unsigned int *out)
{
    atomicAdd(&out[thread_number()], 1);
}

__global__ void count_pieces(unsigned int *out)
{
    __shared__ unsigned int last;
    const unsigned int size = blockDim.x * blockDim.y * blockDim.z;
    const unsigned int n = thread_number();
    if (n % size == size - 1) {
        last = n;
    }
    __syncthreads();
    atomicAdd(&out[n], last == n / size * size + size - 1);
}

__global__ void count_fibers(unsigned int *out)
{
    const unsigned int size = blockDim.x * blockDim.y * blockDim.z;
    const unsigned int n = thread_number();
    const unsigned int lanes = __popc(__ballot_sync(0xffffffff, 1));
    const unsigned int rest = size - n % size / 32 * 32;
    const int all = __syncthreads_count(1);
    atomicAdd(&out[n], all == (int)size && lanes == (rest < 32 ? rest : 32));
}

static void check(dim3 grid, dim3 block)
{
    const unsigned int n =
        grid.x * grid.y * grid.z * block.x * block.y * block.z;
    unsigned int *out, *h = (unsigned int *)malloc(n * sizeof *h);
    ZEROS(out, n);
    count<<<grid, block>>>(out);
    count_pieces<<<grid, block>>>(out);
    count_fibers<<<grid, block>>>(out);
    LAUNCHED();
    TO_HOST(h, out, n);
    for (unsigned int i = 0; i < n; i++) {
        REQUIRE(h[i] == 3,
                "grid %u %u %u, block %u %u %u: thread %u counted %u times",
                grid.x, grid.y, grid.z, block.x, block.y, block.z, i, h[i]);
    }
    CUDA(cudaFree(out));
    free(h);
}

__global__ void one_each(unsigned char *out)
{
    out[blockIdx.x] = threadIdx.x + 1;
}

__global__ void one_each_barrier(unsigned char *out)
{
    __syncthreads();
    if (threadIdx.x == 0)
        out[blockIdx.x] += 1;
}

__global__ void add_one(int *p)
{
    p[threadIdx.x] += 1;
}

__global__ void add_one_barrier(int *p)
{
    __shared__ int s[32];
    s[threadIdx.x] = p[threadIdx.x];
    __syncthreads();
    p[threadIdx.x] = s[threadIdx.x] + 1;
}

__global__ void next(int *to, const int *from, int n)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n)
        to[i] = from[(i + 1) % n] + 1;
}

/* Launches of two host threads, each with memory of its own. */
static void *host_thread(void *argument)
{
    int *p, h[32];
    const int rounds = *(int *)argument;
    ZEROS(p, 32);
    for (int i = 0; i < rounds; i++) {
        add_one<<<1, 32>>>(p);
        add_one_barrier<<<1, 32>>>(p);
        /* errors belong to the thread that made them */
        if (rounds % 2 && i % 10 == 0) {
            add_one<<<0, 0>>>(p);
            REQUIRE(cudaGetLastError() == cudaErrorInvalidConfiguration,
                    "own error");
        } else {
            REQUIRE(cudaGetLastError() == cudaSuccess, "another's error");
        }
    }
    TO_HOST(h, p, 32);
    for (int i = 0; i < 32; i++)
        REQUIRE(h[i] == 2 * rounds, "host thread: %d", h[i]);
    CUDA(cudaFree(p));
    return NULL;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(void)
{
    const int sizes[] = {1,  2,   3,   31,  32,   33,  63,
                         64, 100, 255, 256, 1023, 1024};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        check(dim3(3), dim3(sizes[i]));
        check(dim3(2), dim3(1, sizes[i]));
    }
    check(dim3(1), dim3(32, 32));
    check(dim3(2, 3), dim3(7, 5));
    check(dim3(2, 3, 4), dim3(3, 5, 7));
    check(dim3(1, 1, 9), dim3(16, 16, 4));
    check(dim3(1, 7, 1), dim3(1, 1, 64));
    check(dim3(5, 4, 3), dim3(2, 2, 2));
    check(dim3(17, 1, 3), dim3(8, 128));

    /* 100,000 blocks */
    const int many = 100000;
    unsigned char *bytes, *h = (unsigned char *)malloc(many);
    ZEROS(bytes, many);
    one_each<<<many, 1>>>(bytes);
    one_each_barrier<<<many, 2>>>(bytes);
    LAUNCHED();
    TO_HOST(h, bytes, many);
    for (int i = 0; i < many; i++)
        REQUIRE(h[i] == 2, "block %d: %d", i, h[i]);
    free(h);

    /* 10,000 launches of each kind, and what one takes */
    int *p, v;
    ZEROS(p, 32);
    double start = seconds();
    for (int i = 0; i < 10000; i++)
        add_one<<<1, 32>>>(p);
    const double loops = seconds() - start;
    start = seconds();
    for (int i = 0; i < 10000; i++)
        add_one_barrier<<<1, 32>>>(p);
    const double pieces = seconds() - start;
    LAUNCHED();
    TO_HOST(&v, p, 1);
    REQUIRE(v == 20000, "%d launches", v);
    int *a, *b, n = 512;
    ZEROS(a, n);
    ZEROS(b, n);
    start = seconds();
    for (int i = 0; i < 5000; i++) {
        next<<<n / 128, 128>>>(b, a, n);
        next<<<n / 128, 128>>>(a, b, n);
    }
    const double blocks = seconds() - start;
    TO_HOST(&v, a, 1);
    REQUIRE(v == 10000, "launches see what those before them wrote: %d", v);
    printf("a launch takes %.2f us (loop), %.2f us (barrier), %.2f us (4 "
           "blocks)\n",
           loops * 100, pieces * 100, blocks * 100);

    pthread_t threads[4];
    int rounds[4] = {300, 301, 302, 303};
    for (int i = 0; i < 4; i++)
        REQUIRE(pthread_create(&threads[i], NULL, host_thread, &rounds[i]) == 0,
                "no thread");
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
