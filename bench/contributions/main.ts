/**
 * `npm run bench -- contributions [--small] [--json]`: counts the requests that a round of contributions sends to GitHub: 50 repositories, 256 miners, 2,000 pull
 * requests of 30 days and three tokens (`--small`: 10, 64 and 200), against the stand-in with GitHub's own limits. `first…`: nothing is cached. `second…`: nothing has changed.
 * `third…`: 20 pull requests are new. `restarted…`: a new process with the cache on disk. `…Requests` counts HTTP requests, `…NotModified` those of them
 * that GitHub answers with 304 and does not count, `…Points` the cost against GraphQL's limit, `…CpuSeconds` the processor time of this process, in which
 * the stand-in runs too. `commitsBytes`, `filesBytes`: the caches on disk at the end. `evidenceBytes`: the first round's evidence as the archive keeps it, compressed.
 * All of it is measured twice: with files from GitHub's API alone, and (`git…`) with git's record, as a validator has it. `gitClonesBytes`: its clones at the end;
 * `git…GitRequests`: git's own requests, which GitHub does not limit and which are in no other figure.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { blake2b } from "@noble/hashes/blake2.js"
import { ConfigProvider, Duration, Effect, Layer, Redacted, Schema } from "effect"
import { start } from "../../lab/devnet/github/StandIn.ts"
import { fromPublicKey } from "../../src/domain/Account.ts"
import { canonicalJson } from "../../src/domain/canonicalJson.ts"
import { type IssueNumber, RepositoryName } from "../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../src/domain/Roster.ts"
import * as GitRecord from "../../src/layers/git/record/GitRecord.ts"
import { layerFile } from "../../src/layers/github/contributions/CommitCache.ts"
import { Contributions, makeWith } from "../../src/layers/github/contributions/Contributions.ts"
import { layerBuiltIn } from "../../src/layers/roster/Roster.ts"
import * as ScoreCache from "../../src/layers/store/ScoreCache.ts"
import { scoreMiners } from "../../src/scoring/oss_contributions/rules/epochScores.ts"
import { methodsOf } from "../../src/scoring/oss_contributions/rules/files/totals.ts"
import * as FileScorer from "../../src/scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { loadAndScoreFiles } from "../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"

const TOKENS = 3
const [REPOSITORIES, MINERS, PULL_REQUESTS, CHANGED] = process.argv.includes("--small") ? [10, 64, 200, 5] : [50, 256, 2_000, 20]
const NOW = Date.UTC(2026, 7, 1, 12)
const [DAY, HOUR] = [86_400_000, 3_600_000]

const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** Bytes of all files below a folder whose names begin like this. */
const bytesOf = (folder: string, name = ""): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith(name))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)

/** A repeatable sequence of pseudo-random numbers from 0 to 1. */
const randomFrom = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
  return seed / 0x80000000
}

const told = Effect.gen(function* () {
  const { url, control } = yield* start({ port: 0, facts: [], clock: { _tag: "Fixed", at: NOW } })
  const random = randomFrom(7)
  const upTo = (most: number) => Math.floor(random() * most)
  const user = (login: string) => control.createUser({ payload: { login, at: NOW - 300 * DAY } })
  const miners = yield* Effect.forEach(Array.from({ length: MINERS }), (_, index) => user(`miner-${index}`))
  const tokens = yield* Effect.forEach(Array.from({ length: TOKENS }), (_, index) =>
    Effect.map(user(`token-${index}`), ({ token }) => token)
  )
  yield* user("maintainer")
  const repositories = Array.from({ length: REPOSITORIES }, (_, index) => RepositoryName.make(`owner-${index}/repository`))
  const planned = Array.from({ length: PULL_REQUESTS }, (_, index) => {
    // A few repositories are busy, most are quiet.
    const repository = repositories[Math.floor(random() * random() * REPOSITORIES)] ?? RepositoryName.make("owner-0/repository")
    const at = NOW - upTo(29 * DAY) - HOUR
    const solves = random() < 0.4 ? (random() < 0.5 ? "maintainer" : `miner-${upTo(MINERS)}`) : undefined
    const contents = Array.from({ length: 1 + upTo(6) }, (_, file) => ({
      path: `src/file-${index}-${file}.ts`,
      base: `export const value = ${index}\n`,
      head: `export const value = (by: number) => by * ${index} + ${file}\n`
    }))
    return { repository, at, solves, contents, author: `miner-${upTo(MINERS)}`, end: random() }
  })
  for (const repository of repositories) {
    // git knows what is there before it is changed.
    const own = planned.filter((one) => one.repository === repository).flatMap(({ contents }) => contents)
    const files = { "README.md": "A repository\n", ...Object.fromEntries(own.map(({ path, base }) => [path, base])) }
    yield* control.createRepository({ payload: { repository, files, at: NOW - 300 * DAY } })
    yield* control.changeRepository({ payload: { repository, members: ["maintainer"] } })
  }
  for (const { repository, at, solves, contents, author, end } of planned) {
    const closes: Array<IssueNumber> = []
    if (solves !== undefined)
      closes.push((yield* control.openIssue({ payload: { repository, title: "Issue", author: solves, at: at - 1_000 } })).number)
    const { number } = yield* control.openPullRequest({ payload: { repository, title: "Change", author, closes, contents, at } })
    yield* control.remark({ payload: { repository, number, by: "maintainer", remark: { _tag: "Labeled", label: "bug" }, at } })
    if (end < 0.75) yield* control.mergePullRequest({ payload: { repository, number, by: "maintainer", at: at + HOUR } })
    else if (end < 0.85) yield* control.close({ payload: { repository, number, at: at + HOUR } })
  }
  const change = Effect.forEach(repositories.slice(0, CHANGED), (repository) =>
    control.openPullRequest({
      payload: { repository, title: "New", author: "miner-1", contents: [{ path: "new.ts", base: null, head: "let a = 1\n" }], at: NOW }
    })
  )
  return { url, control, repositories, tokens, change, accounts: miners.map(({ id }) => String(id)) }
})

