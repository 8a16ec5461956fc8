/** Runs a validator: composes its services, and runs the daemon, or each step once. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Config, Console, Duration, Effect, Layer, Option } from "effect"
import packageFile from "../../../package.json"
import type { WeightModeName } from "../../consensus/WeightMode.ts"
import * as WeightMode from "../../consensus/WeightMode.ts"
import { InvalidInput, OperationFailed } from "../../domain/failures.ts"
import type { KeyPair } from "../../domain/KeyPair.ts"
import { messageOf } from "../../domain/messageOf.ts"
import { blocksNeeded } from "../../domain/Watch.ts"
import * as AxonEndpoints from "../../layers/chain/axon/AxonEndpoints.ts"
import * as Dendrite from "../../layers/chain/axon/Dendrite.ts"
import * as OpenEpoch from "../../layers/chain/axon/reports/OpenEpoch.ts"
import * as PeerReports from "../../layers/chain/axon/reports/PeerReports.ts"
import { reportRoutes } from "../../layers/chain/axon/reports/reportRoutes.ts"
import { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import * as FinalisedHead from "../../layers/chain/node/FinalisedHead.ts"
import { chainFileName, chainIdentity } from "../../layers/chain/node/identity.ts"
import * as GitHistory from "../../layers/git/history/GitHistory.ts"
import * as Absences from "../../layers/github/Absences.ts"
import * as GitHubAccounts from "../../layers/github/accounts/GitHubAccounts.ts"
import * as RefusedTokens from "../../layers/github/client/RefusedTokens.ts"
import * as GitHub from "../../layers/github/GitHub.ts"
import * as Confined from "../../layers/machine/confined/chosen.ts"
import * as ServiceManager from "../../layers/machine/process/ServiceManager.ts"
import { print, toJson } from "../../layers/machine/terminal/output.ts"
import * as HotkeyGuard from "../../layers/protection/HotkeyGuard.ts"
import * as Journal from "../../layers/protection/Journal.ts"
import { holdDataFolder, holdHotkey } from "../../layers/protection/locks.ts"
import * as OwnVotes from "../../layers/protection/OwnVotes.ts"
import * as Challenges from "../../layers/storage/dataFolder/Challenges.ts"
import * as Divergences from "../../layers/storage/dataFolder/Divergences.ts"
import { type DataFileKey, defaultDataFolder, pathIn, removeFormer } from "../../layers/storage/dataFolder/dataFolder.ts"
import * as Equivocations from "../../layers/storage/dataFolder/Equivocations.ts"
import * as Openings from "../../layers/storage/dataFolder/Openings.ts"
import * as PeerArchive from "../../layers/storage/dataFolder/PeerArchive.ts"
import * as Reports from "../../layers/storage/dataFolder/Reports.ts"
import * as Settlements from "../../layers/storage/dataFolder/Settlements.ts"
import * as Watches from "../../layers/storage/dataFolder/Watches.ts"
import * as Artefacts from "../../layers/storage/objects/Artefacts.ts"
import * as Concerns from "../../roles/validator/Concerns.ts"
import * as Daemon from "../../roles/validator/daemon.ts"
import { checkMayValidate, subnetViewLayer } from "../../roles/validator/members.ts"
import { once } from "../../roles/validator/once.ts"
import * as Sender from "../../roles/validator/Sender.ts"
import * as SubnetEnd from "../../roles/validator/SubnetEnd.ts"
import { DRAWS } from "../../rules/consensus/challenge.ts"
import * as Enrolments from "../../scoring/issue_competitions/enrolments/Enrolments.ts"
import { warnIfUnscored } from "../../scoring/oss_contributions/ContributionScoring.ts"
import { runsUntilStopped } from "../program/untilStopped.ts"
import { type ContractOptions, contractLayer } from "../shared/chainServices.ts"
import { withKey } from "../shared/keys.ts"
import { invalid, type KeyOptions } from "../shared/options.ts"
import type { RosterSource } from "../shared/rosterSource.ts"
import { contributionScoringLayer } from "./contributionScoring.ts"
import { judgingOptions, type QualityOptions } from "./judgingOptions.ts"

export interface ValidateOptions extends ContractOptions, QualityOptions {
  readonly key: KeyOptions
  readonly data: Option.Option<string>
  readonly axonHost: string
  readonly axonPort: number
  readonly axonConnections: Option.Option<number>
  readonly axonAddress: Option.Option<string>
  readonly metricsHost: string
  readonly metricsPort: Option.Option<number>
  readonly verdictEvery: Duration.Duration
  /** In blocks. Default: a round, but at most the number of blocks whose state every node keeps. */
  readonly standBy: Option.Option<number>
  /** Without a roster, contributions are not scored. */
  readonly roster: Option.Option<RosterSource>
  readonly weightMode: WeightModeName
  readonly dryRun: boolean
  readonly json: boolean
}

/** Timeout of a step. Long, because a slow GitHub may delay many issues in sequence. */
const stepLimit = Config.duration("GITTENSOR_STEP_LIMIT").pipe(Config.withDefault(Duration.minutes(10)))

