/** Runs a worker until it is stopped. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { Effect, Layer, Option, type Redacted } from "effect"
import packageFile from "../../../package.json"
import { InvalidInput } from "../../domain/failures.ts"
import { messageOf } from "../../domain/messageOf.ts"
import * as GitHistory from "../../layers/git/history/GitHistory.ts"
import * as RefusedTokens from "../../layers/github/client/RefusedTokens.ts"
import * as TokenCheck from "../../layers/github/client/TokenCheck.ts"
import { gitHubSettings } from "../../layers/github/settings.ts"
import * as Confined from "../../layers/machine/confined/chosen.ts"
import * as MetricsListener from "../../layers/machine/http/MetricsListener.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import { Database } from "../../layers/storage/database/Database.ts"
import { inHome, pathIn } from "../../layers/storage/dataFolder/dataFolder.ts"
import * as FolderLock from "../../layers/storage/dataFolder/FolderLock.ts"
import { layerWorker } from "../../layers/storage/durable/engine.ts"
import * as Executions from "../../layers/storage/durable/executions.ts"
import { enrolledKey, keyFile } from "../../layers/storage/durable/workKey.ts"
import * as Artefacts from "../../layers/storage/objects/Artefacts.ts"
import { artefactRetention } from "../../quality/artefactRetention.ts"
import { duelGroup } from "../../quality/duel/Duel.ts"
import { layerScoreFiles, scoringGroup } from "../../quality/fileScores/ScoreFiles.ts"
import { readPanel, withKeys } from "../../quality/judges/readPanel.ts"
import * as ArtefactKeeper from "../../quality/pipeline/ArtefactKeeper.ts"
import { duelLayer, stepsLayer } from "../../quality/pipeline/embedded.ts"
import { headGroup, layerHeads } from "../../quality/pipeline/headWorkflow.ts"
import * as DuelTables from "../../quality/store/DuelTables.ts"
import { layerTables } from "../../quality/store/QualityRecords.ts"
import * as WorkDatabase from "../../quality/WorkDatabase.ts"
import * as WorkerHealth from "../../quality/workerHealth.ts"
import { runsUntilStopped } from "../program/untilStopped.ts"
import { type CacheShares, cacheShares } from "../shared/cacheShares.ts"
import { invalid } from "../shared/options.ts"
import { contributionsIn, scoresIn } from "../shared/scoresIn.ts"
import type { Kind } from "./kinds.ts"

export interface WorkOptions {
  readonly workDatabase: Option.Option<Redacted.Redacted<string>>
  readonly take: ReadonlyArray<Kind>
  readonly allowBuildScripts: boolean
  /** The panel file: with it, the worker also asks judges. */
  readonly judges: Option.Option<string>
  readonly host: string
  readonly port: number
  readonly atOnce: number
  readonly metricsHost: string
  readonly metricsPort: Option.Option<number>
  readonly data: Option.Option<string>
  readonly json: boolean
}

const folderOf = (data: Option.Option<string>) =>
  Option.isSome(data) ? Effect.succeed(data.value) : inHome("the work folder", "--data", "work")

/** Makes the key of this worker, or of the validator whose configuration this is. */
export const enrolment = ({ data, json }: Pick<WorkOptions, "data" | "json">) =>
  Effect.gen(function* () {
    const named = yield* keyFile
    const file = Option.isSome(named) ? named.value : join(yield* folderOf(data), "work-key.pem")
    const { fingerprint } = yield* enrolledKey(file)
    yield* print(json, { key: file, fingerprint }, () => [
      `the key of this machine: ${file}`,
      `its fingerprint: ${fingerprint}`,
      "Set here, and for each worker and validator that shares the database:",
      `  GITTENSOR_WORK_KEY=${file}   (each machine's own)`,
      `  GITTENSOR_WORK_PEERS=${fingerprint},…   (the fingerprints of all of them, the same list everywhere)`
    ])
  })

const workFolder = (data: Option.Option<string>) =>
  Effect.gen(function* () {
    const folder = yield* folderOf(data)
    yield* Effect.try({
      try: () => mkdirSync(folder, { recursive: true, mode: 0o700 }),
      catch: (cause) =>
        new InvalidInput({ message: `the folder ${folder} cannot be used (${messageOf(cause)}): choose another with --data` })
    })
    yield* FolderLock.holdLock(folder, "worker", "works in this folder")
    return folder
  })

