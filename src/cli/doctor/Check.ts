/** A check of the doctor, its result, and the report of all checks. */
import { Clock, Context, Duration, Effect, Schema } from "effect"
import { EXIT, exitCodeOf } from "../../domain/causes.ts"
import { OperationFailed } from "../../domain/failures.ts"
import { cyan, green, print, red, yellow } from "../../layers/machine/terminal/output.ts"

/** Start of the command in milliseconds since 1970: the process's start, before its first line of code. */
export class StartedAt extends Context.Reference<StartedAt>()("gittensor/StartedAt", { defaultValue: () => performance.timeOrigin }) {}

/** `warning`: it works, but perhaps not for long or not well. `silent`: no answer, which may be temporary. `skipped`: not checked, because another check failed. */
export type CheckStatus = "ok" | "warning" | "wrong" | "silent" | "skipped"

export interface CheckResult {
  readonly result: CheckStatus
  readonly detail: string
  /** What the operator should do; null: nothing. */
  readonly hint: string | null
  /** The check timed out, which may be this machine's fault. */
  readonly isLate?: true
  /** Set where the check depends on no other check, so that no other failure explains it. */
  readonly isOwn?: true
}

export interface Check extends CheckResult {
  readonly name: string
  /** Whether all is well and the operator has nothing to do. */
  readonly good: boolean
  readonly milliseconds: number
}

export const ok = (detail: string): CheckResult => ({ result: "ok", detail, hint: null })
export const warning = (detail: string, hint: string): CheckResult => ({ result: "warning", detail, hint })
export const wrong = (detail: string, hint: string): CheckResult => ({ result: "wrong", detail, hint })
export const silent = (detail: string, hint: string): CheckResult => ({ result: "silent", detail, hint })
export const late = (detail: string, hint: string): CheckResult => ({ result: "silent", detail, hint, isLate: true })
export const skipped = (detail: string): CheckResult => ({ result: "skipped", detail, hint: null })

/** Time limit for the whole run, from the start of the process. Checks are interrupted a little earlier, to leave time for printing. */
export class TimeLimit extends Context.Reference<TimeLimit>()("gittensor/doctor/TimeLimit", {
  defaultValue: () => Duration.seconds(5)
}) {}

const LEAVING_TIME = 800
const timeLeft = Effect.map(Effect.all([TimeLimit, StartedAt, Clock.currentTimeMillis]), ([limit, start, now]) =>
  Math.max(100, Duration.toMillis(limit) - LEAVING_TIME - (now - start))
)

/** A share of the time limit, for a step that other checks wait for. */
export const shareOfTimeLimit = (part: number): Effect.Effect<Duration.Duration> =>
  Effect.zipWith(TimeLimit, timeLeft, (limit, rest) => Duration.millis(Math.min(part * Duration.toMillis(limit), rest)))

/** Runs a check within the remaining time. An error becomes a finding with the hint. */
export const check = <E extends Error, R>(
  name: string,
  hint: string,
  look: Effect.Effect<CheckResult, E, R>
): Effect.Effect<ReadonlyArray<Check>, never, R> =>
  timeLeft.pipe(
    Effect.flatMap((rest) =>
      look.pipe(
        Effect.catchAll((error) => Effect.succeed((exitCodeOf(error) === EXIT.unanswered ? silent : wrong)(error.message, hint))),
        Effect.disconnect,
        Effect.timeoutTo({ duration: rest, onSuccess: (found) => found, onTimeout: () => late("no answer in time", hint) })
      )
    ),
    Effect.timed,
    Effect.map(([took, found]) => [{ name, ...found, good: isGood(found), milliseconds: Math.round(Duration.toMillis(took)) }])
  )

export const isGood = ({ result }: CheckResult): boolean => result !== "wrong" && result !== "silent"

const MARKS: Readonly<Record<CheckStatus, string>> = {
  ok: green("ok     "),
  warning: yellow("warning"),
  wrong: red("wrong  "),
  silent: red("silent "),
  skipped: cyan("skipped")
}

const lineOf = ({ name, result, detail, hint }: Check): string =>
  `${MARKS[result]} ${name.padEnd(10)} ${detail.replace(/(?<!\s)\s*\n\s*/g, " ")}${hint === null ? "" : ` → ${hint}`}`

/** No check failed, but something did not answer. */
class SomethingIsSilent extends Schema.TaggedError<SomethingIsSilent>()("SomethingIsSilent", { checks: Schema.Array(Schema.String) }) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `no answer from: ${this.checks.join(", ")}`
  }
}

const namesOf = (checks: ReadonlyArray<Check>, result: CheckStatus) => checks.filter((one) => one.result === result).map(({ name }) => name)

/** Prints the checks, and fails if one of them is wrong or silent. */
export const report = (checks: ReadonlyArray<Check>, json: boolean) =>
  Effect.gen(function* () {
    const shown = checks.map(({ name, result, detail, hint, good, milliseconds }) => ({ name, result, detail, hint, good, milliseconds }))
    yield* print(json, shown, () => checks.map(lineOf))
    const [wrong, silent] = [namesOf(checks, "wrong"), namesOf(checks, "silent")]
    if (wrong.length > 0)
      return yield* new OperationFailed({ message: `failed checks: ${[...wrong, ...silent].join(", ")}; the advice for each is above` })
    if (silent.length > 0) return yield* new SomethingIsSilent({ checks: silent })
  })