/** Retention of reports and their evidence: a year of reports, and evidence for as long as most pull requests count. */
const retention = Config.all({
  reports: Config.duration("GITTENSOR_KEEP_REPORTS").pipe(Config.withDefault(Duration.days(365))),
  evidence: Config.duration("GITTENSOR_KEEP_EVIDENCE").pipe(Config.withDefault(Duration.days(30)))
})

/** Number of latest blocks whose state every node keeps. */
const STATES_OF_ANY_NODE = 240

/** The folder of this validator's files. Creates it and locks it against other processes. */
const dataFolder = (hotkey: KeyPair, options: ValidateOptions) =>
  Effect.gen(function* () {
    const folder = Option.isSome(options.data) ? options.data.value : yield* defaultDataFolder(hotkey.address)
    yield* Effect.try({
      try: () => mkdirSync(folder, { recursive: true, mode: 0o700 }),
      catch: (cause) =>
        new InvalidInput({ message: `the data folder ${folder} cannot be used (${messageOf(cause)}): choose another with --data` })
    })
    yield* holdDataFolder(folder)
    if (!options.dryRun) yield* Effect.ignore(Effect.try(() => removeFormer(folder)))
    return folder
  })

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-dry-run-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Records of each other validator's report whose scores are recomputed per epoch at most, where they differ from its own; 0: none. */
const rescored = Config.integer("GITTENSOR_RESCORED_RECORDS").pipe(
  Config.withDefault(2),
  Config.validate({ message: "it is a whole number from 0 to 16", validation: (records) => records >= 0 && records <= DRAWS })
)

/** How long challenged records are served to later readers, such as audits. They take about 12 KB per report. */
const OPENINGS_KEPT = Duration.days(7)

interface ConsensusFiles {
  readonly inFolder: (key: DataFileKey) => string
  readonly kept: Duration.Duration
}

/** The services of consensus and their axon routes, unless the validator sets its weights alone. A dry run's files are temporary. */
const weightModeLayer = ({ inFolder, kept }: ConsensusFiles, { weightMode, dryRun }: ValidateOptions, { address }: KeyPair) =>
  weightMode === "own"
    ? Layer.empty
    : Layer.unwrapScoped(
        Effect.map(Effect.all([dryRun ? temporaryFolder : Effect.succeed(undefined), rescored]), ([temporary, rescoredRecords]) => {
          const folderOf = (key: DataFileKey) => (temporary === undefined ? inFolder(key) : pathIn(temporary, key))
          const mode = WeightMode.layerTakingPart({ sets: weightMode === "consensus", rescoredRecords })
          return Layer.merge(mode, AxonEndpoints.routes(reportRoutes(address))).pipe(
            Layer.provide([
              OpenEpoch.layer,
              PeerReports.layer,
              PeerArchive.layer(folderOf("peerReports"), kept),
              Equivocations.layer(folderOf("equivocations"), kept),
              Challenges.layer(folderOf("challenges"), kept),
              Openings.layer(folderOf("openings"), OPENINGS_KEPT),
              Divergences.layer(folderOf("divergence"))
            ]),
            // Scoring reads settlements too: each report names the newest one.
            Layer.provideMerge(Settlements.layer(folderOf("settlements"), kept))
          )
        })
      )

const storesLayer = (hotkey: KeyPair, folder: string, options: ValidateOptions) =>
  Layer.unwrapEffect(
    Effect.map(Effect.all([chainFileName, retention]), ([chain, kept]) => {
      const { dryRun, network, roster, weightMode, workDatabase } = options
      // Epoch numbers repeat across chains and hotkeys, so each combination has a separate folder.
      const inFolder = (key: DataFileKey) => join(pathIn(folder, key), [chain, network.netuid, hotkey.address].join("-"))
      const scores = inFolder("scores")
      const reports = dryRun ? Reports.layerDryRun(scores, hotkey) : Reports.layer(scores, hotkey, kept)
      return Layer.mergeAll(
        Layer.provideMerge(weightModeLayer({ inFolder, kept: kept.reports }, options, hotkey), reports),
        Artefacts.layerConfig(pathIn(folder, "artefacts")),
        Journal.layer(pathIn(folder, "journal")),
        contributionScoringLayer({
          roster,
          folder,
          workDatabase,
          byConsensus: weightMode === "consensus",
          version: packageFile.version
        })
      )
    })
  )

/** This validator's past observations of GitHub, which show what is gone, and its own votes. */
const looksLayer = (hotkey: KeyPair, folder: string, { dryRun }: ValidateOptions) =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      const [contract, chain] = yield* Effect.all([Contract, Chain])
      const watches = (dryRun ? Watches.layerDryRun : Watches.layer)({ file: pathIn(folder, "watches"), chain: yield* chainFileName })
      const block = Effect.mapBoth(chain.finalisedHead, { onFailure: ({ message }) => message, onSuccess: ({ number }) => number })
      const ownVotes = (dryRun ? OwnVotes.layerDryRun : OwnVotes.layer)({
        file: pathIn(folder, "journal"),
        chain: yield* chainIdentity,
        hotkey: hotkey.address
      })
      return Layer.provideMerge(Layer.merge(Absences.layer({ block, needed: blocksNeeded(yield* contract.config) }), ownVotes), watches)
    })
  )

