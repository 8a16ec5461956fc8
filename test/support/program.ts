/** The program under test in process tests: the executable that buildProgram.ts built from these sources, as users run it. */
import { inject } from "vitest"

/** Whether these tests are of the kind with an executable. */
export const isProcessTest: boolean = inject("executable") !== undefined

/** The start of every command line. */
export const program: readonly [string] = [inject("executable")]

/** The test run's settings of the JavaScript engine, for the environments of the programs that it starts (see scripts/test.mjs). */
export const engine: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (name.startsWith("BUN_JSC_") && value !== undefined ? [[name, value]] : []))
)
