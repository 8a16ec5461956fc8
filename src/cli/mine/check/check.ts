/** Checks a pull request or a local branch with the validators' own gate and scoring. */
import { existsSync } from "node:fs"
import { Effect, Option, Schema } from "effect"
import type { FileScore } from "../../../domain/contributions/FileScore.ts"
import { InvalidInput, OperationFailed } from "../../../domain/failures.ts"
import type { IssueRef } from "../../../domain/IssueRef.ts"
import { parse } from "../../../domain/PullRequestRef.ts"
import type { GateReport } from "../../../domain/quality/GateReport.ts"
import type { PolicyLack, RepositoryPolicy } from "../../../domain/quality/RepositoryPolicy.ts"
import { rosterRepositoryOf, WorkFigures } from "../../../domain/Roster.ts"
import * as Roster from "../../../layers/chain/roster/Roster.ts"
import { branchTask } from "../../../layers/git/branchTask.ts"
import type { RecordedHad } from "../../../layers/git/history/historyTask.ts"
import * as Repositories from "../../../layers/git/Repositories.ts"
import type { PullRequestHead } from "../../../layers/github/PullRequestHeads.ts"
import * as PullRequestHeads from "../../../layers/github/PullRequestHeads.ts"
import { Confined } from "../../../layers/machine/confined/Confined.ts"
import * as Bubblewrap from "../../../layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { bold, green, print, red, table, yellow } from "../../../layers/machine/terminal/output.ts"
import { paragraph } from "../../../layers/machine/terminal/paragraph.ts"
import { scoreTask } from "../../../quality/fileScores/scoreTask.ts"
import { fingerprintsTask, gateTask } from "../../../quality/gate/gateTask.ts"
import { pullRequestForGate } from "../../../quality/gate/pullRequestForGate.ts"
import { policyTask } from "../../../quality/policy/policyTask.ts"
import { type VerificationReport, verify } from "../../../quality/verify/verify.ts"
import { totalsOf } from "../../../rules/contributions/files/totals.ts"
import { baseAlone } from "../../../rules/contributions/scorePullRequest.ts"
import { withoutHad } from "../../../rules/contributions/work/whatCounts.ts"
import { whyOfUnopenedWork } from "../../../rules/contributions/work/whyOfWork.ts"
import type { Author, EarlierHead } from "../../../rules/quality/duplicates.ts"
import { quoteText } from "../../../rules/quality/gate.ts"
import { rulesTextOf } from "../../../scoring/oss_contributions/score/rulesText.ts"
import { countedText } from "../../shared/countedText.ts"
import { readText } from "../../shared/inputFile.ts"
import { invalid } from "../../shared/options.ts"
import { policyLines } from "../../shared/policyText.ts"
import { verificationLines } from "../../verify/verificationText.ts"

export interface CheckOptions {
  readonly subject: string
  readonly head: Option.Option<string>
  readonly base: Option.Option<string>
  readonly against: ReadonlyArray<string>
  readonly repository: Option.Option<string>
  /** The text of a description that is not on GitHub yet. */
  readonly description: Option.Option<string>
  readonly tests: boolean
  readonly roster: Option.Option<string>
  readonly json: boolean
}

/** Options of the check itself. */
type Subject = Omit<CheckOptions, "json">

interface CheckDocument {
  /** Set for a pull request on GitHub. */
  readonly pullRequest: { readonly name: string; readonly state: PullRequestHead["state"] } | null
  readonly head: string
  readonly base: string
  readonly gate: GateReport
  readonly policy: RepositoryPolicy
  readonly lacks: ReadonlyArray<PolicyLack>
  /** Each by what of it the repository had not before. */
  readonly files: ReadonlyArray<FileScore>
  /** Which part of what a file adds the repository had before, in parts per million, and in which file most of it. Null: not measured. */
  readonly had: ReadonlyArray<RecordedHad> | null
  readonly sourceScore: number
  readonly totalScore: number
  /** Null without --repository, because the scale is per repository. */
  readonly baseScore: number | null
  /** Under `"scoring": "work"`: why the pull request would count less than the sum of its files. */
  readonly why: ReadonlyArray<string>
  /** Null without --tests. */
  readonly verification: VerificationReport | null
}

const twoDecimals = (value: number): string => value.toFixed(2)

