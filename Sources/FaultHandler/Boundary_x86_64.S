// Crossing the boundary on x86-64. Offsets are those of Thread.h and FaultHandler.h; register conventions are RuntimeLayout's.
#if defined(__x86_64__)
  .text

#define CALL_CODE 0
#define CALL_CONTEXT 8
#define CALL_MEMORY_BASE 16
#define CALL_INTEGERS 24
#define CALL_FLOATS 72
#define CALL_STACK_ARGUMENTS 136
#define CALL_STACK_ARGUMENT_COUNT 144
#define CALL_FURTHER_RESULTS 152
#define CALL_INTEGER_RESULT 160
#define CALL_FLOAT_RESULT 168

#define ACTIVATION_HOST_SP 0
#define ACTIVATION_WASM_SP 8
#define ACTIVATION_PREVIOUS 16
#define ACTIVATION_OUTCOME 24
#define ACTIVATION_ENGINE 32

#define DIRECT_CODE 48
#define DIRECT_CONTEXT 56
#define DIRECT_STACK_SIZE 64
#define CONTEXT_MEMORY_BASE 8

#define THREAD_CURRENT 0
#define THREAD_STACK_LIMIT 8
#define THREAD_STACK_HIGH 16
#define THREAD_STACK_SIZE 24
#define THREAD_INTERRUPTED 32

#define HOST_FRAME_INTEGERS 0
#define HOST_FRAME_FLOATS 48
#define HOST_FRAME_STACK_ARGUMENTS 112
#define HOST_FRAME_FURTHER_RESULTS 120
#define HOST_FRAME_CALLER 128
#define HOST_FRAME_RESULT 136
#define HOST_FRAME_SIZE 144

// The argument registers, at rsp and upwards: 112 bytes.
#define SAVE_ARGUMENTS \
  movq %rdi, 0(%rsp); \
  movq %rsi, 8(%rsp); \
  movq %rdx, 16(%rsp); \
  movq %rcx, 24(%rsp); \
  movq %r8, 32(%rsp); \
  movq %r9, 40(%rsp); \
  movsd %xmm0, 48(%rsp); \
  movsd %xmm1, 56(%rsp); \
  movsd %xmm2, 64(%rsp); \
  movsd %xmm3, 72(%rsp); \
  movsd %xmm4, 80(%rsp); \
  movsd %xmm5, 88(%rsp); \
  movsd %xmm6, 96(%rsp); \
  movsd %xmm7, 104(%rsp)
#define RESTORE_ARGUMENTS \
  movq 0(%rsp), %rdi; \
  movq 8(%rsp), %rsi; \
  movq 16(%rsp), %rdx; \
  movq 24(%rsp), %rcx; \
  movq 32(%rsp), %r8; \
  movq 40(%rsp), %r9; \
  movsd 48(%rsp), %xmm0; \
  movsd 56(%rsp), %xmm1; \
  movsd 64(%rsp), %xmm2; \
  movsd 72(%rsp), %xmm3; \
  movsd 80(%rsp), %xmm4; \
  movsd 88(%rsp), %xmm5; \
  movsd 96(%rsp), %xmm6; \
  movsd 104(%rsp), %xmm7

// void latch_enter(struct latch_activation *, struct latch_call *)
// Saves the host's registers, switches to the wasm stack, loads registers from the call and calls its code.
  .globl latch_enter
  .hidden latch_enter
  .type latch_enter, @function
  .p2align 4
latch_enter:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  movq %rsp, ACTIVATION_HOST_SP(%rdi)
  // An interruption that came while this thread was elsewhere.
interruptible_entry:
  movq latch_thread@gottpoff(%rip), %r11
  movq %fs:THREAD_INTERRUPTED(%r11), %rax
  cmpq ACTIVATION_ENGINE(%rdi), %rax
  je interrupted_entry
go_on_entry:
  movq ACTIVATION_WASM_SP(%rdi), %rax
  testq %rax, %rax
  cmovneq %rax, %rsp
  // Kept across the call, on the wasm stack: the activation and the call.
  pushq %rdi
  pushq %rsi
  movq %rsi, %r11
  // Stack arguments, padded to an even number, the first at the lowest address.
  movq CALL_STACK_ARGUMENT_COUNT(%r11), %rcx
  testq %rcx, %rcx
  jnz 3f
