/** A stand-in for GitHub with repositories, miners and their pull requests of 30 days, and the services with which a round scores them. */
import { mkdirSync, readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { ConfigProvider, Duration, Effect, Either, Layer, Redacted, Schema } from "effect"
import type { ClockSetting } from "../../lab/devnet/github/Engine.ts"
import { fromFacts } from "../../lab/devnet/github/facts/history.ts"
import { start } from "../../lab/devnet/github/StandIn.ts"
import { tokenOf } from "../../lab/devnet/github/server/answer.ts"
import { createAccount } from "../../lab/devnet/github/state/accounts.ts"
import { openIssue } from "../../lab/devnet/github/state/issues.ts"
import { closeItem } from "../../lab/devnet/github/state/items.ts"
import { mergePullRequest } from "../../lab/devnet/github/state/merges.ts"
import { openPullRequest } from "../../lab/devnet/github/state/pullRequests.ts"
import { changeRepository, createRepository } from "../../lab/devnet/github/state/repositories.ts"
import type { State } from "../../lab/devnet/github/state/State.ts"
import type { Step } from "../../lab/devnet/github/state/Step.ts"
import { remark } from "../../lab/devnet/github/state/texts.ts"
import { RepositoryName } from "../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../src/domain/Roster.ts"
import { layerBuiltIn } from "../../src/layers/chain/roster/Roster.ts"
import * as GitHistory from "../../src/layers/git/history/GitHistory.ts"
import { layerFile } from "../../src/layers/github/contributions/CommitCache.ts"
import { Contributions, makeWith } from "../../src/layers/github/contributions/Contributions.ts"
import * as ScoreCache from "../../src/layers/storage/dataFolder/ScoreCache.ts"
import * as FileScorer from "../../src/scoring/oss_contributions/score/FileScorer.ts"
import * as PullRequestScores from "../../src/scoring/oss_contributions/score/PullRequestScores.ts"

/** The world's start, in milliseconds since 1970. */
export const NOW = Date.UTC(2026, 7, 1, 12)
const [DAY, HOUR] = [86_400_000, 3_600_000]

export interface Size {
  readonly repositories: number
  readonly miners: number
  readonly pullRequests: number
  readonly tokens: number
}

/** A repeatable sequence of pseudo-random numbers from 0 to 1. */
const randomFrom = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff
  return seed / 0x80000000
}

/**
 * The initial state, built by steps in this process, because requests would take hours for a large world. Each repository is planned just before it
 * is built, so that memory never holds all plans.
 */
const beginning = (size: Size) => {
  const random = randomFrom(7)
  const upTo = (most: number) => Math.floor(random() * most)
  let state = fromFacts([], "none")
  const take = <A>(step: (state: State) => Step<A>): A => {
    const [next, value] = Either.getOrThrowWith(step(state), (refused) => refused)
    state = next
    return value
  }
  const user = (login: string) => take((before) => createAccount(before, { login, at: NOW - 300 * DAY })).id
  const miners = Array.from({ length: size.miners }, (_, index) => user(`miner-${index}`))
  const tokens = Array.from({ length: size.tokens }, (_, index) => tokenOf(user(`token-${index}`)))
  user("maintainer")
  const repositories = Array.from({ length: size.repositories }, (_, index) => RepositoryName.make(`owner-${index}/repository`))
  // A few repositories are busy, most are quiet.
  const counts = repositories.map(() => 0)
  for (let left = size.pullRequests; left > 0; left--) {
    const index = Math.floor(random() * random() * size.repositories)
    counts[index] = (counts[index] ?? 0) + 1
  }
  const plannedOf = (repository: RepositoryName, index: number) => {
    const name = `${repository.slice(0, repository.indexOf("/"))}-${index}`
    return {
      at: NOW - upTo(29 * DAY) - HOUR,
      solves: random() < 0.4 ? (random() < 0.5 ? "maintainer" : `miner-${upTo(size.miners)}`) : undefined,
      contents: Array.from({ length: 1 + upTo(6) }, (_, file) => ({
        path: `src/${index % 64}/file-${index}-${file}.ts`,
        base: `export const value = "${name}"\n`,
        head: `export const value = (by: number) => by * ${index} + ${file} + "${name}".length\n`
      })),
      author: `miner-${upTo(size.miners)}`,
      end: random()
    }
  }
  for (const [place, repository] of repositories.entries()) {
    const planned = Array.from({ length: counts[place] ?? 0 }, (_, index) => plannedOf(repository, index))
    // The changed files' base versions are in the first commit.
    const own = planned.flatMap(({ contents }) => contents)
    const files = { "README.md": "A repository\n", ...Object.fromEntries(own.map(({ path, base }) => [path, base])) }
    take((before) => createRepository(before, { repository, files, at: NOW - 300 * DAY }))
    take((before) => changeRepository(before, repository, { members: ["maintainer"] }, NOW - 300 * DAY))
    for (const { at, solves, contents, author, end } of planned) {
      const closes =
        solves === undefined
          ? []
          : [take((before) => openIssue(before, { repository, title: "Issue", author: solves, at: at - 1_000 })).number]
      const { number } = take((before) => openPullRequest(before, { repository, title: "Change", author, closes, contents, at }))
      take((before) => remark(before, { repository, number, by: "maintainer", remark: { _tag: "Labeled", label: "bug" }, at }))
      if (end < 0.75) take((before) => mergePullRequest(before, { repository, number, by: "maintainer", at: at + HOUR }))
      else if (end < 0.85) take((before) => closeItem(before, { repository, number, at: at + HOUR }))
    }
  }
  return { state, repositories, tokens, accounts: miners.map(String) }
}

