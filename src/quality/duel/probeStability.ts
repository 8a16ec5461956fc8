/**
 * The stability probe: once in a day each judge compares the same two solutions again, in both orders and in the same words. A judge that is asked the same
 * and prefers another solution than before says how much chance is in its other answers. The questions count towards the day's budget, and decide nothing.
 */
import { Clock, Duration, Effect, Option, Schedule } from "effect"
import type { Judge } from "../../domain/quality/Panel.ts"
import { set } from "../../layers/machine/telemetry/metrics.ts"
import { preference } from "../../rules/quality/duel/outcome.ts"
import { PROMPT } from "../../rules/quality/duel/prompt.ts"
import { Judges } from "../judges/Judges.ts"
import { DuelTables } from "../store/DuelTables.ts"
import { otherFiles, plainFiles } from "./canarySet.ts"
import { askAbout, sideOf } from "./measureCanaries.ts"

const PROBE_INTERVAL = Duration.days(1)

/** Its question is always the same. */
const SEED = "stability"

const probeJudge = Effect.fn("probeJudge")(function* (judge: Judge, at: number) {
  const { keepProbe } = yield* DuelTables
  const ask = (order: "ab" | "ba") =>
    askAbout(judge, {
      activity: `stability ${at}`,
      what: "stability probe",
      a: sideOf(plainFiles, SEED),
      b: sideOf(otherFiles, SEED),
      order,
      seed: SEED
    })
  const ab = yield* ask("ab")
  const ba = Option.isSome(ab) ? yield* ask("ba") : ab
  if (Option.isNone(ab) || Option.isNone(ba)) return
  // Both as seen from the plain solution.
  const prefers = { ab: Math.sign(preference(ab.value)), ba: -Math.sign(preference(ba.value)) }
  yield* keepProbe({ judge: judge.name, model: judge.model, wording: PROMPT, ...prefers })
})

/** Asks the judges that were not asked within a day, one after the other. Who does not answer is asked again at the next look. */
const probe = Effect.gen(function* () {
  const [{ panel }, { probes, stability }] = yield* Effect.all([Judges, DuelTables])
  const [now, known] = [yield* Clock.currentTimeMillis, yield* probes]
  const isDue = (judge: Judge) =>
    !known.some((one) => one.judge === judge.name && one.model === judge.model && now - one.at < Duration.toMillis(PROBE_INTERVAL))
  yield* Effect.forEach(
    panel.judges.filter(isDue),
    (judge) =>
      Effect.catchAll(probeJudge(judge, now), ({ message }) => Effect.logInfo(`the stability of ${judge.name} was not probed: ${message}`)),
    { discard: true }
  )
  for (const { judge, model, again, changed } of yield* stability)
    if (again > 0 && panel.judges.some((one) => one.name === judge && one.model === model))
      yield* set("gittensor_judge_changed_answers_ratio", changed / again, { judge })
}).pipe(Effect.withSpan("probeStability"))

/** Looks once in an hour, and not at the start, so that a process that restarts over and over asks nobody. */
export const probing = probe.pipe(
  Effect.catchAll(({ message }) => Effect.logWarning(`judges' stability was not probed; it will be with the next snapshot: ${message}`)),
  Effect.schedule(Schedule.spaced("1 hour")),
  Effect.forkScoped
)
