/** Vote weights: the least stake seen in every snapshot for a day, if it is still there. Stake borrowed for a block weighs nothing. */
import { Either } from "effect"
import type { MessageArguments, Noted } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { least, most } from "../../src/domain/Amount.ts"
import { forgetEnd, hasEnded } from "./ending.ts"
import type { State, Validator } from "./State.ts"
import { readStake, type Subnet } from "./Subnet.ts"
import { bySubnet, type Ruled, type Turn, unless } from "./Turn.ts"

/** A snapshot of the whitelist: each vote's weight in this block, and what to note. */
export interface Weights {
  /** The validators after the stakes of this snapshot have been recorded. */
  readonly validators: ReadonlyArray<Validator>
  /** The denominator of shares: the greater of the last two days' sums. So a validator that leaves lowers the bar for others only after a day. */
  readonly total: bigint
  /** Nobody looked: the notes are all that weighs. */
  readonly ended: boolean
  readonly turnedAt: number
  /** Whether this snapshot differs from what is noted. */
  readonly news: boolean
  /** Whether it differs by so much that it is worth a message of its own. */
  readonly much: boolean
  /** The stakes of this snapshot; what the votes weigh where nobody looked. */
  readonly present: ReadonlyMap<AccountAddress, bigint>
}

/** The part of a noted stake that must be gone to be noted by itself. */
const WORTH_NOTING = 1_000n

/** The initial note of a validator that just joined. */
export const nothingNoted: Noted = { before: 0n, day: 0n, since: 0n }

/** What 64 bits hold. Sums are no greater. */
const MOST = 2n ** 64n - 1n

/** A sum, but no more than fits. */
export const sumUp = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n
  for (const amount of amounts) sum = least(sum + amount, MOST)
  return sum
}

const totalOf = (validators: ReadonlyArray<Validator>): bigint =>
  most(sumUp(validators.map(({ noted }) => noted.before)), sumUp(validators.map(({ noted }) => noted.day)))

/** The weight of a vote by the notes. */
const notedWeight = ({ day, since }: Noted): bigint => least(day, since)

/** The stake of a validator's coldkeys behind its hotkey. */
const liveStake = (subnet: Subnet, { coldkeys, hotkey }: Validator): Ruled<bigint> => {
  const stakes: Array<bigint> = []
  for (const coldkey of coldkeys) {
    const stake = bySubnet(readStake(subnet, hotkey, coldkey))
    if (Either.isLeft(stake)) return stake
    stakes.push(stake.right)
  }
  return Either.right(sumUp(stakes))
}

/** A validator's note with this stake. When the day turns, its minimum becomes that of the last whole day. */
const notedWith = ({ before, day, since }: Noted, stake: bigint, turns: boolean): Noted => {
  const seen = least(since, stake)
  return turns ? { before: day, day: seen, since: stake } : { before, day, since: seen }
}

/** What the notes say: nobody is asked. */
export const asNoted = ({ turnedAt, validators }: State): Weights => {
  const present = new Map(validators.map(({ hotkey, noted }) => [hotkey, notedWeight(noted)]))
  return { validators, total: sumUp(present.values()), ended: true, turnedAt, news: false, much: false, present }
}

/** Whether the subnet has ended, and less than a third is left of what there was: nothing is settled any more. */
export const isRemnant = ({ ended, total, validators }: Weights): boolean => ended && total < totalOf(validators) / 3n

/** Takes a snapshot of every validator's stake, without noting it. After the subnet's end there is no stake, and the notes weigh. */
export const takeSnapshot = (state: State, subnet: Subnet): Ruled<Weights> =>
  Either.gen(function* () {
    const { config, turnedAt, validators } = state
    if (yield* hasEnded(state, subnet)) return asNoted(state)
    const turns = subnet.block - turnedAt >= config.day
    const seen: Array<Validator> = []
    const present = new Map<AccountAddress, bigint>()
    let news = turns
    let much = turns
    for (const validator of validators) {
      const stake = yield* liveStake(subnet, validator)
      const { since } = validator.noted
      news ||= stake < since
      much ||= stake < since && since - stake >= since / WORTH_NOTING
      present.set(validator.hotkey, stake)
      seen.push({ ...validator, noted: notedWith(validator.noted, stake, turns) })
    }
    return { validators: seen, total: totalOf(seen), ended: false, turnedAt: turns ? subnet.block : turnedAt, news, much, present }
  })

/** Notes a snapshot. */
export const noteSnapshot = (turn: Turn, { news, turnedAt, validators }: Weights): void => {
  if (!news) return
  turn.state = { ...turn.state, validators, turnedAt }
  turn.events.push({ _tag: "WeightsNoted", turnedAt, entries: validators.map(({ noted }) => noted) })
}

/** Takes a snapshot and notes it. */
export const note = (turn: Turn): Ruled<Weights> =>
  Either.map(takeSnapshot(turn.state, turn.subnet), (weights) => {
    const forgot = !weights.ended && forgetEnd(turn)
    noteSnapshot(turn, weights)
    return { ...weights, much: weights.much || forgot }
  })

export const noteWeights = (turn: Turn, _: MessageArguments<"noteWeights">): Ruled<null> =>
  Either.flatMap(note(turn), ({ much }) => Either.map(unless(much, "NothingToDo"), () => null))

/** Whether what a validator did in block `at` is still its own: what is older than its listing is nobody's. */
export const isOwn = ({ listings, validators }: State, hotkey: string, at: number): boolean =>
  validators.some((known) => known.hotkey === hotkey) && at >= (listings.find(({ validator }) => validator === hotkey)?.at ?? 0)

/** Whether what a validator did in block `at` counts in this block: nothing does while its removal can be applied. */
export const counts = (state: State, block: number, hotkey: AccountAddress, at: number): boolean =>
  isOwn(state, hotkey, at) &&
  !state.waiting.some(
    ({ appliesFrom, appliesUntil, what }) =>
      what._tag === "RemoveValidator" && what.hotkey === hotkey && block >= appliesFrom && block <= appliesUntil
  )

/** The weight of one validator's vote: 0 if it is not whitelisted. */
export const weightOf = ({ validators }: Pick<Weights, "validators">, hotkey: AccountAddress): bigint =>
  notedWeight(validators.find((known) => known.hotkey === hotkey)?.noted ?? nothingNoted)

/** The combined weight of these validators' votes. */
export const sumOf = (weights: Weights, voters: Iterable<AccountAddress>): bigint =>
  sumUp([...voters].map((voter) => weightOf(weights, voter)))

/** Whether a weight reaches this share of the total, in basis points. */
export const isShare = (weight: bigint, { total }: Weights, basisPoints: number): boolean =>
  total > 0n && weight * 10_000n >= BigInt(basisPoints) * total
