/** Plays faults around a validator, an index and a server, one after the other, and measures who notices, when everything is well again, and what was lost. */
import { readFileSync } from "node:fs"
import { Effect, Schedule, Schema, Scope } from "effect"
import { nextPeriod, stepsIn } from "../../../lab/demo/blockTime.ts"
import { neuronOf } from "../../../src/domain/Metagraph.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { Subnet } from "../../../src/layers/chain/subnet/Subnet.ts"
import { ask, eventually, keyOf, type Running, start, World } from "../cli/support.ts"

export type Name = "validator" | "index" | "server" | "second validator"

/** A process that is started again whenever it ends, as a service manager does. */
export interface Program {
  readonly running: () => Running
  /** Everything that it has written to standard error, also before it was started again. */
  readonly log: () => string
  readonly metrics: (path: string) => Effect.Effect<string | undefined>
  readonly end: Effect.Effect<void>
}

/** Starts a program. Its `--metrics-port` stays the same. */
export const keep = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>, port: number) =>
  Effect.gen(function* () {
    const scope = yield* Scope.fork(yield* Effect.scope, { _tag: "Sequential" })
    let earlier = ""
    const launch = start([...args, "--json", "--metrics-port", String(port)], env).pipe(Scope.extend(scope))
    let running = yield* launch
    yield* Effect.gen(function* () {
      yield* running.exited
      earlier += running.stderr()
      running = yield* launch
    }).pipe(Effect.forever, Effect.forkIn(scope))
    return {
      running: () => running,
      log: () => earlier + running.stderr(),
      metrics: (path) =>
        Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}${path}`, { keepalive: false }).catch(() => undefined))?.text()),
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
  readonly begin: Effect.Effect<unknown, unknown, R>
  /** Takes it back, after it was noticed. */
  readonly end: Effect.Effect<unknown, unknown, R>
  /** How many blocks it lasts at least. */
  readonly lasts?: number
}

export const Row = Schema.Struct({
  what: Schema.String,
  /** In blocks after its begin; null: nothing had to be said. */
  noticed: Schema.NullOr(Schema.Int),
  where: Schema.String,
  text: Schema.String,
  /** In blocks after it was taken back. */
  recovered: Schema.Int,
  lost: Schema.Array(Schema.String),
  /** The validator's memory in megabytes. */
  before: Schema.Int,
  after: Schema.Int
})
export interface Row extends Schema.Schema.Type<typeof Row> {}

/** Builds blocks until the scope closes: as fast as the validator keeps up with them, so that a busy machine loses nothing, and at that pace during faults. */
export const makePace = (validator: Program) =>
  Effect.gen(function* () {
    const { endpoint } = yield* World
    const state = { isStill: false, isFaulty: false }
    let [period, built, steps] = [4 * SHORTEST, 0, 0]
    yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
    const look = Effect.gen(function* () {
      const now = stepsIn((yield* validator.metrics("/metrics")) ?? "", "round")
      if (!state.isFaulty && now > 0 && now >= steps) period = nextPeriod(period, (now - steps) / LOOK_EVERY, SHORTEST)
      steps = now
    })
    yield* Effect.gen(function* () {
      yield* Effect.sleep(period)
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

/** `slot`: how many blocks each fault takes at least, with the time after it. `told`: called with each row. */
export const rehearse = <R>(
  faults: ReadonlyArray<Fault<R>>,
  programs: ReadonlyMap<Name, Program>,
  { slot, uri, pace, told }: { readonly slot: number; readonly uri: string; readonly pace: Pace; readonly told: (row: Row) => void }
) =>
  Effect.gen(function* () {
    const chain = yield* Chain
    const head = Effect.map(chain.finalisedHead, ({ number }) => number)
    const block = (number: number) =>
      eventually(
        `block ${number}`,
        Effect.map(head, (now) => (now >= number ? true : undefined))
      )
    const missed = yield* watchWeights(uri)
    const validator = programs.get("validator")
    const failed = Effect.map(validator?.metrics("/metrics") ?? Effect.succeed(""), failedIn)
    const memory = () => megabytes(validator?.running().pid ?? 0)

    /** Whether every program follows the chain, and calls nothing wrong. */
    const well = Effect.gen(function* () {
      const number = yield* head
      for (const [name, program] of programs) {
        if (name === "second validator") continue
        const health = yield* healthOf(program)
        if (health._tag === "None" || health.value.wrong.length > 0) return undefined
        const { block: at } = health.value
        if (name !== "server" && (at ?? number) < number - BEHIND) return undefined
      }
      return number
    })

    const play = ({ what, says, begin, end, lasts = 0 }: Fault<R>) =>
      Effect.gen(function* () {
        const from = yield* head
        const [before, failedBefore] = [memory(), yield* failed]
        const read = new Map([...programs].map(([name, program]) => [name, program.log().length]))
        pace.isFaulty = true
        yield* begin
        const said = Effect.gen(function* () {
          for (const [name, program] of programs) {
            const line = program
              .log()
              .slice(read.get(name) ?? 0)
              .split("\n")
              .find((one) => /level=(WARN|ERROR)/.test(one) && says?.test(one) === true)
            if (line !== undefined) return { where: `${name}'s log`, text: /message="?(.*)/.exec(line)?.[1] ?? line }
            const document = yield* Effect.option(Schema.decodeUnknown(Schema.parseJson())((yield* program.metrics("/health")) ?? ""))
            const text = document._tag === "None" ? undefined : textsIn(document.value).find((one) => says?.test(one) === true)
            if (text !== undefined) return { where: `${name}'s /health`, text }
          }
          return undefined
        })
        const noticed = says === undefined ? undefined : yield* eventually(`somebody to notice: ${what}`, said)
        const at = yield* head
        yield* block(from + lasts)
        yield* end
        const back = yield* head
        const good = yield* eventually(`recovery: ${what}`, well)
        pace.isFaulty = false
        yield* block(from + slot)
        const failures = (yield* failed) - failedBefore
        const lost = [
          ...missed().map((epoch) => `weights of epoch ${epoch}`),
          ...(failures > 0 ? [`the fees of ${failures} transactions`] : [])
        ]
        const row: Row = {
          what,
          noticed: noticed === undefined ? null : Math.max(0, at - from),
          where: noticed?.where ?? "",
          text: noticed?.text ?? "",
          recovered: Math.max(0, good - back),
          lost,
          before,
          after: memory()
        }
        told(row)
        return row
      })
    yield* eventually("everything to be well", well)
    return yield* Effect.forEach(faults, play)
  })
