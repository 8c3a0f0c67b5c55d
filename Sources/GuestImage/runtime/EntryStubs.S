// The entry stubs: the procedures in the table that stand between the two conventions by which a procedure can be called, and between
// generated code and the interpreter. They are in assembly because they need true tail calls between functions of different types, which
// neither Swift nor C can promise.
//
//   latch_interpret_N, latch_interpret_any   entries of a procedure without generated code: run it in the interpreter
//   latch_spread_N   direct entries of a procedure that only has a general entry: put the arguments in memory, jump there
//   latch_deoptimize where generated code goes when it presumed something wrong
//   latch_primitive_N   direct entries of a primitive that takes so many arguments: put the arguments in memory, jump to its function
//   latch_gather     general entry of a procedure that only has direct entries: take the arguments from memory, jump there
//
// The types are GuestABI's calling convention: (closure, sp, argument...) and (closure, sp, count); locals 0 and 1 are always the closure and sp.
// Offsets are named in GuestLayout.h.
#include "GuestLayout.h"

	.functype latch_enter (i64, i32, i32) -> (i64)
	.functype latch_continue (i64, i32, i32) -> (i64)
	.functype latch_arity_error (i64, i32, i32) -> (i64)
	.functype latch_pending_procedure () -> (i64)
	.functype latch_pending_sp () -> (i32)
	.functype latch_pending_count () -> (i32)
	.tabletype __indirect_function_table, funcref

	.macro function name
	.globl \name
	.type \name,@function
	.section .text.\name,"",@
\name:
	.endm

// Stores argument INDEX where a general entry looks for it, if there are more than INDEX.
	.macro store_argument index, local, offset, count
	.if \count > \index
	local.get 1
	local.get \local
	i64.store \offset
	.endif
	.endm

	.macro store_arguments count
	store_argument 0, 2, 0, \count
	store_argument 1, 3, 8, \count
	store_argument 2, 4, 16, \count
	store_argument 3, 5, 24, \count
	store_argument 4, 6, 32, \count
	store_argument 5, 7, 40, \count
	.endm

	.macro push_argument index, offset, count
	.if \count > \index
	local.get 1
	i64.load \offset
	.endif
	.endm

	.macro push_arguments count
	push_argument 0, 0, \count
	push_argument 1, 8, \count
	push_argument 2, 16, \count
	push_argument 3, 24, \count
	push_argument 4, 32, \count
	push_argument 5, 40, \count
	.endm

// Returns the result of `latch_enter`, which is on the stack, unless it is `tailCall`: then makes the pending call. LOCAL is a free i64.
	.macro finish local
	local.tee \local
	i64.const TAIL_CALL
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get \local
	end_function
	.endm

// Ends a block and jumps to the direct entry of COUNT arguments, at OFFSET in the Func that local 3 is the address of.
	.macro jump_direct count, offset, types:vararg
	end_block
	local.get 0
	local.get 1
	push_arguments \count
	local.get 3
	i32.load \offset
	return_call_indirect __indirect_function_table, (\types) -> (i64)
	.endm

// Jumps to the direct entry for as many arguments as local 2 says; goes on after this for more than six.
	.macro jump_by_count
	block
	block
	block
	block
	block
	block
	block
	block
	local.get 2
	br_table {0, 1, 2, 3, 4, 5, 6, 7}
	jump_direct 0, FUNC_DIRECT_ENTRY_0, i64, i32
	jump_direct 1, FUNC_DIRECT_ENTRY_1, i64, i32, i64
	jump_direct 2, FUNC_DIRECT_ENTRY_2, i64, i32, i64, i64
	jump_direct 3, FUNC_DIRECT_ENTRY_3, i64, i32, i64, i64, i64
	jump_direct 4, FUNC_DIRECT_ENTRY_4, i64, i32, i64, i64, i64, i64
	jump_direct 5, FUNC_DIRECT_ENTRY_5, i64, i32, i64, i64, i64, i64, i64
	jump_direct 6, FUNC_DIRECT_ENTRY_6, i64, i32, i64, i64, i64, i64, i64, i64
	end_block
	.endm

// After `latch_enter` returned `tailCall`: makes the pending call.
	function latch_finish_tail
	.functype latch_finish_tail () -> (i64)
	.local i64, i32, i32, i32
	call latch_pending_procedure
	local.tee 0
	i32.wrap_i64
	i32.load PROCEDURE_FUNC
	local.set 3
	call latch_pending_sp
	local.set 1
	call latch_pending_count
	local.set 2
	jump_by_count
	local.get 0
	local.get 1
	local.get 2
	local.get 3
	i32.load FUNC_GENERAL_ENTRY
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

