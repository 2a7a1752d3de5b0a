// Short vectors, and the arithmetic that device code has beyond C's.
// FLAGS: -O1
#include "require.h"
#include <float.h>
#include <math.h>
#include <stdint.h>

#define N 64

static_assert(sizeof(float3) == 12 && alignof(float3) == 4, "float3");
static_assert(sizeof(float4) == 16 && alignof(float4) == 16, "float4");
static_assert(sizeof(int2) == 8 && alignof(int2) == 8, "int2");
static_assert(sizeof(double2) == 16 && alignof(double2) == 16, "double2");
static_assert(sizeof(uchar4) == 4 && alignof(uchar4) == 4, "uchar4");

__global__ void load_four(float *out, const float *in)
{
    const float4 v = reinterpret_cast<const float4 *>(in)[threadIdx.x];
    float4 w = ((const float4 *)in)[threadIdx.x];
    w.x += v.w;
    w.y *= 2;
    reinterpret_cast<float4 *>(out)[threadIdx.x] =
        make_float4(v.x, w.y, v.z + w.x, v.w);
}

__global__ void load_two(float *out, const float *in)
{
    const int i = 2 * (blockIdx.x * blockDim.x + threadIdx.x);
    float2 v = *(const float2 *)&in[i];
    *(float2 *)&out[i] = make_float2(v.y, v.x);
}

__global__ void float4_in_shared(float *out, const float *in)
{
    __shared__ float s[4 * N];
    __shared__ float4 t[N];
    *reinterpret_cast<float4 *>(&s[4 * threadIdx.x]) =
        *reinterpret_cast<const float4 *>(&in[4 * threadIdx.x]);
    t[threadIdx.x] = *reinterpret_cast<const float4 *>(&in[4 * threadIdx.x]);
    __syncthreads();
    const int r = N - 1 - threadIdx.x;
    float4 a = reinterpret_cast<float4 *>(s)[r];
    const float4 b = t[r];
    a.x = b.w;
    *reinterpret_cast<float4 *>(&out[4 * threadIdx.x]) = a;
}

__global__ void pixels(uchar4 *out)
{
    const int i = threadIdx.x;
    uchar4 p = make_uchar4(i, 2 * i, 3 * i, 255);
    out[i] = p;
}

/* Every maker there is. */
__global__ void makers(double *out)
{
    double s = 0;
#define ADD1(T, t) s += make_##T##1((t)1).x;
#define ADD2(T, t) s += make_##T##2((t)1, (t)2).y;
#define ADD3(T, t) s += make_##T##3((t)1, (t)2, (t)3).z;
#define ADD4(T, t) s += make_##T##4((t)1, (t)2, (t)3, (t)4).w;
#define ADD(T, t) ADD1(T, t) ADD2(T, t) ADD3(T, t) ADD4(T, t)
    ADD(char, signed char)
    ADD(uchar, unsigned char)
    ADD(short, short)
    ADD(ushort, unsigned short)
    ADD(int, int)
    ADD(uint, unsigned int)
    ADD(long, long)
    ADD(ulong, unsigned long)
    ADD(longlong, long long)
    ADD(ulonglong, unsigned long long)
    ADD(float, float)
    ADD(double, double)
    dim3 d(3, 4);
    uint3 u = d;
    dim3 e = u;
    s += 1000 * (d.z + u.y + e.x);
    out[0] = s;
}

struct Math {
    float f[96];
    double d[32];
    int i[64];
    unsigned int u[32];
    long long l[16];
};

