// The runtime API as the host sees it: memory, errors, the device, streams and
// events, and what goes wrong with each.
// FLAGS: -O1
#include "require.h"
#include <string.h>

#define IS(call, wanted)                                                       \
    do {                                                                       \
        const cudaError_t error_ = (call);                                     \
        REQUIRE(error_ == (wanted), "%s: %s, not %s", #call,                   \
                cudaGetErrorName(error_), cudaGetErrorName(wanted));           \
    } while (0)

#define FAILS(call, wanted)                                                    \
    do {                                                                       \
        IS(call, wanted);                                                      \
        IS(cudaGetLastError(), wanted);                                        \
    } while (0)

__constant__ float coefficients[16];
__constant__ struct {
    int a;
    double b;
} record;
__device__ int counters[4] = {1, 2, 3, 4};
__device__ float scalar;

__global__ void fill(int *out, int value)
{
    out[blockIdx.x * blockDim.x + threadIdx.x] = value;
}

__global__ void read_symbols(float *out)
{
    out[threadIdx.x] = coefficients[threadIdx.x] + record.a + (float)record.b;
    if (threadIdx.x < 4)
        counters[threadIdx.x] *= 10;
    if (threadIdx.x == 0)
        scalar = 2.5f;
}

__global__ void barrier(int *out)
{
    __shared__ int s[32];
    s[threadIdx.x] = 1;
    __syncthreads();
    out[threadIdx.x] = s[31 - threadIdx.x];
}

