// The numbers that Swift, C and assembly share: offsets within structs, sizes, trap reasons, helpers. Only numbers, so that assembly can include it.
//
// Each is stated here and checked elsewhere: offsets of C structs by LATCH_ASSERT_OFFSET beside the struct, what RuntimeLayout defines by the
// test LayoutTests. Assembly uses the names alone.
#pragma once

// ---- struct latch_call ----
#define LATCH_CALL_CODE 0
#define LATCH_CALL_CONTEXT 8
#define LATCH_CALL_MEMORY_BASE 16
#define LATCH_CALL_INTEGERS 24
#define LATCH_CALL_FLOATS 72
#define LATCH_CALL_STACK_ARGUMENTS 200
#define LATCH_CALL_STACK_ARGUMENT_COUNT 208
#define LATCH_CALL_FURTHER_RESULTS 216
#define LATCH_CALL_INTEGER_RESULT 224
#define LATCH_CALL_FLOAT_RESULT 232

// ---- struct latch_activation ----
#define LATCH_ACTIVATION_HOST_SP 0
#define LATCH_ACTIVATION_WASM_SP 8
#define LATCH_ACTIVATION_PREVIOUS 16
#define LATCH_ACTIVATION_OUTCOME 24

// ---- struct latch_direct_call ----
#define LATCH_DIRECT_CODE 48
#define LATCH_DIRECT_CONTEXT 56
#define LATCH_DIRECT_STACK_SIZE 64

// ---- struct latch_host_frame ----
#define LATCH_HOST_FRAME_INTEGERS 0
#define LATCH_HOST_FRAME_FLOATS 48
#define LATCH_HOST_FRAME_STACK_ARGUMENTS 176
#define LATCH_HOST_FRAME_FURTHER_RESULTS 184
#define LATCH_HOST_FRAME_CALLER 192
#define LATCH_HOST_FRAME_RESULT 200
#define LATCH_HOST_FRAME_VECTOR_RESULT 208
#define LATCH_HOST_FRAME_SIZE 224

// ---- struct latch_host_function ----
#define LATCH_HOST_IMPLEMENTATION 0
#define LATCH_HOST_STACK_AREA 8

// ---- struct latch_thread ----
#define LATCH_THREAD_CURRENT 0
#define LATCH_THREAD_STACK_LIMIT 8
#define LATCH_THREAD_STACK_HIGH 16
#define LATCH_THREAD_STACK_SIZE 24
#define LATCH_THREAD_INTERRUPTED 32

// ---- struct latch_landing ----
#define LATCH_LANDING_PC 0
#define LATCH_LANDING_FRAME 8
#define LATCH_LANDING_SP 16
#define LATCH_LANDING_SIZE 24

// ---- enum latch_outcome, enum latch_host_outcome ----
#define LATCH_OUTCOME_TRAPPED 1
#define LATCH_OUTCOME_HOST_FAILED 2
#define LATCH_OUTCOME_THREW 4
#define LATCH_OUTCOME_NOT_READY 5
#define LATCH_HOST_OUTCOME_RETURNED 1

// ---- RuntimeLayout: InstanceContext, BaselineFrame and every other frame, FunctionRecord, ExceptionRecord ----
#define LATCH_INSTANCE_MEMORY_BASE 8
#define LATCH_INSTANCE_CROSSING 64
#define LATCH_FRAME_CONTEXT (-8)
#define LATCH_RECORD_CODE 0
#define LATCH_RECORD_CONTEXT 8
#define LATCH_EXCEPTION_TAG 0

// ---- RuntimeLayout: CallingConvention, StackLayout ----
#define LATCH_INTEGER_ARGUMENTS 6
#define LATCH_FLOAT_ARGUMENTS 8
#define LATCH_STACK_GUARD 1048576
#define LATCH_HOST_HEADROOM 262144

// ---- RuntimeLayout: TrapReason, TrapSite ----
#define LATCH_TRAP_STACK_OVERFLOW 9
#define LATCH_TRAP_INTERRUPTED 11
#define LATCH_TRAP_TIME_LIMIT 12
#define LATCH_SITE_CODE_OFFSET 0
#define LATCH_SITE_WASM_OFFSET 4
#define LATCH_SITE_REASON 8
#define LATCH_SITE_SIZE 12

// ---- RuntimeLayout: HandlerTable, in 32-bit words ----
#define LATCH_HANDLER_HEADER_WORDS 4
#define LATCH_HANDLER_CALL_WORDS 2
#define LATCH_HANDLER_TRY_WORDS 3
#define LATCH_HANDLER_CLAUSE_WORDS 2
#define LATCH_HANDLER_NONE 0xFFFFFFFF
#define LATCH_HANDLER_ANY_TAG 0xFFFFFFFF

// ---- RuntimeLayout: RuntimeHelper. The thunks of the two that throw differ from the others. ----
#define LATCH_HELPER_THROW_TAG 10
#define LATCH_HELPER_THROW_REFERENCE 11
#define LATCH_HELPER_COUNT 16

#ifndef __ASSEMBLER__
/// That a field of a struct lies where the number says.
#define LATCH_ASSERT_OFFSET(type, field, offset) \
  _Static_assert(offsetof(struct type, field) == (offset), #type "." #field " is not at " #offset)
#endif
