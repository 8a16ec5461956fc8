/** The seccomp filter, run by a small interpreter of classic BPF. test/process/sandbox tests that the kernel agrees. */
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { filterFor, instructionsFor } from "../../../src/layers/machine/sandbox/seccomp/filter.ts"
import {
  type Architecture,
  CLONE,
  IOCTL,
  PERSONALITY,
  REFUSED,
  type RefusedCall,
  SOCKET,
  SOCKETPAIR
} from "../../../src/layers/machine/sandbox/seccomp/systemCalls.ts"

const AUDIT: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 }
const ALLOW = 0x7fff0000
const error = (errno: number) => 0x00050000 + errno

/** The filter's result for a system call. */
const answer = (architecture: Architecture, number: number, args: ReadonlyArray<bigint> = [], audit = AUDIT[architecture]): number => {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(number, 0)
  data.writeUInt32LE(audit, 4)
  args.forEach((value, index) => {
    data.writeBigUInt64LE(value, 16 + 8 * index)
  })
  const program = instructionsFor(architecture)
  let loaded = 0
  for (let at = 0; ; at++) {
    const step = program[at]
    if (step === undefined) throw new Error("the program runs past its end")
    const { code, jt, jf, k } = step
    if (code === 0x06) return k
    if (code === 0x20) loaded = data.readUInt32LE(k)
    else if (code === 0x15) at += loaded === k ? jt : jf
    else if (code === 0x25) at += loaded > k ? jt : jf
    else if (code === 0x45) at += (loaded & k) !== 0 ? jt : jf
    else throw new Error(`no such instruction: ${code}`)
  }
}

const ARCHITECTURES = ["x64", "arm64"] as const

describe("the filter of system calls", () => {
  for (const architecture of ARCHITECTURES) {
    const of = (numbers: Readonly<Record<Architecture, number | null>>) => Number(numbers[architecture])

    it(`refuses each call of the table on ${architecture}, and kills calls of another architecture`, () => {
      for (const [name, call] of Object.entries<RefusedCall>(REFUSED)) {
        const number = call[architecture]
        if (number !== null) assert.strictEqual(answer(architecture, number), error(call.refused === "missing" ? 38 : 1), name)
      }
      assert.strictEqual(answer(architecture, 1, [], 0x40000003), 0x80000000)
      assert.strictEqual(answer(architecture, 451), error(38))
      assert.strictEqual(answer(architecture, 0x40000000), error(38))
    })

    it(`allows everything else on ${architecture}`, () => {
      const judged = [CLONE, IOCTL, PERSONALITY, SOCKET, SOCKETPAIR].map(of)
      const refused = new Set(Object.values<RefusedCall>(REFUSED).map((call) => call[architecture]))
      let allowed = 0
      for (let number = 0; number <= 450; number++) {
        if (refused.has(number) || judged.includes(number)) continue
        assert.strictEqual(answer(architecture, number), ALLOW, String(number))
        allowed++
      }
      assert.isAbove(allowed, 350)
    })

    it(`judges by arguments on ${architecture}`, () => {
      // A thread, as the C library creates it; then each kind of namespace, with a signal in the low byte.
      assert.strictEqual(answer(architecture, of(CLONE), [0x3d0f00n]), ALLOW)
      for (const flag of [0x20000n, 0x2000000n, 0x4000000n, 0x8000000n, 0x10000000n, 0x20000000n, 0x40000000n])
        assert.strictEqual(answer(architecture, of(CLONE), [flag + 17n]), error(1), String(flag))
      assert.strictEqual(answer(architecture, of(IOCTL), [0n, 0x5401n]), ALLOW)
      // The kernel reads only 32 bits of the request, so the upper bits must not hide it.
      for (const request of [0x5412n, 0x541cn, 0xffffffff00005412n])
        assert.strictEqual(answer(architecture, of(IOCTL), [0n, request]), error(1), String(request))
      assert.strictEqual(answer(architecture, of(PERSONALITY), [0xffffffffn]), ALLOW)
      assert.strictEqual(answer(architecture, of(PERSONALITY), [0x0400000n]), error(1))
      for (const call of [SOCKET, SOCKETPAIR]) {
        for (const family of [1n, 2n, 10n, 16n]) assert.strictEqual(answer(architecture, of(call), [family]), ALLOW)
        for (const family of [0n, 17n, 38n, 40n, 0xffffffff00000028n])
          assert.strictEqual(answer(architecture, of(call), [family]), error(97))
      }
    })
  }

  it("is eight bytes an instruction, and absent elsewhere", () => {
    assert.strictEqual(filterFor("x64")?.length, instructionsFor("x64").length * 8)
    assert.isBelow(instructionsFor("x64").length, 4_096)
    assert.isUndefined(filterFor("ia32"))
  })

  const headers = { x64: "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", arm64: "/usr/include/asm-generic/unistd.h" } as const
  for (const architecture of ARCHITECTURES)
    it.skipIf(!existsSync(headers[architecture]))(`has the numbers of the kernel's headers for ${architecture}`, () => {
      const text = readFileSync(headers[architecture], "utf8")
      const table = { ...REFUSED, clone: CLONE, ioctl: IOCTL, personality: PERSONALITY, socket: SOCKET, socketpair: SOCKETPAIR }
      let compared = 0
      for (const [name, call] of Object.entries<Readonly<Record<Architecture, number | null>>>(table)) {
        const found = new RegExp(`#define __NR(?:3264)?_${name}\\s+(\\d+)`).exec(text)
        // Headers of older or newer kernels may lack a system call.
        if (found === null) continue
        assert.strictEqual(call[architecture], Number(found[1]), name)
        compared++
      }
      assert.isAbove(compared, 50)
    })
})
