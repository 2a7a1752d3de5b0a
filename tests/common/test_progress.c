/* test_progress.c -- a bar on a terminal, silence elsewhere. */
#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "child.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/progress.h"

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void some_work(void *context)
{
    const char *note = context;
    Progress progress = progress_start("epoch 1", "images", 1000);
    for (long done = 0; done <= 1000; done += 250) {
        progress_update(&progress, done, note);
        progress_update(&progress, done, note); // too soon: not drawn
        pause_ms(110);
    }
    progress_finish(&progress);
}

static void silent_where_nobody_watches(void **state)
{
    (void)state;
    setenv("TERM", "xterm", 1);
    const Child child = run_child(some_work, NULL);
    assert_int_equal(child.code, 0);
    assert_string_equal(child.out, "");
    assert_string_equal(child.err, "");
}

/* What `work` draws on a terminal. */
static void watch(void (*fn)(void *), void *context, char *text, size_t size)
{
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0) {
        skip(); // a container without pseudo-terminals
    }
    assert_int_equal(grantpt(terminal), 0);
    assert_int_equal(unlockpt(terminal), 0);
    fflush(NULL);
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(open(ptsname(terminal), O_RDWR | O_NOCTTY), STDERR_FILENO);
        fn(context);
        exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    // The kernel hands it over in parts; an error says that all are here.
    size_t used = 0;
    for (ssize_t got = 1; got > 0 && used < size - 1; used += (size_t)got) {
        got = read(terminal, text + used, size - 1 - used);
        got = got > 0 ? got : 0;
    }
    text[used] = '\0';
    close(terminal);
}

static void a_bar_on_a_terminal(void **state)
{
    (void)state;
    char text[4096];
    setenv("TERM", "xterm", 1);
    watch(some_work, "loss 0.41", text, sizeof text);
    assert_non_null(strstr(text, "epoch 1 [.....")); // nothing done yet,
    const char *left = strstr(text, " left");        // nothing guessed
    assert_non_null(left);
    assert_true(left > strstr(text, " 25%"));
    assert_non_null(strstr(text, "[##########..........]  50%"));
    assert_non_null(strstr(text, " images/s, 0:0"));
    assert_non_null(strstr(text, "100%"));
    assert_non_null(strstr(text, "loss 0.41"));

    // Five lines drawn and one cleared, all within 80 columns, none ended.
    int returns = 0;
    for (char *c = text; *c; c++) {
        returns += *c == '\r';
    }
    assert_int_equal(returns, 5 + 2);
    assert_null(strchr(text, '\n'));
    for (char *line = strtok(text, "\r"); line; line = strtok(NULL, "\r")) {
        assert_true(strlen(line) < 80);
    }
}

static void silent_on_a_dumb_terminal(void **state)
{
    (void)state;
    char text[4096];
    setenv("TERM", "dumb", 1);
    watch(some_work, NULL, text, sizeof text);
    assert_string_equal(text, "");
}

static void odd_totals(void *context)
{
    (void)context;
    Progress none = progress_start("nothing", "images", 0);
    progress_update(&none, 0, NULL);
    progress_finish(&none);
    Progress over = progress_start("more than promised", "images", 10);
    pause_ms(10);
    progress_update(&over, 25, NULL);
    progress_finish(&over);
}

static void odd_totals_do_no_harm(void **state)
{
    (void)state;
    char text[4096];
    setenv("TERM", "xterm", 1);
    watch(odd_totals, NULL, text, sizeof text);
    assert_null(strstr(text, "nothing"));
    assert_non_null(strstr(text, "[####################] 100%"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silent_where_nobody_watches),
        cmocka_unit_test(a_bar_on_a_terminal),
        cmocka_unit_test(silent_on_a_dumb_terminal),
        cmocka_unit_test(odd_totals_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
