/** Runs the index: one pass, continuously, or only the migrations. */
import { join } from "node:path"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import type { SqlClient } from "@effect/sql/SqlClient"
import { Clock, Duration, Effect, Layer, Option, Ref, Schedule } from "effect"
import packageFile from "../../../package.json"
import { AlreadyIndexing } from "../../dashboard/indexer/errors.ts"
import { follow } from "../../dashboard/indexer/follow.ts"
import * as IndexHealth from "../../dashboard/indexer/health.ts"
import { indexAlone, migrateAlone } from "../../dashboard/indexer/lock.ts"
import { forgetAll, makePass, type Pass } from "../../dashboard/indexer/pass.ts"
import { ArchiveFolder } from "../../dashboard/indexer/refresh/scores.ts"
import { makeRefresh } from "../../dashboard/indexer/refreshing.ts"
import type { AccountAddress } from "../../domain/Account.ts"
import { formatBlocks } from "../../domain/Blocks.ts"
import { isTemporary } from "../../domain/causes.ts"
import { type RosterDocument, refusedAt } from "../../domain/Roster.ts"
import * as PeerQuality from "../../layers/chain/axon/PeerQuality.ts"
import * as PeerReports from "../../layers/chain/axon/reports/PeerReports.ts"
import type { Contract } from "../../layers/chain/contract/Contract.ts"
import { Chain } from "../../layers/chain/node/Chain.ts"
import * as RosterSigner from "../../layers/chain/roster/RosterSigner.ts"
import type { Subnet } from "../../layers/chain/subnet/Subnet.ts"
import * as RefusedTokens from "../../layers/github/client/RefusedTokens.ts"
import * as TokenCheck from "../../layers/github/client/TokenCheck.ts"
import * as GitHubBurden from "../../layers/github/display/GitHubBurden.ts"
import * as GitHubDisplay from "../../layers/github/display/GitHubDisplay.ts"
import { retriedAtStart } from "../../layers/machine/effects/retried.ts"
import * as MetricsListener from "../../layers/machine/http/MetricsListener.ts"
import * as ServiceManager from "../../layers/machine/process/ServiceManager.ts"
import { tidyMemory } from "../../layers/machine/telemetry/memory.ts"
import { print } from "../../layers/machine/terminal/output.ts"
import * as Database from "../../layers/storage/database/Database.ts"
import { runsUntilStopped } from "../program/untilStopped.ts"
import { contractLayer, type Network } from "../shared/chainServices.ts"
import { type DatabaseOptions, invalid } from "../shared/options.ts"
import { type RosterSource, rosterAt } from "../shared/rosterSource.ts"
import * as Weighing from "../shared/weighing.ts"

export interface IndexOptions {
  readonly follow: boolean
  readonly fromGenesis: boolean
  readonly fromBlock: Option.Option<number>
  readonly migrateOnly: boolean
  /** Interval of GitHub requests about running competitions. */
  readonly githubEvery: Duration.Duration
  readonly metricsPort: Option.Option<number>
  readonly metricsHost: string
  /** The folder of a validator's score archive. */
  readonly scores: Option.Option<string>
  /** The validators' roster, for computing weights from their reports. */
  readonly roster: Option.Option<RosterSource>
  /** Whether to survey issues that could get a bounty. */
  readonly suggestions: boolean
  /** The webhook configuration file. */
  readonly webhooks: Option.Option<string>
  readonly webhooksToPrivateHosts: boolean
  /** Whether to write comments and statuses on GitHub. */
  readonly githubComments: boolean
  /** The operator's contact for maintainers. */
  readonly contact: Option.Option<string>
  /** Public scheme and host of the page. */
  readonly publicUrl: Option.Option<string>
  readonly network: Network
  readonly contract: Option.Option<AccountAddress>
  readonly database: DatabaseOptions
  readonly json: boolean
}

/** The index is unhealthy if it is more blocks behind the chain's head; the same limit as in `serve`. */
const MAX_BEHIND = 50

/** Catching up at hundreds of blocks a second produces garbage fast. A pass without new blocks stays below the limit. */
const COLLECTION = { growth: 64_000_000, above: 320_000_000, every: "50 millis" } as const

/** Maximum share of a single pass's time for audits after the first one. */
const AUDITING_SHARE = 0.05

const perSecond = ({ blocks, seconds }: Pass) => Math.round((blocks / Math.max(seconds, 0.001)) * 10) / 10

const passAsJson = (pass: Pass) => ({ ...pass, blocksPerSecond: perSecond(pass) })

const passInWords = (pass: Pass): string => {
  const { from, blocks, seconds, at, head } = pass
  if (from === undefined || at === undefined)
    return `nothing new: the index is at block ${at?.number ?? 0}, the finalised head is block ${head.number}`
  return `indexed blocks ${from} to ${at.number}: ${formatBlocks(blocks)} in ${seconds.toFixed(1)} s, ${perSecond(pass)} a second`
}

const folderOf = ({ data }: DatabaseOptions) => join(data, "database")

