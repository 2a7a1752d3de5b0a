/* Found through -I. */
#define SHIFT 1000
