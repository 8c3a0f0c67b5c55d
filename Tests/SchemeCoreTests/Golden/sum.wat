  (func $sum (;0;) (param i64 i32 i64) (result i64)
    (local (;3...;) i64 (; 10 times ;))
    (local (;13;) i32)
    block  ;; @1
      block  ;; @2
        block  ;; @3
          block  ;; @4
            block  ;; @5
              local.get 1
              i32.const 0
              i32.load offset=#
              i32.ge_u
              if  ;; @6
                local.get 1
                local.get 2
                i64.store
                i32.const 0
                i64.load offset=#
                local.get 1
                i32.const 1
                i32.const #
                call_indirect (type 9) (param i64 i32 i32) (result i64)
                local.tee 0
                i64.const -1
                i64.eq
                br_if 1 (;@5;)
                local.get 1
                i64.load
                local.set 2
              end
              block  ;; @6
                i64.const 0
                i64.const 0
                local.set 4
                local.set 3
                br 0 (;@6;)
              end
              loop  ;; @6
                block  ;; @7
                  local.get 2
                  i32.wrap_i64
                  i32.const 7
                  i32.and
                  br_if 3 (;@4;)
                  local.get 3
                  local.get 2
                  i64.eq
                  i32.eqz
                  br_if 0 (;@7;)
                  local.get 4
                  return
                end
                local.get 3
                i64.const 8
                i64.add
                local.tee 5
                local.get 3
                i64.lt_s
                br_if 3 (;@3;)
                local.get 4
                local.get 3
                i64.add
                local.tee 6
                local.get 4
                i64.xor
                local.get 6
                local.get 3
                i64.xor
                i64.and
                i64.const 0
                i64.lt_s
                br_if 4 (;@2;)
                local.get 5
                local.get 6
                local.set 4
                local.set 3
                local.get 1
                i32.const 0
                i32.load offset=#
                i32.ge_u
                if  ;; @7
                  i64.const 0
                  local.get 1
                  i32.const 0
                  i32.add
                  i32.const #
                  i32.const #
                  call_indirect (type 9) (param i64 i32 i32) (result i64)
                  i64.const -1
                  i64.eq
                  br_if 6 (;@1;)
                end
                br 0 (;@6;)
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
        end
        local.get 1
        local.get 2
        i64.store
        local.get 1
        local.get 3
        i64.store offset=8
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
      end
      local.get 1
      local.get 2
      i64.store
      local.get 1
      local.get 3
      i64.store offset=8
      local.get 1
      local.get 4
      i64.store offset=16
      local.get 1
      local.get 5
      i64.store offset=24
      i32.const 0
      i32.const #
      i32.store offset=#
      i64.const 0
      local.get 1
      i32.const #
      i32.const 0
      return_call_indirect (type 9) (param i64 i32 i32) (result i64)
    end
    i32.const #
    i32.const #
    call_indirect (type 10) (param i32) (result i64)
    return
  )
