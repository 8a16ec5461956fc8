/**
 * The live pairing rule in the form that the season uses, and alternatives measured beside it. Each alternative is the live function with another
 * order of the candidates; its filters (eligibility, collateral, running competitions, coldkeys, meetings) remain.
 */
import type { AccountAddress } from "../../domain/Account.ts"
import { hasUid } from "../../domain/UidBitmap.ts"
import type { Rating } from "../../elo/ratings.ts"
import { computePairs, type PairInput, type Pairing } from "../../scoring/issue_competitions/rules/pairs.ts"

/** What a rule may consider beyond the live rule's input. All of it is in the contract's record of the window. */
export interface PairingContext {
  readonly round: number
  /** The block of each hotkey's last start of a competition, or of its registration if that is later. */
  readonly idleSince: ReadonlyMap<string, number>
}

export type PairingRule = (input: PairInput, context: PairingContext) => ReadonlyArray<Pairing>

export const pairsByTheLiveRule: PairingRule = (input) => computePairs(input)

/** The live rule with candidates ordered by `key` (high first) instead of the rating. */
const orderedBy = (input: PairInput, key: (rating: Rating) => number): ReadonlyArray<Pairing> =>
  computePairs({ ...input, ratings: new Map([...input.ratings].map(([hotkey, rating]) => [hotkey, { ...rating, rating: key(rating) }])) })

/** The live rule for most issues, and another rule for every `every`-th by id; those are paired last, among the remaining miners. */
const inTwoParts = (input: PairInput, every: number, other: (input: PairInput) => ReadonlyArray<Pairing>): ReadonlyArray<Pairing> => {
  const first = computePairs({ ...input, issues: input.issues.filter(({ id }) => id % every !== 0) })
  const taken = new Set(first.flatMap(({ pair }) => (pair ?? []).map(({ hotkey }) => hotkey)))
  const issues = input.issues.filter(({ id }) => id % every === 0)
  return [...first, ...other({ ...input, issues, neurons: input.neurons.filter(({ hotkey }) => !taken.has(hotkey)) })]
}

/** Gives every `every`-th issue, by id, to the two miners that have waited longest. */
export const everySoManyByWait =
  (every: number): PairingRule =>
  (input, context) =>
    inTwoParts(input, every, (second) => orderedBy(second, ({ hotkey }) => input.at - (context.idleSince.get(hotkey) ?? input.at)))

/** Gives every `every`-th issue, by id, to two of the miners with the fewest games in the window; ties are drawn. */
export const everySoManyByGames =
  (every: number): PairingRule =>
  (input) =>
    inTwoParts(input, every, (second) => orderedBy(second, ({ games }) => -games))

/** Adds this many milli-points to the rating for every day without a competition. */
export const ratingAndWait =
  (milliPointsPerDay: number): PairingRule =>
  (input, context) =>
    orderedBy(
      input,
      ({ hotkey, rating }) => rating + Math.floor(((input.at - (context.idleSince.get(hotkey) ?? input.at)) * milliPointsPerDay) / 7_200)
    )

/** The live rule with extra milli-points for these hotkeys. */
export const pointsAdded =
  (hotkeys: ReadonlySet<AccountAddress>, milliPoints: number): PairingRule =>
  (input) => {
    const favoured: ReadonlySet<string> = hotkeys
    return orderedBy(input, ({ hotkey, rating }) => (favoured.has(hotkey) ? rating + milliPoints : rating))
  }

/** A random pair of all candidates. */
export const byLot: PairingRule = (input) => orderedBy(input, () => 0)

/**
 * The rating plus a uniform draw of up to `spread` milli-points, by hash(seed, hotkey). Miners whose ratings differ by more never change places;
 * closer ones do more often the closer they are.
 */
export const ratingAndLot =
  (spread: number): PairingRule =>
  (input) =>
    orderedBy(input, ({ hotkey, rating }) => rating + draw(input.seed, hotkey, spread))

const draw = (seed: Uint8Array, hotkey: string, limit: number): number =>
  Number((new Bun.CryptoHasher("blake2b256").update(seed).update(hotkey).digest().readBigUInt64LE() * BigInt(limit)) >> 64n)

/**
 * Leaves an issue waiting while fewer than `size` enrolled miners are free. Colluders can fill such a field only with their own hotkeys, and
 * strangers in it are drawn too.
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
