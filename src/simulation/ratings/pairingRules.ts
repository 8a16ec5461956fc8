/**
 * The live pairing rule as the season calls it, and rules that were measured beside it. Each of those is the live function with another order of
 * the candidates: what it filters (eligibility, collateral, running competitions, coldkeys, meetings) stays as it is.
 */
import type { AccountAddress } from "../../domain/Account.ts"
import { hasUid } from "../../domain/UidBitmap.ts"
import type { Rating } from "../../elo/ratings.ts"
import { computePairs, type PairInput, type Pairing } from "../../scoring/issue_competitions/rules/pairs.ts"

/** What a rule may go by beside the live rule's input; all of it is in the contract's record of the window. */
export interface PairingContext {
  readonly round: number
  /** The block at which each hotkey's last competition started, or at which it registered if that is later. */
  readonly idleSince: ReadonlyMap<string, number>
}

export type PairingRule = (input: PairInput, context: PairingContext) => ReadonlyArray<Pairing>

export const pairsByTheLiveRule: PairingRule = (input) => computePairs(input)

/** The live rule with each candidate's place decided by `key` (high first) instead of by the rating. */
const orderedBy = (input: PairInput, key: (rating: Rating) => number): ReadonlyArray<Pairing> =>
  computePairs({ ...input, ratings: new Map([...input.ratings].map(([hotkey, rating]) => [hotkey, { ...rating, rating: key(rating) }])) })

/** The live rule for most issues and another one for every `every`-th, by id; those are paired last, among who is left. */
const inTwoParts = (input: PairInput, every: number, other: (input: PairInput) => ReadonlyArray<Pairing>): ReadonlyArray<Pairing> => {
  const first = computePairs({ ...input, issues: input.issues.filter(({ id }) => id % every !== 0) })
  const taken = new Set(first.flatMap(({ pair }) => (pair ?? []).map(({ hotkey }) => hotkey)))
  const issues = input.issues.filter(({ id }) => id % every === 0)
  return [...first, ...other({ ...input, issues, neurons: input.neurons.filter(({ hotkey }) => !taken.has(hotkey)) })]
}

/** Every `every`-th issue, by id, goes to the two who have waited longest. */
export const everySoManyByWait =
  (every: number): PairingRule =>
  (input, context) =>
    inTwoParts(input, every, (second) => orderedBy(second, ({ hotkey }) => input.at - (context.idleSince.get(hotkey) ?? input.at)))

/** Every `every`-th issue, by id, goes to two of those who have the fewest games in the window, by lot among equals. */
export const everySoManyByGames =
  (every: number): PairingRule =>
  (input) =>
    inTwoParts(input, every, (second) => orderedBy(second, ({ games }) => -games))

/** A rating counts so many milli-points more for every day without a competition. */
export const ratingAndWait =
  (milliPointsPerDay: number): PairingRule =>
  (input, context) =>
    orderedBy(
      input,
      ({ hotkey, rating }) => rating + Math.floor(((input.at - (context.idleSince.get(hotkey) ?? input.at)) * milliPointsPerDay) / 7_200)
    )

/** The live rule, in which these hotkeys' ratings count so many milli-points more. */
export const pointsAdded =
  (hotkeys: ReadonlySet<AccountAddress>, milliPoints: number): PairingRule =>
  (input) => {
    const favoured: ReadonlySet<string> = hotkeys
    return orderedBy(input, ({ hotkey, rating }) => (favoured.has(hotkey) ? rating + milliPoints : rating))
  }

/** By lot among all candidates. */
export const byLot: PairingRule = (input) => orderedBy(input, () => 0)

/**
 * The rating and a draw: an even one of up to `spread` milli-points, by hash(seed, hotkey). Two miners whose ratings are further apart than that
 * never change places, and nearer ones do the oftener the nearer they are.
 */
export const ratingAndLot =
  (spread: number): PairingRule =>
  (input) =>
    orderedBy(input, ({ hotkey, rating }) => rating + draw(input.seed, hotkey, spread))

const draw = (seed: Uint8Array, hotkey: string, limit: number): number =>
  Number((new Bun.CryptoHasher("blake2b256").update(seed).update(hotkey).digest().readBigUInt64LE() * BigInt(limit)) >> 64n)

/**
 * No pair from a small field: an issue for which fewer than `size` miners are enrolled and free waits. Colluders can fill a field only with their
 * own hotkeys, and where strangers are in it too, they are drawn.
 */
export const fieldOfAtLeast =
  (size: number, rule: PairingRule): PairingRule =>
  (input, context) => {
    const fields = new Map(
      input.issues.map(({ enrolled, id }) => [
        id,
        input.neurons.filter(({ hotkey, uid }) => hasUid(enrolled, uid) && isEligible(input, hotkey)).length
      ])
    )
    return rule({ ...input, issues: input.issues.filter(({ id }) => (fields.get(id) ?? 0) >= size) }, context)
  }

const isEligible = ({ ratings }: PairInput, hotkey: string): boolean => ratings.get(hotkey)?.eligible ?? false
