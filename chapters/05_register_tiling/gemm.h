/* gemm.h -- the matrix multiply that networks link.
 *
 *     C[b] = op(A[b]) * op(B[b])        b = 0 ... batch-1
 *
 * Row-major, leading dimensions, transposes, batches at fixed distances.  Two
 * implementations of one contract, so that a network can run on either:
 * gemm_naive (one thread per element) and gemm_tiled (this chapter's).
 */
#ifndef GEMM_H
#define GEMM_H

#ifdef __cplusplus
extern "C" {
#endif

/* The largest M, N and K: row + tile size must stay an int. */
enum { GEMM_MOST = 1 << 30 };

typedef enum { GEMM_N, GEMM_T } GemmOp; /* as stored; transposed */

typedef struct {
    GemmOp op_a, op_b;
    int M, N, K;    /* op(A) (M,K)  op(B) (K,N)  C (M,N); 1 ... GEMM_MOST */
    const float *A; /* device; rows lda apart: (M,K), or (K,M) if GEMM_T */
    int lda;
    const float *B; /* device; rows ldb apart: (K,N), or (N,K) if GEMM_T */
    int ldb;
    float *C; /* device; rows ldc apart; overlaps neither A nor B */
    int ldc;
    int batch; /* 1 ... 65535                                     */
    long long stride_a, stride_b, stride_c; /* floats between batches      */
} Gemm;

/* Enqueue and return.  Dimensions below 1, leading dimensions shorter than a
 * row, or more batches than a grid has layers end the program with EXIT_USAGE
 * and a sentence; a bad launch ends it with EXIT_SYSTEM. */
typedef void (*GemmFn)(const Gemm *g);

void gemm_naive(const Gemm *g);
void gemm_tiled(const Gemm *g);

#ifdef __cplusplus
}
#endif
#endif
