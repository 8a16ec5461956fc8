/** Prints judges' answers in duels. */
import type { Competition } from "../../contract-client/generated.ts"
import { shortenedLine } from "../../domain/jsonProblem.ts"
import { CRITERIA, type JurorOpinion } from "../../domain/quality/Duel.ts"
import { duelKey } from "../../domain/quality/DuelRecord.ts"
import { dollarsText } from "../../domain/quality/Panel.ts"
import type { ShownDuel } from "../../domain/quality/ShownDuel.ts"
import { artefactPath } from "../../layers/chain/axon/PeerQuality.ts"
import { bold } from "../../layers/machine/terminal/output.ts"
import { paragraph } from "../../layers/machine/terminal/paragraph.ts"
import type { QualityWord } from "../../quality/explainQuality.ts"
import { answeredByText, panelText } from "../../story/findings.ts"

/** A stranger's text on one line, without terminal control characters. */
const plainText = (text: string): string => shortenedLine(text).replace(/\p{Cf}+/gu, " ")

/** A lead in tenths of a point, with its side. */
const leadText = (lead: number): string => (lead === 0 ? "0" : `${lead > 0 ? "a" : "b"} +${(Math.abs(lead) / 10).toFixed(1)}`)

const judges = (count: number): string => `${count} ${count === 1 ? "judge" : "judges"}`

const resultText = ({ a, b, endedAt, outcome, reason }: ShownDuel): string => {
  if (endedAt === null) return "goes on"
  if (outcome === null) return `failed: ${plainText(reason ?? "")}`
  const { result, why, margin } = outcome
  const lead = `${leadText(outcome.lead ?? 0)}, ${margin} points win`
  switch (result) {
    case "a":
      return `the judges prefer #${a.number} (${lead})`
    case "b":
      return `the judges prefer #${b.number} (${lead})`
    case "draw":
      return `a draw (${lead})`
    case "none":
      return `no result: ${why === "one family" ? "only one family of models answered" : "too few judges answered in both orders"}`
  }
}

/** A judge's vote, or why there is none. */
const jurorText = ({ answers, outcome }: ShownDuel, name: string): string => {
  const opinion: JurorOpinion | undefined = outcome?.opinions.find((one) => one.name === name)
  if (opinion !== undefined) return `${leadText(opinion.lead)}${opinion.flipped ? ", flipped with the order" : ""}`
  const lost = answers.find(({ judge, state }) => judge === name && state !== "answered")
  return lost === undefined
    ? "no vote: it did not answer in both orders"
    : `no vote: ${lost.state === "refused" ? "it refused" : "its answer can't be read"}`
}

const outcomeLines = (duel: ShownDuel): ReadonlyArray<string> => {
  const { outcome, jurors, panel, answers, cost } = duel
  const votes =
    outcome === null
      ? []
      : [
          `${outcome.opinions.length} of ${judges(outcome.asked)} answered in both orders, ${outcome.flipped} flipped`,
          `${(outcome.effectiveVotes / 1000).toFixed(2)} effective votes`
        ]
  const leads = outcome?.leads
  return [
    ...paragraph([...votes, `cost ${dollarsText(cost)}`].join("; "), 6),
    ...(leads == null ? [] : paragraph(CRITERIA.map((criterion) => `${criterion} ${leadText(leads[criterion])}`).join(", "), 6)),
    ...(panel === null ? [] : paragraph(plainText(panelText(panel)), 6, 8)),
    ...jurors.flatMap(({ name, family, model }) => {
      const models = new Set(answers.flatMap(({ judge, answeredBy }) => (judge === name ? [answeredByText(answeredBy)] : [])))
      return paragraph(
        [`${name} (${family}, ${plainText(model)}): ${jurorText(duel, name)}`, ...[...models].map(plainText)].join("; "),
        6,
        8
      )
    })
  ]
}

/** URLs are not wrapped, so that a terminal can open them. */
const fileLines = (axon: string | null, { answers }: ShownDuel): ReadonlyArray<string> =>
  axon === null
    ? []
    : answers.flatMap(({ judge, order, artefacts }) =>
        artefacts.map(({ name, digest }) => `      ${judge}, ${order}, ${name}: ${axon}${artefactPath(digest)}`)
      )

/** The validators' duels between two competitors' heads, in lines of at most 80 columns, except URLs. Empty: no duel. */
export const duelLines = (words: ReadonlyArray<QualityWord>, { a, b }: Pick<Competition, "a" | "b">): ReadonlyArray<string> => {
  const duels = new Map<string, Array<readonly [word: QualityWord, duel: ShownDuel]>>()
  for (const word of words) for (const duel of word.duels) duels.set(duelKey(duel), [...(duels.get(duelKey(duel)) ?? []), [word, duel]])
  if (duels.size === 0) return []
  return [
    "",
    bold("Duels: which solution judges prefer. They move neither money nor ratings"),
    ...[...duels.values()].flatMap((held) => {
      const duel = held[0]?.[1]
      if (duel === undefined) return []
      const between = `${duel.a.repository}#${duel.a.number} of UID ${a.uid} (a) against #${duel.b.number} of UID ${b.uid} (b)`
      const commits = `commits ${duel.a.commit.slice(0, 8)} and ${duel.b.commit.slice(0, 8)}`
      return [
        ...paragraph(`${between}, ${commits}`, 2, 4),
        ...held.flatMap(([{ validator, axon }, one]) => [
          `    ${validator}`,
          ...paragraph(resultText(one), 6),
          ...(one.endedAt === null ? [] : outcomeLines(one)),
          ...fileLines(axon, one)
        ])
      ]
    })
  ]
}
