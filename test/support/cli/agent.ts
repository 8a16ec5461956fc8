/** A coding agent: the official client of the Model Context Protocol, connected to `gittensor mcp` in a separate process. It records every byte. */
import { assert } from "@effect/vitest"
import { Client, type ElicitResult, type JSONRPCMessage, type Transport } from "@modelcontextprotocol/client"
import { Effect, type Scope } from "effect"
import { folder } from "../folder.ts"
import { engine, program } from "../program.ts"
import { PATIENCE } from "../watchdog.ts"
import { clean } from "./support.ts"

interface Said {
  /** Everything on standard input and output, and on standard error. */
  conversation: string
  logs: string
}

type Child = Bun.Subprocess<"pipe", "pipe", "pipe">

const isMessage = (value: unknown): value is JSONRPCMessage => typeof value === "object" && value !== null && "jsonrpc" in value

/** Exchanges messages with a process, one a line. Fails the test if a line of the output is not a message. */
class ChildTransport implements Transport {
  onmessage?: Transport["onmessage"]
  onclose?: Transport["onclose"]
  onerror?: Transport["onerror"]

  constructor(
    private readonly child: Child,
    private readonly said: Said
  ) {}

  start(): Promise<void> {
    this.read().catch((error: Error) => this.onerror?.(error))
    return Promise.resolve()
  }

  send(message: JSONRPCMessage): Promise<void> {
    this.line(JSON.stringify(message))
    return Promise.resolve()
  }

  line(text: string): void {
    this.said.conversation += `${text}\n`
    this.child.stdin.write(`${text}\n`)
    this.child.stdin.flush()
  }

  async close(): Promise<void> {
    await this.child.stdin.end()
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ""
    for await (const chunk of this.child.stdout) {
      const text = decoder.decode(chunk, { stream: true })
      this.said.conversation += text
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      for (const line of lines) {
        const message: unknown = JSON.parse(line)
        if (!isMessage(message)) throw new Error(`not a message: ${line}`)
        this.onmessage?.(message)
      }
    }
    this.onclose?.()
  }
}

/** A tool's result. The client has validated `found` by the server's schema. */
interface Told {
  readonly isError: boolean
  readonly text: string
  readonly found: Readonly<Record<string, unknown>>
}

export interface Agent {
  readonly client: Client
  readonly call: (name: string, args?: Readonly<Record<string, unknown>>, signal?: AbortSignal) => Effect.Effect<Told>
  /** Fails unless the tool's result is an error that contains this. */
  readonly fails: (name: string, args: Readonly<Record<string, unknown>>, ...says: ReadonlyArray<string>) => Effect.Effect<void>
  /** Sends a line unchanged. */
  readonly line: (text: string) => Effect.Effect<void>
  /** The elicitations that the user received. */
  readonly asked: ReadonlyArray<string>
  readonly said: Said
  /** Ends the conversation, and returns the exit code. */
  readonly close: Effect.Effect<number>
}

export interface AgentOptions {
  readonly args?: ReadonlyArray<string>
  readonly env?: Readonly<Record<string, string>>
  /** The user's answer; without it, the client does not support elicitation. */
  readonly answer?: (question: string) => ElicitResult
  /** Whether to speak the protocol's newer generation. */
  readonly modern?: boolean
}

/** Starts the server in an empty home folder, and connects to it. */
export const startAgent = ({ args = [], env = {}, answer, modern = false }: AgentOptions): Effect.Effect<Agent, never, Scope.Scope> =>
  Effect.gen(function* () {
    const home = yield* folder
    const said: Said = { conversation: "", logs: "" }
    const asked: Array<string> = []
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        Bun.spawn([...program, "mcp", ...args], {
          cwd: home,
          env: { ...engine, PATH: process.env.PATH ?? "", HOME: home, ...env },
          stdin: "pipe",
          stdout: "pipe",
          stderr: "pipe"
        })
      ),
      (child) =>
        Effect.promise(async () => {
          child.kill("SIGKILL")
          await child.exited
          clean(said.conversation)
          clean(said.logs)
        })
    )
    yield* Effect.forkScoped(
      Effect.promise(async () => {
        const decoder = new TextDecoder()
        for await (const chunk of child.stderr) said.logs += decoder.decode(chunk, { stream: true })
      })
    )
    const transport = new ChildTransport(child, said)
    const client = new Client(
      { name: "agent", version: "1.0.0" },
      {
        capabilities: answer === undefined ? {} : { elicitation: {} },
        ...(modern ? { versionNegotiation: { mode: { pin: "2026-07-28" } } } : {})
      }
    )
    if (answer !== undefined)
      client.setRequestHandler("elicitation/create", ({ params }) => {
        asked.push(params.message)
        return answer(params.message)
      })
    yield* Effect.promise(() => client.connect(transport))
    // The client validates results by the schemas in the list.
    yield* Effect.promise(() => client.listTools())
    const call: Agent["call"] = (name, given = {}, signal) =>
      Effect.promise(async () => {
        const result = await client.callTool({ name, arguments: given }, { timeout: PATIENCE, ...(signal === undefined ? {} : { signal }) })
        const [first] = result.content
        return {
          isError: result.isError === true,
          text: first?.type === "text" ? first.text : "",
          found: { ...(result.structuredContent as object | undefined) }
        }
      })
    return {
      client,
      call,
      fails: (name, given, ...says) =>
        Effect.map(call(name, given), ({ isError, text }) => {
          assert.isTrue(isError, `${name}: ${text}`)
          for (const part of says) assert.include(text, part)
          assert.notMatch(text, /internal error|^\s+at .*:\d+/m)
        }),
      line: (text) => Effect.sync(() => transport.line(text)),
      asked,
      said,
      close: Effect.promise(async () => {
        await transport.close()
        return await child.exited
      })
    }
  })
