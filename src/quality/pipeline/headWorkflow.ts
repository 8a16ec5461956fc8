/**
 * Judging a head as a durable workflow, `Judge/v1`: the gate, then the repository's own tests, then the end. Each step is an activity whose result is a row
 * of `quality_events`. A step that fails without anyone's fault is retried after a pause that survives restarts; after the last attempt the head has failed.
 */
import { Duration, Effect, Either, Layer, Option, Schedule, Schema } from "effect"
import packageFile from "../../../package.json"
import { canonicalHash } from "../../domain/canonicalJson.ts"
import { Head, headKey } from "../../domain/quality/QualityRecord.ts"
import * as RareLines from "../../layers/machine/effects/rareLines.ts"
import { parsersHash } from "../../layers/parsing/compareTexts.ts"
import { WORDS_EDITION } from "../../layers/parsing/fingerprint.ts"
import { Activity, DurableClock, ShardGroup, Workflow } from "../../layers/storage/durable/engine.ts"
import { duplicatesOf } from "../../rules/quality/duplicates.ts"
import type { SeenEarlier } from "../store/earlierHeads.ts"
import { hasEnded, type QualityRecords, QualityTables, type QualityUnavailable, REPLACED_REASON } from "../store/QualityRecords.ts"
import { ArtefactKeeper } from "./ArtefactKeeper.ts"
import { faultDraft } from "./drafts.ts"
import { authorOf, earlierHead, HeadSteps, StepFailed, type VerifyResult } from "./HeadSteps.ts"

const payload = {
  /** Id of chain and contract. */
  contract: Schema.String,
  head: Head,
  /** Number of the attempt in the records. Each attempt is a separate execution. */
  attempt: Schema.Int,
  /** Overrides the detected command: the roster's command when the attempt was first submitted. */
  testCommand: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null })
}

/** Shard group of this program version, as for the scoring of files. */
export const headGroup: Effect.Effect<string> = Effect.map(
  parsersHash,
  (parsers) => `judge-${canonicalHash({ version: packageFile.version, parsers }).slice(0, 16)}`
)

/** By what fingerprints are made. Those of others are made anew. */
export const fingerprinters: Effect.Effect<string> = Effect.map(parsersHash, (parsers) => `${parsers} ${WORDS_EDITION}`)

/** The workflow, executed by workers of a group. It writes its results to the records. */
export const headWorkflowIn = (group: string) =>
  Workflow.make({
    name: "Judge/v1",
    payload,
    idempotencyKey: ({ contract, head, attempt }) => [group, contract, headKey(head), attempt].join(" ")
  }).annotate(ShardGroup, () => group)

/** Result of an activity for the workflow. `Again`: retry after `pause` milliseconds. */
const Outcome = Schema.Union(
  Schema.TaggedStruct("Next", { reason: Schema.NullOr(Schema.String) }),
  Schema.TaggedStruct("Ended", {}),
  Schema.TaggedStruct("Again", { pause: Schema.Number })
)
type Outcome = typeof Outcome.Type

const NEXT_STEP: Outcome = { _tag: "Next", reason: null }
const ENDED_OUTCOME: Outcome = { _tag: "Ended" }

/** Attempts per step. Each pause is four times the one before: from a minute, the last attempt comes after five and a half hours. */
const ATTEMPTS = 6
const PAUSE_FACTOR = 4
export const FIRST_PAUSE = Duration.minutes(1)

/** Retries until the database answers. The records are in the engine's own database, so the engine waits as well. */
export const persistently = <A, R>(effect: Effect.Effect<A, QualityUnavailable, R>): Effect.Effect<A, never, R> =>
  Effect.flatMap(RareLines.make("1 hour"), (lines) =>
    effect.pipe(
      Effect.tapError(({ message }) => lines.warn("records", message)),
      Effect.retry(Schedule.spaced(Duration.seconds(2))),
      Effect.orDie
    )
  )

/** Interval at which a running step checks whether the operator has ended the attempt. */
const CANCEL_CHECK_INTERVAL = Duration.seconds(10)

interface Subject {
  readonly head: Head
  readonly attempt: number
  /** The parsers' version. */
  readonly parsers: string
  readonly records: QualityRecords["Type"]
}

/** Whether the attempt has ended, or a newer attempt has begun. */
const isOver = ({ head, attempt, records }: Subject) =>
  Effect.map(
    persistently(records.find(head)),
    Option.match({ onNone: () => true, onSome: (found) => found.attempt !== attempt || hasEnded(found.record) })
  )

/** Completes when the attempt is ended from outside. */
const untilOver = (subject: Subject): Effect.Effect<Outcome> =>
  isOver(subject).pipe(Effect.delay(CANCEL_CHECK_INTERVAL), Effect.repeat({ until: (over) => over }), Effect.as(ENDED_OUTCOME))

const append = ({ head, attempt, records }: Subject, event: Omit<Parameters<QualityRecords["Type"]["append"]>[1], "attempt">) =>
  persistently(records.append(head, { attempt, ...event }))

