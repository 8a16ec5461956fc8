/**
 * Repeats a run of properties. Without it, fast-check draws a seed for each run, and prints it on failure. Loaded only on demand, because it takes a
 * while.
 */
import { givenSeed } from "./seed.ts"

if (givenSeed !== undefined) (await import("fast-check")).configureGlobal({ seed: givenSeed })
