/* The part in C11. */
#include <math.h>
#include "shift.h"

int from_c(int x)
{
    _Static_assert(SHIFT == 1000, "the header of -I");
    return x + (int)lround(sqrt(4.0));
}
