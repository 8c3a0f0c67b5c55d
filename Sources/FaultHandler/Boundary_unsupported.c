// Where there is no back end the build ends here, with one sentence. What is below the engine (formats, assemblers, compilers) is built everywhere.
//
// A port defines what Boundary_x86_64.S does: latch_enter, latch_call_direct, latch_unwind_trap, latch_thunks_start and latch_thunks_end, the thunks of host calls,
// lazy compilation, hot entries and loops, crossings and helpers, and latch_interruptible. Thread.h declares them.
#if !defined(__x86_64__)
#error "Latch runs WebAssembly on x86-64 processors only so far: this one has no back end yet (docs/architecture.md says where one goes)."
#endif