const migrateOnly = (json: boolean) =>
  Effect.gen(function* () {
    const { where } = yield* Database.Database
    const applied = yield* migrateAlone
    return yield* print(json, { database: where, applied: applied.map(({ number, name }) => ({ number, name })) }, ({ applied }) => [
      applied.length === 0
        ? `the tables of ${where} are up to date`
        : `${where}: ${applied.map(({ number, name }) => `${number} ${name}`).join(", ")} applied`
    ])
  })

/** Reads the webhook file, and returns the loop that sends webhooks, for the process that writes the index. Fails if the file is invalid. */
const webhooksOf = ({ webhooks: path, webhooksToPrivateHosts: toPrivateHosts, publicUrl, contract, database, follow }: IndexOptions) =>
  Effect.gen(function* () {
    if (Option.isNone(path) || Option.isNone(contract)) return () => Effect.void
    const [{ readWebhooks }, { runWebhooks }] = yield* Effect.promise(() =>
      Promise.all([import("../../dashboard/webhooks/webhookFile.ts"), import("../../dashboard/webhooks/webhooks.ts")])
    )
    const webhooks = yield* readWebhooks(path.value, { toPrivateHosts })
    if (!follow) yield* Effect.logWarning("webhooks are sent only with --follow: this pass sends none")
    return (chain: string) =>
      runWebhooks({
        webhooks,
        toPrivateHosts,
        origin: { chain, contract: contract.value, publicUrl: Option.getOrUndefined(publicUrl) },
        database: { url: database.database, folder: folderOf(database) }
      })
  })

/** Reads the token for comments, and returns the loop that writes them. Fails if a required option is missing. */
const commentsOf = ({ githubComments, contact, githubEvery, publicUrl, contract, follow }: IndexOptions) =>
  Effect.gen(function* () {
    if (!githubComments || Option.isNone(contract)) return () => Effect.void
    if (Option.isNone(contact))
      return yield* Effect.fail(invalid("--github-comments needs --contact: each comment says where maintainers can write to"))
    if (Option.isNone(publicUrl)) return yield* Effect.fail(invalid("--github-comments needs --public-url: each comment links to the page"))
    if (!follow)
      return yield* Effect.fail(invalid("--github-comments needs --follow: a comment that is not kept up to date would be wrong soon"))
    const [{ runComments }, GitHubComments] = yield* Effect.promise(() =>
      Promise.all([import("../../dashboard/comments/comments.ts"), import("../../layers/github/GitHubComments.ts")])
    )
    const token = yield* GitHubComments.commentsToken
    const origin = { contract: contract.value, publicUrl: publicUrl.value, contact: contact.value }
    return (chain: string, isAtHead: Effect.Effect<boolean>, refusals: Effect.Effect<ReadonlyArray<string>>) =>
      runComments({ ...origin, chain, isAtHead, refusals, gitHubEvery: githubEvery }).pipe(
        Effect.provide(GitHubComments.layer(token)),
        Effect.catchAllCause((cause) => Effect.logError("comments and statuses on GitHub can't be written", cause))
      )
  })

/** Surveys the roster's issues, if enabled. */
const suggestedBy = ({ suggestions, roster }: IndexOptions) =>
  Effect.gen(function* () {
    if (!suggestions || Option.isNone(roster)) return Option.none()
    const { makeLook } = yield* Effect.promise(() => import("./suggested.ts"))
    return Option.some(yield* makeLook(roster.value))
  })

/** What the roster at the newest block says; nothing without a roster. */
const inRoster = ({ roster }: IndexOptions, says: (roster: RosterDocument, now: number) => ReadonlyArray<string>) =>
  Effect.map(Effect.context<Chain | Contract | Subnet>(), (services) =>
    Option.match(roster, {
      onNone: () => Effect.succeed<ReadonlyArray<string>>([]),
      onSome: (source) =>
        Effect.gen(function* () {
          const document = yield* rosterAt(source, yield* (yield* Chain).finalisedHead)
          return says(document, yield* Clock.currentTimeMillis)
        }).pipe(Effect.provide(RosterSigner.layer), Effect.provide(services))
    })
  )

/** How long the roster's refusals are believed. */
const REFUSALS_FRESH = "15 minutes"

/** The repositories that refuse bounties. While no mirror answers, those that were known last. */
const refusalsIn = (options: IndexOptions) =>
  Effect.gen(function* () {
    const known = yield* Ref.make<ReadonlyArray<string>>([])
    const read = yield* inRoster(options, refusedAt)
    return yield* Effect.cachedWithTTL(
      read.pipe(
        Effect.tap((all) => Ref.set(known, all)),
        Effect.catchAll(({ message }) => Effect.zipRight(Effect.logWarning("the roster's refusals were not read", message), Ref.get(known)))
      ),
      REFUSALS_FRESH
    )
  })

