  (func $field (;0;) (param i64 i32 i64) (result i64)
    (local (;3;) i64 i64 i64 i64 i64 i64 i64)
    (local (;10;) i32)
    block  ;; @1
      local.get 2
      i32.wrap_i64
      i32.const 7
      i32.and
      i32.const 3
      i32.ne
      br_if 0 (;@1;)
      local.get 2
      i32.wrap_i64
      i32.load8_u offset=5
      i32.const 70
      i32.ne
      br_if 0 (;@1;)
      local.get 2
      i32.wrap_i64
      i64.load offset=13
      i32.const 0
      i64.load offset=#
      i64.ne
      br_if 0 (;@1;)
      local.get 2
      i32.wrap_i64
      i64.load offset=29
      local.set 3
      local.get 3
      return
      unreachable
    end
    local.get 1
    local.get 2
    i64.store
    i32.const 0
    i32.const #
    i32.store offset=#
    i64.const 0
    local.get 1
    i32.const #
    i32.const 0
    return_call_indirect (type 9) (param i64 i32 i32) (result i64)
  )
