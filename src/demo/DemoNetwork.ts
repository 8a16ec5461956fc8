/** The network that the demo runs on: a chain in a separate process, a GitHub stand-in, a deployed contract and three validators. */
import { join } from "node:path"
import { FileSystem } from "@effect/platform"
import { Context, Duration, Effect, Exit, Fiber, Layer, Option, Schedule, Schema, Stream, SubscriptionRef } from "effect"
import type { WeightModeName } from "../consensus/WeightMode.ts"
import type { Held } from "../devnet/github/facts/history.ts"
import type { AccountAddress } from "../domain/Account.ts"
import type { PullRequestFact } from "../domain/GitHubFacts.ts"
import type { RosterDocument } from "../domain/Roster.ts"
import * as PeerQuality from "../layers/axon/quality/PeerQuality.ts"
import type { Chain } from "../layers/chain/Chain.ts"
import * as Contract from "../layers/contract/Contract.ts"
import type * as GitHub from "../layers/github/GitHub.ts"
import { unsignedRosterOf } from "../layers/roster/Roster.ts"
import * as Subnet from "../layers/subnet/Subnet.ts"
import { deploy, endSetup } from "../owner/deploy.ts"
import type { OnStep } from "../owner/keylessTreasury.ts"
import { addValidator } from "../owner/validators.ts"
import * as Cast from "./Cast.ts"
import { setChainSettings } from "./chainSettings.ts"
import * as ChildProgram from "./childProgram.ts"
import { narrateConsensus } from "./consensus.ts"
import * as Feed from "./feed.ts"
import { startJudges } from "./judges.ts"
import { playLiar } from "./liar.ts"
import { githubAs, keyOf } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import * as PatientChain from "./PatientChain.ts"
import * as Pace from "./pace.ts"
import * as Page from "./page.ts"
import { narrateQuality, sayWhetherVerified } from "./quality.ts"
import { rosterText } from "./roster.ts"
import {
  BLOCK_TIME,
  blocksIn,
  contractSettings,
  NETUID,
  OWNER_URI,
  TEMPO,
  VALIDATORS,
  type ValidatorRole,
  VERDICT_INTERVAL,
  WATCHED_VERDICT_INTERVALS,
  watchedSettings
} from "./settings.ts"
import { narrateFirstWeights } from "./weights.ts"

const ReadyChain = Schema.parseJson(Schema.Struct({ endpoint: Schema.String }))
const ReadyValidator = Schema.parseJson(
  Schema.Struct({ axon: Schema.Struct({ port: Schema.Number }), metrics: Schema.Struct({ port: Schema.Number }) })
)

/** The stand-in limits requests as GitHub does, but a demo that runs for hours needs more than one account may send. */
const LIMITS = { core: 1_000_000, anonymous: 1_000_000, graphql: 1_000_000, pointsPerMinute: 1_000_000 }

const startStandIn = ({ facts, held, files }: Pick<DemoNetworkOptions, "facts" | "held" | "files">) =>
  Effect.promise(() => import("../devnet/github/StandIn.ts")).pipe(
    Effect.flatMap(({ start }) => start({ port: 0, facts, heldBack: held, limits: LIMITS, ...(files === undefined ? {} : { files }) }))
  )
type StandIn = Effect.Effect.Success<ReturnType<typeof startStandIn>>

/** The token of a new account that reads GitHub, or of the account with this login if the facts already have one. */
const tokenFor = ({ control }: StandIn, login: string) =>
  control.createUser({ payload: { login } }).pipe(
    Effect.catchTag("Refused", () => control.user({ payload: { login } })),
    Effect.map(({ token }) => token),
    Effect.orDie
  )

