/** The program that process tests start: the executable that buildProgram.ts built from these sources, which is what users run. */
import { inject } from "vitest"

/** What stands before a command's words. */
export const program: readonly [string] = [inject("executable")]
