// EXPECT: wrong.cuh:4
// EXPECT: error
#include "wrong.cuh"

int main(void)
{
    kernel<<<1, 32>>>(nullptr);
}
