/* Chapter 05 -- from one element per thread to a square of them. */
#include <stddef.h>

#include "common/matmul_chapter.h"
#include "gemm.h"
#include "matmul_register.h"
#include "matmul_tiled.h"

/* The networks' GEMM, asked for a plain product. */
static void matmul_gemm_tiled(int M, int N, int K, const float *A,
                              const float *B, float *C)
{
    gemm_tiled(&(Gemm){.op_a = GEMM_N,
                       .op_b = GEMM_N,
                       .M = M,
                       .N = N,
                       .K = K,
                       .A = A,
                       .lda = K,
                       .B = B,
                       .ldb = N,
                       .C = C,
                       .ldc = N,
                       .batch = 1});
}

int main(int argc, char **argv)
{
    const MatmulVariant variants[] = {
        {"tiled", matmul_tiled},
        {"register_1d", matmul_register_1d},
        {"register_2d", matmul_register_2d},
        {"vectorized", matmul_vectorized},
        {"gemm_tiled", matmul_gemm_tiled},
        {NULL, NULL},
    };
    const MatmulChapter chapter = {
        .name = "05_register_tiling",
        .about = "Matrix multiply with many elements per thread, in registers.",
        .variants = variants,
    };
    return matmul_chapter_main(&chapter, argc, argv);
}
