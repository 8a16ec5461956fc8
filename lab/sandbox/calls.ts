/** Attacks by single system calls, which a shell can't make. */
import { dlopen, FFIType, read, toArrayBuffer } from "bun:ffi"
import { readFileSync } from "node:fs"
import {
  CLONE,
  IOCTL,
  NEW_NAMESPACES,
  PERSONALITY,
  REFUSED,
  type RefusedCall,
  SOCKET,
  TERMINAL_REQUESTS
} from "../../src/layers/machine/sandbox/seccomp/systemCalls.ts"
import type { Outcome } from "./plan.ts"

const architecture = process.arch === "arm64" ? "arm64" : "x64"

const LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"]
const integer = FFIType.i64
const openLibrary = (name: string) =>
  dlopen(name, {
    syscall: { args: [integer, integer, integer, integer, integer, integer, integer], returns: integer },
    mmap: { args: [FFIType.ptr, FFIType.u64, FFIType.i32, FFIType.i32, FFIType.i32, integer], returns: FFIType.ptr },
    setuid: { args: [FFIType.u32], returns: FFIType.i32 },
    __errno_location: { args: [], returns: FFIType.ptr }
  })

export const library = () => {
  for (const name of LIBRARIES)
    try {
      return openLibrary(name).symbols
    } catch {
      // Try the other C library.
    }
  throw new Error("no C library")
}

type Library = ReturnType<typeof library>

/** The error of a system call, or 0. */
const errorOf = (libc: Library, number: number, ...values: ReadonlyArray<number>): number => {
  const all = [...values, 0, 0, 0, 0, 0, 0].slice(0, 6)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = all
  const result = libc.syscall(number, a, b, c, d, e, f)
  const place = libc.__errno_location()
  return BigInt(result) === -1n && place !== null ? read.i32(place, 0) : 0
}

const THREADS_EXIT = { x64: 60, arm64: 93 } as const
const GETPID_OF_X32 = 0x40000000 + 39
const CHILD_SIGNAL = 17

/** Calls that the filter must refuse, by name. The kernel's own error (EINVAL, EFAULT) would mean that the call passed the filter. */
export const dangerousCalls = (libc: Library): Outcome => {
  const escaped: Array<string> = []
  let count = 0
  const expect = (name: string, error: number, allowed: ReadonlyArray<number>) => {
    count++
    if (!allowed.includes(error)) escaped.push(`${name} (error ${error})`)
  }
  for (const [name, call] of Object.entries<RefusedCall>(REFUSED)) {
    const number = call[architecture]
    if (number !== null) expect(name, errorOf(libc, number), [1, 38])
  }
  const { [architecture]: clone } = CLONE
  if (clone !== null)
    for (let bit = 1; bit < 32; bit++) {
      const flag = (1 << bit) >>> 0
      if ((NEW_NAMESPACES & flag) === 0) continue
      const error = errorOf(libc, clone, flag + CHILD_SIGNAL)
      // A forked child would continue here, with memory of its own.
      if (error === 0 && readFileSync("/proc/self/stat", "latin1").split(" ", 1)[0] !== String(process.pid))
        errorOf(libc, THREADS_EXIT[architecture])
      expect(`clone with 0x${flag.toString(16)}`, error, [1])
    }
  for (const request of TERMINAL_REQUESTS)
    expect(`ioctl 0x${request.toString(16)}`, errorOf(libc, Number(IOCTL[architecture]), 0, request), [1])
  expect("personality", errorOf(libc, Number(PERSONALITY[architecture]), 0x0400000), [1])
  if (architecture === "x64") expect("a call of x32", errorOf(libc, GETPID_OF_X32), [38])
  expect("a call newer than the table", errorOf(libc, 470), [38])
  return { tried: count, escaped }
}

/** Socket families other than Unix, IPv4, IPv6 and netlink. */
const FAMILIES = { AF_PACKET: 17, AF_BLUETOOTH: 31, AF_CAN: 29, AF_TIPC: 30, AF_ALG: 38, AF_VSOCK: 40, AF_KCM: 41, AF_XDP: 44, AF_KEY: 15 }
export const otherSockets = (libc: Library): Outcome => {
  const escaped = Object.entries(FAMILIES).flatMap(([name, family]) =>
    [1, 2, 3, 5].some((kind) => errorOf(libc, Number(SOCKET[architecture]), family, kind, 0) !== 97) ? [name] : []
  )
  return { tried: Object.keys(FAMILIES).length, escaped }
}

const SHARED_AND_ANONYMOUS = 0x21
export const sharedMemory = (libc: Library, bytes: number): Uint8Array => {
  const at = libc.mmap(null, bytes, 3, SHARED_AND_ANONYMOUS, -1, 0)
  if (at === null) throw new Error("no memory")
  return new Uint8Array(toArrayBuffer(at, 0, bytes))
}
