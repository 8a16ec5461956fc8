/** Sends one request to a server with OpenAI's `/v1/chat/completions` and parses the response. */
import { Clock, Data, Duration, Effect, Either, Option } from "effect"
import { shortenedLine } from "../../domain/jsonProblem.ts"
import { MAX_NESTING } from "../../domain/nesting.ts"
import { MAX_TIMEOUT_SECONDS } from "../../domain/quality/Panel.ts"
import { strangersBytes } from "../../domain/strangersBytes.ts"
import { answerTo, type Outgoing } from "../../layers/machine/http/boundedAnswer.ts"
import { readBody } from "./answerForms.ts"
import { UNKNOWN_USAGE, type Usage } from "./usage.ts"

/** A request without a completion. */
export class NoCompletion extends Data.TaggedError("NoCompletion")<{
  readonly why: string
  /** Whether a retry may help. */
  readonly again: boolean
  /** Minimum pause before the retry. */
  readonly wait: Duration.Duration
  /** Usage that the server may still charge; undefined: none. */
  readonly mayCost?: Usage
  /** The body of a response that is neither a completion nor an error. */
  readonly unreadable?: string
}> {}

const completions = strangersBytes({
  what: "judges' completions",
  writtenBy: "the operator of the model's server, and through the model pull requests' authors",
  readIn: "this process",
  // Reasoning models write long answers. The panel sets each judge's timeout.
  limits: { bytes: 4_194_304, time: Duration.seconds(MAX_TIMEOUT_SECONDS), nesting: MAX_NESTING },
  test: "test/http/strangers/servers.test.ts"
})

/** Parses `Retry-After`: seconds or an HTTP date. */
const retryAfter = (header: string | undefined, now: number): Duration.Duration => {
  if (header === undefined) return Duration.zero
  const seconds = Number(header)
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now
  return Number.isFinite(wait) ? Duration.millis(Math.max(0, wait)) : Duration.zero
}

/** Retryable statuses: timeouts, conflicts, overload and server errors. */
const isPassing = (status: number): boolean => status === 408 || status === 409 || status === 425 || status === 429 || status >= 500

/** Sends a request once. `secrets`: texts that no error message may contain. */
export const sendOnce = Effect.fn("sendOnce")(function* (request: Outgoing, limit: Duration.Duration, secrets: ReadonlyArray<string>) {
  const failed = (why: string, more: Partial<NoCompletion> = {}) => new NoCompletion({ why, again: true, wait: Duration.zero, ...more })
  /** The start of an error body, with keys removed. */
  const told = (body: string): string => shortenedLine(secrets.reduce((text, secret) => text.replaceAll(secret, "…"), body))
  const { status, headers, bytes } = yield* answerTo(request, { ...completions.limits, time: limit }).pipe(
    Effect.mapError(({ failure, message, status }) => {
      if (status !== undefined && status !== 200)
        return failed(`its server answered ${status}, and ${message}`, { again: isPassing(status) })
      if (failure === "unreachable") return failed("its server can't be reached")
      return failed(failure === "slow" ? `it said nothing for ${Duration.format(limit)}` : message, { mayCost: UNKNOWN_USAGE })
    })
  )
  const body = bytes.toString("utf8")
  if (status !== 200) {
    const wait = retryAfter(headers["retry-after"], yield* Clock.currentTimeMillis)
    const advice = /response_format|json_schema/.test(body)
      ? '; give this judge another "answer_format", such as "json_object" or "text"'
      : ""
    return yield* failed(`its server answered ${status}: ${told(body)}${advice}`, { again: isPassing(status), wait })
  }
  const read = readBody(body)
  if (Option.isNone(read)) {
    const why = `its server answered no completion: ${told(body)}`
    return yield* failed(why, { mayCost: UNKNOWN_USAGE, unreadable: told(body) })
  }
  return yield* Either.mapLeft(read.value, ({ status, usage }) =>
    // A rejected request is not charged. One that failed in transit may be.
    failed(`its server answered an error: ${told(body)}`, {
      again: status === null || isPassing(status),
      ...(status === null || status >= 500 ? { mayCost: usage } : {})
    })
  )
})
