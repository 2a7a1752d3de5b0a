// The kernels that every course has, written as courses write them.
// FLAGS: -O2
#include "require.h"
#include <math.h>
#include <string.h>

/* ---- vector addition with a grid-stride loop ---- */
__global__ void vectorAdd(const float *A, const float *B, float *C,
                          int numElements)
{
    int i = blockDim.x * blockIdx.x + threadIdx.x;
    if (i < numElements) {
        C[i] = A[i] + B[i] + 0.0f;
    }
}

/* ---- NVIDIA's matrixMul ---- */
template <int BLOCK_SIZE>
__global__ void MatrixMulCUDA(float *C, float *A, float *B, int wA, int wB)
{
    int bx = blockIdx.x, by = blockIdx.y;
    int tx = threadIdx.x, ty = threadIdx.y;
    int aBegin = wA * BLOCK_SIZE * by;
    int aEnd = aBegin + wA - 1;
    int aStep = BLOCK_SIZE;
    int bBegin = BLOCK_SIZE * bx;
    int bStep = BLOCK_SIZE * wB;
    float Csub = 0;
    for (int a = aBegin, b = bBegin; a <= aEnd; a += aStep, b += bStep) {
        __shared__ float As[BLOCK_SIZE][BLOCK_SIZE];
        __shared__ float Bs[BLOCK_SIZE][BLOCK_SIZE];
        As[ty][tx] = A[a + wA * ty + tx];
        Bs[ty][tx] = B[b + wB * ty + tx];
        __syncthreads();
#pragma unroll
        for (int k = 0; k < BLOCK_SIZE; ++k) {
            Csub += As[ty][k] * Bs[k][tx];
        }
        __syncthreads();
    }
    int c = wB * BLOCK_SIZE * by + BLOCK_SIZE * bx;
    C[c + wB * ty + tx] = Csub;
}

/* ---- transpose: a tile with padding, several rows a thread ---- */
const int TILE_DIM = 32;
const int BLOCK_ROWS = 8;
__global__ void transposeNoBankConflicts(float *odata, const float *idata)
{
    __shared__ float tile[TILE_DIM][TILE_DIM + 1];
    int x = blockIdx.x * TILE_DIM + threadIdx.x;
    int y = blockIdx.y * TILE_DIM + threadIdx.y;
    int width = gridDim.x * TILE_DIM, height = gridDim.y * TILE_DIM;
    for (int j = 0; j < TILE_DIM; j += BLOCK_ROWS)
        tile[threadIdx.y + j][threadIdx.x] = idata[(y + j) * width + x];
    __syncthreads();
    x = blockIdx.y * TILE_DIM + threadIdx.x; // transpose block offset
    y = blockIdx.x * TILE_DIM + threadIdx.y;
    for (int j = 0; j < TILE_DIM; j += BLOCK_ROWS)
        odata[(y + j) * height + x] = tile[threadIdx.x][threadIdx.y + j];
}

/* ---- reductions, from the first to the last of the slides ---- */
__global__ void reduce0(const int *g_idata, int *g_odata)
{
    extern __shared__ int sdata[];
    unsigned int tid = threadIdx.x;
    unsigned int i = blockIdx.x * blockDim.x + threadIdx.x;
    sdata[tid] = g_idata[i];
    __syncthreads();
    for (unsigned int s = 1; s < blockDim.x; s *= 2) {
        if (tid % (2 * s) == 0) {
            sdata[tid] += sdata[tid + s];
        }
        __syncthreads();
    }
    if (tid == 0)
        g_odata[blockIdx.x] = sdata[0];
}

template <unsigned int blockSize>
__device__ void warpReduce(volatile int *sdata, unsigned int tid)
{
    int v = sdata[tid];
    if (blockSize >= 64) {
        v += sdata[tid + 32];
        __syncwarp();
        sdata[tid] = v;
        __syncwarp();
    }
    for (int d = 16; d > 0; d /= 2) {
        v += sdata[tid + d];
        __syncwarp();
        sdata[tid] = v;
        __syncwarp();
    }
}

