/** Checks a pull request or a local branch with the validators' own gate and scoring. */
import { existsSync } from "node:fs"
import { Effect, Layer, Option, Schema } from "effect"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import type { FileScore } from "../../../domain/contributions/FileScore.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { parse } from "../../../domain/PullRequestRef.ts"
import type { GateReport } from "../../../domain/quality/GateReport.ts"
import { rosterRepositoryOf } from "../../../domain/Roster.ts"
import { branchChange } from "../../../layers/git/branches.ts"
import { Checkout, layer as checkoutLayer, type OpenRepository } from "../../../layers/git/Checkout.ts"
import type { PullRequestHead } from "../../../layers/github/PullRequestHeads.ts"
import * as PullRequestHeads from "../../../layers/github/PullRequestHeads.ts"
import * as PairCache from "../../../layers/parser/PairCache.ts"
import * as TallyCache from "../../../layers/parser/TallyCache.ts"
import { layer as layerTreeTallies } from "../../../layers/parser/TreeTallies.ts"
import * as Roster from "../../../layers/roster/Roster.ts"
import * as Bubblewrap from "../../../layers/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { gate, newFingerprints } from "../../../quality/gate/gate.ts"
import { baseSourcesOf, commitMessages, pullRequestForGate } from "../../../quality/gate/pullRequestForGate.ts"
import type { Author, EarlierHead } from "../../../quality/rules/duplicates.ts"
import { quoted } from "../../../quality/rules/gate.ts"
import { type VerificationReport, verify } from "../../../quality/verify/verify.ts"
import { baseScore } from "../../../scoring/oss_contributions/rules/baseScore.ts"
import { totalsOf } from "../../../scoring/oss_contributions/rules/files/totals.ts"
import * as FileScorer from "../../../scoring/oss_contributions/score/FileScorer.ts"
import { bold, green, print, red, table, yellow } from "../../../terminal/output.ts"
import { paragraph } from "../../../terminal/paragraph.ts"
import { invalid } from "../../shared/options.ts"
import { verificationLines } from "../../verify/verificationText.ts"

/** Validators would reject the head. */
export class GateRejects extends Schema.TaggedError<GateRejects>()("GateRejects", {
  head: Schema.String,
  checks: Schema.Array(Schema.String)
}) {
  override get message() {
    return `the gate would reject ${this.head.slice(0, 7)} (${this.checks.join(", ")}): the findings above say why`
  }
}

export interface CheckOptions {
  readonly subject: string
  readonly head: Option.Option<string>
  readonly base: Option.Option<string>
  readonly against: ReadonlyArray<string>
  readonly repository: Option.Option<string>
  readonly tests: boolean
  readonly roster: Option.Option<string>
  readonly json: boolean
}

/** What is checked, and with what. */
type Subject = Omit<CheckOptions, "json">

