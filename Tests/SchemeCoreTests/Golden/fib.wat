  (func $fib (;0;) (param i64 i32 i64) (result i64)
    (local (;3;) i64 i64 i64 i64 i64 i64 i64 i64)
    (local (;11;) i32)
    (local (;12...;) i64 (; 12 times ;))
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
                        block  ;; @11
                          block  ;; @12
                            block  ;; @13
                              block  ;; @14
                                block  ;; @15
                                  block  ;; @16
                                    local.get 2
                                    i32.wrap_i64
                                    i32.const 7
                                    i32.and
                                    br_if 1 (;@15;)
                                    local.get 2
                                    i64.const 16
                                    i64.lt_s
                                    i32.eqz
                                    br_if 0 (;@16;)
                                    local.get 2
                                    return
                                  end
                                  local.get 1
                                  i32.const 0
                                  i32.load offset=#
                                  i32.ge_u
                                  if  ;; @16
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
                                    br_if 2 (;@14;)
                                    local.get 1
                                    i64.load
                                    local.set 2
                                  end
                                  local.get 2
                                  i64.const 8
                                  i64.sub
                                  local.set 3
                                  i32.const 0
                                  i32.load offset=#
                                  i32.const #
                                  i32.ne
                                  br_if 2 (;@13;)
                                  local.get 3
                                  local.set 12
                                  block  ;; @16
                                    block  ;; @17
                                      local.get 12
                                      i64.const 16
                                      i64.lt_s
                                      i32.eqz
                                      br_if 0 (;@17;)
                                      local.get 12
                                      local.set 3
                                      br 1 (;@16;)
                                    end
                                    local.get 12
                                    i64.const 8
                                    i64.sub
                                    local.set 13
                                    i32.const 0
                                    i32.load offset=#
                                    i32.const #
                                    i32.ne
                                    br_if 4 (;@12;)
                                    block  ;; @17
                                      block  ;; @18
                                        local.get 13
                                        local.set 18
                                        block  ;; @19
                                          local.get 18
                                          i64.const 16
                                          i64.lt_s
                                          i32.eqz
                                          br_if 0 (;@19;)
                                          local.get 18
                                          local.set 13
                                          br 2 (;@17;)
                                        end
                                        br 0 (;@18;)
                                      end
                                      local.get 1
                                      i64.const #
                                      i64.store
                                      i64.const 0
                                      local.get 1
                                      i32.const 24
                                      i32.add
                                      local.get 13
                                      call $fib
                                      local.tee 13
                                      i64.const -1
                                      i64.eq
                                      br_if 6 (;@11;)
                                    end
                                    local.get 12
                                    i64.const 16
                                    i64.sub
                                    local.set 14
                                    i32.const 0
                                    i32.load offset=#
                                    i32.const #
                                    i32.ne
                                    br_if 6 (;@10;)
                                    block  ;; @17
                                      block  ;; @18
                                        local.get 14
                                        local.set 18
                                        block  ;; @19
                                          local.get 18
                                          i64.const 16
                                          i64.lt_s
                                          i32.eqz
                                          br_if 0 (;@19;)
                                          local.get 18
                                          local.set 14
                                          br 2 (;@17;)
                                        end
                                        br 0 (;@18;)
                                      end
                                      local.get 1
                                      local.get 13
                                      i64.store
                                      local.get 1
                                      i64.const #
                                      i64.store offset=8
                                      i64.const 0
                                      local.get 1
                                      i32.const 24
                                      i32.add
                                      local.get 14
                                      call $fib
                                      local.tee 14
                                      i64.const -1
                                      i64.eq
                                      br_if 8 (;@9;)
                                      local.get 1
                                      i64.load
                                      local.set 13
                                    end
                                    local.get 13
                                    local.get 14
                                    i64.or
                                    i32.wrap_i64
                                    i32.const 7
                                    i32.and
                                    br_if 8 (;@8;)
                                    local.get 13
                                    local.get 14
                                    i64.add
                                    local.tee 7
                                    local.get 13
                                    i64.xor
                                    local.get 7
                                    local.get 14
                                    i64.xor
                                    i64.and
                                    i64.const 0
                                    i64.lt_s
                                    br_if 8 (;@8;)
                                    local.get 7
                                    local.set 13
                                    local.get 13
                                    local.set 3
                                    br 0 (;@16;)
                                  end
                                  local.get 2
                                  i64.const 16
                                  i64.sub
                                  local.set 4
                                  i32.const 0
                                  i32.load offset=#
                                  i32.const #
                                  i32.ne
                                  br_if 8 (;@7;)
                                  local.get 4
                                  local.set 12
                                  block  ;; @16
                                    block  ;; @17
                                      local.get 12
                                      i64.const 16
                                      i64.lt_s
                                      i32.eqz
                                      br_if 0 (;@17;)
                                      local.get 12
                                      local.set 4
                                      br 1 (;@16;)
                                    end
                                    local.get 12
                                    i64.const 8
                                    i64.sub
                                    local.set 13
                                    i32.const 0
                                    i32.load offset=#
                                    i32.const #
                                    i32.ne
                                    br_if 10 (;@6;)
                                    block  ;; @17
                                      block  ;; @18
                                        local.get 13
                                        local.set 18
                                        block  ;; @19
                                          local.get 18
                                          i64.const 16
                                          i64.lt_s
                                          i32.eqz
                                          br_if 0 (;@19;)
                                          local.get 18
                                          local.set 13
                                          br 2 (;@17;)
                                        end
                                        br 0 (;@18;)
                                      end
                                      local.get 1
                                      i64.const #
                                      i64.store
                                      i64.const 0
                                      local.get 1
                                      i32.const 24
                                      i32.add
                                      local.get 13
                                      call $fib
                                      local.tee 13
                                      i64.const -1
                                      i64.eq
                                      br_if 12 (;@5;)
                                    end
                                    local.get 12
                                    i64.const 16
                                    i64.sub
                                    local.set 14
                                    i32.const 0
                                    i32.load offset=#
                                    i32.const #
                                    i32.ne
                                    br_if 12 (;@4;)
                                    block  ;; @17
                                      block  ;; @18
                                        local.get 14
                                        local.set 18
                                        block  ;; @19
                                          local.get 18
                                          i64.const 16
                                          i64.lt_s
                                          i32.eqz
                                          br_if 0 (;@19;)
                                          local.get 18
                                          local.set 14
                                          br 2 (;@17;)
                                        end
                                        br 0 (;@18;)
                                      end
                                      local.get 1
                                      local.get 13
                                      i64.store
                                      local.get 1
                                      i64.const #
                                      i64.store offset=8
                                      i64.const 0
                                      local.get 1
                                      i32.const 24
                                      i32.add
                                      local.get 14
                                      call $fib
                                      local.tee 14
                                      i64.const -1
                                      i64.eq
                                      br_if 14 (;@3;)
                                      local.get 1
                                      i64.load
                                      local.set 13
                                    end
                                    local.get 13
                                    local.get 14
                                    i64.or
                                    i32.wrap_i64
                                    i32.const 7
                                    i32.and
                                    br_if 14 (;@2;)
                                    local.get 13
                                    local.get 14
                                    i64.add
                                    local.tee 7
                                    local.get 13
                                    i64.xor
                                    local.get 7
                                    local.get 14
                                    i64.xor
                                    i64.and
                                    i64.const 0
                                    i64.lt_s
                                    br_if 14 (;@2;)
                                    local.get 7
                                    local.set 13
                                    local.get 13
                                    local.set 4
                                    br 0 (;@16;)
                                  end
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
                                  br_if 14 (;@1;)
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
                          i64.const 0
                          i64.store offset=24
                          local.get 1
                          local.get 12
                          i64.store offset=32
                          local.get 1
                          local.get 13
                          i64.store offset=40
                          i32.const 0
                          i32.const #
                          i32.store offset=#
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
                        local.get 12
                        i64.store
                        local.get 1
                        i32.const #
                        i32.const #
                        call_indirect (type 8) (param i32 i32) (result i64)
                        drop
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
                      i64.const 0
                      i64.store offset=24
                      local.get 1
                      local.get 13
                      i64.store offset=40
                      local.get 1
                      local.get 14
                      i64.store offset=48
                      i32.const 0
                      i32.const #
                      i32.store offset=#
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
                    local.set 13
                    local.get 1
                    local.get 13
                    i64.store
                    local.get 1
                    i32.const #
                    i32.const #
                    call_indirect (type 8) (param i32 i32) (result i64)
                    drop
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
                  i64.const 0
                  i64.store offset=24
                  local.get 1
                  local.get 13
                  i64.store offset=40
                  local.get 1
                  local.get 14
                  i64.store offset=48
                  i32.const 0
                  i32.const #
                  i32.store offset=#
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
              local.get 3
              i64.store offset=8
              local.get 1
              i64.const 0
              i64.store offset=32
              local.get 1
              local.get 12
              i64.store offset=40
              local.get 1
              local.get 13
              i64.store offset=48
              i32.const 0
              i32.const #
              i32.store offset=#
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
            local.get 12
            i64.store
            local.get 1
            i32.const #
            i32.const #
            call_indirect (type 8) (param i32 i32) (result i64)
            drop
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
          i64.const 0
          i64.store offset=32
          local.get 1
          local.get 13
          i64.store offset=48
          local.get 1
          local.get 14
          i64.store offset=56
          i32.const 0
          i32.const #
          i32.store offset=#
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
        local.set 13
        local.get 1
        local.get 13
        i64.store
        local.get 1
        i32.const #
        i32.const #
        call_indirect (type 8) (param i32 i32) (result i64)
        drop
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
      i64.const 0
      i64.store offset=32
      local.get 1
      local.get 13
      i64.store offset=48
      local.get 1
      local.get 14
      i64.store offset=56
      i32.const 0
      i32.const #
      i32.store offset=#
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
  )
