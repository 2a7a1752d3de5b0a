/* vector_functions.h -- make_float4 and its family. */
#ifndef SOFTGPU_VECTOR_FUNCTIONS_H
#define SOFTGPU_VECTOR_FUNCTIONS_H

#include "../vector_types.h"

#define SOFTGPU_MAKE(name, type)                                               \
    constexpr name##1 make_##name##1(type x)                                   \
    {                                                                          \
        return name##1 {x};                                                    \
    }                                                                          \
    constexpr name##2 make_##name##2(type x, type y)                           \
    {                                                                          \
        return name##2 {x, y};                                                 \
    }                                                                          \
    constexpr name##3 make_##name##3(type x, type y, type z)                   \
    {                                                                          \
        return name##3 {x, y, z};                                              \
    }                                                                          \
    constexpr name##4 make_##name##4(type x, type y, type z, type w)           \
    {                                                                          \
        return name##4 {x, y, z, w};                                           \
    }

SOFTGPU_MAKE(char, signed char)
SOFTGPU_MAKE(uchar, unsigned char)
SOFTGPU_MAKE(short, short)
SOFTGPU_MAKE(ushort, unsigned short)
SOFTGPU_MAKE(int, int)
SOFTGPU_MAKE(uint, unsigned int)
SOFTGPU_MAKE(long, long)
SOFTGPU_MAKE(ulong, unsigned long)
SOFTGPU_MAKE(longlong, long long)
SOFTGPU_MAKE(ulonglong, unsigned long long)
SOFTGPU_MAKE(float, float)
SOFTGPU_MAKE(double, double)

#undef SOFTGPU_MAKE

#endif
