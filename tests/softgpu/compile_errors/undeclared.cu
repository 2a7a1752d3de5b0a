// A name that no kernel has.
// EXPECT: undeclared.cu:@launch
// EXPECT: error
int main(void)
{
    kernel<<<1, 32>>>(); // @launch
}
