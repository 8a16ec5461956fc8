/**
 * The validators' pairing rule and alternatives to compare it with, each as the few parameters in which they differ. pairing.ts implements them. The
 * filters (eligibility, running competitions, coldkeys, meetings) are the same for all.
 */
import { fieldNeededFor } from "../../../src/domain/PairingField.ts"
import { BLOCKS_PER_DAY } from "../../../src/elo/RatingRules.ts"

/** The properties of a miner that an order may use. All of them follow from the contract's records of the window. */
export interface Ranked {
  readonly uid: number
  /** In milli-points. */
  readonly rating: number
  readonly games: number
  /** Blocks since the last start of a competition, or since the registration if that was later. */
  readonly idle: number
  /** Blocks since the registration. */
  readonly age: number
  readonly hotkey: string
  readonly seed: Uint8Array
}

/** The sort key of a miner, highest first. */
export type Key = (miner: Ranked) => number

export interface PairingRule {
  readonly name: string
  /** The smallest field from which a pair is drawn, by the number of eligible enrolled miners and the whole days that the issue has waited. */
  readonly fieldNeeded: (eligible: number, daysWaiting: number) => number
  /** Which candidates count towards the field: all, only those with the fewest running competitions, or one for each coldkey. */
  readonly field: "candidates" | "unoccupied" | "coldkeys"
  /** Whether a pair is drawn from the better half; otherwise the best two are the pair. */
  readonly draws: boolean
  /** Absent: the rating. */
  readonly key?: Key
  /** Every `every`th issue, by id, is paired last and by another key. */
  readonly last?: { readonly every: number; readonly key: Key }
}

/** The validators' rule. */
export const theRule: PairingRule = { name: "the rule", fieldNeeded: fieldNeededFor, field: "candidates", draws: true }

/** The former rule: the two highest ratings. */
export const bestTwo: PairingRule = { name: "the best two", fieldNeeded: () => 2, field: "candidates", draws: false }

/** The needed field shrinks by one for each day that the issue has waited. */
export const patient: PairingRule = {
  ...theRule,
  name: "a field that falls by one a day",
  fieldNeeded: (eligible, days) => Math.max(2, fieldNeededFor(eligible) - days)
}

/** Only miners with the fewest running competitions count towards the field. Where miners may be in one competition only, it equals the rule. */
export const unoccupiedField: PairingRule = { ...theRule, name: "a field of the unoccupied", field: "unoccupied" }

/** Hotkeys of one coldkey count once. */
export const fieldOfColdkeys: PairingRule = { ...theRule, name: "a field of coldkeys", field: "coldkeys" }

/** No draw: the best two of a large enough field. */
export const bestOfField: PairingRule = { ...theRule, name: "the best two of the field", draws: false }

/** A random pair of all candidates, from any field. */
export const byLot: PairingRule = { ...bestTwo, name: "by lot", key: () => 0 }

/** The best two, and for every third issue the two with the fewest games in the window; ties are drawn. */
export const everyThirdByGames: PairingRule = {
  ...bestTwo,
  name: "every 3rd issue to the fewest matches",
  last: { every: 3, key: ({ games }) => -games }
}

/** The best two, and for every third issue the two that have waited longest. */
export const everyThirdByWait: PairingRule = { ...bestTwo, name: "every 3rd issue by wait", last: { every: 3, key: ({ idle }) => idle } }

/** Adds 5 points to the rating for every day without a competition. */
export const ratingAndWait: PairingRule = {
  ...bestTwo,
  name: "5 points a day of waiting",
  key: ({ idle, rating }) => rating + Math.floor((idle * 5_000) / 7_200)
}

/**
 * The rating plus a uniform draw of up to 100 points, by hash(seed, hotkey). Miners whose ratings differ by more never swap; the closer two ratings
 * are, the more often they do.
 */
export const ratingAndLot: PairingRule = {
  ...bestTwo,
  name: "rating + lot of 100",
  key: ({ hotkey, rating, seed }) => rating + draw(seed, hotkey, 100_000)
}

const draw = (seed: Uint8Array, hotkey: string, limit: number): number =>
  Number((new Bun.CryptoHasher("blake2b256").update(seed).update(hotkey).digest().readBigUInt64LE() * BigInt(limit)) >> 64n)

/** The rule with extra milli-points for these UIDs. */
export const pointsAdded = (uids: ReadonlySet<number>, milliPoints: number): PairingRule => ({
  ...theRule,
  name: "points added",
  key: ({ rating, uid }) => (uids.has(uid) ? rating + milliPoints : rating)
})

/** The rule with fewer milli-points for miners registered within the last `days` days. */
export const newcomersBehind = (milliPoints: number, days: number): PairingRule => ({
  ...theRule,
  name: `newcomers ${milliPoints / 1_000} points behind for ${days} days`,
  key: ({ age, rating }) => (age < days * BLOCKS_PER_DAY ? rating - milliPoints : rating)
})
