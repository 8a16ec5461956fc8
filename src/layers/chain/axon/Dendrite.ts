/** Sends signed requests to other neurons' axons. */

import { Clock, Context, Duration, Effect, Layer, Schema } from "effect"
import { EXIT } from "../../../domain/causes.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { AxonTarget } from "../../../domain/Metagraph.ts"
import { MAX_NESTING } from "../../../domain/nesting.ts"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { answerTo } from "../../machine/http/boundedAnswer.ts"
import { axonUrl } from "./fetchText.ts"
import { signedRequest } from "./wire/dendrite.ts"
import { type Body, fieldsOf, hashedOf, type Synapse } from "./wire/Synapse.ts"

const Target = { ip: Schema.String, port: Schema.Number }

/** Nothing listens there, or the connection broke before the answer. */
export class AxonUnreachable extends Schema.TaggedError<AxonUnreachable>()("AxonUnreachable", { ...Target, reason: Schema.String }) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `the axon at ${this.ip}:${this.port} cannot be reached: ${this.reason}`
  }
}

export class AxonTimeout extends Schema.TaggedError<AxonTimeout>()("AxonTimeout", { ...Target, seconds: Schema.Number }) {
  readonly exitCode = EXIT.unanswered
  override get message() {
    return `the axon at ${this.ip}:${this.port} did not answer within ${this.seconds} s`
  }
}

/** The axon answered with a status other than 200. */
export class AxonRefused extends Schema.TaggedError<AxonRefused>()("AxonRefused", {
  ...Target,
  status: Schema.Number,
  reason: Schema.String
}) {
  override get message() {
    return `the axon at ${this.ip}:${this.port} refused with ${this.status}: ${this.reason}`
  }
}

/** The answer does not follow this protocol. */
export class AxonAnswerMalformed extends Schema.TaggedError<AxonAnswerMalformed>()("AxonAnswerMalformed", {
  ...Target,
  reason: Schema.String
}) {
  override get message() {
    return `the axon at ${this.ip}:${this.port} gave a malformed answer: ${this.reason}`
  }
}

export type DendriteError = AxonUnreachable | AxonTimeout | AxonRefused | AxonAnswerMalformed

export interface Request {
  readonly from: KeyPair
  readonly to: AxonTarget
  readonly synapse: Synapse
  readonly body: Body
  /** Default 12 s, as in Bittensor. */
  readonly timeout?: Duration.DurationInput
}

export class Dendrite extends Context.Tag("gittensor/Dendrite")<
  Dendrite,
  {
    /** Makes one attempt. Returns the answer's JSON, unchecked. */
    readonly send: (request: Request) => Effect.Effect<unknown, DendriteError>
  }
>() {}

/**
 * The wall clock in nanoseconds since 1970, with millisecond precision. Effect's own nanosecond clock (internal/clock.ts of effect 3.22) counts from the start of the process and stops
 * while the machine sleeps, which would make every later request stale.
 */
export const nowNanos: Effect.Effect<bigint> = Effect.map(
  Clock.currentTimeMillis,
  (milliseconds) => BigInt(Math.trunc(milliseconds)) * 1_000_000n
)

const answers = strangersBytes({
  what: "an axon's answers to this hotkey's signed requests",
  writtenBy: "the axon's operator",
  readIn: "this process",
  limits: { bytes: 1_048_576, time: Duration.seconds(12), nesting: MAX_NESTING },
  test: "test/http/strangers/peers.test.ts"
})

const Message = Schema.parseJson(Schema.Struct({ message: Schema.String }))
const decodeMessage = Schema.decodeUnknownOption(Message)
const decodeJson = Schema.decodeUnknown(Schema.parseJson())

export const make = Effect.sync(() => {
  const send = Effect.fn("Dendrite.send")(function* ({ from, to, synapse, body, timeout = answers.limits.time }: Request) {
    yield* Effect.annotateCurrentSpan({ synapse: synapse.name, ip: to.ip, port: to.port, hotkey: to.hotkey })
    const where = { ip: to.ip, port: to.port }
    const fields = fieldsOf(synapse, body)
    const timeoutSeconds = Duration.toSeconds(timeout)
    const signed = signedRequest({
      synapse: synapse.name,
      fields,
      hashed: hashedOf(synapse, fields),
      from,
      fromIp: "0.0.0.0",
      to,
      nonce: yield* nowNanos,
      // One per request, because concurrent requests arrive in any order.
      uuid: crypto.randomUUID(),
      timeoutSeconds
    })
    const asked = { url: axonUrl(to, `/${synapse.name}`), method: "POST", ...signed, ownConnection: true }
    const { status, bytes } = yield* answerTo(asked, { ...answers.limits, time: Duration.decode(timeout) }).pipe(
      Effect.mapError(({ failure, reason }) => {
        if (failure === "slow") return new AxonTimeout({ ...where, seconds: timeoutSeconds })
        return failure === "unreachable" || failure === "broken"
          ? new AxonUnreachable({ ...where, reason })
          : new AxonAnswerMalformed({ ...where, reason })
      })
    )
    const text = bytes.toString("utf8")
    if (status !== 200) {
      const said = decodeMessage(text)
      const reason = said._tag === "Some" ? said.value.message : `status ${status} without a reason`
      return yield* new AxonRefused({ ...where, status, reason })
    }
    return yield* decodeJson(text).pipe(Effect.mapError(() => new AxonAnswerMalformed({ ...where, reason: "it is not JSON" })))
  })
  return Dendrite.of({ send })
})

export const layer = Layer.effect(Dendrite, make)
