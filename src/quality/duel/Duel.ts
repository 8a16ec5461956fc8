/**
 * A duel as a durable workflow, `Duel/v1`. Judges are asked until all have answered in both orders or no retry is left; pure rules then count the answers.
 * Each answer is a row that is written once, so a repeated activity asks only for missing answers. If the day's budget is exhausted, the duel waits for the
 * next day.
 */
import { Clock, Duration, Effect, Option, Schema } from "effect"
import packageFile from "../../../package.json"
import { canonicalHash } from "../../domain/canonicalJson.ts"
import type { DuelOutcome } from "../../domain/quality/Duel.ts"
import { type DuelAnswer, DuelPair, DuelSeed, duelKey, duelName, type SeatedJuror } from "../../domain/quality/DuelRecord.ts"
import { type Judge, Panel } from "../../domain/quality/Panel.ts"
import { count } from "../../layers/machine/telemetry/metrics.ts"
import { Activity, DurableClock, ShardGroup, Workflow } from "../../layers/storage/durable/engine.ts"
import { outcomeOf } from "../../rules/quality/duel/outcome.ts"
import { PROMPT } from "../../rules/quality/duel/prompt.ts"
import type { Judges } from "../judges/Judges.ts"
import type { ArtefactKeeper } from "../pipeline/ArtefactKeeper.ts"
import { FIRST_PAUSE, persistently } from "../pipeline/headWorkflow.ts"
import { type Duels, DuelTables } from "../store/DuelTables.ts"
import { askJudges, type DrawnJudges, isAnswerOf, jurorsFor, type Unanswered, untilTomorrow } from "./askJudges.ts"
import { DuelSides } from "./DuelSides.ts"

const payload = {
  /** Id of chain and contract. */
  contract: Schema.String,
  pair: DuelPair,
  seed: DuelSeed
}

const encodePanel = Schema.encodeSync(Panel)

/** Shard group for this program version and panel, so that only workers with the same panel run the duel. */
export const duelGroup = (panel: Panel): string =>
  `duel-${canonicalHash({ version: packageFile.version, wording: PROMPT, panel: encodePanel(panel) }).slice(0, 16)}`

/** The workflow, executed by workers of a group. It writes its results to the duel tables. */
export const duelIn = (group: string) =>
  Workflow.make({
    name: "Duel/v1",
    payload,
    idempotencyKey: ({ contract, pair }) => [group, contract, duelKey(pair)].join(" ")
  }).annotate(ShardGroup, () => group)

/** Result of an activity for the workflow. `Again`: retry after `pause` milliseconds; `isBudget`: because the day's budget is exhausted. */
const Step = Schema.Union(
  Schema.TaggedStruct("Ended", {}),
  Schema.TaggedStruct("Again", { pause: Schema.Number, isBudget: Schema.Boolean })
)
type Step = typeof Step.Type
const ENDED_STEP: Step = { _tag: "Ended" }

/** Attempts for judges that gave no answer, with the growing pauses of the head workflow. */
const ATTEMPTS = 6
const PAUSE_FACTOR = 4
/** Days that a duel waits for budget. */
const DAYS = 3

interface Subject {
  readonly activity: string
  readonly contract: string
  readonly pair: DuelPair
  readonly seed: DuelSeed
  readonly duels: Duels
  /** `isLast`: the last attempt for judges that gave no answer. `isLastDay`: the last day on which the duel may wait for budget. */
  readonly isLast: boolean
  readonly isLastDay: boolean
  /** Milliseconds until the next attempt. */
  readonly pause: number
}

/** The votes of the drawn judges' present models. */
const votesOf = (answers: ReadonlyArray<DuelAnswer>, jurors: ReadonlyArray<Judge>) =>
  answers.flatMap((answer) => {
    const { judge, order, shares } = answer
    return shares !== null && jurors.some((juror) => isAnswerOf(juror, answer)) ? [{ judge, order, shares }] : []
  })

const seatJurors = (judges: ReadonlyArray<Judge>): ReadonlyArray<SeatedJuror> =>
  judges.map(({ name, family, model }) => ({ name, family, model }))

