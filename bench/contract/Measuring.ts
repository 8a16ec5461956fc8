/** The context of the benchmark: a contract, its validators and the costs measured so far. */
import { Effect } from "effect"
import type { cells } from "../../src/contract-client/cells.ts"
import type { MessageArguments, MessageName, Setting } from "../../src/contract-client/generated.ts"
import { ALPHA, account, type BenchChain, type Cost, message, OWNER } from "./chain.ts"
import { ATTEST, MOST_COMPETITIONS, ROUND } from "./scale.ts"

export const STRANGER = "//Bob"
/** Blocks for which stake must have been there to weigh. */
export const DAY = 4
/** The shortest allowed period, so that the benchmark can trigger the recycling of free money. */
export const RECYCLE_AFTER = 7 * DAY
export const WAIT = 300
export const OWNER_DELAY = 5
export const SUBMISSION_WINDOW = 10
/** Issues that one harvest fills: by default, and at most. */
export const STEPS = { usual: 32, largest: 100 } as const
export const MOST_VALIDATORS = 64

export type Costs = Map<string, Cost>

/** A contract with its validators, and the collector of costs. */
export interface Measuring {
  readonly chain: BenchChain
  /** Secret URIs of the whitelisted hotkeys, each with an equal stake. */
  readonly validators: ReadonlyArray<string>
  readonly costs: Costs
  /** Issue numbers on GitHub from this one on are unused. */
  readonly freeNumber: number
  /** Whether it is the edition that was released last, which lacks messages. */
  readonly isEarlier?: boolean
  /** The bytes of cells that grow with the number of validators, when they are fullest. */
  readonly sizes: Map<keyof typeof cells, number>
}

/** Measures cells: whole fields, or those of this issue. */
export const size = ({ chain, sizes }: Measuring, fields: ReadonlyArray<keyof typeof cells>, issue?: number) => {
  for (const field of fields) sizes.set(field, chain.bytesOf(field, issue))
}

/** Measures a message under another label than its name. */
export const row = <Name extends MessageName>(on: Measuring, label: string, who: string, name: Name, args: MessageArguments<Name>) =>
  Effect.map(on.chain.cost(who, name, args), (cost) => {
    on.costs.set(label, cost)
  })

const coldkeysOf = (validator: string) => Effect.forEach([1, 2, 3, 4], (index) => account(`${validator}//${index}`))

export const validatorOf = (hotkey: string) => Effect.all({ hotkey: account(hotkey), coldkeys: coldkeysOf(hotkey) })

/** Changes settings: immediately during the set-up, otherwise as soon as the change may be applied. */
export const setting = (chain: BenchChain, ...settings: ReadonlyArray<Setting>) =>
  Effect.gen(function* () {
    yield* chain.tell([message(OWNER, "setConfig", { settings })])
    const [waiting] = yield* chain.stored("announced", {})
    if (waiting === undefined) return
    yield* chain.toBlock(waiting.appliesFrom)
    yield* chain.tell([message(STRANGER, "apply", { change: waiting.change })])
  })

/** Ends a day of the contract's stake notes. */
const turn = (chain: BenchChain) =>
  Effect.gen(function* () {
    yield* chain.toBlock((yield* chain.read("validators", {})).turnedAt + DAY)
    yield* chain.tell([message(STRANGER, "noteWeights", {})])
  })

/** Gives all validators' votes the weight of their present stake. */
export const weighed = (chain: BenchChain) => Effect.repeatN(turn(chain), 1)

/** Every setting except the treasury and the delay, with its present value. */
export const allSettings: ReadonlyArray<Setting> = [
  { _tag: "MinBounty", value: ALPHA },
  { _tag: "MaxBounty", value: 10_000n * ALPHA },
  { _tag: "SubmissionWindow", value: SUBMISSION_WINDOW },
  { _tag: "CompetitionLength", value: 400 },
  { _tag: "OutcomeGrace", value: 10 },
  { _tag: "ChallengePeriod", value: WAIT },
  { _tag: "RoundLength", value: ROUND },
  { _tag: "AttestBlocks", value: ATTEST },
  { _tag: "QuorumBps", value: 5_001 },
  { _tag: "MaxCompetitionsPerMiner", value: MOST_COMPETITIONS },
  { _tag: "CollateralBps", value: 1_000 },
  { _tag: "SlashBps", value: 5_000 },
  { _tag: "HarvestStep", value: STEPS.usual },
  { _tag: "RecycleAfter", value: RECYCLE_AFTER }
]
