#include "ui/terminal_guard.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A terminal that takes nothing for so long is not waited for any more. */
#define PATIENCE_MS 300
#define TRIES_MAX 1000
#define STACK_BYTES 65536

static struct {
    struct guard guard;
    pid_t owner;                   /* children of a fork must not touch the terminal */
    volatile sig_atomic_t wanted;  /* the program wants to be inside */
    volatile sig_atomic_t inside;  /* it is */
    volatile sig_atomic_t entered; /* since this was last asked */
    stack_t stack_before;
} now;

/* A crash may be a stack that ran over. */
static char signal_stack[STACK_BYTES];

static const struct {
    int number;
    const char *name; /* of a crash; NULL = an end that was asked for */
} fatal[] = {
    {SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"}, {SIGABRT, "SIGABRT"}, {SIGFPE, "SIGFPE"},
    {SIGILL, "SIGILL"},   {SIGSYS, "SIGSYS"}, {SIGQUIT, NULL},      {SIGTERM, NULL},
    {SIGHUP, NULL},       {SIGINT, NULL},
};
#define FATAL_COUNT (sizeof fatal / sizeof fatal[0])

static const int resuming[] = {SIGTSTP, SIGCONT, SIGWINCH};
#define RESUMING_COUNT (sizeof resuming / sizeof resuming[0])

static struct sigaction fatal_before[FATAL_COUNT], resuming_before[RESUMING_COUNT];

/* --- what a handler may call: async-signal-safe --------------------------------------------------
 */

static bool takes_output(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    return poll(&p, 1, PATIENCE_MS) > 0 && (p.revents & POLLOUT);
}

/* What a terminal does not take makes room for what must reach it: a frame is lost, no more. */
static void write_all(int fd, const char *bytes, size_t n)
{
    bool flushed = false;
    for (int tries = 0; n && tries < TRIES_MAX; tries++) {
        if (!takes_output(fd)) {
            if (flushed)
                return;
            flushed = true;
            tcflush(fd, TCOFLUSH);
            continue;
        }
        ssize_t done = write(fd, bytes, n);
        if (done > 0) {
            bytes += done;
            n -= (size_t)done;
        } else if (done < 0 && errno != EAGAIN && errno != EINTR) {
            return;
        }
    }
}

static void set_modes(const struct termios *modes)
{
    while (tcsetattr(now.guard.fd, TCSANOW, modes) != 0 && errno == EINTR)
        continue;
}

static void leave(void)
{
    if (!now.inside)
        return;
    now.inside = 0;
    write_all(now.guard.fd, now.guard.leave, now.guard.leave_length);
    set_modes(&now.guard.shell);
}

/* A job in the background must not draw over the shell; it enters when it is brought back. */
static bool in_foreground(void)
{
    pid_t group = tcgetpgrp(now.guard.fd);
    return group < 0 || group == getpgrp();
}

static void enter(void)
{
    if (!now.wanted || !in_foreground())
        return;
    set_modes(&now.guard.raw);
    write_all(now.guard.fd, now.guard.enter, now.guard.enter_length);
    now.inside = now.entered = 1;
}

static void say_crashed(const char *name)
{
    static const char before[] = "otaconsole: crashed by ";
    static const char after[] = "; the terminal is restored. The recording, if any, is complete "
                                "up to the last line.\n";
    write_all(STDERR_FILENO, before, sizeof before - 1);
    write_all(STDERR_FILENO, name, strlen(name));
    write_all(STDERR_FILENO, after, sizeof after - 1);
}

static void on_fatal(int number, siginfo_t *info, void *context)
{
    size_t i = 0;
    (void)context;
    while (i + 1 < FATAL_COUNT && fatal[i].number != number)
        i++;
    bool ours = getpid() == now.owner;
    if (ours && now.inside) {
        tcflush(now.guard.fd, TCIFLUSH); /* half a paste must not become commands of the shell */
        leave();
        if (fatal[i].name)
            say_crashed(fatal[i].name);
    }
    now.wanted = 0;
    sigaction(number, &fatal_before[i], NULL);
    /* A fault happens again when this returns, at its own place for the core dump. */
    bool fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL;
    if (!fault || info->si_code <= 0)
        raise(number);
}

static void on_stop(int number)
{
    int error = errno;
    struct sigaction ours, theirs = {.sa_handler = SIG_DFL};
    sigset_t set, before;
    if (getpid() == now.owner)
        leave();
    sigaction(number, &theirs, &ours);
    sigemptyset(&set);
    sigaddset(&set, number);
    raise(number);
    sigprocmask(SIG_UNBLOCK, &set, &before); /* it stops here, and goes on from here */
    sigprocmask(SIG_SETMASK, &before, NULL);
    sigaction(number, &ours, NULL);
    /* Where nobody could continue it the system did not stop it, and sends no SIGCONT. */
    if (getpid() == now.owner && !now.inside)
        enter();
    errno = error;
}

static void on_continue(int number)
{
    int error = errno;
    (void)number;
    if (getpid() == now.owner)
        enter();
    errno = error;
}

/* Only to end a poll(2): the size is looked at anyway. */
static void on_resize(int number)
{
    (void)number;
}

/* --- installing
 * ----------------------------------------------------------------------------------- */

static void install_fatal(void)
{
    struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    sigaltstack(&stack, &now.stack_before);
    action.sa_sigaction = on_fatal;
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < FATAL_COUNT; i++) {
        sigaction(fatal[i].number, NULL, &fatal_before[i]);
        /* A program that handles its end closes the terminal itself; one that ignores it lives. */
        bool handled =
            (fatal_before[i].sa_flags & SA_SIGINFO) || fatal_before[i].sa_handler != SIG_DFL;
        if (fatal[i].name || !handled)
            sigaction(fatal[i].number, &action, NULL);
    }
}

