/** The Model Context Protocol over two streams: answers, refusals, and confirmation by the user. */
import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Schema } from "effect"
import { Confirmation } from "../../../src/cli/mcp/Confirmation.ts"
import { serve } from "../../../src/cli/mcp/serve.ts"
import { defineTool } from "../../../src/cli/mcp/Tool.ts"

interface Message {
  readonly id?: number | string
  readonly method?: string
  readonly params?: { readonly message?: string }
  readonly result?: {
    readonly isError?: boolean
    readonly resultType?: string
    readonly requestState?: string
    readonly protocolVersion?: string
    readonly tools?: ReadonlyArray<{ readonly name: string }>
    readonly content?: ReadonlyArray<{ readonly text: string }>
    readonly structuredContent?: unknown
  }
  readonly error?: { readonly code: number; readonly message: string }
}

/** A server with a tool that echoes, one that fails, one that never ends and one that asks the user, and both ends of its streams. */
const conversation = (allowSigning = true) =>
  Effect.gen(function* () {
    const [input, output] = [new PassThrough(), new PassThrough()]
    const [started, interrupted] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
    let signed = 0
    const Nothing = Schema.Struct({})
    const Echoed = Schema.Struct({ said: Schema.String })
    const words = { title: "A tool", description: "A tool of this test.", readOnly: true }
    const tools = [
      defineTool({
        ...words,
        name: "echo",
        input: Schema.Struct({ say: Schema.String }),
        output: Echoed,
        run: ({ say }) => Effect.succeed({ said: say })
      }),
      defineTool({ ...words, name: "break", input: Nothing, output: Echoed, run: () => Effect.dieMessage("the tool broke") }),
      defineTool({
        ...words,
        name: "wait",
        input: Nothing,
        output: Echoed,
        run: () =>
          Deferred.succeed(started, undefined).pipe(
            Effect.zipRight(Effect.never),
            Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined))
          )
      }),
      defineTool({
        ...words,
        name: "sign",
        input: Schema.Struct({ what: Schema.String }),
        output: Echoed,
        run: ({ what }) =>
          Effect.gen(function* () {
            yield* (yield* Confirmation).confirm(`Sign ${what}?`, `sign ${what}`)
            signed += 1
            return { said: what }
          })
      })
    ]
    const redact = (text: string) => text.replaceAll("hunter22", "<redacted>")
    const server = yield* Effect.forkScoped(serve(tools, { version: "1.2.3", allowSigning, streams: { input, output }, redact }))
    const arrived: Array<Message> = []
    let rest = ""
    let notify = () => {}
    output.on("data", (chunk: Buffer) => {
      const lines = (rest + chunk.toString("utf8")).split("\n")
      rest = lines.pop() ?? ""
      // Each line on the output has to be JSON.
      for (const line of lines) arrived.push(JSON.parse(line))
      notify()
    })
    const next = Effect.promise(async () => {
      while (arrived.length === 0)
        await new Promise<void>((resolve) => {
          notify = resolve
        })
      return arrived.shift() ?? assert.fail("nothing arrived")
    })
    const write = (text: string | Buffer) => Effect.sync(() => void input.write(text))
    const send = (message: object) => write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`)
    const ask = (message: object) => Effect.zipRight(send(message), next)
    const call = (id: number | string, name: string, args: object = {}) =>
      ask({ id, method: "tools/call", params: { name, arguments: args } })
    const initialize = (capabilities: object = {}) =>
      Effect.zipRight(
        ask({
          id: 0,
          method: "initialize",
          params: { protocolVersion: "2025-06-18", capabilities, clientInfo: { name: "test", version: "1" } }
        }),
        send({ method: "notifications/initialized" })
      )
    return { input, server, started, interrupted, signed: () => signed, next, write, send, ask, call, initialize }
  })

const textOf = ({ result }: Message): string => result?.content?.[0]?.text ?? ""

describe("a conversation", () => {
  it.scoped("lists the tools, and answers a call whose id is a text", () =>
    Effect.gen(function* () {
      const { initialize, ask, call } = yield* conversation()
      yield* initialize()
      const { result } = yield* ask({ id: "one", method: "tools/list" })
      assert.deepStrictEqual(
        result?.tools?.map(({ name }) => name),
        ["echo", "break", "wait", "sign"]
      )
      const answer = yield* call("two", "echo", { say: "Grüße" })
      assert.strictEqual(answer.id, "two")
      assert.deepStrictEqual(answer.result?.structuredContent, { said: "Grüße" })
      assert.strictEqual(textOf(answer), '{"said":"Grüße"}')
    })
  )

  it.scoped("says what is wrong with arguments, of an unknown tool, and of a tool that breaks, and goes on", () =>
    Effect.gen(function* () {
      const { initialize, call } = yield* conversation()
      yield* initialize()
      for (const [args, says] of [
        [{}, "say: is missing"],
        [{ say: 1 }, "say: Expected string"],
        [{ say: "a", loud: true }, "loud: is unexpected"]
      ] as const) {
        const refused = yield* call(1, "echo", args)
        assert.isTrue(refused.result?.isError)
        assert.include(textOf(refused), `the arguments of echo are wrong: ${says}`)
      }
      const unknown = yield* call(2, "ehco")
      assert.deepStrictEqual([unknown.error?.code, unknown.id], [-32_602, 2])
      assert.include(unknown.error?.message, "the tools are echo, break")
      const broken = yield* call(3, "break")
      assert.isTrue(broken.result?.isError)
      assert.include(textOf(broken), "internal error (the tool broke)")
      assert.strictEqual(textOf(yield* call(4, "echo", { say: "still here" })), '{"said":"still here"}')
    })
  )

  it.scoped("answers a line that is no message, and understands the next", () =>
    Effect.gen(function* () {
      const { initialize, write, next, call } = yield* conversation()
      yield* initialize()
      for (const [line, code, id] of [
        ["{", -32_700, undefined],
        ["[]", -32_600, undefined],
        ['{"jsonrpc":"1.0","id":7,"method":"ping"}', -32_600, 7],
        ['{"id":8}', -32_600, undefined],
        ["x".repeat(5_000_000), -32_600, undefined]
      ] as const) {
        yield* write(`${line}\n`)
        const refused = yield* next
        assert.deepStrictEqual([refused.error?.code, refused.id], [code, id])
      }
      yield* write("\n \r\n")
      assert.strictEqual(textOf(yield* call(9, "echo", { say: "heard" })), '{"said":"heard"}')
    })
  )

  it.scoped("puts together what comes in pieces, down to the bytes of a letter", () =>
    Effect.gen(function* () {
      const { initialize, write, next } = yield* conversation()
      yield* initialize()
      const line = Buffer.from(
        `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "echo", arguments: { say: "ünï💡" } } })}\n`
      )
      for (const byte of line) yield* write(Buffer.from([byte]))
      assert.deepStrictEqual((yield* next).result?.structuredContent, { said: "ünï💡" })
    })
  )

  it.scoped("interrupts a call that is cancelled, without an answer", () =>
    Effect.gen(function* () {
      const { initialize, send, call, started, interrupted } = yield* conversation()
      yield* initialize()
      yield* send({ id: 1, method: "tools/call", params: { name: "wait", arguments: {} } })
      yield* Deferred.await(started)
      yield* send({ method: "notifications/cancelled", params: { requestId: 1 } })
      yield* Deferred.await(interrupted)
      assert.strictEqual((yield* call(2, "echo", { say: "next" })).id, 2)
    })
  )

  it.scoped("ends with its input, after the answers to what was asked", () =>
    Effect.gen(function* () {
      const { input, initialize, send, next, server } = yield* conversation()
      yield* initialize()
      yield* send({ id: 1, method: "tools/call", params: { name: "echo", arguments: { say: "last" } } })
      input.end()
      assert.strictEqual((yield* next).id, 1)
      yield* Fiber.join(server)
    })
  )

  it.scoped("removes secrets from every text that it sends", () =>
    Effect.gen(function* () {
      const { initialize, call } = yield* conversation()
      yield* initialize()
      assert.deepStrictEqual((yield* call(1, "echo", { say: "my hunter22" })).result?.structuredContent, { said: "my <redacted>" })
    })
  )
})

/** The metadata that a client of the newer generation sends with each request. */
const envelope = (capabilities: object) => ({
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": capabilities
})
const yes = { confirm: { action: "accept", content: { confirm: true } } }

describe("a signature", () => {
  it.scoped("is made when the user has confirmed, and not otherwise", () =>
    Effect.gen(function* () {
      const { initialize, call, ask, signed } = yield* conversation()
      yield* initialize({ elicitation: {} })
      for (const [content, isSigned] of [
        [{ action: "decline" }, false],
        [{ action: "cancel" }, false],
        [{ action: "accept", content: { confirm: false } }, false],
        [{ action: "accept", content: {} }, false],
        [{ action: "accept", content: { confirm: true } }, true]
      ] as const) {
        const asked = yield* call(1, "sign", { what: "it" })
        assert.deepStrictEqual([asked.method, asked.params?.message], ["elicitation/create", "Sign it?"])
        const done = yield* ask({ id: asked.id, result: content })
        assert.strictEqual(done.id, 1)
        if (isSigned) assert.deepStrictEqual(done.result?.structuredContent, { said: "it" })
        else assert.include(textOf(done), "nothing was signed, nothing was sent")
        assert.strictEqual(signed(), isSigned ? 1 : 0)
      }
    })
  )

  it.scoped("is refused to a client that cannot ask its user, and while signing is off", () =>
    Effect.gen(function* () {
      const mute = yield* conversation()
      yield* mute.initialize({ elicitation: { url: {} } })
      const refused = yield* mute.call(1, "sign", { what: "it" })
      assert.isTrue(refused.result?.isError)
      assert.include(textOf(refused), 'does not support elicitation): use one that can, or run "sign it" in a terminal')
      const off = yield* conversation(false)
      yield* off.initialize({ elicitation: {} })
      assert.include(textOf(yield* off.call(1, "sign", { what: "it" })), "--allow-signing")
      assert.deepStrictEqual([mute.signed(), off.signed()], [0, 0])
    })
  )

  it.scoped("needs an answer to the very question, which counts once, from a client of the newer generation too", () =>
    Effect.gen(function* () {
      const { ask, signed } = yield* conversation()
      let id = 0
      const sign = (what: string, answer: object = {}) =>
        ask({
          id: ++id,
          method: "tools/call",
          params: { name: "sign", arguments: { what }, _meta: envelope({ elicitation: { form: {} } }), ...answer }
        })
      // The user has not been asked yet.
      const forged = yield* sign("it", { inputResponses: yes, requestState: "anything" })
      assert.strictEqual(forged.result?.resultType, "input_required")
      const asked = (yield* sign("it", { inputResponses: yes })).result
      assert.strictEqual(asked?.resultType, "input_required")
      // Another question than the answered one.
      const other = yield* sign("all of it", { inputResponses: yes, requestState: asked?.requestState })
      assert.strictEqual(other.result?.resultType, "input_required")
      assert.strictEqual(signed(), 0)
      const again = (yield* sign("it")).result
      const done = yield* sign("it", { inputResponses: yes, requestState: again?.requestState })
      assert.deepStrictEqual(done.result?.structuredContent, { said: "it" })
      const twice = yield* sign("it", { inputResponses: yes, requestState: again?.requestState })
      assert.strictEqual(twice.result?.resultType, "input_required")
      assert.strictEqual(signed(), 1)
    })
  )
})
