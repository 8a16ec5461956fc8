/** Assembles the seccomp filter of a box: classic BPF over `struct seccomp_data` (seccomp(2)). */
import {
  type Architecture,
  CLONE,
  EAFNOSUPPORT,
  ENOSYS,
  EPERM,
  IOCTL,
  NEW_NAMESPACES,
  NEWEST_CALL,
  PERSONALITIES,
  PERSONALITY,
  REFUSED,
  type RefusedCall,
  SOCKET,
  SOCKET_FAMILIES,
  SOCKETPAIR,
  TERMINAL_REQUESTS
} from "./systemCalls.ts"

/** One instruction: `jt` and `jf` are how many instructions to skip when the comparison holds and when it does not. */
export interface Instruction {
  readonly code: number
  readonly jt: number
  readonly jf: number
  readonly k: number
}

const instruction = (code: number, k: number, jt = 0, jf = 0): Instruction => ({ code, jt, jf, k: k >>> 0 })

const LOAD_WORD = 0x20
const JUMP_IF_EQUAL = 0x15
const JUMP_IF_GREATER = 0x25
const JUMP_IF_ANY_BIT = 0x45
const RETURN = 0x06

const ALLOW = 0x7fff0000
const KILL_PROCESS = 0x80000000
const withError = (errno: number): number => 0x00050000 | errno

/** Offsets in `struct seccomp_data`. An argument's low half comes first, because both architectures are little-endian. */
const NUMBER_AT = 0
const ARCHITECTURE_AT = 4
const argumentAt = (index: number): number => 16 + 8 * index

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64. */
const ARCHITECTURES: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }

const load = (offset: number): Instruction => instruction(LOAD_WORD, offset)
const give = (result: number): Instruction => instruction(RETURN, result)
/** Runs the next instruction only if the loaded word is `k`. */
const ifEqual = (k: number): Instruction => instruction(JUMP_IF_EQUAL, k, 0, 1)

/** Judges a call by one argument: `rules` ends in a `give`. */
const judgeArgument = (number: number, argument: number, rules: ReadonlyArray<Instruction>): ReadonlyArray<Instruction> => [
  instruction(JUMP_IF_EQUAL, number, 0, rules.length + 1),
  load(argumentAt(argument)),
  ...rules
]

const allowOnly = (values: ReadonlyArray<number>, errno: number): ReadonlyArray<Instruction> => [
  ...values.flatMap((value) => [ifEqual(value), give(ALLOW)]),
  give(withError(errno))
]

/** The filter as instructions, for tests. */
export const instructionsFor = (architecture: Architecture): ReadonlyArray<Instruction> => {
  const refused = Object.values<RefusedCall>(REFUSED).flatMap((call) => {
    const number = call[architecture]
    return number === null ? [] : [ifEqual(number), give(withError(call.refused === "missing" ? ENOSYS : EPERM))]
  })
  const argumentsOf = (numbers: Readonly<Record<Architecture, number | null>>, argument: number, rules: ReadonlyArray<Instruction>) => {
    const number = numbers[architecture]
    return number === null ? [] : judgeArgument(number, argument, rules)
  }
  return [
    load(ARCHITECTURE_AT),
    // Calls of another architecture (32-bit calls of a 64-bit process) have other numbers.
    instruction(JUMP_IF_EQUAL, ARCHITECTURES[architecture], 1, 0),
    give(KILL_PROCESS),
    load(NUMBER_AT),
    // This also refuses x32 calls, whose numbers have bit 30 set.
    instruction(JUMP_IF_GREATER, NEWEST_CALL, 0, 1),
    give(withError(ENOSYS)),
    ...refused,
    ...argumentsOf(CLONE, 0, [instruction(JUMP_IF_ANY_BIT, NEW_NAMESPACES, 0, 1), give(withError(EPERM)), give(ALLOW)]),
    ...argumentsOf(IOCTL, 1, [...TERMINAL_REQUESTS.flatMap((request) => [ifEqual(request), give(withError(EPERM))]), give(ALLOW)]),
    ...argumentsOf(PERSONALITY, 0, allowOnly(PERSONALITIES, EPERM)),
    ...argumentsOf(SOCKET, 0, allowOnly(SOCKET_FAMILIES, EAFNOSUPPORT)),
    ...argumentsOf(SOCKETPAIR, 0, allowOnly(SOCKET_FAMILIES, EAFNOSUPPORT)),
    give(ALLOW)
  ]
}

/** The filter as bytes: `struct sock_filter` for each instruction. `undefined` on architectures that the table does not have. */
export const filterFor = (architecture: string): Uint8Array | undefined => {
  if (architecture !== "x64" && architecture !== "arm64") return undefined
  const instructions = instructionsFor(architecture)
  const bytes = Buffer.alloc(instructions.length * 8)
  instructions.forEach(({ code, jt, jf, k }, index) => {
    bytes.writeUInt16LE(code, index * 8)
    bytes.writeUInt8(jt, index * 8 + 2)
    bytes.writeUInt8(jf, index * 8 + 3)
    bytes.writeUInt32LE(k, index * 8 + 4)
  })
  return bytes
}
