/** The maintainers' burden by pull requests, as the index stores it. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { listRepositories } from "../../../src/dashboard/api/queries/repositories.ts"
import { refreshReviewBurdens } from "../../../src/dashboard/indexer/refresh/burdens.ts"
import { GitHubBurden, makeWith } from "../../../src/layers/github/display/GitHubBurden.ts"
import { variants } from "../../support/database/support.ts"
import { at, settingsFor, story, WIDGETS } from "../../support/github/story.ts"

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 1)

/** A subnet with Bob as a miner, and an issue in acme/widgets. */
const subnet = (bob: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`INSERT INTO blocks (number, hash, time) VALUES (0, '0x0', ${new Date(NOW)})`
    yield* sql`INSERT INTO chain (genesis_hash, contract, netuid, first_block) VALUES ('0x0', 'contract', 74, 0)`
    yield* sql`INSERT INTO miners (hotkey, uid, registered_at, first_seen_at, github_account) VALUES ('bob', 1, 0, 0, ${bob})`
    yield* sql`
      INSERT INTO issues (id, repository, number, target, status, registered_at, updated_at)
      VALUES (1, 'Acme/Widgets', 1, 100, 'Open', 0, 0)`
  })

/** Marks the subnet's state as read. */
const read = Effect.flatMap(SqlClient, (sql) => sql`UPDATE chain SET treasury_at = 0`)

/** Marks Bob's account as requested from GitHub. */
const asked = (proven: boolean | null) =>
  Effect.flatMap(SqlClient, (sql) => sql`UPDATE miners SET github_proven = ${proven}, github_seen_at = ${new Date(NOW)}`)

const place = Effect.gen(function* () {
  yield* TestClock.setTime(NOW)
  const { url, control, observer } = yield* story({ repositoryFiles: { "README.md": "Widgets\n" } })
  const bob = yield* control.user({ payload: { login: "bob" } })
  yield* subnet(bob.id)
  const service = yield* makeWith(settingsFor(url, [observer.token]))
  const refresh = (roster: ReadonlyArray<string>) => Effect.provideService(refreshReviewBurdens(roster), GitHubBurden, service)
  const open = (author: string, when: number) =>
    control.openPullRequest({ payload: { repository: WIDGETS, title: "Oil it", author, closes: [], at: when } })
  const kept = Effect.map(listRepositories({ limit: 9 }), ({ items }) => items)
  return { control, kept, open, refresh }
})

for (const { name, skip, layer } of variants) {
  describe.skipIf(skip)(`the burden of repositories in the index, ${name}`, () => {
    it.scoped("is read once a day, of the roster's repositories and of those with an issue", () =>
      Effect.gen(function* () {
        const { control, kept, open, refresh } = yield* place
        const { number } = yield* open("bob", NOW - 2 * DAY)
        yield* control.close({ payload: { ...at(number), by: "acme", at: NOW - DAY } })
        yield* open("ada", NOW - DAY)
        // The authors are unknown before GitHub has been asked about the subnet's miners.
        assert.strictEqual(yield* refresh([]), 0)
        yield* asked(true)
        assert.strictEqual(yield* refresh([]), 0)
        yield* read
        assert.strictEqual(yield* refresh(["acme/Nowhere"]), 2)
        const [nowhere, widgets] = yield* kept
        assert.deepInclude(nowhere, { repository: "acme/nowhere", burden: null, seenAt: null })
        assert.deepInclude(widgets, { repository: "acme/widgets", seenAt: "2026-11-01T00:00:00+00:00" })
        assert.deepInclude(widgets?.burden, { since: new Date(NOW - 90 * DAY).toISOString(), isWhole: true, unknownMiners: 0 })
        assert.deepInclude(widgets?.burden?.miners, { opened: 1, closedByMaintainers: 1, medianAnswerSeconds: 86_400 })
        assert.deepInclude(widgets?.burden?.others, { opened: 1, waiting: 1, closedShareMilli: null })
        assert.strictEqual(yield* refresh(["acme/nowhere"]), 0)
        yield* TestClock.adjust("1 day")
        assert.strictEqual(yield* refresh([]), 1)
        assert.deepStrictEqual(
          (yield* kept).map(({ repository }) => repository),
          ["acme/widgets"]
        )
      }).pipe(Effect.provide(layer))
    )

    it.scoped("come with what their people chose, read hourly, and kept where GitHub does not show them any more", () =>
      Effect.gen(function* () {
        const { control, kept, refresh } = yield* place
        yield* asked(true)
        yield* read
        const choose = (base: string | null, head: string) =>
          control.pushCommit({
            payload: { repository: WIDGETS, message: "Choose", by: "acme", contents: [{ path: ".gittensor.yml", base, head }] }
          })
        const chosen = Effect.zipRight(
          refresh([]),
          Effect.map(kept, ([widgets]) => [widgets?.choices?.meaning, widgets?.choices?.files, widgets?.choicesAt])
        )
        const silent = "Its files and settings neither ask for bounties nor refuse them"
        assert.deepStrictEqual(yield* chosen, [silent, [], "2026-11-01T00:00:00+00:00"])
        const no = "bounty: no\n"
        yield* choose(null, no)
        assert.deepStrictEqual((yield* chosen)[0], silent)
        yield* TestClock.adjust("1 hour")
        const here = { repository: WIDGETS, path: ".gittensor.yml" }
        const refused = ['No bounties: its .gittensor.yml says "bounty: no"', [{ ...here, says: ['"bounty: no": no bounties'] }]]
        assert.deepStrictEqual(yield* chosen, [...refused, "2026-11-01T01:00:00+00:00"])
        yield* control.changeRepository({ payload: { repository: WIDGETS, private: true } })
        yield* TestClock.adjust("1 hour")
        assert.deepStrictEqual(yield* chosen, [...refused, "2026-11-01T02:00:00+00:00"])
      }).pipe(Effect.provide(layer))
    )

    it.scoped("stays as it was seen where GitHub does not show the repository any more", () =>
      Effect.gen(function* () {
        const { control, kept, open, refresh } = yield* place
        yield* open("bob", NOW - DAY)
        yield* asked(null)
        yield* read
        yield* refresh([])
        yield* control.changeRepository({ payload: { repository: WIDGETS, private: true } })
        yield* TestClock.adjust("2 days")
        assert.strictEqual(yield* refresh([]), 1)
        const [widgets] = yield* kept
        assert.deepInclude(widgets, {
          seenAt: "2026-11-01T00:00:00+00:00",
          askedAt: "2026-11-03T00:00:00+00:00"
        })
        // A miner whose link GitHub does not confirm is reported as unknown.
        assert.deepInclude(widgets?.burden, { unknownMiners: 1 })
        assert.strictEqual(widgets?.burden?.others.opened, 1)
      }).pipe(Effect.provide(layer))
    )
  })
}
