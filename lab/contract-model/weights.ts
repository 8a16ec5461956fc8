/** What votes weigh: stake that was there at every look for a day and still is. What is lent for a block weighs nothing. */
import { Either } from "effect"
import type { MessageArguments, Noted } from "../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { hasEnded } from "./ending.ts"
import { least, most } from "./pool.ts"
import type { Notes, State, Validator } from "./State.ts"
import { readStake, type Subnet } from "./Subnet.ts"
import { bySubnet, type Ruled, type Turn, unless } from "./Turn.ts"

interface Weighed {
  readonly hotkey: AccountAddress
  /** With what this look saw. */
  readonly noted: Noted
  readonly weight: bigint
}

/** A look at the whitelist: what votes weigh in this block, and what there is to note. */
export interface Weights {
  readonly entries: ReadonlyArray<Weighed>
  /** What shares are counted of: the greater of the last two days' sums, so that who leaves lowers the bar for others only after a day of notice. */
  readonly total: bigint
  readonly ended: boolean
  readonly turnedAt: number
  /** Whether this look saw something new. */
  readonly news: boolean
}

const nothing: Noted = { before: 0n, day: 0n, since: 0n }

const totalOf = (entries: ReadonlyArray<Weighed>, ended: boolean): bigint => {
  const sum = (which: "before" | "day") => entries.reduce((all, { noted }) => all + noted[which], 0n)
  return ended ? sum("day") : most(sum("before"), sum("day"))
}

/** The stake of a validator's coldkeys behind its hotkey. */
const liveStake = (subnet: Subnet, { coldkeys, hotkey }: Validator): Ruled<bigint> => {
  let all = 0n
  for (const coldkey of coldkeys) {
    const stake = bySubnet(readStake(subnet, hotkey, coldkey))
    if (Either.isLeft(stake)) return stake
    all += stake.right
  }
  return Either.right(all)
}

/** What is noted of a validator with this stake. When the day turns, its least becomes the last whole day's. */
const notedWith = ({ before, day, since }: Noted, stake: bigint, turns: boolean): Noted => {
  const seen = least(since, stake)
  return turns ? { before: day, day: seen, since: stake } : { before, day, since: seen }
}

/** Looks at every validator's stake, and notes nothing. After the subnet's end there is none, and the last day's weighs. */
export const look = (state: State, subnet: Subnet): Ruled<Weights> =>
  Either.gen(function* () {
    const { config, notes, validators } = state
    const ended = yield* hasEnded(state, subnet)
    const turns = !ended && subnet.block - notes.turnedAt >= config.day
    const entries: Array<Weighed> = []
    let news = turns
    for (const [index, validator] of validators.entries()) {
      const known = notes.entries[index] ?? nothing
      const { hotkey } = validator
      if (ended) {
        entries.push({ hotkey, noted: known, weight: known.day })
        continue
      }
      const stake = yield* liveStake(subnet, validator)
      const noted = notedWith(known, stake, turns)
      news ||= stake < known.since
      entries.push({ hotkey, noted, weight: least(noted.day, noted.since) })
    }
    return { entries, total: totalOf(entries, ended), ended, turnedAt: turns ? subnet.block : notes.turnedAt, news }
  })

/** Notes what a look saw. */
export const keep = (turn: Turn, { entries, news, turnedAt }: Weights): void => {
  if (!news) return
  const notes: Notes = { turnedAt, entries: entries.map(({ noted }) => noted) }
  turn.state = { ...turn.state, notes }
  turn.events.push({ _tag: "WeightsNoted", ...notes })
}

/** Looks, and notes it. */
export const note = (turn: Turn): Ruled<Weights> =>
  Either.map(look(turn.state, turn.subnet), (weights) => {
    keep(turn, weights)
    return weights
  })

export const noteWeights = (turn: Turn, _: MessageArguments<"noteWeights">): Ruled<null> =>
  Either.flatMap(note(turn), ({ news }) => Either.map(unless(news, "NothingToDo"), () => null))

/** The weights as if a validator were not whitelisted. */
export const without = (weights: Weights, hotkey: AccountAddress): Weights => {
  const entries = weights.entries.filter((entry) => entry.hotkey !== hotkey)
  return { ...weights, entries, total: totalOf(entries, weights.ended) }
}

/** What one validator's vote weighs: nothing if it is not whitelisted. */
export const weightOf = ({ entries }: Weights, hotkey: AccountAddress): bigint =>
  entries.find((entry) => entry.hotkey === hotkey)?.weight ?? 0n

/** What the votes of these together weigh. */
export const sumOf = (weights: Weights, voters: Iterable<AccountAddress>): bigint =>
  [...voters].reduce((sum, voter) => sum + weightOf(weights, voter), 0n)

/** Whether a weight is this share of the total, in basis points. */
export const isShare = (weight: bigint, { total }: Weights, basisPoints: number): boolean =>
  total > 0n && weight * 10_000n >= BigInt(basisPoints) * total

/** The whitelist with another validator, of which nothing is noted. */
export const withValidator = ({ notes, validators }: State, validator: Validator): Pick<State, "validators" | "notes"> => ({
  validators: [...validators, validator],
  notes: { ...notes, entries: [...notes.entries, nothing] }
})

/** The whitelist without a validator, and without what was noted of it. */
export const withoutValidator = ({ notes, validators }: State, hotkey: AccountAddress): Pick<State, "validators" | "notes"> => {
  const stays = (_: unknown, index: number) => validators[index]?.hotkey !== hotkey
  return { validators: validators.filter(stays), notes: { ...notes, entries: notes.entries.filter(stays) } }
}
