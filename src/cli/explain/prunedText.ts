/** Prints a round whose state the node has pruned. */

import { alpha, bold, table } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import type { PrunedRound } from "../../scoring/issue_competitions/explainPrunedRound.ts"
import { points } from "../../story/figures.ts"

const competitionLines = ({ competition, ratings }: PrunedRound): ReadonlyArray<string> => {
  if (competition === null) return []
  const rated = new Map(ratings.map(({ hotkey, rating }) => [hotkey, points(rating)]))
  return [
    "",
    bold(`Match ${competition.id}, started at block ${competition.startedAt}`),
    ...[competition.a, competition.b].map(({ uid, hotkey }) => `  UID ${uid}  ${hotkey}  ${rated.get(hotkey) ?? "not rated"}`),
    ...paragraph(
      `enrolled: UID ${competition.enrolled.join(" ") || "nobody"}; skipping: ${competition.skipped.join(" ") || "nobody"}`,
      2,
      4
    )
  ]
}

export const prunedLines = (round: PrunedRound): ReadonlyArray<string> => [
  bold(
    `issue ${round.issue.id}: ${round.issue.repository}#${round.issue.number}, ${alpha(round.issue.bounty)}, ${round.issue.status._tag}`
  ),
  ...paragraph(
    `The node has pruned the state of round ${round.round}, which began at block ${round.start}. These are the ratings that this validator stored then. ` +
      "To see the attestations, the order and the votes, give --endpoint the address of an archive node."
  ),
  ...competitionLines(round),
  "",
  bold(`Ratings stored at block ${round.start} (? after few matches)`),
  ...table([
    ["hotkey", "rating", "matches", "eligible"],
    ...round.ratings.map(({ hotkey, rating, provisional, games, eligible }) => [
      hotkey,
      `${points(rating)}${provisional ? "?" : ""}`,
      String(games),
      eligible ? "yes" : "no"
    ])
  ]).map((line) => `  ${line}`)
]
