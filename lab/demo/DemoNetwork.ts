/** The network that the demo runs on: a chain in a separate process, a GitHub stand-in, a deployed contract and three validators. */

import { basename, dirname, join } from "node:path"
import { FileSystem } from "@effect/platform"
import { type Cause, Context, Deferred, Duration, Effect, Exit, type Fiber, Layer, Schema, type Stream } from "effect"
import type { AccountAddress } from "../../src/domain/Account.ts"
import { DUST } from "../../src/domain/Collateral.ts"
import { taoText } from "../../src/domain/fees.ts"
import { RepositoryName } from "../../src/domain/IssueRef.ts"
import type { KeyPair } from "../../src/domain/KeyPair.ts"
import { Panel } from "../../src/domain/quality/Panel.ts"
import type { RosterDocument } from "../../src/domain/Roster.ts"
import * as PeerQuality from "../../src/layers/chain/axon/PeerQuality.ts"
import * as Contract from "../../src/layers/chain/contract/Contract.ts"
import { Chain } from "../../src/layers/chain/node/Chain.ts"
import { unsignedRosterOf } from "../../src/layers/chain/roster/Roster.ts"
import * as Subnet from "../../src/layers/chain/subnet/Subnet.ts"
import type * as GitHub from "../../src/layers/github/GitHub.ts"
import { resultOf } from "../../src/layers/machine/effects/resultOf.ts"
import { ownPrefix, removeLeftovers } from "../../src/layers/machine/process/temporaryFolder.ts"
import { alpha } from "../../src/layers/machine/terminal/output.ts"
import { type Deployment, deploy, endSetup } from "../../src/roles/owner/deploy.ts"
import type { OnStep } from "../../src/roles/owner/keylessTreasury.ts"
import { devAccounts } from "../devnet/chain/genesis.ts"
import { adaptBlockTime, waitBeforeRound } from "./blockTime.ts"
import * as Cast from "./Cast.ts"
import * as ChildProgram from "./childProgram.ts"
import { narrateConsensus } from "./consensus.ts"
import * as Feed from "./feed.ts"
import { playLiar } from "./liar.ts"
import { githubAs, keyOf } from "./miners.ts"
import { Narrator } from "./Narrator.ts"
import * as PatientChain from "./PatientChain.ts"
import * as Pace from "./pace.ts"
import * as Page from "./page.ts"
import { narrateQuality, sayWhetherVerified } from "./quality.ts"
import { rosterText } from "./roster.ts"
import {
  ACTIVITY_CUTOFF,
  ALPHA_PRICE,
  blocksIn,
  COLLATERAL,
  contractSettings,
  type DemoWeightMode,
  FIRST_FUNDS,
  NETUID,
  OWNER_URI,
  SETUP_BLOCK_PERIOD,
  TEMPO,
  taoFor,
  VALIDATORS,
  watchedSettings
} from "./settings.ts"
import { type StandIn, type StandInPlan, startStandIn, tokenFor } from "./standIn.ts"
import { addValidators, sendUnlessDone, startValidators, untilVotesWeigh, type ValidatorsPlan } from "./validators.ts"
import { narrateFirstWeights } from "./weights.ts"

/** Models of two makers. The first word of a model's name selects how the judges' stand-in behaves. */
const MODELS = [
  { name: "harbour-large", family: "harbour", model: "fair-harbour-large", prompt_price: 3_000_000, answer_price: 15_000_000 },
  { name: "harbour-small", family: "harbour", model: "noisy-harbour-small", prompt_price: 400_000, answer_price: 1_600_000 },
  { name: "fen-70b", family: "fen", model: "noisy-fen-70b", prompt_price: 900_000, answer_price: 900_000 }
] as const

/** Daily budget for all questions to the judges, in micro-dollars. */
const DAILY_BUDGET = 20_000_000

const panelText = Schema.encode(Schema.parseJson(Panel))

