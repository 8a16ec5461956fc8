/** Tokens with different visibility: an organization shows its members more than others. A validator's readings must not depend on it. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { ago, fullStory, GADGETS, numbers, place, service, WIDGETS } from "../../support/github/contributionStory.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import * as Story from "../../support/github/story.ts"

/** The contribution history, and its readings with a stranger's token and with that of mia, who is a member. */
const readers = (privateMembers: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { control, request, tokens, url } = yield* fullStory()
    const mia = yield* control.createUser({ payload: { login: "mia", at: ago(300) } })
    for (const repository of [WIDGETS, GADGETS])
      yield* control.changeRepository({ payload: { repository, members: ["ada", "cleo", "mia"], privateMembers } })
    yield* control.openPullRequest({
      payload: { repository: WIDGETS, title: "Of a member", author: "cleo", closes: numbers(1), at: ago(6) }
    })
    yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 7), by: "ada", at: ago(5) } })
    const [stranger, member] = yield* Effect.all([service(url, tokens), service(url, [mia.token])])
    return { stranger: yield* stranger.load(request), member: yield* member.load(request) }
  })

describe("a token of an organization's member", () => {
  inEachVersion("reads the same round as a stranger's while members hide that they are some", () =>
    Effect.gen(function* () {
      const { member, stranger } = yield* readers(["ada", "cleo"])
      assert.deepStrictEqual(stranger.missing, [])
      assert.deepStrictEqual(member.record, stranger.record)
      const [first] = Object.values(stranger.record.pulls).flat()
      assert.strictEqual(first?.review_summary.maintainer_changes_requested_count, 0, "nobody sees that ada is a maintainer")
    })
  )

  inEachVersion("reads the same round when they show it, and knows the maintainers", () =>
    Effect.gen(function* () {
      const { member, stranger } = yield* readers([])
      assert.deepStrictEqual(member.record, stranger.record)
      const [first] = Object.values(stranger.record.pulls).flat()
      assert.strictEqual(first?.review_summary.maintainer_changes_requested_count, 1)
    })
  )

  inEachVersion("takes nobody's membership for none while the list of members is not there", () =>
    Effect.gen(function* () {
      const { control, request, tokens, url } = yield* fullStory()
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 404, path: "^/orgs/acme/public_members\\b", times: 1_000 } } })
      const { missing } = yield* (yield* service(url, tokens)).load(request)
      assert.isNotEmpty(missing)
      for (const { why } of missing) assert.include(why, "list the members of acme")
    })
  )

  inEachVersion("finds the same accounts fit to compete", () =>
    Effect.gen(function* () {
      const { control, url, observer } = yield* Story.story()
      const bob = yield* control.user({ payload: { login: "bob" } })
      const mia = yield* control.createUser({ payload: { login: "mia" } })
      yield* control.openIssue({ payload: { repository: Story.WIDGETS, title: "Of a member", author: "bob" } })
      yield* control.changeRepository({
        payload: { repository: Story.WIDGETS, members: ["bob", "mia"], privateMembers: ["bob"] }
      })
      for (const token of [observer.token, mia.token]) {
        const github = yield* Story.service(url, [token])
        assert.strictEqual(yield* github.associationOf(bob.id, Story.WIDGETS), "NONE")
        assert.strictEqual(yield* github.associationOf(mia.id, Story.WIDGETS), "MEMBER", "who wrote nothing is known by the list")
      }
    })
  )
})
