/** The steps of a sequence: half are arbitrary, half follow from the current state. */
import fc from "fast-check"
import type { Setting } from "../../../../src/contract-client/generated.ts"
import { MINERS, uidOf, VALIDATORS } from "./actors.ts"
import type { Fault as ChainFault } from "./game.ts"

/** A fault as a step names it, with accounts by number: 0 is the treasury's coldkey, 1 the contract, the others are miners' coldkeys. */
export type Fault =
  | Exclude<ChainFault, { readonly kind: "locked" }>
  | { readonly kind: "locked"; readonly whose: number; readonly part: "all" | "half" }

/** A setting as a step names it, with accounts by number. */
export type NamedSetting =
  | { readonly name: "MinBounty" | "MaxBounty"; readonly value: bigint }
  | { readonly name: "Treasury"; readonly nth: number; readonly lie: TreasuryLie }
  | { readonly name: "RosterSigner"; readonly nth: number }
  | { readonly name: NumberSetting; readonly value: number }
type NumberSetting = Exclude<Setting["_tag"], "MinBounty" | "MaxBounty" | "Treasury" | "RosterSigner">
/** A fault of a treasury in a step. */
export type TreasuryLie = "none" | "ordinary coldkey" | "another birth" | "another hotkey"

const numbers = (name: NumberSetting, ...values: ReadonlyArray<number>): fc.Arbitrary<NamedSetting> =>
  fc.record({ name: fc.constant(name), value: fc.constantFrom(...values) })

const ids = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }) })
const miner = fc.nat(MINERS - 1)
const validator = fc.nat(VALIDATORS - 1)

/** The sender of a message. */
export type Who =
  | { readonly is: "owner" | "stranger" | "secondOwner" | "proposed" }
  | { readonly is: "validator" | "miner" | "coldkey"; readonly nth: number }

const ownerWho = fc.constant<Who>({ is: "owner" })
const anybody: fc.Arbitrary<Who> = fc.oneof(
  fc.constantFrom<Who>({ is: "owner" }, { is: "stranger" }, { is: "secondOwner" }),
  validator.map((nth): Who => ({ is: "validator", nth })),
  miner.map((nth): Who => ({ is: "coldkey", nth }))
)
const mostly = (usual: fc.Arbitrary<Who>) => fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: anybody })
const owner = mostly(ownerWho)
const aValidator = mostly(validator.map((nth): Who => ({ is: "validator", nth })))

const repositories = [
  "acme/widgets",
  "ACME/Widgets",
  "acme/tools",
  "acme",
  "a b/c",
  "acme/..",
  `acme/${"x".repeat(100)}`,
  `acme/${"x".repeat(101)}`,
  "-a/b",
  "a_b/c",
  "/",
  "a/b/c",
  ""
]
const repository = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...repositories.slice(0, 3)) },
  { weight: 1, arbitrary: fc.constantFrom(...repositories) }
)
/** In alpha. The largest are more than the maximum, and more than all alpha. */
const bounty = fc.oneof(
  { weight: 7, arbitrary: fc.constantFrom(10n, 25n, 100n) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, 9n, 10_000n, 10_001n, 18_446_744_073n) }
)