static void memory(void)
{
    int *a, *b, h[256], g[256];
    CUDA(cudaMalloc((void **)&a, sizeof h));
    CUDA(cudaMalloc(&b, sizeof h)); /* C++: any pointer */
    REQUIRE((size_t)a % 256 == 0 && a != b, "alignment of %p", (void *)a);
    for (int i = 0; i < 256; i++)
        h[i] = i;
    CUDA(cudaMemcpy(a, h, sizeof h, cudaMemcpyHostToDevice));
    CUDA(cudaMemcpy(b, a, sizeof h, cudaMemcpyDeviceToDevice));
    CUDA(cudaMemset(a, 0xff, sizeof h / 2));
    CUDA(cudaMemcpy(g, b, sizeof g, cudaMemcpyDeviceToHost));
    REQUIRE(memcmp(g, h, sizeof g) == 0, "there and back");
    CUDA(cudaMemcpy(g, a, sizeof g, cudaMemcpyDefault));
    REQUIRE(g[127] == -1 && g[128] == 128, "memset");
    CUDA(cudaMemcpy(g, h, sizeof g, cudaMemcpyHostToHost));
    CUDA(cudaMemcpy(a + 10, h, 4, cudaMemcpyHostToDevice));
    CUDA(cudaMemcpyAsync(a + 255, h + 7, 4, cudaMemcpyHostToDevice));
    CUDA(cudaMemcpy(g, a + 255, 4, cudaMemcpyDeviceToHost));
    REQUIRE(g[0] == 7, "copies inside an allocation");
    CUDA(cudaMemcpy(NULL, NULL, 0, cudaMemcpyHostToDevice));

    /* rows of 3 out of rows of 8 */
    CUDA(cudaMemcpy2D(g, 3 * 4, b, 8 * 4, 3 * 4, 4, cudaMemcpyDeviceToHost));
    for (int i = 0; i < 12; i++)
        REQUIRE(g[i] == i / 3 * 8 + i % 3, "2D copy %d: %d", i, g[i]);

    FAILS(cudaMemcpy(a, h, sizeof h + 4, cudaMemcpyHostToDevice),
          cudaErrorInvalidValue);
    FAILS(cudaMemcpy(g, a + 1, sizeof g, cudaMemcpyDeviceToHost),
          cudaErrorInvalidValue);
    FAILS(cudaMemcpy(a - 1, h, 4, cudaMemcpyHostToDevice),
          cudaErrorInvalidValue);
    FAILS(cudaMemcpy(g, h, 4, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
    FAILS(cudaMemcpy(g, h, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    FAILS(cudaMemcpy(a, h, 4, cudaMemcpyDeviceToDevice), cudaErrorInvalidValue);
    FAILS(cudaMemcpy(a, NULL, 4, cudaMemcpyHostToDevice),
          cudaErrorInvalidValue);
    FAILS(cudaMemcpy(a, h, 4, (cudaMemcpyKind)7),
          cudaErrorInvalidMemcpyDirection);
    FAILS(cudaMemcpy2D(g, 8, b, 32, 12, 4, cudaMemcpyDeviceToHost),
          cudaErrorInvalidPitchValue);
    FAILS(cudaMemset(a, 0, sizeof h + 1), cudaErrorInvalidValue);
    FAILS(cudaMemset(h, 0, 4), cudaErrorInvalidValue);

    CUDA(cudaFree(a));
    FAILS(cudaFree(a), cudaErrorInvalidValue);
    FAILS(cudaFree(b + 1), cudaErrorInvalidValue);
    FAILS(cudaFree(h), cudaErrorInvalidValue);
    CUDA(cudaFree(NULL));
    FAILS(cudaMemcpy(a, h, 4, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
    CUDA(cudaFree(b));

    FAILS(cudaMalloc(&a, (size_t)1 << 60), cudaErrorMemoryAllocation);
    FAILS(cudaMalloc((void **)NULL, 4), cudaErrorInvalidValue);
    CUDA(cudaMalloc(&a, 0));
    CUDA(cudaFree(a));

    /* pinned and managed memory */
    CUDA(cudaMallocHost(&a, sizeof h));
    a[3] = 9;
    FAILS(cudaFree(a), cudaErrorInvalidValue);
    CUDA(cudaFreeHost(a));
    CUDA(cudaHostAlloc(&a, 64, cudaHostAllocDefault));
    CUDA(cudaFreeHost(a));
    CUDA(cudaMallocManaged(&a, sizeof h));
    fill<<<2, 128>>>(a, 5);
    CUDA(cudaDeviceSynchronize());
    REQUIRE(a[0] == 5 && a[255] == 5, "managed memory");
    CUDA(cudaFree(a));

    /* many, in a wild order */
    static char *many[1000];
    for (int i = 0; i < 1000; i++) {
        CUDA(cudaMalloc(&many[i], i * 37 + 1));
        CUDA(cudaMemset(many[i], i, i * 37 + 1));
    }
    for (int i = 0; i < 1000; i++) {
        const int k = i * 619 % 1000;
        char c;
        CUDA(cudaMemcpy(&c, many[k] + k * 37, 1, cudaMemcpyDeviceToHost));
        REQUIRE(c == (char)k, "allocation %d", k);
        CUDA(cudaFree(many[k]));
    }
    size_t available, total;
    CUDA(cudaMemGetInfo(&available, &total));
    REQUIRE(available > 0 && available <= total, "memory info");
}

static void symbols(void)
{
    float h[16], *out;
    for (int i = 0; i < 16; i++)
        h[i] = i * 0.5f;
    CUDA(cudaMemcpyToSymbol(coefficients, h, sizeof h));
    CUDA(cudaMemcpyToSymbol(coefficients, h, 8, 8, cudaMemcpyHostToDevice));
    const int a = 3;
    const double b = 0.25;
    CUDA(cudaMemcpyToSymbol(record, &a, sizeof a));
    CUDA(cudaMemcpyToSymbol(record, &b, sizeof b, 8));
    ZEROS(out, 16);
    read_symbols<<<1, 16>>>(out);
    LAUNCHED();
    float g[16];
    TO_HOST(g, out, 16);
    for (int i = 0; i < 16; i++) {
        const float want = (i == 2 || i == 3 ? i - 2 : i) * 0.5f + 3.25f;
        REQUIRE(g[i] == want, "symbol %d: %g, not %g", i, g[i], want);
    }
    int c[4], one;
    float s;
    CUDA(cudaMemcpyFromSymbol(c, counters, sizeof c));
    CUDA(cudaMemcpyFromSymbol(&one, counters, 4, 8, cudaMemcpyDeviceToHost));
    CUDA(cudaMemcpyFromSymbol(&s, scalar, sizeof s));
    REQUIRE(c[0] == 10 && c[3] == 40 && one == 30 && s == 2.5f, "counters");
    FAILS(cudaMemcpyToSymbol(coefficients, h, sizeof h + 4),
          cudaErrorInvalidValue);
    FAILS(cudaMemcpyFromSymbol(c, counters, 8, 12), cudaErrorInvalidValue);
    void *address;
    size_t size;
    CUDA(cudaGetSymbolAddress(&address, counters));
    CUDA(cudaGetSymbolSize(&size, counters));
    REQUIRE(size == sizeof c, "symbol size %zu", size);
    CUDA(cudaMemcpy(c, address, size, cudaMemcpyDeviceToHost));
    REQUIRE(c[1] == 20, "symbol address");
    CUDA(cudaMemset(address, 0, size));
    CUDA(cudaMemcpyFromSymbol(c, counters, sizeof c));
    REQUIRE(c[3] == 0, "memset of a symbol");
    CUDA(cudaFree(out));
}

/* A bad launch is noticed afterwards, once. */
static void bad_launches(void)
{
    int *out;
    ZEROS(out, 4096);
    const struct {
        dim3 grid, block;
        size_t shared;
        cudaError_t error;
    } cases[] = {
        {dim3(1), dim3(0), 0, cudaErrorInvalidConfiguration},
        {dim3(0), dim3(1), 0, cudaErrorInvalidConfiguration},
        {dim3(1, 0), dim3(1), 0, cudaErrorInvalidConfiguration},
        {dim3(1), dim3(2000), 0, cudaErrorInvalidConfiguration},
        {dim3(1), dim3(1025), 0, cudaErrorInvalidConfiguration},
        {dim3(1), dim3(32, 33), 0, cudaErrorInvalidConfiguration},
        {dim3(1), dim3(1, 1, 65), 0, cudaErrorInvalidConfiguration},
        {dim3(1, 65536), dim3(1), 0, cudaErrorInvalidConfiguration},
        {dim3(1, 1, 65536), dim3(1), 0, cudaErrorInvalidConfiguration},
        {dim3((unsigned)-1), dim3(1), 0, cudaErrorInvalidConfiguration},
        {dim3(1), dim3(1), 1 << 20, cudaErrorInvalidValue},
        {dim3(1), dim3(1), 48 * 1024 + 1, cudaErrorInvalidValue},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fill<<<cases[i].grid, cases[i].block, cases[i].shared>>>(out, 1);
        IS(cudaPeekAtLastError(), cases[i].error);
        IS(cudaPeekAtLastError(), cases[i].error);
        fill<<<1, 1>>>(out + 1, 2); /* does not make it good */
        IS(cudaGetLastError(), cases[i].error);
        IS(cudaGetLastError(), cudaSuccess);
        barrier<<<cases[i].grid, cases[i].block, cases[i].shared>>>(out);
        IS(cudaGetLastError(), cases[i].error);
        CUDA(cudaDeviceSynchronize());
    }
    int h[2];
    TO_HOST(h, out, 2);
    REQUIRE(h[0] == 0 && h[1] == 2, "bad launches run nothing");
    /* the limits themselves are fine */
    fill<<<1, 1024>>>(out, 3);
    barrier<<<1, 32, 47 * 1024>>>(out);
    fill<<<dim3(1, 65535), dim3(1, 1, 64)>>>(out, 3);
    LAUNCHED();
    CUDA(cudaFree(out));
}

static void errors(void)
{
    REQUIRE(!strcmp(cudaGetErrorString(cudaSuccess), "no error"), "success");
    REQUIRE(!strcmp(cudaGetErrorName(cudaErrorInvalidValue),
                    "cudaErrorInvalidValue"),
            "name");
    REQUIRE(
        !strcmp(cudaGetErrorString(cudaErrorInvalidValue), "invalid argument"),
        "string");
    REQUIRE(
        !strcmp(cudaGetErrorString(cudaErrorMemoryAllocation), "out of memory"),
        "string");
    REQUIRE(!strcmp(cudaGetErrorString(cudaErrorInvalidConfiguration),
                    "invalid configuration argument"),
            "string");
    REQUIRE(!strcmp(cudaGetErrorString((cudaError_t)12345),
                    "unrecognized error code"),
            "unknown");
    REQUIRE(cudaErrorInvalidValue == 1 && cudaErrorMemoryAllocation == 2 &&
                cudaErrorInvalidConfiguration == 9 &&
                cudaErrorIllegalAddress == 700 && cudaErrorNotReady == 600,
            "numbers");
}

static void device(void)
{
    int count, current = 7, value;
    CUDA(cudaGetDeviceCount(&count));
    REQUIRE(count >= 1, "%d devices", count);
    CUDA(cudaSetDevice(0));
    CUDA(cudaGetDevice(&current));
    REQUIRE(current == 0, "device %d", current);
    FAILS(cudaSetDevice(99), cudaErrorInvalidDevice);
    FAILS(cudaSetDevice(-1), cudaErrorInvalidDevice);
    cudaDeviceProp p;
    CUDA(cudaGetDeviceProperties(&p, 0));
    FAILS(cudaGetDeviceProperties(&p, 99), cudaErrorInvalidDevice);
    REQUIRE(strlen(p.name) > 0 && p.warpSize == 32 && p.major >= 7 &&
                p.maxThreadsPerBlock == 1024 && p.maxThreadsDim[2] == 64 &&
                p.maxGridSize[0] == 0x7fffffff && p.multiProcessorCount >= 1 &&
                p.sharedMemPerBlock == 48 * 1024 && p.totalConstMem == 65536 &&
                p.totalGlobalMem > (1u << 28),
            "properties of %s", p.name);
    CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMaxThreadsPerBlock, 0));
    REQUIRE(value == 1024, "threads %d", value);
    CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMultiProcessorCount, 0));
    REQUIRE(value == p.multiProcessorCount, "processors %d", value);
    CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 0));
    REQUIRE(value == 32, "warp %d", value);
    CUDA(cudaDeviceGetAttribute(&value, cudaDevAttrMaxGridDimY, 0));
    REQUIRE(value == 65535, "grid %d", value);
    FAILS(cudaDeviceGetAttribute(&value, (cudaDeviceAttr)9999, 0),
          cudaErrorInvalidValue);
    FAILS(cudaDeviceGetAttribute(&value, cudaDevAttrWarpSize, 99),
          cudaErrorInvalidDevice);
    CUDA(cudaRuntimeGetVersion(&value));
    REQUIRE(value >= 12000, "runtime %d", value);
    CUDA(cudaDriverGetVersion(&value));
    REQUIRE(value >= 12000, "driver %d", value);
}

