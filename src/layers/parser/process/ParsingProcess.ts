/**
 * One parsing process, seen from the process that started it. Its environment is empty, so that a hostile file that takes over the parser finds no token
 * and no key.
 */
import { Deferred, Effect, Queue, Runtime, Schema } from "effect"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import { OWN_PROGRAM } from "../../ownProgram.ts"
import type { Frame } from "./protocol.ts"
import { FrameReader, Reply } from "./protocol.ts"

/** The process ended or was killed. `reason`: the end of its output. */
export class ProcessGone extends Schema.TaggedError<ProcessGone>()("ProcessGone", { reason: Schema.String }) {
  override get message() {
    return `a parsing process ended: ${this.reason}`
  }
}

export interface ParsingProcess {
  readonly pid: number
  /** Sends a pair. Answers come in the order of pairs. */
  readonly send: (grammar: string, base: Uint8Array, head: Uint8Array, budgetMs: number, rules: FileRules) => Effect.Effect<void>
  /** The answer to the oldest unanswered pair. */
  readonly receive: Effect.Effect<Exclude<Reply, { readonly _tag: "ready" }>, ProcessGone>
}

/** This program as a parsing process; main.ts handles the argument. */
const COMMAND: ReadonlyArray<string> = [...OWN_PROGRAM, "--parse-files"]

/** Windows starts no process without this variable. */
const ENVIRONMENT = process.platform === "win32" ? { SystemRoot: process.env.SystemRoot ?? "" } : {}

const decodeReply = Schema.decodeUnknownSync(Schema.parseJson(Reply))
const START_PATIENCE = "20 seconds"
/** How many characters of the end of standard error a reason quotes. */
const TOLD = 300

/** Starts a process, which the end of the scope kills. `maximumBytes`: the parser's memory limit; a file that needs more crashes it. */
export const start = Effect.fn("ParsingProcess.start")(function* (maximumBytes: number, command: ReadonlyArray<string> = COMMAND) {
  const runtime = yield* Effect.runtime()
  const replies = yield* Queue.unbounded<Reply>()
  const gone = yield* Deferred.make<never, ProcessGone>()
  const child = yield* Effect.acquireRelease(
    Effect.try({
      try: () => Bun.spawn({ cmd: [...command], stdin: "pipe", stdout: "pipe", stderr: "pipe", env: ENVIRONMENT }),
      catch: (cause) => new ProcessGone({ reason: String(cause) })
    }),
    (child) =>
      Effect.promise(() => {
        child.kill("SIGKILL")
        return child.exited
      })
  )
  const follow = async () => {
    const reader = new FrameReader()
    const errors = new Response(child.stderr).text()
    for await (const chunk of child.stdout) {
      reader.push(chunk)
      for (let line = reader.line(); line !== undefined; line = reader.line()) Queue.unsafeOffer(replies, decodeReply(line))
    }
    const code = await child.exited
    return `${child.signalCode ?? `exit code ${code}`} ${(await errors).trim().slice(-TOLD)}`.trim()
  }
  const finish = (reason: string) => Runtime.runSync(runtime, Deferred.fail(gone, new ProcessGone({ reason })))
  follow().then(finish, (cause) => finish(String(cause)))

  // Answers given before its end count.
  const next = Effect.raceFirst(Queue.take(replies), Deferred.await(gone)).pipe(
    Effect.catchAll((error) => Effect.flatMap(Queue.poll(replies), (left) => (left._tag === "Some" ? Effect.succeed(left.value) : error)))
  )
  const first = yield* Effect.timeoutFail(next, {
    duration: START_PATIENCE,
    onTimeout: () => new ProcessGone({ reason: "it was not ready within 20 seconds" })
  })
  if (first._tag !== "ready") return yield* new ProcessGone({ reason: "it did not say that it was ready" })

  const encoder = new TextEncoder()
  const frame = (value: Frame) => encoder.encode(`${JSON.stringify(value)}\n`)
  let known: FileRules | undefined
  const send: ParsingProcess["send"] = (grammar, base, head, budgetMs, rules) =>
    Effect.sync(() => {
      if (known !== rules) {
        known = rules
        child.stdin.write(frame({ _tag: "weights", maximumBytes, structural: [...rules.structural], leaf: [...rules.leaf] }))
      }
      child.stdin.write(frame({ _tag: "pair", grammar, base: base.length, head: head.length, budgetMs }))
      if (base.length > 0) child.stdin.write(base)
      if (head.length > 0) child.stdin.write(head)
      // Writing to a process that has ended fails; `receive` reports that.
      Promise.resolve(child.stdin.flush()).catch(() => undefined)
    }).pipe(Effect.catchAllDefect(() => Effect.void))
  const receive: ParsingProcess["receive"] = next.pipe(
    Effect.flatMap((reply) =>
      reply._tag === "ready" ? Effect.fail(new ProcessGone({ reason: "it said twice that it was ready" })) : Effect.succeed(reply)
    )
  )
  const made: ParsingProcess = { pid: child.pid, send, receive }
  return made
})
