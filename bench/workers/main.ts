/**
 * `npm run bench -- workers [--json]`: scoring by `gittensor work` on a Postgres of its own, with a GitHub stand-in whose answers take a while. All scores are
 * compared with those of one process. The figures:
 *
 * - `workers1PerSecond…workers3PerSecond`: pull requests a second with so many workers, four at once each.
 * - `killed…`: three workers, of which one is killed (-9) every few seconds, and started again when the others have its share, while Postgres is killed and started again once.
 *   `killedRecoverySeconds` is the longest time after a worker's death without a new result, `killedDatabaseSeconds` the same for the database's, and
 *   `killedTakeOverSeconds` the longest time until others hold all of a dead worker's share.
 * - `different`: scores that are not those of one process. `executedTwice`: results in the database beyond one for each pull request.
 * - `rows`, `rowsAfterPruning`: what the executions of the last part leave in the database.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { Duration, Effect, Layer, Redacted, Schedule, Schema } from "effect"
import { start } from "../../lab/devnet/github/StandIn.ts"
import { fileRulesOf } from "../../src/domain/contributions/FileRules.ts"
import { defaultRoster } from "../../src/domain/defaultRoster.ts"
import { RepositoryName } from "../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../src/domain/Roster.ts"
import { layerNone } from "../../src/layers/github/contributions/CommitCache.ts"
import { Contributions, makeWith, type PullRequestCommits } from "../../src/layers/github/contributions/Contributions.ts"
import * as ScoreCache from "../../src/layers/storage/dataFolder/ScoreCache.ts"
import { layerClient } from "../../src/layers/storage/durable/engine.ts"
import * as Executions from "../../src/layers/storage/durable/executions.ts"
import * as ByWorkers from "../../src/quality/fileScores/PullRequestScoresByWorkers.ts"
import { scoringGroup } from "../../src/quality/fileScores/ScoreFiles.ts"
import * as WorkDatabase from "../../src/quality/WorkDatabase.ts"
import { layer as scorerLayer } from "../../src/scoring/oss_contributions/score/FileScorer.ts"
import { PullRequestScores, layer as scoresLayer } from "../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { type Cluster, startCluster, urlOf } from "../../test/support/database/server.ts"
import { freePort } from "../../test/support/freePort.ts"

const PULL_REQUESTS = 500
/** How long GitHub takes for an answer, in ms: a step that waits. */
const GITHUB_MS = 300
const AT_ONCE = 4
/** So many that GitHub's limit for each token stops nobody: what is measured is the workers. */
const TOKENS = 12
/** The engine's shards of each group. */
const SHARDS = 300
const KILL_EVERY_MS = 8_000
/** After this many kills of workers, the database is killed too. */
const DATABASE_AFTER = 2

const rules = fileRulesOf(defaultRoster)
const rounded = (value: number): number => Math.round(value * 10) / 10
const say = (line: string) => process.stderr.write(`${line}\n`)

const functions = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export function f${index}(a: number) {\n  return a > ${index} ? a : a * 0.1\n}\n`).join("")

const DAY = 86_400_000
const repository = RepositoryName.make("acme/widgets")

/** Merged pull requests of one author, and their commits. */
const story = Effect.gen(function* () {
  const { url, control } = yield* start({ port: 0, facts: [] })
  const now = Date.now()
  yield* control.createUser({ payload: { login: "ada" } })
  const { id, token } = yield* control.createUser({ payload: { login: "bob", at: now - 300 * DAY } })
  yield* control.createRepository({ payload: { repository, at: now - 300 * DAY } })
  yield* control.changeRepository({ payload: { repository, members: ["ada"], at: now - 300 * DAY } })
  for (let part = 1; part <= PULL_REQUESTS; part++) {
    const contents = [{ path: `src/f${part}.ts`, base: functions(5), head: functions(6 + (part % 20)) }]
    const { number } = yield* control.openPullRequest({
      payload: { repository, title: `Part ${part}`, author: "bob", contents, at: now - 3 * DAY }
    })
    yield* control.mergePullRequest({ payload: { repository, number, by: "ada", at: now - 2 * DAY } })
  }
  const contributions = yield* makeWith({
    url,
    tokens: [Redacted.make(token)],
    timeout: Duration.seconds(15),
    patience: Duration.minutes(1),
    pause: Duration.millis(50)
  }).pipe(Effect.provide(layerNone))
  const repositories = Schema.decodeUnknownSync(RosterRepositories)({ [repository]: { emission_share: 1 } })
  const { record } = yield* contributions.load({ now: now * 1000, repositories, uids: { "1": String(id) } })
  const commits = (record.pulls[String(id)] ?? []).map(
    ({ pr_number: number, base_sha, head_sha }): PullRequestCommits => ({ repository, number, base: base_sha ?? "", head: head_sha ?? "" })
  )
  const others = yield* Effect.forEach(Array.from({ length: TOKENS - 1 }), (_, index) =>
    control.createUser({ payload: { login: `worker-${index}`, at: now - 300 * DAY } })
  )
  return { url, tokens: [token, ...others.map((other) => other.token)], contributions, commits }
})

const scoresOf = (commits: ReadonlyArray<PullRequestCommits>) =>
  Effect.flatMap(PullRequestScores, ({ atOnce, ofPullRequest }) =>
    Effect.forEach(commits, (one) => ofPullRequest(one, rules), { concurrency: atOnce })
  )

const byWorkers = (database: string) =>
  ByWorkers.layer.pipe(
    Layer.provide(ScoreCache.layerNone),
    Layer.provide(Layer.unwrapEffect(Effect.map(scoringGroup, layerClient))),
    Layer.provideMerge(WorkDatabase.layer(Redacted.make(database)))
  )

/** Answers as the stand-in does, later. */
const slowly = (url: string) =>
  Bun.serve({
    port: 0,
    idleTimeout: 60,
    fetch: async (request) => {
      await Bun.sleep(GITHUB_MS)
      const { pathname, search } = new URL(request.url)
      const answer = await fetch(`${url}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        body: request.method === "GET" ? null : await request.text()
      })
      const headers = new Headers(answer.headers)
      for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name)
      return new Response(await answer.arrayBuffer(), { status: answer.status, headers })
    }
  })

