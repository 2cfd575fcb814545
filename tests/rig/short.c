/* A system that gives less than was asked for: preloaded, each read from and write to a file or pipe is cut to a few bytes or a part, and every
   seventh is interrupted before it begins. The file that SHORT_COUNT names is given a byte for each. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_uint calls;

/* How much of so many bytes is allowed; 0: interrupted. Other things than files and pipes are left alone. */
static size_t allowed(int file, size_t bytes) {
    static _Thread_local int odd;
    struct stat is;
    if (bytes < 2 || fstat(file, &is) || !(S_ISREG(is.st_mode) || S_ISFIFO(is.st_mode))) return bytes;
    unsigned n = atomic_fetch_add(&calls, 1);
    const char *count = getenv("SHORT_COUNT");
    int to = count && n < 64 ? open(count, O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (to >= 0) {
        syscall(SYS_write, to, "x", 1);
        close(to);
    }
    odd = !odd;
    if (n % 7 == 3) return 0;
    return odd ? 1 + n % (bytes < 5 ? bytes : 5) : bytes - bytes / 3;
}

#define CUT(bytes) \
    size_t part = allowed(file, bytes); \
    if (part == 0 && bytes > 0) return errno = EINTR, -1

ssize_t read(int file, void *to, size_t bytes) {
    ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
    CUT(bytes);
    return real(file, to, part);
}

ssize_t write(int file, const void *from, size_t bytes) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    CUT(bytes);
    return real(file, from, part);
}

ssize_t pread64(int file, void *to, size_t bytes, off_t at) {
    ssize_t (*real)(int, void *, size_t, off_t) = dlsym(RTLD_NEXT, "pread64");
    CUT(bytes);
    return real(file, to, part, at);
}

ssize_t pwrite64(int file, const void *from, size_t bytes, off_t at) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, "pwrite64");
    CUT(bytes);
    return real(file, from, part, at);
}
