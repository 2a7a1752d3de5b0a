// EXPECT: missing_include.cu:@include
// EXPECT: no_such_header.h
#include "no_such_header.h" // @include

int main(void)
{
}
