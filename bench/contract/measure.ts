/** Measures all messages and views of a contract with a given number of issues and competitions, with 64 validators and with one. */
import { Effect } from "effect"
import { devAccounts } from "../../lab/devnet/chain/genesis.ts"
import { AccountAddress } from "../../src/domain/Account.ts"
import { type Account, ALPHA, type BenchChain, benchChain, message, OWNER } from "./chain.ts"
import { type Costs, DAY, MOST_VALIDATORS, RECYCLE_AFTER, validatorOf, WAIT, weighed } from "./Measuring.ts"
import { bounties, ending } from "./messages.ts"
import { beginService, changes, dismiss, fillWhitelist, setUp } from "./owner.ts"
import { ATTEST, fill, MOST_COMPETITIONS, ROUND, register } from "./scale.ts"
import type { Measured } from "./table.ts"

const [first, ...others] = Array.from({ length: MOST_VALIDATORS }, (_, index) => `//Voter${index}`)
if (first === undefined) throw new Error("no validators")

const accounts: ReadonlyArray<Account> = [
  ...[first, ...others].map((hotkey) => ({ hotkey, coldkeys: [1, 2, 3, 4].map((index) => `${hotkey}//${index}`), stake: 1_000n * ALPHA })),
  ...Array.from({ length: 6 }, (_, uid) => ({ hotkey: `//Miner${uid}`, coldkeys: [`//Miner${uid}//cold`], stake: 5_000n * ALPHA })),
  { hotkey: "//Bob", coldkeys: ["//Bob//cold"], stake: 0n }
]

const settings = {
  devChain: true,
  minBounty: ALPHA,
  maxBounty: 10_000n * ALPHA,
  submissionWindow: 10,
  competitionLength: 400,
  outcomeGrace: 10,
  day: DAY,
  challengePeriod: WAIT,
  roundLength: ROUND,
  attestBlocks: ATTEST,
  quorumBps: 5_001,
  maxCompetitionsPerMiner: MOST_COMPETITIONS,
  collateralBps: 0,
  slashBps: 10_000,
  harvestStep: 100,
  recycleAfter: RECYCLE_AFTER,
  ownerDelay: 0,
  rosterSigner: AccountAddress.make(devAccounts["//SubnetOwner//hot"]),
  rosterSignerSince: 0
} as const

/**
 * All costs with a given number of issues, and the chain's limits. The set-up is measured first, because a contract in its set-up fills no bounty.
 */
export const measure = (issues: number, progress: (text: string) => void = () => {}) =>
  Effect.gen(function* () {
    const began = performance.now()
    const tell = (what: string) => progress(`${what} after ${Math.round((performance.now() - began) / 1_000)} s`)
    const chain: BenchChain = yield* benchChain(accounts, settings)
    yield* chain.tell([message(OWNER, "addValidator", yield* validatorOf(first))])
    const [few, many]: [Costs, Costs] = [new Map(), new Map()]
    const full = { chain, validators: [first, ...others], costs: many, sizes: new Map(), freeNumber: 1_000_001 }
    const alone = { chain, validators: [first], costs: few, sizes: new Map(), freeNumber: 2_000_001 }
    yield* register(chain, 1, issues)
    yield* setUp(alone)
    yield* fillWhitelist(full, others)
    yield* setUp(full)
    yield* dismiss(chain, others)
    yield* beginService(chain)
    yield* weighed(chain)
    yield* fill(chain, issues, first)
    const counts = yield* chain.stored("counts", {})
    if (counts.issues !== issues || counts.competitions !== issues) return yield* Effect.dieMessage(`made ${JSON.stringify(counts)}`)
    tell(`${issues} issues and competitions made`)
    yield* bounties(alone)
    yield* changes(alone)
    yield* fillWhitelist(full, others)
    yield* weighed(chain)
    yield* bounties(full)
    yield* changes(full)
    yield* ending(full)
    tell(`all messages measured with ${issues} issues`)
    const rows = [alone, full].flatMap(({ validators, costs }) =>
      [...costs].map(([message, cost]): Measured => ({ message, validators: validators.length, issues, cost }))
    )
    return { rows, limits: chain.limits, sizes: full.sizes }
  }).pipe(Effect.scoped)

/** What the messages of a bounty's life cost with all validators, by the code of an earlier edition. */
export const measureEarlier = (code: string) =>
  Effect.gen(function* () {
    const chain = yield* benchChain(accounts, settings, code)
    const costs: Costs = new Map()
    const on = { chain, validators: [first, ...others], costs, sizes: new Map(), freeNumber: 1, isEarlier: true }
    yield* chain.tell([message(OWNER, "addValidator", yield* validatorOf(first))])
    yield* fillWhitelist(on, others)
    yield* beginService(chain)
    yield* weighed(chain)
    yield* bounties(on)
    return [...costs].map(([message, cost]): Measured => ({ message, validators: MOST_VALIDATORS, issues: 0, cost }))
  }).pipe(Effect.scoped)