/* Same expressions on both sides, where the host has the function too. */
__global__ void math(Math *m, float x, float y, double z, int n)
{
    int k = 0;
    m->f[k++] = __expf(x);
    m->f[k++] = expf(x);
    m->f[k++] = __logf(x);
    m->f[k++] = logf(x);
    m->f[k++] = __log2f(x);
    m->f[k++] = log2f(x);
    m->f[k++] = __log10f(x);
    m->f[k++] = log10f(x);
    m->f[k++] = __sinf(x);
    m->f[k++] = sinf(x);
    m->f[k++] = __cosf(x);
    m->f[k++] = cosf(x);
    m->f[k++] = __tanf(x);
    m->f[k++] = tanf(x);
    m->f[k++] = __powf(x, y);
    m->f[k++] = powf(x, y);
    m->f[k++] = __exp10f(x);
    m->f[k++] = exp10f(x);
    m->f[k++] = exp2f(x);
    m->f[k++] = powf(2.0f, x);
    m->f[k++] = __fdividef(x, y);
    m->f[k++] = x / y;
    m->f[k++] = rsqrtf(x);
    m->f[k++] = 1 / sqrtf(x);
    m->f[k++] = __frsqrt_rn(x);
    m->f[k++] = 1 / sqrtf(x);
    m->f[k++] = __fsqrt_rn(x);
    m->f[k++] = sqrtf(x);
    m->f[k++] = __frcp_rn(x);
    m->f[k++] = 1 / x;
    m->f[k++] = __fdiv_rn(x, y);
    m->f[k++] = x / y;
    m->f[k++] = __fadd_rn(x, y);
    m->f[k++] = x + y;
    m->f[k++] = __fsub_rn(x, y);
    m->f[k++] = x - y;
    m->f[k++] = __fmul_rn(x, y);
    m->f[k++] = x * y;
    m->f[k++] = __fmaf_rn(x, y, x);
    m->f[k++] = fmaf(x, y, x);
    m->f[k++] = fmaf(x, y, -1.0f);
    m->f[k++] = x * y - 1.0f;
    m->f[k++] = __saturatef(x);
    m->f[k++] = fminf(fmaxf(x, 0), 1);
    m->f[k++] = sinpif(x);
    m->f[k++] = sinf(x * 3.14159265f);
    m->f[k++] = cospif(x);
    m->f[k++] = cosf(x * 3.14159265f);
    m->f[k++] = normcdff(x);
    m->f[k++] = 0.5f * (1 + erff(x / 1.41421356f));
    m->f[k++] = rcbrtf(x);
    m->f[k++] = 1 / cbrtf(x);
    m->f[k++] = tanhf(x) + erff(y) + fabsf(-x) + hypotf(x, y);
    m->f[k++] = tanhf(x) + erff(y) + x + sqrtf(x * x + y * y);
    m->f[k++] = floorf(x) + ceilf(x) + truncf(x) + roundf(x) + rintf(x);
    m->f[k++] = (int)x * 2 + (int)(x + 1) + 2 * (int)(x + 0.5f);
    float s, c;
    sincosf(x, &s, &c);
    m->f[k++] = s + c;
    m->f[k++] = sinf(x) + cosf(x);
    __sincosf(x, &s, &c);
    m->f[k++] = s + c;
    m->f[k++] = sinf(x) + cosf(x);
    m->f[k++] = copysignf(x, -1.0f) + fmodf(x, y);
    m->f[k++] = -x + (x - y * (int)(x / y));
    m->f[k++] =
        __int_as_float(__float_as_int(x)) + __uint_as_float(__float_as_uint(y));
    m->f[k++] = x + y;
    m->f[k++] = __int2float_rn(n) + __uint2float_rn(7u);
    m->f[k++] = n + 7.0f;
    m->f[k++] = fdimf(x, y) + norm3df(x, y, 1) + rhypotf(x, y);
    m->f[k++] = (x > y ? x - y : 0) + sqrtf(x * x + y * y + 1) +
                1 / sqrtf(x * x + y * y);
    m->i[63] = k;

    k = 0;
    m->d[k++] = rsqrt(z);
    m->d[k++] = 1 / sqrt(z);
    m->d[k++] = exp(z) + log(z) + pow(z, 1.5) + sin(z) + tanh(z);
    m->d[k++] = exp((double)z) + log(z) + z * sqrt(z) + sin(z) + tanh(z);
    m->d[k++] = fma(z, z, 1.0) + __dadd_rn(z, 1.0) + __dmul_rn(z, 2.0);
    m->d[k++] = z * z + 1 + z + 1 + z * 2;
    m->d[k++] = min(z, 0.5) + max(z, 2.0f) + fmin(z, 0.25);
    m->d[k++] = 0.5 + (z > 2 ? z : 2) + 0.25;
    m->d[k++] = __longlong_as_double(__double_as_longlong(z));
    m->d[k++] = z;
    m->d[k++] = 3 + exp10(2.0) + sinpi(0.5);
    m->d[k++] = 104;
    m->i[62] = k;

    k = 0;
    m->i[k++] = min(n, 3) + max(n, 3) + abs(-n);
    m->i[k++] = 3 + n + n;
    m->i[k++] = (int)min(5u, (unsigned)n) + (int)max(5u, 6u);
    m->i[k++] = 5 + 6;
    m->i[k++] = (int)min(n, 4u) + (int)max(2u, n);
    m->i[k++] = 4 + n;
    m->i[k++] = (int)(min(5ll, (long long)n) + max(1l, 2l) + min(4ul, 9ul));
    m->i[k++] = 5 + 2 + 4;
    m->i[k++] = (int)(min(1.5f, 2.5f) + max(1.5f, 2.5f) + min(3.0, 4.0));
    m->i[k++] = 7;
    m->i[k++] = __popc(0xf0f0u) + __popcll(~0ull) + __clz(1) + __clz(0);
    m->i[k++] = 8 + 64 + 31 + 32;
    m->i[k++] = __clzll(1ll) + __ffs(8) + __ffs(0) + __ffsll(1ll << 40);
    m->i[k++] = 63 + 4 + 0 + 41;
    m->i[k++] = __float2int_rn(2.5f) + __float2int_rz(-2.7f) +
                __float2int_rd(-2.2f) + __float2int_ru(2.2f);
    m->i[k++] = 2 - 2 - 3 + 3;
    m->i[k++] = __mul24(n, 3) + __mulhi(1 << 30, 8) + __double2int_rn(3.5);
    m->i[k++] = 3 * n + 2 + 4;
    m->i[k++] = isnan(NAN * x) + isinf(x / (n - n)) + isfinite(x) + signbit(-x);
    m->i[k++] = 4;
    m->i[k++] = max(-1, 0) + (int)max(-1.0f, -2.0f);
    m->i[k++] = -1;
    m->i[k++] = (int)__float2uint_rn(3.6f) + (int)__float2ll_rn(2.4f);
    m->i[k++] = 6;
    m->i[61] = k;

    k = 0;
    m->u[k++] = __brev(1u) + __brev(0x80000000u);
    m->u[k++] = 0x80000001u;
    m->u[k++] = __umulhi(0x80000000u, 6u) + __umul24(3, 4);
    m->u[k++] = 3 + 12;
    m->u[k++] = __byte_perm(0x33221100u, 0x77665544u, 0x7531u);
    m->u[k++] = 0x77553311u;
    m->u[k++] = __funnelshift_l(0x80000000u, 1u, 1) + __sad(3, 10, 1);
    m->u[k++] = 3 + 8;
    m->u[k++] = (unsigned)__ldg(&m->i[0]) + __usad(1u, 4u, 0u);
    m->u[k++] = (unsigned)m->i[0] + 3;
    m->u[31] = k;

    k = 0;
    m->l[k++] = (long long)__umul64hi(1ull << 63, 6) + __mul64hi(1ll << 62, 8);
    m->l[k++] = 5;
    m->l[k++] = (long long)__brevll(1ull);
    m->l[k++] = (long long)(1ull << 63);
    m->l[k++] = clock64() != 0 || clock() != 0;
    m->l[k++] = 1;
    m->l[15] = k;
}

