// What the entry stubs (EntryStubs.S) call of the runtime.
import GuestABI
import SchemeCore

@_cdecl("latch_enter")
public func enterFromStub(_ closure: Word, _ sp: Address, _ count: Int32) -> Word { enter(closure, sp, Int(count)) }

@_cdecl("latch_arity_error")
public func arityErrorFromStub(_ closure: Word, _ sp: Address, _ count: Int32) -> Word {
  raiseWrongArgumentCount(closure, Int(count))
}

@_cdecl("latch_continue")
public func continueFromStub(_ closure: Word, _ sp: Address, _ node: Address) -> Word {
  continueInterpreted(closure, sp, Node(node))
}

@_cdecl("latch_pending_procedure")
public func pendingProcedure() -> Word { Pending.procedure }
@_cdecl("latch_pending_sp")
public func pendingStackPointer() -> Address { Pending.sp }
@_cdecl("latch_pending_count")
public func pendingCount() -> Int32 { Int32(Pending.count) }