/** `keepsClones`: whether files come from git's record. */
const measured = Effect.fn("bench.contributions")(function* (keepsClones: boolean) {
  const { url, control, repositories, tokens, accounts, change } = yield* told
  const settings = {
    url,
    tokens: tokens.map((token) => Redacted.make(token)),
    timeout: Duration.seconds(60),
    patience: Duration.seconds(60),
    pause: Duration.millis(100)
  }
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-bench-contributions-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true }))
  )
  const [caches, clones] = [join(folder, "caches"), join(folder, "clones")]
  for (const place of [caches, clones]) mkdirSync(place)
  const config = Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["GITTENSOR_GITHUB_URL", url]])))
  const record = keepsClones
    ? Layer.provide(GitRecord.layer(clones), config)
    : Layer.succeed(GitRecord.GitRecord, yield* GitRecord.GitRecord)
  const layer = Layer.provideMerge(
    Layer.provide(PullRequestScores.layerCached, ScoreCache.layerFile(join(caches, "scored.sqlite"), 1e9)),
    Layer.merge(
      Layer.scoped(Contributions, makeWith(settings)).pipe(Layer.provide(layerFile(join(caches, "commits.sqlite"))), Layer.provide(record)),
      Layer.merge(
        FileScorer.layer({ cacheFiles: { pairs: join(caches, "files.sqlite"), tallies: join(caches, "trees.sqlite") } }),
        layerBuiltIn
      )
    )
  )
  const request = {
    now: NOW * 1_000,
    repositories: Schema.decodeUnknownSync(RosterRepositories)(
      Object.fromEntries(repositories.map((name) => [name, { emission_share: 1 / REPOSITORIES }]))
    ),
    uids: Object.fromEntries(accounts.map((account, index) => [String(index + 1), account]))
  }
  const hotkeys = new Map(
    accounts.map((account, index) => [index + 1, fromPublicKey(blake2b(new TextEncoder().encode(account), { dkLen: 32 }))] as const)
  )
  const figures: Record<string, number> = { repositories: REPOSITORIES, miners: MINERS, pullRequests: PULL_REQUESTS, changed: CHANGED }
  const round = (name: string) =>
    Effect.gen(function* () {
      const before = yield* control.countRequests({ payload: {} })
      const [started, startedCpu] = [performance.now(), processorSeconds()]
      const { cost } = yield* Contributions
      const costBefore = yield* cost
      const { record, missing, totals, files } = yield* loadAndScoreFiles(request)
      figures[`${name}CpuSeconds`] = Math.round((processorSeconds() - startedCpu) * 10) / 10
      const costAfter = yield* cost
      const after = yield* control.countRequests({ payload: {} })
      if (missing.length > 0) return yield* Effect.dieMessage(`evidence is missing: ${missing[0]?.why}`)
      figures.comparedFiles = [...files.values()].reduce((sum, one) => sum + one.files.length, 0)
      const methods = new Map([...files].map(([key, scored]) => [key, methodsOf(scored.files)] as const))
      figures.evidenceBytes ??= gzipSync(
        canonicalJson(scoreMiners({ record, totals, methods, missing, hotkeys, unlinked: new Map(), before: undefined }))
      ).length
      const git = after.git - before.git
      figures[`${name}Requests`] = after.requests - before.requests - git
      if (keepsClones) figures[`${name}GitRequests`] = git
      figures[`${name}NotModified`] = after.notModified - before.notModified
      figures[`${name}Points`] = costAfter.points - costBefore.points
      figures[`${name}PullRequestsScored`] = totals.size
      figures[`${name}Seconds`] = Math.round((performance.now() - started) / 100) / 10
    })
  yield* Effect.provide(
    round("first").pipe(Effect.zipRight(round("second")), Effect.zipRight(change), Effect.zipRight(round("third"))),
    layer
  )
  yield* Effect.provide(round("restarted"), layer)
  figures.commitsBytes = bytesOf(caches, "commits.sqlite")
  figures.scoredBytes = bytesOf(caches, "scored.sqlite")
  figures.filesBytes = bytesOf(caches) - figures.commitsBytes - figures.scoredBytes
  if (keepsClones) figures.clonesBytes = bytesOf(clones)
  return figures
}, Effect.scoped)

export const contributions = Effect.gen(function* () {
  const byApi = yield* measured(false)
  const byGit = Object.entries(yield* measured(true)).map(
    ([name, figure]) => [`git${name.charAt(0).toUpperCase()}${name.slice(1)}`, figure] as const
  )
  return { ...byApi, ...Object.fromEntries(byGit) }
})