1:
  movq CALL_CONTEXT(%r11), %r14
  movq CALL_MEMORY_BASE(%r11), %r15
  movq CALL_FURTHER_RESULTS(%r11), %r13
  movq CALL_INTEGERS+0(%r11), %rdi
  movq CALL_INTEGERS+8(%r11), %rsi
  movq CALL_INTEGERS+16(%r11), %rdx
  movq CALL_INTEGERS+24(%r11), %rcx
  movq CALL_INTEGERS+32(%r11), %r8
  movq CALL_INTEGERS+40(%r11), %r9
  movsd CALL_FLOATS+0(%r11), %xmm0
  movsd CALL_FLOATS+8(%r11), %xmm1
  movsd CALL_FLOATS+16(%r11), %xmm2
  movsd CALL_FLOATS+24(%r11), %xmm3
  movsd CALL_FLOATS+32(%r11), %xmm4
  movsd CALL_FLOATS+40(%r11), %xmm5
  movsd CALL_FLOATS+48(%r11), %xmm6
  movsd CALL_FLOATS+56(%r11), %xmm7
  // Nobody called from wasm: host functions that are entered directly see no caller.
  xorl %r10d, %r10d
  // The end of the chain of frames.
  xorl %ebp, %ebp
  callq *CALL_CODE(%r11)
interruptible_entry_end:
  popq %rsi
  popq %rdi
  movq %rax, CALL_INTEGER_RESULT(%rsi)
  movsd %xmm0, CALL_FLOAT_RESULT(%rsi)
  movq ACTIVATION_HOST_SP(%rdi), %rsp
2:
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  .cfi_remember_state
  .cfi_def_cfa %rsp, 8
  retq
  .cfi_restore_state
3:
  movq %rcx, %rax
  incq %rax
  andq $-2, %rax
  shlq $3, %rax
  subq %rax, %rsp
  movq CALL_STACK_ARGUMENTS(%r11), %rdx
4:
  movq -8(%rdx,%rcx,8), %rax
  movq %rax, -8(%rsp,%rcx,8)
  decq %rcx
  jnz 4b
  jmp 1b

// The signal handler resumes here with rsp = the activation's host_sp. The frame is latch_enter's or latch_call_direct's, which are alike.
  .globl latch_unwind_trap
  .hidden latch_unwind_trap
latch_unwind_trap:
  movl $1, %ecx
// The same for the outcome in ecx.
leave_wasm:
  movq latch_thread@gottpoff(%rip), %r11
  movq %fs:THREAD_CURRENT(%r11), %rax
  movq %rcx, ACTIVATION_OUTCOME(%rax)
  movq ACTIVATION_PREVIOUS(%rax), %rdx
  movq %rdx, %fs:THREAD_CURRENT(%r11)
  jmp 2b

interrupted_entry:
  pushq %rdi
  pushq %rsi
  callq latch_is_entry_interrupted
  popq %rsi
  popq %rdi
  testb %al, %al
  je go_on_entry

unwind_interrupted:
  movq latch_thread@gottpoff(%rip), %rax
  movq %fs:(%rax), %rax
  movq ACTIVATION_HOST_SP(%rax), %rsp
  jmp latch_unwind_trap

// A host function failed: as above, but found through the thread's state.
unwind_host_failure:
  movq latch_thread@gottpoff(%rip), %rax
  movq %fs:THREAD_CURRENT(%rax), %rax
  movq ACTIVATION_HOST_SP(%rax), %rsp
  movl $2, %ecx
  jmp leave_wasm
  .cfi_endproc
  .size latch_enter, .-latch_enter

// struct latch_direct_results latch_call_direct(six integers, eight floats, struct latch_direct_call *)
// All arguments stay in their registers; results come back in theirs.
  .globl latch_call_direct
  .type latch_call_direct, @function
  .p2align 4
