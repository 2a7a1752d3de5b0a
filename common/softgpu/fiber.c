/* fiber.c -- stacks, and switching between them.
 *
 * A switch saves the registers that a called function has to preserve, swaps
 * stack pointers, and restores them: about ten instructions.  (ucontext's
 * swapcontext also saves the signal mask, with a system call each time; it
 * serves where we have no assembly.)
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "internal.h"

static size_t page_size(void)
{
    static size_t size;
    if (size == 0) {
        size = (size_t)sysconf(_SC_PAGESIZE);
    }
    return size;
}

Fiber *fiber_create(unsigned int number)
{
    const size_t page = page_size();
    const size_t usable =
        (size_t)softgpu_environment("SOFTGPU_STACK_KB", 256, 16, 65536) * 1024;
    Fiber *fiber = calloc(1, sizeof *fiber);
    char *memory =
        mmap(NULL, usable + page, PROT_READ | PROT_WRITE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (fiber == NULL || memory == MAP_FAILED) {
        report_fatal(NULL, "No memory for the stack of fiber %u", number);
    }
    mprotect(memory, page, PROT_NONE);
    fiber->low = memory + page;
    /* Stacks that all start at the same place in a page compete for the same
     * few cache sets; shift each by another multiple of 64 bytes. */
    fiber->size = usable - (size_t)(number * 5 % 32) * 64;
    return fiber;
}

bool fiber_guards(const Fiber *fiber, const void *address)
{
    const uintptr_t a = (uintptr_t)address;
    const uintptr_t low = (uintptr_t)fiber->low;
    return a < low && a >= low - page_size();
}

#if defined(__x86_64__)

/* System V ABI: rbx, rbp, r12-r15 belong to the caller. */
__asm__(".text\n"
        ".globl fiber_switch\n"
        ".type fiber_switch, @function\n"
        "fiber_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size fiber_switch, .-fiber_switch\n"
        /* The first switch to a fiber "returns" here: entry in rbx, argument
         * in r12. */
        ".type fiber_start, @function\n"
        "fiber_start:\n"
        "    movq %r12, %rdi\n"
        "    callq *%rbx\n"
        "    ud2\n"
        ".size fiber_start, .-fiber_start\n");

void fiber_start(void);

void fiber_prepare(Fiber *fiber, FiberEntry entry, void *argument)
{
    void **sp = (void **)((uintptr_t)(fiber->low + fiber->size) & ~63ull);
    sp -= 2; /* fiber_start calls with the stack on a 16-byte boundary */
    sp[0] = sp[1] = NULL;
    *--sp = (void *)fiber_start;
    *--sp = NULL;          /* rbp */
    *--sp = (void *)entry; /* rbx */
    *--sp = argument;      /* r12 */
    *--sp = NULL;          /* r13 */
    *--sp = NULL;          /* r14 */
    *--sp = NULL;          /* r15 */
    fiber->sp = sp;
}

#elif defined(__aarch64__)

/* AAPCS64: x19-x30 and the low halves of v8-v15 belong to the caller. */
__asm__(".text\n"
        ".globl fiber_switch\n"
        ".type fiber_switch, %function\n"
        "fiber_switch:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp, #0]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x2, sp\n"
        "    str x2, [x0]\n"
        "    mov sp, x1\n"
        "    ldp x19, x20, [sp, #0]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size fiber_switch, .-fiber_switch\n"
        /* Entry in x19, argument in x20. */
        ".type fiber_start, %function\n"
        "fiber_start:\n"
        "    mov x0, x20\n"
        "    blr x19\n"
        "    brk #1\n"
        ".size fiber_start, .-fiber_start\n");

void fiber_start(void);

void fiber_prepare(Fiber *fiber, FiberEntry entry, void *argument)
{
    void **sp = (void **)((uintptr_t)(fiber->low + fiber->size) & ~63ull);
    sp -= 20;
    memset(sp, 0, 20 * sizeof *sp);
    sp[0] = (void *)entry;
    sp[1] = argument;
    sp[11] = (void *)fiber_start; /* x30 */
    fiber->sp = sp;
}

#else
#include <ucontext.h>

/* The portable way: the "stack pointer" is a pointer to a ucontext_t. */
typedef struct {
    ucontext_t context;
    FiberEntry entry;
    void *argument;
} Portable;

static void portable_start(unsigned int high, unsigned int low)
{
    Portable *p = (Portable *)((uintptr_t)high << 16 << 16 | low);
    p->entry(p->argument);
    abort();
}

void fiber_switch(void **from, void *to)
{
    ucontext_t here;
    *from = &here;
    swapcontext(&here, to);
}

void fiber_prepare(Fiber *fiber, FiberEntry entry, void *argument)
{
    /* The Portable lies at the top of the stack that it describes. */
    char *top = (char *)((uintptr_t)(fiber->low + fiber->size) & ~63ull);
    Portable *p = (Portable *)(top - ((sizeof *p + 63) & ~(size_t)63));
    getcontext(&p->context);
    p->entry = entry;
    p->argument = argument;
    p->context.uc_stack.ss_sp = fiber->low;
    p->context.uc_stack.ss_size = (size_t)((char *)p - fiber->low);
    p->context.uc_link = NULL;
    makecontext(&p->context, (void (*)(void))portable_start, 2,
                (unsigned int)((uintptr_t)p >> 16 >> 16),
                (unsigned int)(uintptr_t)p);
    fiber->sp = &p->context;
}
#endif
