/**
 * Judging a head as durable work: `Judge/v1`. The gate, then the repository's own tests, then the end; each step is an activity whose result is a row of
 * `quality_events`. A step that fails by nobody's fault is tried again after a pause, which outlives the process, and after the last try the head has failed.
 */
import { Duration, Effect, Option, Schedule, Schema } from "effect"
import packageFile from "../../../package.json"
import { canonicalHash } from "../../domain/canonicalJson.ts"
import { Head, headKey } from "../../domain/quality/QualityRecord.ts"
import { Activity, DurableClock, ShardGroup, Workflow } from "../../layers/durable/engine.ts"
import * as RareLines from "../../layers/effects/rareLines.ts"
import { parsersHash } from "../../layers/parser/compareTexts.ts"
import { hasEnded, type QualityRecords, QualityTables, type QualityUnavailable, type SeenEarlier } from "../store/QualityRecords.ts"
import { ArtefactKeeper } from "./ArtefactKeeper.ts"
import { faultDraft } from "./drafts.ts"
import { HeadSteps, StepFailed } from "./HeadSteps.ts"

const payload = {
  /** The chain and the contract. */
  contract: Schema.String,
  head: Head,
  /** As in the records: another attempt is another execution. */
  attempt: Schema.Int,
  /** Replaces the recognised one: that of the roster which was in force when the attempt was submitted first. */
  testCommand: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null })
}

/** The shard group of this program's version, as for the scoring of files. */
export const headGroup: Effect.Effect<string> = Effect.map(
  parsersHash,
  (parsers) => `judge-${canonicalHash({ version: packageFile.version, parsers }).slice(0, 16)}`
)

/** The workflow, executed by workers of a group. Its results are in the records. */
export const headWorkflowIn = (group: string) =>
  Workflow.make({
    name: "Judge/v1",
    payload,
    idempotencyKey: ({ contract, head, attempt }) => [group, contract, headKey(head), attempt].join(" ")
  }).annotate(ShardGroup, () => group)

/** What an activity says to the workflow. `Again`: after so many milliseconds. */
const Outcome = Schema.Union(
  Schema.TaggedStruct("Next", { reason: Schema.NullOr(Schema.String) }),
  Schema.TaggedStruct("Ended", {}),
  Schema.TaggedStruct("Again", { pause: Schema.Number })
)
type Outcome = typeof Outcome.Type

const NEXT: Outcome = { _tag: "Next", reason: null }
const ENDED: Outcome = { _tag: "Ended" }

/** How often a step is tried. Each pause is four times the one before: with a minute at first, the last try comes after five and a half hours. */
const TRIES = 6
const GROWTH = 4
export const FIRST_PAUSE = Duration.minutes(1)

/** The records lie in the engine's own database. When it is away, everything waits for it. */
export const persistently = <A, R>(effect: Effect.Effect<A, QualityUnavailable, R>): Effect.Effect<A, never, R> =>
  Effect.flatMap(RareLines.make("1 hour"), (lines) =>
    effect.pipe(
      Effect.tapError(({ message }) => lines.warn("records", message)),
      Effect.retry(Schedule.spaced(Duration.seconds(2))),
      Effect.orDie
    )
  )

/** How often a running step looks whether the operator has ended the attempt. */
const LOOK = Duration.seconds(10)

interface Subject {
  readonly head: Head
  readonly attempt: number
  readonly records: QualityRecords["Type"]
}

/** Whether the attempt has ended, or another one has begun. */
const isOver = ({ head, attempt, records }: Subject) =>
  Effect.map(
    persistently(records.find(head)),
    Option.match({ onNone: () => true, onSome: (found) => found.attempt !== attempt || hasEnded(found.record) })
  )

/** Ends when somebody ends the attempt from outside. */
const untilOver = (subject: Subject): Effect.Effect<Outcome> =>
  isOver(subject).pipe(Effect.delay(LOOK), Effect.repeat({ until: (over) => over }), Effect.as(ENDED))

const append = ({ head, attempt, records }: Subject, event: Omit<Parameters<QualityRecords["Type"]["append"]>[1], "attempt">) =>
  persistently(records.append(head, { attempt, ...event }))

const fail = (subject: Subject, step: string, tries: number, { fault, reason }: StepFailed) =>
  Effect.gen(function* () {
    const { head, attempt } = subject
    yield* Effect.logWarning(`nothing could be found out about ${headKey(head)}: ${reason}`)
    const artefacts = yield* (yield* ArtefactKeeper).keep([faultDraft({ head, attempt, step, tries, fault, reason })])
    return yield* Effect.as(append(subject, { state: "failed", fault, reason, artefacts }), ENDED)
  })

/** The first head of somebody else that is not yet known by its fingerprints. What comes later is compared with it. */
const awaited = (head: Head, earlier: ReadonlyArray<SeenEarlier>): SeenEarlier | undefined =>
  earlier.find(
    ({ head: { account, hotkey }, fingerprints, hasEnded }) =>
      fingerprints === null && !hasEnded && account !== head.account && hotkey !== head.hotkey
  )

