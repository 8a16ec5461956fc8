/** A repository's pull requests as the simulated GitHub shows them, with who answered them and who closed them. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type BornePullRequest, burdenOf } from "../../../src/domain/burden.ts"
import { makeWith } from "../../../src/layers/github/display/GitHubBurden.ts"
import { lackingServer, lackText } from "../../support/github/lacks.ts"
import { at, settingsFor, story, WIDGETS } from "../../support/github/story.ts"

const service = (url: string, tokens: ReadonlyArray<string>) => makeWith(settingsFor(url, tokens, "1 second"))

/** acme/widgets, to which acme and cleo have push access; ada and bob have none. */
const place = Effect.gen(function* () {
  const { url, control, observer } = yield* story()
  yield* control.createUser({ payload: { login: "robot", kind: "Bot" } })
  yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["cleo"] } })
  const burden = yield* service(url, [observer.token])
  const open = (author: string, when: number) =>
    Effect.map(
      control.openPullRequest({ payload: { repository: WIDGETS, title: "Oil it", author, closes: [], at: when } }),
      ({ number }) => number
    )
  const say = (number: number, by: string, when: number) =>
    control.remark({ payload: { ...at(number), by, remark: { _tag: "Commented", body: "Hm" }, at: when } })
  /** The pull requests, oldest first. */
  const listed = Effect.map(burden.pullRequests(WIDGETS, 0), (found) => found?.pulls.toReversed() ?? [])
  return { url, control, observer, burden, open, say, listed }
})

const part = <K extends keyof BornePullRequest>(pulls: ReadonlyArray<BornePullRequest>, key: K) => pulls.map((pull) => pull[key])