export class DemoNetwork extends Context.Tag("gittensor/demo/DemoNetwork")<
  DemoNetwork,
  {
    readonly endpoint: string
    readonly github: StandIn
    readonly contract: AccountAddress
    /** How many epochs so far ended with the weights of all validators following from their reports; null where they set weights by their own scores. */
    readonly agreedEpochs: Effect.Effect<number> | null
    /** Sends SIGKILL to a validator as soon as it runs, and waits until it has been started again. */
    readonly killValidator: (index: number) => Effect.Effect<void>
  }
>() {}

const startChain = (log: string) =>
  ChildProgram.start({
    name: "the dev chain",
    args: ["devnet", "--port", "0", "--block-time", BLOCK_TIME, "--json"],
    env: {},
    log
  }).pipe(
    Effect.flatMap(({ ready, pid }) =>
      Schema.decodeUnknown(ReadyChain)(ready).pipe(
        Effect.orDie,
        Effect.map(({ endpoint }) => ({ endpoint, pid }))
      )
    )
  )

interface RunningValidator {
  /** `null` while it is being restarted. */
  readonly pid: number | null
  readonly port: number
  readonly metricsPort: number
}

interface ValidatorPlace {
  readonly endpoint: string
  readonly contract: string
  /** Its data folder. */
  readonly folder: string
  /** The file of the roster. */
  readonly roster: string
  readonly weightMode: DemoWeightMode
  /** Whether it looks into pull requests. */
  readonly quality: boolean
  /** The file of the judges of duels; null: no duels. */
  readonly judges: string | null
  readonly verdictInterval: string
  readonly env: Record<string, string>
}

/** Keeps one validator running: whenever its process ends, it is restarted with the same keys, folder and port. */
const keepValidator = (role: ValidatorRole, place: ValidatorPlace) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const { endpoint, contract, folder, roster, weightMode, quality, judges, verdictInterval, env } = place
    const running = yield* SubscriptionRef.make<RunningValidator>({ pid: null, port: 0, metricsPort: 0 })
    const startOnce = Effect.gen(function* () {
      const { port, metricsPort } = yield* SubscriptionRef.get(running)
      const args = [
        "validate",
        "--endpoint",
        endpoint,
        "--netuid",
        String(NETUID),
        "--contract",
        contract,
        "--uri",
        role.uri,
        "--data",
        folder,
        "--roster",
        roster,
        "--weight-mode",
        weightMode,
        ...(quality ? [] : ["--no-quality"]),
        ...(judges === null ? [] : ["--judges", judges])
      ]
      const axon = ["--axon-host", "127.0.0.1", "--axon-port", String(port), "--axon-ip", "127.0.0.1"]
      const metrics = ["--metrics-port", String(metricsPort)]
      const started = yield* ChildProgram.start({
        name: role.name,
        args: [...args, ...axon, ...metrics, "--verdict-interval", verdictInterval, "--json"],
        env,
        log: join(folder, "log")
      })
      const ready = yield* Schema.decodeUnknown(ReadyValidator)(started.ready).pipe(Effect.orDie)
      yield* SubscriptionRef.set(running, { pid: started.pid, port: ready.axon.port, metricsPort: ready.metrics.port })
      return { ...started, port: ready.axon.port, metricsPort: ready.metrics.port }
    })
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
    const runningNow = running.changes.pipe(
      Stream.filterMap(({ pid }) => Option.fromNullable(pid)),
      Stream.runHead,
      Effect.flatten,
      Effect.orDie
    )
    const kill = Effect.gen(function* () {
      const pid = yield* runningNow
      yield* narrator.step({ actor: "demo", text: `kills ${role.name} (process ${pid}) with SIGKILL` })
      yield* SubscriptionRef.update(running, (now) => (now.pid === pid ? { ...now, pid: null } : now))
      yield* Effect.ignore(Effect.try(() => process.kill(pid, "SIGKILL")))
      yield* runningNow
    })
    return {
      kill: (yield* Effect.makeSemaphore(1)).withPermits(1)(kill),
      port: Effect.map(SubscriptionRef.get(running), ({ port }) => port)
    }
  })

