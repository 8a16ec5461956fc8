/** Repeats a run of properties. fast-check chooses a seed for each run otherwise, and prints it when one fails. Loaded only then, because it takes a while. */
import { givenSeed } from "./seed.ts"

if (givenSeed !== undefined) (await import("fast-check")).configureGlobal({ seed: givenSeed })
