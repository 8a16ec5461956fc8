/** The figures of a repository's pull requests in words, for the page and for the owner. */
import type { Burden, BurdenFigures } from "../domain/burden.ts"
import { duration } from "./time.ts"

const answerOf = ({ answered, medianAnswerSeconds }: BurdenFigures): string =>
  medianAnswerSeconds === null ? "none known" : `${duration(medianAnswerSeconds)} (of ${answered} answered)`

const closedText = ({ closedByMaintainers, closedByUnknown, closedShareMilli }: BurdenFigures): string => {
  const share = closedShareMilli === null ? "" : ` (${Math.floor(closedShareMilli / 10)}% of those decided)`
  return `${closedByMaintainers}${share}${closedByUnknown === 0 ? "" : `, ${closedByUnknown} more unknown`}`
}

const unansweredText = ({ answerUnknown, unanswered }: BurdenFigures): string =>
  `${unanswered}${answerUnknown === 0 ? "" : `, ${answerUnknown} more unknown`}`

const perMerged = ({ openedPerMergedMilli }: BurdenFigures): string =>
  openedPerMergedMilli === null ? "none merged" : String(Math.floor(openedPerMergedMilli / 100) / 10)

/** The lines of the table of figures, in order. */
const LINES: ReadonlyArray<readonly [name: string, text: (figures: BurdenFigures) => string]> = [
  ["opened", ({ opened }) => String(opened)],
  ["merged", ({ merged }) => String(merged)],
  ["closed without a merge", ({ closed }) => String(closed)],
  ["closed by maintainers", closedText],
  ["waiting for an answer", ({ waiting }) => String(waiting)],
  ["never answered", unansweredText],
  ["median time to the first answer", answerOf],
  ["opened for each merged", perMerged]
]

export interface BurdenLine {
  readonly name: string
  readonly miners: string
  readonly others: string
}

/** Each figure of miners beside that of everybody else. */
export const burdenLines = ({ miners, others }: Pick<Burden, "miners" | "others">): ReadonlyArray<BurdenLine> =>
  LINES.map(([name, text]) => ({ name, miners: text(miners), others: text(others) }))

/** Gaps in the figures, in sentences without a full stop. */
export const burdenLacks = ({
  isWhole,
  unknownAuthors,
  unknownMiners
}: Omit<Burden, "miners" | "others" | "since">): ReadonlyArray<string> => [
  ...(isWhole ? [] : ["there are too many pull requests, so the oldest of the 90 days were not read"]),
  ...(unknownAuthors === 0 ? [] : [`GitHub hides ${unknownAuthors} of them or their authors, so these are not counted`]),
  ...(unknownMiners === 0
    ? []
    : [
        `the accounts of ${unknownMiners} miner${unknownMiners === 1 ? "" : "s"} could not be found, so their pull requests are among the others'`
      ])
]
