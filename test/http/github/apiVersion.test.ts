/** The version of GitHub's REST API that the program's requests name. */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { gitHubFindings } from "../../../src/cli/doctor/gitHub.ts"
import { layerNone } from "../../../src/layers/github/contributions/CommitCache.ts"
import * as Contributions from "../../../src/layers/github/contributions/Contributions.ts"
import * as GitHubDisplay from "../../../src/layers/github/display/GitHubDisplay.ts"
import * as GitHub from "../../../src/layers/github/GitHub.ts"
import { fullStory, WIDGETS } from "../../support/github/contributionStory.ts"
import { ref, settingsFor, storyAndService } from "../../support/github/story.ts"
import { serve } from "../../support/serve.ts"
import { unhurried } from "../../support/unhurried.ts"

/** A server that forwards requests, and the path of each with the version that it named. */
const recording = (target: string) =>
  Effect.gen(function* () {
    const seen: Array<{ readonly path: string; readonly version: string | null }> = []
    const server = yield* serve(async (request) => {
      const { pathname, search } = new URL(request.url)
      seen.push({ path: pathname, version: request.headers.get("x-github-api-version") })
      const body = request.method === "GET" ? null : await request.arrayBuffer()
      return fetch(target + pathname + search, { method: request.method, headers: request.headers, body, redirect: "manual" })
    })
    return { url: server.url, seen }
  })

describe("the version of GitHub's REST API", () => {
  it.scopedLive("is named by every request of the program, except to GraphQL", () =>
    Effect.gen(function* () {
      const { url: target, tokens, idOf, request } = yield* fullStory()
      const { url, seen } = yield* recording(target)
      const entries = [
        ["GITTENSOR_GITHUB_URL", url],
        ["GITTENSOR_GITHUB_TOKEN", tokens.join(",")]
      ] as const
      const configured = <A, E, R>(effect: Effect.Effect<A, E, R>, ...more: ReadonlyArray<readonly [string, string]>) =>
        Effect.withConfigProvider(effect, ConfigProvider.fromMap(new Map([...entries, ...more])))

      yield* configured(
        Effect.gen(function* () {
          const github = yield* GitHub.GitHub
          yield* github.issueEvidence(ref(1))
          yield* github.associationOf(Number(idOf("bob")), WIDGETS)
          const made = yield* github.createGist({ description: "", public: true, files: [{ name: "a.txt", content: "a" }] })
          yield* github.gist(made.id)
          yield* github.viewer
        }).pipe(Effect.provide(GitHub.layer))
      )
      yield* configured(
        Effect.flatMap(GitHubDisplay.GitHubDisplay, (display) =>
          Effect.zipRight(display.issues([{ ref: ref(1), registeredAt: Date.UTC(2100, 0, 1) }]), display.profile(Number(idOf("bob"))))
        ).pipe(Effect.provide(GitHubDisplay.layer)),
        ["GITTENSOR_GITHUB_TOKEN", ""]
      )
      const contributions = yield* Contributions.makeWith(settingsFor(url, tokens)).pipe(Effect.provide(yield* Layer.build(layerNone)))
      yield* contributions.load(request)
      yield* configured(unhurried(gitHubFindings))

      const rest = seen.filter(({ path }) => path !== "/graphql")
      assert.deepStrictEqual(new Set(rest.map(({ version }) => version)), new Set(["2022-11-28"]))
      assert.deepStrictEqual(new Set(seen.filter(({ path }) => path === "/graphql").map(({ version }) => version)), new Set([null]))
      const kinds = new Set(rest.map(({ path }) => path.split("/")[1]))
      assert.deepStrictEqual(kinds, new Set(["repos", "user", "gists", "orgs", "rate_limit"]))
    })
  )

  it.scopedLive("is named in the error when GitHub no longer serves it, and nothing is concluded", () =>
    Effect.gen(function* () {
      const { url, observer } = yield* storyAndService
      const github = yield* GitHub.makeWith({ ...settingsFor(url, [observer.token]), apiVersion: "2019-01-01" })
      const errors = yield* Effect.all([
        Effect.flip(github.issueForRegistration(ref(1))),
        Effect.flip(github.gist("none")),
        Effect.flip(github.userById(observer.id))
      ])
      for (const error of errors) {
        assert.deepInclude(error, { _tag: "GitHubUnavailable", status: 400, ill: true })
        assert.include(error.message, '"2019-01-01", is not a supported version')
      }
    })
  )
})
