/**
 * A stand-in for servers with OpenAI's `/v1/chat/completions`, for tests and the demo. A model's answer is a function of its name and the question,
 * except for the random markers around untrusted texts. The first word of a model's name selects its behaviour; further words distinguish judges of
 * the same behaviour.
 */
import { Data, Effect, Predicate } from "effect"
import { messageOf } from "../../../src/domain/messageOf.ts"
import { FORMS } from "./forms.ts"
import { answerOf } from "./models.ts"

/** A failure instead of an answer. `times`: for how many requests (default 1). `model`: only for requests to one model. */
export interface JudgeFault {
  readonly times?: number
  readonly model?: string
  readonly what:
    | { readonly _tag: "Status"; readonly status: number; readonly retryAfter?: string; readonly body?: string }
    | { readonly _tag: "Hang" }
    | { readonly _tag: "Cut" }
    | { readonly _tag: "Garbage"; readonly body: string }
}

/** A received request. */
export interface JudgeRequest {
  readonly model: string
  readonly authorization: string | null
  readonly body: string
}

/** The stand-in could not start to listen. */
class JudgeStandInError extends Data.TaggedError("JudgeStandInError")<{ readonly port: number; readonly reason: string }> {
  override get message() {
    return `the stand-in for judges cannot listen on port ${this.port}: ${this.reason}`
  }
}

export interface JudgeStandIn {
  /** The endpoint for a panel's file, like http://127.0.0.1:4002/v1. */
  readonly endpoint: string
  readonly requests: ReadonlyArray<JudgeRequest>
  /** The most concurrent requests so far. */
  readonly mostAtOnce: () => number
  readonly add: (fault: JudgeFault) => void
}

const completion = (model: string, message: object, finish_reason: string, usage: object | undefined) =>
  Response.json({
    id: "chatcmpl-stand-in",
    object: "chat.completion",
    created: 0,
    model,
    choices: [{ index: 0, finish_reason, message: { role: "assistant", ...message } }],
    usage
  })

const cutConnection = () =>
  new Response(
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"choices":[{"message":'))
        // The first bytes are sent before the connection breaks.
        setTimeout(() => controller.error(), 20)
      }
    }),
    { headers: { "content-type": "application/json" } }
  )

const textsOf = (messages: unknown): ReadonlyArray<string> =>
  Array.isArray(messages)
    ? messages.flatMap((one: unknown) => (Predicate.isReadonlyRecord(one) && typeof one.content === "string" ? [one.content] : []))
    : []

/** Runs a stand-in on 127.0.0.1 until the scope ends. `port`: 0 picks a free one. */
export const start = Effect.fn("JudgeStandIn.start")(function* (port = 0) {
  const requests: Array<JudgeRequest> = []
  const faults: Array<JudgeFault> = []
  let open = 0
  let most = 0

  const faultFor = (model: string): JudgeFault["what"] | undefined => {
    const index = faults.findIndex((fault) => fault.model === undefined || fault.model === model)
    const fault = faults[index]
    if (fault === undefined) return undefined
    const times = (fault.times ?? 1) - 1
    faults.splice(index, 1, ...(times > 0 ? [{ ...fault, times }] : []))
    return fault.what
  }

  const faulty = (what: JudgeFault["what"]): Response | Promise<Response> => {
    switch (what._tag) {
      case "Status": {
        const headers = what.retryAfter === undefined ? {} : { "retry-after": what.retryAfter }
        return Response.json({ error: { message: what.body ?? "the stand-in was told to fail" } }, { status: what.status, headers })
      }
      case "Hang":
        return new Promise<Response>(() => undefined)
      case "Cut":
        return cutConnection()
      case "Garbage":
        return new Response(what.body)
    }
  }

  const answer = async (request: Request): Promise<Response> => {
    if (new URL(request.url).pathname !== "/v1/chat/completions") return Response.json({ error: { message: "not found" } }, { status: 404 })
    const body = await request.text()
    const asked: unknown = JSON.parse(body)
    if (!Predicate.isReadonlyRecord(asked) || typeof asked.model !== "string")
      return Response.json({ error: { message: "no model" } }, { status: 400 })
    const { model } = asked
    requests.push({ model, authorization: request.headers.get("authorization"), body })
    const fault = faultFor(model)
    if (fault !== undefined) return faulty(fault)
    const { content, refusal, finish, pause } = answerOf(model, textsOf(asked.messages).join("\n"))
    if (pause > 0) await new Promise((done) => setTimeout(done, pause))
    const usage = { prompt_tokens: Math.ceil(body.length / 4), completion_tokens: Math.ceil((content ?? "").length / 4) }
    const form = FORMS[model.split("-", 1)[0] ?? ""]
    if (form !== undefined) return form.response(content ?? "", { prompt: usage.prompt_tokens, answer: usage.completion_tokens })
    return completion(model, { content, refusal }, finish, { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens })
  }

  const server = yield* Effect.acquireRelease(
    Effect.try({
      try: () =>
        Bun.serve({
          hostname: "127.0.0.1",
          port,
          idleTimeout: 0,
          fetch: async (request) => {
            open += 1
            most = Math.max(most, open)
            return answer(request).finally(() => {
              open -= 1
            })
          }
        }),
      catch: (cause) => new JudgeStandInError({ port, reason: messageOf(cause) })
    }),
    (server) => Effect.promise(() => server.stop(true))
  )
  const standIn: JudgeStandIn = {
    endpoint: `http://127.0.0.1:${server.port}/v1`,
    requests,
    mostAtOnce: () => most,
    add: (fault) => void faults.push(fault)
  }
  return standIn
})
