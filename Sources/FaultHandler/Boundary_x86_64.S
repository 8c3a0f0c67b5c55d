// Crossing the boundary on x86-64. Offsets are BoundaryLayout.h's; register conventions are RuntimeLayout's. Float registers are saved whole wherever
// they may hold an argument or a result, since that may be a vector.
#if defined(__x86_64__)
#include "BoundaryLayout.h"
  .text

// The argument registers and one more word, in an area at rsp whose size keeps the stack aligned.
#define SAVED_FLOATS 48
#define SAVED_WORD 176
#define SAVED_SIZE 192
#define SAVE_ARGUMENTS \
  movq %rdi, 0(%rsp); \
  movq %rsi, 8(%rsp); \
  movq %rdx, 16(%rsp); \
  movq %rcx, 24(%rsp); \
  movq %r8, 32(%rsp); \
  movq %r9, 40(%rsp); \
  movups %xmm0, SAVED_FLOATS+0(%rsp); \
  movups %xmm1, SAVED_FLOATS+16(%rsp); \
  movups %xmm2, SAVED_FLOATS+32(%rsp); \
  movups %xmm3, SAVED_FLOATS+48(%rsp); \
  movups %xmm4, SAVED_FLOATS+64(%rsp); \
  movups %xmm5, SAVED_FLOATS+80(%rsp); \
  movups %xmm6, SAVED_FLOATS+96(%rsp); \
  movups %xmm7, SAVED_FLOATS+112(%rsp)
#define RESTORE_ARGUMENTS \
  movq 0(%rsp), %rdi; \
  movq 8(%rsp), %rsi; \
  movq 16(%rsp), %rdx; \
  movq 24(%rsp), %rcx; \
  movq 32(%rsp), %r8; \
  movq 40(%rsp), %r9; \
  movups SAVED_FLOATS+0(%rsp), %xmm0; \
  movups SAVED_FLOATS+16(%rsp), %xmm1; \
  movups SAVED_FLOATS+32(%rsp), %xmm2; \
  movups SAVED_FLOATS+48(%rsp), %xmm3; \
  movups SAVED_FLOATS+64(%rsp), %xmm4; \
  movups SAVED_FLOATS+80(%rsp), %xmm5; \
  movups SAVED_FLOATS+96(%rsp), %xmm6; \
  movups SAVED_FLOATS+112(%rsp), %xmm7

// What is entered from the host: its frame, the registers that the host wants back, and its return, which takes both away.
#define ENTER_FROM_HOST \
  pushq %rbp; \
  .cfi_def_cfa_offset 16; \
  .cfi_offset %rbp, -16; \
  movq %rsp, %rbp; \
  .cfi_def_cfa_register %rbp
#define SAVE_HOST_REGISTERS \
  pushq %rbx; \
  pushq %r12; \
  pushq %r13; \
  pushq %r14; \
  pushq %r15; \
  subq $8, %rsp
#define RETURN_TO_HOST \
  addq $8, %rsp; \
  popq %r15; \
  popq %r14; \
  popq %r13; \
  popq %r12; \
  popq %rbx; \
  popq %rbp; \
  .cfi_remember_state; \
  .cfi_def_cfa %rsp, 8; \
  retq; \
  .cfi_restore_state

// void latch_enter(struct latch_activation *, struct latch_call *)
// Saves the host's registers, switches to the wasm stack, loads registers from the call and calls its code.
  .globl latch_enter
  .hidden latch_enter
  .type latch_enter, @function
  .p2align 4
latch_enter:
  .cfi_startproc
  ENTER_FROM_HOST
  SAVE_HOST_REGISTERS
  movq %rsp, LATCH_ACTIVATION_HOST_SP(%rdi)
  // An interruption that came while this thread was elsewhere.
interruptible_entry:
  movq latch_thread@gottpoff(%rip), %r11
  cmpq $0, %fs:LATCH_THREAD_INTERRUPTED(%r11)
  jne interrupted_entry
go_on_entry:
  movq LATCH_ACTIVATION_WASM_SP(%rdi), %rax
  testq %rax, %rax
  cmovneq %rax, %rsp
  // Kept across the call, on the wasm stack: the activation and the call.
  pushq %rdi
  pushq %rsi
  movq %rsi, %r11
  // Stack arguments, padded to an even number, the first at the lowest address.
  movq LATCH_CALL_STACK_ARGUMENT_COUNT(%r11), %rcx
  testq %rcx, %rcx
  jnz 3f