const servicesLayer = (hotkey: KeyPair, folder: string, options: ValidateOptions, roundLength: number) => {
  const patience = Option.getOrElse(options.standBy, () => Math.min(roundLength, STATES_OF_ANY_NODE))
  const shared = Layer.mergeAll(
    Enrolments.layer({ file: pathIn(folder, "enrolments") }),
    Dendrite.layer,
    GitHubAccounts.layer,
    ServiceManager.layer,
    Layer.provideMerge(SubnetEnd.layer, Concerns.layer)
  ).pipe(
    Layer.provideMerge(subnetViewLayer),
    Layer.provideMerge(options.once ? FinalisedHead.snapshot : FinalisedHead.layer),
    Layer.provideMerge(storesLayer(hotkey, folder, options)),
    Layer.provideMerge(AxonEndpoints.layer)
  )
  const sending = Sender.layer(hotkey).pipe(
    Layer.provideMerge(HotkeyGuard.layer({ hotkey, patience })),
    Layer.provide(Layer.scopedDiscard(holdHotkey(hotkey.address)))
  )
  const dryRun = Layer.merge(Sender.dryRun(hotkey), HotkeyGuard.unopposed)
  return options.dryRun ? Layer.provideMerge(dryRun, shared) : Layer.provideMerge(sending, shared)
}

const runOnce = (hotkey: KeyPair, limit: Duration.Duration, { dryRun, json }: ValidateOptions) =>
  Effect.gen(function* () {
    const outcomes = yield* once({ hotkey, stepLimit: limit })
    yield* warnIfUnscored
    yield* print(json, { hotkey: hotkey.address, mode: dryRun ? "dry-run" : "send", steps: outcomes }, ({ steps }) =>
      steps.map(({ name, good }) => `${good ? "done  " : "failed"}  ${name}`)
    )
    const failed = outcomes.filter(({ good }) => !good).map(({ name }) => name)
    if (failed.length > 0) yield* new OperationFailed({ message: `failed: ${failed.join(", ")}; the log above says why` })
  })

/** Default port for metrics. Derived from the axon's port, so that several validators on one machine need no further setting; 0: a free port. */
const besideAxon = (port: number): number => (port === 0 ? 0 : port <= 64_535 ? port + 1_000 : port - 1_000)

const validateAs = (hotkey: KeyPair, folder: string, options: ValidateOptions) =>
  Effect.gen(function* () {
    const metagraph = yield* checkMayValidate(hotkey)
    const { roundLength } = yield* Effect.flatMap(Contract, ({ config }) => config)
    const limit = yield* stepLimit
    const quality = yield* judgingOptions(folder, options)
    const daemon = Daemon.run({
      hotkey,
      stepLimit: limit,
      metagraph,
      verdictEvery: options.verdictEvery,
      quality,
      readsStrangers: Option.isNone(options.workDatabase),
      listen: {
        hostname: options.axonHost,
        port: options.axonPort,
        ...Option.match(options.axonConnections, { onNone: () => ({}), onSome: (connections) => ({ connections }) })
      },
      metrics: { hostname: options.metricsHost, port: Option.getOrElse(options.metricsPort, () => besideAxon(options.axonPort)) },
      publicAddress: Option.getOrUndefined(options.axonAddress),
      version: packageFile.version,
      onReady: ({ axon, metrics }) =>
        Console.log(
          options.json
            ? toJson({ ready: true, hotkey: hotkey.address, axon: { ...axon }, metrics: { ...metrics } })
            : `validating as ${hotkey.address}, axon on ${axon.hostname}:${axon.port}, health and metrics on ${metrics.hostname}:${metrics.port}`
        )
    })
    const services = servicesLayer(hotkey, folder, options, roundLength)
    if (options.once) yield* runOnce(hotkey, limit, options).pipe(Effect.provide(services))
    else yield* daemon.pipe(Effect.provide(services))
  }).pipe(
    Effect.provide(GitHub.layer.pipe(Layer.provideMerge(GitHistory.layer(pathIn(folder, "repositories"))))),
    Effect.provide(looksLayer(hotkey, folder, options)),
    Effect.provide(contractLayer(options)),
    // A validator has a key: it reads untrusted bytes only in a box, unless its operator allows otherwise.
    Effect.provide(Confined.layer("always")),
    Effect.provide(RefusedTokens.layer)
  )

export const run = (options: ValidateOptions) =>
  Effect.gen(function* () {
    if (options.weightMode !== "own" && Option.isNone(options.roster))
      return yield* Effect.fail(
        invalid(
          `--weight-mode ${options.weightMode} needs --roster: other validators' reports count only if they are by the same roster as this one's`
        )
      )
    if (!options.once) yield* runsUntilStopped
    yield* withKey("hotkey", options.key, (hotkey) =>
      // Locked before any request to the chain, so that a second process ends at once.
      Effect.flatMap(dataFolder(hotkey, options), (folder) => validateAs(hotkey, folder, options)).pipe(Effect.scoped)
    )
  })
