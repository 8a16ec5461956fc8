/**
 * `npm run subtensor:vectors -- FILE`: replays stake sequences recorded from Subtensor (lines of JSON) on the built dev chain runtime and on the
 * contract's model of the chain, step by step, and prints each difference but roundings. Exit code 1 for a difference, and 2 if the file cannot be read.
 */
import { readFileSync } from "node:fs"
import { Effect, Either } from "effect"
import { messageOf } from "../../../src/domain/messageOf.ts"
import { type Difference, differencesOf, isMore, type PoolChain, singleSteps } from "./compare.ts"
import { modelChain } from "./modelChain.ts"
import { runtimeChain } from "./runtimeChain.ts"
import { readSequences, type Sequence } from "./sequences.ts"

const fail = (message: string): never => {
  console.error(message)
  process.exit(2)
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch (cause) {
    return fail(`${path} cannot be read: ${messageOf(cause)}`)
  }
}

const shown = ({ played, recorded, sequence, step, what }: Difference): string =>
  `sequence ${sequence}, ${step === 0 ? "the start" : `step ${step}`}: ${what} is ${played}, recorded was ${recorded}`

/** Replays all sequences, prints the differences, and reports how many sequences agreed. */
const play = (name: string, chain: PoolChain, sequences: ReadonlyArray<Sequence>): boolean => {
  const agreed = sequences.filter((sequence) => {
    const differences = singleSteps(sequence).flatMap((step) => differencesOf(chain, step).filter(isMore))
    for (const difference of differences) console.log(`${name}: ${shown(difference)}`)
    return differences.length === 0
  }).length
  console.log(`${name}: ${agreed} of ${sequences.length} sequences agree`)
  return agreed === sequences.length
}

const [path, ...more] = process.argv.slice(2)
if (path === undefined || more.length > 0) fail("one file of recorded sequences is wanted: npm run subtensor:vectors -- FILE")
else {
  const sequences = Either.getOrElse(readSequences(textOf(path)), (error) => fail(`${path}: ${error.message}`))
  if (sequences.length === 0) fail(`${path} has no sequences`)
  const chains = { model: modelChain(), runtime: await Effect.runPromise(runtimeChain) }
  const results = Object.entries(chains).map(([name, chain]) => play(name, chain, sequences))
  process.exit(results.every((agrees) => agrees) ? 0 : 1)
}