1:
  movq LATCH_CALL_CONTEXT(%r11), %r14
  movq LATCH_CALL_MEMORY_BASE(%r11), %r15
  movq LATCH_CALL_FURTHER_RESULTS(%r11), %r13
  movq LATCH_CALL_INTEGERS+0(%r11), %rdi
  movq LATCH_CALL_INTEGERS+8(%r11), %rsi
  movq LATCH_CALL_INTEGERS+16(%r11), %rdx
  movq LATCH_CALL_INTEGERS+24(%r11), %rcx
  movq LATCH_CALL_INTEGERS+32(%r11), %r8
  movq LATCH_CALL_INTEGERS+40(%r11), %r9
  movups LATCH_CALL_FLOATS+0(%r11), %xmm0
  movups LATCH_CALL_FLOATS+16(%r11), %xmm1
  movups LATCH_CALL_FLOATS+32(%r11), %xmm2
  movups LATCH_CALL_FLOATS+48(%r11), %xmm3
  movups LATCH_CALL_FLOATS+64(%r11), %xmm4
  movups LATCH_CALL_FLOATS+80(%r11), %xmm5
  movups LATCH_CALL_FLOATS+96(%r11), %xmm6
  movups LATCH_CALL_FLOATS+112(%r11), %xmm7
  // Nobody called from wasm: host functions that are entered directly see no caller.
  xorl %r10d, %r10d
  // The end of the chain of frames.
  xorl %ebp, %ebp
  callq *LATCH_CALL_CODE(%r11)
interruptible_entry_end:
  popq %rsi
  popq %rdi
  movq %rax, LATCH_CALL_INTEGER_RESULT(%rsi)
  movups %xmm0, LATCH_CALL_FLOAT_RESULT(%rsi)
  movq LATCH_ACTIVATION_HOST_SP(%rdi), %rsp
2:
  RETURN_TO_HOST
3:
  movq %rcx, %rax
  incq %rax
  andq $-2, %rax
  shlq $3, %rax
  subq %rax, %rsp
  movq LATCH_CALL_STACK_ARGUMENTS(%r11), %rdx
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
  movl $LATCH_OUTCOME_TRAPPED, %ecx
// The same for the outcome in ecx.
leave_wasm:
  movq latch_thread@gottpoff(%rip), %r11
  movq %fs:LATCH_THREAD_CURRENT(%r11), %rax
  movq %rcx, LATCH_ACTIVATION_OUTCOME(%rax)
  movq LATCH_ACTIVATION_PREVIOUS(%rax), %rdx
  movq %rdx, %fs:LATCH_THREAD_CURRENT(%r11)
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
  movq LATCH_ACTIVATION_HOST_SP(%rax), %rsp
  jmp latch_unwind_trap

// A host function failed: as above, but found through the thread's state.
unwind_host_failure:
  movq latch_thread@gottpoff(%rip), %rax
  movq %fs:LATCH_THREAD_CURRENT(%rax), %rax
  movq LATCH_ACTIVATION_HOST_SP(%rax), %rsp
  movl $LATCH_OUTCOME_HOST_FAILED, %ecx
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
  ENTER_FROM_HOST
  movq 16(%rbp), %rax
  SAVE_HOST_REGISTERS
  movq latch_thread@gottpoff(%rip), %r11
  movq %rsp, LATCH_ACTIVATION_HOST_SP(%rax)
  movq %fs:LATCH_THREAD_CURRENT(%r11), %r10
  movq %r10, LATCH_ACTIVATION_PREVIOUS(%rax)
  testq %r10, %r10
  jne 1f
  movq %fs:LATCH_THREAD_STACK_SIZE(%r11), %r10
  cmpq LATCH_DIRECT_STACK_SIZE(%rax), %r10
  jne 3f
  movq $0, %fs:LATCH_THREAD_INTERRUPTED(%r11)
  movq %fs:LATCH_THREAD_STACK_HIGH(%r11), %rsp
1:
  movq %rax, %fs:LATCH_THREAD_CURRENT(%r11)
interruptible_direct:
  cmpq $0, %fs:LATCH_THREAD_INTERRUPTED(%r11)
  jne interrupted_direct
go_on_direct:
  movq LATCH_DIRECT_CONTEXT(%rax), %r14
  // Twice, for alignment.
  pushq %rax
  pushq %rax
  movq LATCH_INSTANCE_MEMORY_BASE(%r14), %r15
  xorl %r10d, %r10d
  xorl %ebp, %ebp
  callq *LATCH_DIRECT_CODE(%rax)
interruptible_direct_end:
  popq %rcx
  movq latch_thread@gottpoff(%rip), %r11
  movq LATCH_ACTIVATION_HOST_SP(%rcx), %rsp
  movq LATCH_ACTIVATION_PREVIOUS(%rcx), %rdx
  movq %rdx, %fs:LATCH_THREAD_CURRENT(%r11)
2:
  RETURN_TO_HOST
