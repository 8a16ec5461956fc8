/** The program under test in process tests: the executable that buildProgram.ts built from these sources, as users run it. */
import { inject } from "vitest"

/** Whether these tests are of the kind that has the executable. */
export const isProcessTest: boolean = inject("executable") !== undefined

/** The start of every command line. */
export const program: readonly [string] = [inject("executable")]

/** How the test run sets the JavaScript engine, for the environments of the programs that it starts: scripts/test.mjs says why. */
export const engine: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (name.startsWith("BUN_JSC_") && value !== undefined ? [[name, value]] : []))
)
