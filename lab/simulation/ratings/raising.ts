/** Whether somebody can starve issues by making the validators require larger fields, with hotkeys that enrol on one issue only to be counted. */
import { raiseTheField } from "./cartels/cartels.ts"
import { isMember, shareColdkey } from "./cartels/members.ts"
import { countEnrolled } from "./pairing.ts"
import type { PairingRule } from "./pairingRules.ts"
import { Season } from "./season.ts"
import type { SeasonSettings } from "./seasonSettings.ts"
import { average } from "./statistics.ts"

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
  /** The mean field needed for a new issue. */
  readonly fieldNeeded: number
}

export const measureRaising = ({ added, days, pairing, season: honest }: RaiseSettings): Raised => {
  const miners = honest.miners + added
  // The added hotkeys hold the lowest UIDs. An issue suits each miner with the same chance, so the others are unaffected.
  const season = new Season({ ...honest, pairing, miners }, { count: added, skill: honest.skill.mean })
  shareColdkey(season, 0, added)
  const cartel = raiseTheField(added)
  const needed: Array<number> = []
  season.playDays(days, {
    ...cartel,
    enrol: (now) => {
      cartel.enrol(now)
      needed.push(pairing.fieldNeeded(countEnrolled(now), 0))
    }
  })
  const all = [...season.played, ...season.running.map(({ played }) => played)]
  return {
    competitions: all.filter(({ a, b }) => !isMember(added, a) && !isMember(added, b)).length,
    fieldNeeded: average(needed)
  }
}
