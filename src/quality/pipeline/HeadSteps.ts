/** The steps of judging a head, each of which may be repeated: the gate, and the repository's own tests. */

import { availableParallelism } from "node:os"
import { Context, Effect, Layer, Schema } from "effect"
import { fileRulesOf } from "../../domain/contributions/FileRules.ts"
import { defaultRoster } from "../../domain/defaultRoster.ts"
import { IssueRef } from "../../domain/IssueRef.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { Fault } from "../../domain/quality/Fault.ts"
import type { GateReport } from "../../domain/quality/GateReport.ts"
import type { Head } from "../../domain/quality/QualityRecord.ts"
import { SHOWN_NAME, SHOWN_NAMES, type TestNames, type VerificationSummary } from "../../domain/quality/VerificationSummary.ts"
import { GitUnusable } from "../../layers/git/GitUnusable.ts"
import type { Repositories } from "../../layers/git/Repositories.ts"
import type { PullRequestHeads } from "../../layers/github/PullRequestHeads.ts"
import { Confined, TaskNotDone } from "../../layers/machine/confined/Confined.ts"
import * as Bubblewrap from "../../layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import type { Author, EarlierHead } from "../../rules/quality/duplicates.ts"
import { rulesTextOf } from "../../scoring/oss_contributions/score/rulesText.ts"
import { fingerprintsTask, gateTask } from "../gate/gateTask.ts"
import { pullRequestForGate } from "../gate/pullRequestForGate.ts"
import type { SeenEarlier } from "../store/earlierHeads.ts"
import { type VerificationReport, verify } from "../verify/verify.ts"
import type { ArtefactDraft } from "./ArtefactKeeper.ts"
import { gateDrafts, testDrafts } from "./drafts.ts"

/** Leaves no half of a character at the cut. */
const cutText = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`

const namesOf = (names: ReadonlyArray<string>): TestNames => ({
  count: names.length,
  first: names.slice(0, SHOWN_NAMES).map((name) => cutText(name, SHOWN_NAME))
})

const summaryOf = ({ own, ...report }: VerificationReport): VerificationSummary => ({
  verdict: report.verdict,
  ecosystem: cutText(report.ecosystem, 40),
  command: cutText(report.command, 1_000),
  failToPass: namesOf(report.failToPass),
  broken: namesOf(report.broken),
  flaky: namesOf(report.flaky),
  own:
    own === null
      ? null
      : {
          failToPass: namesOf(own.failToPass),
          failing: namesOf(own.failing),
          removed: namesOf(own.removed),
          skipped: namesOf(own.skipped),
          hidden: namesOf(own.hidden)
        },
  changesDependencies: report.changedDependencies.length > 0
})

/** A step gave no result, which is not the miner's fault. */
export class StepFailed extends Schema.TaggedError<StepFailed>()("StepFailed", {
  fault: Fault.pipe(Schema.filter((fault) => fault !== "miner")),
  reason: Schema.String,
  /** Whether a retry cannot help. */
  isLasting: Schema.Boolean
}) {
  override get message() {
    return this.reason
  }
}

export interface GateResult {
  readonly report: GateReport
  /** The files that support the report. */
  readonly drafts: ReadonlyArray<ArtefactDraft>
}

/** `verification` is null without tests or without a sandbox to run them; `reason` says which. */
export type VerifyResult =
  | { readonly verification: VerificationSummary; readonly reason: null; readonly drafts: ReadonlyArray<ArtefactDraft> }
  | { readonly verification: null; readonly reason: string }

export class HeadSteps extends Context.Tag("gittensor/HeadSteps")<
  HeadSteps,
  {
    /** The fingerprints of the head's code that the base does not have. */
    readonly fingerprints: (head: Head) => Effect.Effect<Uint32Array, StepFailed>
    readonly gate: (head: Head, earlier: ReadonlyArray<SeenEarlier>) => Effect.Effect<GateResult, StepFailed>
    /** `testCommand` overrides the detected command; null: no override. */
    readonly verify: (head: Head, testCommand: string | null) => Effect.Effect<VerifyResult, StepFailed>
  }
>() {}

/** File rules of the languages with fingerprints: those that this program scores. */
const RULES = rulesTextOf(fileRulesOf(defaultRoster)).text

/** The defaults of `gittensor verify`. */
const RUNS = { runs: 3, seconds: 600 }

/** Concurrent gates, and concurrent test runs in boxes: a box may use two gigabytes. */
const GATES_AT_ONCE = 2
const BOXES = Math.max(1, Math.floor(availableParallelism() / 4))

/** Limits concurrency to `places`, and to one for each competitor: in the queue, at most one head of each rival is before a head. */
const inTurns = (places: number) => {
  const all = Effect.unsafeMakeSemaphore(places)
  const own = new Map<Head["hotkey"], Effect.Semaphore>()
  return ({ hotkey }: Head) => {
    const turn = own.get(hotkey) ?? Effect.unsafeMakeSemaphore(1)
    own.set(hotkey, turn)
    return <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => turn.withPermits(1)(all.withPermits(1)(run))
  }
}

const nameOf = ({ repository, number, commit }: Head): string => `${repository}#${number} at ${commit.slice(0, 7)}`

/** A head's author as the gate compares it. */
export const authorOf = ({ account, hotkey }: Head): Author => ({ account: String(account), hotkey })

