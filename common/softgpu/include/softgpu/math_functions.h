/* math_functions.h -- device arithmetic beyond <math.h>.
 *
 * The names with two underscores are CUDA's fast intrinsics.  Here they are
 * computed with full precision, so a result may be a little better than on a
 * GPU.  glibc already owns __expf and its like; softcc renames those to
 * softgpu_expf and so on.
 */
#ifndef SOFTGPU_MATH_FUNCTIONS_H
#define SOFTGPU_MATH_FUNCTIONS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SOFTGPU_MATH __attribute__((always_inline)) inline

/* ---- the functions of <math.h> that CUDA adds ------------------------- */

SOFTGPU_MATH float rsqrtf(float x)
{
    return 1.0f / sqrtf(x);
}
SOFTGPU_MATH double rsqrt(double x)
{
    return 1.0 / sqrt(x);
}
SOFTGPU_MATH float rcbrtf(float x)
{
    return 1.0f / cbrtf(x);
}
SOFTGPU_MATH float fdividef(float x, float y)
{
    return x / y;
}
SOFTGPU_MATH float sinpif(float x)
{
    return (float)sin(M_PI * x);
}
SOFTGPU_MATH float cospif(float x)
{
    return (float)cos(M_PI * x);
}
SOFTGPU_MATH double sinpi(double x)
{
    return sin(M_PI * x);
}
SOFTGPU_MATH double cospi(double x)
{
    return cos(M_PI * x);
}
SOFTGPU_MATH float norm3df(float x, float y, float z)
{
    return (float)sqrt((double)x * x + (double)y * y + (double)z * z);
}
SOFTGPU_MATH float rhypotf(float x, float y)
{
    return 1.0f / hypotf(x, y);
}
SOFTGPU_MATH float normcdff(float x)
{
    return 0.5f * erfcf(-x * (float)M_SQRT1_2);
}

#define SOFTGPU_MIN_MAX(T)                                                     \
    SOFTGPU_MATH T min(T a, T b)                                               \
    {                                                                          \
        return b < a ? b : a;                                                  \
    }                                                                          \
    SOFTGPU_MATH T max(T a, T b)                                               \
    {                                                                          \
        return a < b ? b : a;                                                  \
    }
SOFTGPU_MIN_MAX(int)
SOFTGPU_MIN_MAX(unsigned int)
SOFTGPU_MIN_MAX(long)
SOFTGPU_MIN_MAX(unsigned long)
SOFTGPU_MIN_MAX(long long)
SOFTGPU_MIN_MAX(unsigned long long)
#undef SOFTGPU_MIN_MAX
/* Mixed arguments: the result has the type that C's rules give their sum. */
#define SOFTGPU_MIN_MAX_MIXED(A, B)                                            \
    SOFTGPU_MATH B min(A a, B b)                                               \
    {                                                                          \
        return min((B)a, b);                                                   \
    }                                                                          \
    SOFTGPU_MATH B min(B a, A b)                                               \
    {                                                                          \
        return min(a, (B)b);                                                   \
    }                                                                          \
    SOFTGPU_MATH B max(A a, B b)                                               \
    {                                                                          \
        return max((B)a, b);                                                   \
    }                                                                          \
    SOFTGPU_MATH B max(B a, A b)                                               \
    {                                                                          \
        return max(a, (B)b);                                                   \
    }
SOFTGPU_MIN_MAX_MIXED(int, unsigned int)
SOFTGPU_MIN_MAX_MIXED(long, unsigned long)
SOFTGPU_MIN_MAX_MIXED(long long, unsigned long long)
SOFTGPU_MATH float min(float a, float b)
{
    return fminf(a, b);
}
SOFTGPU_MATH float max(float a, float b)
{
    return fmaxf(a, b);
}
SOFTGPU_MATH double min(double a, double b)
{
    return fmin(a, b);
}
SOFTGPU_MATH double max(double a, double b)
{
    return fmax(a, b);
}
SOFTGPU_MIN_MAX_MIXED(float, double)
#undef SOFTGPU_MIN_MAX_MIXED

/* ---- fast intrinsics ---------------------------------------------------- */

