/** The owner pins a roster's repositories by their GitHub ids. */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Schema } from "effect"
import { canonicalHash } from "../../../src/domain/canonicalJson.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterDocument, RosterRepositories } from "../../../src/domain/Roster.ts"
import { layer } from "../../../src/layers/github/RepositoryIds.ts"
import { pinRoster, unpinnedRepositories } from "../../../src/roles/owner/pinRoster.ts"
import { ago, emptyStory, GADGETS, place, WIDGETS } from "../../support/github/contributionStory.ts"

const isBug = (label: string) => label.startsWith("bug")

const named = (repositories: object): RosterDocument => ({
  ...defaultRoster,
  repositories: Schema.decodeUnknownSync(RosterRepositories)(repositories)
})

describe("a pinned roster", () => {
  it.scopedLive("has the ids of what GitHub shows, and keeps those that it has", () =>
    Effect.gen(function* () {
      const { url, control, tokens } = yield* emptyStory()
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "It squeaks", author: "ada", at: ago(5) } })
      for (const label of ["bug", "later"])
        yield* control.remark({ payload: { ...place(WIDGETS, 1), by: "ada", remark: { _tag: "Labeled", label }, at: ago(4) } })
      const gitHub = Layer.provide(
        layer,
        Layer.setConfigProvider(
          ConfigProvider.fromMap(
            new Map([
              ["GITTENSOR_GITHUB_URL", url],
              ["GITTENSOR_GITHUB_TOKEN", tokens.join(",")]
            ])
          )
        )
      )
      const share = { emission_share: 0.1 }
      const roster = named({ "Acme/Widgets": { ...share, label_multipliers: { "bug*": 2 } }, "acme/gadgets": share, "acme/nothing": share })
      const first = yield* Effect.provide(pinRoster(roster, isBug), gitHub)
      assert.deepStrictEqual(unpinnedRepositories(first.roster), ["acme/nothing"])
      assert.deepStrictEqual(
        Object.values(first.roster.repositories).map(({ named_on }) => named_on),
        [undefined, undefined, new Date().toISOString().slice(0, 10)]
      )
      const old = named({ "acme/gadgets": { ...share, named_on: "2001-02-03" } })
      assert.deepStrictEqual((yield* Effect.provide(pinRoster(old, isBug), gitHub)).roster, old, "GitHub's is younger")
      const [widgets] = first.repositories
      assert.deepStrictEqual(widgets, {
        name: "Acme/Widgets",
        id: widgets?.id ?? 0,
        calledNow: WIDGETS,
        wasPinned: false,
        labels: widgets?.labels ?? {}
      })
      assert.deepStrictEqual(Object.values(widgets?.labels ?? {}), ["bug"])
      assert.deepStrictEqual(first.roster.repositories["Acme/Widgets"]?.label_ids, widgets?.labels)
      yield* control.renameLabel({ payload: { repository: WIDGETS, label: "bug", to: "type: bug" } })

      yield* control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/things") } })
      yield* control.createRepository({ payload: { repository: WIDGETS, at: ago(1) } })
      yield* control.changeRepository({ payload: { repository: GADGETS, deleted: true } })
      const again = yield* Effect.provide(pinRoster(first.roster, isBug), gitHub)
      assert.deepStrictEqual(again.roster, first.roster)
      assert.deepStrictEqual(
        again.repositories.map(({ calledNow }) => calledNow),
        ["acme/things", null, null]
      )
    })
  )

  it("has another hash than one by names, whose hash is what it was before there were ids", () => {
    const encode = Schema.encodeSync(RosterDocument)
    const byName = encode(named({ "acme/site": { emission_share: 0.5 } }))
    const pinned = encode(named({ "acme/site": { emission_share: 0.5, github_id: 5 } }))
    assert.isFalse(JSON.stringify(byName).includes("github_id"))
    assert.notStrictEqual(canonicalHash(byName), canonicalHash(pinned))
  })
})
