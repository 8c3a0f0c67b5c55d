  (func $scale (;0;) (param i64 i32 i64) (result i64)
    (local (;3;) i64 i64 i64 i64 i64)
    (local (;8;) i32)
    (local (;9;) f64 f64)
    block  ;; @1
      local.get 2
      local.tee 7
      i32.wrap_i64
      i32.const 6
      i32.and
      i32.const 4
      i32.ne
      if (result f64)  ;; @2
        local.get 7
        i32.wrap_i64
        i32.const 7
        i32.and
        i32.const 3
        i32.ne
        br_if 1 (;@1;)
        local.get 7
        i32.wrap_i64
        i32.load8_u offset=5
        i32.const 14
        i32.ne
        br_if 1 (;@1;)
        local.get 7
        i32.wrap_i64
        f64.load offset=13
      else
        local.get 7
        i64.const 1
        i64.sub
        i64.const 4
        i64.rotr
        f64.reinterpret_i64
      end
      local.set 9
      local.get 9
      f64.const 0x1.4000000000000p+1
      f64.mul
      local.set 10
      local.get 10
      i64.reinterpret_f64
      i64.const 4
      i64.rotl
      i64.const 1
      i64.add
      local.tee 3
      i32.wrap_i64
      i32.const 6
      i32.and
      i32.const 4
      i32.ne
      if  ;; @2
        local.get 10
        f64.const 0
        f64.eq
        if (result i64)  ;; @3
          local.get 10
          i64.reinterpret_f64
          i64.const 63
          i64.shr_u
          i64.const 4
          i64.shl
          i64.const #
          i64.add
        else
          local.get 10
          i64.reinterpret_f64
          i32.const #
          call_indirect (type 12) (param i64) (result i64)
        end
        local.set 3
      end
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