static void streams_and_events(void)
{
    cudaStream_t s[3];
    cudaEvent_t start, stop, untimed;
    int *data, *pinned;
    float ms = -1;
    CUDA(cudaMalloc(&data, 1024 * sizeof(int)));
    CUDA(cudaMallocHost(&pinned, 1024 * sizeof(int)));
    for (int i = 0; i < 3; i++)
        CUDA(cudaStreamCreateWithFlags(&s[i], cudaStreamNonBlocking));
    CUDA(cudaEventCreate(&start));
    CUDA(cudaEventCreate(&stop));
    CUDA(cudaEventCreateWithFlags(&untimed, cudaEventDisableTiming));

    /* Each stream in its order; one waits for another's event. */
    CUDA(cudaEventRecord(start));
    CUDA(cudaMemsetAsync(data, 0, 1024 * sizeof(int), s[0]));
    fill<<<4, 64, 0, s[0]>>>(data, 1);
    CUDA(cudaEventRecord(untimed, s[0]));
    CUDA(cudaStreamWaitEvent(s[1], untimed, 0));
    fill<<<2, 64, 0, s[1]>>>(data, 2);
    CUDA(cudaMemcpyAsync(pinned, data, 1024 * sizeof(int),
                         cudaMemcpyDeviceToHost, s[1]));
    CUDA(cudaStreamSynchronize(s[1]));
    CUDA(cudaEventRecord(stop, 0));
    CUDA(cudaEventSynchronize(stop));
    IS(cudaEventQuery(stop), cudaSuccess);
    IS(cudaStreamQuery(s[2]), cudaSuccess);
    CUDA(cudaEventElapsedTime(&ms, start, stop));
    REQUIRE(ms >= 0 && ms < 10000, "%g ms", ms);
    REQUIRE(pinned[127] == 2 && pinned[128] == 1 && pinned[256] == 0,
            "order of streams");
    FAILS(cudaEventElapsedTime(&ms, start, untimed),
          cudaErrorInvalidResourceHandle);
    cudaEvent_t fresh;
    CUDA(cudaEventCreate(&fresh));
    FAILS(cudaEventElapsedTime(&ms, start, fresh),
          cudaErrorInvalidResourceHandle);
    for (int i = 0; i < 3; i++)
        CUDA(cudaStreamDestroy(s[i]));
    CUDA(cudaEventDestroy(start));
    CUDA(cudaEventDestroy(stop));
    CUDA(cudaEventDestroy(untimed));
    CUDA(cudaEventDestroy(fresh));
    CUDA(cudaFree(data));
    CUDA(cudaFreeHost(pinned));
}

int main(void)
{
    errors();
    device();
    memory();
    symbols();
    bad_launches();
    streams_and_events();
    CUDA(cudaDeviceReset());
    return 0;
}
