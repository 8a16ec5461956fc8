/** The committed facts about Finney's runtime (spec 365), which scripts/chain-facts.ts derives from its metadata. */
import { readFileSync } from "node:fs"
import type { ChainEpochStates } from "./facts.ts"

export const factsPath = "test/support/fidelity/finney.json"

/** Pallets and APIs that the dev chain lacks and nothing here uses. */
const irrelevant =
  /^(BaseFee|Crowdloan|EVM|EVMChainId|Ethereum|Grandpa|Preimage|RandomnessCollectiveFlip|Registry|SafeMode|Scheduler|(Babe|Grandpa|EthereumRuntimeRPC|ConvertTransactionRuntime)Api\..*)$/

const relevant = <A>(all: Readonly<Record<string, A>>): Record<string, A> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !irrelevant.test(name)))

/** The file's text: one item a line, sorted. */
export const factsText = (facts: ChainEpochStates): string => {
  const text = JSON.stringify({ ...facts, pallets: relevant(facts.pallets), apis: relevant(facts.apis) }, null, 1)
  return `${text}\n`
}

/** Facts about Finney's runtime. */
export const finney = (): ChainEpochStates => JSON.parse(readFileSync(new URL(`../../../${factsPath}`, import.meta.url), "utf8"))