/** An earlier head as the gate compares it; nothing without fingerprints. */
export const earlierHead =
  ({ repository }: Head) =>
  ({ head, seen, fingerprints }: SeenEarlier): ReadonlyArray<EarlierHead> =>
    fingerprints === null
      ? []
      : [
          {
            name: nameOf(head),
            commit: head.commit,
            account: String(head.account),
            hotkey: head.hotkey,
            seen,
            fingerprints,
            isElsewhere: head.repository.toLowerCase() !== repository.toLowerCase()
          }
        ]

/** GitHub may show on a retry what was missing before. */
const MISSING_ERRORS = ["PullRequestNotFound", "HeadNotFound", "IssueNotFound"]
/** Errors by a provider, by tag. Errors that are not listed are this machine's. */
const PROVIDERS: ReadonlySet<string> = new Set(["GitHubUnavailable", "GitServerUnavailable", "DependenciesNotFetched", ...MISSING_ERRORS])
/** The commit no longer exists, so no retry can help. */
const GONE_ERRORS: ReadonlySet<string> = new Set(["CommitsGone"])

const stepFailed = (error: { readonly _tag: string; readonly message: string }): StepFailed =>
  error instanceof StepFailed
    ? error
    : error instanceof TaskNotDone
      ? new StepFailed({ fault: "unknown", reason: error.message, isLasting: error.isLasting })
      : error instanceof GitUnusable && error.isBeyondLimit
        ? new StepFailed({ fault: "unknown", reason: error.message, isLasting: true })
        : GONE_ERRORS.has(error._tag)
          ? new StepFailed({ fault: "unknown", reason: error.message, isLasting: true })
          : new StepFailed({ fault: PROVIDERS.has(error._tag) ? "provider" : "infrastructure", reason: error.message, isLasting: false })

/** Turns a step's defect into a failure: a defect would end the execution without a result. */
export const understood = <A, E extends { readonly _tag: string; readonly message: string }, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    Effect.mapError(stepFailed),
    Effect.catchAllDefect((defect) =>
      Effect.zipRight(
        Effect.logError(
          "internal error in a step of judging a pull request, which is tried again (please report it with the lines below)",
          defect
        ),
        new StepFailed({ fault: "unknown", reason: `internal error: ${messageOf(defect)}`, isLasting: false })
      )
    )
  )

const unverified = ({ message }: { readonly message: string }): Effect.Effect<VerifyResult> =>
  Effect.succeed({ verification: null, reason: `not verified: ${message}` })

const load = (head: Head) =>
  Effect.gen(function* () {
    const ref = new IssueRef({ repository: head.repository, number: head.number })
    const loaded = yield* pullRequestForGate(ref, head.commit)
    if (loaded.pull.base !== loaded.pull.head) return loaded
    return yield* new StepFailed({ fault: "unknown", reason: `the base of ${ref} already has this head`, isLasting: true })
  })

/** Whether this machine runs the tests of pull requests, which are strangers' code. */
export interface Verifying {
  readonly runsTests: boolean
  /** Whether Gradle and Maven may run the repository's code to fetch its dependencies. */
  readonly allowBuildScripts: boolean
}

const VERIFY_IS_OFF: VerifyResult = {
  verification: null,
  reason:
    "not verified: tests are off on this machine: let workers on another one run them (gittensor work --take verify), or start with --verify"
}

const make = Effect.fn("HeadSteps.make")(function* ({ runsTests, allowBuildScripts }: Verifying) {
  const context = yield* Effect.context<PullRequestHeads | Repositories | Confined>()
  const { ask } = yield* Confined
  const [gates, boxes] = [inTurns(GATES_AT_ONCE), inTurns(BOXES)]
  return HeadSteps.of({
    fingerprints: (head) =>
      Effect.gen(function* () {
        const { pull, repository } = yield* load(head)
        return yield* ask(fingerprintsTask, { base: pull.base, head: pull.head, rules: RULES }, { places: repository.places })
      }).pipe(Effect.scoped, gates(head), understood, Effect.provide(context)),
    gate: (head, earlier) =>
      Effect.gen(function* () {
        const { pull, repository, texts } = yield* load(head)
        const { report, fingerprints } = yield* ask(
          gateTask,
          {
            base: pull.base,
            head: pull.head,
            rules: RULES,
            texts,
            readsMessages: false,
            earlier: earlier.flatMap(earlierHead(head)),
            unknown: earlier.flatMap((one) => (one.isMissing ? [nameOf(one.head)] : [])),
            author: authorOf(head)
          },
          { places: repository.places }
        )
        return { report, drafts: gateDrafts(report, fingerprints) }
      }).pipe(Effect.scoped, gates(head), understood, Effect.provide(context)),
    verify: (head, testCommand) =>
      Effect.gen(function* () {
        if (!runsTests) return VERIFY_IS_OFF
        const { pull, repository } = yield* load(head)
        const verified = yield* verify({ repository, base: pull.base, head: pull.head, command: testCommand, allowBuildScripts, ...RUNS })
        const result: VerifyResult = { verification: summaryOf(verified.report), reason: null, drafts: testDrafts(verified) }
        return result
      }).pipe(
        Effect.scoped,
        // Looked up each time, because bubblewrap may be installed meanwhile.
        Effect.provide(Bubblewrap.layer),
        Effect.catchTags({ NoTestsRecognised: unverified, BuildScriptsNotAllowed: unverified, SandboxUnavailable: unverified }),
        boxes(head),
        understood,
        Effect.provide(context)
      )
  })
})

export const layer = (verifying: Verifying): Layer.Layer<HeadSteps, never, PullRequestHeads | Repositories | Confined> =>
  Layer.effect(HeadSteps, make(verifying))
