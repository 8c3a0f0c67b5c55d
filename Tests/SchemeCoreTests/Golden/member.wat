  (func $member (;0;) (param i64 i32 i64 i64) (result i64)
    (local (;4;) i64 i64 i64 i64 i64 i64 i64)
    (local (;11;) i32)
    block  ;; @1
      block  ;; @2
        block  ;; @3
          block  ;; @4
            br 0 (;@4;)
          end
          loop  ;; @4
            block  ;; @5
              local.get 3
              i64.const 23
              i64.eq
              i32.eqz
              br_if 0 (;@5;)
              i64.const 7
              return
            end
            local.get 1
            i32.const 0
            i32.load offset=#
            i32.ge_u
            if  ;; @5
              local.get 1
              local.get 2
              i64.store
              local.get 1
              local.get 3
              i64.store offset=8
              i32.const 0
              i64.load offset=#
              local.get 1
              i32.const 2
              i32.const #
              call_indirect (type 9) (param i64 i32 i32) (result i64)
              local.tee 0
              i64.const -1
              i64.eq
              br_if 2 (;@3;)
              local.get 1
              i64.load
              local.set 2
              local.get 1
              i64.load offset=8
              local.set 3
            end
            local.get 3
            i32.wrap_i64
            i32.const 7
            i32.and
            i32.const 1
            i32.ne
            br_if 2 (;@2;)
            local.get 3
            i32.wrap_i64
            i64.load offset=7
            local.set 4
            block  ;; @5
              local.get 2
              local.get 4
              i64.eq
              i32.eqz
              br_if 0 (;@5;)
              local.get 3
              return
            end
            local.get 3
            i32.wrap_i64
            i64.load offset=15
            local.set 4
            i32.const 0
            i32.load offset=#
            i32.const #
            i32.ne
            br_if 3 (;@1;)
            local.get 4
            local.set 3
            br 0 (;@4;)
          end
          unreachable
          unreachable
        end
        i64.const -1
        return
      end
      local.get 1
      local.get 2
      i64.store
      local.get 1
      local.get 3
      i64.store offset=8
      i32.const 0
      i32.const #
      i32.store offset=#
      i64.const 0
      local.get 1
      i32.const #
      i32.const 0
      return_call_indirect (type 9) (param i64 i32 i32) (result i64)
    end
    local.get 1
    local.get 2
    i64.store
    local.get 1
    local.get 4
    i64.store offset=16
    i32.const 0
    i32.const #
    i32.store offset=#
    i64.const 0
    local.get 1
    i32.const #
    i32.const 0
    return_call_indirect (type 9) (param i64 i32 i32) (result i64)
  )
