/** An endpoint that stops answering midway is detected by a command within 30 s; the rehearsal of a year asks that of a validator. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { ask, eventually, fails, jsonOf, run, start, World, worldLayer } from "../../support/cli/support.ts"

/** In seconds. A busy machine adds to the time until a command ends, but not to the silence in its message. */
const NOTICED = 30

/** Fails unless the text reports a missing answer after at most NOTICED seconds. */
const noticedInTime = (text: string): void => {
  const [, seconds] = /no answer in (\d+)s/.exec(text) ?? []
  assert.isAtMost(Number(seconds), NOTICED, text)
}

/** A relay to GitHub that calls `first` on the first request. */
const startRelay = (url: string, first: () => void) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      let asked = false
      return Bun.serve({
        hostname: "127.0.0.1",
        port: 0,
        fetch: async (request) => {
          if (!asked) first()
          asked = true
          const { pathname, search } = new URL(request.url)
          const headers = new Headers(request.headers)
          headers.delete("host")
          const answer = await fetch(url + pathname + search, { method: request.method, headers, body: await request.arrayBuffer() })
          return new Response(await answer.arrayBuffer(), { status: answer.status, headers: { "content-type": "application/json" } })
        }
      })
    }),
    (server) => Effect.promise(() => server.stop(true))
  )

const transactions = Effect.flatMap(World, ({ endpoint }) =>
  Effect.map(ask(endpoint, "author_pendingExtrinsics"), (all) => all as Array<string>)
)

const SETTINGS = { roundLength: 20, attestBlocks: 8 }
const COMMAND = "owner register-issue acme/widgets#42 --bounty 100 --yes-although --yes --without-consent because".split(" ")

layer(worldLayer(SETTINGS), { excludeTestServices: true })("a half-open connection", (it) => {
  it.scoped("is noticed between two queries of a command, and while a transaction waits for its block", () =>
    Effect.gen(function* () {
      const { env, endpoint, github, ownerUri } = yield* World
      const repository = RepositoryName.make("acme/widgets")
      yield* github.control.createUser({ payload: { login: "ada" } })
      yield* github.control.createRepository({ payload: { repository, files: { "README.md": "Widgets\n" } } })
      yield* github.control.openIssue({ payload: { repository, number: IssueNumber.make(42), title: "It squeaks", author: "ada" } })
      yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
      const betweenQueries = Effect.gen(function* () {
        const proxy = yield* startProxy(endpoint)
        const relay = yield* startRelay(github.url, proxy.freeze)
        const settings = {
          GITTENSOR_ENDPOINT: proxy.endpoint,
          GITTENSOR_GITHUB_URL: `http://127.0.0.1:${relay.port}`,
          GITTENSOR_URI: ownerUri
        }
        const outcome = yield* run(COMMAND, { ...env, ...settings })
        fails(outcome, 3, proxy.endpoint, /no answer in \d+s/)
        noticedInTime(outcome.stderr)
      })
      const beforeItsBlock = Effect.gen(function* () {
        const proxy = yield* startProxy(endpoint)
        const running = yield* start(COMMAND, { ...env, GITTENSOR_ENDPOINT: proxy.endpoint, GITTENSOR_URI: ownerUri })
        yield* eventually(
          "the transaction",
          Effect.map(transactions, (all) => (all.length > 0 ? true : undefined))
        )
        proxy.freeze()
        const code = yield* running.exited
        noticedInTime(running.stderr())
        const { stderr, stdout } = running
        fails({ code, stdout: stdout(), stderr: stderr(), seconds: 0 }, 3, "registerIssue", "it may still be included in a block")
      })
      yield* Effect.all([betweenQueries, beforeItsBlock], { concurrency: 2 })
      assert.lengthOf(yield* transactions, 1, "the other command sent none")
      yield* ask(endpoint, "dev_setBlockBuildMode", "200ms")
      yield* eventually(
        "the block",
        Effect.map(transactions, (all) => (all.length === 0 ? true : undefined))
      )
      const { issues } = jsonOf(yield* run(["mine", "issues", "--json"], env)) as {
        readonly issues: ReadonlyArray<{ readonly number: number }>
      }
      assert.deepStrictEqual(
        issues.map(({ number }) => number),
        [42]
      )
    })
  )
})