interface Given {
  readonly database: string
  readonly gitHub: string
  readonly tokens: ReadonlyArray<string>
  readonly folder: string
}

class Worker {
  #child: Bun.Subprocess<"ignore", "pipe", "inherit"> | undefined
  constructor(
    readonly given: Given,
    readonly port: number
  ) {}

  /** Resolves when it works. */
  async start(): Promise<void> {
    const { database, gitHub, tokens, folder } = this.given
    const args = ["--port", String(this.port), "--at-once", String(AT_ONCE), "--data", join(folder, String(this.port)), "--json"]
    this.#child = Bun.spawn([process.execPath, "src/main.ts", "work", ...args], {
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        GITTENSOR_WORK_DATABASE: database,
        GITTENSOR_GITHUB_URL: gitHub,
        GITTENSOR_GITHUB_TOKEN: tokens.join(","),
        GITTENSOR_LOG_LEVEL: "error"
      }
    })
    for await (const _ of this.#child.stdout) return
  }

  async kill(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    this.#child?.kill(signal)
    await this.#child?.exited
  }
}

const finished = Effect.map(Executions.workState, ({ workflows }) => workflows[0]?.finished ?? 0)

const makeDatabase = async (cluster: Cluster, name: string): Promise<string> => {
  const { Client } = (await import("pg")).default
  const client = new Client({ connectionString: urlOf(cluster.port, "postgres") })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  await client.end()
  return urlOf(cluster.port, name)
}

type Scores = Effect.Effect.Success<ReturnType<typeof scoresOf>>
const differentOf = (found: Scores, wanted: Scores) => wanted.filter((one, index) => !Bun.deepEquals(one, found[index])).length

/** Waits until all workers have their shares of the work: each took over whatever shards were free when it started. */
const balanced = (count: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const shards = yield* sql<{ readonly held: number }>`SELECT count(*)::int AS held FROM cluster_locks GROUP BY address`
    const held = shards.map((one) => one.held)
    return held.length === count && Math.max(...held) - Math.min(...held) <= 2 && held.reduce((sum, one) => sum + one, 0) % SHARDS === 0
  }).pipe(Effect.repeat({ until: (isBalanced) => isBalanced, schedule: Schedule.spaced(Duration.millis(500)) }))

/** Scores everything with this many workers. */
const throughput = (given: Given, count: number, commits: ReadonlyArray<PullRequestCommits>, wanted: Scores) =>
  Effect.gen(function* () {
    const ports = yield* Effect.promise(() => Promise.all(Array.from({ length: count }, freePort)))
    const workers = ports.map((port) => new Worker(given, port))
    yield* Effect.promise(() => Promise.all(workers.map((worker) => worker.start())))
    yield* balanced(count)
    const began = performance.now()
    const found = yield* scoresOf(commits)
    const perSecond = commits.length / ((performance.now() - began) / 1000)
    yield* Effect.promise(() => Promise.all(workers.map((worker) => worker.kill("SIGTERM"))))
    return { perSecond: rounded(perSecond), different: differentOf(found, wanted) }
  }).pipe(Effect.provide(byWorkers(given.database)))

/** Waits until the others hold everything that a dead worker held. */
const takenOver = ({ port }: Worker) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    const [row] = yield* sql<{ readonly held: number }>`SELECT count(*)::int AS held FROM cluster_locks WHERE address LIKE ${`%:${port}`}`
    return row?.held
  }).pipe(Effect.repeat({ until: (held) => held === 0, schedule: Schedule.spaced(Duration.millis(250)) }))

