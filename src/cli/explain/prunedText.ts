/** Prints what the contract still records of a round whose state the node has pruned: the match that started in it. */
import { uidsOfBitmap } from "../../contract-client/bitmap.ts"
import type { Competition, Issue } from "../../contract-client/generated.ts"
import { alpha, bold } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"

const uids = (bitmap: Competition["enrolled"]): string => uidsOfBitmap(bitmap).join(" ") || "nobody"

export const prunedLines = (issue: Issue, { id, round, startedAt, a, b, enrolled, skipped }: Competition): ReadonlyArray<string> => [
  bold(`issue ${issue.id}: ${issue.repository}#${issue.number}, ${alpha(issue.bounty)}, ${issue.status._tag}`),
  ...paragraph(
    `The node has pruned the state of round ${round}. What follows is the contract's record of its match. Why these two were matched, only an archive node can tell: give --endpoint the address of one.`
  ),
  "",
  bold(`Match ${id}, started at block ${startedAt}`),
  ...[a, b].map(({ uid, hotkey }) => `  UID ${uid}  ${hotkey}`),
  ...paragraph(`enrolled: UID ${uids(enrolled)}; skipping: ${uids(skipped)}`, 2, 4)
]