/** How long the gate waits in one try for the gates of earlier heads, which are usually on their way. */
const WAITS = 30
const WAIT = Duration.seconds(1)

const allEarlier = ({ head, records }: Subject) =>
  Effect.gen(function* () {
    const earlier = yield* persistently(records.earlierHeads(head))
    const before = awaited(head, earlier)
    if (before === undefined) return earlier
    const reason = `an earlier head is not known yet: ${headKey(before.head)}`
    return yield* new StepFailed({ fault: "infrastructure", reason, isLasting: false })
  }).pipe(Effect.retry({ times: WAITS, schedule: Schedule.spaced(WAIT) }))

/** The gate. Records the head's fingerprints first, which later heads wait for. */
const gated = (subject: Subject): Effect.Effect<Outcome, StepFailed, HeadSteps | ArtefactKeeper> =>
  Effect.gen(function* () {
    const { head, records } = subject
    const steps = yield* HeadSteps
    const earlier = yield* allEarlier(subject)
    const { report, fingerprints, drafts } = yield* steps.gate(head, earlier)
    yield* persistently(records.keepFingerprints(head, fingerprints))
    const artefacts = yield* (yield* ArtefactKeeper).keep(drafts)
    if (report.passed) return yield* Effect.as(append(subject, { state: "gated", gate: report, artefacts }), NEXT)
    const checks = [...new Set(report.findings.filter(({ rejects }) => rejects).map(({ check }) => check))].join(", ")
    const reason = `the gate rejects it: ${checks}`
    return yield* Effect.as(append(subject, { state: "rejected", fault: report.fault ?? "miner", reason, gate: report, artefacts }), ENDED)
  })

/** Whether a push made another head of the pull request meanwhile. Running this one's tests would tell nobody anything. */
const isReplaced = ({ head, records }: Subject) =>
  Effect.map(
    persistently(records.of(head.issue)),
    (all) => all.findLast((one) => one.head.repository === head.repository && one.head.number === head.number)?.head.commit !== head.commit
  )

const verified = (subject: Subject, testCommand: string | null): Effect.Effect<Outcome, StepFailed, HeadSteps | ArtefactKeeper> =>
  Effect.gen(function* () {
    if (yield* isReplaced(subject)) return { _tag: "Next", reason: "not verified: a newer head followed before its tests ran" }
    const result = yield* (yield* HeadSteps).verify(subject.head, testCommand)
    if (result.verification === null) return { _tag: "Next", reason: result.reason }
    const artefacts = yield* (yield* ArtefactKeeper).keep(result.drafts)
    return yield* Effect.as(append(subject, { state: "verified", verification: result.verification, artefacts }), NEXT)
  })

/** Executes the workflow with this process's own steps. */
export const layerHeads = ({ group }: { readonly group: string }) => {
  const again = (name: string, { head }: Subject, number: number, { reason }: StepFailed): Effect.Effect<Outcome> => {
    const pause = Duration.toMillis(FIRST_PAUSE) * GROWTH ** (number - 1)
    return Effect.as(Effect.logDebug(`${name} of ${headKey(head)} is tried again in ${Duration.format(pause)}: ${reason}`), {
      _tag: "Again",
      pause
    })
  }

  /** Runs a step until it gives a result, or has been tried often enough. Every try and every pause is kept by the engine. */
  const tried = <R>(name: string, subject: Subject, step: Effect.Effect<Outcome, StepFailed, R>) =>
    Effect.gen(function* () {
      for (let number = 1; ; number++) {
        const outcome = yield* Activity.make({
          name: `${name}/${number}`,
          success: Outcome,
          execute: Effect.if(isOver(subject), {
            onTrue: () => Effect.succeed(ENDED),
            onFalse: () =>
              Effect.raceFirst(step, untilOver(subject)).pipe(
                Effect.catchAll((failed) =>
                  failed.isLasting || number >= TRIES ? fail(subject, name, number, failed) : again(name, subject, number, failed)
                )
              )
          })
        })
        if (outcome._tag !== "Again") return outcome
        yield* DurableClock.sleep({ name: `${name}/${number}`, duration: Duration.millis(outcome.pause), inMemoryThreshold: Duration.zero })
      }
    })

  return headWorkflowIn(group).toLayer(({ contract, head, attempt, testCommand }) =>
    Effect.gen(function* () {
      const records = (yield* QualityTables).recordsOf(contract)
      const subject: Subject = { head, attempt, records }
      if ((yield* tried("gate", subject, gated(subject)))._tag === "Ended") return
      const outcome = yield* tried("verify", subject, verified(subject, testCommand))
      if (outcome._tag === "Ended") return
      const reason = outcome.reason === null ? {} : { reason: outcome.reason }
      yield* tried("end", subject, Effect.as(append(subject, { state: "done", ...reason }), ENDED))
    })
  )
}
