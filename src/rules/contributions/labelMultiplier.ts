/** The multiplier for a pull request's labels. */

import type { RecordedLabel } from "../../domain/contributions/RoundRecord.ts"
import { isMaintainer } from "../../domain/maintainers.ts"
import type { RosterRepository } from "../../domain/Roster.ts"
import { fnmatch } from "./fnmatch.ts"

export interface ChosenLabel {
  /** In lower case; null if no label that counts matches a pattern. */
  readonly label: string | null
  readonly multiplier: number
}

/** Compares by code points, whose order differs from that of UTF-16 units. */
const isAfter = (left: string, right: string): boolean => {
  const others = Array.from(right)
  for (const [index, character] of Array.from(left).entries()) {
    const other = others[index]
    if (other === undefined) return true
    if (character !== other) return (character.codePointAt(0) ?? 0) > (other.codePointAt(0) ?? 0)
  }
  return false
}

/** The highest multiplier of the patterns that match a label in lower case; undefined if none does. */
export const multiplierOf = (label: string, rules: Pick<RosterRepository, "label_multipliers">): number | undefined => {
  const matching = Object.entries<number>(rules.label_multipliers).flatMap(([pattern, multiplier]) =>
    fnmatch(label, pattern.toLowerCase()) ? [multiplier] : []
  )
  return matching.length === 0 ? undefined : Math.max(...matching)
}

/** The best label, by its name in the roster, among those that a maintainer put on, or anybody in a repository with `trusted_label_pipeline`. */
export const chooseLabel = (labels: ReadonlyArray<RecordedLabel>, rules: RosterRepository): ChosenLabel => {
  let best: ChosenLabel | undefined
  for (const { name: now, github_id, actor_association } of labels) {
    const name = (github_id === undefined ? undefined : rules.label_ids?.[github_id]) ?? now
    if (name === "" || !(rules.trusted_label_pipeline || isMaintainer(actor_association))) continue
    const label = name.toLowerCase()
    const multiplier = multiplierOf(label, rules)
    if (multiplier === undefined) continue
    const isBetter =
      best === undefined || multiplier > best.multiplier || (multiplier === best.multiplier && isAfter(label, best.label ?? ""))
    if (isBetter) best = { label, multiplier }
  }
  return best ?? { label: null, multiplier: rules.default_label_multiplier }
}
