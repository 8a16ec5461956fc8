/** The parent's handle of a parsing process. It is confined, so that a hostile file that takes over the parser finds no token and no key. */
import { Chunk, Effect, Queue, Schema } from "effect"
import { strangersBytes } from "../../../domain/strangersBytes.ts"
import { Confined } from "../../machine/confined/Confined.ts"
import {
  BlockReader,
  decodeReply,
  encodeRequest,
  LARGEST_REPLY,
  REPLY_HEAD,
  type ReplyHead,
  type ReplyTag,
  type WantedResult
} from "./protocol.ts"

/** The process ended or was killed. `reason`: the end of its output. */
export class ProcessGone extends Schema.TaggedError<ProcessGone>()("ProcessGone", { reason: Schema.String }) {
  override get message() {
    return `a parsing process ended: ${this.reason}`
  }
}

/** One version of a file, in UTF-8 and not empty. */
export interface FileVersion {
  /** A name of grammars.ts. */
  readonly grammar: string
  readonly text: Uint8Array
}

/** `bytes`: the result, or the reason of a failure. */
export interface Answer {
  readonly tag: Exclude<ReplyTag, "ready">
  readonly bytes: Uint8Array
  readonly memoryBytes: number
  readonly usedMs: number
}

export interface ParsingProcess {
  readonly pid: number
  /** Sends versions. Answers come in order. */
  readonly send: (wanted: WantedResult, versions: ReadonlyArray<FileVersion>, budgetMs: number) => Effect.Effect<void>
  /** The answers so far, oldest first; waits for the first. */
  readonly receive: Effect.Effect<Chunk.Chunk<Answer>, ProcessGone>
}

const WORKER = "parse-files"

/** Bytes of the program and its parsers besides `maximumBytes`. */
const PROGRAM_BYTES = 1 << 30

const START_PATIENCE = "20 seconds"
/** How many characters from the end of standard error an error message quotes. */
const STDERR_QUOTED = 300

/** The process's events, in order; nothing follows its end. */
type Event = Answer | { readonly tag: "ready" } | { readonly tag: "gone"; readonly reason: string }

/** Passes on each reply once it is complete. */
class Replies {
  readonly #reader = new BlockReader()
  #head: ReplyHead | undefined

  /** The number of unanswered requests. */
  #asked = 0

  constructor(readonly offer: (event: Event) => void) {}

  ask(requests: number): void {
    this.#asked += requests
  }

  push(chunk: Uint8Array): void {
    this.#reader.push(chunk)
    for (;;) {
      if (this.#head === undefined) {
        const head = this.#reader.take(REPLY_HEAD)
        if (head === undefined) return
        this.#head = decodeReply(head)
      }
      const bytes = this.#reader.take(this.#head.bytes)
      if (bytes === undefined) return
      const { tag, memoryBytes, usedMs } = this.#head
      if (tag !== "ready" && --this.#asked < 0) throw new Error("a parsing process answered more than it was asked")
      this.offer(tag === "ready" ? { tag } : { tag, memoryBytes, usedMs, bytes: bytes.slice() })
      this.#head = undefined
    }
  }
}

const encoder = new TextEncoder()

strangersBytes({
  what: "source files, for their syntax trees",
  writtenBy: "repositories' authors",
  readIn: "a sandbox",
  limits: {
    memory: PROGRAM_BYTES,
    answered: LARGEST_REPLY,
    also: "memory and time per file set by the caller"
  },
  test: "test/process/scoring/processes.test.ts"
})

/** Starts a process until the scope ends. `maximumBytes`: the parser's memory limit; a file that needs more crashes it. */
export const start = Effect.fn("ParsingProcess.start")(function* (maximumBytes: number) {
  const events = yield* Queue.unbounded<Event>()
  const offer = (event: Event) => void Queue.unsafeOffer(events, event)
  const { open } = yield* Confined
  const child = yield* open(WORKER, { memory: maximumBytes + PROGRAM_BYTES }).pipe(
    Effect.mapError(({ message }) => new ProcessGone({ reason: message }))
  )
  const ended = Effect.gen(function* () {
    const { end, exitCode } = yield* child.exited
    return `${end === "itself" ? `exit code ${exitCode}` : `stopped (${end})`} ${(yield* child.errors).trim().slice(-STDERR_QUOTED)}`.trim()
  })
  const replies = new Replies(offer)
  const follow = async () => {
    for await (const chunk of child.output) replies.push(chunk)
    return Effect.runPromise(ended)
  }
  const finish = (reason: string) => offer({ tag: "gone", reason })
  follow().then(finish, (cause) => finish(String(cause)))

  const first = yield* Effect.timeoutFail(Queue.take(events), {
    duration: START_PATIENCE,
    onTimeout: () => new ProcessGone({ reason: "it was not ready within 20 seconds" })
  })
  if (first.tag === "gone") return yield* new ProcessGone({ reason: first.reason })
  if (first.tag !== "ready") return yield* new ProcessGone({ reason: "it did not say that it was ready" })

  const names = new Map<string, Uint8Array>()
  const nameOf = (grammar: string): Uint8Array => {
    const name = names.get(grammar) ?? encoder.encode(grammar)
    names.set(grammar, name)
    return name
  }
  const send: ParsingProcess["send"] = (wanted, versions, budgetMs) =>
    Effect.suspend(() => {
      const blocks = versions.flatMap(({ grammar, text }) => {
        const name = nameOf(grammar)
        return [encodeRequest({ wanted, nameBytes: name.length, textBytes: text.length, budgetMs, maximumBytes }), name, text]
      })
      replies.ask(versions.length)
      // Do not wait: the process's output may first have to be read. `receive` reports its end.
      return Effect.asVoid(Effect.forkDaemon(child.write(Buffer.concat(blocks))))
    })
  const receive: ParsingProcess["receive"] = Effect.gen(function* () {
    const answers: Array<Answer> = []
    for (const event of yield* Queue.takeBetween(events, 1, Number.POSITIVE_INFINITY)) {
      if (event.tag !== "gone" && event.tag !== "ready") answers.push(event)
      else if (answers.length === 0)
        return yield* new ProcessGone({ reason: event.tag === "gone" ? event.reason : "it said twice that it was ready" })
      else offer(event)
    }
    return Chunk.unsafeFromArray(answers)
  })
  const made: ParsingProcess = { pid: child.pid, send, receive }
  return made
})