latch_call_direct:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  movq 16(%rbp), %rax
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  movq latch_thread@gottpoff(%rip), %r11
  movq %rsp, ACTIVATION_HOST_SP(%rax)
  movq %fs:THREAD_CURRENT(%r11), %r10
  movq %r10, ACTIVATION_PREVIOUS(%rax)
  testq %r10, %r10
  jne 1f
  movq %fs:THREAD_STACK_SIZE(%r11), %r10
  cmpq DIRECT_STACK_SIZE(%rax), %r10
  jne 3f
  movq $0, %fs:THREAD_INTERRUPTED(%r11)
  movq %fs:THREAD_STACK_HIGH(%r11), %rsp
1:
  movq %rax, %fs:THREAD_CURRENT(%r11)
interruptible_direct:
  movq %fs:THREAD_INTERRUPTED(%r11), %r10
  cmpq ACTIVATION_ENGINE(%rax), %r10
  je interrupted_direct
go_on_direct:
  movq DIRECT_CONTEXT(%rax), %r14
  // Twice, for alignment.
  pushq %rax
  pushq %rax
  movq CONTEXT_MEMORY_BASE(%r14), %r15
  xorl %r10d, %r10d
  xorl %ebp, %ebp
  callq *DIRECT_CODE(%rax)
interruptible_direct_end:
  popq %rcx
  movq latch_thread@gottpoff(%rip), %r11
  movq ACTIVATION_HOST_SP(%rcx), %rsp
  movq ACTIVATION_PREVIOUS(%rcx), %rdx
  movq %rdx, %fs:THREAD_CURRENT(%r11)
2:
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  .cfi_remember_state
  .cfi_def_cfa %rsp, 8
  retq
  .cfi_restore_state
3:
  movq $5, ACTIVATION_OUTCOME(%rax)
  jmp 2b
interrupted_direct:
  subq $128, %rsp
  SAVE_ARGUMENTS
  movq %rax, 112(%rsp)
  callq latch_is_entry_interrupted
  testb %al, %al
  jne unwind_interrupted
  RESTORE_ARGUMENTS
  movq 112(%rsp), %rax
  addq $128, %rsp
  jmp go_on_direct
  .cfi_endproc
  .size latch_call_direct, .-latch_call_direct

  .globl latch_thunks_start
  .hidden latch_thunks_start
latch_thunks_start:

// Traps with a stack overflow when fewer bytes than the host's headroom are left. Clobbers r11.
#define CHECK_HEADROOM \
  movq latch_thread@gottpoff(%rip), %r11; \
  cmpq %fs:THREAD_STACK_LIMIT(%r11), %rsp; \
  jb stack_overflow

// Sets the flags to "not equal" if this thread has a note of an interruption. Clobbers r11.
#define TEST_INTERRUPTED \
  movq latch_thread@gottpoff(%rip), %r11; \
  cmpq $0, %fs:THREAD_INTERRUPTED(%r11)

// All host functions start here: r14 = struct latch_host_function, r10 = the caller's context.
  .type host_thunk, @function
  .p2align 4
host_thunk:
  pushq %rbp
  movq %rsp, %rbp
  CHECK_HEADROOM
  subq $HOST_FRAME_SIZE, %rsp
  movq %rdi, HOST_FRAME_INTEGERS+0(%rsp)
  movq %rsi, HOST_FRAME_INTEGERS+8(%rsp)
  movq %rdx, HOST_FRAME_INTEGERS+16(%rsp)
  movq %rcx, HOST_FRAME_INTEGERS+24(%rsp)
  movq %r8, HOST_FRAME_INTEGERS+32(%rsp)
  movq %r9, HOST_FRAME_INTEGERS+40(%rsp)
  movsd %xmm0, HOST_FRAME_FLOATS+0(%rsp)
  movsd %xmm1, HOST_FRAME_FLOATS+8(%rsp)
  movsd %xmm2, HOST_FRAME_FLOATS+16(%rsp)
  movsd %xmm3, HOST_FRAME_FLOATS+24(%rsp)
  movsd %xmm4, HOST_FRAME_FLOATS+32(%rsp)
  movsd %xmm5, HOST_FRAME_FLOATS+40(%rsp)
  movsd %xmm6, HOST_FRAME_FLOATS+48(%rsp)
  movsd %xmm7, HOST_FRAME_FLOATS+56(%rsp)
  leaq 16(%rbp), %rax
  movq %rax, HOST_FRAME_STACK_ARGUMENTS(%rsp)
  movq %r13, HOST_FRAME_FURTHER_RESULTS(%rsp)
  movq %r10, HOST_FRAME_CALLER(%rsp)
  movq %r14, %rdi
  movq %rsp, %rsi
  callq *(%r14)
  cmpl $1, %eax
  jne 2f
