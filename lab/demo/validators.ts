/** The demo's validators: each is a process of its own, restarted whenever it ends. */
import { join } from "node:path"
import { FileSystem } from "@effect/platform"
import { Effect, Option, Schedule, Schema, Stream, SubscriptionRef } from "effect"
import type { AccountAddress } from "../../src/domain/Account.ts"
import type { KeyPair } from "../../src/domain/KeyPair.ts"
import { Contract } from "../../src/layers/chain/contract/Contract.ts"
import { addValidator } from "../../src/roles/owner/validators.ts"
import * as ChildProgram from "./childProgram.ts"
import { keyOf } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import {
  type DemoWeightMode,
  NETUID,
  SETUP_BLOCK_PERIOD,
  VALIDATORS,
  type ValidatorRole,
  VERDICT_INTERVAL,
  WATCHED_VERDICT_INTERVALS
} from "./settings.ts"
import { type StandIn, tokenFor } from "./standIn.ts"

const ReadyValidator = Schema.parseJson(
  Schema.Struct({ axon: Schema.Struct({ port: Schema.Number }), metrics: Schema.Struct({ port: Schema.Number }) })
)

/** What the network's validators have in common. */
export interface ValidatorsPlan {
  readonly endpoint: string
  readonly contract: AccountAddress
  readonly github: StandIn
  /** Holds the demo's files, and each validator's folder. */
  readonly folder: string
  /** The file of the roster. */
  readonly roster: string
  readonly weightMode: DemoWeightMode
  /** Whether they check the quality of pull requests. */
  readonly quality: boolean
  /** The file of the judges of duels; null: no duels. */
  readonly judges: string | null
  readonly isWatched: boolean
}

/** One validator's own files and token. */
interface ValidatorPlace extends ValidatorsPlan {
  /** Its data folder. */
  readonly home: string
  readonly verdictInterval: string
  /** The token of its GitHub account. */
  readonly token: string
}

interface RunningValidator {
  /** `null` while it is being restarted. */
  readonly pid: number | null
  readonly port: number
  readonly metricsPort: number
}

const validateArgs = ({ uri }: ValidatorRole, place: ValidatorPlace, { port, metricsPort }: RunningValidator) => [
  "validate",
  "--endpoint",
  place.endpoint,
  "--netuid",
  String(NETUID),
  "--contract",
  place.contract,
  "--uri",
  uri,
  "--data",
  place.home,
  "--roster",
  place.roster,
  "--weight-mode",
  place.weightMode,
  place.quality ? "--verify" : "--no-quality",
  ...(place.judges === null ? [] : ["--judges", place.judges]),
  ...["--axon-host", "127.0.0.1", "--axon-port", String(port), "--axon-ip", "127.0.0.1"],
  ...["--metrics-port", String(metricsPort), "--verdict-interval", place.verdictInterval, "--json"]
]

/** Starts the validator's process, with the same ports as before. */
const startProcess = (role: ValidatorRole, place: ValidatorPlace, running: SubscriptionRef.SubscriptionRef<RunningValidator>) =>
  Effect.gen(function* () {
    const started = yield* ChildProgram.start({
      name: role.name,
      args: validateArgs(role, place, yield* SubscriptionRef.get(running)),
      // Only the demo writes the code that runs here, and this machine may have no sandbox.
      env: { GITTENSOR_GITHUB_URL: place.github.url, GITTENSOR_GITHUB_TOKEN: place.token, GITTENSOR_BOX: "where-possible" },
      log: join(place.home, "log")
    })
    const ready = yield* Schema.decodeUnknown(ReadyValidator)(started.ready).pipe(Effect.orDie)
    const now = { pid: started.pid, port: ready.axon.port, metricsPort: ready.metrics.port }
    yield* SubscriptionRef.set(running, now)
    return { ...now, ended: started.ended }
  })

/** Kills the validator's process as soon as it runs, and waits until it has been restarted. */
const killProcess = ({ name }: ValidatorRole, running: SubscriptionRef.SubscriptionRef<RunningValidator>) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const runningNow = running.changes.pipe(
      Stream.filterMap(({ pid }) => Option.fromNullable(pid)),
      Stream.runHead,
      Effect.flatten,
      Effect.orDie
    )
    const pid = yield* runningNow
    yield* narrator.step({ actor: "demo", text: `kills ${name} (process ${pid}) with SIGKILL` })
    yield* SubscriptionRef.update(running, (now) => (now.pid === pid ? { ...now, pid: null } : now))
    yield* Effect.ignore(Effect.try(() => process.kill(pid, "SIGKILL")))
    yield* runningNow
  })

