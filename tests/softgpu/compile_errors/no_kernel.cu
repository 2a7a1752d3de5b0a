// EXPECT: no_kernel.cu:@launch
// EXPECT: error: expected a kernel before <<<
int main(void)
{
    2 + <<<1, 32>>>(); // @launch
}
