  (func $adder (;0;) (param i64 i32 i64) (result i64)
    (local (;3;) i64 i64 i64 i64 i64 i64)
    (local (;9;) i32)
    i32.const 0
    i32.load offset=#
    local.tee 9
    i32.const 24
    i32.add
    i32.const 0
    i32.load offset=#
    i32.gt_u
    if  ;; @1
      i32.const 24
      i32.const #
      call_indirect (type 11) (param i32) (result i32)
      local.set 9
    else
      i32.const 0
      local.get 9
      i32.const 24
      i32.add
      i32.store offset=#
    end
    local.get 9
    i64.const #
    i64.store
    local.get 9
    i64.const #
    i64.store offset=8
    local.get 9
    local.get 2
    i64.store offset=16
    local.get 9
    i32.const 6
    i32.sub
    i64.extend_i32_u
    local.set 3
    local.get 3
    return
    unreachable
  )