/** The validators' modes that the demo shows. */
export type DemoWeightMode = Exclude<WeightModeName, "shadow">

export interface DemoNetworkOptions {
  readonly weightMode: DemoWeightMode
  /** By which contributions are scored. */
  readonly roster: RosterDocument
  readonly facts: ReadonlyArray<PullRequestFact>
  readonly held: Held
  /** What each repository has at first. Undefined: nobody knows, so the validators don't look into pull requests. */
  readonly files: Readonly<Record<string, string>> | undefined
  /**
   * More than 1 only where one pull request solves several issues. A miner enters one new competition a round, so the first competition must
   * last until the last one has begun.
   */
  readonly maxCompetitionsPerMiner: number
  /** Whether to show what happens on a live page. */
  readonly page: boolean
  readonly pace: Pace.Pace
}

const make = (options: DemoNetworkOptions) =>
  Effect.gen(function* () {
    const narrator = yield* Narrator
    const files = yield* FileSystem.FileSystem
    // Kept when the demo fails, because its logs say why.
    const folder = yield* Effect.acquireRelease(
      files.makeTempDirectory({ prefix: "gittensor-demo-" }).pipe(Effect.orDie),
      (folder, exit) =>
        Exit.isSuccess(exit) || Exit.isInterrupted(exit)
          ? files.remove(folder, { recursive: true }).pipe(Effect.ignore)
          : narrator.note(`see the logs of the chain and the validators in ${folder}`)
    )
    const [{ endpoint, pid }, github] = yield* Effect.all([startChain(join(folder, "chain.log")), startStandIn(options)], {
      concurrency: 2
    })
    yield* narrator.step({ actor: "chain", text: `runs at ${endpoint} as process ${pid}, a block every ${BLOCK_TIME}` })
    yield* narrator.step({ actor: "GitHub", text: `a stand-in runs at ${github.url}` })
    const quality = options.files !== undefined
    const isWatched = Pace.isWatched(options.pace)
    const judges = quality && isWatched ? yield* startJudges(folder) : null
    yield* quality
      ? Effect.forkScoped(sayWhetherVerified)
      : narrator.note("the validators don't look into pull requests: recorded facts have no files")
    const served = yield* Effect.fork(options.page ? Page.serve({ endpoint, folder }) : Effect.void)
    const chainServices = Layer.build(
      Subnet.layer(NETUID).pipe(Layer.provideMerge(PatientChain.layer.pipe(Layer.provide(PatientChain.connected(endpoint)))))
    )
    const roster = join(folder, "roster.json")
    yield* files.writeFileString(roster, rosterText(options.roster)).pipe(Effect.orDie)
    const context = Context.merge(yield* chainServices, yield* Layer.build(Cast.layer))
    return yield* Effect.gen(function* () {
      const owner = yield* keyOf(OWNER_URI)
      const ownerStep: OnStep = ({ name, detail, inclusion }) =>
        narrator.step({ actor: "owner", text: `${name}: ${detail}`, at: inclusion })
      const settings = yield* Effect.fork(setChainSettings(owner))
      const { contract, treasuryHotkey } = yield* deploy(
        owner,
        {
          ...contractSettings,
          ownerDelay: 0,
          maxCompetitionsPerMiner: options.maxCompetitionsPerMiner,
          competitionLength:
            contractSettings.competitionLength +
            2 * contractSettings.roundLength * (options.maxCompetitionsPerMiner - 1) +
            2 * (options.pace.match === null ? 0 : blocksIn(options.pace.match)),
          ...(isWatched ? watchedSettings : {})
        },
        ownerStep
      )
      const set = yield* Fiber.join(settings)
      yield* narrator.step({ actor: "owner", text: `sets epochs of ${TEMPO} blocks`, at: set })
      const contractContext = yield* Layer.build(Contract.layer(contract))
      const feed = yield* Layer.build(Feed.layer).pipe(Effect.provide(contractContext))
      const { subscribe } = Context.get(feed, Feed.Feed)
      // Blocks from here on are kept for those who tell of them later.
      const [weighing, counting] = yield* Effect.all([subscribe, subscribe])
      const page = Effect.flatMap(tokenFor(github, "dashboard-host"), (token) =>
        Page.index({
          endpoint,
          contract,
          folder,
          roster,
          isWatched,
          env: { GITTENSOR_GITHUB_URL: github.url, GITTENSOR_GITHUB_TOKEN: token }
        })
      )
      // The server creates the database; the index joins it there.
      const shown = yield* Effect.fork(options.page ? Effect.zipRight(Fiber.join(served), page) : Effect.void)
      const validators = yield* Effect.all(
        VALIDATORS.map((role, place) =>
          Effect.gen(function* () {
            const { address } = yield* keyOf(role.uri)
            const { inclusion } = yield* addValidator(owner, address, [])
            yield* narrator.step({ actor: "owner", text: `adds ${role.name} to the contract`, at: inclusion })
            const token = yield* tokenFor(github, role.name.replace(" ", "-"))
            const home = join(folder, role.name.replace(" ", "-"))
            yield* files.makeDirectory(home).pipe(Effect.orDie)
            const env = { GITTENSOR_GITHUB_URL: github.url, GITTENSOR_GITHUB_TOKEN: token }
            const verdictInterval = isWatched ? (WATCHED_VERDICT_INTERVALS[place] ?? VERDICT_INTERVAL) : VERDICT_INTERVAL
            const { kill, port } = yield* keepValidator(role, {
              endpoint,
              contract,
              folder: home,
              roster,
              weightMode: options.weightMode,
              quality,
              judges,
              verdictInterval,
              env
            })
            return { name: role.name, hotkey: address, kill, port }
          })
        ),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(contractContext))
      if (quality)
        yield* Effect.forkScoped(narrateQuality(validators).pipe(Effect.provide(contractContext), Effect.provide(PeerQuality.layer)))
      // What is begun last ends first: nobody tells that the validators are silent because the demo is over.
      const liar = Effect.flatMap(subscribe, (blocks) => playLiar(blocks, unsignedRosterOf(options.roster).sha256)).pipe(
        Effect.catchAll((error) => Effect.logWarning("the liar cannot take part", error.message))
      )
      // Before the others have set weights they count as inactive, and the liar alone would be the quorum.
      const firstWeights = narrateFirstWeights(weighing, treasuryHotkey)
      yield* Effect.forkScoped(options.weightMode === "consensus" ? Effect.zipRight(firstWeights, liar) : firstWeights)
      const agreedEpochs =
        options.weightMode === "consensus"
          ? yield* narrateConsensus(counting, { treasuryHotkey, roster: options.roster }).pipe(Effect.provide(contractContext))
          : null
      yield* endSetup(owner, contractSettings.ownerDelay, ownerStep).pipe(Effect.provide(contractContext))
      yield* Fiber.join(shown)
      const ownerToken = yield* tokenFor(github, "subnet-owner")
      const githubContext = yield* Layer.build(githubAs(github.url, ownerToken))
      const network = DemoNetwork.of({
        endpoint,
        github,
        contract,
        agreedEpochs,
        killValidator: (index) => validators[index % validators.length]?.kill ?? Effect.void
      })
      return Context.mergeAll(contractContext, githubContext, feed, Context.make(DemoNetwork, network))
    }).pipe(
      Effect.provide(context),
      Effect.map((made) => Context.merge(made, context))
    )
  }).pipe(Effect.withSpan("demo.DemoNetwork"), Effect.timeout(Duration.minutes(3)))

/** Every service that the demo needs. All processes end with the scope. */
export const layer = (options: DemoNetworkOptions) => Layer.scopedContext(make(options))

export type DemoServices = DemoNetwork | Cast.Cast | Feed.Feed | Chain | Subnet.Subnet | Contract.Contract | GitHub.GitHub
