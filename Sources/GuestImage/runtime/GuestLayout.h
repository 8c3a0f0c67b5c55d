// The layouts and numbers that the runtime's C and assembly share with its Swift. Each name says which constant it repeats; a test of SchemeCoreTests
// (GuestLayoutTests) compares all of them.
#pragma once

// GuestABI.FuncLayout
#define FUNC_DIRECT_ENTRY_0 0
#define FUNC_DIRECT_ENTRY_1 4
#define FUNC_DIRECT_ENTRY_2 8
#define FUNC_DIRECT_ENTRY_3 12
#define FUNC_DIRECT_ENTRY_4 16
#define FUNC_DIRECT_ENTRY_5 20
#define FUNC_DIRECT_ENTRY_6 24
#define FUNC_GENERAL_ENTRY 28
#define FUNC_PRIMITIVE_FUNCTION 100

// Where a procedure's Func is, from the procedure's word: GuestABI.Tag.offset(procedure, 1).
#define PROCEDURE_FUNC 14

// GuestABI.Constant.tailCall
#define TAIL_CALL -17

// GuestABI.EntryStub, with the number of arguments added. (The assembler adds nothing up in operands.)
#define STUB_INTERPRET_0 0
#define STUB_INTERPRET_1 1
#define STUB_INTERPRET_2 2
#define STUB_INTERPRET_3 3
#define STUB_INTERPRET_4 4
#define STUB_INTERPRET_5 5
#define STUB_INTERPRET_6 6
#define STUB_INTERPRET_ANY 7
#define STUB_SPREAD_0 8
#define STUB_SPREAD_1 9
#define STUB_SPREAD_2 10
#define STUB_SPREAD_3 11
#define STUB_SPREAD_4 12
#define STUB_SPREAD_5 13
#define STUB_SPREAD_6 14
#define STUB_GATHER 15
#define STUB_DEOPTIMIZE 16
#define STUB_PRIMITIVE_0 17
#define STUB_PRIMITIVE_1 18
#define STUB_PRIMITIVE_2 19
#define STUB_PRIMITIVE_3 20
#define STUB_PRIMITIVE_4 21
#define STUB_PRIMITIVE_5 22
#define STUB_PRIMITIVE_6 23

// SchemeCore.pageSize
#define PAGE_SIZE 65536
