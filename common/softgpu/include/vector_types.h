/* vector_types.h -- dim3 and the short vectors, with CUDA's alignments. */
#ifndef __VECTOR_TYPES_H__
#define __VECTOR_TYPES_H__

#define SOFTGPU_VECTOR1(name, type)                                            \
    typedef struct name {                                                      \
        type x;                                                                \
    } name;
#define SOFTGPU_VECTOR2(name, type, alignment)                                 \
    typedef struct __attribute__((aligned(alignment))) name {                  \
        type x, y;                                                             \
    } name;
#define SOFTGPU_VECTOR3(name, type)                                            \
    typedef struct name {                                                      \
        type x, y, z;                                                          \
    } name;
#define SOFTGPU_VECTOR4(name, type, alignment)                                 \
    typedef struct __attribute__((aligned(alignment))) name {                  \
        type x, y, z, w;                                                       \
    } name;
#define SOFTGPU_VECTORS(name, type, align2, align4)                            \
    SOFTGPU_VECTOR1(name##1, type)                                             \
    SOFTGPU_VECTOR2(name##2, type, align2)                                     \
    SOFTGPU_VECTOR3(name##3, type)                                             \
    SOFTGPU_VECTOR4(name##4, type, align4)

SOFTGPU_VECTORS(char, signed char, 2, 4)
SOFTGPU_VECTORS(uchar, unsigned char, 2, 4)
SOFTGPU_VECTORS(short, short, 4, 8)
SOFTGPU_VECTORS(ushort, unsigned short, 4, 8)
SOFTGPU_VECTORS(int, int, 8, 16)
SOFTGPU_VECTORS(uint, unsigned int, 8, 16)
SOFTGPU_VECTORS(long, long, 16, 16)
SOFTGPU_VECTORS(ulong, unsigned long, 16, 16)
SOFTGPU_VECTORS(longlong, long long, 16, 16)
SOFTGPU_VECTORS(ulonglong, unsigned long long, 16, 16)
SOFTGPU_VECTORS(float, float, 8, 16)
SOFTGPU_VECTORS(double, double, 16, 16)

/* A size in up to three dimensions; those not given are 1. */
typedef struct dim3 {
    unsigned int x, y, z;
#ifdef __cplusplus
    constexpr dim3(unsigned int vx = 1, unsigned int vy = 1,
                   unsigned int vz = 1)
        : x(vx), y(vy), z(vz)
    {
    }
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z)
    {
    }
    constexpr operator uint3() const
    {
        return uint3{x, y, z};
    }
#endif
} dim3;

#endif
