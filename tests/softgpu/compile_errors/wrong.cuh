/* For type_error_in_header.cu. */
static __global__ void kernel(float *out)
{
    out[threadIdx.x] = "a string";
}
