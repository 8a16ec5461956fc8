/** Reads the wins that were paid, among the newest competitions. */
import { Effect } from "effect"
import type { PaidWin } from "../../../domain/Competition.ts"
import type { BlockReference } from "../node/BlockReference.ts"
import type { Source } from "./Source.ts"

/** How many competitions are looked at, from the newest back. It decides who is a champion, so it is the same for every validator. */
export const NEWEST_COMPETITIONS = 1_000

/**
 * The paid wins among the newest competitions at a block, in no particular order. Reads the chain each time, so that the answer does not depend on what this
 * process has seen before.
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
  // An issue has at most one won competition, because it is open no more.
  const { issues } = yield* source.more({ issues: won.map(({ issue }) => issue), competitions: [] }, at)
  const paid = new Set(issues.flatMap(({ id, status }) => (status._tag === "Paid" ? [id] : [])))
  return won.flatMap(({ issue, win }): ReadonlyArray<PaidWin> => (paid.has(issue) ? [win] : []))
})
