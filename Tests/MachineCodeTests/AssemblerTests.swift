// Every instruction method against bytes that a disassembler has confirmed, on both instruction sets.

import MachineCode
import GoldenCode
import Testing

@Suite struct AssemblerTests {
  @Test func x64IntegerInstructionsAreEncodedAsInTheGoldenFile() throws {
    var asm = X64Assembler()
    let registers: [GPR] = [.rax, .rbp, .rsi, .r12, .r13]
    for register in registers {
      asm.move(.w32, register, .rdx)
      asm.move(.w64, .r9, register)
      asm.load(.w64, .rcx, Address(register))
      asm.load(.w32, register, Address(register, index: .rax, scale: 3, 8))
      asm.loadZero8(.r8, Address(register, 127))
      asm.loadSign16(.w64, .rbx, Address(register, 128))
      asm.store8(Address(.r15, index: register, -1), register)
      asm.store16(Address(.r15), register)
      asm.store(.w64, Address(register, -129), constant: -1)
      asm.arithmetic(.add, .w64, register, .r8)
      asm.arithmetic(.cmp, .w32, register, constant: 7)
      asm.arithmetic(.and, .w64, register, constant: 0x1234)
      asm.arithmetic(.sub, .w64, Address(register), constant: 1000)
      asm.test(.w64, register, constant: 7)
      asm.test(.w64, register, constant: -8)
      asm.shift(.sar, .w64, register, by: 3)
      asm.shiftByCL(.rol, .w32, register)
      asm.multiply(.w64, register, .rdi)
      asm.multiply(.w32, register, .rdi, constant: 1000)
      asm.divideSigned(.w64, register)
      asm.set(.less, register)
      asm.moveZero8(.rax, register)
      asm.moveSign8(.w64, .rax, register)
      asm.moveSign32(register, .rax)
      asm.conditionalMove(.aboveOrEqual, .w64, register, .r11)
      asm.loadAddress(.w64, .rdi, Address(register, index: .r9, 16))
      asm.bitScanReverse(.w32, register, .r10)
      asm.count(.ones, .w64, register, .r10)
      asm.push(register)
      asm.pop(register)
    }
    asm.move(.r11, constant: 0)
    asm.move(.rax, constant: 0xFFFF_FFFF)
    asm.move(.rax, constant: -1)
    asm.move(.r10, constant: Int64.min)
    asm.signExtendRAX(.w64)
    #expect(Golden.problems(.code(GoldenCode(Array(asm.code.bytes), triple: "x86_64-linux-gnu")), "x64-integer") == [])
  }

  @Test("Forms with operands in memory, addresses without base and in the code, BMI")
  func x64OperandForms() throws {
    var asm = X64Assembler()
    let constant = asm.makeLabel()
    var scaled = Address.withoutBase(8)
    scaled.index = GPR.r9.code
    scaled.scale = 3
    for address in [Address(.r13), Address(.r12, index: .r10, scale: 2, 4), Address(.r15, index: .rcx, 0x1000), scaled] {
      asm.test(.w64, address, .r8)
      asm.test(.w32, address, constant: 256)
      asm.test8(address, constant: 0x80)
      asm.compare8(address, constant: 0xFF)
      for register in [GPR.rdx, .rsi, .r8] { asm.compare8(address, register) }
      asm.conditionalMove(.less, .w64, .r9, address)
      asm.multiply(.w32, .rcx, address, constant: 5)
      asm.multiply(.w64, .r14, address, constant: 500)
      asm.multiplyWideSigned(.w64, address)
      asm.multiplyWideUnsigned(.w64, address)
      asm.count(.ones, .w32, .r8, address)
      asm.count(.leadingZeros, .w64, .rsi, address)
      asm.count(.trailingZeros, .w32, .r11, address)
      for op in [ShiftOp.shl, .shr, .sar] { asm.shift(op, .w64, .r8, address, by: .r12) }
      asm.rotateRight(.w32, .rdi, address, by: 7)
      asm.compareFloat(.f64, XMM(9), address)
      asm.floatLogic(.xor, XMM(1), address)
      asm.loadFloatVector(XMM(12), address)
      asm.storeFloatVector(address, XMM(7))
      asm.round(.f32, XMM(2), address, .ceil)
      asm.convertToFloat(.f64, XMM(10), from: .w64, address)
      asm.convertFloat(from: .f32, XMM(3), address)
    }
    for (a, b) in [(GPR.rax, GPR.rdx), (.r9, .rbp), (.rsi, .r13)] {
      asm.bitTest(.w32, a, b)
      asm.bitTest(.w64, a, constant: 40)
      asm.moveZero16(a, b)
      asm.count(.leadingZeros, .w32, a, b)
      asm.count(.trailingZeros, .w64, a, b)
      for op in [ShiftOp.shl, .shr, .sar] { asm.shift(op, .w32, a, b, by: .r10) }
      asm.rotateRight(.w64, a, b, by: 63)
    }
    asm.float(.add, .f64, XMM(8), .relative(to: constant))
    asm.arithmetic(.and, .w64, .rdx, .relative(to: constant))
    asm.shift(.shr, .w64, .r8, .relative(to: constant), by: .rax)
    asm.bind(constant)
    asm.code.word64(0x4009_21FB_5444_2D18)
    #expect(Golden.problems(.code(GoldenCode(Array(asm.code.bytes), triple: "x86_64-linux-gnu")), "x64-operands") == [])
  }

