/** Starts this program again as a separate process: the compiled executable, or Bun with the entry file. */
import { Command, CommandExecutor, FileSystem } from "@effect/platform"
import { Context, Deferred, Effect, Layer, Ref, Schedule, Schema, Stream } from "effect"
import { forAtMost } from "../../src/layers/machine/effects/forAtMost.ts"
import { OWN_PROGRAM } from "../../src/layers/machine/process/ownProgram.ts"
import { STOPS_WITH_INPUT } from "../../src/layers/machine/terminal/parent.ts"

export class ProgramEnded extends Schema.TaggedError<ProgramEnded>()("ProgramEnded", {
  name: Schema.String,
  reason: Schema.String,
  /** Null: a signal ended it. */
  code: Schema.NullOr(Schema.Number),
  log: Schema.String
}) {
  override get message() {
    return `${this.name} ended before it was ready (${this.reason}); see its log, ${this.log}`
  }
}

type Process = Pick<CommandExecutor.Process, "kill">

/** The processes that run, so that all can be told to end at once. */
export class Children extends Context.Tag("gittensor/demo/Children")<
  Children,
  {
    readonly running: Ref.Ref<ReadonlySet<Process>>
    readonly isEnding: Ref.Ref<boolean>
  }
>() {}

export const layer = Layer.effect(Children, Effect.all({ running: Ref.make<ReadonlySet<Process>>(new Set()), isEnding: Ref.make(false) }))

/** How long a process may take to end. */
const ENDING = "4 seconds"

/** Ends all processes side by side. None is started again, and none gets a second signal, at which it would exit without cleaning up. */
export const endAll = Effect.gen(function* () {
  const { running, isEnding } = yield* Children
  yield* Ref.set(isEnding, true)
  const children = [...(yield* Ref.get(running))]
  yield* Effect.forEach(children, (child) => child.kill("SIGTERM").pipe(forAtMost(ENDING), Effect.ignore), {
    concurrency: "unbounded",
    discard: true
  })
})

export interface StartOptions {
  readonly name: string
  readonly args: ReadonlyArray<string>
  readonly env: Record<string, string>
  /** The file that standard error is appended to. */
  readonly log: string
}

/**
 * Starts a command of this program and waits for its first line of standard output, which says that it is ready. When the scope closes, the
 * process gets SIGTERM, and SIGKILL after 4 s.
 */
export const start = Effect.fn("Program.start")(function* (options: StartOptions) {
  const files = yield* FileSystem.FileSystem
  const executor = yield* CommandExecutor.CommandExecutor
  const { running, isEnding } = yield* Children
  if (yield* Ref.get(isEnding)) return yield* Effect.never
  const [executable, ...before] = OWN_PROGRAM
  const command = Command.make(executable, ...before, ...options.args).pipe(Command.env({ ...options.env, [STOPS_WITH_INPUT]: "yes" }))
  const child = yield* Effect.acquireRelease(
    executor.start(command).pipe(
      Effect.orDie,
      Effect.tap((child) => Ref.update(running, (all) => new Set([...all, child])))
    ),
    (child) =>
      Effect.gen(function* () {
        yield* Ref.update(running, (all) => new Set([...all].filter((one) => one !== child)))
        if (!(yield* Ref.get(isEnding))) yield* child.kill("SIGTERM").pipe(forAtMost(ENDING), Effect.ignore)
        yield* Effect.ignore(child.kill("SIGKILL"))
      })
  )
  const ready = yield* Deferred.make<string, ProgramEnded>()
  yield* child.stderr.pipe(Stream.run(files.sink(options.log, { flag: "a" })), Effect.ignore, Effect.forkScoped)
  yield* child.stdout.pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.runForEach((line) => Deferred.succeed(ready, line)),
    Effect.ignore,
    Effect.forkScoped
  )
  const ended = child.exitCode.pipe(
    Effect.map((code) => ({ reason: `exit code ${code}`, code })),
    Effect.catchAll((error) => Effect.succeed({ reason: error.message, code: null })),
    Effect.flatMap((how) => new ProgramEnded({ name: options.name, log: options.log, ...how }))
  )
  const line = yield* Effect.raceFirst(Deferred.await(ready), ended)
  return { ready: line, pid: child.pid, ended }
})

/** The exit code of a program whose node or service did not answer. */
const NO_ANSWER = 3
const PATIENCE = Schedule.spaced("1 second").pipe(Schedule.upTo("1 minute"))

/** Repeats a start for up to a minute, while the program ends because a service, such as the chain, does not answer. */
export const untilAnswered = <A, R>(started: Effect.Effect<A, ProgramEnded, R>): Effect.Effect<A, ProgramEnded, R> =>
  Effect.retry(started, { while: ({ code }) => code === NO_ANSWER, schedule: PATIENCE })
