/** Reads the wins that were paid, among the newest competitions. */
import { Effect } from "effect"
import type { PaidWin } from "../../../domain/Competition.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import type { Source } from "./Source.ts"

/** How many of the newest competitions are read. It decides who is a champion, so it must be equal for all validators. */
export const NEWEST_COMPETITIONS = 1_000

/**
 * The paid wins among the newest competitions at a block, in no particular order. Reads the chain each time, so that the result does not depend on
 * this process's cache.
 */
export const paidWinsAt = Effect.fn("Contract.paidWins")(function* (source: Source, at: BlockReference) {
  const { head } = yield* source.head({ issues: [], competitions: [] }, at)
  const first = Math.max(1, head.competitionCount - NEWEST_COMPETITIONS + 1)
  const newest = Array.from({ length: head.competitionCount - first + 1 }, (_, index) => first + index)
  if (newest.length === 0) return []
  const { competitions } = yield* source.more({ issues: [], competitions: newest }, at)
  const won = competitions.flatMap(({ id, issue, status, a, b }) =>
    status._tag === "Won" ? [{ issue, win: { competition: id, hotkey: (status.winner === 0 ? a : b).hotkey, wonAt: status.at } }] : []
  )
  if (won.length === 0) return []
  // An issue has at most one won competition, because the win closes it.
  const { issues } = yield* source.more({ issues: won.map(({ issue }) => issue), competitions: [] }, at)
  const paid = new Set(issues.flatMap(({ id, status }) => (status._tag === "Paid" ? [id] : [])))
  return won.flatMap(({ issue, win }): ReadonlyArray<PaidWin> => (paid.has(issue) ? [win] : []))
})