template <unsigned int blockSize>
__global__ void reduce6(const int *g_idata, int *g_odata, unsigned int n)
{
    extern __shared__ int sdata[];
    unsigned int tid = threadIdx.x;
    unsigned int i = blockIdx.x * (blockSize * 2) + tid;
    unsigned int gridSize = blockSize * 2 * gridDim.x;
    sdata[tid] = 0;
    while (i < n) {
        sdata[tid] +=
            g_idata[i] + (i + blockSize < n ? g_idata[i + blockSize] : 0);
        i += gridSize;
    }
    __syncthreads();
    if (blockSize >= 512) {
        if (tid < 256)
            sdata[tid] += sdata[tid + 256];
        __syncthreads();
    }
    if (blockSize >= 256) {
        if (tid < 128)
            sdata[tid] += sdata[tid + 128];
        __syncthreads();
    }
    if (blockSize >= 128) {
        if (tid < 64)
            sdata[tid] += sdata[tid + 64];
        __syncthreads();
    }
    if (tid < 32)
        warpReduce<blockSize>(sdata, tid);
    if (tid == 0)
        g_odata[blockIdx.x] = sdata[0];
}

static void launchReduce6(int threads, int blocks, const int *in, int *out,
                          int n)
{
    const int smemSize = (threads + 32) * sizeof(int);
    switch (threads) {
    case 512:
        reduce6<512><<<blocks, threads, smemSize>>>(in, out, n);
        break;
    case 128:
        reduce6<128><<<blocks, threads, smemSize>>>(in, out, n);
        break;
    default:
        reduce6<64><<<blocks, 64, smemSize>>>(in, out, n);
    }
}

/* ---- Blelloch's scan, GPU Gems 3 ---- */
__global__ void prescan(float *g_odata, const float *g_idata, int n)
{
    extern __shared__ float temp[];
    int thid = threadIdx.x;
    int offset = 1;
    temp[2 * thid] = g_idata[2 * thid];
    temp[2 * thid + 1] = g_idata[2 * thid + 1];
    for (int d = n >> 1; d > 0; d >>= 1) {
        __syncthreads();
        if (thid < d) {
            int ai = offset * (2 * thid + 1) - 1;
            int bi = offset * (2 * thid + 2) - 1;
            temp[bi] += temp[ai];
        }
        offset *= 2;
    }
    if (thid == 0) {
        temp[n - 1] = 0;
    }
    for (int d = 1; d < n; d *= 2) {
        offset >>= 1;
        __syncthreads();
        if (thid < d) {
            int ai = offset * (2 * thid + 1) - 1;
            int bi = offset * (2 * thid + 2) - 1;
            float t = temp[ai];
            temp[ai] = temp[bi];
            temp[bi] += t;
        }
    }
    __syncthreads();
    g_odata[2 * thid] = temp[2 * thid];
    g_odata[2 * thid + 1] = temp[2 * thid + 1];
}

/* ---- Hillis and Steele's, with two buffers ---- */
__global__ void scan(float *g_odata, const float *g_idata, int n)
{
    extern __shared__ float temp[];
    int thid = threadIdx.x;
    int pout = 0, pin = 1;
    temp[pout * n + thid] = thid > 0 ? g_idata[thid - 1] : 0;
    __syncthreads();
    for (int offset = 1; offset < n; offset *= 2) {
        pout = 1 - pout;
        pin = 1 - pout;
        if (thid >= offset)
            temp[pout * n + thid] =
                temp[pin * n + thid] + temp[pin * n + thid - offset];
        else
            temp[pout * n + thid] = temp[pin * n + thid];
        __syncthreads();
    }
    g_odata[thid] = temp[pout * n + thid];
}

/* ---- a stencil with halos ---- */
#define RADIUS 3
#define BLOCK_SIZE 64
__global__ void stencil_1d(const int *in, int *out)
{
    __shared__ int temp[BLOCK_SIZE + 2 * RADIUS];
    int gindex = threadIdx.x + blockIdx.x * blockDim.x + RADIUS;
    int lindex = threadIdx.x + RADIUS;
    temp[lindex] = in[gindex];
    if (threadIdx.x < RADIUS) {
        temp[lindex - RADIUS] = in[gindex - RADIUS];
        temp[lindex + BLOCK_SIZE] = in[gindex + BLOCK_SIZE];
    }
    __syncthreads();
    int result = 0;
    for (int offset = -RADIUS; offset <= RADIUS; offset++)
        result += temp[lindex + offset];
    out[gindex - RADIUS] = result;
}

