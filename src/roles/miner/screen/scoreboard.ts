/** The scoreboard of a competition on a miner's screen: the same words as on the page. */
import { type Scoreboard, scoreboardOf } from "../../../story/scoreboard.ts"
import type { Board, Match, Rated } from "./board.ts"
import { type Known, loginOf } from "./gitHub.ts"

const playerOf = (one: Rated, expectedPpm: number, known: Known) => ({
  hotkey: one.hotkey ?? `UID ${one.uid}`,
  login: loginOf(known, one.hotkey) ?? `UID ${one.uid}`,
  rating: (one.milliPoints ?? 0) / 1_000,
  provisional: one.provisional,
  expected: expectedPpm / 1_000_000
})

/** The state of play, by the chain and by what GitHub told. */
export const scoreboardAt = (match: Match, board: Board, known: Known): Scoreboard => {
  const { status, issueStatus, a, b } = match
  const moment = (block: number) => ({ block, time: new Date(board.at + (block - board.block) * board.pace) })
  const hotkeyBy = new Map([a, b].flatMap(({ hotkey }) => (hotkey === null ? [] : [[known.accounts.get(hotkey), hotkey] as const])))
  const pulls = known.pulls.get(match.issue)
  const winner = status._tag === "Won" ? (status.winner === 0 ? "a" : "b") : null
  return scoreboardOf(
    {
      status: status._tag,
      reason: status._tag === "Void" ? status.reason : null,
      submissionsFrom: moment(match.submissionsFrom),
      deadline: moment(match.deadline),
      outcomeUntil: moment(match.outcomeUntil),
      a: playerOf(a, match.expectedA, known),
      b: playerOf(b, 1_000_000 - match.expectedA, known),
      winner,
      pullRequest: status._tag === "Won" ? status.pullRequest : null,
      unsolved: null,
      collateral: match.collateral,
      slash: match.slash,
      payableAt: match.payableAt === null ? null : moment(match.payableAt),
      waiting: match.waiting?.choice ?? null,
      waitingFrom: match.waiting === null ? null : moment(match.waiting.from),
      paid: issueStatus === "Paid" && status._tag === "Won" ? { amount: match.bounty } : null,
      votes: match.votes.map(({ choice, weight }, index) => ({
        at: { block: board.block },
        kind: "outcome" as const,
        validator: String(index),
        choice,
        weight,
        totalWeight: match.totalWeight,
        endedAt: null,
        endedBy: null
      })),
      ...(pulls == null
        ? {}
        : {
            pullRequests: pulls.map((one) => ({
              ...one,
              createdAt: new Date(one.createdAt),
              mergedAt: one.mergedAt === null ? null : new Date(one.mergedAt),
              hotkey: (one.authorId === null ? undefined : hotkeyBy.get(one.authorId)) ?? null,
              early: one.createdAt < moment(match.submissionsFrom).time.getTime()
            }))
          })
    },
    { head: board, quorum: board.quorumBps / 10_000, bounty: match.bounty }
  )
}