const reason = fc.constantFrom(
  "Owner",
  "NotPlanned",
  "Duplicate",
  "Deleted",
  "Transferred",
  "RepositoryGone",
  "SolvedOutside",
  "SubmittedTooEarly",
  "Refused",
  "Dissolved"
)
/** The payee: a miner's coldkey, or the contract or the treasury, which are not allowed. */
const payee = fc.oneof({ weight: 6, arbitrary: miner }, { weight: 1, arbitrary: fc.constantFrom("contract" as const, "treasury" as const) })
const choice = fc.oneof(
  { weight: 2, arbitrary: fc.record({ solvedBy: miner, pullRequest: fc.constantFrom(57, 57, 57, 58, 0) }) },
  { weight: 1, arbitrary: fc.record({ reason, about: miner }) },
  { weight: 1, arbitrary: fc.record({ slashA: fc.boolean(), slashB: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ dissolved: true }) }
)
const round = fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1, 1_000) })
const uids = fc.uniqueArray(
  fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: uidOf(0), max: uidOf(MINERS - 1) }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 255) }
  ),
  {
    maxLength: 6
  }
)
const competitor = fc.record({
  miner,
  uid: fc.option(fc.constantFrom(5, 6, 255, 256, 65_535), { freq: 12, nil: null }),
  coldkeyOf: fc.option(miner, { freq: 12, nil: null }),
  reserved: fc.option(fc.constantFrom("hotkey" as const, "contract" as const, "treasury" as const), { freq: 12, nil: null })
})
/** Amounts of rao: round ones, some near the chain's rounding, and small ones. */
const rao = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 150 }).map((alpha) => BigInt(alpha) * 1_000_000_000n) },
  { weight: 1, arbitrary: fc.constantFrom(1n, 2n, 1_999_999n, 2_000_000n, 24_999_999_999n) }
)

/** Amounts of collateral: nothing, too little to move, or as much as bounties require. */
const collateral = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(1_000_000_000n, 5_000_000_000n, 10_000_000_000n, 50_000_000_000n, 100_000_000_000n) },
  { weight: 1, arbitrary: fc.constantFrom(0n, 1n, 2_000_000n, 4_999_999_999n, 1_000_000_000_000n) }
)

const chainFunction = fc.constantFrom(
  "stakeInfo" as const,
  "moveStake" as const,
  "transferStake" as const,
  "recycleAlpha" as const,
  "callerMoveStake" as const,
  "callerTransferStake" as const,
  "stakeAvailability" as const,
  "alphaPrice" as const,
  "subnetState" as const
)
const fault: fc.Arbitrary<Fault> = fc.oneof(
  // a reported success without effect, for the functions whose success the contract verifies
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("status" as const),
      of: fc.constantFrom("moveStake" as const, "callerMoveStake" as const, "callerTransferStake" as const, "transferStake" as const),
      code: fc.constant(0)
    })
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("status" as const), of: chainFunction, code: fc.integer({ min: 1, max: 23 }) }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom("runtimeCalls", "proxyRemoved", "transfersOff", "tokenOff", "largeMinStake").map((kind): Fault => ({ kind }))
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("locked" as const),
      whose: fc.oneof(fc.constant(0), fc.nat(MINERS + 1)),
      part: fc.constantFrom("all" as const, "half" as const)
    })
  }
)

const treasury = fc.record({
  name: fc.constant("Treasury" as const),
  nth: fc.nat(2),
  lie: fc.constantFrom<TreasuryLie>("none", "none", "none", "none", "ordinary coldkey", "another birth", "another hotkey")
})