// (closure, sp, argument...): interpret. LOCAL is the first after the parameters.
	.macro interpret count, local, types:vararg
	function latch_interpret_\count
	.functype latch_interpret_\count (\types) -> (i64)
	.local i64
	store_arguments \count
	local.get 0
	local.get 1
	i32.const \count
	call latch_enter
	finish \local
	.endm

	interpret 0, 2, i64, i32
	interpret 1, 3, i64, i32, i64
	interpret 2, 4, i64, i32, i64, i64
	interpret 3, 5, i64, i32, i64, i64, i64
	interpret 4, 6, i64, i32, i64, i64, i64, i64
	interpret 5, 7, i64, i32, i64, i64, i64, i64, i64
	interpret 6, 8, i64, i32, i64, i64, i64, i64, i64, i64

	function latch_interpret_any
	.functype latch_interpret_any (i64, i32, i32) -> (i64)
	.local i64
	local.get 0
	local.get 1
	local.get 2
	call latch_enter
	finish 3

// A macro for each number of arguments, with the types of a function's parameters.
	.macro for_each_count name
	\name 0, i64, i32
	\name 1, i64, i32, i64
	\name 2, i64, i32, i64, i64
	\name 3, i64, i32, i64, i64, i64
	\name 4, i64, i32, i64, i64, i64, i64
	\name 5, i64, i32, i64, i64, i64, i64, i64
	\name 6, i64, i32, i64, i64, i64, i64, i64, i64
	.endm

// (closure, sp, argument...): store the arguments at sp and jump to the general entry.
	.macro spread count, types:vararg
	function latch_spread_\count
	.functype latch_spread_\count (\types) -> (i64)
	store_arguments \count
	local.get 0
	local.get 1
	i32.const \count
	local.get 0
	i32.wrap_i64
	i32.load PROCEDURE_FUNC
	i32.load FUNC_GENERAL_ENTRY
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function
	.endm

	for_each_count spread

// (closure, sp, argument...): store the arguments at sp and jump to the primitive's function.
	.macro primitive count, types:vararg
	function latch_primitive_\count
	.functype latch_primitive_\count (\types) -> (i64)
	store_arguments \count
	local.get 1
	i32.const \count
	local.get 0
	i32.wrap_i64
	i32.load PROCEDURE_FUNC
	i32.load FUNC_PRIMITIVE_FUNCTION
	return_call_indirect __indirect_function_table, (i32, i32) -> (i64)
	end_function
	.endm

	for_each_count primitive

// (closure, sp, count): load the arguments from sp and jump to the direct entry.
	function latch_gather
	.functype latch_gather (i64, i32, i32) -> (i64)
	.local i32
	local.get 0
	i32.wrap_i64
	i32.load PROCEDURE_FUNC
	local.set 3
	jump_by_count
	local.get 0
	local.get 1
	local.get 2
	return_call latch_arity_error
	end_function

// (closure, sp, node): goes on in the interpreter, whose frame is at sp.
	function latch_deoptimize
	.functype latch_deoptimize (i64, i32, i32) -> (i64)
	.local i64
	local.get 0
	local.get 1
	local.get 2
	call latch_continue
	finish 3

// The table index of each of these, by its number in `EntryStub`: interpret 0 to 6, any, spread 0 to 6, gather, deoptimize, primitive 0 to 6.
	.macro index_of number, name
	local.get 0
	i32.const \number
	i32.eq
	if
	i32.const \name
	return
	end_if
	.endm

	function latch_stub_index
	.functype latch_stub_index (i32) -> (i32)
	index_of STUB_INTERPRET_0, latch_interpret_0
	index_of STUB_INTERPRET_1, latch_interpret_1
	index_of STUB_INTERPRET_2, latch_interpret_2
	index_of STUB_INTERPRET_3, latch_interpret_3
	index_of STUB_INTERPRET_4, latch_interpret_4
	index_of STUB_INTERPRET_5, latch_interpret_5
	index_of STUB_INTERPRET_6, latch_interpret_6
	index_of STUB_INTERPRET_ANY, latch_interpret_any
	index_of STUB_SPREAD_0, latch_spread_0
	index_of STUB_SPREAD_1, latch_spread_1
	index_of STUB_SPREAD_2, latch_spread_2
	index_of STUB_SPREAD_3, latch_spread_3
	index_of STUB_SPREAD_4, latch_spread_4
	index_of STUB_SPREAD_5, latch_spread_5
	index_of STUB_SPREAD_6, latch_spread_6
	index_of STUB_GATHER, latch_gather
	index_of STUB_PRIMITIVE_0, latch_primitive_0
	index_of STUB_PRIMITIVE_1, latch_primitive_1
	index_of STUB_PRIMITIVE_2, latch_primitive_2
	index_of STUB_PRIMITIVE_3, latch_primitive_3
	index_of STUB_PRIMITIVE_4, latch_primitive_4
	index_of STUB_PRIMITIVE_5, latch_primitive_5
	index_of STUB_PRIMITIVE_6, latch_primitive_6
	i32.const latch_deoptimize
	end_function

// What Swift cannot say of the stack: where its end is at present; and of the table: its size; making entries (first, count) null.

	.globaltype __stack_pointer, i32

	function latch_stack_pointer
	.functype latch_stack_pointer () -> (i32)
	global.get __stack_pointer
	end_function

	function latch_table_size
	.functype latch_table_size () -> (i32)
	table.size __indirect_function_table
	end_function

	function latch_table_clear
	.functype latch_table_clear (i32, i32) -> ()
	local.get 0
	ref.null_func
	local.get 1
	table.fill __indirect_function_table
	end_function