3:
  movq $LATCH_OUTCOME_NOT_READY, LATCH_ACTIVATION_OUTCOME(%rax)
  jmp 2b
interrupted_direct:
  subq $SAVED_SIZE, %rsp
  SAVE_ARGUMENTS
  movq %rax, SAVED_WORD(%rsp)
  callq latch_is_entry_interrupted
  testb %al, %al
  jne unwind_interrupted
  RESTORE_ARGUMENTS
  movq SAVED_WORD(%rsp), %rax
  addq $SAVED_SIZE, %rsp
  jmp go_on_direct
  .cfi_endproc
  .size latch_call_direct, .-latch_call_direct

  .globl latch_thunks_start
  .hidden latch_thunks_start
latch_thunks_start:

// Traps with a stack overflow when fewer bytes than the host's headroom are left. Clobbers r11.
#define CHECK_HEADROOM \
  movq latch_thread@gottpoff(%rip), %r11; \
  cmpq %fs:LATCH_THREAD_STACK_LIMIT(%r11), %rsp; \
  jb stack_overflow

// Sets the flags to "not equal" if this thread has a note of an interruption. Clobbers r11.
#define TEST_INTERRUPTED \
  movq latch_thread@gottpoff(%rip), %r11; \
  cmpq $0, %fs:LATCH_THREAD_INTERRUPTED(%r11)

// There is a note of an interruption: unwinds, if it is for what runs. rax stays.
#define UNWIND_IF_INTERRUPTED \
  pushq %rax; \
  subq $8, %rsp; \
  movq %rbp, %rdi; \
  callq latch_is_interrupted; \
  testb %al, %al; \
  jne unwind_interrupted; \
  addq $8, %rsp; \
  popq %rax

// All host functions start here: r14 = struct latch_host_function, r10 = the caller's context.
  .type host_thunk, @function
  .p2align 4
host_thunk:
  pushq %rbp
  movq %rsp, %rbp
  CHECK_HEADROOM
  subq $LATCH_HOST_FRAME_SIZE, %rsp
  movq %rdi, LATCH_HOST_FRAME_INTEGERS+0(%rsp)
  movq %rsi, LATCH_HOST_FRAME_INTEGERS+8(%rsp)
  movq %rdx, LATCH_HOST_FRAME_INTEGERS+16(%rsp)
  movq %rcx, LATCH_HOST_FRAME_INTEGERS+24(%rsp)
  movq %r8, LATCH_HOST_FRAME_INTEGERS+32(%rsp)
  movq %r9, LATCH_HOST_FRAME_INTEGERS+40(%rsp)
  movups %xmm0, LATCH_HOST_FRAME_FLOATS+0(%rsp)
  movups %xmm1, LATCH_HOST_FRAME_FLOATS+16(%rsp)
  movups %xmm2, LATCH_HOST_FRAME_FLOATS+32(%rsp)
  movups %xmm3, LATCH_HOST_FRAME_FLOATS+48(%rsp)
  movups %xmm4, LATCH_HOST_FRAME_FLOATS+64(%rsp)
  movups %xmm5, LATCH_HOST_FRAME_FLOATS+80(%rsp)
  movups %xmm6, LATCH_HOST_FRAME_FLOATS+96(%rsp)
  movups %xmm7, LATCH_HOST_FRAME_FLOATS+112(%rsp)
  leaq 16(%rbp), %rax
  movq %rax, LATCH_HOST_FRAME_STACK_ARGUMENTS(%rsp)
  movq %r13, LATCH_HOST_FRAME_FURTHER_RESULTS(%rsp)
  movq %r10, LATCH_HOST_FRAME_CALLER(%rsp)
  movq %r14, %rdi
  movq %rsp, %rsi
  callq *LATCH_HOST_IMPLEMENTATION(%r14)
  cmpl $LATCH_HOST_OUTCOME_RETURNED, %eax
  jne 2f
interruptible_host:
  TEST_INTERRUPTED
  jne 3f
go_on_host:
  movq LATCH_HOST_FRAME_RESULT(%rsp), %rax
  movq %rax, %xmm0
  movq LATCH_HOST_STACK_AREA(%r14), %rcx
  testq %rcx, %rcx
  jne 1f
  leave
  retq
1:
  testb $1, %cl
  je 4f
  decq %rcx
  movups LATCH_HOST_FRAME_VECTOR_RESULT(%rsp), %xmm0
4:
  leave
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
  movq LATCH_HOST_FRAME_RESULT(%rsp), %rax

