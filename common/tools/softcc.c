/* softcc -- compiles CUDA programs for the soft GPU.
 *
 *     softcc program.cu -o program && ./program
 *
 * It takes nvcc's common flags and any mix of .cu, .c, .cpp, .o and .a files.
 * Each .cu file is preprocessed by the C++ compiler, translated (translate.h),
 * and compiled by the same compiler; then everything is linked with the soft
 * GPU's engine.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "translate.h"

extern char **environ;

enum { EXIT_USAGE = 2, EXIT_SYSTEM = 3 };

/* ---- lists of arguments
 * -------------------------------------------------------- */

typedef struct {
    const char **items;
    int count, capacity;
} List;

static void out_of_memory(void)
{
    fputs("softcc: out of memory\n", stderr);
    exit(EXIT_SYSTEM);
}

static void add(List *list, const char *item)
{
    if (list->count + 1 >= list->capacity) {
        list->capacity = list->capacity == 0 ? 32 : 2 * list->capacity;
        list->items =
            realloc(list->items, (size_t)list->capacity * sizeof *list->items);
        if (list->items == NULL) {
            out_of_memory();
        }
    }
    list->items[list->count++] = item;
    list->items[list->count] = NULL;
}

static void add_all(List *list, const List *more)
{
    for (int i = 0; i < more->count; i++) {
        add(list, more->items[i]);
    }
}

/* Words of a blank-separated string. */
static void add_words(List *list, const char *words)
{
    char *copy = strdup(words);
    if (copy == NULL) {
        out_of_memory();
    }
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " ")) {
        add(list, word);
    }
}

/* ---- the command line
 * ------------------------------------------------------------ */

typedef struct {
    List inputs;
    List preprocess; /* -I -D -U -include: for every compilation   */
    List compile;    /* -O -g -W and what -Xcompiler passes on      */
    List link;       /* -L -l and what -Xlinker passes on           */
    const char *output, *dependencies, *compiler, *standard;
    bool compile_only, translate_only, verbose;
} Command;

static const char usage[] =
    "usage: softcc [options] file.cu|.c|.cpp|.o|.a ... [-o program]\n"
    "\n"
    "Compiles CUDA programs for the soft GPU: they run on this machine's CPU.\n"
    "\n"
    "  -o FILE            name of the result (default: a.out)\n"
    "  -c                 compile only, to .o files\n"
    "  --translate        write the C++ translation of one .cu file to -o "
    "FILE\n"
    "  -MF FILE           with --translate: also write make dependencies\n"
    "  -I DIR  -D NAME  -U NAME  -include FILE   as for any C compiler\n"
    "  -O0 ... -O3  -g  -W...  -f...  -m...      likewise\n"
    "  -std=c++17|c++20   language of .cu files (older ones mean c++17)\n"
    "  -L DIR  -l NAME    libraries; CUDA's own runtime is left out\n"
    "  -Xcompiler ARGS, -Xlinker ARGS            passed on\n"
    "  -ccbin COMPILER    C++ compiler (default: $CXX, then g++)\n"
    "  -v                 show the commands\n"
    "Flags of nvcc that choose a GPU (-arch, -gencode, ...) are accepted and\n"
    "make no difference here.\n"
    "\n"
    "Environment of the compiled program:\n"
    "  SOFTGPU_WORKERS=N  cores to use (default: all)\n"
    "  SOFTGPU_SHUFFLE=N  run the blocks of each grid in random order, seed N\n"
    "  SOFTGPU_LOOPS=0    a stack for each thread even where a loop would do\n"
    "  SOFTGPU_STACK_KB=N stack of a CUDA thread that waits (default: 256)\n";

__attribute__((noreturn)) static void refuse(const char *form, const char *what)
{
    fputs("softcc: ", stderr);
    fprintf(stderr, form, what);
    fputs("\n", stderr);
    exit(EXIT_USAGE);
}