const fail = (subject: Subject, step: string, tries: number, { fault, reason }: StepFailed) =>
  Effect.gen(function* () {
    const { head, attempt } = subject
    yield* Effect.logWarning(`nothing could be found out about ${headKey(head)}: ${reason}`)
    const artefacts = yield* (yield* ArtefactKeeper).keep([faultDraft({ head, attempt, step, tries, fault, reason })])
    return yield* Effect.as(append(subject, { state: "failed", fault, reason, artefacts }), ENDED_OUTCOME)
  })

/** Earlier heads by other authors. */
const byOthers = ({ account, hotkey }: Head, earlier: ReadonlyArray<SeenEarlier>) =>
  earlier.filter(({ head }) => head.account !== account && head.hotkey !== hotkey)

/** How often one attempt asks again, every `RETRY_INTERVAL`, whether the earlier heads have fingerprints: their gates usually run at the same time. */
const RETRIES = 30
const RETRY_INTERVAL = Duration.seconds(1)
/**
 * From this attempt on, about six minutes later, the gate no longer waits for earlier heads, so that one miner's slow or failing head cannot block another's for long. It
 * compares again when they are known (`compareLate`).
 */
const UNAWAITED_TRY = 3

const allEarlier = ({ head, parsers, records }: Subject, number: number) =>
  Effect.gen(function* () {
    const earlier = yield* persistently(records.earlierHeads(head, parsers))
    const before = number < UNAWAITED_TRY ? byOthers(head, earlier).find(({ isDue }) => isDue) : undefined
    if (before === undefined) return earlier
    const reason = `an earlier head is not known yet: ${headKey(before.head)}`
    return yield* new StepFailed({ fault: "infrastructure", reason, isLasting: false })
  }).pipe(Effect.retry({ times: RETRIES, schedule: Schedule.spaced(RETRY_INTERVAL) }))

/** The gate. Stores the head's fingerprints before it waits for those of others, so that waits do not add up. */
const runGate = (subject: Subject, number: number): Effect.Effect<Outcome, StepFailed, HeadSteps | ArtefactKeeper> =>
  Effect.gen(function* () {
    const { head, parsers, records } = subject
    const steps = yield* HeadSteps
    if (Option.isNone(yield* persistently(records.fingerprints(head, parsers))))
      yield* persistently(records.keepFingerprints(head, parsers, yield* steps.fingerprints(head)))
    const earlier = yield* allEarlier(subject, number)
    const { report, drafts } = yield* steps.gate(head, earlier)
    const artefacts = yield* (yield* ArtefactKeeper).keep(drafts)
    if (report.passed) return yield* Effect.as(append(subject, { state: "gated", gate: report, artefacts }), NEXT_STEP)
    const checks = [...new Set(report.findings.filter(({ rejects }) => rejects).map(({ check }) => check))].join(", ")
    const reason = `the gate rejects it: ${checks}`
    return yield* Effect.as(
      append(subject, { state: "rejected", fault: report.fault ?? "miner", reason, gate: report, artefacts }),
      ENDED_OUTCOME
    )
  })

/** Whether GitHub shows another head of the pull request, so that this one's tests need not run. */
const isReplaced = ({ head, records }: Subject) =>
  Effect.map(
    persistently(records.find(head)),
    Option.exists(({ record }) => record.currentSince === null)
  )

/** Completes when another head replaces this one. */
const untilReplaced = (subject: Subject): Effect.Effect<VerifyResult> =>
  isReplaced(subject).pipe(
    Effect.delay(CANCEL_CHECK_INTERVAL),
    Effect.repeat({ until: (replaced) => replaced }),
    Effect.as({ verification: null, reason: REPLACED_REASON })
  )

const runVerification = (subject: Subject, testCommand: string | null): Effect.Effect<Outcome, StepFailed, HeadSteps | ArtefactKeeper> =>
  Effect.gen(function* () {
    if (yield* isReplaced(subject)) return { _tag: "Next", reason: REPLACED_REASON }
    const result = yield* Effect.raceFirst((yield* HeadSteps).verify(subject.head, testCommand), untilReplaced(subject))
    if (result.verification === null) return { _tag: "Next", reason: result.reason }
    const artefacts = yield* (yield* ArtefactKeeper).keep(result.drafts)
    return yield* Effect.as(append(subject, { state: "verified", verification: result.verification, artefacts }), NEXT_STEP)
  })

/** Makes missing fingerprints of heads that have ended, the newest first: after a change of the parsers, and where a gate failed. */
const renew = Effect.fn("renewFingerprints")(function* (parsers: string) {
  const [{ recordsOf, withoutFingerprints }, steps] = yield* Effect.all([QualityTables, HeadSteps])
  for (const { contract, head } of yield* persistently(withoutFingerprints(parsers))) {
    const records = recordsOf(contract)
    // Another worker may have made them.
    if (Option.isSome(yield* persistently(records.fingerprints(head, parsers)))) continue
    const made = yield* Effect.either(steps.fingerprints(head))
    if (Either.isRight(made)) yield* persistently(records.keepFingerprints(head, parsers, made.right))
    else if (made.left.isLasting) yield* persistently(records.keepFingerprints(head, parsers, null))
    else yield* Effect.logDebug(`the fingerprints of ${headKey(head)} are made later: ${made.left.reason}`)
    yield* Effect.sleep(RENEWAL_PAUSE)
  }
})