/** Settings within their bounds, with short periods, and some out of bounds. */
const setting: fc.Arbitrary<NamedSetting> = fc.oneof(
  fc.record({
    name: fc.constant("MinBounty" as const),
    value: fc.constantFrom(10_000_000_000n, 1n, 20_000_000_000n, 0n)
  }),
  fc.record({
    name: fc.constant("MaxBounty" as const),
    value: fc.constantFrom(100_000_000_000n, 50_000_000_000n, 9_999_999_999n, 21_000_000_000_000_000n, 21_000_000_000_000_001n)
  }),
  numbers("SubmissionWindow", 0, 4, 10, 100),
  numbers("CompetitionLength", 20, 40, 60, 0, 2_628_001),
  numbers("OutcomeGrace", 0, 10, 5, 2_628_001),
  numbers("ChallengePeriod", 4, 12, 20, 3, 2_628_001),
  numbers("RoundLength", 20, 10, 30, 9, 1, 0),
  numbers("AttestBlocks", 8, 3, 1, 0, 30),
  numbers("QuorumBps", 5_001, 6_000, 8_000, 10_000, 5_000, 10_001),
  numbers("MaxCompetitionsPerMiner", 1, 2, 2, 0, 257),
  numbers("CollateralBps", 0, 1_000, 5_000, 3_333, 10_000, 10_001),
  numbers("SlashBps", 10_000, 5_000, 0, 3_333, 10_001),
  numbers("HarvestStep", 1, 3, 10, 0, 101),
  numbers("RecycleAfter", 28, 60, 100, 27, 2_628_001),
  numbers("OwnerDelay", 0, 3, 4, 10, 30, 2_628_001),
  treasury,
  fc.record({ name: fc.constant("RosterSigner" as const), nth: miner })
)
const settings = fc.oneof(
  // the most consequential settings: delayed changes, and competitions that need collateral
  { weight: 4, arbitrary: fc.tuple(numbers("OwnerDelay", 4, 10, 30)) },
  { weight: 4, arbitrary: fc.tuple(numbers("CollateralBps", 1_000, 5_000, 3_333), numbers("SlashBps", 10_000, 5_000, 3_333)) },
  { weight: 8, arbitrary: fc.array(setting, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(setting, { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(setting, { minLength: 17, maxLength: 18 }) }
)

const does = <Name extends string>(name: Name) => fc.constant(name)
const nth = fc.nat(4)
/** A change: a pending one, or any number. */
const change = fc.oneof({ weight: 4, arbitrary: fc.record({ waiting: nth }) }, { weight: 1, arbitrary: fc.record({ number: fc.nat(12) }) })
const coldkey = miner.map((nth): Who => ({ is: "coldkey", nth }))
/** The participating validators as bits: all, or only some. */
const voters = fc.oneof({ weight: 4, arbitrary: fc.constant(31) }, { weight: 2, arbitrary: fc.nat(31) })

const outcome = fc.record({ do: does("outcome"), who: aValidator, id: ids, choice })
const expire = fc.record({ do: does("expire"), who: anybody, id: ids })
const note = fc.record({ do: does("note"), who: anybody })
const settle = fc.record({ do: does("settle"), who: anybody, id: ids })
const apply = fc.record({ do: does("apply"), who: anybody, change })
const veto = fc.record({ do: does("veto"), who: aValidator, change })
const drop = fc.record({ do: does("drop"), who: anybody, change })

const anything = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: does("register"), who: owner, repository, number: fc.nat(3), bounty }) },
  { weight: 2, arbitrary: fc.record({ do: does("cancel"), who: owner, id: ids, reason, about: miner }) },
  { weight: 2, arbitrary: fc.record({ do: does("edit"), who: owner, id: ids, repository, number: fc.nat(3), bounty }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: does("addValidator"),
      who: owner,
      nth: validator,
      coldkeys: fc.array(fc.oneof({ weight: 12, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.constantFrom(3, 4, 5) }), {
        maxLength: 5
      })
    })
  },
  { weight: 1, arbitrary: fc.record({ do: does("removeValidator"), who: owner, nth: validator }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("pause" as const, "unpause" as const), who: owner }) },
  { weight: 1, arbitrary: fc.record({ do: does("propose"), who: owner, to: anybody }) },
  { weight: 1, arbitrary: fc.record({ do: does("accept"), who: mostly(fc.constant<Who>({ is: "proposed" })) }) },
  { weight: 1, arbitrary: fc.record({ do: does("withdrawOffer"), who: owner }) },
  { weight: 4, arbitrary: fc.record({ do: does("attest"), who: aValidator, id: ids, round, enrolled: uids, skipped: uids }) },
  { weight: 2, arbitrary: fc.record({ do: does("renew"), who: aValidator }) },
  { weight: 4, arbitrary: fc.record({ do: does("pair"), who: aValidator, id: ids, round, a: competitor, b: competitor }) },
  { weight: 4, arbitrary: outcome },
  { weight: 1, arbitrary: note },
  { weight: 2, arbitrary: settle },
  { weight: 2, arbitrary: fc.record({ do: does("payTo"), who: mostly(coldkey), id: ids, to: payee }) },
  { weight: 1, arbitrary: fc.record({ do: does("retract"), who: aValidator, id: ids }) },
  { weight: 2, arbitrary: fc.record({ do: does("harvest"), who: anybody }) },
  { weight: 2, arbitrary: expire },
  { weight: 2, arbitrary: fc.record({ do: does("payout"), who: anybody, id: ids }) },
  { weight: 2, arbitrary: fc.record({ do: does("feed"), amount: rao }) },
  { weight: 1, arbitrary: fc.record({ do: does("give"), amount: rao }) },
  { weight: 1, arbitrary: fc.record({ do: does("give elsewhere"), nth: fc.nat(1), amount: rao }) },
  { weight: 1, arbitrary: fc.record({ do: does("round down"), amount: fc.constantFrom(1n, 1n, 2n, 1_000_000_000n, 1_000_000_000_000n) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: does("restake"),
      nth: validator,
      cold: fc.nat(2),
      alpha: fc.constantFrom(0n, 0n, 10n, 20_000n, 50_000n, 100_000n)
    })
  },
  { weight: 1, arbitrary: fc.record({ do: does("look") }) },
  { weight: 4, arbitrary: fc.record({ do: does("config"), who: owner, settings }) },
  { weight: 1, arbitrary: fc.record({ do: does("code"), who: owner, which: fc.constantFrom(0, 1, 1, 1, "unknown" as const) }) },
  { weight: 2, arbitrary: apply },
  { weight: 2, arbitrary: veto },
  { weight: 1, arbitrary: fc.record({ do: does("withdrawVeto"), who: aValidator, change }) },
  { weight: 2, arbitrary: drop },
  { weight: 1, arbitrary: fc.record({ do: does("withdrawChange"), who: owner, change }) },
  { weight: 3, arbitrary: fc.record({ do: does("deposit"), who: mostly(coldkey), hotkey: fc.nat(MINERS), amount: collateral }) },
  { weight: 2, arbitrary: fc.record({ do: does("withdraw"), who: mostly(coldkey), hotkey: miner, amount: collateral }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: does("wait"), blocks: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(1, 8, 20, 60)) })
  }
)