  @Test func x64FloatInstructionsAreEncodedAsInTheGoldenFile() throws {
    var asm = X64Assembler()
    for (a, b) in [(XMM(0), XMM(1)), (XMM(8), XMM(15)), (XMM(3), XMM(12))] {
      for width in [FloatWidth.f32, .f64] {
        asm.moveFloat(a, b)
        asm.loadFloat(width, a, Address(.rbp, -24))
        asm.storeFloat(width, Address(.r15, index: .rax, 8), b)
        for op in [FloatOp.add, .subtract, .multiply, .divide, .sqrt, .minimum, .maximum] { asm.float(op, width, a, b) }
        asm.compareFloat(width, a, b)
        asm.round(width, a, b, .floor)
        asm.convertFloat(from: width, a, b)
        asm.convertToFloat(width, a, from: .w64, .r11)
        asm.truncateToInteger(.w32, .r9, from: width, b)
      }
      asm.moveBits(.w64, a, .r11)
      asm.moveBits(.w32, .rcx, b)
      asm.floatLogic(.andNot, a, b)
    }
    #expect(Golden.problems(.code(GoldenCode(Array(asm.code.bytes), triple: "x86_64-linux-gnu")), "x64-float") == [])
  }

  @Test(arguments: [false, true])
  func x64VectorInstructionsAreEncodedAsInTheGoldenFile(_ hasAVX: Bool) throws {
    var asm = X64Assembler()
    asm.features = hasAVX ? [.avx, .avx2, .fma] : []
    let moves: [VectorInstruction] = [
      .movups, .movss, .movsd, .movq, .movddup, .pabsb, .pabsw, .pabsd, .ptest, .sqrtps, .sqrtpd, .cvtdq2ps, .cvttps2dq, .cvttpd2dq, .cvtdq2pd,
      .cvtpd2ps, .cvtps2pd, .pmovsxbw, .pmovsxwd, .pmovsxdq, .pmovzxbw, .pmovzxwd, .pmovzxdq, .pmovsxbd, .pmovsxbq, .pmovsxwq, .pmovzxbd, .pmovzxbq,
      .pmovzxwq,
    ]
    let operations: [VectorInstruction] = [
      .movhlps, .movlhps, .paddb, .paddw, .paddd, .paddq, .psubb, .psubw, .psubd, .psubq, .paddsb, .paddsw, .paddusb, .paddusw, .psubsb, .psubsw,
      .psubusb, .psubusw, .pmullw, .pmulld, .pmulhw, .pmulhuw, .pmuludq, .pmuldq, .pmulhrsw, .pmaddwd, .pmaddubsw, .pminsb, .pminsw, .pminsd, .pminub,
      .pminuw, .pminud, .pmaxsb, .pmaxsw, .pmaxsd, .pmaxub, .pmaxuw, .pmaxud, .pavgb, .pavgw, .pcmpeqb, .pcmpeqw, .pcmpeqd, .pcmpeqq, .pcmpgtb,
      .pcmpgtw, .pcmpgtd, .pand, .pandn, .por, .pxor, .psllw, .pslld, .psllq, .psrlw, .psrld, .psrlq, .psraw, .psrad, .packsswb, .packssdw, .packuswb,
      .packusdw, .punpcklbw, .punpcklwd, .punpckldq, .punpcklqdq, .punpckhbw, .punpckhwd, .punpckhdq, .punpckhqdq, .pshufb, .addps, .addpd, .subps,
      .subpd, .mulps, .mulpd, .divps, .divpd, .minps, .minpd, .maxps, .maxpd, .andps, .andpd, .andnps, .andnpd, .orps, .orpd, .xorps, .xorpd,
      .unpcklps,
      .unpcklpd, .unpckhpd,
    ]
    for (to, a, b) in [(XMM(0), XMM(0), XMM(1)), (XMM(8), XMM(8), XMM(15)), (XMM(3), XMM(3), XMM(12)), (XMM(9), XMM(9), XMM(2))] {
      for move in moves { asm.vector(move, to, b) }
      for operation in operations { asm.vector(operation, to, hasAVX ? XMM(5) : a, b) }
      for instruction in [VectorInstruction.shufps, .palignr, .pblendw, .blendps, .cmpps, .cmppd, .insertps] {
        asm.vector(instruction, to, hasAVX ? XMM(5) : a, b, immediate: 4)
      }
      for instruction in [VectorInstruction.pshufd, .pshuflw, .pshufhw, .roundps, .roundpd] { asm.vector(instruction, to, b, immediate: 9) }
      for (instruction, width) in [(VectorInstruction.pinsrb, Width.w32), (.pinsrw, .w32), (.pinsrd, .w32), (.pinsrd, .w64)] {
        asm.insert(instruction, to, hasAVX ? XMM(5) : a, .r11, lane: 1, width: width)
        asm.insert(instruction, to, hasAVX ? XMM(5) : a, Address(.rbp, 16), lane: 1, width: width)
      }
      for (instruction, width) in [(VectorInstruction.pextrb, Width.w32), (.pextrw, .w32), (.pextrd, .w32), (.pextrd, .w64)] {
        asm.extract(instruction, .r9, b, lane: 1, width: width)
        asm.extract(instruction, Address(.r15, index: .rax, 8), b, lane: 1, width: width)
      }
      for instruction in [VectorInstruction.pmovmskb, .movmskps, .movmskpd] { asm.mask(instruction, .r10, b) }
      for shift in [VectorShift.left, .rightSigned, .rightUnsigned] {
        for instruction in [VectorInstruction.shiftWords, .shiftDoublewords, .shiftQuadwords]
        where instruction != .shiftQuadwords || shift != .rightSigned {
          asm.shift(instruction, shift, to, hasAVX ? b : to, by: 5)
        }
      }
      asm.vector(.movups, to, Address(.rbp, -48))
      asm.store(.storeups, Address(.r15, index: .r9, 1000), b)
      asm.store(.storeq, Address(.rbp, -8), b)
      asm.vector(.paddd, to, a, Address(.r15, index: .rax, 16))
      asm.vector(.pmulld, to, a, Address(.r12, 0))
      asm.vector(.cmpps, to, a, Address(.r13, 0), immediate: 2)
      asm.vector(.pshufd, to, Address(.rax, 32), immediate: 27)
      guard hasAVX else { continue }
      for instruction in [VectorInstruction.vbroadcastss, .vpbroadcastb, .vpbroadcastw, .vpbroadcastd, .vpbroadcastq] {
        asm.vector(instruction, to, b)
        asm.vector(instruction, to, Address(.r15, index: .rax, 4))
      }
      asm.vector(.vpblendd, to, XMM(5), b, immediate: 4)
      for instruction in [VectorInstruction.vpblendvb, .vblendvps, .vblendvpd] { asm.blend(instruction, to, a, b, by: XMM(14)) }
      for width in [FloatWidth.f32, .f64] {
        asm.multiplyAdd(.vfmadd231, width, to, XMM(5), b)
        asm.multiplyAdd(.vfnmadd231, width, to, XMM(5), b)
      }
    }
    let code = GoldenCode(Array(asm.code.bytes), triple: "x86_64-linux-gnu")
    #expect(Golden.problems(.code(code), hasAVX ? "x64-vectors-avx" : "x64-vectors") == [])
  }

