/** Who moved a branch, and when: the stand-in's activity list, its reader, and the consequences for who is a maintainer. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { StandInOptions } from "../../../lab/devnet/github/StandIn.ts"
import * as Rest from "../../../src/layers/github/client/rest.ts"
import * as Transport from "../../../src/layers/github/client/transport.ts"
import { readLatestMoves } from "../../../src/layers/github/evidence/activity.ts"
import { at, service, settingsFor, story, WIDGETS } from "../../support/github/story.ts"

const BRANCH = { repository: WIDGETS, branch: "main" }
const day = (n: number) => Date.UTC(2026, 10, n)

/** A branch that a maintainer pushed to on the 2nd, and that merges then moved daily. */
const moved = (merges: number, options: Partial<StandInOptions> = {}) =>
  Effect.gen(function* () {
    const simulated = yield* story({ clock: { _tag: "Fixed", at: Date.UTC(2026, 8, 1) }, ...options })
    const { control, url } = simulated
    const maintainer = yield* control.createUser({ payload: { login: "maintainer" } })
    yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["maintainer"] } })
    // The committer's timestamp is a year old.
    const pushed = yield* control.pushCommit({
      payload: { repository: WIDGETS, message: "The first", by: "maintainer", at: day(2), committedAt: Date.UTC(2025, 0, 1) }
    })
    const shas = [pushed.sha]
    for (let count = 0; count < merges; count++) {
      const { number } = yield* control.openPullRequest({ payload: { repository: WIDGETS, title: `#${count}`, author: "bob", at: day(3) } })
      shas.push((yield* control.mergePullRequest({ payload: { ...at(number), by: "maintainer", at: day(3 + count) } })).mergeCommit)
    }
    const transport = yield* Transport.make(settingsFor(url, []))
    return { ...simulated, maintainer, rest: Rest.make(transport, false), shas }
  })

describe("a repository's activity", () => {
  it.scopedLive("says by GitHub's clock what moved the branch since a time", () =>
    Effect.gen(function* () {
      const { maintainer, rest, shas } = yield* moved(2)
      const moves = yield* readLatestMoves(rest, BRANCH, day(2))
      assert.deepStrictEqual(
        moves?.slice(0, 3).map(({ actor, after, timestamp }) => [actor?.id, after, timestamp]),
        [
          [maintainer.id, shas[2], day(4)],
          [maintainer.id, shas[1], day(3)],
          [maintainer.id, shas[0], day(2)]
        ]
      )
    })
  )

  it.scopedLive("goes on where there is more than a page", () =>
    Effect.gen(function* () {
      const { rest, shas } = yield* moved(120)
      const moves = yield* readLatestMoves(rest, BRANCH, day(2))
      assert.deepStrictEqual(
        moves?.slice(0, shas.length).map(({ after }) => after),
        shas.toReversed()
      )
    })
  )

  it.scopedLive("proves nothing where GitHub shows no list", () =>
    Effect.gen(function* () {
      const { control, rest } = yield* moved(1)
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 404, times: 1_000, path: "/activity" } } })
      assert.isUndefined(yield* readLatestMoves(rest, BRANCH, day(2)))
    })
  )
})

describe("who moved the default branch", () => {
  it.scopedLive("is a maintainer, whatever GitHub calls the account beside what it wrote", () =>
    Effect.gen(function* () {
      const { control, maintainer, observer, url } = yield* moved(1)
      // GitHub shows neither private memberships nor, without push access, collaborators.
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: [] } })
      const github = yield* service(url, [observer.token])
      assert.strictEqual(yield* github.associationOf(maintainer.id, WIDGETS), "COLLABORATOR")
      const bob = yield* control.user({ payload: { login: "bob" } })
      assert.strictEqual(yield* github.associationOf(bob.id, WIDGETS), "NONE", "whose pull request it was did not move the branch")
    })
  )

  it.scopedLive("is proved to have write access, as the owner is, and a collaborator or member is not", () =>
    Effect.gen(function* () {
      const { control, maintainer, observer, url } = yield* moved(1)
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["bob"] } })
      const [bob, acme] = [yield* control.user({ payload: { login: "bob" } }), yield* control.user({ payload: { login: "acme" } })]
      const github = yield* service(url, [observer.token])
      assert.strictEqual(yield* github.associationOf(bob.id, WIDGETS), "COLLABORATOR")
      assert.deepStrictEqual(yield* github.writersAmong([bob, maintainer, acme], WIDGETS), new Set([maintainer.id, acme.id]))
    })
  )
})
