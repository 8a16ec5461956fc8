/** Scoring by workers on Postgres: the scores equal those of one process, each is computed once, and a killed worker loses nothing. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Layer, Redacted, Schema } from "effect"
import packageFile from "../../../package.json"
import { fileRulesOf } from "../../../src/domain/contributions/FileRules.ts"
import { Contributions, type PullRequestCommits } from "../../../src/layers/github/contributions/Contributions.ts"
import { metricsOf } from "../../../src/layers/machine/telemetry/catalogue.ts"
import * as ScoreCache from "../../../src/layers/storage/dataFolder/ScoreCache.ts"
import { layerClient } from "../../../src/layers/storage/durable/engine.ts"
import * as Executions from "../../../src/layers/storage/durable/executions.ts"
import { enrolledKey, signText, WorkSignature } from "../../../src/layers/storage/durable/workKey.ts"
import * as ByWorkers from "../../../src/quality/fileScores/PullRequestScoresByWorkers.ts"
import { scoringGroup, signedText } from "../../../src/quality/fileScores/ScoreFiles.ts"
import * as WorkDatabase from "../../../src/quality/WorkDatabase.ts"
import { layer as scorerLayer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { PullRequestScores, layer as scoresLayer } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { ScoredFiles } from "../../../src/scoring/oss_contributions/score/scoredFilesText.ts"
import { eventually, fails, run, start } from "../../support/cli/support.ts"
import { freshUrl, postgresIsAvailable } from "../../support/database/support.ts"
import { folder as temporaryFolder } from "../../support/folder.ts"
import { freePort } from "../../support/freePort.ts"
import { ago, emptyStory, place, service, WIDGETS } from "../../support/github/contributionStory.ts"
import { processes } from "../../support/processes.ts"
import { parityRoster } from "../../support/roster/parity.ts"

const PULL_REQUESTS = 60
const rules = fileRulesOf(parityRoster)

const functions = (count: number): string =>
  Array.from({ length: count }, (_, index) => `export function f${index}(a: number) {\n  return a > ${index} ? "é" : a * 0.1\n}\n`).join("")

/** Merged pull requests of one author, and their commits. */
const story = Effect.gen(function* () {
  const paths = Array.from({ length: PULL_REQUESTS }, (_, index) => `src/f${index + 1}.ts`)
  const { url, control, tokens, idOf, request } = yield* emptyStory({
    repositoryFiles: Object.fromEntries(paths.map((path) => [path, functions(2)]))
  })
  for (let number = 1; number <= PULL_REQUESTS; number++) {
    const contents = [
      { path: `docs/${number}.md`, base: null, head: "# One\n\nTwo\n" },
      { path: `src/f${number}.ts`, base: functions(2), head: functions(3 + (number % 7)) }
    ]
    yield* control.openPullRequest({ payload: { repository: WIDGETS, title: `Part ${number}`, author: "bob", contents, at: ago(3) } })
    yield* control.mergePullRequest({ payload: { ...place(WIDGETS, number), by: "ada", at: ago(2) } })
  }
  const contributions = yield* service(url, tokens)
  const { record } = yield* contributions.load(request)
  const commits = (record.pulls[idOf("bob")] ?? []).map(
    ({ pr_number: number, base_sha, head_sha }): PullRequestCommits => ({
      repository: WIDGETS,
      number,
      base: base_sha ?? "",
      head: head_sha ?? ""
    })
  )
  return { url, control, tokens, contributions, commits }
})

const scoresOf = (commits: ReadonlyArray<PullRequestCommits>) =>
  Effect.flatMap(PullRequestScores, ({ atOnce, ofPullRequest }) =>
    Effect.forEach(commits, (one) => ofPullRequest(one, rules), { concurrency: atOnce })
  )

const here = (contributions: Contributions["Type"]) =>
  scoresLayer.pipe(Layer.provide(Layer.merge(Layer.succeed(Contributions, contributions), Layer.provide(scorerLayer(), processes))))

/** The settings of a machine with a key of its own, which all of them list. */
const keyed = (folder: string, names: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const files = names.map((name) => join(folder, `${name}.pem`))
    const keys = yield* Effect.forEach(files, enrolledKey)
    const peers = keys.map(({ fingerprint }) => fingerprint).join(",")
    return files.map((file) => ({ GITTENSOR_WORK_KEY: file, GITTENSOR_WORK_PEERS: peers }))
  })

const byWorkers = (database: string, settings: Readonly<Record<string, string>>) =>
  ByWorkers.layer.pipe(
    Layer.provide(ScoreCache.layerNone),
    Layer.provide(Layer.unwrapEffect(Effect.map(scoringGroup, layerClient))),
    Layer.provideMerge(WorkDatabase.layer(Redacted.make(database))),
    Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(settings)))))
  )

const FORGED = 1_000_000

