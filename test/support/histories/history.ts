/** Random histories: everybody's messages, honest stake notes, loans around any of them, and moving stake. The same seed gives the same history. */
import type { Action } from "../../../lab/contract-model/ContractModel.ts"
import { type Random, randomOf } from "../../../lab/simulation/random.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { ALPHA, ATTEST, BOUNTY, type Cast, CHANGES, type Chain, DAY, pairOf, ROUND, type Sent, STAKES, START } from "./chain.ts"

/** A message. */
export interface Sending {
  readonly do: "send"
  readonly name: Action
  readonly args: object
  readonly caller: AccountAddress
  readonly to: (chain: Chain) => Sent
}

export type Step =
  | Sending
  | { readonly do: "block"; readonly block: number }
  /** A `noteWeights` outside of every loan. */
  | { readonly do: "look" }
  /** Extra stake for each validator, until it is paid back. */
  | { readonly do: "lend"; readonly extra: ReadonlyArray<bigint> }
  | { readonly do: "repay" }
  /** Sets a validator's stake from now on. */
  | { readonly do: "move"; readonly validator: number; readonly stake: bigint }
  /** Emission for the treasury's neuron. */
  | { readonly do: "earn"; readonly amount: bigint }

export const call = <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): Sending => ({
  do: "send",
  name,
  args,
  caller,
  to: (chain) => chain.send(caller, name, args)
})

export const BLOCKS = 48

const choices = (cast: Cast, issue: number): ReadonlyArray<OutcomeChoice> => {
  const { a, b } = pairOf(cast, issue)
  return [
    { _tag: "Solved", hotkey: a.hotkey, pullRequest: 7 },
    { _tag: "Solved", hotkey: b.hotkey, pullRequest: 8 },
    { _tag: "Unsolved", slashA: true, slashB: false },
    { _tag: "Dissolved" },
    { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }
  ]
}

/** The honest validators' choice for an issue, in a range of blocks. */
const truthOf = (seed: number, cast: Cast, issue: number, block: number): OutcomeChoice =>
  randomOf(seed, `truth ${issue} ${Math.floor((block - START) / 16)}`).oneOf(choices(cast, issue))

type MessageOf = (random: Random, seed: number, cast: Cast, block: number) => Sending

const ISSUES = [1, 2, 3]

const voteOf: MessageOf = (random, seed, cast, block) => {
  const { hotkey } = random.oneOf(cast.validators)
  const issue = random.oneOf(ISSUES)
  const choice = random.chance(700_000) ? truthOf(seed, cast, issue, block) : random.oneOf(choices(cast, issue))
  return call(hotkey, "voteOutcome", { issue, choice })
}

/** Attests in a round's first blocks, and votes for the pair afterwards. */
const pairVoteOf: MessageOf = (random, _, cast, block) => {
  const { hotkey } = random.oneOf(cast.validators)
  const issue = random.oneOf([3, 3, 1, 2])
  const round = Math.floor(block / ROUND)
  if (block % ROUND >= ATTEST)
    return call(hotkey, "votePair", { issue, round, ...pairOf(cast, random.chance(800_000) ? issue : issue + 1) })
  const enrolled = bitmapOfUids(cast.miners.map(({ uid }) => uid))
  return call(hotkey, "attestEnrolled", { issue, round, enrolled, skipped: bitmapOfUids([]) })
}

const ownersOf: MessageOf = (random, _, { owner, stranger, validators }) => {
  const { coldkey, hotkey } = random.oneOf(validators)
  const id = random.oneOf([1, 2, 3, 4, 5])
  return random.oneOf([
    call(owner, "addValidator", { hotkey, coldkeys: [coldkey] }),
    call(owner, "removeValidator", { hotkey }),
    call(owner, "setConfig", { settings: [{ _tag: "HarvestStep", value: 4 }] }),
    call(owner, "proposeOwner", { owner: stranger }),
    call(owner, "cancelIssue", { id, reason: { _tag: "Owner" } }),
    call(owner, "editIssue", { id, repository: "acme/widgets", number: 20 + id, bounty: random.oneOf([BOUNTY / 2n, 2n * BOUNTY]) }),
    call(owner, "registerIssue", { repository: "acme/widgets", number: 30 + random.below(20), bounty: BOUNTY / 4n })
  ])
}

const vetoOf: MessageOf = (random, _, { stranger, validators }) => {
  const change = CHANGES + 1 + random.below(6)
  return random.chance(600_000) ? call(random.oneOf(validators).hotkey, "veto", { change }) : call(stranger, "apply", { change })
}

const moneyOf: MessageOf = (random, _, { miners, owner, stranger }) =>
  random.oneOf([
    call(stranger, "harvest", {}),
    call(stranger, "harvest", {}),
    call(stranger, "payout", { issue: random.oneOf(ISSUES) }),
    call(stranger, "payout", { issue: random.oneOf(ISSUES) }),
    call(random.oneOf(miners).coldkey, "payTo", { competition: 1 + random.below(3), coldkey: owner })
  ])