interruptible_host:
  TEST_INTERRUPTED
  jne 3f
go_on_host:
  movq HOST_FRAME_RESULT(%rsp), %rax
  movq %rax, %xmm0
  movq 8(%r14), %rcx
  leave
  testq %rcx, %rcx
  jne 1f
  retq
1:
  popq %r11
  addq %rcx, %rsp
  jmpq *%r11
interruptible_host_end:
3:
  movq %rbp, %rdi
  callq latch_is_interrupted
  testb %al, %al
  je go_on_host
  jmp unwind_interrupted
2:
  jb unwind_host_failure
  movq HOST_FRAME_RESULT(%rsp), %rax

// Goes on where the exception in rax is caught; rbp = a frame whose return address is in the code that threw it.
continue_throw:
  subq $32, %rsp
  movq %rax, 24(%rsp)
  movq %rax, %rdi
  movq %rbp, %rsi
  movq %rsp, %rdx
  callq latch_find_landing
  testb %al, %al
  je 1f
interruptible_landing:
  TEST_INTERRUPTED
  jne 2f
go_on_landing:
  movq 24(%rsp), %rax
  movq (%rsp), %rcx
  movq 8(%rsp), %rbp
  movq 16(%rsp), %rsp
  jmpq *%rcx
interruptible_landing_end:
2:
  movq %rbp, %rdi
  callq latch_is_interrupted
  testb %al, %al
  je go_on_landing
  jmp unwind_interrupted
1:
  movq latch_thread@gottpoff(%rip), %rax
  movq %fs:(%rax), %rax
  movq ACTIVATION_HOST_SP(%rax), %rsp
  movl $4, %ecx
  jmp leave_wasm

// Lazy stubs jump here: r10d = function index, r14 = the instance's context; every argument register is live.
  .type lazy_thunk, @function
  .p2align 4
lazy_thunk:
  pushq %rbp
  movq %rsp, %rbp
  CHECK_HEADROOM
  subq $128, %rsp
  SAVE_ARGUMENTS
  movq %r14, %rdi
  movl %r10d, %esi
  callq *lazy_compiler(%rip)
  testq %rax, %rax
  je unwind_host_failure
interruptible_lazy:
  TEST_INTERRUPTED
  jne 2f
go_on_lazy:
  RESTORE_ARGUMENTS
  leave
  jmpq *%rax
interruptible_lazy_end:
2:
  movq %rax, 112(%rsp)
  movq %rbp, %rdi
  callq latch_is_interrupted
  testb %al, %al
  movq 112(%rsp), %rax
  je go_on_lazy
  jmp unwind_interrupted

// Baseline code calls these when a count is spent: r10d = function index, r14 = the instance's context. They change nothing but r10, r11 and rax.
// Both go back at once when the host's headroom is not there: being hot must not be a reason to trap.
//
// At a function's entry every argument register is live.
  .type hot_entry_thunk, @function
  .p2align 4
hot_entry_thunk:
  pushq %rbp
  movq %rsp, %rbp
  movq latch_thread@gottpoff(%rip), %r11
  cmpq %fs:THREAD_STACK_LIMIT(%r11), %rsp
  jb interruptible_hot_entry_end
  subq $128, %rsp
  SAVE_ARGUMENTS
  movq %r14, %rdi
  movl %r10d, %esi
  movl $-1, %edx
  callq *tier_up(%rip)
interruptible_hot_entry:
  TEST_INTERRUPTED
  jne 2f
go_on_hot_entry:
  RESTORE_ARGUMENTS
interruptible_hot_entry_end:
  leave
  retq
2:
  movq %rbp, %rdi
  callq latch_is_interrupted
  testb %al, %al
  je go_on_hot_entry
  jmp unwind_interrupted

// At a loop nothing is live: goes on in optimized code if there is some. r11d = offset of the loop in the body.
  .type hot_loop_thunk, @function
  .p2align 4
