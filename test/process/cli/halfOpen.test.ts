/** An endpoint that stops answering midway is detected by a command within 30 s; the rehearsal of a year asks that of a validator. */
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { IssueNumber, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { startProxy } from "../../support/cli/proxy.ts"
import { ask, chainUntouched, eventually, fails, jsonOf, run, start, World, worldLayer } from "../../support/cli/support.ts"

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

layer(worldLayer({ roundLength: 20, attestBlocks: 8 }), { excludeTestServices: true })("a half-open connection", (it) => {
  it.scoped("between two queries of a command", () =>
    Effect.gen(function* () {
      const { env, endpoint, github, ownerUri } = yield* World
      const repository = RepositoryName.make("acme/widgets")
      yield* github.control.createUser({ payload: { login: "ada" } })
      yield* github.control.createRepository({ payload: { repository, files: { "README.md": "Widgets\n" } } })
      yield* github.control.openIssue({ payload: { repository, number: IssueNumber.make(42), title: "It squeaks", author: "ada" } })
      const proxy = yield* startProxy(endpoint)
      const relay = yield* startRelay(github.url, proxy.freeze)
      const settings = {
        GITTENSOR_ENDPOINT: proxy.endpoint,
        GITTENSOR_GITHUB_URL: `http://127.0.0.1:${relay.port}`,
        GITTENSOR_URI: ownerUri
      }
      const outcome = yield* run(
        ["owner", "register-issue", "acme/widgets#42", "--bounty", "100", "--without-consent", "a test", "--yes-although", "--yes"],
        {
          ...env,
          ...settings
        }
      ).pipe(chainUntouched(endpoint))
      fails(outcome, 3, proxy.endpoint, /no answer in \d+s/)
      noticedInTime(outcome.stderr)
    })
  )

  it.scoped("while a transaction waits for its block", () =>
    Effect.gen(function* () {
      const { env, endpoint, ownerUri } = yield* World
      const proxy = yield* startProxy(endpoint)
      yield* ask(endpoint, "dev_setBlockBuildMode", "Manual")
      const running = yield* start(
        ["owner", "register-issue", "acme/widgets#42", "--bounty", "100", "--without-consent", "a test", "--yes-although", "--yes"],
        {
          ...env,
          GITTENSOR_ENDPOINT: proxy.endpoint,
          GITTENSOR_URI: ownerUri
        }
      )
      yield* eventually(
        "the transaction",
        Effect.map(transactions, (all) => (all.length > 0 ? true : undefined))
      )
      proxy.freeze()
      const code = yield* running.exited
      noticedInTime(running.stderr())
      const { stderr, stdout } = running
      fails({ code, stdout: stdout(), stderr: stderr(), seconds: 0 }, 3, "registerIssue", "it may still be included in a block")
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
    }).pipe(Effect.ensuring(Effect.flatMap(World, ({ endpoint }) => ask(endpoint, "dev_setBlockBuildMode", "200ms"))))
  )
})
