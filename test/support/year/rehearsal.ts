/** Plays faults around a validator, an index and a server, one after the other, and measures who notices, when everything is well again, and what was lost. */
import { readFileSync } from "node:fs"
import { type Duration, Effect, Fiber, Schedule, Schema, Scope } from "effect"
import { nextPeriod, stepsIn } from "../../../lab/demo/blockTime.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { ask, eventually, keyOf, type Running, start, World } from "../cli/support.ts"
import type { Row } from "./row.ts"

export type Name = "validator" | "index" | "server" | "second validator"

/** A process that is started again whenever it ends, as a service manager does. */
export interface Program {
  readonly running: () => Running
  /** Everything that it has written to standard error, also before it was started again. */
  readonly log: () => string
  readonly metrics: (path: string) => Effect.Effect<string | undefined>
  /** Ends the process. It is started again after `between`. */
  readonly restart: (signal: NodeJS.Signals, between: Effect.Effect<void>) => Effect.Effect<void>
  readonly end: Effect.Effect<void>
}

/** Starts a program. Its `--metrics-port` stays the same. */
export const keep = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>, port: number) =>
  Effect.gen(function* () {
    const scope = yield* Scope.fork(yield* Effect.scope, { _tag: "Sequential" })
    let [earlier, between] = ["", Effect.void]
    const launch = start([...args, "--json", "--metrics-port", String(port)], env).pipe(Scope.extend(scope))
    let running = yield* launch
    yield* Effect.gen(function* () {
      yield* running.exited
      earlier += running.stderr()
      yield* between
      between = Effect.void
      running = yield* launch
    }).pipe(Effect.forever, Effect.forkIn(scope))
    return {
      running: () => running,
      log: () => earlier + running.stderr(),
      metrics: (path) =>
        Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}${path}`, { keepalive: false }).catch(() => undefined))?.text()),
      restart: (signal, what) =>
        Effect.sync(() => {
          between = what
          process.kill(running.pid, signal)
        }),
      end: Scope.close(scope, yield* Effect.exit(Effect.void))
    } satisfies Program
  })

const Health = Schema.parseJson(
  Schema.Struct({
    wrong: Schema.Array(Schema.String),
    block: Schema.optional(Schema.NullOr(Schema.Int))
  })
)
const healthOf = (program: Program) =>
  Effect.flatMap(program.metrics("/health"), (text = "") => Effect.option(Schema.decodeUnknown(Health)(text)))

/** All texts in a JSON document. */
const textsIn = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : []

export interface Fault<R> {
  readonly what: string
  /** Notices begin with the first text that fits. undefined: nothing has to be said, because nothing stops. */
  readonly says: RegExp | undefined
  /** Who says it, if not the validator. */
  readonly by?: Name
  readonly begin: Effect.Effect<unknown, unknown, R>
  /** Takes it back, after it was noticed. */
  readonly end: Effect.Effect<unknown, unknown, R>
  /** How many blocks it lasts at least. */
  readonly lasts?: number
  /** It lasts at least until this block. */
  readonly until?: number
  /** How many transactions may fail, because they were on their way when it began. */
  readonly fees?: number
  /** By how much blocks are slower until everything is well again: an epoch takes 36 seconds otherwise, instead of 72 minutes, and the program's limits are in seconds. */
  readonly slower?: number
}

/** Builds blocks until the scope closes: as fast as the validator keeps up with them, so that a busy machine loses nothing, and at that pace during faults. */
export const makePace = (validator: Program) =>
  Effect.gen(function* () {
    const { endpoint } = yield* World
    const state = { isStill: false, isFaulty: false, slower: 1 }
    let [period, built, steps] = [2 * SHORTEST, 0, 0]
    yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
    const look = Effect.gen(function* () {
      const now = stepsIn((yield* validator.metrics("/metrics")) ?? "", "round")
      if (!state.isFaulty && now > 0 && now >= steps) period = nextPeriod(period, (now - steps) / LOOK_EVERY, SHORTEST)
      steps = now
    })
    yield* Effect.gen(function* () {
      yield* Effect.sleep(period * state.slower)
      if (state.isStill) return
      yield* ask(endpoint, "dev_newBlock", { count: 1 })
      built += 1
      if (built % LOOK_EVERY === 0) yield* look
    }).pipe(Effect.forever, Effect.forkScoped)
    return state
  })
export type Pace = Effect.Effect.Success<ReturnType<typeof makePace>>

/** In milliseconds. */
const SHORTEST = 100
/** How many blocks pass between two looks at the validator. */
const LOOK_EVERY = 8

/** How far behind the finalised head a program may be that is well, in blocks. */
const BEHIND = 30

/** For how many blocks everything must be well. */
const STEADY = 10

const megabytes = (pid: number): number => {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1_000)
  } catch {
    return 0
  }
}

/** Transactions of a validator that the chain included and that failed: their fee is lost. */
const failedIn = (text = ""): number => Number(/^gittensor_transactions_total\{result="failed"\} (\d+)/m.exec(text)?.[1] ?? 0)

/** Notes in which epochs the validator's weights arrived, until the scope closes. Returns the epochs that ended without. */
const watchWeights = (uri: string) =>
  Effect.gen(function* () {
    const [chain, subnet, { address }] = yield* Effect.all([Chain, Subnet, keyOf(uri)])
    const epochs = new Map<number, boolean>()
    const look = Effect.gen(function* () {
      const head = yield* chain.finalisedHead
      const { index, firstBlock } = yield* subnet.epochAt(head)
      const { lastUpdate = 0 } = neuronOf(yield* subnet.metagraph(head), address) ?? {}
      epochs.set(index, epochs.get(index) === true || lastUpdate >= firstBlock)
    })
    yield* look.pipe(Effect.ignore, Effect.schedule(Schedule.spaced("500 millis")), Effect.forkScoped)
    const taken = new Set<number>()
    return () => {
      const [first = 0, last = 0] = [Math.min(...epochs.keys()), Math.max(...epochs.keys())]
      const lacking = [...epochs]
        .filter(([index, has]) => !has && index > first && index < last && !taken.has(index))
        .map(([index]) => index)
      for (const index of lacking) taken.add(index)
      return lacking
    }
  })

interface Rehearsal {
  /** How many blocks each fault takes at least, with the time after it. */
  readonly slot: number
  /** How long each part of a fault is waited for. */
  readonly limit: Duration.Duration
  /** Faults that have not begun by then, in milliseconds since 1970, are not played. */
  readonly lastBegin: number
  readonly uri: string
  readonly pace: Pace
  /** The alerts that fire now. */
  readonly firing: Effect.Effect<ReadonlyArray<string>>
  /** Called with each row. */
  readonly told: (row: Row) => void
}

/** Plays the faults. What does not happen within the limit is in the row, and the next fault begins. */
export const rehearse = <R>(
  faults: ReadonlyArray<Fault<R>>,
  programs: ReadonlyMap<Name, Program>,
  { slot, limit, lastBegin, uri, pace, firing, told }: Rehearsal
) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    const head = Effect.map(chain.finalisedHead, ({ number }) => number)
    const missed = yield* watchWeights(uri)
    const block = (number: number) => Effect.repeat(head, { until: (now) => now >= number, schedule: Schedule.spaced("100 millis") })
    const programOf = (name: Name) => {
      const program = programs.get(name)
      if (program === undefined) throw new Error(`no ${name} runs`)
      return program
    }
    const validator = programOf("validator")
    const failed = Effect.map(validator.metrics("/metrics"), failedIn)
    const memory = () => megabytes(validator.running().pid)

    /** Who does not follow the chain, or calls something wrong. */
    const unwell = Effect.gen(function* () {
      const number = yield* head
      for (const [name, program] of programs) {
        if (name === "second validator") continue
        const health = yield* healthOf(program)
        if (health._tag === "None") return `${name}: no /health`
        if (health.value.wrong.length > 0) return `${name}: ${health.value.wrong.join("; ")}`
        const { block: at } = health.value
        if (name !== "server" && (at ?? number) < number - BEHIND) return `${name}: it is at block ${at} of ${number}`
      }
      return undefined
    })

    const play = ({ what, says, by = "validator", begin, end, lasts = 0, until = 0, fees = 0, slower = 1 }: Fault<R>) =>
      Effect.gen(function* () {
        const wrong: Array<string> = []
        /** Waits for something, or notes that it did not come. */
        const within = <A, E, R2>(name: string, found: Effect.Effect<A | undefined, E, R2>) =>
          found.pipe(
            Effect.zipLeft(Effect.sleep("100 millis")),
            Effect.repeat({ until: (value) => value !== undefined }),
            Effect.timeoutTo({ duration: limit, onSuccess: (value) => value, onTimeout: () => undefined }),
            Effect.tap((value) => (value === undefined ? void wrong.push(name) : undefined))
          )
        const done = (name: string, act: Effect.Effect<unknown, unknown, R>) => within(name, Effect.as(act, true))
        let read = 0
        const said = Effect.gen(function* () {
          const found = new Map<string, string>()
          // One that a fault starts has said nothing before.
          const program = programs.get(by)
          if (says === undefined || program === undefined) return found
          const line = program
            .log()
            .slice(read)
            .split("\n")
            .find((one) => /level=(WARN|ERROR)|^gittensor: /.test(one) && says.test(one))
          if (line !== undefined) found.set("log", /message="?(.*)/.exec(line)?.[1] ?? line)
          const document = yield* Effect.option(Schema.decodeUnknown(Schema.parseJson())((yield* program.metrics("/health")) ?? ""))
          const text = document._tag === "None" ? undefined : textsIn(document.value).find((one) => says.test(one))
          if (text !== undefined) found.set("/health", text)
          return found
        })
        yield* within(
          "its text was there before it began",
          Effect.gen(function* () {
            read = programs.get(by)?.log().length ?? 0
            return (yield* said).size === 0 ? true : undefined
          })
        )
        const from = yield* head
        const [before, failedBefore] = [memory(), yield* failed]
        console.log(`block ${from}: ${what}`)
        const earlier = new Set(yield* firing)
        const alerts = new Set<string>()
        const listening = yield* firing.pipe(
          Effect.tap((names) => {
            for (const name of names) if (!earlier.has(name)) alerts.add(name)
          }),
          Effect.schedule(Schedule.spaced("500 millis")),
          Effect.fork
        )
        pace.isFaulty = true
        pace.slower = slower
        yield* done("it did not begin", begin)
        const noticed =
          says === undefined
            ? undefined
            : yield* within(
                "nobody noticed",
                Effect.map(said, (found) => (found.size === 0 ? undefined : found))
              )
        const at = yield* head
        yield* block(Math.max(from + lasts, until))
        const where = noticed === undefined ? new Map<string, string>() : new Map([...noticed, ...(yield* said)])
        yield* done("it was not taken back", end)
        const back = yield* head
        console.log(`block ${back}: it is taken back`)
        let good: number | undefined
        let trouble = ""
        yield* within(
          "it did not recover",
          Effect.gen(function* () {
            const found = yield* unwell
            const now = yield* head
            if (found !== undefined) trouble = found
            good = found === undefined ? (good ?? now) : undefined
            return good !== undefined && now >= good + STEADY ? true : undefined
          })
        )
        if (good === undefined) wrong.push(trouble)
        pace.isFaulty = false
        pace.slower = 1
        yield* block(from + slot)
        yield* Fiber.interrupt(listening)
        const failures = (yield* failed) - failedBefore
        const epochs = missed().map((epoch) => `weights of epoch ${epoch}`)
        const lostFees = failures > 0 ? [`${failures === 1 ? "one fee" : `${failures} fees`}, of what was on its way`] : []
        wrong.push(...epochs.map((one) => `lost: ${one}`), ...(failures > fees ? [`lost: ${lostFees.join()}`] : []))
        told({
          what,
          noticed: noticed === undefined ? null : Math.max(0, at - from),
          where: noticed === undefined ? "" : `${by}'s ${[...where.keys()].join(" and ")}`,
          text: [...where.values()][0] ?? "",
          alerts: [...alerts].toSorted(),
          recovered: Math.max(0, (good ?? (yield* head)) - back),
          lost: [...epochs, ...lostFees],
          wrong,
          before,
          after: memory()
        })
      })
    yield* eventually(
      "everything to be well",
      Effect.map(unwell, (found) => (found === undefined ? true : undefined))
    )
    for (const fault of faults) {
      if (Date.now() < lastBegin) yield* play(fault)
      else
        told({
          what: fault.what,
          noticed: null,
          where: "",
          text: "",
          alerts: [],
          recovered: 0,
          lost: [],
          wrong: ["not played: the time is up"],
          before: 0,
          after: 0
        })
    }
  })