SOFTGPU_MATH float softgpu_expf(float x)
{
    return expf(x);
}
SOFTGPU_MATH float softgpu_exp10f(float x)
{
    return powf(10.0f, x);
}
SOFTGPU_MATH float softgpu_logf(float x)
{
    return logf(x);
}
SOFTGPU_MATH float softgpu_log2f(float x)
{
    return log2f(x);
}
SOFTGPU_MATH float softgpu_log10f(float x)
{
    return log10f(x);
}
SOFTGPU_MATH float softgpu_sinf(float x)
{
    return sinf(x);
}
SOFTGPU_MATH float softgpu_cosf(float x)
{
    return cosf(x);
}
SOFTGPU_MATH float softgpu_tanf(float x)
{
    return tanf(x);
}
SOFTGPU_MATH float softgpu_powf(float x, float y)
{
    return powf(x, y);
}
SOFTGPU_MATH void softgpu_sincosf(float x, float *s, float *c)
{
    *s = sinf(x);
    *c = cosf(x);
}
SOFTGPU_MATH float __fdividef(float x, float y)
{
    return x / y;
}
SOFTGPU_MATH float __saturatef(float x)
{
    return fminf(fmaxf(x, 0.0f), 1.0f);
}
SOFTGPU_MATH float __fadd_rn(float x, float y)
{
    return x + y;
}
SOFTGPU_MATH float __fsub_rn(float x, float y)
{
    return x - y;
}
SOFTGPU_MATH double __dadd_rn(double x, double y)
{
    return x + y;
}
SOFTGPU_MATH double __dsub_rn(double x, double y)
{
    return x - y;
}
SOFTGPU_MATH double __dmul_rn(double x, double y)
{
    return x * y;
}
SOFTGPU_MATH double __ddiv_rn(double x, double y)
{
    return x / y;
}
SOFTGPU_MATH double __fma_rn(double x, double y, double z)
{
    return __builtin_fma(x, y, z);
}
SOFTGPU_MATH float __fmul_rn(float x, float y)
{
    return x * y;
}
SOFTGPU_MATH float __fmaf_rn(float x, float y, float z)
{
    return __builtin_fmaf(x, y, z);
}
SOFTGPU_MATH float __frcp_rn(float x)
{
    return 1.0f / x;
}
SOFTGPU_MATH float __fsqrt_rn(float x)
{
    return sqrtf(x);
}
SOFTGPU_MATH float __frsqrt_rn(float x)
{
    return 1.0f / sqrtf(x);
}
SOFTGPU_MATH float __fdiv_rn(float x, float y)
{
    return x / y;
}

/* ---- conversions and bits ---------------------------------------------- */