const findingLines = ({ findings }: GateReport): ReadonlyArray<string> =>
  findings.flatMap(({ check, rejects, path, line, shown, limit }) => [
    ...paragraph(
      `${rejects ? red("rejects") : yellow("evidence")} ${check}${path === null ? "" : `: ${quoteText(path)}${line === null ? "" : `:${line}`}`}`,
      2,
      4
    ),
    ...paragraph(`${shown}${limit === null ? "" : ` (limit: ${limit})`}`, 6, 6)
  ])

/** One percent. */
const LEAST_SHOWN = 10_000

const standardFigures = Schema.decodeSync(WorkFigures)({})

/** The document in lines of 80 columns. */
const checkLines = (document: CheckDocument): ReadonlyArray<string> => {
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
    bold("What the repository asks"),
    ...policyLines(document.policy),
    ...document.lacks.flatMap(({ rule, path, shown }) =>
      paragraph(`${yellow("lacks")} ${rule}${path === null ? "" : ` (${quoteText(path)})`}: ${shown}`, 2, 4)
    ),
    "",
    bold("Score"),
    ...table(
      files.map(({ path, method, score, lines, work }) => [
        `  ${quoteText(path)}`,
        method,
        work === undefined ? twoDecimals(score) : countedText(work),
        `${lines} lines`
      ])
    ),
    ...files.flatMap(({ path, work }) =>
      work?.why === undefined ? [] : paragraph(`${quoteText(path)} counts nothing: ${work.why}`, 2, 4)
    ),
    ...(document.had ?? []).flatMap(({ path, share, where }) =>
      share < LEAST_SHOWN
        ? []
        : paragraph(
            `${Math.floor(share / 10_000)}% of what ${quoteText(path)} adds stood ${where === null ? "in this change" : `in ${quoteText(where)}`} before`,
            2,
            4
          )
    ),
    ...document.why.flatMap((why) => paragraph(why, 2, 4)),
    `  source ${twoDecimals(document.sourceScore)}, total ${twoDecimals(document.totalScore)}${document.baseScore === null ? "" : `, base score ${twoDecimals(document.baseScore)}`}`,
    ...(document.verification === null ? [] : ["", bold("Tests"), ...verificationLines(document.verification)])
  ]
}

/** The author of a branch. Solutions of --against count as other authors'. */
const YOU: Author = { account: "you", hotkey: "you" }

const checkBranch = (repository: Repositories.Repository, options: Subject, rules: string) =>
  Effect.gen(function* () {
    const { ask } = yield* Confined
    const { places } = repository
    const heads = [Option.getOrElse(options.head, () => "HEAD"), ...options.against]
    const [own = { base: "", head: "" }, ...others] = yield* ask(branchTask, { base: Option.getOrNull(options.base), heads }, { places })
    const earlier = yield* Effect.forEach(others, (other, seen) =>
      Effect.gen(function* () {
        const name = options.against[seen] ?? ""
        const head: EarlierHead = {
          name: `${name} at ${other.head.slice(0, 7)}`,
          commit: other.head,
          account: name,
          hotkey: name,
          seen,
          fingerprints: yield* ask(fingerprintsTask, { ...other, rules }, { places }),
          isElsewhere: false
        }
        return head
      })
    )
    const written = { title: "", description: Option.getOrNull(options.description), messages: null }
    return { pullRequest: null, ...own, texts: [], readsMessages: true, written, author: YOU, earlier, name: undefined, repository }
  })

/** The miner is identified by the account. A solution of a deleted account is compared with everybody's. */
const authorOf = ({ author, head }: PullRequestHead): Author => {
  const name = author === null ? head : String(author.id)
  return { account: name, hotkey: name }
}

const checkPullRequest = (ref: IssueRef, options: Subject, rules: string) =>
  Effect.gen(function* () {
    if (Option.isSome(options.head) || Option.isSome(options.base) || Option.isSome(options.description))
      return yield* Effect.fail(invalid("--head, --base and --description are for a folder; a pull request has its own"))
    const { ask } = yield* Confined
    const others = yield* Effect.forEach(options.against, (text) => parse(text))
    const { pull, repository, texts } = yield* pullRequestForGate(ref)
    const earlier = yield* Effect.forEach(others, (other, seen) =>
      Effect.gen(function* () {
        const loaded = yield* pullRequestForGate(other)
        const { base, head } = loaded.pull
        const found: EarlierHead = {
          name: `${other} at ${head.slice(0, 7)}`,
          commit: head,
          ...authorOf(loaded.pull),
          seen,
          fingerprints: yield* ask(fingerprintsTask, { base, head, rules }, { places: loaded.repository.places }),
          isElsewhere: false
        }
        return found
      })
    )
    return {
      pullRequest: { name: ref.toString(), state: pull.state },
      base: pull.base,
      head: pull.head,
      texts,
      readsMessages: false,
      written: { title: pull.title, description: pull.description, messages: pull.messages },
      author: authorOf(pull),
      earlier,
      name: ref.repository,
      repository
    }
  })