/** Starts the judges' stand-in, and returns the panel's file. */
const startJudges = (folder: string) =>
  Effect.gen(function* () {
    const { start } = yield* Effect.promise(() => import("../devnet/judges/JudgeStandIn.ts"))
    const { endpoint } = yield* start()
    const judges = MODELS.map((model) => ({ ...model, endpoint }))
    const panel = yield* Schema.decodeUnknown(Panel)({ judges, daily_budget: DAILY_BUDGET })
    const path = join(folder, "judges.json")
    yield* (yield* FileSystem.FileSystem).writeFileString(path, yield* panelText(panel))
    yield* (yield* Narrator).step({ actor: "judges", text: `stand-ins for ${MODELS.length} models of two makers answer at ${endpoint}` })
    return path
  }).pipe(Effect.orDie)

/** How long the contract, and then the validators, may take; ten seconds each are enough on an idle machine. */
const PATIENCE = Duration.minutes(10)

const ReadyChain = Schema.parseJson(Schema.Struct({ endpoint: Schema.String }))

export class DemoNetwork extends Context.Tag("gittensor/demo/DemoNetwork")<
  DemoNetwork,
  {
    readonly endpoint: string
    readonly github: StandIn
    readonly contract: AccountAddress
    /** Waits until the validators run and their votes weigh. They are awaited from the first call of `issueRegistered` on. */
    readonly ready: Effect.Effect<void>
    readonly issueRegistered: Effect.Effect<void>
    /** Fails if that never comes. */
    readonly broken: Effect.Effect<never, Effect.Effect.Error<ReturnType<typeof setStage>> | Cause.TimeoutException>
    /** How many epochs ended with all validators' weights following from their reports; null if they set weights by their own scores. */
    readonly agreedEpochs: Effect.Effect<number | null>
    /** Sends SIGKILL to a validator as soon as it runs, and waits until it has been restarted. */
    readonly killValidator: (index: number) => Effect.Effect<void>
  }
>() {}

export interface DemoNetworkOptions extends StandInPlan {
  readonly weightMode: DemoWeightMode
  /** The roster by which validators score contributions. */
  readonly roster: RosterDocument
  /**
   * More than 1 only where one pull request solves several issues. A miner enters one new competition a round, so the first competition must
   * last until the last one has begun.
   */
  readonly maxCompetitionsPerMiner: number
  /** Whether to serve a live page. */
  readonly page: boolean
  readonly pace: Pace.Pace
}

/**
 * The folder of the demo's files. It is kept under another name when the demo fails, because its logs show why. What killed demos left behind is
 * removed.
 */
const makeFolder = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const narrator = yield* Narrator
  yield* removeLeftovers("demo")
  return yield* Effect.acquireRelease(files.makeTempDirectory({ prefix: ownPrefix("demo") }).pipe(Effect.orDie), (folder, exit) => {
    if (Exit.isSuccess(exit) || Exit.isInterrupted(exit)) return files.remove(folder, { recursive: true }).pipe(Effect.ignore)
    const kept = join(dirname(folder), basename(folder).replace(ownPrefix("demo"), "gittensor-demo-logs-"))
    return files
      .rename(folder, kept)
      .pipe(Effect.zipRight(narrator.note(`see the logs of the chain and the validators in ${kept}`)), Effect.ignore)
  })
})

