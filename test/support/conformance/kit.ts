/** The conformance kit: inputs and outcomes of the rules, as files that another program can read. */
import { createHash } from "node:crypto"
import { Either } from "effect"
import { auditCase } from "../../../lab/cli/simulate/auditCase.ts"
import { parseCases } from "../../../lab/cli/simulate/caseFile.ts"
import { documentOf, givenRounds } from "../../unit/scoring/rules/rounds.ts"
import { bytesCases } from "./bytes.ts"
import { casesIn, documentIn, headOf } from "./lines.ts"
import { type PairsLine, pairsOf } from "./pairs.ts"
import { ratingsOf, scenariosIn } from "./ratings.ts"
import { type RuleCase, ruleOf } from "./rules.ts"
import { type VerdictCase, verdictOf, type WithoutMatchCase, withoutMatchOf, writtenVerdicts, writtenWithoutMatch } from "./verdicts.ts"
import { type WorkCase, workOf } from "./work.ts"

/** A case of the kit, and this program's outcome. */
interface Played {
  readonly name: string
  readonly play: () => unknown
}

/** A file of lines, each with a case and its outcome. */
interface LineFile {
  readonly file: string
  readonly cases: ReadonlyArray<Played & { readonly input: object }>
  /** The outcome of any case, given as JSON. */
  readonly outcomeOf: (json: string) => unknown
  /** The outcomes that the file has, by name. */
  readonly outcomes: ReadonlyMap<string, unknown>
}

/**
 * The cases of this repository's sources, followed by those that exist only in the file. A case of the sources replaces the file's case of the same
 * name.
 */
const lineFile = <Case extends { readonly name: string }>(
  file: string,
  written: ReadonlyArray<Case>,
  outcomeOf: (one: Case) => unknown
): LineFile => {
  const lines = casesIn(file).map((line): { readonly outcome: unknown; readonly input: Case } => {
    const { outcome, ...input } = JSON.parse(line)
    return { outcome, input }
  })
  const names = new Set(written.map(({ name }) => name))
  const cases = [...written, ...lines.flatMap(({ input }) => (names.has(input.name) ? [] : [input]))]
  return {
    file,
    outcomeOf: (json) => outcomeOf(JSON.parse(json)),
    cases: cases.map((input) => ({ name: input.name, input, play: () => outcomeOf(input) })),
    outcomes: new Map(lines.map(({ input, outcome }) => [input.name, outcome]))
  }
}

/** The kit's files that `npm run generate` makes. */
export const lineFiles = (): ReadonlyArray<LineFile> => [...matchFiles(), lineFile<WorkCase>("work.jsonl", [], workOf)]

const matchFiles = (): ReadonlyArray<LineFile> => [
  lineFile<VerdictCase>("verdicts.jsonl", writtenVerdicts, verdictOf),
  lineFile<WithoutMatchCase>("without-match.jsonl", writtenWithoutMatch, withoutMatchOf),
  lineFile<PairsLine>("pairs.jsonl", [], pairsOf),
  lineFile<RuleCase>("rules.jsonl", [], ruleOf),
  lineFile<RuleCase>("bytes.jsonl", bytesCases, ruleOf)
]

/** A file's text with today's outcomes. */
export const textOf = ({ cases, file }: LineFile): string =>
  `${headOf(file)}\n${cases.map(({ input, play }) => `${JSON.stringify({ ...input, outcome: play() })}\n`).join("")}`

const epochs = (): ReadonlyArray<Played> =>
  Either.getOrThrowWith(parseCases(JSON.stringify(documentIn("consensus.json"))), (reason) => new Error(reason)).cases.map(
    (one, index) => ({ name: `consensus.json ${one.name ?? index}`, play: () => auditCase(one) })
  )

const inWords = (value: unknown, without: ReadonlyArray<string> = []): string =>
  JSON.stringify(value, (key, part) => (without.includes(key) ? undefined : typeof part === "bigint" ? String(part) : part)) ?? ""

const rounds = (): ReadonlyArray<Played> =>
  givenRounds.map((round, index) => ({ name: `rounds.jsonl ${index}`, play: () => documentOf(round) }))

const playedOf = ({ cases, file }: LineFile): ReadonlyArray<Played> => cases.map(({ name, play }) => ({ name: `${file} ${name}`, play }))

const apartFromLines = (): ReadonlyArray<Played> => [
  ...scenariosIn(documentIn("ratings.json")).map((scenario, index) => ({ name: `ratings.json ${index}`, play: () => ratingsOf(scenario) })),
  ...epochs()
]

const ofMatches = (): ReadonlyArray<Played> => [...matchFiles().flatMap(playedOf), ...apartFromLines()]

/** Every case of the kit but those of files, with its outcome as a text. */
export const playable = () =>
  [...lineFiles().flatMap(playedOf), ...apartFromLines(), ...rounds()].map(({ name, play }) => ({ name, play: () => inWords(play()) }))

/** Cases that are of contributions alone. */
const OF_CONTRIBUTIONS = "rules.jsonl contributions/"

/** The same but for the answers to questions, which decide nothing by themselves. */
const decided = (outcome: unknown): string => inWords(outcome, ["asked"])

/** A short hash of today's outcome of every case of the kit (matches, ratings and consensus), by the case's name. */
export const behaviour = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ofMatches()
      .filter(({ name }) => !name.startsWith(OF_CONTRIBUTIONS))
      .map(({ name, play }) => [name, createHash("sha256").update(decided(play())).digest("hex").slice(0, 8)])
  )