// Goes on where the exception in rax is caught; rbp = a frame whose return address is in the code that threw it.
continue_throw:
  // A landing, and the exception.
  subq $LATCH_LANDING_SIZE+8, %rsp
  movq %rax, LATCH_LANDING_SIZE(%rsp)
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
  movq LATCH_LANDING_SIZE(%rsp), %rax
  movq LATCH_LANDING_PC(%rsp), %rcx
  movq LATCH_LANDING_FRAME(%rsp), %rbp
  movq LATCH_LANDING_SP(%rsp), %rsp
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
  movq LATCH_ACTIVATION_HOST_SP(%rax), %rsp
  movl $LATCH_OUTCOME_THREW, %ecx
  jmp leave_wasm

// Lazy stubs jump here: r10d = function index, r14 = the instance's context; every argument register is live.
  .type lazy_thunk, @function
  .p2align 4
lazy_thunk:
  pushq %rbp
  movq %rsp, %rbp
  CHECK_HEADROOM
  subq $SAVED_SIZE, %rsp
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
  movq %rax, SAVED_WORD(%rsp)
  movq %rbp, %rdi
  callq latch_is_interrupted
  testb %al, %al
  movq SAVED_WORD(%rsp), %rax
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
  cmpq %fs:LATCH_THREAD_STACK_LIMIT(%r11), %rsp
  jb interruptible_hot_entry_end
  subq $SAVED_SIZE, %rsp
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
  cmpq %fs:LATCH_THREAD_STACK_LIMIT(%r11), %rsp
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
  UNWIND_IF_INTERRUPTED
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
  UNWIND_IF_INTERRUPTED
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
// The same for helpers that make an exception: it is then thrown. Null: there was no memory for it; the owner keeps the error.
#define THROWER(n) \
helper##n: \
  pushq %rbp; \
  movq %rsp, %rbp; \
  CHECK_HEADROOM; \
  callq *latch_helper_implementations+8*n(%rip); \
  testq %rax, %rax; \
  je unwind_host_failure; \
  jmp continue_throw

#if LATCH_HELPER_THROW_TAG != 10 || LATCH_HELPER_THROW_REFERENCE != 11
#error "these two are the helpers that throw"
#endif
THROWER(10)
THROWER(11)
HELPER(12)
HELPER(13)
HELPER(14)
HELPER(15)

// Compiled code calls and jumps here in place of a function of another instance: rax = its record, r14 = the caller's context, and r10d = the
// size of the stack area, where there is one. Every argument register is live. No host code runs, so all of it may be left at any instruction.
#define ENTER_RECORD \
  movq %r14, %r10; \
  movq LATCH_RECORD_CONTEXT(%rax), %r14; \
  movq LATCH_INSTANCE_MEMORY_BASE(%r14), %r15
#define COME_BACK \
  movq LATCH_FRAME_CONTEXT(%rbp), %r14; \
  movq LATCH_INSTANCE_MEMORY_BASE(%r14), %r15

// Goes on at `without` a crossing frame if what is called returns to one. Changes r11.
#define JOIN_CROSSING(without) \
  leaq latch_crossing_return(%rip), %r11; \
  cmpq %r11, (%rsp); \
  je without; \
  leaq latch_stack_crossing_return(%rip), %r11; \
  cmpq %r11, (%rsp); \
  je without

  .p2align 4
interruptible_crossing:
crossing_tail:
  JOIN_CROSSING(switch_instance)
crossing:
  pushq %rbp
  movq %rsp, %rbp
  pushq %r14
  subq $8, %rsp
  ENTER_RECORD
  callq *LATCH_RECORD_CODE(%rax)
  .globl latch_crossing_return
  .hidden latch_crossing_return
latch_crossing_return:
  COME_BACK
  leave
  retq

switch_instance:
  ENTER_RECORD
  jmpq *LATCH_RECORD_CODE(%rax)

  .p2align 4
stack_crossing_tail:
  JOIN_CROSSING(switch_instance)
stack_crossing:
  pushq %rbp
  movq %rsp, %rbp
  pushq %r14
  pushq %r10
  // The area again, for the callee to pop, from its last word to its first.
1:
  pushq 8(%rbp,%r10)
  subq $8, %r10
  jne 1b
  ENTER_RECORD
  callq *LATCH_RECORD_CODE(%rax)
  .globl latch_stack_crossing_return
  .hidden latch_stack_crossing_return
latch_stack_crossing_return:
  COME_BACK
  movq -16(%rbp), %r10
  leave
  popq %r11
  addq %r10, %rsp
  jmpq *%r11
interruptible_crossing_end:

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
  .quad interruptible_crossing, interruptible_crossing_end
  .quad 0
  // C takes arrays to be aligned so.
  .p2align 4
  .globl latch_crossing_thunks
latch_crossing_thunks:
  .quad crossing, stack_crossing, crossing_tail, stack_crossing_tail
  .p2align 4
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
  .zero 8*LATCH_HELPER_COUNT
#endif
  .section .note.GNU-stack, "", @progbits
