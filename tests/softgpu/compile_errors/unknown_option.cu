// FLAGS: --no-such-option
// EXIT: 2
// EXPECT: softcc: unknown option '--no-such-option'
int main(void)
{
}
