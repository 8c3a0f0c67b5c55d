# The entry stubs: the procedures in the table that stand between the two ways in which a procedure can be called, and between
# generated code and the interpreter. They are in assembly because they need true tail calls between functions of different types, which
# neither Swift nor C can promise.
#
#   latch_interpret_N, latch_interpret_any   entries of a procedure without generated code: run it in the interpreter
#   latch_spread_N   direct entries of a procedure that only has a general entry: put the arguments in memory, jump there
#   latch_gather     general entry of a procedure that only has direct entries: take the arguments from memory, jump there
#
# The types are GuestABI's calling convention: (closure, sp, argument...) and (closure, sp, count).
# Func layout: direct entries at 0, 4 ... 24; general entry at 28. A procedure's Func address is at 14 from its word.

	.functype latch_enter (i64, i32, i32) -> (i64)
	.functype latch_arity_error (i64, i32, i32) -> (i64)
	.functype latch_pending_procedure () -> (i64)
	.functype latch_pending_sp () -> (i32)
	.functype latch_pending_count () -> (i32)

	.tabletype __indirect_function_table, funcref

# After `latch_enter` returned `tailCall`: make the pending call.
	.globl latch_finish_tail
	.type latch_finish_tail,@function
	.section .text.latch_finish_tail,"",@