describe("pull requests that maintainers bear", () => {
  it.scopedLive("are answered by somebody else who has write access, and by no bot", () =>
    Effect.gen(function* () {
      const { control, listed, open, say } = yield* place
      const said = yield* open("bob", 1_000)
      yield* say(said, "bob", 2_000)
      yield* say(said, "ada", 3_000)
      yield* say(said, "robot", 4_000)
      yield* say(said, "cleo", 5_000)
      const reviewed = yield* open("bob", 6_000)
      yield* control.review({ payload: { ...at(reviewed), by: "acme", state: "COMMENTED", at: 7_000 } })
      const labelled = yield* open("bob", 8_000)
      yield* control.remark({ payload: { ...at(labelled), by: "cleo", remark: { _tag: "Labeled", label: "bug" }, at: 9_000 } })
      const closed = yield* open("bob", 10_000)
      yield* control.close({ payload: { ...at(closed), by: "cleo", at: 11_000 } })
      const merged = yield* open("bob", 12_000)
      yield* control.mergePullRequest({ payload: { ...at(merged), by: "acme", at: 13_000 } })
      yield* open("bob", 14_000)
      assert.deepStrictEqual(part(yield* listed, "answeredAt"), [5_000, 7_000, 9_000, 11_000, 13_000, null])
    })
  )

  it.scopedLive("were closed by whom GitHub shows, and by a maintainer only where he is seen to be one", () =>
    Effect.gen(function* () {
      const { control, listed, open, say } = yield* place
      const closers = ["bob", "cleo", "robot"]
      for (const [index, by] of closers.entries()) {
        const number = yield* open("bob", 1_000 * (index + 1))
        yield* control.close({ payload: { ...at(number), by, at: 10_000 } })
      }
      // Nothing on GitHub shows cleo's access yet.
      assert.deepStrictEqual(part(yield* listed, "closedBy"), ["author", "unknown", "bot"])
      assert.deepStrictEqual(part(yield* listed, "answeredAt"), [null, "unknown", null])
      const other = yield* open("ada", 20_000)
      yield* say(other, "cleo", 21_000)
      assert.deepStrictEqual(part(yield* listed, "closedBy"), ["author", "maintainer", "bot", null])
      assert.deepStrictEqual(part(yield* listed, "state"), ["CLOSED", "CLOSED", "CLOSED", "OPEN"])
    })
  )

  it.scopedLive("are told from those of bots and of the project's own people, who may hide that they are", () =>
    Effect.gen(function* () {
      const { control, listed, open, say } = yield* place
      yield* control.changeRepository({ payload: { repository: WIDGETS, members: ["ada"], privateMembers: ["ada"] } })
      for (const [index, author] of ["bob", "robot", "cleo", "acme", "ada"].entries()) yield* open(author, 1_000 * (index + 1))
      assert.deepStrictEqual(part(yield* listed, "by"), ["stranger", "bot", "own", "own", "stranger"])
      const first = (yield* open("bob", 9_000)) - 5
      yield* control.review({ payload: { ...at(first), by: "ada", state: "APPROVED", at: 10_000 } })
      yield* say(first, "cleo", 11_000)
      const pulls = yield* listed
      assert.deepStrictEqual(part(pulls, "by").slice(0, 5), ["stranger", "bot", "own", "own", "own"])
      assert.strictEqual(pulls[0]?.answeredAt, 10_000)
    })
  )

  it.scopedLive("are those of the window, at most so many, and what is cut off is told", () =>
    Effect.gen(function* () {
      const { burden, control, open } = yield* place
      for (let n = 1; n <= 20; n++) yield* open("bob", n * 1_000)
      const window = yield* burden.pullRequests(WIDGETS, 10_500)
      assert.deepInclude(window, { since: 10_500, isWhole: true, hidden: 0 })
      assert.strictEqual(window?.pulls.length, 10)
      // GitHub returns fewer entries a page than requested: eight pages have sixteen.
      yield* control.setPages({ payload: { most: 2, reversed: false } })
      const some = yield* burden.pullRequests(WIDGETS, 0)
      assert.deepInclude(some, { since: 5_000, isWhole: false })
      assert.strictEqual(some?.pulls.length, 16)
      assert.deepInclude(yield* burden.pullRequests(WIDGETS, 10_500), { since: 10_500, isWhole: true })
    })
  )

  it.scopedLive("are never counted as what they are not, whatever GitHub's answers may lack", () =>
    Effect.gen(function* () {
      const { control, observer, open, say, url } = yield* place
      const bob = yield* control.user({ payload: { login: "bob" } })
      const ends = [
        (number: number) => say(number, "cleo", 20_000),
        (number: number) => control.close({ payload: { ...at(number), by: "cleo", at: 30_000 } }),
        (number: number) => control.mergePullRequest({ payload: { ...at(number), by: "acme", at: 30_000 } }),
        (number: number) => control.review({ payload: { ...at(number), by: "cleo", state: "COMMENTED", at: 20_000 } })
      ]
      for (const [index, end] of ends.entries()) yield* Effect.flatMap(open("bob", 1_000 * (index + 1)), end)
      const server = yield* lackingServer(url)
      const figures = Effect.gen(function* () {
        const { pullRequests } = yield* service(server.url, [observer.token])
        const found = yield* pullRequests(WIDGETS, 0)
        return found === null ? null : burdenOf(found, { accounts: new Set([bob.id]), unknown: 0 })
      }).pipe(Effect.option, Effect.map(Option.getOrNull))
      const whole = yield* figures
      assert.deepInclude(whole?.miners, { opened: 4, merged: 1, closedByMaintainers: 1, answered: 4, unanswered: 0, waiting: 0 })
      const lacks = yield* server.lacks
      assert.isAbove(lacks.length, 15)
      for (const lack of lacks) {
        yield* server.leaveOut(lack)
        const found = yield* figures
        if (found === null) continue
        const { miners, others } = found
        assert.strictEqual(others.opened, 0, lackText(lack))
        assert.strictEqual(miners.opened + found.unknownAuthors, 4, lackText(lack))
        assert.deepInclude(miners, { unanswered: 0, waiting: 0 }, lackText(lack))
        assert.isAtMost(miners.closedByMaintainers, 1, lackText(lack))
      }
    })
  )

  it.scopedLive("have an unknown answer where GitHub does not show all that happened, and none where it shows nothing", () =>
    Effect.gen(function* () {
      const { burden, control, listed, open, observer, say, url } = yield* place
      const number = yield* open("bob", 1_000)
      for (let n = 1; n <= 31; n++) yield* say(number, "ada", 1_000 + n)
      assert.deepStrictEqual(part(yield* listed, "answeredAt"), ["unknown"])
      const lacking = yield* lackingServer(url)
      const without = (...path: ReadonlyArray<string>) =>
        Effect.gen(function* () {
          const pulls = ["data", "repository", "pullRequests", "nodes", "*"]
          yield* lacking.leaveOut({ operation: "Borne", path: [...pulls, ...path], how: "null" })
          return yield* (yield* service(lacking.url, [observer.token])).pullRequests(WIDGETS, 0)
        })
      assert.deepStrictEqual(part((yield* without("author"))?.pulls ?? [], "author"), [null])
      assert.deepInclude(yield* without(), { pulls: [], hidden: 1 })
      yield* say(yield* open("bob", 2_000), "cleo", 3_000)
      const answers = part((yield* without("steps", "nodes", "*"))?.pulls ?? [], "answeredAt")
      assert.deepStrictEqual(answers, ["unknown", "unknown"])
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      assert.isNull(yield* burden.pullRequests(WIDGETS, 0))
    })
  )
})
