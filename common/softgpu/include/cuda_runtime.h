/* cuda_runtime.h -- the soft GPU's version: the runtime API, and for C++ the
 * device side as well. */
#ifndef __CUDA_RUNTIME_H__
#define __CUDA_RUNTIME_H__

#include "cuda_runtime_api.h"

#ifdef __cplusplus
#include "softgpu/launch.h"
#include "softgpu/device_functions.h"
#include "softgpu/math_functions.h"
#include "softgpu/vector_functions.h"
#include "softgpu/typed_api.h"

/* softcc gives these words their meaning; a plain C++ compiler that reads a
 * shared header ignores them. */
#ifndef __SOFTCC__
#define __host__
#define __device__
#define __global__
#define __shared__
#define __constant__
#define __forceinline__ inline __attribute__((always_inline))
#endif
#endif

#endif