/* If argv[*i] is `name VALUE`, `nameVALUE` or `name=VALUE`: the value. */
static const char *value_of(const char *name, int argc, char **argv, int *i)
{
    const size_t length = strlen(name);
    if (strncmp(argv[*i], name, length) != 0) {
        return NULL;
    }
    const char *rest = argv[*i] + length;
    if (*rest == '=') {
        return rest + 1;
    }
    if (*rest != '\0') {
        /* -Idir, but not -odd for -o of a two-dash or long option */
        return length == 2 ? rest : NULL;
    }
    if (*i + 1 >= argc) {
        refuse("%s needs a value", name);
    }
    return argv[++*i];
}

/* nvcc's flags that mean nothing on a CPU, with and without a value. */
static bool ignored(int argc, char **argv, int *i)
{
    static const char *const with_value[] = {"-arch",
                                             "--gpu-architecture",
                                             "-gencode",
                                             "--generate-code",
                                             "-code",
                                             "--gpu-code",
                                             "-Xptxas",
                                             "--ptxas-options",
                                             "-maxrregcount",
                                             "--maxrregcount",
                                             "-diag-suppress",
                                             "--diag-suppress",
                                             "-rdc",
                                             "--relocatable-device-code",
                                             "-cudart",
                                             "--cudart",
                                             "-t",
                                             "--threads",
                                             "-x",
                                             "-Xcudafe",
                                             "-Xnvlink",
                                             NULL};
    static const char *const alone[] = {"-lineinfo",
                                        "--generate-line-info",
                                        "-use_fast_math",
                                        "--use_fast_math",
                                        "-G",
                                        "--device-debug",
                                        "-m64",
                                        "--expt-relaxed-constexpr",
                                        "-expt-relaxed-constexpr",
                                        "--extended-lambda",
                                        "-extended-lambda",
                                        "--expt-extended-lambda",
                                        "-expt-extended-lambda",
                                        "-restrict",
                                        "-src-in-ptx",
                                        NULL};
    for (int k = 0; alone[k] != NULL; k++) {
        if (strcmp(argv[*i], alone[k]) == 0) {
            return true;
        }
    }
    for (int k = 0; with_value[k] != NULL; k++) {
        const size_t length = strlen(with_value[k]);
        if (strncmp(argv[*i], with_value[k], length) == 0) {
            if (argv[*i][length] == '=') {
                return true;
            }
            if (argv[*i][length] == '\0') {
                if (++*i >= argc) {
                    refuse("%s needs a value", with_value[k]);
                }
                return true;
            }
        }
    }
    return false;
}

/* Values with commas, as nvcc has them: -Xcompiler -Wall,-Wextra. */
static void add_comma_list(List *list, const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL) {
        out_of_memory();
    }
    for (char *word = strtok(copy, ","); word; word = strtok(NULL, ",")) {
        add(list, word);
    }
}

static void add_library(Command *c, const char *name)
{
    static const char *const ours[] = {"cudart", "cudart_static", "cuda",
                                       "cudadevrt", NULL};
    for (int i = 0; ours[i] != NULL; i++) {
        if (strcmp(name, ours[i]) == 0) {
            return;
        }
    }
    if (strncmp(name, "cu", 2) == 0 || strcmp(name, "nccl") == 0) {
        refuse("the soft GPU has no library '%s'", name);
    }
    add(&c->link, "-l");
    add(&c->link, name);
}

