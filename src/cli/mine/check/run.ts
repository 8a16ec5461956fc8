/** Checks a local branch with the validators' own gate and scoring. */
import { Effect, Layer, Option, Schema } from "effect"
import type { FileScore } from "../../../domain/contributions/FileScore.ts"
import type { GateReport } from "../../../domain/quality/GateReport.ts"
import { branchChange, sourcesAt } from "../../../layers/git/LocalRepository.ts"
import * as PairCache from "../../../layers/parser/PairCache.ts"
import * as TallyCache from "../../../layers/parser/TallyCache.ts"
import { layer as layerTreeTallies } from "../../../layers/parser/TreeTallies.ts"
import * as Roster from "../../../layers/roster/Roster.ts"
import { gate, newFingerprints } from "../../../quality/gate/gate.ts"
import type { EarlierHead } from "../../../quality/rules/duplicates.ts"
import { quoted } from "../../../quality/rules/gate.ts"
import { baseScore } from "../../../scoring/oss_contributions/rules/baseScore.ts"
import { extensionOf } from "../../../scoring/oss_contributions/rules/files/path.ts"
import { totalsOf } from "../../../scoring/oss_contributions/rules/files/totals.ts"
import * as FileScorer from "../../../scoring/oss_contributions/score/FileScorer.ts"
import { bold, green, print, red, table, yellow } from "../../../terminal/output.ts"
import { paragraph } from "../../../terminal/paragraph.ts"
import { invalid } from "../../shared/options.ts"

/** Validators would reject the branch. */
export class GateRejects extends Schema.TaggedError<GateRejects>()("GateRejects", {
  head: Schema.String,
  checks: Schema.Array(Schema.String)
}) {
  override get message() {
    return `the gate would reject ${this.head.slice(0, 7)} (${this.checks.join(", ")}): the findings above say why`
  }
}

export interface CheckOptions {
  readonly path: string
  readonly head: string
  readonly base: Option.Option<string>
  readonly against: ReadonlyArray<string>
  readonly repository: Option.Option<string>
  readonly roster: Option.Option<string>
  readonly json: boolean
}

interface CheckDocument {
  readonly head: string
  readonly base: string
  readonly gate: GateReport
  readonly files: ReadonlyArray<FileScore>
  readonly sourceScore: number
  readonly totalScore: number
  /** Null without --repository: the scale is a figure of the repository. */
  readonly baseScore: number | null
}

const figure = (value: number): string => value.toFixed(2)

const findingLines = ({ findings }: GateReport): ReadonlyArray<string> =>
  findings.flatMap(({ check, rejects, path, line, shown, limit }) => [
    ...paragraph(
      `${rejects ? red("rejects") : yellow("evidence")} ${check}${path === null ? "" : `: ${quoted(path)}${line === null ? "" : `:${line}`}`}`,
      2,
      4
    ),
    ...paragraph(`${shown}${limit === null ? "" : ` (limit: ${limit})`}`, 6, 6)
  ])

const checkLines = (document: CheckDocument): ReadonlyArray<string> => {
  const { gate, files } = document
  return [
    bold(`${document.head.slice(0, 7)} against ${document.base.slice(0, 7)}`),
    `${gate.files} file${gate.files === 1 ? "" : "s"}, ${gate.addedLines} lines added, ${gate.deletedLines} deleted`,
    "",
    gate.passed ? green("the gate lets it pass") : red("the gate would reject it"),
    ...findingLines(gate),
    `  ${gate.fingerprints} fingerprints, compared with ${gate.comparedWith} other solution${gate.comparedWith === 1 ? "" : "s"}`,
    "",
    bold("Score"),
    ...table(files.map(({ path, method, score, lines }) => [`  ${quoted(path)}`, method, figure(score), `${lines} lines`])),
    `  source ${figure(document.sourceScore)}, total ${figure(document.totalScore)}${document.baseScore === null ? "" : `, base score ${figure(document.baseScore)}`}`
  ]
}

/** The author of the branch; solutions of --against are somebody else's. */
const YOU = { account: "you", hotkey: "you" }

const checked = Effect.fn("mine.check")(function* (options: CheckOptions) {
  const roster = yield* Roster.Roster
  const named = Option.getOrUndefined(options.repository)?.toLowerCase()
  const settings = Object.entries(roster.repositories).find(([name]) => name.toLowerCase() === named)?.[1]
  if (named !== undefined && settings === undefined) return yield* Effect.fail(invalid(`--repository "${named}" is not in the roster`))
  const change = yield* branchChange(options.path, Option.getOrUndefined(options.base), options.head)
  const earlier = yield* Effect.forEach(options.against, (name, seen) =>
    Effect.gen(function* () {
      const other = yield* branchChange(options.path, Option.getOrUndefined(options.base), name)
      const { fingerprints } = yield* newFingerprints(other.files, roster.fileRules)
      const head: EarlierHead = { name: `${name} at ${other.head.slice(0, 7)}`, account: name, hotkey: name, seen, fingerprints }
      return head
    })
  )
  const report = yield* gate({
    files: change.files,
    texts: change.messages.map((text, index) => ({ name: `commit message ${index + 1}`, text })),
    rules: roster.fileRules,
    earlier,
    author: YOU,
    baseSources: sourcesAt(
      options.path,
      change.base,
      (path) => (roster.fileRules.languages.get(extensionOf(path))?.language ?? null) !== null
    )
  })
  const { files } = yield* (yield* FileScorer.FileScorer).scoreFiles(change.files, roster.fileRules)
  const totals = totalsOf(files)
  const document: CheckDocument = {
    head: change.head,
    base: change.base,
    gate: report,
    files,
    sourceScore: totals.sourceScore,
    totalScore: totals.total,
    baseScore:
      settings === undefined
        ? null
        : (settings.fixed_base_score ?? (totals.files === 0 ? 0 : baseScore(totals, settings.scoring.src_tok_saturation_scale)))
  }
  yield* print(options.json, document, checkLines)
  if (!report.passed)
    return yield* new GateRejects({
      head: change.head,
      checks: [...new Set(report.findings.filter(({ rejects }) => rejects).map(({ check }) => check))]
    })
})

/** Gate and scoring share the parsing processes. */
const services = Layer.effect(FileScorer.FileScorer, FileScorer.make).pipe(
  Layer.provide([PairCache.layerMemory(), TallyCache.layerMemory()]),
  Layer.provideMerge(layerTreeTallies())
)

export const run = (options: CheckOptions) => checked(options).pipe(Effect.provide(services), Effect.provide(Roster.layer(options.roster)))