const Rows = Schema.Tuple(Schema.Struct({ id: Schema.String, request: Schema.String, reply: Schema.String }))
const ForgedText = Schema.parseJson(ScoredFiles)
const SignatureText = Schema.parseJson(WorkSignature)

/** Raises a pull request's scores in the database, where `sign` gives the worker's signature or another one of what a worker signs. */
const forge = (number: number, sign: (worker: WorkSignature, text: string) => WorkSignature) =>
  Effect.gen(function* () {
    const [sql, group] = yield* Effect.all([SqlClient, scoringGroup])
    const found =
      yield* sql`SELECT r.id, m.payload AS request, r.payload AS reply FROM cluster_replies r JOIN cluster_messages m ON m.id = r.request_id
      WHERE m.tag = 'run' AND m.payload LIKE ${`%"number":${number},%`}`
    const [{ id, request, reply }] = yield* Schema.decodeUnknown(Rows)(found)
    const forged = reply.replace(/"scored":(\{.*\}),"signed":(\{[^}]*\})/, (_, scored: string, signed: string) => {
      const raised = scored.replace(/"score":[\d.]+/g, `"score":${FORGED}`)
      const text = signedText(group, JSON.parse(request), Schema.decodeUnknownSync(ForgedText)(raised))
      return `"scored":${raised},"signed":${JSON.stringify(sign(Schema.decodeUnknownSync(SignatureText)(signed), text))}`
    })
    assert.notStrictEqual(forged, reply)
    yield* sql`UPDATE cluster_replies SET payload = ${forged} WHERE id = ${id}`
  })

/** How many executions there are, and how many have a result. */
const executions = Effect.map(Executions.workState, ({ workflows }) => {
  const [{ finished, unfinished } = { finished: 0, unfinished: 0 }, ...others] = workflows
  assert.lengthOf(others, 0)
  return { all: finished + unfinished, finished }
})

/** The parts of a worker's ready message that the test reads. */
const Ready = Schema.parseJson(Schema.Struct({ metrics: Schema.Struct({ hostname: Schema.String, port: Schema.Number }) }))

const Health = Schema.parseJson(Schema.Struct({ queue: Schema.Array(Schema.Struct({ waiting: Schema.Int, since: Schema.String })) }))

const Enrolment = Schema.parseJson(Schema.Struct({ key: Schema.String, fingerprint: Schema.String }))

const fetched = (url: string) =>
  Effect.promise(async () => {
    const answer = await fetch(url)
    return { status: answer.status, text: await answer.text() }
  })
const statusIs = (url: string, wanted: number) => Effect.map(fetched(url), ({ status }) => (status === wanted ? true : undefined))
/** Whether the metrics count one live worker and one killed worker. */
const toldApart = (base: string) =>
  Effect.map(fetched(`${base}/metrics`), ({ text }) =>
    ["healthy", "silent"].every((state) => text.includes(`gittensor_work_workers{state="${state}"} 1\n`)) ? true : undefined
  )
const typesIn = (text: string) => [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = ""]) => name).toSorted()

const hasGit = spawnSync("git", ["--version"]).status === 0

