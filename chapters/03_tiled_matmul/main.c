/* Chapter 03 -- naive against tiled.  The program around the kernels is the
 * one that chapter 01 wrote out; here it comes from common/. */
#include <stddef.h>
#include "common/matmul_chapter.h"
#include "matmul_naive.h"
#include "matmul_tiled.h"

int main(int argc, char **argv)
{
    const MatmulVariant variants[] = {
        {"naive", matmul_naive},
        {"tiled", matmul_tiled},
        {NULL, NULL},
    };
    const MatmulChapter chapter = {
        .name = "03_tiled_matmul",
        .about = "Matrix multiply through tiles in shared memory.",
        .variants = variants,
    };
    return matmul_chapter_main(&chapter, argc, argv);
}