static float h[4 * N], g[4 * N];
static Math m;

int main(void)
{
    float *in, *out;
    ZEROS(in, 4 * N);
    ZEROS(out, 4 * N);
    for (int i = 0; i < 4 * N; i++)
        h[i] = i;
    TO_DEVICE(in, h, 4 * N);
    load_four<<<1, N>>>(out, in);
    LAUNCHED();
    TO_HOST(g, out, 4 * N);
    for (int i = 0; i < N; i++) {
        const float *v = h + 4 * i, *w = g + 4 * i;
        REQUIRE(w[0] == v[0] && w[1] == 2 * v[1] &&
                    w[2] == v[2] + v[0] + v[3] && w[3] == v[3],
                "float4 %d", i);
    }
    load_two<<<2, N>>>(out, in);
    LAUNCHED();
    TO_HOST(g, out, 4 * N);
    for (int i = 0; i < 4 * N; i++)
        REQUIRE(g[i] == (i ^ 1), "float2 %d", i);
    float4_in_shared<<<1, N>>>(out, in);
    LAUNCHED();
    TO_HOST(g, out, 4 * N);
    for (int i = 0; i < 4 * N; i++) {
        const int r = 4 * (N - 1 - i / 4) + i % 4;
        REQUIRE(g[i] == (i % 4 ? r : r + 3), "shared float4 %d: %g", i, g[i]);
    }

    uchar4 *p, hp[N];
    ZEROS(p, N);
    pixels<<<1, N>>>(p);
    LAUNCHED();
    TO_HOST(hp, p, N);
    REQUIRE(hp[9].x == 9 && hp[9].y == 18 && hp[9].z == 27 && hp[9].w == 255,
            "pixels");

    double *d, hd;
    ZEROS(d, 1);
    makers<<<1, 1>>>(d);
    LAUNCHED();
    TO_HOST(&hd, d, 1);
    REQUIRE(hd == 12 * 10 + 8000, "makers %g", hd);

    Math *dm;
    ZEROS(dm, 1);
    math<<<1, 1>>>(dm, 1.2345f, 0.75f, 1.75, 7);
    LAUNCHED();
    TO_HOST(&m, dm, 1);
    for (int k = 0; k < m.i[63]; k += 2)
        REQUIRE(fabs(m.f[k] - m.f[k + 1]) <= 4e-6 * fabs(m.f[k + 1]) + 1e-7,
                "float %d: %.9g, not %.9g", k / 2, m.f[k], m.f[k + 1]);
    for (int k = 0; k < m.i[62]; k += 2)
        REQUIRE(fabs(m.d[k] - m.d[k + 1]) <= 1e-14 * fabs(m.d[k + 1]),
                "double %d: %.17g, not %.17g", k / 2, m.d[k], m.d[k + 1]);
    for (int k = 0; k < m.i[61]; k += 2)
        REQUIRE(m.i[k] == m.i[k + 1], "int %d: %d, not %d", k / 2, m.i[k],
                m.i[k + 1]);
    for (int k = 0; k < (int)m.u[31]; k += 2)
        REQUIRE(m.u[k] == m.u[k + 1], "unsigned %d: %x, not %x", k / 2, m.u[k],
                m.u[k + 1]);
    for (int k = 0; k < m.l[15]; k += 2)
        REQUIRE(m.l[k] == m.l[k + 1], "long long %d: %llx, not %llx", k / 2,
                m.l[k], m.l[k + 1]);
    return 0;
}
