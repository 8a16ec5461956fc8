/**
 * Runs tasks in separate processes without a box: inside a worker, which is in a box already, and on machines without boxes where a user reads data
 * that the user trusts. Such a process sees its user's files. Of this process's environment it gets only the variables for programs, temporary files
 * and servers.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Duration, Effect, Layer, Schema } from "effect"
import { messageOf } from "../../../domain/messageOf.ts"
import { elapsedMillis } from "../effects/elapsed.ts"
import { OWN_PROGRAM } from "../process/ownProgram.ts"
import { KeptOutput } from "../sandbox/keptOutput.ts"
import { DEFAULT_LIMITS, type OpenBox, SandboxUnavailable } from "../sandbox/Sandbox.ts"
import { answerIn } from "./answerIn.ts"
import { Confined, OLDEST_GIT, type Surroundings, TaskNotDone } from "./Confined.ts"
import { questionOf, TASK_LIMITS, type Task } from "./Task.ts"

const PASSED_ON = /^(?:PATH|TMPDIR|SystemRoot|https?_proxy|no_proxy|ssl_cert_(?:file|dir)|git_ssl_cainfo)$/i

const environment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (PASSED_ON.test(name) && value !== undefined ? [[name, value]] : []))
  )

const cannotStart = (cause: unknown) =>
  new SandboxUnavailable({ reason: `no process can be started (${messageOf(cause)})`, hint: "look at the machine's limits" })

/** Starts a command; the scope's end kills it. */
const startCommand = (command: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => Bun.spawn({ cmd: [...command], stdin: "pipe", stdout: "pipe", stderr: "pipe", env: environment() }),
      catch: cannotStart
    }),
    (child) =>
      Effect.promise(() => {
        child.kill("SIGKILL")
        return child.exited
      })
  )
type Child = Effect.Effect.Success<ReturnType<typeof startCommand>>

/** Writes to a process, or does nothing if it has ended. */
const write = (child: Child, bytes: Uint8Array): Effect.Effect<void> =>
  Effect.promise(async () => {
    child.stdin.write(bytes)
    await child.stdin.flush()
  }).pipe(Effect.catchAllDefect(() => Effect.void))

const endInput = (child: Child): Effect.Effect<void> =>
  Effect.promise(async () => void (await child.stdin.end())).pipe(Effect.catchAllDefect(() => Effect.void))

const keepOutput = async (stream: ReadableStream<Uint8Array>, kept: KeptOutput): Promise<void> => {
  for await (const chunk of stream) kept.push(chunk)
}

/** Runs a task in a process of this program. */
const ask = <Q, QE, A, AE, E, EE>(
  program: ReadonlyArray<string>,
  task: Task<Q, QE, A, AE, E, EE>,
  question: Q,
  { places = {} }: Surroundings = {}
) =>
  Effect.gen(function* () {
    const limits = { ...DEFAULT_LIMITS, ...TASK_LIMITS, ...task.limits }
    const folder = yield* Effect.acquireRelease(
      Effect.try({ try: () => mkdtempSync(join(tmpdir(), "gittensor-task-")), catch: cannotStart }),
      (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
    )
    const file = join(folder, "answer")
    const seen = Object.fromEntries(Object.entries(places).map(([name, { outside }]) => [name, outside]))
    const asked = yield* Effect.orDie(Schema.encode(questionOf(task))({ question, places: seen }))
    const child = yield* startCommand([...program, "--worker", task.name, file])
    const output = new KeptOutput(limits.output)
    const followed = Promise.all([keepOutput(child.stdout, output), keepOutput(child.stderr, output), child.exited])
    yield* Effect.zipRight(write(child, new TextEncoder().encode(asked)), endInput(child))
    const [, , code] = yield* Effect.timeoutFail(
      Effect.promise(() => followed),
      {
        duration: Duration.seconds(limits.seconds),
        onTimeout: () => new TaskNotDone({ task: task.name, cause: "time", detail: `${limits.seconds} s` })
      }
    )
    const bytes = statSync(file, { throwIfNoEntry: false }) === undefined ? undefined : readFileSync(file)
    return yield* answerIn(task, bytes, limits.result, `exit code ${code} ${output.text().trim().slice(-300)}`.trim())
  }).pipe(Effect.scoped, Effect.withSpan("Confined.ask", { attributes: { task: task.name } }))

/** Opens a worker until the scope ends. `command`: its command line; tests pass another. */
export const open = (command: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const child = yield* startCommand(command)
    const begun = yield* elapsedMillis
    const kept = new KeptOutput(TASK_LIMITS.output ?? 0)
    const errors = keepOutput(child.stderr, kept)
    const opened: OpenBox = {
      pid: child.pid,
      write: (bytes) => write(child, bytes),
      endInput: endInput(child),
      output: child.stdout,
      errors: Effect.sync(() => kept.text()),
      exited: Effect.gen(function* () {
        const code = yield* Effect.promise(() => Promise.all([child.exited, errors]).then(([ended]) => ended))
        return {
          end: "itself",
          exitCode: code,
          seconds: ((yield* elapsedMillis) - begun) / 1000,
          peakMemory: null,
          refused: []
        } as const
      })
    }
    return opened
  })

/** Asks git for its version. */
const available: Confined["Type"]["available"] = Effect.try({
  try: () => Bun.spawnSync(["git", "--version"], { stdin: "ignore", stderr: "ignore", env: environment() }).stdout.toString(),
  catch: () => new SandboxUnavailable({ reason: "git is not installed", hint: `install git ${OLDEST_GIT} or newer` })
}).pipe(Effect.map((said) => ({ git: /^git version (\S+)/.exec(said)?.[1] ?? "unknown", memoryHeld: null })))

/** `program`: the command line of this program without arguments. Tests pass another. */
export const processesOf = (program: ReadonlyArray<string>): Confined["Type"] => ({
  ask: (...asked) => ask(program, ...asked),
  available,
  open: (worker) => open([...program, "--worker", worker])
})

export const processes: Confined["Type"] = processesOf(OWN_PROGRAM)

/** Workers of this program. */
export const layer: Layer.Layer<Confined> = Layer.succeed(Confined, processes)
