/** Measures the gain from shedding lost games with a new hotkey: the same season with and without miners who take a new hotkey whenever their rating is low. */
import type { MilliPoints } from "../../../src/elo/expectedScore.ts"
import { BLOCKS_PER_DAY } from "../../../src/elo/RatingRules.ts"
import { isMember } from "./cartels/members.ts"
import { HONEST_PLAY } from "./draws.ts"
import type { PairingRule } from "./pairingRules.ts"
import { type Cartel, type NewHotkey, Season } from "./season.ts"
import { pairedWithin, seasonFigures, WATCHED_DAYS } from "./seasonFigures.ts"
import type { SeasonSettings } from "./seasonSettings.ts"
import { average } from "./statistics.ts"

/**
 * The forms of the attack. A hotkey swap on chain keeps the UID; a new registration starts over. The validators' rules inherit
 * games by UID. Without a guard, as before, nothing is inherited; by account, games are inherited where the GitHub account is the same.
 */
export const FORMS = {
  "swaps the hotkey, no guard": { isRegistered: false, inherits: false },
  "swaps the hotkey, matches belong to the neuron": { isRegistered: false, inherits: true },
  "registers anew, matches belong to the neuron": { isRegistered: true, inherits: false },
  "registers anew, matches belong to the account": { isRegistered: true, inherits: true }
} as const satisfies Readonly<Record<string, NewHotkey>>
export type Form = keyof typeof FORMS

/** A new registration is a fresh start under the validators' rules, whatever the account. */
export const FRESH: Form = "registers anew, matches belong to the neuron"

export interface FreshStartSettings {
  readonly season: SeasonSettings
  /** The attackers' skill. */
  readonly skill: MilliPoints
  /** Honest days before the attack, so that ratings reach their long-run state. */
  readonly daysBefore: number
  readonly days: number
}

/** The number of attackers. */
export const ATTACKERS = 16

/** The least number of blocks between two hotkey swaps on a subnet: `HotkeySwapOnSubnetInterval` of the main network. */
const SWAP_INTERVAL = 5 * BLOCKS_PER_DAY

/** Differences between attackers and the same miners in an honest season. All except `newcomers` are means over the attackers. */
export interface FreshStartGain {
  /** Points above those in the honest season, at the end. */
  readonly points: number
  /** Alpha won beyond the honest season's. */
  readonly alpha: number
  /** New hotkeys. */
  readonly starts: number
  /** Alpha of the bounties of matches that an attacker did not win, less the same in the honest season. Its slashed collateral is a share of this. */
  readonly inVain: number
  /** Alpha won by each other miner, beyond the honest season's. */
  readonly others: number
}

/** The honest season under a rule. */
export interface HonestFigures {
  /** Alpha won by a miner of the attackers' skill, and by each other one. */
  readonly alpha: number
  readonly others: number
  /** The share of newcomers who had a competition within a week and within 30 days. */
  readonly withinWeek: number
  readonly withinMonth: number
}

const isDifferent = (season: Season, uid: number): boolean => {
  const person = season.seats[uid]
  return person !== undefined && isMember(ATTACKERS, person)
}

/** Takes a new hotkey when the rating has fallen by this much and no competition runs. */
const attack = (form: Form, below: MilliPoints): Cartel => {
  const last = new Map<number, number>()
  const newHotkey = FORMS[form]
  const mayNow = (season: Season, uid: number) =>
    (newHotkey.isRegistered && !newHotkey.inherits) || season.at - (last.get(uid) ?? Number.NEGATIVE_INFINITY) >= SWAP_INTERVAL
  return {
    name: form,
    size: ATTACKERS,
    enrol: () => undefined,
    play: () => HONEST_PLAY,
    newHotkey,
    swaps: (season) => {
      const low = Array.from({ length: ATTACKERS }, (_, uid) => uid).filter(
        (uid) =>
          isDifferent(season, uid) &&
          season.runs[uid] === 0 &&
          (season.rating[uid] ?? 0) < season.settings.rules.start - below &&
          mayNow(season, uid)
      )
      for (const uid of low) last.set(uid, season.at)
      return low
    }
  }
}

interface Result {
  readonly points: number
  readonly alpha: number
  readonly inVain: number
  readonly others: number
  readonly persons: number
}

const resultOf = (season: Season, after: number): Result => {
  const sums = { alpha: 0, inVain: 0, others: 0 }
  for (const { a, b, bounty, endsAt, result, winner } of season.played) {
    if (endsAt <= after) continue
    for (const person of [a, b]) {
      const won = winner?.index === person.index
      if (!isMember(ATTACKERS, person)) sums.others += won ? bounty : 0
      else if (won) sums.alpha += bounty
      else if (result !== "void") sums.inVain += bounty
    }
  }
  return {
    points: average(Array.from(season.rating.subarray(0, ATTACKERS), (own) => own / 1_000)),
    alpha: sums.alpha / ATTACKERS,
    inVain: sums.inVain / ATTACKERS,
    others: sums.others / (season.seats.length - ATTACKERS),
    persons: season.persons
  }
}

/** A form of the attack, the loss of points after which it takes a new hotkey, and the pairing rule. */
export interface Attempt {
  readonly form: Form
  readonly below: MilliPoints
  readonly pairing: PairingRule
}

export interface FreshStarts {
  /** By the pairing rules' names. */
  readonly honest: Readonly<Record<string, HonestFigures>>
  /** In the order of the attempts. */
  readonly gains: ReadonlyArray<FreshStartGain>
}

/** Simulates each attempt, and the honest season under each rule of an attempt. */
export const measureFreshStarts = (
  { days, daysBefore, season, skill }: FreshStartSettings,
  attempts: ReadonlyArray<Attempt>
): FreshStarts => {
  const before = new Season(season, { count: ATTACKERS, skill }).playDays(daysBefore)
  const played = (pairing: PairingRule, cartel: Cartel | null): Season => {
    const begun = before.copy()
    begun.settings = { ...season, pairing }
    return begun.playDays(days, cartel)
  }
  const rules = new Map(attempts.map(({ pairing }) => [pairing.name, pairing]))
  const honest = new Map([...rules].map(([name, pairing]) => [name, played(pairing, null)]))
  const gains = attempts.flatMap(({ below, form, pairing }): ReadonlyArray<FreshStartGain> => {
    const same = honest.get(pairing.name)
    if (same === undefined) return []
    const [fresh, usual] = [resultOf(played(pairing, attack(form, below)), before.at), resultOf(same, before.at)]
    return [
      {
        points: fresh.points - usual.points,
        alpha: fresh.alpha - usual.alpha,
        starts: (fresh.persons - usual.persons) / ATTACKERS,
        inVain: fresh.inVain - usual.inVain,
        others: fresh.others - usual.others
      }
    ]
  })
  const figuresOf = (one: Season): HonestFigures => {
    const { alpha, others } = resultOf(one, before.at)
    const { waits } = seasonFigures(one)
    return { alpha, others, withinWeek: pairedWithin(waits, 7), withinMonth: pairedWithin(waits, WATCHED_DAYS) }
  }
  return { honest: Object.fromEntries([...honest].map(([name, one]) => [name, figuresOf(one)])), gains }
}