/* ---- convolution with constant filters ---- */
#define MASK 5
__constant__ float d_mask[MASK][MASK];
__global__ void convolve(float *out, const float *in, int w, int h)
{
    __shared__ float tile[16 + MASK - 1][16 + MASK - 1];
    const int size = 16 + MASK - 1;
    for (int k = threadIdx.y * 16 + threadIdx.x; k < size * size; k += 256) {
        const int y = blockIdx.y * 16 + k / size - MASK / 2;
        const int x = blockIdx.x * 16 + k % size - MASK / 2;
        tile[k / size][k % size] =
            x >= 0 && x < w && y >= 0 && y < h ? in[y * w + x] : 0.0f;
    }
    __syncthreads();
    const int x = blockIdx.x * 16 + threadIdx.x;
    const int y = blockIdx.y * 16 + threadIdx.y;
    if (x < w && y < h) {
        float sum = 0;
        for (int i = 0; i < MASK; i++)
            for (int j = 0; j < MASK; j++)
                sum += tile[threadIdx.y + i][threadIdx.x + j] * d_mask[i][j];
        out[y * w + x] = sum;
    }
}

/* ---- softmax of a row, one block a row ---- */
__global__ void softmax(float *out, const float *in, int n)
{
    __shared__ float shared[128];
    const float *x = in + blockIdx.x * n;
    float maxval = -INFINITY;
    for (int i = threadIdx.x; i < n; i += blockDim.x)
        maxval = fmaxf(maxval, x[i]);
    shared[threadIdx.x] = maxval;
    __syncthreads();
    for (int stride = blockDim.x / 2; stride >= 1; stride /= 2) {
        __syncthreads();
        if (threadIdx.x < stride)
            shared[threadIdx.x] =
                fmaxf(shared[threadIdx.x], shared[threadIdx.x + stride]);
    }
    __syncthreads();
    float offset = shared[0];
    float sumval = 0;
    for (int i = threadIdx.x; i < n; i += blockDim.x)
        sumval += expf(x[i] - offset);
    __syncthreads();
    shared[threadIdx.x] = sumval;
    __syncthreads();
    for (int stride = blockDim.x / 2; stride >= 1; stride /= 2) {
        __syncthreads();
        if (threadIdx.x < stride)
            shared[threadIdx.x] += shared[threadIdx.x + stride];
    }
    __syncthreads();
    float sum = shared[0];
    for (int i = threadIdx.x; i < n; i += blockDim.x)
        out[blockIdx.x * n + i] = expf(x[i] - offset) / sum;
}

/* ---- Mandelbrot: divergent loops ---- */
__global__ void mandelbrot(int *out, int w, int h)
{
    const int px = blockIdx.x * blockDim.x + threadIdx.x;
    const int py = blockIdx.y * blockDim.y + threadIdx.y;
    if (px >= w || py >= h)
        return;
    const double cx = -2 + 3.0 * px / w, cy = -1.5 + 3.0 * py / h;
    double x = 0, y = 0;
    int n = 0;
    while (x * x + y * y < 4 && n < 200) {
        const double t = x * x - y * y + cx;
        y = 2 * x * y + cy;
        x = t;
        n++;
    }
    out[py * w + px] = n;
}

/* ---- printf, as in everybody's first kernel ---- */
__global__ void hello(int *characters)
{
    const int n =
        printf("Hello from block %d, thread %d\n", blockIdx.x, threadIdx.x);
    atomicAdd(characters, n > 0);
}

static float A[96 * 96], B[96 * 96], C[96 * 96];
static int I[100000], O[100000];

