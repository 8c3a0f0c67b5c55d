  (func $fib (;0;) (param i64 i32 i64) (result i64)
    (local (;3;) i64 i64 i64 i64 i64 i64 i64 i64)
    (local (;11;) i32)
    (local (;12;) i64 i64 i64 i64 i64 i64)
    block  ;; @1
      block  ;; @2
        block  ;; @3
          block  ;; @4
            block  ;; @5
              block  ;; @6
                block  ;; @7
                  block  ;; @8
                    block  ;; @9
                      block  ;; @10
                        local.get 2
                        i32.wrap_i64
                        i32.const 7
                        i32.and
                        br_if 1 (;@9;)
                        local.get 2
                        i64.const 16
                        i64.lt_s
                        i32.eqz
                        br_if 0 (;@10;)
                        local.get 2
                        return
                      end
                      local.get 1
                      i32.const 0
                      i32.load offset=#
                      i32.ge_u
                      if  ;; @10
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
                        br_if 2 (;@8;)
                        local.get 1
                        i64.load
                        local.set 2
                      end
                      local.get 2
                      i64.const 8
                      i64.sub
                      local.tee 3
                      local.get 2
                      i64.gt_s
                      br_if 2 (;@7;)
                      i32.const 0
                      i32.load offset=#
                      i32.const #
                      i32.ne
                      br_if 3 (;@6;)
                      block  ;; @10
                        block  ;; @11
                          local.get 3
                          local.set 12
                          block  ;; @12
                            local.get 12
                            i64.const 16
                            i64.lt_s
                            i32.eqz
                            br_if 0 (;@12;)
                            local.get 12
                            local.set 3
                            br 2 (;@10;)
                          end
                          br 0 (;@11;)
                        end
                        local.get 1
                        i64.const #
                        i64.store
                        i64.const 0
                        local.get 1
                        i32.const 16
                        i32.add
                        local.get 3
                        call $fib
                        local.tee 3
                        i64.const -1
                        i64.eq
                        br_if 5 (;@5;)
                      end
                      local.get 2
                      i64.const 16
                      i64.sub
                      local.tee 4
                      local.get 2
                      i64.gt_s
                      br_if 5 (;@4;)
                      i32.const 0
                      i32.load offset=#
                      i32.const #
                      i32.ne
                      br_if 6 (;@3;)
                      block  ;; @10
                        block  ;; @11
                          local.get 4
                          local.set 12
                          block  ;; @12
                            local.get 12
                            i64.const 16
                            i64.lt_s
                            i32.eqz
                            br_if 0 (;@12;)
                            local.get 12
                            local.set 4
                            br 2 (;@10;)
                          end
                          br 0 (;@11;)
                        end
                        local.get 1
                        local.get 3
                        i64.store
                        local.get 1
                        i64.const 0
                        i64.store offset=8
                        i64.const 0
                        local.get 1
                        i32.const 16
                        i32.add
                        local.get 4
                        call $fib
                        local.tee 4
                        i64.const -1
                        i64.eq
                        br_if 8 (;@2;)
                        local.get 1
                        i64.load
                        local.set 3
                      end
                      local.get 3
                      local.get 4
                      i64.or
                      i32.wrap_i64
                      i32.const 7
                      i32.and
                      br_if 8 (;@1;)
                      local.get 3
                      local.get 4
                      i64.add
                      local.tee 7
                      local.get 3
                      i64.xor
                      local.get 7
                      local.get 4
                      i64.xor
                      i64.and
                      i64.const 0
                      i64.lt_s
                      br_if 8 (;@1;)
                      local.get 7
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
                  end
                  i64.const -1
                  return
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
            i32.const #
            i32.const #
            call_indirect (type 8) (param i32 i32) (result i64)
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
      i64.load
      local.set 3
      local.get 1
      local.get 3
      i64.store
      local.get 1
      i32.const #
      i32.const #
      call_indirect (type 8) (param i32 i32) (result i64)
      return
    end
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
  )
