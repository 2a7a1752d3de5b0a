// Launches in all the forms in which public programs write them.
// WITH: more/launch_forms.cu
#include "require.h"

__global__ void add(int *sum, int amount)
{
    atomicAdd(sum, amount);
}

__global__ void nothing(void)
{
}

__global__ void add_default(int *sum, int amount = 5, float scale = 2.0f)
{
    atomicAdd(sum, (int)(amount * scale));
}

template <typename T>
__global__ void add_any(T *sum, T amount)
{
    atomicAdd(sum, amount);
}

template <int N, typename T = int>
__global__ void add_n(T *sum)
{
    atomicAdd(sum, (T)N);
}

template <bool DOUBLE, class A, class B>
__global__ void add_converted(A *sum, B amount)
{
    atomicAdd(sum, (A)(DOUBLE ? 2 * amount : amount));
}

namespace outer {
__global__ void add(int *sum, int amount)
{
    atomicAdd(sum, 10 * amount);
}
namespace inner {
__global__ void add(int *sum, int amount)
{
    atomicAdd(sum, 100 * amount);
}
template <int N>
__global__ void add_n(int *sum)
{
    atomicAdd(sum, 1000 * N);
}
} // namespace inner
void run(int *sum)
{
    add<<<1, 1>>>(sum, 1);        /* outer::add */
    inner::add<<<1, 1>>>(sum, 1); /* found from here */
    ::add<<<1, 1>>>(sum, 1);
}
} // namespace outer

namespace {
__global__ void add_unnamed(int *sum)
{
    atomicAdd(sum, 7);
}
} // namespace

static __global__ void add_static(int *sum)
{
    atomicAdd(sum, 9);
}

extern "C" __global__ void add_c(int *sum)
{
    atomicAdd(sum, 11);
}

/* Declared first, defined at the end of the file. */
__global__ void add_later(int *sum, int amount = 13);

/* Defined in another file. */
__global__ void add_elsewhere(int *sum, int amount);
__global__ void sum_block_elsewhere(int *sum);

/* Of the same name and another size in the other file, and a kernel of the
 * same name that is the file's own there as well. */
__shared__ int file_scope[2];
__global__ void sum_file_scope_elsewhere(int *sum);

static __global__ void of_each_file(int *sum)
{
    __shared__ char s[16];
    file_scope[1] = 5;
    s[threadIdx.x] = 1;
    __syncthreads();
    atomicAdd(sum, file_scope[1] * s[15 - threadIdx.x]);
}
void run_of_each_file_elsewhere(int *sum);

static int *sum;

static int taken(void)
{
    int value;
    TO_HOST(&value, sum, 1);
    CUDA(cudaMemset(sum, 0, sizeof *sum));
    return value;
}

#define LAUNCH(...)                                                            \
    do {                                                                       \
        __VA_ARGS__;                                                           \
        CUDA(cudaGetLastError());                                              \
    } while (0)
#define RUN(kernel, grid, block, ...) kernel<<<grid, block>>>(__VA_ARGS__)
#define GRID 2
#define BLOCK 3

static int calls;

static int counted(int value)
{
    calls++;
    return value;
}

static void branches(int which)
{
    if (which == 0)
        add<<<1, 1>>>(sum, 1);
    else if (which == 1)
        add<<<1, 2>>>(sum, 1);
    else
        add<<<1, 3>>>(sum, 1);
    for (int i = 0; i < which; i++)
        add<<<1, 1>>>(sum, 10);
    while (which-- > 0)
        nothing<<<1, 1>>>();
    which > 0 ? add<<<1, 1>>>(sum, 1) : nothing<<<1, 1>>>();
}

template <int N>
static void run_template(int *s)
{
    add_n<N><<<1, 1>>>(s);
    add_n<2 * N, int><<<N, 1>>>(s);
}