describe.skipIf(!postgresIsAvailable)("workers", () => {
  it.scopedLive("score as one process does, each pull request once, also when one of them is killed", () =>
    Effect.gen(function* () {
      const begun = Date.now()
      const { url, control, tokens, contributions, commits } = yield* story
      assert.lengthOf(commits, PULL_REQUESTS)
      const database = yield* freshUrl("empty")
      const [own, ...theirs] = yield* keyed(yield* temporaryFolder, ["validator", "first", "second"])
      assert.isDefined(own)
      const workerWith = (settings: Readonly<Record<string, string>>) =>
        Effect.gen(function* () {
          const port = yield* Effect.promise(freePort)
          const env = {
            GITTENSOR_GITHUB_URL: url,
            GITTENSOR_GITHUB_TOKEN: tokens.join(","),
            GITTENSOR_WORK_DATABASE: database,
            ...settings
          }
          const running = yield* start(["work", "--port", String(port), "--at-once", "2", "--metrics-port", "0", "--json"], env)
          const { metrics } = yield* Effect.flatMap(running.ready, Schema.decodeUnknown(Ready))
          return { ...running, base: `http://${metrics.hostname}:${metrics.port}` }
        })
      const [first, second] = yield* Effect.forEach(theirs, workerWith, { concurrency: 2 })
      assert.isDefined(first)
      assert.isDefined(second)
      yield* eventually("a ready worker", statusIs(`${first.base}/ready`, 200))
      assert.strictEqual(
        (yield* fetched(`${first.base}/health`)).text,
        JSON.stringify({ healthy: true, wrong: [], queue: [], version: packageFile.version })
      )
      const wanted = yield* scoresOf(commits).pipe(Effect.provide(here(contributions)))
      // The workers have git; the process above does not.
      if (hasGit)
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 404, times: 1_000, path: "/compare/|^/graphql" } } })
      yield* Effect.gen(function* () {
        const asking = yield* Effect.fork(scoresOf(commits))
        yield* eventually(
          "a first result",
          Effect.map(executions, ({ finished }) => (finished > 0 ? true : undefined))
        )
        const { queue } = yield* Schema.decodeUnknown(Health)((yield* fetched(`${first.base}/health`)).text)
        assert.isTrue(queue.every(({ since }) => Date.parse(since) >= begun && Date.parse(since) <= Date.now()))
        yield* second.signal("SIGKILL")
        assert.deepStrictEqual(yield* asking, wanted)
        assert.strictEqual((yield* control.countRequests({ payload: {} })).faults, 0)
        yield* eventually("both workers told apart", toldApart(first.base))
        assert.deepStrictEqual(yield* executions, { all: PULL_REQUESTS, finished: PULL_REQUESTS })
      }).pipe(Effect.provide(byWorkers(database, own)))
      // Whoever knows the database's password raises scores: beside a worker's signature of others, and signed with a key that nobody lists.
      const stranger = yield* enrolledKey(join(yield* temporaryFolder, "stranger.pem"))
      yield* Effect.gen(function* () {
        yield* forge(1, (worker) => worker)
        yield* forge(2, (_, text) => signText(stranger, text))
        assert.deepStrictEqual(yield* scoresOf(commits.slice(0, 3)), wanted.slice(0, 3))
        assert.deepStrictEqual(yield* executions, { all: PULL_REQUESTS + 2, finished: PULL_REQUESTS + 2 })
        yield* forge(3, (_, text) => signText(stranger, text))
        const misled = { ...own, GITTENSOR_WORK_PEERS: `${own.GITTENSOR_WORK_PEERS},${stranger.fingerprint}` }
        const [raised] = yield* scoresOf(commits.slice(2, 3)).pipe(Effect.provide(byWorkers(database, misled)))
        assert.strictEqual(raised?.files[0]?.score, FORGED, "only the list of peers keeps it out")
      }).pipe(Effect.provide(byWorkers(database, own)))
      // A restarted validator finds all of them.
      assert.deepStrictEqual(typesIn((yield* fetched(`${first.base}/metrics`)).text), Object.keys(metricsOf("work")).toSorted())
      yield* first.signal("SIGTERM")
      assert.strictEqual(yield* first.exited, 0, first.stderr())
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* scoresOf(commits.slice(3)), wanted.slice(3))
        assert.deepStrictEqual(yield* executions, { all: PULL_REQUESTS + 2, finished: PULL_REQUESTS + 2 })
        assert.strictEqual(yield* Executions.prune(Duration.hours(1)), 0)
        assert.strictEqual(yield* Executions.prune(Duration.zero), PULL_REQUESTS + 2)
        assert.deepStrictEqual(yield* executions, { all: 0, finished: 0 })
      }).pipe(Effect.provide(byWorkers(database, own)))
      const shown = yield* run(["quality", "status"], { GITTENSOR_WORK_DATABASE: database })
      assert.strictEqual(shown.code, 0, shown.stderr)
      assert.match(shown.stdout, /\n0 rows\n$/)
    })
  )

  it.scopedLive("may be the first on their database together", () =>
    Effect.gen(function* () {
      for (let time = 1; time <= 5; time++) {
        const database = yield* freshUrl("empty")
        const group = yield* scoringGroup
        const processes = Array.from({ length: 6 }, () =>
          Layer.build(layerClient(group).pipe(Layer.provideMerge(WorkDatabase.layer(Redacted.make(database)))))
        )
        yield* Effect.scoped(Effect.all(processes, { concurrency: "unbounded" }))
      }
    })
  )

  it.scopedLive("say what is wrong with their settings", () =>
    Effect.gen(function* () {
      fails(yield* run(["work"]), 2, "--work-database is missing")
      const database = yield* freshUrl("empty")
      const env = { GITTENSOR_WORK_DATABASE: database, GITTENSOR_GITHUB_TOKEN: "" }
      fails(yield* run(["work"], env), 2, "GITTENSOR_GITHUB_TOKEN")
      fails(yield* run(["work", "--take", "score,everything"], env), 2, '--take "everything"')
      const data = yield* temporaryFolder
      const enrolment = yield* run(["work", "--enrol", "--data", data, "--json"])
      const { key, fingerprint } = yield* Schema.decodeUnknown(Enrolment)(enrolment.stdout)
      assert.strictEqual((yield* enrolledKey(key)).fingerprint, fingerprint)
      assert.notInclude(enrolment.stdout + enrolment.stderr, "PRIVATE")
      fails(yield* run(["work", "--host", "10.0.0.7"], { ...env, GITTENSOR_GITHUB_TOKEN: "a" }), 2, "--enrol")
      const nobody = { GITTENSOR_WORK_DATABASE: "postgres://nobody:canary@127.0.0.1:1/none", GITTENSOR_GITHUB_TOKEN: "a" }
      fails(yield* run(["work"], nobody), 3, "does not answer")
    })
  )
})
