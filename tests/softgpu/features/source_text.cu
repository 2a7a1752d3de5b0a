// What the preprocessor and the programmer's style do to the text around
// kernels: comments, long gaps, macros, line continuations, pragmas.
// FLAGS: -O1 -I features/more -DSCALE=3
// WITH: more/source_text.c
#include "require.h"
#include <assert.h>
#include <float.h>
#include <limits.h>
#include "more/source_text.cuh"

#define N 32

/* A
 * comment
 * of
 * many
 * lines,
 * so
 * that
 * the
 * preprocessor
 * writes
 * a
 * marker. */
template <typename T>
/* And
 *
 *
 *
 *
 *
 *
 *
 *
 *
 * another. */
__global__ void
first(T *out /* the result */, // a comment
      int n)
{
    if (threadIdx.x < n && n <= INT_MAX && out != NULL)
        out[threadIdx.x] = FLT_MAX > 1 ? 1 : 0;
}









#pragma GCC diagnostic push
__global__ void second(int *out = NULL, unsigned int n = UINT_MAX)
{
#pragma unroll
    for (int i = 0; i < 2; i++) {
#pragma unroll 4
        for (int j = 0; j < 2; j++)
            out[threadIdx.x] += i + j;
    }
    _Pragma("unroll") for (int i = 0; i < 3; i++) out[threadIdx.x]++;
    assert(threadIdx.x <
               n &&
           "a comma, and a \"quote\"");
    if (sizeof(int) == 4 && '"' != '\'' && 1'000 == 1000)
        out[threadIdx.x] += SCALE;
}
#pragma GCC diagnostic pop









#define KERNEL(name, type, body)                                               \
    __global__ void name(type *out)                                            \
    {                                                                          \
        const int i = blockIdx.x * blockDim.x + threadIdx.x;                   \
        body;                                                                  \
    }
KERNEL(third, int, out[i] += 10)
KERNEL(fourth, int, __shared__ int s[N]; s[i] = i; __syncthreads();
       out[i] += s[N - 1 - i])

#define INDEX (blockIdx.x * blockDim.x + threadIdx.x)
#define SYNC() __syncthreads()
#define SHARED(type, name, size) __shared__ type name[size]
#define FOR_EACH(i, n)                                                         \
    for (int i = INDEX; i < (n); i += blockDim.x * gridDim.x)

__global__ void
fifth(int *out, int n)
{
    SHARED(int, s, N);
    FOR_EACH (i, n)
        s[i] = i;
    SYNC();
    FOR_EACH (i, n)
        out[i] += s[N - 1 - i];
}

// clang-format off
__global__ void sixth(int*out){int i=threadIdx.x;__shared__ int s[N];s[i]=i;__syncthreads();out[i]+=s[N-1-i];}
__global__
void
seventh
(
    int
    *
    out
)
{
    out
    [
        threadIdx
        .
        x
    ]
    +=
    100
    ;
}
/* <<<not, a launch>>>(really) */ // <<<nor, this>>>()
static const char *text = "kernel<<<1, 1>>>(\"threadIdx.x\") __syncthreads();";
static const char raw[] = R"(__global__ void k<<<1,1>>> " threadIdx)";
// clang-format on

static int h[N];

#define EACH(wanted)                                                           \
    do {                                                                       \
        CUDA(cudaGetLastError());                                              \
        TO_HOST(h, out, N);                                                    \
        CUDA(cudaMemset(out, 0, sizeof h));                                    \
        for (int i = 0; i < N; i++)                                            \
            REQUIRE(h[i] == (wanted), "%d: %d", i, h[i]);                      \
    } while (0)

int main(void)
{
    int *out;
    ZEROS(out, N);
    first<<<1, N>>>(out, N);
    EACH(1);
    first<int><<<1, N>>>(NULL, 0); second<<<1, N>>>(out); EACH(4 + 3 + SCALE);
    second<<<1, N>>>(out, N), third<<<1, N>>>(out);
    EACH(4 + 3 + SCALE + 10);
    fourth<<<1, N>>>(out);
    EACH(N - 1 - i);
    fifth<<<1, N>>>(out, N);
    EACH(N - 1 - i);
    sixth<<<1, N>>>(out);
    seventh<<<1, N>>>(out);
    EACH(N - 1 - i + 100);
    from_header<<<1, N>>>(out, 5);
    EACH(15 + (N - 1 - i));
    if (text[0] == 'k' && raw[0] == '_' && __LINE__ > 100) {
        REQUIRE(launched_by_c(N) == N * 7, "the C file's kernel");
    }
    return 0;
}

/* For more/source_text.c: the host's part in C11, with a C interface. */
__global__ void sevens(int *out)
{
    out[threadIdx.x] = 7;
}

extern "C" void launch_sevens(int *out, int n)
{
    sevens<<<1, n>>>(out);
}
