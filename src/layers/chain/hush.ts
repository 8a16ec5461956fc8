/**
 * polkadot.js writes to the console whatever goes wrong, before it also tells its caller. A command's standard error has one line for each
 * failure, written by the command: the library's own lines, known by their date and their upper-case name, are dropped.
 */
const written = /^\s*[A-Z][A-Z0-9/-]*:$/

const isPolkadots = ([date, name]: ReadonlyArray<unknown>): boolean =>
  typeof date === "string" && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date) && typeof name === "string" && written.test(name)

let hushed = false

/** From now on this process drops the library's lines. */
export const hushPolkadot = (): void => {
  if (hushed) return
  hushed = true
  for (const level of ["log", "warn", "error"] as const) {
    const print = console[level].bind(console)
    console[level] = (...values: ReadonlyArray<unknown>) => {
      if (!isPolkadots(values)) print(...values)
    }
  }
}