/** Scores everything while workers and the database are killed. */
const underFire = (given: Given, cluster: Cluster, commits: ReadonlyArray<PullRequestCommits>, wanted: Scores) =>
  Effect.gen(function* () {
    const ports = yield* Effect.promise(() => Promise.all([freePort(), freePort(), freePort()]))
    const workers = ports.map((port) => new Worker(given, port))
    yield* Effect.promise(() => Promise.all(workers.map((worker) => worker.start())))
    yield* balanced(workers.length)
    const began = performance.now()
    /** When the last result was new, and the longest wait for one since the last death of a worker or of the database. */
    let [last, at, kills] = [0, performance.now(), 0]
    let cause: "worker" | "database" | undefined
    const longest = { worker: 0, database: 0, takeOver: 0 }
    const watching = yield* Effect.fork(
      Effect.gen(function* () {
        const count = yield* finished.pipe(Effect.orElseSucceed(() => last))
        const now = performance.now()
        if (cause !== undefined) longest[cause] = Math.max(longest[cause], (now - at) / 1000)
        if (count > last) [last, at] = [count, now]
      }).pipe(Effect.delay(Duration.millis(250)), Effect.forever)
    )
    const killing = yield* Effect.fork(
      Effect.gen(function* () {
        yield* Effect.sleep(Duration.millis(KILL_EVERY_MS))
        const worker = workers[kills % workers.length]
        if (worker === undefined) return
        cause = "worker"
        const killed = performance.now()
        yield* Effect.promise(() => worker.kill("SIGKILL"))
        kills += 1
        say(`${last} results: worker killed`)
        yield* takenOver(worker)
        longest.takeOver = Math.max(longest.takeOver, (performance.now() - killed) / 1000)
        yield* Effect.promise(() => worker.start())
        if (kills !== DATABASE_AFTER) return
        yield* Effect.sleep(Duration.millis(KILL_EVERY_MS))
        cause = "database"
        say(`${last} results: database killed`)
        yield* Effect.promise(async () => {
          await cluster.stop("immediate")
          await cluster.start()
        })
      }).pipe(Effect.forever)
    )
    const found = yield* scoresOf(commits)
    const seconds = (performance.now() - began) / 1000
    yield* Effect.all([killing.interruptAsFork(killing.id()), watching.interruptAsFork(watching.id())])
    const before = yield* Executions.workState
    const executed = before.workflows[0]?.finished ?? 0
    const forgotten = yield* Executions.prune(Duration.zero)
    const after = yield* Executions.workState
    yield* Effect.promise(() => Promise.all(workers.map((worker) => worker.kill("SIGKILL"))))
    return {
      killedWorkers: kills,
      killedSeconds: rounded(seconds),
      killedRecoverySeconds: rounded(longest.worker),
      killedTakeOverSeconds: rounded(longest.takeOver),
      killedDatabaseSeconds: rounded(longest.database),
      executedTwice: executed - commits.length,
      different: differentOf(found, wanted),
      rows: before.rows,
      rowsAfterPruning: after.rows,
      forgotten
    }
  }).pipe(Effect.provide(byWorkers(given.database)))

/** Measures and returns the figures under their JSON names. */
export const workers = Effect.gen(function* () {
  const folder = mkdtempSync(join(tmpdir(), "gittensor-bench-workers-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
  const cluster = yield* Effect.acquireRelease(
    Effect.promise(() => startCluster(["max_connections = 200"])),
    (one) => Effect.promise(() => one.stop("immediate"))
  )
  say(`preparing ${PULL_REQUESTS} pull requests`)
  const { url, tokens, contributions, commits } = yield* story
  const server = slowly(url)
  yield* Effect.addFinalizer(() => Effect.promise(() => server.stop(true)))
  const gitHub = `http://127.0.0.1:${server.port}`
  const here = scoresLayer.pipe(Layer.provide(Layer.merge(Layer.succeed(Contributions, contributions), scorerLayer())))
  const wanted = yield* scoresOf(commits).pipe(Effect.provide(here))
  const figures: Record<string, number> = { pullRequests: commits.length, gitHubMilliseconds: GITHUB_MS, atOnce: AT_ONCE }
  let different = 0
  for (const count of [1, 2, 3]) {
    const database = yield* Effect.promise(() => makeDatabase(cluster, `throughput${count}`))
    const given = { database, gitHub, tokens, folder: join(folder, String(count)) }
    const measured = yield* throughput(given, count, commits, wanted)
    figures[`workers${count}PerSecond`] = measured.perSecond
    different += measured.different
    say(`${count} workers: ${measured.perSecond} pull requests a second`)
  }
  const database = yield* Effect.promise(() => makeDatabase(cluster, "fire"))
  const fire = yield* underFire({ database, gitHub, tokens, folder: join(folder, "fire") }, cluster, commits, wanted)
  return { ...figures, ...fire, different: different + fire.different }
}).pipe(Effect.scoped)
