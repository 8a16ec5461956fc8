/** Prints validators' findings about pull requests, and their duels. */
import type { Competition } from "../../contract-client/generated.ts"
import { shortenedLine } from "../../domain/jsonProblem.ts"
import type { ShownRecord } from "../../domain/quality/QualityDocument.ts"
import { headKey } from "../../domain/quality/QualityRecord.ts"
import { artefactPath } from "../../layers/chain/axon/PeerQuality.ts"
import { bold } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import type { QualityWord } from "../../quality/explainQuality.ts"
import { duelLines } from "./duelText.ts"
import { moment } from "./verdictText.ts"

/** A stranger's text on one line, without terminal control characters. */
const plainText = (text: string): string => shortenedLine(text).replace(/\p{Cf}+/gu, " ")

const tests = (count: number): string => `${count} ${count === 1 ? "test" : "tests"}`

const gateText = ({ gate, state }: ShownRecord): string => {
  if (gate === null) return state === "failed" ? "gate: could not look" : "gate: not yet"
  const checks = [...new Set(gate.findings.map(({ check }) => check))].join(", ")
  const found = checks === "" ? "" : ` (${checks})`
  if (gate.passed) return `gate: passed${found}`
  return gate.fault === "miner" ? `gate: rejected${found}` : "gate: could not tell"
}

const verificationText = ({ verification, state }: ShownRecord): string => {
  if (verification === null) {
    if (state === "rejected") return "verification: not run"
    if (state === "failed") return "verification: could not find out"
    return state === "done" || state === "verified" ? "verification: could not run the tests" : "verification: not yet"
  }
  const { verdict, failToPass, broken, flaky, own } = verification
  const sets = [
    [failToPass.count, "fail → pass"],
    [broken.count, "pass → broken"],
    [flaky.count, "flaky"],
    [own?.failToPass.count ?? 0, "of its own fail → pass"],
    [own?.removed.count ?? 0, "removed"],
    [own?.skipped.count ?? 0, "skipped"]
  ] as const
  return [`verification: ${verdict}`, ...sets.flatMap(([count, name]) => (count === 0 ? [] : [`${tests(count)} ${name}`]))].join(", ")
}

const currentText = ({ currentSince }: ShownRecord): string =>
  currentSince === null ? "replaced by another head" : `current since ${moment(currentSince)}`

/** URLs are not wrapped, so that a terminal can open them. */
const fileLines = (axon: string | null, { artefacts = [] }: ShownRecord): ReadonlyArray<string> =>
  axon === null ? [] : artefacts.map(({ name, digest }) => `      ${name}: ${axon}${artefactPath(digest)}`)

const recordLines = ({ validator, axon }: QualityWord, record: ShownRecord): ReadonlyArray<string> => [
  `    ${validator}`,
  ...paragraph(currentText(record), 6),
  ...paragraph(`${gateText(record)}; ${verificationText(record)}`, 6),
  ...(record.reason === null ? [] : paragraph(plainText(record.reason), 6)),
  ...fileLines(axon, record)
]

/** Validators' findings about both competitors' heads, in lines of 80 columns, except URLs. */
export const qualityLines = (words: ReadonlyArray<QualityWord>, { a, b }: Pick<Competition, "a" | "b">): ReadonlyArray<string> => {
  const heads = new Map<string, Array<readonly [word: QualityWord, record: ShownRecord]>>()
  for (const word of words)
    for (const record of word.records) {
      const key = `${record.head.hotkey} ${headKey(record.head)}`
      heads.set(key, [...(heads.get(key) ?? []), [word, record]])
    }
  const byCompetitor = [...heads.values()].toSorted(
    ([one], [other]) =>
      Number(one?.[1].head.hotkey === b.hotkey) - Number(other?.[1].head.hotkey === b.hotkey) ||
      (other?.[1].seenAt ?? 0) - (one?.[1].seenAt ?? 0)
  )
  const silent = words.filter((word) => word.silent !== null)
  return [
    "",
    bold("What validators found out about the pull requests"),
    ...byCompetitor.flatMap((said) => {
      const head = said[0]?.[1].head
      if (head === undefined) return []
      const { uid } = head.hotkey === a.hotkey ? a : b
      return [
        ...paragraph(`${head.repository}#${head.number} of UID ${uid}, commit ${head.commit.slice(0, 8)}`, 2, 4),
        ...said.flatMap(([word, record]) => recordLines(word, record))
      ]
    }),
    ...silent.flatMap(({ validator, silent: why }) => [`  ${validator}`, ...paragraph(plainText(why ?? ""), 4)]),
    ...(words.length === 0 ? ["  no validator is on the whitelist"] : []),
    ...duelLines(words, { a, b })
  ]
}