/** A world of this size, until the scope ends. */
export const makeWorld = Effect.fn("bench.makeWorld")(function* (size: Size, clock: ClockSetting) {
  const { state, repositories, tokens, accounts } = beginning(size)
  const { url, control } = yield* start({ port: 0, facts: [], state, clock })
  /** Opens a pull request in each of the first repositories. `turn`: unique for each call. */
  const grow = (count: number, turn: number, at: number) =>
    Effect.forEach(repositories.slice(0, count), (repository) => {
      const contents = [{ path: `new-${turn}.ts`, base: null, head: `export const turn = ${turn}\n` }]
      const opened = control.openPullRequest({ payload: { repository, title: "New", author: "miner-1", contents, at } })
      return Effect.map(opened, ({ number }) => ({ repository, number }))
    })
  return { url, control, repositories, tokens, grow, accounts }
})

/** A validator's scoring request. `now`: milliseconds since 1970. */
export const requestFor = (repositories: ReadonlyArray<string>, accounts: ReadonlyArray<string>, now: number) => ({
  now: now * 1_000,
  repositories: Schema.decodeUnknownSync(RosterRepositories)(
    Object.fromEntries(repositories.map((name) => [name, { emission_share: 1 / repositories.length }]))
  ),
  uids: Object.fromEntries(accounts.map((account, index) => [String(index + 1), account]))
})

/** The services of a validator with its caches in `folder`. */
export const services = (url: string, tokens: ReadonlyArray<string>, folder: string) => {
  const settings = {
    url,
    tokens: tokens.map((token) => Redacted.make(token)),
    timeout: Duration.seconds(60),
    patience: Duration.seconds(60),
    pause: Duration.millis(100)
  }
  const [caches, clones] = [join(folder, "caches"), join(folder, "clones")]
  for (const place of [caches, clones]) mkdirSync(place, { recursive: true })
  const config = Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["GITTENSOR_GITHUB_URL", url]])))
  const record = Layer.provide(GitHistory.layer(clones), config)
  const layer = Layer.provideMerge(
    Layer.provide(PullRequestScores.layerCached, ScoreCache.layerFile(join(caches, "scored.sqlite"), 1e9)),
    Layer.merge(
      Layer.scoped(Contributions, makeWith(settings)).pipe(Layer.provide(layerFile(join(caches, "commits.sqlite"))), Layer.provide(record)),
      Layer.merge(FileScorer.layer({ cache: { file: join(caches, "trees.sqlite") } }), layerBuiltIn)
    )
  )
  return { layer, caches, clones }
}

/** This process's CPU time in seconds. */
export const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

/** The total size of all files in a folder whose names have this prefix. */
export const bytesOf = (folder: string, name = ""): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.startsWith(name))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
