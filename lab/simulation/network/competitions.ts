/** Converts the contract's competitions for the rules, and caches the result. */
import { HashMap, Option } from "effect"
import { toDomain } from "../../../src/contract-client/competition.ts"
import type { Competition as Stored } from "../../../src/contract-client/generated.ts"
import { type Competition, endedAt } from "../../../src/domain/Competition.ts"
import { defaultRatingRules } from "../../../src/elo/RatingRules.ts"
import type { State } from "../../contract-model/State.ts"

/** This many blocks after a competition's end, no validator reads a block before that end any more. */
const FINAL_AFTER = 3_000
/** Competitions that ended longer ago than this are left out. */
const KEPT_BLOCKS = defaultRatingRules.window + 7_200

/**
 * Competitions that run or ended within the last 61 days, in order of id. Ratings, absences and meetings ignore older ones, so leaving those out
 * changes nothing and keeps runs of 10,000 rounds fast.
 */
export const make = () => {
  const converted = new WeakMap<Stored, Competition>()
  let last: { readonly of: State["competitions"]; readonly list: ReadonlyArray<Competition> } | undefined
  /** Final competitions by id. */
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
      if (end !== null && end < block - KEPT_BLOCKS) {
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
