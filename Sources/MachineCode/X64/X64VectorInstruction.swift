// Instructions on whole SSE registers, by their codes. Those that read two registers have a form with three operands where the processor has AVX; prefix, map
// and opcode are the same in both.

/// The raw value is 0xPMOO: prefix (0 none, 1 66, 2 F3, 3 F2), map (1 0F, 2 0F 38, 3 0F 3A), opcode.
public enum VectorInstruction: UInt16, Sendable {
  // Moves.
  case movups = 0x0110, storeups = 0x0111, movaps = 0x0128, movss = 0x2110, movsd = 0x3110, movq = 0x217E, storeq = 0x11D6, movddup = 0x3112
  case movhlps = 0x0112, movlhps = 0x0116

  // Integers.
  case paddb = 0x11FC, paddw = 0x11FD, paddd = 0x11FE, paddq = 0x11D4, psubb = 0x11F8, psubw = 0x11F9, psubd = 0x11FA, psubq = 0x11FB
  case paddsb = 0x11EC, paddsw = 0x11ED, paddusb = 0x11DC, paddusw = 0x11DD, psubsb = 0x11E8, psubsw = 0x11E9, psubusb = 0x11D8, psubusw = 0x11D9
  case pmullw = 0x11D5, pmulld = 0x1240, pmulhw = 0x11E5, pmulhuw = 0x11E4, pmuludq = 0x11F4, pmuldq = 0x1228, pmulhrsw = 0x120B, pmaddwd = 0x11F5
  case pmaddubsw = 0x1204
  case pminsb = 0x1238, pminsw = 0x11EA, pminsd = 0x1239, pminub = 0x11DA, pminuw = 0x123A, pminud = 0x123B
  case pmaxsb = 0x123C, pmaxsw = 0x11EE, pmaxsd = 0x123D, pmaxub = 0x11DE, pmaxuw = 0x123E, pmaxud = 0x123F
  case pavgb = 0x11E0, pavgw = 0x11E3, pabsb = 0x121C, pabsw = 0x121D, pabsd = 0x121E
  case pcmpeqb = 0x1174, pcmpeqw = 0x1175, pcmpeqd = 0x1176, pcmpeqq = 0x1229, pcmpgtb = 0x1164, pcmpgtw = 0x1165, pcmpgtd = 0x1166, pcmpgtq = 0x1237
  case pand = 0x11DB, pandn = 0x11DF, por = 0x11EB, pxor = 0x11EF, ptest = 0x1217
  /// By a count in the low half of the second register.
  case psllw = 0x11F1, pslld = 0x11F2, psllq = 0x11F3, psrlw = 0x11D1, psrld = 0x11D2, psrlq = 0x11D3, psraw = 0x11E1, psrad = 0x11E2
  /// By a constant.
  case shiftWords = 0x1171, shiftDoublewords = 0x1172, shiftQuadwords = 0x1173

  // Lanes.
  case packsswb = 0x1163, packssdw = 0x116B, packuswb = 0x1167, packusdw = 0x122B
  case punpcklbw = 0x1160, punpcklwd = 0x1161, punpckldq = 0x1162, punpcklqdq = 0x116C
  case punpckhbw = 0x1168, punpckhwd = 0x1169, punpckhdq = 0x116A, punpckhqdq = 0x116D
  case pmovsxbw = 0x1220, pmovsxwd = 0x1223, pmovsxdq = 0x1225, pmovzxbw = 0x1230, pmovzxwd = 0x1233, pmovzxdq = 0x1235
  case pmovsxbd = 0x1221, pmovsxbq = 0x1222, pmovsxwq = 0x1224, pmovzxbd = 0x1231, pmovzxbq = 0x1232, pmovzxwq = 0x1234
  case pshufb = 0x1200, pshufd = 0x1170, pshuflw = 0x3170, pshufhw = 0x2170, shufps = 0x01C6, palignr = 0x130F, pblendw = 0x130E, blendps = 0x130C
  case insertps = 0x1321, pinsrb = 0x1320, pinsrw = 0x11C4, pinsrd = 0x1322, pextrb = 0x1314, pextrw = 0x1315, pextrd = 0x1316
  case pmovmskb = 0x11D7, movmskps = 0x0150, movmskpd = 0x1150
  case vbroadcastss = 0x1218, vpbroadcastb = 0x1278, vpbroadcastw = 0x1279, vpbroadcastd = 0x1258, vpbroadcastq = 0x1259
  /// Chosen lanes of 32 bits; only with AVX2.
  case vpblendd = 0x1302
  case vpblendvb = 0x134C, vblendvps = 0x134A, vblendvpd = 0x134B

  // Floats.
  case addps = 0x0158, addpd = 0x1158, subps = 0x015C, subpd = 0x115C, mulps = 0x0159, mulpd = 0x1159, divps = 0x015E, divpd = 0x115E
  case minps = 0x015D, minpd = 0x115D, maxps = 0x015F, maxpd = 0x115F, sqrtps = 0x0151, sqrtpd = 0x1151
  case andps = 0x0154, andpd = 0x1154, andnps = 0x0155, andnpd = 0x1155, orps = 0x0156, orpd = 0x1156, xorps = 0x0157, xorpd = 0x1157
  case cmpps = 0x01C2, cmppd = 0x11C2, roundps = 0x1308, roundpd = 0x1309
  case unpcklps = 0x0114, unpcklpd = 0x1114, unpckhpd = 0x1115
  case cvtdq2ps = 0x015B, cvttps2dq = 0x215B, cvttpd2dq = 0x11E6, cvtdq2pd = 0x21E6, cvtpd2ps = 0x115A, cvtps2pd = 0x015A
  /// to ← ±a · b + to.
  case vfmadd231 = 0x12B8, vfnmadd231 = 0x12BC

  @inline(__always) var prefix: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 12) }
  @inline(__always) var map: X64Assembler.OpcodeMap {
    X64Assembler.OpcodeMap(rawValue: UInt8(truncatingIfNeeded: rawValue >> 8) & 15).unsafelyUnwrapped
  }
  @inline(__always) var opcode: UInt8 { UInt8(truncatingIfNeeded: rawValue) }
}

/// Of cmpps and cmppd.
public enum FloatPredicate: UInt8, Sendable {
  case equal = 0, less = 1, lessOrEqual = 2, unordered = 3, notEqual = 4, ordered = 7
}

/// Shifts by a constant: the number in the encoding.
public enum VectorShift: UInt8, Sendable {
  case rightUnsigned = 2, rightSigned = 4, left = 6
}

/// A vector constant after the code.
struct VectorConstant {
  var label: Label
  var low: UInt64
  var high: UInt64
}
