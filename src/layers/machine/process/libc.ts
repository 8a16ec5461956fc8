/** Functions of the C library that no module of the runtime has. */
import { dlopen, type FFIFunction } from "bun:ffi"

const libraries = ["libc.so.6", `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`]

/** The functions by name; undefined on other systems than Linux, and with other C libraries. */
export const openLibc = <Functions extends Record<string, FFIFunction>>(functions: Functions) => {
  if (process.platform !== "linux") return undefined
  for (const name of libraries) {
    try {
      return dlopen(name, functions).symbols
    } catch {
      // Try the next name.
    }
  }
  return undefined
}
