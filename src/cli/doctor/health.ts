/** Shows the health of the validator on this machine: its problems and notices, such as issues that people have to decide. */
import { Duration, Effect, Either, Option, Schema } from "effect"
import { MAX_NESTING } from "../../domain/nesting.ts"
import { strangersBytes } from "../../domain/strangersBytes.ts"
import { answerTo } from "../../layers/machine/http/boundedAnswer.ts"
import { USUAL_METRICS_PORT } from "../shared/options.ts"
import { type CheckResult, ok, shareOfTimeLimit, skipped, warning, wrong } from "./Check.ts"

export interface HealthAddress {
  readonly metricsHost: string
  /** None: the default port of `validate`. */
  readonly metricsPort: Option.Option<number>
}

const health = strangersBytes({
  what: "a validator's health report, for `doctor`",
  writtenBy: "any program listening on that port of this machine",
  readIn: "this process",
  limits: { bytes: 1_048_576, time: Duration.seconds(3), nesting: MAX_NESTING },
  test: "test/http/cli/doctorHealth.test.ts"
})

const decode = Schema.decodeUnknownEither(
  Schema.parseJson(Schema.Struct({ wrong: Schema.Array(Schema.String), notes: Schema.Array(Schema.String) }))
)

const MEANING = "docs/operate.md says what to do"

/** Never fails: if no validator is running, nothing answers. */
export const healthResult = Effect.fn("doctor.health")(function* ({ metricsHost, metricsPort }: HealthAddress) {
  const host = metricsHost.includes(":") ? `[${metricsHost}]` : metricsHost
  const url = `http://${host}:${Option.getOrElse(metricsPort, () => USUAL_METRICS_PORT)}/health`
  const asked = yield* Effect.either(answerTo({ url, ownConnection: true }, { ...health.limits, time: yield* shareOfTimeLimit(0.4) }))
  if (Either.isLeft(asked)) return skipped(`no validator responds at ${url}; give another port with --metrics-port`)
  const said = decode(asked.right.bytes.toString("utf8"))
  if (Either.isLeft(said)) return skipped(`the program at ${url} is not a validator; give another port with --metrics-port`)
  const { notes, wrong: problems } = said.right
  const finding: CheckResult =
    problems.length > 0
      ? wrong([...problems, ...notes].join("; "), MEANING)
      : notes.length > 0
        ? warning(notes.join("; "), MEANING)
        : ok(`the validator at ${url} has nothing to report`)
  return finding
})
