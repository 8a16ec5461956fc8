/** One request to a server with OpenAI's `/v1/chat/completions`, and what its answer says. */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Clock, Data, Duration, Effect, Option, Schema, Stream } from "effect"
import { shortened } from "../../domain/jsonProblem.ts"

export interface Completion {
  readonly text: string | null
  /** Set when the model or its provider's filter refuses. */
  readonly refusal: string | null
  /** Whether the limit of its length cut it. */
  readonly isCut: boolean
  /** Null where the server does not count. */
  readonly usage: { readonly promptTokens: number; readonly answerTokens: number } | null
}

/** A request that brought no completion. */
export class NoCompletion extends Data.TaggedError("NoCompletion")<{
  readonly why: string
  /** Whether another request may help. */
  readonly again: boolean
  /** The shortest pause before it. */
  readonly wait: Duration.Duration
  /** Whether the server may charge for it all the same. */
  readonly mayCost: boolean
}> {}

/** The longest answer in bytes: models that think aloud write much. */
const MAX_BYTES = 4 << 20

const Usage = Schema.Struct({ prompt_tokens: Schema.NonNegativeInt, completion_tokens: Schema.NonNegativeInt })
const Answer = Schema.parseJson(
  Schema.Struct({
    choices: Schema.NonEmptyArray(
      Schema.Struct({
        finish_reason: Schema.optional(Schema.NullOr(Schema.String)),
        message: Schema.Struct({
          content: Schema.optional(Schema.NullOr(Schema.String)),
          refusal: Schema.optional(Schema.NullOr(Schema.String))
        })
      })
    ),
    usage: Schema.optional(Schema.Unknown)
  })
)
const decodeAnswer = Schema.decodeUnknownOption(Answer)
const decodeUsage = Schema.decodeUnknownOption(Usage)

const completionIn = (text: string): Option.Option<Completion> =>
  Option.map(decodeAnswer(text), ({ choices: [{ finish_reason, message }], usage }) => {
    const { content = null, refusal = null } = message
    const isFiltered = finish_reason === "content_filter"
    return {
      text: content,
      refusal: refusal !== null && refusal !== "" ? refusal : isFiltered ? (content ?? "") : null,
      isCut: finish_reason === "length",
      // Numbers that make no sense count as none.
      usage: Option.getOrNull(
        Option.map(decodeUsage(usage), ({ prompt_tokens, completion_tokens }) => ({
          promptTokens: prompt_tokens,
          answerTokens: completion_tokens
        }))
      )
    }
  })

const bodyOf = (response: HttpClientResponse.HttpClientResponse) => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  return response.stream.pipe(
    Stream.mapError(() => "its answer broke off"),
    Stream.runForEach((chunk) => {
      length += chunk.length
      chunks.push(chunk)
      return length > MAX_BYTES ? Effect.fail(`its answer is longer than ${MAX_BYTES} bytes`) : Effect.void
    }),
    Effect.map(() => Buffer.concat(chunks).toString("utf8"))
  )
}

/** The pause that a server asks for: seconds, or a date. */
const retryAfter = (header: string | undefined, now: number): Duration.Duration => {
  if (header === undefined) return Duration.zero
  const seconds = Number(header)
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - now
  return Number.isFinite(wait) ? Duration.millis(Math.max(0, wait)) : Duration.zero
}

/** Overload and faults pass; 408 and 409 are a server's timeouts and conflicts. */
const isPassing = (status: number): boolean => status === 408 || status === 409 || status === 425 || status === 429 || status >= 500

/** Sends a request once. `secrets`: what no message may repeat. */
export const sendOnce = Effect.fn("sendOnce")(function* (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  limit: Duration.Duration,
  secrets: ReadonlyArray<string>
) {
  const failed = (why: string, more: Partial<NoCompletion> = {}) =>
    new NoCompletion({ why, again: true, wait: Duration.zero, mayCost: false, ...more })
  /** The start of what a server says about an error, without keys. */
  const told = (body: string): string => shortened(secrets.reduce((text, secret) => text.replaceAll(secret, "…"), body))
  const send = Effect.gen(function* () {
    const response = yield* Effect.mapError(client.execute(request), () => failed("its server can't be reached"))
    const { status } = response
    if (status !== 200) {
      const body = yield* Effect.orElseSucceed(bodyOf(response), () => "")
      const wait = retryAfter(response.headers["retry-after"], yield* Clock.currentTimeMillis)
      return yield* failed(`its server answered ${status}: ${told(body)}`, { again: isPassing(status), wait })
    }
    const body = yield* Effect.mapError(bodyOf(response), (why) => failed(why, { mayCost: true }))
    const completion = completionIn(body)
    return Option.isSome(completion)
      ? completion.value
      : yield* failed(`its server answered no completion: ${told(body)}`, { mayCost: true })
  })
  return yield* Effect.scoped(send).pipe(
    Effect.timeoutFail({
      duration: limit,
      onTimeout: () => failed(`it said nothing for ${Duration.format(limit)}`, { mayCost: true })
    })
  )
})
