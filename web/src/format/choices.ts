/** The sorts of lists with the names that the page shows. A sort without a name is a type error. */
import { ISSUE_SORTS, MINER_SORTS, TIME_SORTS } from "../../../src/dashboard/api/definition/choices.ts"

const named = <V extends string>(values: ReadonlyArray<V>, names: { readonly [Value in V]: string }) =>
  values.map((value) => [value, names[value]] as const)

export const TIME_ORDERS = named(TIME_SORTS, { newest: "Newest first", oldest: "Oldest first" })

export const ISSUE_ORDERS = named(ISSUE_SORTS, {
  newest: "Newest first",
  oldest: "Oldest first",
  target: "Largest bounty first",
  updated: "Most recently changed first",
  queue: "Next in the funding queue"
})

export const MINER_ORDERS = named(MINER_SORTS, {
  rating: "Highest rating first",
  earned: "Most earned first",
  won: "Most won first",
  newest: "Newest first"
})