hot_loop_thunk:
  pushq %rbp
  movq %rsp, %rbp
  movl %r11d, %edx
  movq latch_thread@gottpoff(%rip), %r11
  cmpq %fs:THREAD_STACK_LIMIT(%r11), %rsp
  jb 3f
  movq %r14, %rdi
  movl %r10d, %esi
  callq *tier_up(%rip)
interruptible_hot_loop:
  TEST_INTERRUPTED
  jne 2f
go_on_hot_loop:
  testq %rax, %rax
  je 3f
  popq %rbp
  addq $8, %rsp
  jmpq *%rax
3:
  popq %rbp
  retq
interruptible_hot_loop_end:
2:
  pushq %rax
  subq $8, %rsp
  movq %rbp, %rdi
  callq latch_is_interrupted
  testb %al, %al
  jne unwind_interrupted
  addq $8, %rsp
  popq %rax
  jmp go_on_hot_loop

// Runtime helpers, in the C convention.
#define HELPER(n) \
helper##n: \
  pushq %rbp; \
  movq %rsp, %rbp; \
  CHECK_HEADROOM; \
  callq *latch_helper_implementations+8*n(%rip); \
  jmp leave_helper

leave_helper:
interruptible_helper:
  TEST_INTERRUPTED
  jne 2f
go_on_helper:
  popq %rbp
  retq
interruptible_helper_end:
2:
  pushq %rax
  subq $8, %rsp
  movq %rbp, %rdi
  callq latch_is_interrupted
  testb %al, %al
  jne unwind_interrupted
  addq $8, %rsp
  popq %rax
  jmp go_on_helper

HELPER(0)
HELPER(1)
HELPER(2)
HELPER(3)
HELPER(4)
HELPER(5)
HELPER(6)
HELPER(7)
HELPER(8)
HELPER(9)
// The same for helpers that make an exception: it is then thrown.
#define THROWER(n) \
helper##n: \
  pushq %rbp; \
  movq %rsp, %rbp; \
  CHECK_HEADROOM; \
  callq *latch_helper_implementations+8*n(%rip); \
  jmp continue_throw

THROWER(10)
THROWER(11)
HELPER(12)
HELPER(13)
HELPER(14)
HELPER(15)

stack_overflow:
  ud2

  .globl latch_thunks_end
  .hidden latch_thunks_end
latch_thunks_end:

#define FUNCTION(name) \
  .type name, @function; \
  .globl name; \
name:

// A function that returns the address of a thunk.
#define THUNK_ADDRESS(name, thunk) \
  FUNCTION(name) \
  leaq thunk(%rip), %rax; \
  retq

// A function that keeps its argument in a cell.
#define SETTER(name, cell) \
  FUNCTION(name) \
  movq %rdi, cell(%rip); \
  retq

THUNK_ADDRESS(latch_host_thunk, host_thunk)
THUNK_ADDRESS(latch_lazy_thunk, lazy_thunk)
SETTER(latch_set_lazy_compiler, lazy_compiler)
THUNK_ADDRESS(latch_hot_entry_thunk, hot_entry_thunk)
THUNK_ADDRESS(latch_hot_loop_thunk, hot_loop_thunk)
SETTER(latch_set_tier_up, tier_up)

  .section .data.rel.ro, "aw", @progbits
  .p2align 3
  .globl latch_interruptible
  .hidden latch_interruptible
latch_interruptible:
  .quad interruptible_entry, interruptible_entry_end
  .quad interruptible_direct, interruptible_direct_end
  .quad interruptible_host, interruptible_host_end
  .quad interruptible_landing, interruptible_landing_end
  .quad interruptible_lazy, interruptible_lazy_end
  .quad interruptible_hot_entry, interruptible_hot_entry_end
  .quad interruptible_hot_loop, interruptible_hot_loop_end
  .quad interruptible_helper, interruptible_helper_end
  .quad 0
  .globl latch_helper_thunks
latch_helper_thunks:
  .quad helper0, helper1, helper2, helper3, helper4, helper5, helper6, helper7
  .quad helper8, helper9, helper10, helper11, helper12, helper13, helper14, helper15

  .bss
  .p2align 3
lazy_compiler:
  .quad 0
tier_up:
  .quad 0
  .globl latch_helper_implementations
latch_helper_implementations:
  .zero 128
#endif
  .section .note.GNU-stack, "", @progbits