const startChain = (log: string) =>
  ChildProgram.start({
    name: "the dev chain",
    args: ["devnet", "--port", "0", "--block-time", `${SETUP_BLOCK_PERIOD}ms`, "--json"],
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

/** What the network needs before the contract is deployed. */
interface Prepared {
  /** Holds the demo's files. */
  readonly folder: string
  /** The dev chain's WebSocket address. */
  readonly endpoint: string
  readonly github: StandIn
  /** The file of the roster. */
  readonly roster: string
  /** The file of the judges of duels; null: no duels. */
  readonly judges: string | null
  /** The fiber that starts the live page's server, and returns its address. */
  readonly served: Fiber.Fiber<string | null>
}

/** Starts the chain, the stand-ins and the live page, and writes the files that validators need. */
const prepare = Effect.fn("demo.prepare")(function* (options: DemoNetworkOptions) {
  const [files, narrator] = yield* Effect.all([FileSystem.FileSystem, Narrator])
  const folder = yield* makeFolder
  const [{ endpoint, pid }, github] = yield* Effect.all([startChain(join(folder, "chain.log")), startStandIn(options)], {
    concurrency: 2
  })
  yield* narrator.step({ actor: "chain", text: `runs at ${endpoint} as process ${pid}`, isStory: true })
  yield* narrator.step({ actor: "GitHub", text: `a stand-in runs at ${github.url}` })
  const quality = options.files !== undefined
  const judges = quality && Pace.isWatched(options.pace) ? yield* startJudges(folder) : null
  yield* quality
    ? Effect.forkScoped(sayWhetherVerified)
    : narrator.note("the validators don't look into pull requests: recorded facts have no files")
  const served = yield* Effect.forkScoped(options.page ? Page.serve({ endpoint, folder }) : Effect.succeed(null))
  const roster = join(folder, "roster.json")
  yield* files.writeFileString(roster, rosterText(options.roster)).pipe(Effect.orDie)
  return { folder, endpoint, github, roster, judges, served } satisfies Prepared
})

/** Sets the tempo, the activity cutoff, the price of alpha, and the validators' names with the dev chain's public sudo key. */
const setChainSettings = Effect.fn("demo.chainSettings")(function* (sudo: KeyPair) {
  const chain = yield* Chain
  return yield* chain.submit({
    label: "set the tempo, the activity cutoff, the price and the validators' names",
    signer: sudo,
    until: "finalised",
    call: ({ tx }) => {
      const [asRoot, as, batch, name] = [tx.sudo?.sudo, tx.sudo?.sudoAs, tx.utility?.batchAll, tx.subtensorModule?.setIdentity]
      const [tempo, cutoff, price] = [tx.adminUtils?.sudoSetTempo, tx.adminUtils?.sudoSetActivityCutoff, tx.adminUtils?.devSetAlphaPrice]
      if (!asRoot || !as || !batch || !name || !tempo || !cutoff || !price) throw new Error("this chain has no such settings")
      return batch([
        ...[tempo(NETUID, TEMPO), cutoff(NETUID, ACTIVITY_CUTOFF), price(NETUID, ALPHA_PRICE)].map((call) => asRoot(call)),
        ...VALIDATORS.map((one) => as(devAccounts[`${one.uri}//cold`], name(one.name, "", "", "", "", "", "")))
      ])
    }
  })
})

const settingsFor = ({ files, maxCompetitionsPerMiner, pace }: DemoNetworkOptions) => ({
  ...contractSettings,
  ownerDelay: 0,
  maxCompetitionsPerMiner,
  // Miners of recorded facts may be in many matches at once, and deposit nothing.
  ...(files === undefined ? {} : COLLATERAL),
  // So that the deadline which a watched match shows is its own length, and a minute for a machine that is slow.
  competitionLength:
    (pace.match === null
      ? contractSettings.competitionLength
      : contractSettings.submissionWindow + blocksIn(Duration.sum(pace.match, "1 minute"))) +
    2 * contractSettings.roundLength * (maxCompetitionsPerMiner - 1),
  ...(Pace.isWatched(pace) ? watchedSettings : {})
})

const ownerStep =
  (narrator: Narrator["Type"]): OnStep =>
  ({ name, detail, inclusion }) =>
    narrator.step({ actor: "owner", text: `${name}: ${detail}`, at: inclusion })

/** Deploys the contract, once alpha has its price: the deployment buys some. */
const deployContract = Effect.fn("demo.deploy")(function* (owner: KeyPair, options: DemoNetworkOptions) {
  const narrator = yield* Narrator
  const at = yield* setChainSettings(owner)
  yield* narrator.step({ actor: "owner", text: `sets epochs of ${TEMPO} blocks, and a price of ${taoText(ALPHA_PRICE)} for one alpha`, at })
  return yield* deploy(owner, settingsFor(options), ownerStep(narrator))
})

/** The account that writes comments and statuses. */
const COMMENTER = "dashboard-comments"

const indexForPage = (
  { github, endpoint, folder, roster, served }: Prepared,
  contract: AccountAddress,
  { pace, files, roster: { repositories } }: DemoNetworkOptions
) =>
  Effect.gen(function* () {
    const page = yield* resultOf(served)
    const [reader, writer] = yield* Effect.all([tokenFor(github, "dashboard-host"), tokenFor(github, COMMENTER)])
    const env = { GITTENSOR_GITHUB_URL: github.url, GITTENSOR_GITHUB_TOKEN: reader }
    const shown = Object.entries({ GITTENSOR_ENDPOINT: endpoint, GITTENSOR_CONTRACT: contract, ...env }).map((one) => one.join("="))
    const { step } = yield* Narrator
    yield* step({ actor: "page", text: `for commands of your own: export ${shown.join(" ")}`, isStory: true })
    // Writing a commit status needs push access.
    if (files !== undefined)
      yield* Effect.forEach(Object.keys(repositories), (name) =>
        Effect.orDie(
          Effect.flatMap(Schema.decode(RepositoryName)(name), (repository) =>
            github.control.changeRepository({ payload: { repository, collaborators: [COMMENTER] } })
          )
        )
      )
    yield* Page.index({
      endpoint,
      contract,
      folder,
      roster,
      isWatched: Pace.isWatched(pace),
      // Recorded repositories have no files, so none of them consents to comments.
      comments: page === null || files === undefined ? null : { page, token: writer },
      env
    })
  })

/** Narrates the validators' first weights. In consensus mode, the liar joins afterwards. */
const tellFirstWeights = (
  { weightMode, roster }: DemoNetworkOptions,
  weighing: Stream.Stream<Feed.BlockOfEvents>,
  treasuryHotkey: AccountAddress
) =>
  Effect.gen(function* () {
    const { subscribe } = yield* Feed.Feed
    const liar = Effect.flatMap(subscribe, (blocks) =>
      playLiar(blocks, unsignedRosterOf(roster).sha256, Object.keys(roster.repositories)[0] ?? "")
    ).pipe(Effect.catchAll((error) => Effect.logWarning("the liar cannot take part", error.message)))
    // Before the others set weights, they count as inactive, and the liar alone would be the quorum.
    yield* narrateFirstWeights(weighing, treasuryHotkey)
    if (weightMode === "consensus") yield* liar
  })

/** Gives the treasury its first funds, behind its hotkey. */
const fundTreasury = Effect.fn("demo.fundTreasury")(function* (owner: KeyPair, { treasuryColdkey, treasuryHotkey }: Deployment) {
  const [chain, narrator] = yield* Effect.all([Chain, Narrator])
  const inclusion = yield* chain.submit({
    label: "fund the treasury",
    signer: owner,
    call: ({ tx }) => {
      const [batch, stake, give] = [tx.utility?.batchAll, tx.subtensorModule?.addStake, tx.subtensorModule?.transferStake]
      if (batch === undefined || stake === undefined || give === undefined) throw new Error("this chain has no such calls")
      // What is bought may read a few rao less, and the chain gives no more than there is.
      return batch([
        stake(treasuryHotkey, NETUID, taoFor(FIRST_FUNDS + DUST)),
        give(treasuryColdkey, treasuryHotkey, NETUID, NETUID, FIRST_FUNDS)
      ])
    }
  })
  yield* narrator.step({ actor: "owner", text: `gives the treasury ${alpha(FIRST_FUNDS)} to begin with`, at: inclusion })
})

/** What has been started once the story can go on. */
interface Stage {
  readonly validators: Effect.Effect.Success<ReturnType<typeof startValidators>>
  readonly agreedEpochs: Effect.Effect<number> | null
}

/** Ends the set-up of the contract while the validators start. `registered`: when the first issue is. Then the story goes at its own speed. */
const setStage = Effect.fn("demo.setStage")(function* (
  options: DemoNetworkOptions,
  plan: ValidatorsPlan,
  owner: KeyPair,
  deployment: Deployment,
  registered: Deferred.Deferred<void>
) {
  const [narrator, { subscribe }] = yield* Effect.all([Narrator, Feed.Feed])
  yield* addValidators(owner)
  // Subscribed here, so that the narrators forked later miss no block.
  const [weighing, counting] = yield* Effect.all([subscribe, subscribe])
  const starting = yield* Effect.forkScoped(startValidators(plan))
  const ending = endSetup(owner, contractSettings.ownerDelay, ownerStep(narrator))
  yield* Effect.all([ending, fundTreasury(owner, deployment), untilVotesWeigh(owner)], { concurrency: "unbounded" })
  yield* Deferred.await(registered)
  yield* sendUnlessDone("harvest", owner)
  const validators = yield* Effect.raceFirst(resultOf(starting), Effect.zipRight(waitBeforeRound, Effect.never))
  yield* adaptBlockTime(validators)
  yield* narrator.begin
  if (plan.quality) yield* Effect.forkScoped(narrateQuality(validators).pipe(Effect.provide(PeerQuality.layer)))
  // Fibers forked last end first, so the narrator of weights reports no silent validators at the demo's end.
  yield* Effect.forkScoped(tellFirstWeights(options, weighing, deployment.treasuryHotkey))
  const counted = narrateConsensus(counting, { treasuryHotkey: deployment.treasuryHotkey, roster: options.roster })
  return { validators, agreedEpochs: options.weightMode === "consensus" ? yield* counted : null } satisfies Stage
})

/** The network on its deployed contract. Its validators start meanwhile. */
const make = Effect.fn("demo.make")(function* (options: DemoNetworkOptions, prepared: Prepared, owner: KeyPair, deployment: Deployment) {
  const { contract } = deployment
  // The server creates the database, which the index then uses.
  yield* Effect.forkScoped(options.page ? indexForPage(prepared, contract, options) : Effect.void)
  const registered = yield* Deferred.make<void>()
  const isWatched = Pace.isWatched(options.pace)
  const plan = { ...prepared, contract, weightMode: options.weightMode, quality: options.files !== undefined, isWatched }
  const setting = yield* setStage(options, plan, owner, deployment, registered).pipe(Effect.timeout(PATIENCE), Effect.forkScoped)
  const stage: Effect.Effect<Stage> = Effect.orElse(resultOf(setting), () => Effect.never)
  const [children, feed] = yield* Effect.all([ChildProgram.Children, Feed.Feed])
  yield* Effect.addFinalizer(() => Effect.provideService(ChildProgram.endAll, ChildProgram.Children, children))
  return DemoNetwork.of({
    endpoint: prepared.endpoint,
    github: prepared.github,
    contract,
    ready: Effect.asVoid(stage),
    issueRegistered: Effect.asVoid(Deferred.succeed(registered, undefined)),
    broken: Effect.raceFirst(Effect.zipRight(resultOf(setting), Effect.never), feed.broken),
    agreedEpochs: Effect.flatMap(stage, ({ agreedEpochs }): Effect.Effect<number | null> => agreedEpochs ?? Effect.succeed(null)),
    killValidator: (index) => Effect.flatMap(stage, ({ validators }) => validators[index % validators.length]?.kill ?? Effect.void)
  })
})

const chainServices = (endpoint: string) =>
  Subnet.layer(NETUID).pipe(Layer.provideMerge(PatientChain.layer.pipe(Layer.provide(PatientChain.connected(endpoint)))))

const contractServices = (options: DemoNetworkOptions, prepared: Prepared) =>
  Effect.gen(function* () {
    const owner = yield* keyOf(OWNER_URI)
    const deployment = yield* deployContract(owner, options)
    const github = Effect.map(tokenFor(prepared.github, "subnet-owner"), (token) => githubAs(prepared.github.url, token))
    return Layer.unwrapEffect(github).pipe(
      Layer.provideMerge(Layer.scoped(DemoNetwork, make(options, prepared, owner, deployment))),
      Layer.provideMerge(Feed.layer),
      Layer.provideMerge(Contract.layer(deployment.contract))
    )
  })

const services = (options: DemoNetworkOptions) =>
  Layer.unwrapScoped(
    Effect.map(prepare(options), (prepared) =>
      Layer.unwrapScoped(contractServices(options, prepared)).pipe(
        Layer.provideMerge(chainServices(prepared.endpoint)),
        Layer.provideMerge(Cast.layer)
      )
    )
  )

/** All services of the demo. All processes end with the scope. */
export const layer = (options: DemoNetworkOptions) =>
  Layer.scopedContext(
    Layer.build(services(options).pipe(Layer.provide(ChildProgram.layer))).pipe(
      Effect.withSpan("demo.DemoNetwork"),
      Effect.timeout(PATIENCE)
    )
  )

export type DemoServices = DemoNetwork | Cast.Cast | Feed.Feed | Chain | Subnet.Subnet | Contract.Contract | GitHub.GitHub
