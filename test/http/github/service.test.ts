import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { start } from "../../../lab/devnet/github/StandIn.ts"
import { IssueRef, RepositoryName } from "../../../src/domain/IssueRef.ts"
import { GitHub, layer } from "../../../src/layers/github/GitHub.ts"
import { apiVersionHeader } from "../../../src/layers/github/settings.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { at, number, ref, service, solve, story, storyAndService, WIDGETS } from "../../support/github/story.ts"

describe("an issue for registration", () => {
  inEachVersion("has its repository's current name and its author", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const ada = yield* control.user({ payload: { login: "ada" } })
      const found = yield* github.issueForRegistration(new IssueRef({ repository: RepositoryName.make("ACME/Widgets"), number: number(1) }))
      assert.deepInclude(found, { ref: ref(1), title: "The widget squeaks", authorId: ada.id, authorLogin: "ada" })
    })
  )

  inEachVersion("needs no token", () =>
    Effect.gen(function* () {
      const { url } = yield* story()
      const github = yield* service(url, [])
      assert.strictEqual((yield* github.issueForRegistration(ref(1))).title, "The widget squeaks")
    })
  )

  inEachVersion("is refused by name: unknown, deleted, moved, closed, a pull request", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const refusal = (n: number) => Effect.flip(github.issueForRegistration(ref(n)))
      assert.deepInclude(yield* refusal(99), { _tag: "IssueNotFound", deleted: false })
      yield* solve(control, "bob")
      assert.include((yield* refusal(1)).message, "is closed")
      assert.include((yield* refusal(2)).message, "is a pull request")
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Third", author: "ada" } })
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Fourth", author: "ada" } })
      yield* control.deleteIssue({ payload: at(3) })
      assert.deepInclude(yield* refusal(3), { _tag: "IssueNotFound", deleted: true })
      yield* control.createRepository({ payload: { repository: RepositoryName.make("acme/other") } })
      yield* control.transferIssue({ payload: { ...at(4), to: RepositoryName.make("acme/other") } })
      assert.include((yield* refusal(4)).message, "was moved to another repository: name it acme/other#1")
      for (const n of [99, 1, 2, 3, 4]) assert.include((yield* refusal(n)).message, `acme/widgets#${n}`)
    })
  )

  inEachVersion("is refused for its repository: unknown, private (visible or not), archived; a renamed one is followed", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const refusal = Effect.flip(github.issueForRegistration(ref(1)))
      const nowhere = yield* Effect.flip(github.issueForRegistration(ref(1, RepositoryName.make("acme/nowhere"))))
      assert.strictEqual(nowhere._tag, "RepositoryNotFound")
      yield* control.changeRepository({ payload: { repository: WIDGETS, archived: true } })
      assert.include((yield* refusal).message, "is archived")
      yield* control.changeRepository({ payload: { repository: WIDGETS, archived: false, private: true } })
      assert.strictEqual((yield* refusal)._tag, "RepositoryNotFound")
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["observer"] } })
      assert.include((yield* refusal).message, "widgets is private")
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: false, name: RepositoryName.make("ada/gadgets") } })
      const renamed = yield* github.issueForRegistration(ref(1))
      assert.strictEqual(renamed.ref.repository, "ada/gadgets")
    })
  )
})

describe("accounts and gists", () => {
  inEachVersion("publish a gist with the token's account that anybody can read", () =>
    Effect.gen(function* () {
      const { url, observer, github } = yield* storyAndService
      assert.deepStrictEqual(yield* github.viewer, { id: observer.id, login: "observer" })
      const files = [{ name: "gittensor-github-link.txt", content: "one\ntwo\n" }]
      const made = yield* github.createGist({ description: "link", public: true, files })
      const read = yield* (yield* service(url, [])).gist(made.id)
      assert.deepStrictEqual(read, { id: made.id, public: true, ownerId: observer.id, ownerLogin: "observer", files })
    })
  )

  inEachVersion("are found by id after a rename", () =>
    Effect.gen(function* () {
      const { control, observer, github } = yield* storyAndService
      yield* control.renameUser({ payload: { login: "observer", to: "watcher" } })
      assert.deepStrictEqual(yield* github.userById(observer.id), { id: observer.id, login: "watcher" })
      assert.strictEqual((yield* github.viewer).login, "watcher", "the token goes on working")
      assert.strictEqual((yield* Effect.flip(github.userById(12)))._tag, "AccountNotFound")
    })
  )

  inEachVersion("take associations from the public record", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const [ada, bob, cleo] = yield* Effect.forEach(["ada", "bob", "cleo"], (login) => control.user({ payload: { login } }))
      const acme = yield* control.user({ payload: { login: "acme" } })
      const of = (account: { readonly id: number } | undefined) => github.associationOf(account?.id ?? 0, WIDGETS)
      assert.strictEqual(yield* of(acme), "OWNER")
      assert.strictEqual(yield* of(ada), "NONE", "wrote an issue")
      assert.strictEqual(yield* of(bob), "NONE", "wrote nothing")
      yield* solve(control, "bob")
      assert.strictEqual(yield* of(bob), "NONE")
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["bob", "cleo"] } })
      assert.strictEqual(yield* of(bob), "COLLABORATOR")
      assert.strictEqual(yield* of(cleo), "NONE", "a collaborator who wrote nothing leaves no public trace")
      assert.strictEqual((yield* Effect.flip(github.associationOf(12, WIDGETS)))._tag, "AccountNotFound")
    })
  )
})

it.scopedLive("the layer takes its settings from the configuration", () =>
  Effect.gen(function* () {
    const { url, observer } = yield* story()
    const configured = (entries: ReadonlyArray<readonly [string, string]>) =>
      layer.pipe(Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map(entries)))))
    const login = Effect.map(
      Effect.flatMap(GitHub, ({ viewer }) => viewer),
      (account) => account.login
    )
    const good = configured([
      ["GITTENSOR_GITHUB_URL", `${url}/`],
      ["GITTENSOR_GITHUB_TOKEN", `gho_wrong, ${observer.token}`]
    ])
    assert.strictEqual(yield* Effect.provide(login, good), "observer")
    const error = yield* Effect.flip(Effect.provide(login, configured([["GITTENSOR_GITHUB_URL", "not an address"]])))
    assert.include(String(error), "GITTENSOR_GITHUB_URL")
  })
)

it.scopedLive("the simulated GitHub names a port that it cannot open, and frees its own when its scope closes", () =>
  Effect.gen(function* () {
    const port = yield* Effect.scoped(
      Effect.gen(function* () {
        const { url } = yield* start({ port: 0, facts: [] })
        const taken = Number(new URL(url).port)
        const error = yield* Effect.flip(start({ port: taken, facts: [] }))
        assert.strictEqual(error._tag, "StandInError")
        assert.include(error.message, String(taken))
        return taken
      })
    )
    yield* start({ port, facts: [] })
  })
)

it.scopedLive("the simulated GitHub answers 501 to a route that it lacks, and fails the test whose program asked for it", () =>
  Effect.gen(function* () {
    const asking = (headers: Readonly<Record<string, string>>) =>
      Effect.scoped(
        Effect.gen(function* () {
          const { url } = yield* start({ port: 0, facts: [] })
          const { status } = yield* Effect.promise(() => fetch(`${url}/repos/acme/widgets/teams`, { headers }))
          assert.strictEqual(status, 501)
        })
      )
    yield* asking({})
    const exit = yield* Effect.exit(asking(apiVersionHeader()))
    assert.include(String(exit), "no route for GET /repos/acme/widgets/teams")
  })
)
