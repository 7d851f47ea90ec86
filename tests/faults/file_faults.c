/* Lets calls to the file system fail: loaded into a process and all that it starts with LD_PRELOAD.
 *
 * The file named by FAULT_CONTROL is shared by all of them: it says below which folders calls are counted, and what is
 * to go wrong at which of them; what was called is written into it. See file_faults.py. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { NOTHING, ONCE, FROM_THERE_ON, KILL_BEFORE, KILL_AFTER, SHORT };
enum { READS, WRITES, REMOVES };

struct control {
  int armed, count, at, action, number, hits, used;
  char folders[2][512];
  char log[1 << 20];
};

static struct control *control;

__attribute__((constructor)) static void attach(void) {
  const char *path = getenv("FAULT_CONTROL");
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int file = path ? real(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *place = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  control = place == MAP_FAILED ? NULL : place;
  close(file);
}

static int counted(const char *path) {
  for (int i = 0; i < 2; i++) {
    size_t length = strlen(control->folders[i]);
    if (length && !strncmp(path, control->folders[i], length)) return 1;
  }
  return 0;
}

/* The absolute path of a name in a folder, or of what is open (name NULL). */
static void resolve(int folder, const char *name, char *path) {
  char link[64];
  *path = 0;
  if (name && *name == '/') { snprintf(path, PATH_MAX, "%s", name); return; }
  if (folder == AT_FDCWD) { if (!getcwd(path, PATH_MAX - 1)) *path = 0; }
  else {
    snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length > 0 ? length : 0] = 0;
  }
  if (name) { size_t length = strlen(path); snprintf(path + length, PATH_MAX - length, "/%s", name); }
}

/* What is to happen at this call: an action, or NOTHING. */
static int meet(const char *call, int kind, int folder, const char *name) {
  static __thread int inside;
  char path[PATH_MAX * 2], line[600];
  if (!control || !control->armed || inside) return NOTHING;
  inside = 1;
  int before = errno, action = NOTHING;
  resolve(folder, name, path);
  if (counted(path)) {
    int number = __sync_fetch_and_add(&control->count, 1);
    int length = snprintf(line, sizeof line, "%s %.500s\n", call, path);
    int start = __sync_fetch_and_add(&control->used, length);
    if (start + length < (int)sizeof control->log) memcpy(control->log + start, line, length);
    int later = control->action == FROM_THERE_ON && number > control->at;
    if (control->action && (number == control->at || later)) action = control->action;
    int touched = kind == WRITES || (kind == REMOVES && control->number == EROFS);
    if (action == FROM_THERE_ON && !touched) action = NOTHING;
    if (action) __sync_fetch_and_add(&control->hits, 1);
  }
  errno = before;
  inside = 0;
  if (action == KILL_BEFORE) { kill(getpid(), SIGKILL); pause(); }
  return action;
}

#define END(call) do { __typeof__(call) result = call; if (action == KILL_AFTER) { kill(getpid(), SIGKILL); pause(); } return result; } while (0)
#define FAIL_IF_DUE if (action == ONCE || action == FROM_THERE_ON) { errno = control->number; return -1; }
#define REAL(function) static __typeof__(&function) real; if (!real) real = (__typeof__(&function))dlsym(RTLD_NEXT, #function);
#define WRITING(flags) ((flags) & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR) ? WRITES : READS)
#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list more; va_start(more, flags); mode = va_arg(more, int); va_end(more); }
#define OPEN(function) int function(const char *path, int flags, ...) { MODE REAL(function) \
  int action = meet("open", WRITING(flags), AT_FDCWD, path); FAIL_IF_DUE END(real(path, flags, mode)); }
#define OPENAT(function) int function(int folder, const char *path, int flags, ...) { MODE REAL(function) \
  int action = meet("open", WRITING(flags), folder, path); FAIL_IF_DUE END(real(folder, path, flags, mode)); }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *data, size_t size) {
  REAL(write)
  int action = meet("write", WRITES, file, NULL);
  FAIL_IF_DUE
  END(real(file, data, action == SHORT && size > 1 ? size / 2 : size));
}

#define ANY(function, call, kind, given, words, folder, name) int function given { \
  REAL(function) int action = meet(call, kind, folder, name); FAIL_IF_DUE END(real words); }
#define ONE(function, call, given, words, folder, name) ANY(function, call, WRITES, given, words, folder, name)
ONE(fsync, "fsync", (int file), (file), file, NULL)
ONE(syncfs, "fsync", (int file), (file), file, NULL)
ONE(mkdir, "mkdir", (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
ONE(mkdirat, "mkdir", (int folder, const char *path, mode_t mode), (folder, path, mode), folder, path)
ANY(rmdir, "rmdir", REMOVES, (const char *path), (path), AT_FDCWD, path)
ANY(unlink, "unlink", REMOVES, (const char *path), (path), AT_FDCWD, path)
ANY(unlinkat, "unlink", REMOVES, (int folder, const char *path, int flags), (folder, path, flags), folder, path)
ONE(rename, "rename", (const char *path, const char *target), (path, target), AT_FDCWD, target)
ONE(renameat, "rename", (int folder, const char *path, int other, const char *target), (folder, path, other, target), other, target)
ONE(link, "link", (const char *path, const char *target), (path, target), AT_FDCWD, target)
ONE(linkat, "link", (int folder, const char *path, int other, const char *target, int flags), (folder, path, other, target, flags), other, target)
ONE(fchmod, "chmod", (int file, mode_t mode), (file, mode), file, NULL)