/** When a change is applied: usually as soon as possible. */
const ripeness = ["first", "first", "first", "first", "early", "early", "last", "late"] as const

/** Whether votes only stand, are settled a block too early, or as soon as they are old enough. */
const then = fc.constantFrom("stand", "stand", "early", "settle", "settle", "settle", "settle")

/** Stake lent to a validator while these messages are sent, in one block or two. It may come from the others. */
const loan = fc.record({
  do: does("lend"),
  to: validator,
  alpha: fc.constantFrom(100n, 60_000n, 10_000_000n),
  taken: fc.constantFrom(false, false, false, true),
  over: fc.constantFrom(0, 0, 0, 1),
  acts: fc.array(fc.oneof(outcome, note, settle, expire, apply, veto, drop), { minLength: 1, maxLength: 4 })
})

const onward = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: does("fund"), nth, bounty }) },
  {
    weight: 10,
    arbitrary: fc.record({
      do: does("match"),
      insured: fc.constantFrom(true, true, true, false),
      nth,
      voters,
      a: miner,
      b: miner,
      enrolled: uids
    })
  },
  { weight: 9, arbitrary: fc.record({ do: does("solve"), nth, voters, side: fc.boolean(), late: fc.constantFrom(0, 0, 0, 40, 51), then }) },
  { weight: 3, arbitrary: fc.record({ do: does("void"), nth, voters, reason, about: miner, then }) },
  { weight: 2, arbitrary: fc.record({ do: does("lapse"), nth, early: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: does("find unsolved"), nth, voters, early: fc.boolean(), slashA: fc.boolean(), slashB: fc.boolean(), then })
  },
  { weight: 2, arbitrary: fc.record({ do: does("dissolve"), nth, voters, then }) },
  { weight: 4, arbitrary: fc.record({ do: does("ripe"), nth, early: fc.constantFrom(false, false, true) }) },
  { weight: 3, arbitrary: fc.record({ do: does("vote again"), nth, voters }) },
  { weight: 5, arbitrary: fc.record({ do: does("pay"), nth, to: fc.option(payee) }) },
  { weight: 2, arbitrary: fc.record({ do: does("name payee"), nth, side: fc.boolean(), to: payee }) },
  { weight: 3, arbitrary: fc.record({ do: does("alter"), nth, bounty: fc.option(bounty), reason: fc.constantFrom("Owner", "Refused") }) },
  { weight: 3, arbitrary: fc.record({ do: does("age"), early: fc.constantFrom(false, false, true) }) },
  { weight: 4, arbitrary: fc.record({ do: does("day") }) },
  { weight: 6, arbitrary: loan },
  { weight: 4, arbitrary: fc.record({ do: does("reconfigure"), settings }) },
  { weight: 2, arbitrary: fc.record({ do: does("offer"), to: anybody, after: fc.constantFrom(0, 5, 14_400, 14_401) }) },
  { weight: 2, arbitrary: fc.record({ do: does("dismiss"), nth: validator, voters }) },
  { weight: 1, arbitrary: fc.record({ do: does("regret"), nth, voters }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: does("ripen"),
      nth,
      at: fc.constantFrom(...ripeness)
    })
  },
  { weight: 1, arbitrary: fc.record({ do: does("oppose"), nth, voters }) },
  { weight: 2, arbitrary: fc.record({ do: does("outgrow"), nth: validator, relapses: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: does("insure"), miner, amount: collateral }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: does("take back"),
      nth,
      part: fc.constantFrom("half" as const, "free" as const, "too much" as const, "all" as const)
    })
  },
  { weight: 1, arbitrary: fc.record({ do: does("resume") }) }
)