int main(void)
{
    float *a, *b, *c;
    int *in, *out;
    const int n = 96 * 96;
    ZEROS(a, n);
    ZEROS(b, n);
    ZEROS(c, n);
    ZEROS(in, 100000);
    ZEROS(out, 100000);
    for (int i = 0; i < n; i++) {
        A[i] = i % 7 - 3;
        B[i] = i % 5 - 2;
    }
    TO_DEVICE(a, A, n);
    TO_DEVICE(b, B, n);

    vectorAdd<<<(n + 255) / 256, 256>>>(a, b, c, n);
    LAUNCHED();
    TO_HOST(C, c, n);
    for (int i = 0; i < n; i++)
        REQUIRE(C[i] == A[i] + B[i], "vectorAdd %d", i);

    MatrixMulCUDA<32><<<dim3(3, 3), dim3(32, 32)>>>(c, a, b, 96, 96);
    LAUNCHED();
    TO_HOST(C, c, n);
    for (int i = 0; i < n; i++) {
        float want = 0;
        for (int k = 0; k < 96; k++)
            want += A[i / 96 * 96 + k] * B[k * 96 + i % 96];
        REQUIRE(C[i] == want, "matrixMul %d: %g, not %g", i, C[i], want);
        C[i] = 0;
    }
    MatrixMulCUDA<16><<<dim3(6, 6), dim3(16, 16)>>>(c, a, b, 96, 96);
    LAUNCHED();
    TO_HOST(C, c, n);
    float trace = 0, want_trace = 0;
    for (int i = 0; i < 96; i++) {
        trace += C[i * 97];
        for (int k = 0; k < 96; k++)
            want_trace += A[i * 96 + k] * B[k * 96 + i];
    }
    REQUIRE(trace == want_trace, "matrixMul<16>: %g", trace);

    transposeNoBankConflicts<<<dim3(3, 3), dim3(32, 8)>>>(c, a);
    LAUNCHED();
    TO_HOST(C, c, n);
    for (int i = 0; i < n; i++)
        REQUIRE(C[i] == A[i % 96 * 96 + i / 96], "transpose %d", i);

    int sum = 0;
    for (int i = 0; i < 100000; i++) {
        I[i] = i % 13;
        sum += i < 65536 ? I[i] : 0;
    }
    TO_DEVICE(in, I, 100000);
    reduce0<<<256, 256, 256 * sizeof(int)>>>(in, out);
    reduce0<<<1, 256, 256 * sizeof(int)>>>(out, out + 1000);
    LAUNCHED();
    TO_HOST(O, out, 1001);
    REQUIRE(O[1000] == sum, "reduce0 %d, not %d", O[1000], sum);
    for (int threads = 64; threads <= 512; threads *= 2) {
        const int blocks = 5;
        launchReduce6(threads, blocks, in, out, 65536 - 77);
        LAUNCHED();
        TO_HOST(O, out, blocks);
        int want = 0, got = 0;
        for (int i = 0; i < 65536 - 77; i++)
            want += I[i];
        for (int i = 0; i < blocks; i++)
            got += O[i];
        REQUIRE(got == want, "reduce6<%d> %d, not %d", threads, got, want);
    }

    prescan<<<1, 256, 512 * sizeof(float)>>>(c, a, 512);
    scan<<<1, 512, 2 * 512 * sizeof(float)>>>(c + 512, a, 512);
    LAUNCHED();
    TO_HOST(C, c, 1024);
    float before = 0;
    for (int i = 0; i < 512; i++) {
        REQUIRE(C[i] == before && C[512 + i] == before, "scan %d: %g %g", i,
                C[i], C[512 + i]);
        before += A[i];
    }

    stencil_1d<<<1000, BLOCK_SIZE>>>(in, out);
    LAUNCHED();
    TO_HOST(O, out, 64000);
    for (int i = 0; i < 64000; i++) {
        int want = 0;
        for (int k = 0; k <= 2 * RADIUS; k++)
            want += I[i + k];
        REQUIRE(O[i] == want, "stencil %d", i);
    }

    float mask[MASK][MASK];
    for (int i = 0; i < MASK * MASK; i++)
        mask[i / MASK][i % MASK] = i - 12;
    CUDA(cudaMemcpyToSymbol(d_mask, mask, sizeof mask));
    const int w = 90, h = 70;
    convolve<<<dim3((w + 15) / 16, (h + 15) / 16), dim3(16, 16)>>>(c, a, w, h);
    LAUNCHED();
    TO_HOST(C, c, w * h);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            float want = 0;
            for (int i = -2; i <= 2; i++)
                for (int j = -2; j <= 2; j++)
                    if (y + i >= 0 && y + i < h && x + j >= 0 && x + j < w)
                        want += A[(y + i) * w + x + j] * mask[i + 2][j + 2];
            REQUIRE(C[y * w + x] == want, "convolve %d %d", x, y);
        }

    softmax<<<10, 128>>>(c, a, 300);
    LAUNCHED();
    TO_HOST(C, c, 3000);
    for (int row = 0; row < 10; row++) {
        double total = 0;
        for (int i = 0; i < 300; i++)
            total += C[row * 300 + i];
        REQUIRE(fabs(total - 1) < 1e-4, "softmax %d: %g", row, total);
    }

    mandelbrot<<<dim3(7, 7), dim3(16, 16)>>>(out, 100, 100);
    LAUNCHED();
    TO_HOST(O, out, 100 * 100);
    int inside = 0;
    for (int i = 0; i < 100 * 100; i++)
        inside += O[i] == 200;
    REQUIRE(inside > 1500 && inside < 1900 && O[0] < 3, "mandelbrot %d",
            inside);

    CUDA(cudaMemset(out, 0, sizeof *out));
    hello<<<2, 4>>>(out);
    LAUNCHED();
    TO_HOST(O, out, 1);
    REQUIRE(O[0] == 8, "hello %d", O[0]);
    return 0;
}