  @Test func x64ControlInstructionsAreEncodedAsInTheGoldenFile() throws {
    var asm = X64Assembler()
    let forward = asm.makeLabel()
    let back = asm.makeLabel()
    asm.bind(back)
    asm.jump(.equal, forward)
    asm.jump(.above, back)
    asm.jump(forward)
    asm.jump(back)
    _ = asm.patchable(isJump: false)
    _ = asm.patchable(isJump: true)
    asm.loadAddress(.r11, of: forward)
    asm.jump(.r11)
    asm.call(Address(.rax))
    asm.bind(forward)
    let skip = asm.skip(.parity)
    asm.trap()
    asm.endSkip(skip)
    asm.leave()
    asm.ret(popping: 16)
    asm.align(16)
    #expect(Golden.problems(.code(GoldenCode(Array(asm.code.bytes), triple: "x86_64-linux-gnu")), "x64-control") == [])
  }

  @Test func patchableDisplacementsLieInOneWord() {
    for padding in 0..<8 {
      var asm = X64Assembler()
      for _ in 0..<padding { asm.ret() }
      let field = asm.patchable(isJump: false)
      #expect(field / 8 == (field + 3) / 8)
    }
  }

  @Test func arm64InstructionsAreEncodedAsInTheGoldenFile() throws {
    var asm = ARM64Assembler()
    let (a, b, c) = (XRegister(0), XRegister(9), XRegister(28))
    let forward = asm.makeLabel()
    let back = asm.makeLabel()
    asm.bind(back)
    for width in [Width.w32, .w64] {
      asm.move(width, a, b)
      for op in [ARM64AddOp.add, .addSettingFlags, .subtract, .subtractSettingFlags] {
        asm.add(op, width, a, b, c)
        asm.add(op, width, a, b, constant: 4095)
      }
      for op in [ARM64LogicOp.and, .or, .exclusiveOr, .andSettingFlags] { asm.logic(op, width, c, b, a) }
      for op in [ARM64ShiftOp.left, .rightUnsigned, .rightSigned, .rotateRight] { asm.shift(op, width, a, b, by: c) }
      asm.multiply(width, a, b, c)
      asm.divide(width, signed: true, a, b, c)
      asm.divide(width, signed: false, a, b, c)
      asm.load(width, a, b, offset: 64)
      asm.store(width, a, b, offset: 64)
      asm.load(width, a, b, index: c)
      asm.store(width, a, b, index: c)
      asm.jumpIfZero(width, a, forward)
      asm.jumpIfZero(width, b, negated: true, back)
    }
    for constant in [0, -1, 7, 0x1_0000, 0x1234_5678_9ABC_DEF0, -2, Int64.min] as [Int64] { asm.move(b, constant: constant) }
    asm.set(.less, a)
    asm.jump(forward)
    asm.jump(back)
    asm.jump(.higher, forward)
    asm.bind(forward)
    for width in [FloatWidth.f32, .f64] {
      for op in [ARM64FloatOp.add, .subtract, .multiply, .divide, .minimum, .maximum] {
        asm.float(op, width, VRegister(1), VRegister(17), VRegister(31))
      }
      asm.moveFloat(width, VRegister(2), VRegister(3))
      asm.squareRoot(width, VRegister(2), VRegister(3))
      asm.compareFloat(width, VRegister(2), VRegister(3))
    }
    asm.call(c)
    asm.jump(c)
    asm.trap()
    asm.ret()
    #expect(Golden.problems(.code(GoldenCode(Array(asm.code.bytes), triple: "aarch64-linux-gnu")), "arm64") == [])
  }
}