latch_finish_tail:
	.functype latch_finish_tail () -> (i64)
	.local i64, i32, i32, i32
	call latch_pending_procedure
	local.tee 0
	i32.wrap_i64
	i32.load 14
	local.set 3
	call latch_pending_sp
	local.set 1
	call latch_pending_count
	local.set 2
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
	end_block
	local.get 0
	local.get 1
	local.get 3
	i32.load 0
	return_call_indirect __indirect_function_table, (i64, i32) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 3
	i32.load 4
	return_call_indirect __indirect_function_table, (i64, i32, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 3
	i32.load 8
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 3
	i32.load 12
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 1
	i64.load 24
	local.get 3
	i32.load 16
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 1
	i64.load 24
	local.get 1
	i64.load 32
	local.get 3
	i32.load 20
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 1
	i64.load 24
	local.get 1
	i64.load 32
	local.get 1
	i64.load 40
	local.get 3
	i32.load 24
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 2
	local.get 3
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

# (closure, sp, argument...): interpret.
	.globl latch_interpret_0
	.type latch_interpret_0,@function
	.section .text.latch_interpret_0,"",@
latch_interpret_0:
	.functype latch_interpret_0 (i64, i32) -> (i64)
	.local i64
	local.get 0
	local.get 1
	i32.const 0
	call latch_enter
	local.tee 2
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 2
	end_function

	.globl latch_interpret_1
	.type latch_interpret_1,@function
	.section .text.latch_interpret_1,"",@
latch_interpret_1:
	.functype latch_interpret_1 (i64, i32, i64) -> (i64)
	.local i64
	local.get 1
	local.get 2
	i64.store 0
	local.get 0
	local.get 1
	i32.const 1
	call latch_enter
	local.tee 3
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 3
	end_function

	.globl latch_interpret_2
	.type latch_interpret_2,@function
	.section .text.latch_interpret_2,"",@
latch_interpret_2:
	.functype latch_interpret_2 (i64, i32, i64, i64) -> (i64)
	.local i64
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 0
	local.get 1
	i32.const 2
	call latch_enter
	local.tee 4
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 4
	end_function

	.globl latch_interpret_3
	.type latch_interpret_3,@function
	.section .text.latch_interpret_3,"",@
latch_interpret_3:
	.functype latch_interpret_3 (i64, i32, i64, i64, i64) -> (i64)
	.local i64
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 0
	local.get 1
	i32.const 3
	call latch_enter
	local.tee 5
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 5
	end_function

	.globl latch_interpret_4
	.type latch_interpret_4,@function
	.section .text.latch_interpret_4,"",@
latch_interpret_4:
	.functype latch_interpret_4 (i64, i32, i64, i64, i64, i64) -> (i64)
	.local i64
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 1
	local.get 5
	i64.store 24
	local.get 0
	local.get 1
	i32.const 4
	call latch_enter
	local.tee 6
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 6
	end_function

	.globl latch_interpret_5
	.type latch_interpret_5,@function
	.section .text.latch_interpret_5,"",@
latch_interpret_5:
	.functype latch_interpret_5 (i64, i32, i64, i64, i64, i64, i64) -> (i64)
	.local i64
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 1
	local.get 5
	i64.store 24
	local.get 1
	local.get 6
	i64.store 32
	local.get 0
	local.get 1
	i32.const 5
	call latch_enter
	local.tee 7
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 7
	end_function

	.globl latch_interpret_6
	.type latch_interpret_6,@function
	.section .text.latch_interpret_6,"",@
latch_interpret_6:
	.functype latch_interpret_6 (i64, i32, i64, i64, i64, i64, i64, i64) -> (i64)
	.local i64
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 1
	local.get 5
	i64.store 24
	local.get 1
	local.get 6
	i64.store 32
	local.get 1
	local.get 7
	i64.store 40
	local.get 0
	local.get 1
	i32.const 6
	call latch_enter
	local.tee 8
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 8
	end_function

	.globl latch_interpret_any
	.type latch_interpret_any,@function
	.section .text.latch_interpret_any,"",@
latch_interpret_any:
	.functype latch_interpret_any (i64, i32, i32) -> (i64)
	.local i64
	local.get 0
	local.get 1
	local.get 2
	call latch_enter
	local.tee 3
	i64.const -17
	i64.eq
	if
	return_call latch_finish_tail
	end_if
	local.get 3
	end_function

# (closure, sp, argument...): store the arguments at sp and jump to the general entry.
	.globl latch_spread_0
	.type latch_spread_0,@function
	.section .text.latch_spread_0,"",@
latch_spread_0:
	.functype latch_spread_0 (i64, i32) -> (i64)
	local.get 0
	local.get 1
	i32.const 0
	local.get 0
	i32.wrap_i64
	i32.load 14
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

	.globl latch_spread_1
	.type latch_spread_1,@function
	.section .text.latch_spread_1,"",@
latch_spread_1:
	.functype latch_spread_1 (i64, i32, i64) -> (i64)
	local.get 1
	local.get 2
	i64.store 0
	local.get 0
	local.get 1
	i32.const 1
	local.get 0
	i32.wrap_i64
	i32.load 14
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

	.globl latch_spread_2
	.type latch_spread_2,@function
	.section .text.latch_spread_2,"",@
latch_spread_2:
	.functype latch_spread_2 (i64, i32, i64, i64) -> (i64)
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 0
	local.get 1
	i32.const 2
	local.get 0
	i32.wrap_i64
	i32.load 14
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

	.globl latch_spread_3
	.type latch_spread_3,@function
	.section .text.latch_spread_3,"",@
latch_spread_3:
	.functype latch_spread_3 (i64, i32, i64, i64, i64) -> (i64)
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 0
	local.get 1
	i32.const 3
	local.get 0
	i32.wrap_i64
	i32.load 14
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

	.globl latch_spread_4
	.type latch_spread_4,@function
	.section .text.latch_spread_4,"",@
latch_spread_4:
	.functype latch_spread_4 (i64, i32, i64, i64, i64, i64) -> (i64)
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 1
	local.get 5
	i64.store 24
	local.get 0
	local.get 1
	i32.const 4
	local.get 0
	i32.wrap_i64
	i32.load 14
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

	.globl latch_spread_5
	.type latch_spread_5,@function
	.section .text.latch_spread_5,"",@
latch_spread_5:
	.functype latch_spread_5 (i64, i32, i64, i64, i64, i64, i64) -> (i64)
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 1
	local.get 5
	i64.store 24
	local.get 1
	local.get 6
	i64.store 32
	local.get 0
	local.get 1
	i32.const 5
	local.get 0
	i32.wrap_i64
	i32.load 14
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

	.globl latch_spread_6
	.type latch_spread_6,@function
	.section .text.latch_spread_6,"",@
latch_spread_6:
	.functype latch_spread_6 (i64, i32, i64, i64, i64, i64, i64, i64) -> (i64)
	local.get 1
	local.get 2
	i64.store 0
	local.get 1
	local.get 3
	i64.store 8
	local.get 1
	local.get 4
	i64.store 16
	local.get 1
	local.get 5
	i64.store 24
	local.get 1
	local.get 6
	i64.store 32
	local.get 1
	local.get 7
	i64.store 40
	local.get 0
	local.get 1
	i32.const 6
	local.get 0
	i32.wrap_i64
	i32.load 14
	i32.load 28
	return_call_indirect __indirect_function_table, (i64, i32, i32) -> (i64)
	end_function

# (closure, sp, count): load the arguments from sp and jump to the direct entry.
	.globl latch_gather
	.type latch_gather,@function
	.section .text.latch_gather,"",@
latch_gather:
	.functype latch_gather (i64, i32, i32) -> (i64)
	.local i32
	local.get 0
	i32.wrap_i64
	i32.load 14
	local.set 3
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
	end_block
	local.get 0
	local.get 1
	local.get 3
	i32.load 0
	return_call_indirect __indirect_function_table, (i64, i32) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 3
	i32.load 4
	return_call_indirect __indirect_function_table, (i64, i32, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 3
	i32.load 8
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 3
	i32.load 12
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 1
	i64.load 24
	local.get 3
	i32.load 16
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 1
	i64.load 24
	local.get 1
	i64.load 32
	local.get 3
	i32.load 20
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 1
	i64.load 0
	local.get 1
	i64.load 8
	local.get 1
	i64.load 16
	local.get 1
	i64.load 24
	local.get 1
	i64.load 32
	local.get 1
	i64.load 40
	local.get 3
	i32.load 24
	return_call_indirect __indirect_function_table, (i64, i32, i64, i64, i64, i64, i64, i64) -> (i64)
	end_block
	local.get 0
	local.get 1
	local.get 2
	return_call latch_arity_error
	end_function

# The table indices of all of these, for the runtime: interpret_0 ... 6, interpret_any, spread_0 ... 6, gather.
	.globl latch_stub_index
	.type latch_stub_index,@function
	.section .text.latch_stub_index,"",@
latch_stub_index:
	.functype latch_stub_index (i32) -> (i32)
	block
	block
	block
	block
	block
	block
	block
	block
	block
	block
	block
	block
	block
	block
	block
	block
	local.get 0
	br_table {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15}
	end_block
	i32.const latch_interpret_0
	return
	end_block
	i32.const latch_interpret_1
	return
	end_block
	i32.const latch_interpret_2
	return
	end_block
	i32.const latch_interpret_3
	return
	end_block
	i32.const latch_interpret_4
	return
	end_block
	i32.const latch_interpret_5
	return
	end_block
	i32.const latch_interpret_6
	return
	end_block
	i32.const latch_interpret_any
	return
	end_block
	i32.const latch_spread_0
	return
	end_block
	i32.const latch_spread_1
	return
	end_block
	i32.const latch_spread_2
	return
	end_block
	i32.const latch_spread_3
	return
	end_block
	i32.const latch_spread_4
	return
	end_block
	i32.const latch_spread_5
	return
	end_block
	i32.const latch_spread_6
	return
	end_block
	i32.const latch_gather
	end_function