static Command parse(int argc, char **argv)
{
    Command c = {.compiler = getenv("CXX")};
    if (c.compiler == NULL || *c.compiler == '\0') {
        c.compiler = "g++";
    }
    const char *value;
    for (int i = 1; i < argc; i++) {
        const char *a = argv[i];
        if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
            fputs(usage, stdout);
            exit(0);
        } else if (strcmp(a, "--version") == 0) {
            puts("softcc, the soft GPU's compiler, " SOFTCC_VERSION);
            exit(0);
        } else if (*a != '-') {
            add(&c.inputs, a);
        } else if (strcmp(a, "-c") == 0 || strcmp(a, "-dc") == 0 ||
                   strcmp(a, "--device-c") == 0) {
            c.compile_only = true;
        } else if (strcmp(a, "--translate") == 0) {
            c.translate_only = true;
        } else if (strcmp(a, "-v") == 0 || strcmp(a, "--verbose") == 0) {
            c.verbose = true;
        } else if ((value = value_of("-MF", argc, argv, &i)) != NULL) {
            c.dependencies = value;
        } else if ((value = value_of("--compiler-bindir", argc, argv, &i)) ||
                   (value = value_of("-ccbin", argc, argv, &i))) {
            c.compiler = value;
        } else if ((value = value_of("-Xcompiler", argc, argv, &i)) ||
                   (value = value_of("--compiler-options", argc, argv, &i))) {
            add_comma_list(&c.compile, value);
        } else if ((value = value_of("-Xlinker", argc, argv, &i)) != NULL) {
            add(&c.link, "-Xlinker");
            add(&c.link, value);
        } else if ((value = value_of("-include", argc, argv, &i)) != NULL) {
            add(&c.preprocess, "-include");
            add(&c.preprocess, value);
        } else if (ignored(argc, argv, &i)) {
            /* nothing to do */
        } else if ((value = value_of("-std", argc, argv, &i)) ||
                   (value = value_of("--std", argc, argv, &i))) {
            c.standard = value;
        } else if ((value = value_of("--output-file", argc, argv, &i)) ||
                   (value = value_of("-o", argc, argv, &i))) {
            c.output = value;
        } else if ((value = value_of("-I", argc, argv, &i)) != NULL) {
            if (*value != '\0') {
                add(&c.preprocess, "-I");
                add(&c.preprocess, value);
            }
        } else if ((value = value_of("-D", argc, argv, &i)) != NULL) {
            add(&c.preprocess, "-D");
            add(&c.preprocess, value);
        } else if ((value = value_of("-U", argc, argv, &i)) != NULL) {
            add(&c.preprocess, "-U");
            add(&c.preprocess, value);
        } else if ((value = value_of("-L", argc, argv, &i)) != NULL) {
            add(&c.link, "-L");
            add(&c.link, value);
        } else if ((value = value_of("-l", argc, argv, &i)) != NULL) {
            add_library(&c, value);
        } else if (strncmp(a, "-O", 2) == 0 || strncmp(a, "-g", 2) == 0 ||
                   strncmp(a, "-W", 2) == 0 || strncmp(a, "-f", 2) == 0 ||
                   strncmp(a, "-m", 2) == 0 || strcmp(a, "-w") == 0 ||
                   strcmp(a, "-pthread") == 0) {
            add(&c.compile, a);
        } else {
            refuse("unknown option '%s' (softcc --help lists what there is)",
                   a);
        }
    }
    if (c.inputs.count == 0) {
        refuse("%s", "no input files");
    }
    if (c.output != NULL && (c.compile_only || c.translate_only) &&
        c.inputs.count > 1) {
        refuse("%s", "-o with -c takes one input file");
    }
    for (int i = 0; i < c.inputs.count; i++) {
        if (access(c.inputs.items[i], R_OK) != 0) {
            refuse("cannot read '%s'", c.inputs.items[i]);
        }
    }
    return c;
}

/* ---- running the compiler
 * ----------------------------------------------------------- */

/* Runs a command; with `quiet`, what it says on stderr is dropped. */
static int run(const Command *c, const List *arguments, bool quiet)
{
    if (c->verbose) {
        for (int i = 0; i < arguments->count; i++) {
            fprintf(stderr, "%s%c", arguments->items[i],
                    i + 1 < arguments->count ? ' ' : '\n');
        }
    }
    pid_t child;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    if (quiet) {
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
                                         O_WRONLY, 0);
    }
    const int error = posix_spawnp(&child, arguments->items[0], &actions, NULL,
                                   (char *const *)arguments->items, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        fprintf(stderr, "softcc: cannot run '%s': %s\n", arguments->items[0],
                strerror(error));
        exit(EXIT_SYSTEM);
    }
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SYSTEM;
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat info;
    if (file == NULL || fstat(fileno(file), &info) != 0) {
        return NULL;
    }
    const size_t size = (size_t)info.st_size;
    char *text = malloc(size + 1);
    if (text != NULL) {
        if (fread(text, 1, size, file) != size) {
            free(text);
            text = NULL;
        } else {
            text[size] = '\0';
        }
    }
    fclose(file);
    return text;
}

/* Where the soft GPU's headers are: the source tree this was built from. */
static const char *const headers = SOFTGPU_INCLUDE_DIR;

