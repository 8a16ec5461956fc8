/** Gives all properties the seed: Effect has a fast-check of its own. */
import { FastCheck } from "effect"
import * as fc from "fast-check"
import { SEED } from "./seed.ts"

for (const { configureGlobal } of [FastCheck, fc]) configureGlobal({ seed: SEED })