int main(void)
{
    ZEROS(sum, 1);

    add<<<4, 32>>>(sum, 1);
    LAUNCHED();
    REQUIRE(taken() == 128, "plain launch");

    nothing<<<1, 1>>>();
    nothing<<<dim3(2, 2, 2), dim3(2, 2, 2)>>>();
    LAUNCHED();

    dim3 grid(2, 3), block(4, 5, 6);
    add<<<grid, block>>>(sum, 1);
    REQUIRE(taken() == 2 * 3 * 4 * 5 * 6, "dim3");
    add<<<dim3(2, 3), dim3(4)>>>(sum, 1);
    REQUIRE(taken() == 24, "dim3 in place");
    add<<<{2, 3}, {4, 2}>>>(sum, 1);
    REQUIRE(taken() == 48, "dim3 in braces");
    const size_t n = 1000;
    add<<<(n + 255) / 256, 256>>>(sum, 1);
    REQUIRE(taken() == 1024, "size_t grid");
    add<<<ceil(n / 256.0), 256>>>(sum, 1);
    REQUIRE(taken() == 1024, "double grid");
    add<<<n>> 3, n % 7> 1 ? 2 : 1 >>> (sum, 1);
    REQUIRE(taken() == 250, "operators in the configuration");

    cudaStream_t stream;
    CUDA(cudaStreamCreate(&stream));
    add<<<2, 2, 1024>>>(sum, 1);
    add<<<2, 2, 0, stream>>>(sum, 1);
    add<<<2, 2, sizeof(int) * BLOCK, stream>>>(sum, 1);
    CUDA(cudaStreamSynchronize(stream));
    REQUIRE(taken() == 12, "shared and stream");

    // clang-format off
    add << <2, 2 >> > (sum, 1);
    add<<<2,2>>>(sum,1);
    add <<< 2, 2 >>> ( sum , 1 ) ;
    add
        <<<
            2,
            2
        >>>
        (
            sum,
            1
        );
    // clang-format on
    REQUIRE(taken() == 16, "white space");

    LAUNCH(add<<<2, 2>>>(sum, 1));
    RUN(add, GRID, BLOCK, sum, 1);
    RUN((add_n<3, int>), GRID, BLOCK, sum);
    REQUIRE(taken() == 4 + 6 + 18, "macros");

    int expected[] = {1, 2 + 10, 3 + 20};
    for (int i = 0; i < 3; i++) {
        branches(i);
        REQUIRE(taken() == expected[i], "branch %d", i);
    }

    add_default<<<1, 1>>>(sum);
    add_default<<<1, 1>>>(sum, 100);
    add_default<<<1, 1>>>(sum, 1000, 3.0f);
    add_later<<<1, 1>>>(sum);
    REQUIRE(taken() == 10 + 200 + 3000 + 13, "default arguments");

    float *fsum;
    ZEROS(fsum, 1);
    add_any<<<1, 4>>>(sum, 2);
    add_any<int><<<1, 4>>>(sum, 2.9);
    add_any<<<1, 4>>>(fsum, 0.5f);
    add_any<float><<<1, 4>>>(fsum, 1);
    REQUIRE(taken() == 16, "deduced and explicit int");
    float f;
    TO_HOST(&f, fsum, 1);
    REQUIRE(f == 6, "deduced and explicit float: %g", f);
    add_n<5><<<1, 1>>>(sum);
    add_n<(5 > 4)><<<1, 1>>>(sum);
    add_n<1 << 4, int><<<1, 1>>>(sum);
    add_converted<true><<<1, 1>>>(sum, 4.5);
    add_converted<false, int, float><<<1, 1>>>(sum, 3);
    run_template<3>(sum);
    REQUIRE(taken() == 5 + 1 + 16 + 9 + 3 + 3 + 18, "templates");

    outer::run(sum);
    outer::add<<<1, 1>>>(sum, 2);
    outer::inner::add<<<1, 1>>>(sum, 2);
    ::outer::inner::add_n<4><<<1, 1>>>(sum);
    {
        using outer::inner::add_n;
        using namespace outer;
        inner::add_n<1><<<1, 1>>>(sum);
    }
    REQUIRE(taken() == 10 + 100 + 1 + 20 + 200 + 4000 + 1000, "namespaces");

    add_unnamed<<<1, 1>>>(sum);
    add_static<<<1, 1>>>(sum);
    add_c<<<1, 1>>>(sum);
    REQUIRE(taken() == 27, "linkage");

    int turn = 0;
    add<<<counted(2), counted(3), counted(0)>>>((calls++, sum), ++turn);
    REQUIRE(taken() == 6 && turn == 1 && calls == 4,
            "side effects happen once: turn %d, calls %d", turn, calls);

    void (*pointer)(int *, int) = add;
    pointer<<<2, 2>>>(sum, 1);
    pointer = outer::add;
    pointer<<<2, 2>>>(sum, 1);
    void (*table[])(int *, int) = {add, add_any<int>, outer::inner::add};
    for (int i = 0; i < 3; i++) {
        table[i]<<<1, 1>>>(sum, 2);
    }
    (*table[0])<<<1, 1>>>(sum, 1);
    REQUIRE(taken() == 4 + 40 + 2 + 2 + 200 + 1, "pointers to kernels");

    add_elsewhere<<<3, 3>>>(sum, 2);
    sum_block_elsewhere<<<2, 64>>>(sum);
    REQUIRE(taken() == 18 + 2 * 64 * 63 / 2, "kernels of another file");

    of_each_file<<<1, 16>>>(sum);
    REQUIRE(taken() == 80, "shared memory at file scope");
    run_of_each_file_elsewhere(sum);
    REQUIRE(taken() == 128 * 2, "a kernel of this name elsewhere");
    sum_file_scope_elsewhere<<<1, 1024>>>(sum);
    REQUIRE(taken() == 1024 * 7, "shared memory of this name elsewhere");

    const int array[3] = {1, 2, 3};
    const int &reference = array[2];
    const char small = 4;
    add<<<1, 1>>>(sum, reference);
    add<<<1, 1>>>(sum, small);
    add<<<1, 1>>>(sum, true);
    add<<<1, 1>>>(sum, 'a' - 'A');
    REQUIRE(taken() == 3 + 4 + 1 + 32, "conversions of arguments");

    CUDA(cudaFree(sum));
    CUDA(cudaFree(fsum));
    CUDA(cudaStreamDestroy(stream));
    return 0;
}

__global__ void add_later(int *s, int amount)
{
    atomicAdd(s, amount);
}