static const char *cxx_standard(const Command *c)
{
    /* The launch needs C++17; asking for an older standard gets it too. */
    static const char *const newer[] = {"20", "2a", "23", "2b", "26", NULL};
    for (int i = 0; c->standard != NULL && newer[i] != NULL; i++) {
        if (strstr(c->standard, newer[i]) != NULL) {
            return "-std=gnu++20";
        }
    }
    return "-std=gnu++17";
}

static void add_common(const Command *c, List *arguments)
{
    add(arguments, "-isystem");
    add(arguments, headers);
    add_all(arguments, &c->preprocess);
}

/* file.cu -> one text without macros.  `result` is what the dependencies that
 * -MF asks for are of.  Returns an exit code. */
static int preprocess(const Command *c, const char *input,
                      const char *preprocessed, const char *result)
{
    List arguments = {0};
    add(&arguments, c->compiler);
    add(&arguments, cxx_standard(c));
    add(&arguments, "-E");
    add(&arguments, "-D__SOFTCC__");
    add(&arguments, "-D__CUDACC__");
    add(&arguments, "-D__NVCC__");
    add_words(&arguments, SOFTGPU_KERNEL_FLAGS);
    add_common(c, &arguments);
    if (strstr(c->compiler, "clang") == NULL) {
        /* What a system header's macro expands to counts as the user's. */
        add(&arguments, "-ftrack-macro-expansion=0");
    }
    add(&arguments, "-include");
    add(&arguments, "cuda_runtime.h");
    if (c->dependencies != NULL) {
        add(&arguments, "-MD");
        add(&arguments, "-MF");
        add(&arguments, c->dependencies);
        add(&arguments, "-MT");
        add(&arguments, result);
    }
    add(&arguments, "-x");
    add(&arguments, "c++");
    add(&arguments, input);
    add(&arguments, "-o");
    add(&arguments, preprocessed);
    return run(c, &arguments, false);
}

/* The preprocessed text -> C++ in `translated`.  Returns an exit code. */
static int write_translation(const char *preprocessed, bool pieces,
                             const char *translated)
{
    char *source = read_file(preprocessed);
    FILE *out = source != NULL ? fopen(translated, "wb") : NULL;
    if (out == NULL) {
        fprintf(stderr, "softcc: cannot write '%s': %s\n", translated,
                strerror(errno));
        return EXIT_SYSTEM;
    }
    int status = translate(source, pieces, out);
    free(source);
    if (ferror(out) | (fclose(out) != 0)) {
        fprintf(stderr, "softcc: cannot write '%s': %s\n", translated,
                strerror(errno));
        status = EXIT_SYSTEM;
    }
    if (status != 0) {
        remove(translated);
    }
    return status;
}

static bool has_suffix(const char *path, const char *suffix)
{
    const size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcmp(path + n - m, suffix) == 0;
}

static int compile_file(const Command *c, const char *input, const char *folder,
                        int number, const char *object)
{
    List arguments = {0};
    char *preprocessed, *translated;
    if (asprintf(&preprocessed, "%s/%d.raw.ii", folder, number) < 0 ||
        asprintf(&translated, "%s/%d.ii", folder, number) < 0) {
        out_of_memory();
    }
    const bool cuda = has_suffix(input, ".cu");
    if (cuda) {
        int status = preprocess(c, input, preprocessed, object);
        if (status == 0) {
            status = write_translation(preprocessed, true, translated);
        }
        if (status != 0) {
            return status;
        }
        add(&arguments, c->compiler);
        add(&arguments, cxx_standard(c));
        add_words(&arguments, SOFTGPU_KERNEL_FLAGS);
        add_all(&arguments, &c->compile);
        input = translated;
    } else if (has_suffix(input, ".c")) {
        /* The C compiler that belongs to the C++ compiler. */
        const char *cc = getenv("CC");
        add(&arguments, cc != NULL && *cc != '\0'              ? cc
                        : strstr(c->compiler, "clang") != NULL ? "clang"
                                                               : "gcc");
        add(&arguments, "-std=gnu11");
        add(&arguments, "-O2");
        add_common(c, &arguments);
        add_all(&arguments, &c->compile);
    } else {
        add(&arguments, c->compiler);
        add(&arguments, cxx_standard(c));
        add(&arguments, "-O2");
        add_common(c, &arguments);
        add_all(&arguments, &c->compile);
    }
    add(&arguments, "-c");
    add(&arguments, input);
    add(&arguments, "-o");
    add(&arguments, object);
    int status = run(c, &arguments, cuda);
    if (status != 0 && cuda) {
        /* Once more without kernels in pieces: an error of the user's is then
         * reported once, and one that the cutting made is none. */
        status = write_translation(preprocessed, false, translated);
        status = status != 0 ? status : run(c, &arguments, false);
    }
    return status;
}

