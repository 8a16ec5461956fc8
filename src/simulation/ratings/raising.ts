/** Whether somebody can starve issues by making the validators ask for larger fields: hotkeys that are enrolled on one issue only, for the count. */
import { raiseTheField } from "./cartels/cartels.ts"
import { isMember } from "./cartels/members.ts"
import { countEnrolled } from "./pairing.ts"
import type { PairingRule } from "./pairingRules.ts"
import { Season } from "./season.ts"
import type { SeasonSettings } from "./seasonSettings.ts"

export interface RaiseSettings {
  readonly season: Omit<SeasonSettings, "pairing">
  readonly pairing: PairingRule
  /** Hotkeys that somebody adds to the season's miners. */
  readonly added: number
  readonly days: number
}

export interface Raised {
  /** Competitions between two others. */
  readonly competitions: number
  /** The field needed in the last round. */
  readonly fieldNeeded: number
}

export const measureRaising = ({ added, days, pairing, season: honest }: RaiseSettings): Raised => {
  const miners = honest.miners + added
  // The added hotkeys hold the lowest UIDs; an issue suits each miner with the same chance, so the others are as before.
  const season = new Season({ ...honest, pairing, miners }, { count: added, skill: honest.skill.mean })
  for (let uid = 1; uid < added; uid++) {
    const [first, person] = [season.seats[0], season.seats[uid]]
    if (first !== undefined && person !== undefined)
      season.seats[uid] = { ...person, competitor: { ...person.competitor, coldkey: first.competitor.coldkey } }
  }
  season.playDays(days, raiseTheField(added))
  const all = [...season.played, ...season.running.map(({ played }) => played)]
  return {
    competitions: all.filter(({ a, b }) => !isMember(added, a) && !isMember(added, b)).length,
    fieldNeeded: pairing.fieldNeeded(countEnrolled(season), 0)
  }
}
