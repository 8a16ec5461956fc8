/** A process of this program for each core, among which a simulation divides its work. */
import { availableParallelism } from "node:os"
import { createInterface } from "node:readline"
import { Readable } from "node:stream"
import { Deferred, Effect, Pool, Queue, Runtime, Schema } from "effect"
import { ownWorker } from "../../../src/layers/machine/process/ownProgram.ts"
import { Reply, type Work } from "./protocol.ts"

const COMMAND = ownWorker("simulate-pieces")

const decode = Schema.decodeUnknownSync(Schema.parseJson(Reply))
const encode = Schema.encodeSync(Schema.parseJson(Schema.Unknown))

interface Worker {
  readonly play: (work: Work, onProgress: (line: string) => void) => Effect.Effect<unknown>
}

/** Starts a process, which is killed at the end of the scope. */
const start = Effect.gen(function* () {
  const runtime = yield* Effect.runtime()
  const replies = yield* Queue.unbounded<Reply>()
  const gone = yield* Deferred.make<never>()
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => Bun.spawn({ cmd: [...COMMAND], stdin: "pipe", stdout: "pipe", stderr: "inherit" })),
    (child) =>
      Effect.promise(() => {
        child.kill("SIGKILL")
        return child.exited
      })
  )
  const follow = async () => {
    for await (const line of createInterface({ input: Readable.fromWeb(child.stdout) })) Queue.unsafeOffer(replies, decode(line))
    return `exit code ${await child.exited}`
  }
  const finish = (reason: string) =>
    Runtime.runSync(runtime, Deferred.die(gone, new Error(`a working process of the simulation ended: ${reason}`)))
  follow().then(finish, (cause) => finish(String(cause)))
  const next = Effect.raceFirst(Queue.take(replies), Deferred.await(gone))
  const result = (onProgress: (line: string) => void): Effect.Effect<unknown> =>
    Effect.flatMap(next, (reply) => {
      if (reply._tag === "played") return Effect.succeed(reply.result)
      onProgress(reply.line)
      return result(onProgress)
    })
  const worker: Worker = {
    play: (work, onProgress) =>
      Effect.zipRight(
        Effect.promise(async () => {
          child.stdin.write(`${encode(work)}\n`)
          await child.stdin.flush()
        }),
        result(onProgress)
      )
  }
  return worker
})

/** Plays pieces of work in other processes, each process one at a time. */
export const makeWorkers = Effect.fn("makeWorkers")(function* (onProgress: (line: string) => void) {
  const pool = yield* Pool.make({ acquire: start, size: availableParallelism() })
  return (work: Work): Effect.Effect<unknown> => Effect.scoped(Effect.flatMap(Pool.get(pool), (worker) => worker.play(work, onProgress)))
})