interface CheckDocument {
  /** Set for a pull request of GitHub. */
  readonly pullRequest: { readonly name: string; readonly state: PullRequestHead["state"] } | null
  readonly head: string
  readonly base: string
  readonly gate: GateReport
  readonly files: ReadonlyArray<FileScore>
  readonly sourceScore: number
  readonly totalScore: number
  /** Null without --repository: the scale is a figure of the repository. */
  readonly baseScore: number | null
  /** Null without --tests. */
  readonly verification: VerificationReport | null
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

/** The document in lines of 80 columns. */
export const checkLines = (document: CheckDocument): ReadonlyArray<string> => {
  const { gate, files } = document
  return [
    bold(
      `${document.pullRequest === null ? "" : `${document.pullRequest.name} (${document.pullRequest.state}): `}${document.head.slice(0, 7)} against ${document.base.slice(0, 7)}`
    ),
    `${gate.files} file${gate.files === 1 ? "" : "s"}, ${gate.addedLines} lines added, ${gate.deletedLines} deleted`,
    "",
    gate.passed ? green("the gate lets it pass") : red("the gate would reject it"),
    ...findingLines(gate),
    `  ${gate.fingerprints} fingerprints, compared with ${gate.comparedWith} other solution${gate.comparedWith === 1 ? "" : "s"}`,
    "",
    bold("Score"),
    ...table(files.map(({ path, method, score, lines }) => [`  ${quoted(path)}`, method, figure(score), `${lines} lines`])),
    `  source ${figure(document.sourceScore)}, total ${figure(document.totalScore)}${document.baseScore === null ? "" : `, base score ${figure(document.baseScore)}`}`,
    ...(document.verification === null ? [] : ["", bold("Tests"), ...verificationLines(document.verification)])
  ]
}

/** The author of a branch; solutions of --against are somebody else's. */
const YOU: Author = { account: "you", hotkey: "you" }

const ofBranch = (repository: OpenRepository, options: Subject, rules: FileRules) =>
  Effect.gen(function* () {
    const base = Option.getOrUndefined(options.base)
    const change = yield* branchChange(
      repository,
      base,
      Option.getOrElse(options.head, () => "HEAD")
    )
    const earlier = yield* Effect.forEach(options.against, (name, seen) =>
      Effect.gen(function* () {
        const other = yield* branchChange(repository, base, name)
        const { fingerprints } = yield* newFingerprints(other.files, rules)
        const head: EarlierHead = {
          name: `${name} at ${other.head.slice(0, 7)}`,
          commit: other.head,
          account: name,
          hotkey: name,
          seen,
          fingerprints
        }
        return head
      })
    )
    return {
      pullRequest: null,
      base: change.base,
      head: change.head,
      request: {
        files: change.files,
        texts: commitMessages(change.messages),
        rules,
        commit: change.head,
        author: YOU,
        baseSources: baseSourcesOf(repository, change.base, rules)
      },
      earlier,
      name: undefined,
      repository
    }
  })

/** A miner is told apart by the account; a deleted account's solution is compared with everybody's. */
const authorOf = ({ author, head }: PullRequestHead): Author => {
  const name = author === null ? head : String(author.id)
  return { account: name, hotkey: name }
}

const ofPullRequest = (ref: IssueRef, options: Subject, rules: FileRules) =>
  Effect.gen(function* () {
    if (Option.isSome(options.head) || Option.isSome(options.base))
      return yield* Effect.fail(invalid("--head and --base name branches of a folder; a pull request has its own"))
    const others = yield* Effect.forEach(options.against, (text) => parse(text))
    const { pull, repository, request } = yield* pullRequestForGate(ref, rules)
    const earlier = yield* Effect.forEach(others, (other, seen) =>
      Effect.gen(function* () {
        const loaded = yield* pullRequestForGate(other, rules)
        const { fingerprints } = yield* newFingerprints(loaded.request.files, rules)
        const head: EarlierHead = {
          name: `${other} at ${loaded.pull.head.slice(0, 7)}`,
          commit: loaded.pull.head,
          ...authorOf(loaded.pull),
          seen,
          fingerprints
        }
        return head
      })
    )
    return {
      pullRequest: { name: ref.toString(), state: pull.state },
      base: pull.base,
      head: pull.head,
      request: { ...request, author: authorOf(pull) },
      earlier,
      name: ref.repository,
      repository
    }
  })

/** A pull request's name, unless a folder is called so; anything else is a folder. */
const LIKE_A_PULL_REQUEST = /#\d*$|^https?:|^(?:www\.)?github\.com\//i

const subjectOf = (options: Subject, rules: FileRules) =>
  Effect.gen(function* () {
    if (LIKE_A_PULL_REQUEST.test(options.subject) && !existsSync(options.subject))
      return yield* ofPullRequest(yield* parse(options.subject), options, rules)
    const repository = yield* Effect.flatMap(Checkout, (checkout) => checkout.openLocal(options.subject))
    return yield* ofBranch(repository, options, rules)
  })

const documentOf = Effect.fn("mine.check")(function* (options: Subject) {
  const roster = yield* Roster.Roster
  const settingsOf = (repository: string | undefined) => rosterRepositoryOf(roster.repositories, repository)
  const named = Option.getOrUndefined(options.repository)
  if (named !== undefined && settingsOf(named) === undefined)
    return yield* Effect.fail(invalid(`--repository "${named}" is not in the roster`))
  const change = yield* subjectOf(options, roster.fileRules)
  const settings = settingsOf(named ?? change.name)
  const report = yield* gate({ ...change.request, earlier: change.earlier })
  const { files } = yield* (yield* FileScorer.FileScorer).scoreFiles(change.request.files, roster.fileRules)
  const totals = totalsOf(files)
  const { base, head, repository } = change
  const verification = options.tests
    ? yield* verify({ repository, base, head, command: settings?.test_command ?? null, runs: 3, seconds: 600 }).pipe(
        Effect.map(({ report: verified }) => verified),
        Effect.provide(Bubblewrap.layer)
      )
    : null
  const document: CheckDocument = {
    pullRequest: change.pullRequest,
    head,
    base,
    gate: report,
    files,
    sourceScore: totals.sourceScore,
    totalScore: totals.total,
    baseScore:
      settings === undefined
        ? null
        : (settings.fixed_base_score ?? (totals.files === 0 ? 0 : baseScore(totals, settings.scoring.src_tok_saturation_scale))),
    verification
  }
  return document
})

/** Gate and scoring share the parsing processes. */
const services = Layer.effect(FileScorer.FileScorer, FileScorer.make).pipe(
  Layer.provide([PairCache.layerMemory(), TallyCache.layerMemory()]),
  Layer.provideMerge(layerTreeTallies())
)

/** What the gate, the scoring and, if asked for, the tests say. A head that the gate rejects is no failure. */
export const checkOf = (options: Subject) =>
  documentOf(options).pipe(
    Effect.scoped,
    Effect.provide([services, checkoutLayer, PullRequestHeads.layer]),
    Effect.provide(Roster.layer(options.roster))
  )

export const run = (options: CheckOptions) =>
  Effect.gen(function* () {
    const document = yield* checkOf(options)
    yield* print(options.json, document, checkLines)
    if (!document.gate.passed)
      return yield* new GateRejects({
        head: document.head,
        checks: [...new Set(document.gate.findings.filter(({ rejects }) => rejects).map(({ check }) => check))]
      })
  })
