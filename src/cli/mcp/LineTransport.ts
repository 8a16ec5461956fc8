/**
 * JSON-RPC over two streams, one message a line. An invalid line is answered with an error, and the next one is read normally. At the end of the input,
 * pending requests still get their answers.
 */
import type { Readable, Writable } from "node:stream"
import { StringDecoder } from "node:string_decoder"
import {
  INVALID_REQUEST,
  isJSONRPCErrorResponse,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  PARSE_ERROR,
  parseJSONRPCMessage,
  type Transport
} from "@modelcontextprotocol/server"
import { Either, Predicate } from "effect"
import { strangersBytes } from "../../domain/strangersBytes.ts"

/** In characters. No tool's messages come near this size. */
const LONGEST_LINE = 4 * 1024 * 1024

strangersBytes({
  what: "an agent's messages to `gittensor mcp`",
  writtenBy: "the operator's agent, and through it the texts that it has read",
  readIn: "this process",
  limits: { bytes: LONGEST_LINE },
  test: "test/unit/cli/mcp.test.ts"
})

/** In milliseconds: how long pending requests may still be answered after the end of the input. */
const LAST_ANSWERS = 10_000

/** An invalid line. */
interface Unreadable {
  readonly code: number
  readonly message: string
  /** Set if the line is a request with an id, so that the error can name it. */
  readonly id?: string | number
}

const idOf = (value: unknown): { readonly id?: string | number } => {
  if (!Predicate.isReadonlyRecord(value) || typeof value.method !== "string") return {}
  return typeof value.id === "string" || typeof value.id === "number" ? { id: value.id } : {}
}

const messageIn = (line: string): Either.Either<JSONRPCMessage, Unreadable> =>
  Either.gen(function* () {
    const json = yield* Either.try({
      try: (): unknown => JSON.parse(line),
      catch: (): Unreadable => ({ code: PARSE_ERROR, message: "the line is not JSON: send one JSON-RPC 2.0 message a line" })
    })
    return yield* Either.try({
      try: () => parseJSONRPCMessage(json),
      catch: (): Unreadable => ({
        code: INVALID_REQUEST,
        message: Array.isArray(json)
          ? "batches are not part of the Model Context Protocol: send one JSON-RPC 2.0 message a line"
          : "the line is not a JSON-RPC 2.0 message",
        ...idOf(json)
      })
    })
  })

export interface Streams {
  readonly input: Readable
  readonly output: Writable
}

export class LineTransport implements Transport {
  onmessage?: Transport["onmessage"]
  onclose?: Transport["onclose"]
  onerror?: Transport["onerror"]
  private readonly decoder = new StringDecoder("utf8")
  private readonly unanswered = new Set<string | number>()
  private line = ""
  /** Whether the rest of an overlong line is being skipped. */
  private skipping = false
  private ended = false
  private closed = false

  /** `redact` is applied to every text in an outgoing message; `onEnd` runs once, at the end of the conversation. */
  constructor(
    private readonly streams: Streams,
    private readonly redact: (text: string) => string,
    private readonly onEnd: () => void
  ) {}

  start(): Promise<void> {
    this.streams.input.on("data", this.take)
    this.streams.input.on("end", this.end)
    this.streams.input.on("close", this.end)
    this.streams.input.on("error", this.end)
    this.streams.output.on("error", this.stop)
    return Promise.resolve()
  }

  send(message: JSONRPCMessage): Promise<void> {
    this.write(message)
    if (isJSONRPCResultResponse(message) || isJSONRPCErrorResponse(message)) this.settle(message.id)
    return Promise.resolve()
  }

  close(): Promise<void> {
    this.stop()
    return Promise.resolve()
  }

  private write(message: object): void {
    if (this.closed) return
    const text = JSON.stringify(message, (_, part: unknown) => (typeof part === "string" ? this.redact(part) : part))
    this.streams.output.write(`${text}\n`)
  }

  private readonly take = (chunk: Buffer | string): void => {
    const [first = "", ...lines] = (typeof chunk === "string" ? chunk : this.decoder.write(chunk)).split("\n")
    this.append(first)
    for (const next of lines) {
      this.finish()
      this.append(next)
    }
  }

  private append(text: string): void {
    if (this.skipping) return
    this.line += text
    if (this.line.length <= LONGEST_LINE) return
    this.skipping = true
    this.line = ""
    this.refuse({ code: INVALID_REQUEST, message: `the line is longer than ${LONGEST_LINE} characters` })
  }

  private finish(): void {
    const { line } = this
    const skipped = this.skipping
    this.line = ""
    this.skipping = false
    if (skipped || line.trim() === "") return
    Either.match(messageIn(line), { onLeft: (unreadable) => this.refuse(unreadable), onRight: (message) => this.pass(message) })
  }

  private pass(message: JSONRPCMessage): void {
    if (isJSONRPCRequest(message)) this.unanswered.add(message.id)
    // A cancelled request gets no answer.
    else if ("method" in message && message.method === "notifications/cancelled") this.settle(cancelledBy(message))
    this.onmessage?.(message)
  }

  private refuse({ code, message, id }: Unreadable): void {
    this.write({ jsonrpc: "2.0", ...(id === undefined ? {} : { id }), error: { code, message } })
    this.onerror?.(new Error(message))
  }

  private settle(id: unknown): void {
    if (typeof id === "string" || typeof id === "number") this.unanswered.delete(id)
    if (this.ended && this.unanswered.size === 0) this.stop()
  }

  private readonly end = (): void => {
    if (this.ended) return
    this.ended = true
    this.finish()
    if (this.unanswered.size === 0) this.stop()
    else setTimeout(this.stop, LAST_ANSWERS).unref()
  }

  private readonly stop = (): void => {
    if (this.closed) return
    this.closed = true
    this.streams.input.off("data", this.take)
    this.onclose?.()
    this.onEnd()
  }
}

const cancelledBy = ({ params }: { readonly params?: unknown }): unknown =>
  Predicate.isReadonlyRecord(params) ? params.requestId : undefined