/* Path of libsoftgpu.a: beside this program's folder, ../lib. */
static char *engine_library(void)
{
    char self[4096];
    const ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    char *path;
    if (n > 0) {
        self[n] = '\0';
        for (int up = 0; up < 2; up++) {
            char *slash = strrchr(self, '/');
            if (slash != NULL) {
                *slash = '\0';
            }
        }
        if (asprintf(&path, "%s/lib/libsoftgpu.a", self) < 0) {
            out_of_memory();
        }
        if (access(path, R_OK) == 0) {
            return path;
        }
    }
    refuse("%s", "cannot find libsoftgpu.a beside softcc; build the project "
                 "first");
}

static bool is_source(const char *path)
{
    return has_suffix(path, ".cu") || has_suffix(path, ".c") ||
           has_suffix(path, ".cpp") || has_suffix(path, ".cc") ||
           has_suffix(path, ".cxx");
}

/* "dir/file.cu" -> "file.o" */
static char *object_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    const int length = (int)(dot != NULL ? (size_t)(dot - base) : strlen(base));
    char *name;
    if (asprintf(&name, "%.*s.o", length, base) < 0) {
        out_of_memory();
    }
    return name;
}

static int build(const Command *c, const char *folder)
{
    if (c->translate_only) {
        char *preprocessed;
        if (asprintf(&preprocessed, "%s/raw.ii", folder) < 0) {
            out_of_memory();
        }
        const char *output = c->output != NULL ? c->output : "a.cpp";
        const int status =
            preprocess(c, c->inputs.items[0], preprocessed, output);
        return status != 0 ? status
                           : write_translation(preprocessed, true, output);
    }
    List objects = {0};
    for (int i = 0; i < c->inputs.count; i++) {
        const char *input = c->inputs.items[i];
        if (!is_source(input)) {
            add(&objects, input);
            continue;
        }
        char *object;
        if (c->compile_only) {
            object = c->output != NULL ? strdup(c->output) : object_name(input);
        } else if (asprintf(&object, "%s/%d.o", folder, i) < 0) {
            object = NULL;
        }
        if (object == NULL) {
            out_of_memory();
        }
        const int status = compile_file(c, input, folder, i, object);
        if (status != 0) {
            return status;
        }
        add(&objects, object);
    }
    if (c->compile_only) {
        return 0;
    }
    List arguments = {0};
    add(&arguments, c->compiler);
    add_all(&arguments, &objects);
    add(&arguments, "-o");
    add(&arguments, c->output != NULL ? c->output : "a.out");
    add_all(&arguments, &c->compile); /* -fopenmp is for the linker as well */
    add_all(&arguments, &c->link);
    add(&arguments, engine_library());
    add_words(&arguments, SOFTGPU_LINK_FLAGS);
    return run(c, &arguments, false);
}

static void remove_folder(const char *folder)
{
    List arguments = {0};
    add(&arguments, "rm");
    add(&arguments, "-rf");
    add(&arguments, folder);
    const Command quiet = {0};
    run(&quiet, &arguments, false);
}

int main(int argc, char **argv)
{
    const Command c = parse(argc, argv);
    const char *base = getenv("TMPDIR");
    char *folder;
    if (asprintf(&folder, "%s/softcc-XXXXXX",
                 base != NULL && *base != '\0' ? base : "/tmp") < 0) {
        out_of_memory();
    }
    if (mkdtemp(folder) == NULL) {
        fprintf(stderr, "softcc: cannot make a folder '%s': %s\n", folder,
                strerror(errno));
        return EXIT_SYSTEM;
    }
    const int status = build(&c, folder);
    remove_folder(folder);
    return status;
}
