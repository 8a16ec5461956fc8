/** GitHub's settings because of which nobody could compete for an issue, as a proxy in front of the simulated GitHub shows them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { IssueRef } from "../../../src/domain/IssueRef.ts"
import { makeWith } from "../../../src/layers/github/open/OpenIssues.ts"
import { passedOn } from "../../support/github/lacks.ts"
import { at, service, settingsFor, story, WIDGETS } from "../../support/github/story.ts"
import { serve } from "../../support/serve.ts"

/** The stand-in, whose repositories have these settings besides. */
const withSettings = (url: string, settings: Readonly<Record<string, unknown>>) =>
  serve(async (request) => {
    const { origin, pathname } = new URL(request.url)
    const sent = request.method === "GET" ? undefined : await request.text()
    const { headers, status, text } = await passedOn(request, sent, url, origin)
    const isRepository = /^\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)$/.test(pathname) && status === 200
    return new Response(isRepository ? JSON.stringify({ ...JSON.parse(text), ...settings }) : text, { status, headers })
  })

describe("a repository's settings", () => {
  it.scopedLive("keep an issue from a bounty where nobody else could submit, and are named", () =>
    Effect.gen(function* () {
      const { observer, url } = yield* story()
      const registered = (settings: Readonly<Record<string, unknown>>) =>
        Effect.gen(function* () {
          const { url: own } = yield* withSettings(url, settings)
          const github = yield* service(own, [observer.token])
          return yield* github.issueForRegistration(new IssueRef(at(1)), "recent").pipe(
            Effect.map(() => "registered"),
            Effect.catchTag("OperationFailed", ({ message }) => Effect.succeed(message))
          )
        })
      const usual = { has_issues: true, has_pull_requests: true, pull_request_creation_policy: "all" }
      assert.strictEqual(yield* registered({}), "registered")
      assert.strictEqual(yield* registered(usual), "registered")
      for (const [setting, named] of [
        [{ has_pull_requests: false, pull_request_creation_policy: "collaborators_only" }, /"Pull requests" switched off/],
        [{ pull_request_creation_policy: "collaborators_only" }, /only collaborators open pull requests/],
        [{ has_issues: false }, /"Issues" switched off/]
      ] as const)
        assert.match(yield* registered({ ...usual, ...setting }), named)
    })
  )

  it.scopedLive("are the same by REST and GraphQL, for one issue and for all", () =>
    Effect.gen(function* () {
      const { control, observer, url } = yield* story()
      const github = yield* service(url, [observer.token])
      const open = yield* makeWith(settingsFor(url, [observer.token]))
      for (const [pullRequests, takes, refusal] of [
        ["none", "none", /switched off/],
        ["collaborators", "collaborators'", /only collaborators/],
        ["all", undefined, undefined]
      ] as const) {
        yield* control.changeRepository({ payload: { repository: WIDGETS, pullRequests } })
        assert.strictEqual((yield* open.of(WIDGETS))?.takes, takes)
        assert.strictEqual((yield* github.consent(new IssueRef(at(1))))?.takes, takes)
        const registered = yield* Effect.either(github.issueForRegistration(new IssueRef(at(1))))
        if (refusal === undefined) assert.strictEqual(registered._tag, "Right")
        else assert.match(registered._tag === "Left" ? registered.left.message : "", refusal)
      }
    })
  )

  it.scopedLive("may limit who takes part for a while", () =>
    Effect.gen(function* () {
      const { control, observer, url } = yield* story()
      const onlyFor = Effect.flatMap(service(url, [observer.token]), (github) =>
        Effect.map(github.repositoryFacts(WIDGETS), (facts) => facts.onlyFor)
      )
      assert.isNull(yield* onlyFor)
      const until = Date.UTC(2030, 0, 1)
      yield* control.changeRepository({ payload: { repository: WIDGETS, interactions: { limit: "CONTRIBUTORS_ONLY", until } } })
      assert.deepStrictEqual(yield* onlyFor, { whom: "accounts with commits there", until })
    })
  )
})
