/** Attacks that every reader of HTTP answers must withstand: each reader gets the same tests. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, type Duration, Effect, Exit, Fiber, type Scope, TestClock } from "effect"
import { type Answering, bomb, bombs, type HostileServer, hardJson, hostileServer, whole, wrongAnswers, zstdBomb } from "./hostileServer.ts"
import { costOf, growthOf, knowsPeaks, leastOf, ratioOf } from "./measured.ts"

const MB = 1_048_576

export interface Reader {
  /** Sends one request to the server, as the program does. */
  readonly read: (server: HostileServer) => Effect.Effect<unknown, unknown, Scope.Scope>
  /** The longest answer that the reader accepts, or the longest to test it with, in bytes. */
  readonly limit: number
  /** The most that its memory may grow, in bytes. Default 32 MB. */
  readonly growth?: number
  /** Whether the reader uses only an answer's status, so that some of these answers are valid. */
  readonly onlyStatus?: boolean
  /** Whether the reader takes a redirect as a normal answer. */
  readonly keepsRedirects?: boolean
}

/** More bytes than any reader accepts, compressed. Made on first use. */
let made: ReturnType<typeof bombs> | undefined
const smallBombs = () => {
  made ??= bombs(64 * MB)
  return made
}

/** The exit of a read, while the test's clock advances in steps, for pauses and time limits. */
const exitOf = ({ read }: Reader, answer: Answering, step: Duration.DurationInput = "20 millis") =>
  Effect.gen(function* () {
    const server = yield* hostileServer(answer)
    const reading = yield* Effect.fork(read(server))
    yield* Effect.promise(() => server.reached)
    while ((yield* Fiber.poll(reading))._tag === "None") {
      yield* TestClock.adjust(step)
      yield* Effect.promise(() => new Promise((done) => setTimeout(done, 1)))
    }
    return yield* Fiber.await(reading)
  }).pipe(Effect.scoped)

const isDefect = (exit: Exit.Exit<unknown, unknown>): boolean => Exit.isFailure(exit) && Cause.defects(exit.cause).length > 0

const linear = (reader: Reader, size: number, answerOf: (size: number) => Answering) =>
  Effect.gen(function* () {
    const [smaller, larger] = [answerOf(size), answerOf(4 * size)]
    // The clock stands still, because such answers end by themselves.
    const read = (answer: Answering) =>
      Effect.flatMap(hostileServer(answer), (server) => Effect.exit(reader.read(server))).pipe(Effect.scoped)
    yield* read(larger)
    return ratioOf(yield* costOf(read(larger), 1), yield* costOf(read(smaller), 1), 20)
  })

/** The tests of a reader. */
export const withstands = (name: string, reader: Reader) =>
  describe(name, () => {
    it.scoped.skipIf(!knowsPeaks)("takes no memory for what is compressed, in whatever encoding", () =>
      Effect.gen(function* () {
        const { growth = 32 * MB } = reader
        for (const [encoding, body] of Object.entries(smallBombs())) {
          const read = Effect.map(exitOf(reader, bomb(encoding, body)), (exit) => {
            if (reader.onlyStatus !== true) assert.isTrue(Exit.isFailure(exit), `an answer in ${encoding} is refused`)
            assert.isFalse(isDefect(exit), encoding)
          })
          assert.isAtMost(yield* leastOf(growthOf(read), growth), growth, `bytes of memory for 64 MB in ${encoding}`)
        }
      })
    )

    it.scoped.skipIf(!knowsPeaks)("takes no more for four times as much", () =>
      Effect.gen(function* () {
        const sizes = [64 * MB, 256 * MB].map(zstdBomb)
        const ratio = Effect.map(
          Effect.forEach(sizes, (body) => growthOf(exitOf(reader, bomb("zstd", body)))),
          ([smaller = 0, larger = 0]) => ratioOf(larger, smaller, 16 * MB)
        )
        assert.isAtMost(yield* leastOf(ratio, 6), 6)
      })
    )

    it.scoped("ends at answers that do not end or are not what they say", () =>
      Effect.forEach(
        Object.entries(wrongAnswers),
        ([kind, answer]) =>
          Effect.map(exitOf(reader, answer, "500 millis"), (exit) => {
            assert.isFalse(isDefect(exit), kind)
            const isAnswer = reader.onlyStatus === true || (reader.keepsRedirects === true && kind.includes("redirect"))
            if (!isAnswer) assert.isTrue(Exit.isFailure(exit), `${kind} is refused`)
          }),
        { discard: true }
      )
    )

    it.scoped("reads JSON in linear time, however hard it is", () =>
      Effect.gen(function* () {
        const size = Math.floor((reader.limit / 4 - 4_096) / 12) * 12
        for (const kind of Object.keys(hardJson(12)))
          assert.isAtMost(
            yield* leastOf(
              linear(reader, size, (bytes) => whole(hardJson(bytes)[kind] ?? "")),
              6
            ),
            6,
            kind
          )
      })
    )

    it.scoped("meets no defect in JSON that is nested deeply", () =>
      Effect.gen(function* () {
        const deep = "[".repeat(reader.limit / 4) + "]".repeat(reader.limit / 4)
        for (const body of [deep, `{"a":${deep}}`, `{"result":${deep},"message":${deep},"items":[${deep}]}`.slice(0, reader.limit - 1)])
          assert.isFalse(isDefect(yield* exitOf(reader, whole(body))), body.slice(0, 20))
      })
    )
  })