/** Any message by any sender. Changes of the whitelist are the owner's. */
const anything = (random: Random, seed: number, cast: Cast, block: number, owner: boolean): Sending => {
  const lot = random.below(100)
  if (lot < 36) return voteOf(random, seed, cast, block)
  if (lot < 56) return call(cast.stranger, "settle", { issue: random.oneOf(ISSUES) })
  if (lot < 62) return call(cast.stranger, "noteWeights", {})
  if (lot < 66) return call(cast.stranger, "expire", { competition: 1 + random.below(3) })
  if (lot < 68) return call(random.oneOf(cast.validators).hotkey, "withdrawOutcomeVote", { issue: random.oneOf(ISSUES) })
  if (lot < 84) return pairVoteOf(random, seed, cast, block)
  if (lot < 92) return moneyOf(random, seed, cast, block)
  return owner ? (lot < 94 ? ownersOf : vetoOf)(random, seed, cast, block) : call(cast.stranger, "noteWeights", {})
}

export interface Kind {
  /** Whether stake moves in other ways than by loans. */
  readonly moves: boolean
  /** Whether the owner makes changes. */
  readonly owner: boolean
  /** The number of blocks that contain one honest stake note, at a secret block. Half a day, so that two notes are never more than a day apart. */
  readonly lookEvery: number
  /** Additional messages, by block. */
  readonly also: (block: number) => ReadonlyArray<Sending>
}

export const usual: Kind = { moves: false, owner: true, lookEvery: DAY / 2, also: () => [] }

/** The steps of a history without loans: some messages in each block, and honest stake notes. */
const stepsOf = (seed: number, cast: Cast, kind: Kind): ReadonlyArray<Step> => {
  const random = randomOf(seed, "messages")
  const looks = randomOf(seed, "looks")
  const steps: Array<Step> = []
  let lookAt = 0
  for (let index = 0; index < BLOCKS; index++) {
    const block = START + index
    if (index % kind.lookEvery === 0) lookAt = index + looks.below(kind.lookEvery)
    const inBlock: Array<Step> = Array.from({ length: random.below(6) }, () => anything(random, seed, cast, block, kind.owner))
    if (random.chance(60_000)) inBlock.push({ do: "earn", amount: BigInt(1 + random.below(80)) * ALPHA })
    inBlock.push(...kind.also(block))
    const mixed: Array<Step> = [...random.shuffled(inBlock)]
    if (index === lookAt) mixed.splice(looks.below(mixed.length + 1), 0, { do: "look" })
    steps.push({ do: "block", block }, ...mixed)
  }
  return steps
}

/** A random stake, up to ten times the existing stake. */
const anyStake = (random: Random): bigint => BigInt(random.below(random.oneOf([10, 60, 1_000]))) * 1_000n * ALPHA

/** Puts loans around single messages and whole blocks, but never around an honest stake note. */
const withLoans = (seed: number, steps: ReadonlyArray<Step>): ReadonlyArray<Step> => {
  const random = randomOf(seed, "loans")
  const lent: Array<Step> = []
  for (let at = 0; at < steps.length; ) {
    const first = steps[at]
    if (first === undefined || first.do === "look" || !random.chance(250_000)) {
      if (first !== undefined) lent.push(first)
      at++
      continue
    }
    // A loan spans the end of a block at most once.
    const most = 1 + random.below(8)
    let [end, blocks] = [at, 0]
    for (; end < steps.length && end - at < most; end++) {
      const step = steps[end]
      if (step === undefined || step.do === "look" || (step.do === "block" && ++blocks > 1)) break
    }
    const extra = STAKES.map(() => (random.chance(500_000) ? anyStake(random) : 0n))
    lent.push({ do: "lend", extra }, ...steps.slice(at, end), { do: "repay" })
    at = end
  }
  return lent
}

/** Moves validators' stake between the steps, sometimes for one block only. */
const withMoves = (seed: number, steps: ReadonlyArray<Step>, movable: ReadonlyArray<number>, most: bigint | null): ReadonlyArray<Step> => {
  const random = randomOf(seed, "moves")
  return steps.flatMap((step): ReadonlyArray<Step> => {
    if (!random.chance(60_000)) return [step]
    const validator = random.oneOf(movable)
    const any = random.chance(400_000) ? (STAKES[validator] ?? 0n) : anyStake(random)
    return [step, { do: "move", validator, stake: most !== null && any > most ? most : any }]
  })
}

/** A history with loans. The `movable` validators' stake moves; `most` is the most that each of them ever has. */
export const historyOf = (
  seed: number,
  cast: Cast,
  kind: Kind,
  movable: ReadonlyArray<number> = [0, 1, 2, 3, 4],
  most: bigint | null = null
): ReadonlyArray<Step> => {
  const steps = stepsOf(seed, cast, kind)
  return withLoans(seed, kind.moves ? withMoves(seed, steps, movable, most) : steps)
}

/** The same history without loans. */
export const withoutLoans = (steps: ReadonlyArray<Step>): ReadonlyArray<Step> =>
  steps.filter((step) => step.do !== "lend" && step.do !== "repay")