/** How often a head may be judged: workers of two releases, whose parsers differ, could each find that the other's attempt compared too little. */
const MOST_ATTEMPTS = 5

/**
 * Begins another attempt at each head that an earlier one was missing to compare with, once that one's fingerprints are known and look alike. The gate decides, which
 * also reads the base.
 */
const compareLate = Effect.fn("compareLate")(function* (parsers: string) {
  const { recordsOf, uncompared } = yield* QualityTables
  for (const { attempt, contract, record } of yield* persistently(uncompared)) {
    const { gate, head } = record
    const records = recordsOf(contract)
    const earlier = yield* persistently(records.earlierHeads(head, parsers))
    const known = byOthers(head, earlier).filter(({ fingerprints }) => fingerprints !== null)
    if (gate === null || attempt >= MOST_ATTEMPTS || known.length <= gate.comparedWith) continue
    const own = Option.getOrNull(yield* persistently(records.fingerprints(head, parsers))) ?? new Uint32Array(0)
    const alike = duplicatesOf(own, new Uint32Array(0), earlier.flatMap(earlierHead(head)), authorOf(head))
    if (!alike.some(({ verdict }) => verdict === "rejected")) continue
    yield* Effect.logInfo(`${headKey(head)} is judged again: an earlier head that was missing to compare with is known now`)
    yield* persistently(records.append(head, { attempt: attempt + 1, state: "seen" }))
  }
})

/** Between two heads, so that GitHub's limits are left to others; and between two passes. */
const RENEWAL_PAUSE = Duration.seconds(10)
const RENEWALS = Schedule.spaced(Duration.hours(1))
const COMPARISONS = Schedule.spaced(Duration.minutes(10))

const renewing = (parsers: string) =>
  Effect.all([Effect.repeat(renew(parsers), RENEWALS), Effect.repeat(compareLate(parsers), COMPARISONS)], { concurrency: 2, discard: true })

/** Executes the workflow with this process's own steps, and makes missing fingerprints, and comparisons with them, in the background. */
export const layerHeads = ({ group }: { readonly group: string }) => {
  const again = (name: string, { head }: Subject, number: number, { reason }: StepFailed): Effect.Effect<Outcome> => {
    const pause = Duration.toMillis(FIRST_PAUSE) * PAUSE_FACTOR ** (number - 1)
    return Effect.as(Effect.logDebug(`${name} of ${headKey(head)} is tried again in ${Duration.format(pause)}: ${reason}`), {
      _tag: "Again",
      pause
    })
  }

  /** Runs a step until it has a result or no attempt is left. The engine stores every attempt and pause. */
  const tried = <R>(name: string, subject: Subject, step: (number: number) => Effect.Effect<Outcome, StepFailed, R>) =>
    Effect.gen(function* () {
      for (let number = 1; ; number++) {
        const outcome = yield* Activity.make({
          name: `${name}/${number}`,
          success: Outcome,
          execute: Effect.if(isOver(subject), {
            onTrue: () => Effect.succeed(ENDED_OUTCOME),
            onFalse: () =>
              Effect.raceFirst(step(number), untilOver(subject)).pipe(
                Effect.catchAll((failed) =>
                  failed.isLasting || number >= ATTEMPTS ? fail(subject, name, number, failed) : again(name, subject, number, failed)
                )
              )
          })
        })
        if (outcome._tag !== "Again") return outcome
        yield* DurableClock.sleep({ name: `${name}/${number}`, duration: Duration.millis(outcome.pause), inMemoryThreshold: Duration.zero })
      }
    })

  const judge = (parsers: string) =>
    headWorkflowIn(group).toLayer(({ contract, head, attempt, testCommand }) =>
      Effect.gen(function* () {
        const records = (yield* QualityTables).recordsOf(contract)
        const subject: Subject = { head, attempt, parsers, records }
        if ((yield* tried("gate", subject, (number) => runGate(subject, number)))._tag === "Ended") return
        const outcome = yield* tried("verify", subject, () => runVerification(subject, testCommand))
        if (outcome._tag === "Ended") return
        const reason = outcome.reason === null ? {} : { reason: outcome.reason }
        yield* tried("end", subject, () => Effect.as(append(subject, { state: "done", ...reason }), ENDED_OUTCOME))
      })
    )
  return Layer.unwrapEffect(
    Effect.map(fingerprinters, (parsers) => Layer.merge(judge(parsers), Layer.scopedDiscard(Effect.forkScoped(renewing(parsers)))))
  )
}