SOFTGPU_MATH int __float_as_int(float x)
{
    int bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
SOFTGPU_MATH unsigned int __float_as_uint(float x)
{
    return (unsigned int)__float_as_int(x);
}
SOFTGPU_MATH float __int_as_float(int bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
SOFTGPU_MATH float __uint_as_float(unsigned int bits)
{
    return __int_as_float((int)bits);
}
SOFTGPU_MATH long long __double_as_longlong(double x)
{
    long long bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
SOFTGPU_MATH double __longlong_as_double(long long bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
SOFTGPU_MATH int __float2int_rn(float x)
{
    return (int)rintf(x);
}
SOFTGPU_MATH int __float2int_rz(float x)
{
    return (int)x;
}
SOFTGPU_MATH int __float2int_rd(float x)
{
    return (int)floorf(x);
}
SOFTGPU_MATH int __float2int_ru(float x)
{
    return (int)ceilf(x);
}
SOFTGPU_MATH unsigned int __float2uint_rn(float x)
{
    return (unsigned int)rintf(x);
}
SOFTGPU_MATH unsigned int __float2uint_rz(float x)
{
    return (unsigned int)x;
}
SOFTGPU_MATH long long __float2ll_rn(float x)
{
    return (long long)rintf(x);
}
SOFTGPU_MATH int __double2int_rn(double x)
{
    return (int)rint(x);
}
SOFTGPU_MATH int __double2int_rz(double x)
{
    return (int)x;
}
SOFTGPU_MATH float __double2float_rn(double x)
{
    return (float)x;
}
SOFTGPU_MATH double __int2double_rn(int x)
{
    return x;
}
SOFTGPU_MATH float __uint2float_rn(unsigned int x)
{
    return (float)x;
}
SOFTGPU_MATH float __ll2float_rn(long long x)
{
    return (float)x;
}
SOFTGPU_MATH float __int2float_rn(int x)
{
    return (float)x;
}
SOFTGPU_MATH int __popc(unsigned int x)
{
    return __builtin_popcount(x);
}
SOFTGPU_MATH int __popcll(unsigned long long x)
{
    return __builtin_popcountll(x);
}
SOFTGPU_MATH int __clz(int x)
{
    return x == 0 ? 32 : __builtin_clz((unsigned int)x);
}
SOFTGPU_MATH int __ffs(int x)
{
    return __builtin_ffs(x);
}
SOFTGPU_MATH int __clzll(long long x)
{
    return x == 0 ? 64 : __builtin_clzll((unsigned long long)x);
}
SOFTGPU_MATH int __ffsll(long long x)
{
    return __builtin_ffsll(x);
}
SOFTGPU_MATH unsigned int __brev(unsigned int x)
{
    x = (x & 0x55555555u) << 1 | (x >> 1 & 0x55555555u);
    x = (x & 0x33333333u) << 2 | (x >> 2 & 0x33333333u);
    x = (x & 0x0f0f0f0fu) << 4 | (x >> 4 & 0x0f0f0f0fu);
    return __builtin_bswap32(x);
}
SOFTGPU_MATH unsigned long long __brevll(unsigned long long x)
{
    return (unsigned long long)__brev((unsigned int)x) << 32 |
           __brev((unsigned int)(x >> 32));
}
/* Four bytes of the eight in y:x, chosen by the low digits of `selector`. */
SOFTGPU_MATH unsigned int __byte_perm(unsigned int x, unsigned int y,
                                      unsigned int selector)
{
    const unsigned long long bytes = (unsigned long long)y << 32 | x;
    unsigned int result = 0;
    for (int i = 0; i < 4; i++) {
        const unsigned int from = selector >> 4 * i & 7;
        result |= (unsigned int)(bytes >> 8 * from & 0xff) << 8 * i;
    }
    return result;
}
/* The high word of high:low shifted left, the low word shifted right. */
SOFTGPU_MATH unsigned int __funnelshift_l(unsigned int low, unsigned int high,
                                          unsigned int shift)
{
    const unsigned long long both = (unsigned long long)high << 32 | low;
    return (unsigned int)(both << (shift & 31) >> 32);
}
SOFTGPU_MATH unsigned int __funnelshift_r(unsigned int low, unsigned int high,
                                          unsigned int shift)
{
    const unsigned long long both = (unsigned long long)high << 32 | low;
    return (unsigned int)(both >> (shift & 31));
}
/* |x - y| + z */
SOFTGPU_MATH unsigned int __sad(int x, int y, unsigned int z)
{
    return (x < y ? (unsigned int)y - (unsigned int)x
                  : (unsigned int)x - (unsigned int)y) +
           z;
}
SOFTGPU_MATH unsigned int __usad(unsigned int x, unsigned int y, unsigned int z)
{
    return (x < y ? y - x : x - y) + z;
}
SOFTGPU_MATH unsigned int __umul24(unsigned int x, unsigned int y)
{
    return (x & 0xffffffu) * (y & 0xffffffu);
}
SOFTGPU_MATH unsigned long long __umul64hi(unsigned long long x,
                                           unsigned long long y)
{
    return (unsigned long long)((unsigned __int128)x * y >> 64);
}
SOFTGPU_MATH long long __mul64hi(long long x, long long y)
{
    return (long long)((__int128)x * y >> 64);
}
SOFTGPU_MATH int __mul24(int x, int y)
{
    return x * y;
}
SOFTGPU_MATH unsigned int __umulhi(unsigned int x, unsigned int y)
{
    return (unsigned int)((unsigned long long)x * y >> 32);
}
SOFTGPU_MATH int __mulhi(int x, int y)
{
    return (int)((long long)x * y >> 32);
}

/* The clock of a multiprocessor: nanoseconds here. */
SOFTGPU_MATH long long clock64(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Loads through the read-only cache: plain loads here. */
template <class T>
SOFTGPU_MATH T __ldg(const T *address)
{
    return *address;
}

#endif
