/* fault.c -- when a kernel goes wrong: who, where, and what is next to it.
 *
 * A bad access, a division by zero or a stack overflow raises a signal.  The
 * handler runs on a stack of its own, finds the CUDA thread that was running,
 * and the source line through the program's debug information.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include "internal.h"

#ifdef SOFTGPU_HAVE_BACKTRACE
#include <backtrace.h>
#endif

enum { EXIT_DEVICE_ERROR = 3, TEXT = 2048 };

/* ---- printing
 * ---------------------------------------------------------------- */

static void put(const char *text, size_t length)
{
    while (length > 0) {
        const ssize_t n = write(STDERR_FILENO, text, length);
        if (n <= 0) {
            return;
        }
        text += n;
        length -= (size_t)n;
    }
}

void report_fatal(const Worker *worker, const char *format, ...)
{
    (void)worker;
    /* One report is enough; another core may be failing as well. */
    static atomic_flag reported = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&reported)) {
        for (;;) {
            pause();
        }
    }
    char text[TEXT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);

    /* What the program has printed comes first, unless the running kernel is
     * in the middle of a printf. */
    if (ftrylockfile(stdout) == 0) {
        fflush(stdout);
        funlockfile(stdout);
    }
    char out[2 * TEXT];
    size_t used = 0;
    for (const char *line = text; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        used += (size_t)snprintf(out + used, sizeof out - used,
                                 "========= %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    put(out, used);
    const char end[] = "========= The kernel was stopped, and the program with "
                       "it.\n";
    put(end, sizeof end - 1);
    _exit(EXIT_DEVICE_ERROR);
}

/* ---- from an address in the code to file and line
 * ------------------------------- */

typedef struct {
    char file[512];
    int line;
} Place;

#ifdef SOFTGPU_HAVE_BACKTRACE

static void ignore_error(void *data, const char *message, int number)
{
    (void)data, (void)message, (void)number;
}

/* Called for the innermost inlined function first; the soft GPU's own files
 * are not what the reader looks for. */
static int take_frame(void *data, uintptr_t pc, const char *file, int line,
                      const char *function)
{
    (void)pc, (void)function;
    Place *place = data;
    const size_t folder = sizeof __FILE__ - sizeof "fault.c";
    if (file == NULL || line <= 0 || strncmp(file, __FILE__, folder) == 0 ||
        strncmp(file, "/usr/", 5) == 0) {
        return 0;
    }
    snprintf(place->file, sizeof place->file, "%s", file);
    place->line = line;
    return 1;
}

static struct backtrace_state *backtrace_state;

static Place place_of(uintptr_t pc)
{
    Place place = {.line = 0};
    if (backtrace_state != NULL) {
        backtrace_pcinfo(backtrace_state, pc, take_frame, ignore_error, &place);
    }
    return place;
}

/* A fault inside memcpy or expf: walk out to the kernel that called it. */
static Place place_of_caller(void)
{
    Place place = {.line = 0};
    if (backtrace_state != NULL) {
        backtrace_full(backtrace_state, 0, take_frame, ignore_error, &place);
    }
    return place;
}

static void symbols_init(void)
{
    backtrace_state = backtrace_create_state(NULL, 1, ignore_error, NULL);
}

#else

static Place place_of(uintptr_t pc)
{
    Place place = {.line = 0};
    (void)pc;
    return place;
}

static Place place_of_caller(void)
{
    return place_of(0);
}

static void symbols_init(void)
{
}

#endif

/* ---- the signal handler
 * ------------------------------------------------------------- */

static uintptr_t program_counter(const ucontext_t *context)
{
#if defined(__x86_64__)
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
    return (uintptr_t)context->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static void describe_address(char *out, size_t room, uintptr_t address)
{
    uintptr_t start;
    size_t size;
    if (address < 4096) {
        snprintf(out, room, "    Address 0x%lx is null or close to it",
                 (unsigned long)address);
        return;
    }
    if (!memory_nearest((const void *)address, &start, &size)) {
        snprintf(out, room, "    Address 0x%lx is out of bounds",
                 (unsigned long)address);
        return;
    }
    const bool before = address < start;
    const size_t distance =
        before ? start - address : address - (start + size) + 1;
    snprintf(out, room,
             "    Address 0x%lx is out of bounds\n"
             "    and is %zu bytes %s the nearest allocation at 0x%lx of size "
             "%zu bytes",
             (unsigned long)address, distance, before ? "before" : "after",
             (unsigned long)start, size);
}

static void handler(int signal_number, siginfo_t *info, void *context)
{
    Worker *w = worker_running();
    if (w == NULL) {
        /* The host's own fault: let it happen as if we were not here. */
        signal(signal_number, SIG_DFL);
        return;
    }
    if (w->in_loop) {
        siglongjmp(w->fault, 1);
    }
    Place place = place_of(program_counter(context));
    if (place.line == 0) {
        place = place_of_caller();
    }
    char where[640];
    if (place.line > 0) {
        snprintf(where, sizeof where, " in %s:%d", place.file, place.line);
    } else {
        snprintf(where, sizeof where, " (source line unknown)");
    }
    const char *kernel = w->launch->kernel->name;
    const Thread *t = &w->threads[w->current];
    const uint3 at = thread_coordinates(w, w->current);
    const uint3 block = w->block.blockIdx;
    const char *what = "Invalid memory access";
    char detail[256] = "";
    const uintptr_t address = (uintptr_t)info->si_addr;
    if (signal_number == SIGSEGV && fiber_guards(t->fiber, info->si_addr)) {
        what = "Stack overflow";
        snprintf(detail, sizeof detail,
                 "    more than %zu KiB of local variables and calls "
                 "(SOFTGPU_STACK_KB sets the limit)",
                 t->fiber->size / 1024);
    } else if (signal_number == SIGFPE) {
        what = "Integer division by zero";
    } else if (signal_number == SIGILL) {
        what = "Illegal instruction";
    } else {
        describe_address(detail, sizeof detail, address);
    }
    report_fatal(w,
                 "%s\n"
                 "    at %s%s\n"
                 "    by thread (%u,%u,%u) in block (%u,%u,%u)\n"
                 "%s",
                 what, kernel, where, at.x, at.y, at.z, block.x, block.y,
                 block.z, detail);
}

void fault_thread_init(void)
{
    enum { SIZE = 256 * 1024 };
    stack_t stack = {.ss_sp = malloc(SIZE), .ss_size = SIZE};
    if (stack.ss_sp != NULL) {
        sigaltstack(&stack, NULL);
    }
}

void fault_init(void)
{
    symbols_init();
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        sigaction(signals[i], &action, NULL);
    }
}

/* ---- stops that device code asks for
 * --------------------------------------------------- */

void softgpu_assert_fail(uint3 block, uint3 thread, const char *expression,
                         const char *file, unsigned int line,
                         const char *function)
{
    report_fatal(NULL,
                 "%s:%u: %s: block: [%u,%u,%u], thread: [%u,%u,%u] Assertion "
                 "`%s` failed.",
                 file, line, function, block.x, block.y, block.z, thread.x,
                 thread.y, thread.z, expression);
}

void softgpu_assert_anywhere(const char *expression, const char *file,
                             unsigned int line, const char *function)
{
    Worker *w = worker_running();
    if (w == NULL) {
        __assert_fail(expression, file, line, function); /* on the host */
    }
    if (w->in_loop) {
        siglongjmp(w->fault, 1); /* once more, and the thread is known */
    }
    const softgpu_ctx *ctx = w->threads[w->current].ctx;
    softgpu_assert_fail(ctx->blockIdx, ctx->threadIdx, expression, file, line,
                        function);
}

void softgpu_trap(uint3 block, uint3 thread, const char *file, int line)
{
    report_fatal(NULL,
                 "Trap\n"
                 "    in %s:%d\n"
                 "    by thread (%u,%u,%u) in block (%u,%u,%u)",
                 file, line, thread.x, thread.y, thread.z, block.x, block.y,
                 block.z);
}
