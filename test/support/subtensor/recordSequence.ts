/** Random steps on stake pools, and a recording of their results on one chain, for comparison with another. */
import * as fc from "fast-check"
import type { PoolChain } from "./compare.ts"
import type { Sequence, Step } from "./sequences.ts"

/** A step without its result. */
type Planned = Step extends infer Each ? (Each extends Step ? Omit<Each, "result" | "state"> : never) : never

const amount = fc.oneof(
  fc.bigInt(1n, 20n),
  fc.bigInt(1n, 10n ** 6n),
  fc.bigInt(2_000_000n, 10n ** 12n),
  fc.bigInt(10n ** 12n, 10n ** 15n),
  fc.constant(10n ** 17n)
)
const hotkeys = ["H0", "H1", "H2", "H3"] as const
const coldkeys = ["C0", "C1", "C2", "C4"] as const
const hotkey = fc.constantFrom(...hotkeys)
const coldkey = fc.constantFrom(...coldkeys)
const place = { hotkey, coldkey, amount }

/**
 * The chain extension's function for a coldkey: `C4` is the contract, which acts for itself; for other coldkeys, the contract acts on behalf of the
 * caller.
 */
const functionFor = (coldkey: string, own: string, others: string): string => (coldkey === "C4" ? own : others)

const step: fc.Arbitrary<Planned> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant("stake" as const), ...place }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant("dividend" as const), hotkey, amount }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("take" as const), ...place, take: fc.oneof(fc.constant(0n), amount) }) },
  {
    weight: 4,
    arbitrary: fc
      .record({ op: fc.constant("transfer" as const), ...place, toColdkey: coldkey })
      .map((made) => ({ ...made, function: functionFor(made.coldkey, "6", "25") }))
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ op: fc.constant("move" as const), ...place, toHotkey: hotkey })
      .map((made) => ({ ...made, function: functionFor(made.coldkey, "5", "24") }))
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ op: fc.constant("recycle" as const), ...place })
      .map((made) => ({ ...made, function: functionFor(made.coldkey, "16", "dispatchable") }))
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ op: fc.constant("burn" as const), ...place })
      .map((made) => ({ ...made, function: functionFor(made.coldkey, "17", "dispatchable") }))
  }
)

/** Steps from an empty state. */
export const steps: fc.Arbitrary<ReadonlyArray<Planned>> = fc.array(step, { minLength: 10, maxLength: 40 })

/** Plays steps on a chain and records them. */
export const recordedBy = (chain: PoolChain, planned: ReadonlyArray<Planned>): Sequence => {
  const start = { alphaOut: 10n ** 18n, pools: [] }
  const sequence = {
    sequence: "random",
    theme: "random",
    taoReserve: 30n * 10n ** 12n,
    alphaReserve: 10n ** 15n,
    minimumAmount: 66_666_667n,
    start
  }
  chain.begin({ ...sequence, steps: [] })
  return {
    ...sequence,
    steps: planned.map((planned): Step => {
      const unplayed = { ...planned, result: "ok", state: start }
      const { answer, result } = chain.play(unplayed)
      const state = chain.state(hotkeys, coldkeys)
      return unplayed.op === "recycle" || unplayed.op === "burn" ? { ...unplayed, answer, result, state } : { ...unplayed, result, state }
    })
  }
}
