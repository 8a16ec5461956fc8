/** Runs tasks in boxes. On a machine without boxes every task fails. */
import { Context, Effect, Layer, Option, Ref, Schema, type Scope } from "effect"
import * as Bubblewrap from "../sandbox/bubblewrap/bubblewrapSandbox.ts"
import { ownProgramInside } from "../sandbox/ownProgramInside.ts"
import {
  type BoxEnd,
  type BoxLimits,
  type BoxResult,
  DEFAULT_LIMITS,
  RESULTS_FOLDER,
  Sandbox,
  SandboxUnavailable,
  shownOutput
} from "../sandbox/Sandbox.ts"
import { answerIn } from "./answerIn.ts"
import { Confined, type HostTools, OLDEST_GIT, type Place, type Surroundings, TaskNotDone } from "./Confined.ts"
import { questionOf, TASK_LIMITS, type Task } from "./Task.ts"

const ANSWER = "answer"
const insideOf = (name: string): string => `/place/${name}`

const limitOf = (end: Exclude<BoxEnd, "itself">, limits: BoxLimits): string =>
  ({
    time: `${limits.seconds} s`,
    cpu: `${limits.cpuSeconds} s of processor time`,
    memory: `${limits.memory} bytes of memory`,
    disk: "bytes on the disk",
    files: `${limits.files} files`,
    network: "bytes from the network"
  })[end]

/** The answer of a task's worker, or why there is none. */
const answerOfWorker = <Q, QE, A, AE, E, EE>(
  task: Task<Q, QE, A, AE, E, EE>,
  { end, exitCode, output, results }: BoxResult,
  limits: BoxLimits
) =>
  end === "itself"
    ? answerIn(task, results.get(ANSWER), limits.result, `exit code ${exitCode} ${shownOutput(output).trim().slice(-300)}`.trim())
    : new TaskNotDone({ task: task.name, cause: end, detail: limitOf(end, limits) })

const TRIAL_SECONDS = 20

/** Starts a box that prints git's version. */
const trial = ({ run, memoryHeld }: Sandbox["Type"]): Effect.Effect<HostTools, SandboxUnavailable> =>
  Effect.gen(function* () {
    const { exitCode, output } = yield* run({ command: ["git", "--version"], limits: { seconds: TRIAL_SECONDS } }).pipe(
      Effect.catchTag("InputNotCopied", Effect.die)
    )
    const said = shownOutput(output).trim()
    const git = /^git version (\S+)/.exec(said)?.[1]
    if (git !== undefined) return { git, memoryHeld }
    return yield* exitCode === 127
      ? new SandboxUnavailable({ reason: "git is not installed", hint: `install git ${OLDEST_GIT} or newer (Debian: apt-get install git)` })
      : new SandboxUnavailable({ reason: `a trial of it failed: ${said.slice(-300)}`, hint: "run: gittensor simulate sandbox" })
  })

const boundPlaces = (places: Readonly<Record<string, Place>>) => {
  const all = Object.entries(places).map(([name, place]) => ({ ...place, inside: insideOf(name) }))
  return {
    readOnly: all.flatMap((place) => (place.access === "read" ? [place] : [])),
    writable: all.flatMap((place) => (place.access === "write" ? [place] : []))
  }
}

export const make: Effect.Effect<Confined["Type"], never, Scope.Scope> = Effect.gen(function* () {
  const scope = yield* Effect.scope
  const found = yield* Ref.make(Option.none<Sandbox["Type"]>())
  /** Retried until there is one, because the operator may install it meanwhile. */
  const sandbox = Effect.flatMap(
    Ref.get(found),
    Option.match({
      onSome: Effect.succeed,
      onNone: () =>
        Layer.buildWithScope(Bubblewrap.layer, scope).pipe(
          Effect.map((context) => Context.get(context, Sandbox)),
          Effect.tap((made) => Ref.set(found, Option.some(made)))
        )
    })
  )
  const own = ownProgramInside()

  const ask = <Q, QE, A, AE, E, EE>(task: Task<Q, QE, A, AE, E, EE>, question: Q, { places = {}, network }: Surroundings = {}) =>
    Effect.gen(function* () {
      const { run } = yield* sandbox
      const limits: BoxLimits = { ...DEFAULT_LIMITS, ...TASK_LIMITS, ...task.limits }
      const inside = Object.fromEntries(Object.keys(places).map((name) => [name, insideOf(name)]))
      const asked = yield* Effect.orDie(Schema.encode(questionOf(task))({ question, places: inside }))
      const { readOnly, writable } = boundPlaces(places)
      const result = yield* run({
        command: [...own.command, "--worker", task.name, `${RESULTS_FOLDER}/${ANSWER}`],
        stdin: new TextEncoder().encode(asked),
        readOnly: [...own.readOnly, ...readOnly],
        writable,
        ...(network === undefined ? {} : { network }),
        results: [ANSWER],
        limits
      }).pipe(Effect.catchTag("InputNotCopied", Effect.die))
      if (result.refused.length > 0)
        yield* Effect.logWarning(`${task.name} was not let through to ${result.refused.slice(0, 3).join("; ")}`)
      return yield* answerOfWorker(task, result, limits)
    }).pipe(Effect.withSpan("Confined.ask", { attributes: { task: task.name } }))

  return Confined.of({
    ask,
    available: Effect.flatMap(sandbox, trial),
    open: (worker, limits) =>
      Effect.flatMap(sandbox, ({ open }) =>
        open({
          command: [...own.command, "--worker", worker],
          readOnly: own.readOnly,
          limits: { ...TASK_LIMITS, seconds: Number.POSITIVE_INFINITY, ...limits }
        }).pipe(Effect.catchTag("InputNotCopied", Effect.die))
      )
  })
})

export const layer: Layer.Layer<Confined> = Layer.scoped(Confined, make)