const finish = ({ pair, duels }: Subject, outcome: DuelOutcome, { jurors, panel }: DrawnJudges) =>
  Effect.gen(function* () {
    yield* persistently(duels.end(pair, { outcome, reason: null, jurors: seatJurors(jurors), panel }))
    yield* count("gittensor_duels_total", { result: outcome.result })
    yield* Effect.logInfo(`duel of ${duelName(pair)}: ${outcome.result}${outcome.why === null ? "" : ` (${outcome.why})`}`)
    return ENDED_STEP
  })

const giveUp = ({ pair, duels }: Subject, reason: string, { jurors, panel }: DrawnJudges) =>
  Effect.gen(function* () {
    yield* persistently(duels.end(pair, { outcome: null, reason, jurors: seatJurors(jurors), panel }))
    yield* count("gittensor_duels_total", { result: "failed" })
    yield* Effect.logWarning(`the duel of ${duelName(pair)} failed: ${reason}`)
    return ENDED_STEP
  })

/** When to retry the missing questions; undefined: no question is worth a retry. */
const againFor = ({ isLast, isLastDay, pause }: Subject, failures: ReadonlyArray<Unanswered>, now: number): Step | undefined => {
  // A question that costs more than a whole day's budget is not retried the next day.
  if (failures.some((one) => one._tag === "BudgetUsedUp" && one.needed <= one.budget) && !isLastDay)
    return { _tag: "Again", pause: untilTomorrow(now), isBudget: true }
  const isPassing = failures.some((one) => one._tag === "JudgeUnavailable" && !one.isLasting)
  return isPassing && !isLast ? { _tag: "Again", pause, isBudget: false } : undefined
}

/** One attempt: asks the missing questions, and counts the answers once no more can be had. */
const attemptDuel = (subject: Subject): Effect.Effect<Step, never, DuelSides | DuelTables | Judges | ArtefactKeeper> =>
  Effect.gen(function* () {
    const { activity, contract, pair, seed, duels, isLast, pause } = subject
    const known = yield* persistently(duels.find(pair))
    if (Option.isNone(known) || known.value.endedAt !== null) return ENDED_STEP
    const drawn = yield* persistently(jurorsFor(seed))
    const { jurors } = drawn
    if (new Set(jurors.map(({ family }) => family)).size < 2)
      return yield* giveUp(subject, "the judges that fell for no more canaries than allowed are not of two families", {
        ...drawn,
        jurors: []
      })
    const loaded = yield* Effect.either((yield* DuelSides).load(pair, seed))
    if (loaded._tag === "Left") {
      const { isLasting, reason } = loaded.left
      if (isLasting || isLast) return yield* giveUp(subject, reason, drawn)
      yield* Effect.logDebug(`the duel of ${duelName(pair)} is tried again in ${Duration.format(pause)}: ${reason}`)
      return { _tag: "Again", pause, isBudget: false } satisfies Step
    }
    const failures = yield* persistently(askJudges({ activity, contract, pair, seed, duels, shown: loaded.right }, jurors))
    yield* Effect.forEach(failures, ({ message }) => Effect.logWarning(message), { discard: true })
    const again = againFor(subject, failures, yield* Clock.currentTimeMillis)
    if (again !== undefined) return again
    return yield* finish(subject, outcomeOf(jurors, votesOf(yield* persistently(duels.answers(pair)), jurors)), drawn)
  })

/** Executes the workflow with this process's own judges. */
export const layerDuel = ({ group }: { readonly group: string }) => {
  const workflow = duelIn(group)
  return workflow.toLayer(({ contract, pair, seed }, executionId) =>
    Effect.gen(function* () {
      const duels = (yield* DuelTables).duelsOf(contract)
      let tries = 0
      let days = 0
      while (true) {
        const name = `ask/${tries + days + 1}`
        const pause = Duration.toMillis(FIRST_PAUSE) * PAUSE_FACTOR ** tries
        const subject = {
          activity: `${executionId}/${name}`,
          contract,
          pair,
          seed,
          duels,
          isLast: tries + 1 >= ATTEMPTS,
          isLastDay: days >= DAYS,
          pause
        }
        const step = yield* Activity.make({ name, success: Step, execute: attemptDuel(subject) })
        if (step._tag === "Ended") return
        if (step.isBudget) days += 1
        else tries += 1
        yield* DurableClock.sleep({ name, duration: Duration.millis(step.pause), inMemoryThreshold: Duration.zero })
      }
    })
  )
}
