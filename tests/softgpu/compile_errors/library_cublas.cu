// FLAGS: -lcublas
// EXIT: 2
// EXPECT: softcc: the soft GPU has no library 'cublas'
int main(void)
{
}