/** Matches a pull request's name. A folder of that name takes precedence; any other text is a folder. */
const LIKE_A_PULL_REQUEST = /#\d*$|^https?:|^(?:www\.)?github\.com\//i

const subjectOf = (options: Subject, rules: string) =>
  Effect.gen(function* () {
    if (LIKE_A_PULL_REQUEST.test(options.subject) && !existsSync(options.subject))
      return yield* checkPullRequest(yield* parse(options.subject), options, rules)
    const repository = yield* Effect.flatMap(Repositories.Repositories, ({ openLocal }) => openLocal(options.subject))
    return yield* checkBranch(repository, options, rules)
  })

const documentOf = Effect.fn("mine.check")(function* (options: Subject) {
  const roster = yield* Roster.Roster
  const settingsOf = (repository: string | undefined) => rosterRepositoryOf(roster.repositories, repository)
  const named = Option.getOrUndefined(options.repository)
  if (named !== undefined && settingsOf(named) === undefined)
    return yield* Effect.fail(invalid(`--repository "${named}" is not in the roster`))
  const { ask } = yield* Confined
  const rules = rulesTextOf(roster.fileRules).text
  const { base, head, repository, ...change } = yield* subjectOf(options, rules)
  const { places } = repository
  const settings = settingsOf(named ?? change.name)
  const { texts, readsMessages, written, author, earlier } = change
  const { report } = yield* ask(gateTask, { base, head, rules, texts, readsMessages, earlier, unknown: [], author }, { places })
  const { policy, lacks } = yield* ask(policyTask, { base, head, ...written }, { places })
  const { had, scored } = yield* ask(scoreTask, { base, head, rules }, { places })
  const known = new Map((had ?? []).map((one) => [one.path, one]))
  const shareOf = (path: string) => (had === null ? undefined : (known.get(path)?.share ?? 0))
  const files = withoutHad(scored.files, shareOf, settings?.work ?? standardFigures, (path) => known.get(path)?.compared ?? 0)
  const totals = totalsOf(files)
  const verification = options.tests
    ? yield* verify({
        repository,
        base,
        head,
        command: settings?.test_command ?? null,
        runs: 3,
        seconds: 600,
        allowBuildScripts: true
      }).pipe(
        Effect.map(({ report: verified }) => verified),
        Effect.provide(Bubblewrap.layer)
      )
    : null
  const document: CheckDocument = {
    pullRequest: change.pullRequest,
    head,
    base,
    gate: report,
    policy,
    lacks,
    files,
    had,
    sourceScore: totals.sourceScore,
    totalScore: totals.total,
    baseScore: settings === undefined ? null : baseAlone(totals, settings),
    why: settings?.work === undefined ? [] : whyOfUnopenedWork(totals.work, { ...settings, work: settings.work }),
    verification
  }
  return document
})

/** `description`: path of a file. */
export const run = (options: CheckOptions) =>
  Effect.gen(function* () {
    const description = yield* Effect.transposeMapOption(options.description, (file) =>
      Effect.mapError(readText(file), (reason) => new InvalidInput({ message: `the description ${file} can't be used: ${reason}` }))
    )
    const document = yield* documentOf({ ...options, description })
    yield* print(options.json, document, checkLines)
    if (!document.gate.passed)
      return yield* new OperationFailed({
        message: `the gate would reject ${document.head.slice(0, 7)} (${[...new Set(document.gate.findings.filter(({ rejects }) => rejects).map(({ check }) => check))].join(", ")}): the findings above say why`
      })
  }).pipe(Effect.scoped, Effect.provide([Repositories.layer, PullRequestHeads.layer]), Effect.provide(Roster.layer(options.roster)))
