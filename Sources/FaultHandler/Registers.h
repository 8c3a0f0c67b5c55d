// The registers of the code that a signal stopped, as its handler may read and change them. Wants _GNU_SOURCE.
#pragma once
#include <ucontext.h>

#if defined(__x86_64__)
#define PC(context) ((context)->uc_mcontext.gregs[REG_RIP])
#define SP(context) ((context)->uc_mcontext.gregs[REG_RSP])
#define FP(context) ((context)->uc_mcontext.gregs[REG_RBP])
#else
#define PC(context) ((context)->uc_mcontext.pc)
#define SP(context) ((context)->uc_mcontext.sp)
#define FP(context) ((context)->uc_mcontext.regs[29])
#endif