const scoresLayer = (folder: string, shares: CacheShares) =>
  scoresIn(folder, shares).pipe(
    Layer.provide(contributionsIn(folder, shares).pipe(Layer.provide(GitHistory.layer(pathIn(folder, "repositories")))))
  )

/** Validators serve artefacts, so a worker needs storage that it shares with them. */
const keeperLayer = Effect.map(Artefacts.artefactsPlace, (place) =>
  Option.match(place, {
    onNone: () =>
      Layer.merge(
        ArtefactKeeper.layerNone,
        Layer.effectDiscard(Effect.logInfo("no artefacts are kept: GITTENSOR_ARTEFACTS names no bucket that the validator shares"))
      ),
    onSome: (folder) =>
      Layer.merge(ArtefactKeeper.layer, Layer.scopedDiscard(artefactRetention)).pipe(Layer.provide(Artefacts.layerConfig(folder)))
  })
)

/** The listener for health and metrics, if a port is given. */
const metricsListener = (address: string, { metricsHost, metricsPort }: WorkOptions) =>
  Effect.transposeMapOption(metricsPort, (port) =>
    Effect.flatMap(WorkerHealth.routes({ address, version: packageFile.version }), (routes) =>
      MetricsListener.serve(routes, { hostname: metricsHost, port })
    )
  )

export const run = (options: WorkOptions) =>
  Effect.gen(function* () {
    yield* runsUntilStopped
    if (Option.isNone(options.workDatabase))
      return yield* Effect.fail(invalid("--work-database is missing: name the Postgres through which validators hand over work"))
    const { tokens } = yield* gitHubSettings
    if (tokens.length === 0)
      return yield* Effect.fail(
        invalid("GITTENSOR_GITHUB_TOKEN is not set: a worker loads files from GitHub, which shows them only to requests with a token")
      )
    const folder = yield* workFolder(options.data)
    const { host, port, atOnce, take, json } = options
    const groups = { verify: yield* headGroup, score: yield* scoringGroup }
    const address = `${host}:${port}`
    const keeper = yield* keeperLayer
    const taken = {
      verify: layerHeads({ group: groups.verify }).pipe(
        Layer.provide([stepsLayer({ runsTests: true, allowBuildScripts: options.allowBuildScripts }), layerTables, keeper])
      ),
      score: layerScoreFiles(groups.score, atOnce).pipe(Layer.provide(scoresLayer(folder, yield* cacheShares(folder))))
    }
    const panel = yield* Effect.transposeOption(Option.map(options.judges, (path) => Effect.flatMap(readPanel(path), withKeys)))
    const taking = [...take, ...Option.toArray(Option.as(panel, "duel"))]
    const takenGroups = [...take.map((kind) => groups[kind]), ...Option.toArray(panel).map((keyed) => duelGroup(keyed.panel))]
    const engine = layerWorker(takenGroups, { host, port })
    const worker = Layer.mergeAll(
      Option.match(panel, {
        onNone: () => Layer.empty,
        onSome: (keyed) => duelLayer(keyed).pipe(Layer.provide([DuelTables.layer, keeper]), Layer.provide(layerTables))
      }),
      take.includes("verify") ? taken.verify : Layer.empty,
      take.includes("score") ? taken.score : Layer.empty
    ).pipe(
      Layer.provide(engine),
      Layer.catchAll((error) =>
        Layer.fail(
          error._tag === "SocketServerError"
            ? new InvalidInput({ message: `cannot listen on ${address} (${messageOf(error.cause)}): choose another --host or --port` })
            : error
        )
      ),
      Layer.provideMerge(WorkDatabase.layer(options.workDatabase.value))
    )
    yield* Effect.gen(function* () {
      const { where } = yield* Database
      const metrics = yield* metricsListener(address, options)
      const told = { worker: address, database: where, takes: taking, groups: takenGroups, metrics: Option.getOrNull(metrics) }
      yield* print(json, told, () => [
        `working at ${address} for the database ${where}: ${taking.join(", ")}${Option.match(metrics, { onNone: () => "", onSome: ({ hostname, port }) => `; health and metrics on ${hostname}:${port}` })}`
      ])
      yield* Effect.forkScoped(TokenCheck.hourly)
      yield* Executions.retention
      yield* Effect.never
    }).pipe(Effect.provide(worker))
  }).pipe(Effect.scoped, Effect.provide([Confined.layer("always"), RefusedTokens.layer]))