/** The services that need the chain. */
const onChain = (
  options: IndexOptions,
  besides: (
    chain: string,
    isAtHead: Effect.Effect<boolean>,
    refusals: Effect.Effect<ReadonlyArray<string>>
  ) => Effect.Effect<void, never, SqlClient>
) =>
  Effect.gen(function* () {
    // Forked here, so that the memory loaded so far is the baseline for growth.
    yield* Effect.forkScoped(tidyMemory(COLLECTION))
    const refresh = yield* makeRefresh(Weighing.withContract, {
      gitHubEvery: options.githubEvery,
      suggested: yield* suggestedBy(options),
      repositories: yield* inRoster(options, ({ repositories }) => Object.keys(repositories))
    })
    const { fromBlock, fromGenesis, json } = options
    if (options.follow) {
      const { monitor, state } = yield* IndexHealth.make
      const { all: refusedTokens } = yield* RefusedTokens.RefusedTokens
      const subject = { state, maxBehind: MAX_BEHIND, version: packageFile.version, refusedTokens }
      if (Option.isSome(options.metricsPort)) {
        const { hostname, port } = yield* MetricsListener.serve(IndexHealth.routes(subject), {
          hostname: options.metricsHost,
          port: options.metricsPort.value
        })
        yield* print(json, { metrics: { hostname, port } }, () => [`health and metrics on ${hostname}:${port}`])
      }
      yield* Effect.forkScoped(IndexHealth.tellServiceManager(subject))
      yield* Effect.forkScoped(TokenCheck.hourly)
      const told = (pass: Pass) => print(json, passAsJson(pass), () => (pass.blocks > 1 ? [passInWords(pass)] : []))
      const { genesisHash } = yield* Chain
      const writing = besides(genesisHash, IndexHealth.isAtHead(subject), yield* refusalsIn(options))
      const beside = Effect.provide(writing, yield* Effect.context<SqlClient>())
      return yield* follow({ fromBlock, fromGenesis, refresh, githubEvery: options.githubEvery, onPass: told, beside }).pipe(
        Effect.provideService(IndexHealth.IndexMonitor, monitor)
      )
    }
    yield* indexAlone
    if (fromGenesis) yield* forgetAll
    const pass = yield* makePass
    const done = yield* pass(yield* (yield* Chain).finalisedHead, { fromBlock })
    if (done.at !== undefined) yield* refresh.head(done.at)
    // One epoch at a time: after a long history, the first pass leaves older epochs to later passes.
    const auditing = Schedule.upTo(Schedule.forever, Duration.seconds(done.seconds * AUDITING_SHARE))
    const audits = refresh.consensus(1).pipe(Effect.repeat({ while: (looked) => looked > 0, schedule: auditing }))
    yield* Effect.all([refresh.quality, Effect.zipRight(refresh.gitHub, refresh.burdens), refresh.suggestions, audits], {
      concurrency: "unbounded",
      discard: true
    })
    yield* print(json, passAsJson(done), () => [passInWords(done)])
  }).pipe(Effect.scoped)

export const run = (options: IndexOptions) =>
  Effect.gen(function* () {
    if (options.follow) yield* runsUntilStopped
    if (!options.migrateOnly && Option.isNone(options.contract))
      return yield* Effect.fail(ValidationError.missingValue(HelpDoc.p("Expected to find option: '--contract'")))
    if (options.suggestions && Option.isNone(options.roster))
      return yield* Effect.fail(invalid("--suggestions needs --roster: it says whose issues are looked at"))
    const [webhooks, comments] = yield* Effect.all([webhooksOf(options), commentsOf(options)])
    const besides: Parameters<typeof onChain>[1] = (chain, isAtHead, refusals) =>
      Effect.all([webhooks(chain), comments(chain, isAtHead, refusals)], { concurrency: "unbounded", discard: true })
    const database = Database.layer({ url: options.database.database, folder: folderOf(options.database) })
    if (Option.isNone(options.contract) || options.migrateOnly) return yield* Effect.provide(migrateOnly(options.json), database)
    const contract = contractLayer({ network: options.network, contract: options.contract.value })
    const indexing = onChain(options, besides).pipe(
      Effect.provide(
        Layer.mergeAll(
          GitHubDisplay.layer,
          GitHubBurden.layer,
          ServiceManager.layer,
          PeerQuality.layer,
          PeerReports.layer,
          Weighing.layer(options.roster)
        )
      ),
      Effect.provide(RefusedTokens.layer),
      Effect.provideService(ArchiveFolder, { path: Option.getOrUndefined(options.scores) }),
      // Built in parallel, because both take time and neither needs the other.
      Effect.provide(Layer.merge(contract, database))
    )
    // `follow` has decided whether to wait for another process.
    const isRetried = (error: { readonly _tag: string }) => isTemporary(error) && error._tag !== "AlreadyIndexing"
    yield* (options.follow ? retriedAtStart(indexing, isRetried) : indexing).pipe(
      Effect.catchTag("AlreadyIndexing", ({ where, message }) =>
        options.fromGenesis
          ? new AlreadyIndexing({ where, advice: "end it before --from-genesis empties what it writes" })
          : // Not an error of a single pass.
            print(options.json, { already: true }, () => [`${message}: nothing to do here`])
      )
    )
  }).pipe(Effect.scoped)
