/* child.c -- run a function that may exit, in a process of its own. */
#define _DEFAULT_SOURCE /* mkdtemp */
#include "child.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/check.h"

static void read_back(FILE *file, char *text, size_t size)
{
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

Child run_child(void (*fn)(void *context), void *context)
{
    Child child = {0};
    int status = 0;
    FILE *out = tmpfile();
    FILE *err = tmpfile();
    assert_non_null(out);
    assert_non_null(err);

    fflush(NULL); // or the child would print our buffers once more
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        dup2(fileno(out), STDOUT_FILENO);
        dup2(fileno(err), STDERR_FILENO);
        fn(context);
        exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    child.code =
        WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    read_back(out, child.out, sizeof child.out);
    read_back(err, child.err, sizeof child.err);
    return child;
}

void assert_one_sentence(const Child *child, int code, const char *word)
{
    const char *newline = strchr(child->err, '\n');
    if (child->code != code || newline == NULL || newline[1] != '\0' ||
        strstr(child->err, word) == NULL) {
        fail_msg("expected exit code %d and one line with \"%s\";\n"
                 "got exit code %d and: %s",
                 code, word, child->code, child->err);
    }
}

static void ask_for_device(void *context)
{
    (void)context;
    require_device();
}

void skip_without_device(void)
{
    // In a child, because a CUDA context does not survive a later fork().
    const Child child = run_child(ask_for_device, NULL);
    if (child.code != 0) {
        fputs(child.err, stderr);
        exit(child.code);
    }
}

static char directory[] = "/tmp/cookbook-test-XXXXXX";
static pid_t owner;

static void remove_directory(void)
{
    if (getpid() != owner) {
        return; // a child that ends leaves its parent's files alone
    }
    DIR *dir = opendir(directory);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        unlink(scratch_path(entry->d_name));
    }
    if (dir) {
        closedir(dir);
    }
    rmdir(directory);
}

const char *scratch_directory(void)
{
    if (owner == 0) {
        assert_non_null(mkdtemp(directory));
        owner = getpid();
        atexit(remove_directory);
    }
    return directory;
}

const char *scratch_path(const char *name)
{
    static char paths[8][512];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", scratch_directory(), name);
    return path;
}
