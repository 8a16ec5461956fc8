/** The contract's competitions as the rules take them, without converting again what has not changed. */
import { HashMap, Option } from "effect"
import type { Competition as Stored } from "../../contract-client/generated.ts"
import type { State } from "../../contract-model/State.ts"
import { type Competition, endedAt } from "../../domain/Competition.ts"
import { defaultRatingRules } from "../../elo/RatingRules.ts"
import { toDomain } from "../../layers/contract/Contract.ts"

/** So long after its end, in blocks, nothing changes a competition any more, whoever looks from wherever: the challenge period, and lags. */
const FINAL_AFTER = 3_000
/** Competitions that ended longer ago than the window and a day are left out. */
const KEPT = defaultRatingRules.window + 7_200

/**
 * In order of id, those that run or ended in the last 60 days and a day: ratings, absences and meetings look at no others, so that leaving the
 * older ones out changes nothing, and a run of 10,000 rounds need not carry all it ever had along.
 */
export const make = () => {
  const converted = new WeakMap<Stored, Competition>()
  let last: { readonly of: State["competitions"]; readonly list: ReadonlyArray<Competition> } | undefined
  /** By id, those that are final. */
  const final = new Map<number, Competition>()
  let first = 1

  const read = (state: State, id: number): Competition | undefined => {
    const known = final.get(id)
    if (known !== undefined) return known
    const stored = Option.getOrUndefined(HashMap.get(state.competitions, id))
    if (stored === undefined) return undefined
    const found = converted.get(stored) ?? toDomain(stored)
    converted.set(stored, found)
    return found
  }

  return (state: State, block: number): ReadonlyArray<Competition> => {
    if (last?.of === state.competitions) return last.list
    const list: Array<Competition> = []
    for (let id = first; id <= state.competitionCount; id++) {
      const found = read(state, id)
      if (found === undefined) continue
      const end = endedAt(found)
      if (end !== null && end < block - KEPT) {
        final.delete(id)
        if (list.length === 0) first = id
        continue
      }
      if (end !== null && end < block - FINAL_AFTER) final.set(id, found)
      list.push(found)
    }
    last = { of: state.competitions, list }
    return list
  }
}