/** Keeps one validator running: whenever its process ends, it is restarted with the same keys, folder and port. */
const keepValidator = (role: ValidatorRole, place: ValidatorPlace) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const running = yield* SubscriptionRef.make<RunningValidator>({ pid: null, port: 0, metricsPort: 0 })
    const startOnce = startProcess(role, place, running)
    const first = yield* ChildProgram.untilAnswered(startOnce)
    yield* narrator.step({
      actor: "validator",
      text: `${role.name} (${role.share} of the stake) starts as process ${first.pid}, with its axon on port ${first.port} and its metrics on port ${first.metricsPort}`
    })
    const again = Effect.scoped(
      startOnce.pipe(
        Effect.tap(({ pid }) => narrator.step({ actor: "validator", text: `${role.name} is started again as process ${pid}` })),
        Effect.flatMap(({ ended }) => ended)
      )
    )
    yield* first.ended.pipe(
      Effect.ignore,
      Effect.zipRight(again.pipe(Effect.ignore, Effect.repeat(Schedule.spaced("200 millis")))),
      Effect.forkScoped
    )
    const oneKill = yield* Effect.makeSemaphore(1)
    return {
      kill: oneKill.withPermits(1)(killProcess(role, running)).pipe(Effect.provideService(Narrator, narrator)),
      port: Effect.map(SubscriptionRef.get(running), ({ port }) => port),
      /** None while it is being restarted. */
      metricsPort: Effect.map(SubscriptionRef.get(running), ({ pid, metricsPort }) =>
        pid === null ? Option.none() : Option.some(metricsPort)
      )
    }
  })

const startValidator = (plan: ValidatorsPlan, role: ValidatorRole, index: number) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { address } = yield* keyOf(role.uri)
    const login = role.name.replace(" ", "-")
    const token = yield* tokenFor(plan.github, login)
    const home = join(plan.folder, login)
    yield* files.makeDirectory(home).pipe(Effect.orDie)
    const verdictInterval = plan.isWatched ? (WATCHED_VERDICT_INTERVALS[index] ?? VERDICT_INTERVAL) : VERDICT_INTERVAL
    const kept = yield* keepValidator(role, { ...plan, home, token, verdictInterval })
    return { name: role.name, hotkey: address, ...kept }
  })

/** Adds the validators to the contract. */
export const addValidators = (owner: KeyPair) =>
  Effect.forEach(
    VALIDATORS,
    ({ name, uri }) =>
      Effect.gen(function* () {
        const { inclusion } = yield* addValidator(owner, (yield* keyOf(uri)).address, [])
        yield* (yield* Narrator).step({ actor: "owner", text: `adds ${name} to the contract`, at: inclusion })
      }),
    { concurrency: "unbounded", discard: true }
  )

/** Sends what validators do too. One that has started may do it in the same block: then nothing is left to do, and the transaction is refused. */
export const sendUnlessDone = (message: "harvest" | "noteWeights", owner: KeyPair) =>
  Effect.flatMap(Contract, (contract) => contract.send(message, {}, owner)).pipe(
    Effect.catchTag("ContractRefusal", "TransactionRefused", () => Effect.void)
  )

/** Notes the stake, which anybody may, until the votes of all validators have weight: two days of the contract. */
export const untilVotesWeigh = Effect.fn("demo.untilVotesWeigh")(function* (owner: KeyPair) {
  const [contract, narrator] = yield* Effect.all([Contract, Narrator])
  const haveWeight = Effect.map(contract.read("validators", {}), ({ validators }) => validators.every(({ weight }) => weight > 0n))
  yield* Effect.repeat(Effect.zipRight(sendUnlessDone("noteWeights", owner), haveWeight), {
    until: Boolean,
    schedule: Schedule.spaced(SETUP_BLOCK_PERIOD)
  })
  yield* narrator.step({ actor: "contract", text: "has noted the validators' stake for a whole day: their votes weigh" })
})

/** Starts the validators. Each gets a GitHub account and a folder. */
export const startValidators = (plan: ValidatorsPlan) =>
  Effect.forEach(VALIDATORS, (role, index) => startValidator(plan, role, index), { concurrency: "unbounded" })
