/** Measures what it brings to lose one's games by a new hotkey: the same season with some miners who do so whenever their rating is low, and without. */
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
 * The forms of the attack. A swap on the chain keeps the UID, a registration begins anew. The rules that validators have inherit by UID; none had they before;
 * by account they would inherit where the GitHub account is the same.
 */
export const FORMS = {
  "swaps the hotkey, no guard": { isRegistered: false, inherits: false },
  "swaps the hotkey, matches belong to the neuron": { isRegistered: false, inherits: true },
  "registers anew, matches belong to the neuron": { isRegistered: true, inherits: false },
  "registers anew, matches belong to the account": { isRegistered: true, inherits: true }
} as const satisfies Readonly<Record<string, NewHotkey>>
export type Form = keyof typeof FORMS

/** Registering anew is a fresh start under the rules that validators have, whatever the account. */
export const FRESH: Form = "registers anew, matches belong to the neuron"

export interface FreshStartSettings {
  readonly season: SeasonSettings
  /** The attackers' skill. */
  readonly skill: MilliPoints
  /** Honest days before, so that ratings reach their long-run state. */
  readonly daysBefore: number
  readonly days: number
}

/** How many miners attack. */
export const ATTACKERS = 16

/** A hotkey may be swapped on a subnet once in so many blocks: `HotkeySwapOnSubnetInterval` of the main network. */
const SWAP_INTERVAL = 5 * BLOCKS_PER_DAY

/** What attackers do differently from the same miners in an honest season. All but `newcomers` is a mean for each attacker. */
export interface FreshStartGain {
  /** Points above those of the honest season, at the end. */
  readonly points: number
  /** Alpha won above the honest season's. */
  readonly alpha: number
  /** New hotkeys. */
  readonly starts: number
  /** Alpha of the bounties that it competed for in vain, above the honest season's. A share of it is the collateral that it loses. */
  readonly inVain: number
  /** Alpha won by each other miner, above the honest season's. */
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

/** Takes a new hotkey as soon as the rating has fallen by this much and no competition runs. */
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

/** What is tried: a form of the attack, the loss of points at which it takes a new hotkey, and the pairing rule. */
export interface Attempt {
  readonly form: Form
  readonly below: MilliPoints
  readonly pairing: PairingRule
}

export interface FreshStarts {
  /** By the rules' names. */
  readonly honest: Readonly<Record<string, HonestFigures>>
  /** In the order of the attempts. */
  readonly gains: ReadonlyArray<FreshStartGain>
}

/** Plays each attempt, and the honest season under each rule that one is tried under. */
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