/** A step without a fault of the chain. */
const plain = fc.oneof({ weight: 1, arbitrary: anything }, { weight: 1, arbitrary: onward })
export type PlainStep = typeof plain extends fc.Arbitrary<infer S> ? S : never

/** Free money becomes due while nothing can be recycled. */
const unrecycled = fc.record({
  do: does("faulty"),
  fault: fc.oneof(
    fc.record({ kind: fc.constant("status" as const), of: fc.constant("recycleAlpha" as const), code: fc.integer({ min: 1, max: 23 }) }),
    fc.constant<Fault>({ kind: "tokenOff" })
  ),
  step: fc.record({ do: does("age"), early: fc.constant(false) })
})

/** Winners that cannot be paid. */
const unpaid = fc.record({
  do: does("faulty"),
  fault: fc.oneof(
    fc.record({ kind: fc.constant("status" as const), of: fc.constant("transferStake" as const), code: fc.integer({ min: 0, max: 23 }) }),
    fc.constantFrom<Fault>({ kind: "transfersOff" }, { kind: "largeMinStake" }, { kind: "locked", whose: 1, part: "all" })
  ),
  step: fc.record({ do: does("pay"), nth, to: fc.constant(null) })
})

/** A harvest while the chain does not answer the available stake. */
const untold = fc.record({
  do: does("faulty"),
  fault: fc.record({
    kind: fc.constant("status" as const),
    of: fc.constant("stakeAvailability" as const),
    code: fc.integer({ min: 1, max: 23 })
  }),
  step: fc.record({ do: does("fund"), nth, bounty })
})

/** A change of the treasury to which the contract's stake cannot be moved. */
const unmoved = fc.record({
  do: does("faulty"),
  fault: fc.record({ kind: fc.constant("status" as const), of: fc.constant("moveStake" as const), code: fc.constantFrom(0, 0, 13, 22) }),
  step: fc.record({
    do: does("reconfigure"),
    settings: fc.tuple(fc.record({ name: fc.constant("Treasury" as const), nth: fc.nat(1), lie: fc.constant<TreasuryLie>("none") }))
  })
})

/** One step, sometimes with a fault of the chain. */
export const anyStep = fc.oneof(
  { weight: 880, arbitrary: plain },
  { weight: 80, arbitrary: fc.record({ do: does("faulty"), fault, step: plain }) },
  { weight: 36, arbitrary: unrecycled },
  { weight: 24, arbitrary: unpaid },
  { weight: 10, arbitrary: unmoved },
  { weight: 10, arbitrary: untold },
  { weight: 1, arbitrary: fc.record({ do: does("crowd") }) }
)
export type Step = typeof anyStep extends fc.Arbitrary<infer S> ? S : never
