/** Sends signed requests to other neurons' axons. */
import { Clock, Context, Duration, Effect, Layer, Schema } from "effect"
import type { KeyPair } from "../../domain/KeyPair.ts"
import type { AxonTarget } from "../../domain/Metagraph.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { signedRequest } from "./wire/dendrite.ts"
import { type Body, fieldsOf, hashedOf, type Synapse } from "./wire/Synapse.ts"

const Target = { ip: Schema.String, port: Schema.Number }

/** Nothing listens there, or the connection broke before the answer. */
export class AxonUnreachable extends Schema.TaggedError<AxonUnreachable>()("AxonUnreachable", { ...Target, reason: Schema.String }) {
  override get message() {
    return `the axon at ${this.ip}:${this.port} cannot be reached: ${this.reason}`
  }
}

export class AxonTimeout extends Schema.TaggedError<AxonTimeout>()("AxonTimeout", { ...Target, seconds: Schema.Number }) {
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
 * The wall clock in nanoseconds since 1970, with millisecond precision. Effect's own nanosecond clock counts from the start of the process and stops
 * while the machine sleeps, which would make every later request stale.
 */
export const nowNanos: Effect.Effect<bigint> = Effect.map(
  Clock.currentTimeMillis,
  (milliseconds) => BigInt(Math.trunc(milliseconds)) * 1_000_000n
)

/** The longest answer, in bytes. */
const MAX_ANSWER_BYTES = 1_048_576

const Message = Schema.parseJson(Schema.Struct({ message: Schema.String }))
const decodeMessage = Schema.decodeUnknownOption(Message)
const decodeJson = Schema.decodeUnknown(Schema.parseJson())

/** The answer's text; undefined if it is too long. */
const readLimited = async (response: Response): Promise<string | undefined> => {
  const chunks: Array<Uint8Array> = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MAX_ANSWER_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString("utf8")
}

const reasonOf = (cause: unknown): string => messageOf(cause).split("\n", 1)[0] ?? ""

export const make = Effect.sync(() => {
  const send = Effect.fn("Dendrite.send")(function* ({ from, to, synapse, body, timeout = "12 seconds" }: Request) {
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
    const host = to.ip.includes(":") ? `[${to.ip}]` : to.ip
    const { status, text } = yield* Effect.tryPromise({
      try: async (signal) => {
        const response = await fetch(`http://${host}:${to.port}/${synapse.name}`, {
          method: "POST",
          ...signed,
          redirect: "manual",
          // After the axon restarts, a kept-alive connection would fail the next request.
          keepalive: false,
          signal
        })
        return { status: response.status, text: await readLimited(response) }
      },
      catch: (cause) => new AxonUnreachable({ ...where, reason: reasonOf(cause) })
    }).pipe(Effect.timeoutFail({ duration: timeout, onTimeout: () => new AxonTimeout({ ...where, seconds: timeoutSeconds }) }))
    if (text === undefined) return yield* new AxonAnswerMalformed({ ...where, reason: `it is longer than ${MAX_ANSWER_BYTES} bytes` })
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