static void install_resuming(void)
{
    static void (*const handlers[RESUMING_COUNT])(int) = {on_stop, on_continue, on_resize};
    for (size_t i = 0; i < RESUMING_COUNT; i++) {
        struct sigaction action = {.sa_handler = handlers[i], .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(resuming[i], NULL, &resuming_before[i]);
        /* A shell without job control has it ignored: nobody would bring the job back. */
        if (resuming[i] != SIGTSTP || resuming_before[i].sa_handler != SIG_IGN)
            sigaction(resuming[i], &action, NULL);
    }
}

/* Puts back what was there, unless the program has put something else there since. */
static void put_back(int number, const struct sigaction *before, const void *ours)
{
    struct sigaction current;
    sigaction(number, NULL, &current);
    const void *handler;
    memcpy(&handler, &current.sa_handler, sizeof handler);
    if (handler == ours)
        sigaction(number, before, NULL);
}

static void remove_handlers(void)
{
    void (*simple[RESUMING_COUNT])(int) = {on_stop, on_continue, on_resize};
    void (*crash)(int, siginfo_t *, void *) = on_fatal;
    const void *ours;
    for (size_t i = 0; i < RESUMING_COUNT; i++) {
        memcpy(&ours, &simple[i], sizeof ours);
        put_back(resuming[i], &resuming_before[i], ours);
    }
    memcpy(&ours, &crash, sizeof ours);
    for (size_t i = 0; i < FATAL_COUNT; i++)
        put_back(fatal[i].number, &fatal_before[i], ours);
    sigaltstack(&now.stack_before, NULL);
}

/* exit(3) from anywhere. */
static void at_exit(void)
{
    if (getpid() == now.owner)
        leave();
}

/* Stop and continue wait while the main program is on its way in or out. */
static sigset_t hold_signals(void)
{
    sigset_t set, before;
    sigemptyset(&set);
    sigaddset(&set, SIGTSTP);
    sigaddset(&set, SIGCONT);
    sigprocmask(SIG_BLOCK, &set, &before);
    return before;
}

void guard_begin(const struct guard *guard)
{
    static bool registered;
    if (!registered)
        registered = atexit(at_exit) == 0;
    sigset_t before = hold_signals();
    now.guard = *guard;
    now.owner = getpid();
    now.inside = now.entered = 0;
    now.wanted = 1;
    install_fatal();
    install_resuming();
    enter();
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void guard_leave(void)
{
    sigset_t before = hold_signals();
    now.wanted = 0;
    leave();
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void guard_enter(void)
{
    sigset_t before = hold_signals();
    now.wanted = 1;
    enter();
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void guard_end(void)
{
    guard_leave();
    remove_handlers();
}

void guard_suspend(void)
{
    struct sigaction current;
    sigaction(SIGTSTP, NULL, &current);
    /* The group, as the terminal itself would: a script that started us stops with us. */
    if (current.sa_handler != SIG_IGN)
        kill(0, SIGTSTP);
}

bool guard_is_inside(void)
{
    /* Brought to the foreground without a SIGCONT, or by one that came too early. */
    if (now.wanted && !now.inside && in_foreground())
        guard_enter();
    return now.inside;
}

bool guard_take_entered(void)
{
    /* In this order: a signal in between loses nothing, as the drawing is still to come. */
    if (!now.entered)
        return false;
    now.entered = 0;
    return true;
}
