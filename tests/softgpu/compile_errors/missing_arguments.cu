// EXPECT: missing_arguments.cu:@launch
// EXPECT: error: expected >>>(arguments) after <<<
__global__ void kernel()
{
}

int main(void)
{
    kernel<<<1, 32>>>; // @launch
}
