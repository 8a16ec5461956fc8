/** The comment on an issue, written to a GitHub stand-in: one for each issue, by its author, updated until a maintainer refuses. */
import { SqlClient } from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Ref } from "effect"
import { findRecord } from "../../../src/dashboard/comments/records.ts"
import { hashOf, markOf } from "../../../src/dashboard/comments/text.ts"
import { makeWriter, type Paces } from "../../../src/dashboard/comments/writer.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { GitHubComments } from "../../../src/layers/github/GitHubComments.ts"
import { HEAD, seed } from "../../support/api/seed.ts"
import {
  AT_ONCE,
  choose,
  commentsOf,
  funded,
  GADGETS,
  gitHub,
  number,
  ORIGIN,
  shown,
  WIDGETS,
  wishOf
} from "../../support/comments/index.ts"
import { variants } from "../../support/database/support.ts"

/** A seeded index, and a writer that checks on request; each call of `writer` is a freshly started process. */
const begun = (options: Parameters<typeof gitHub>[0] = {}) =>
  Effect.gen(function* () {
    yield* seed
    const { url, control, writer: account } = yield* gitHub(options)
    const commenter = { ...ORIGIN, author: account.id }
    const refusals = yield* Ref.make<ReadonlyArray<string>>([])
    const writer = (paces: Partial<Paces> = {}) =>
      Effect.flatMap(commentsOf(url, account.token), (github) =>
        Effect.provideService(makeWriter(commenter, { ...AT_ONCE, ...paces }, Ref.get(refusals)), GitHubComments, github)
      )
    const refusing = (names: ReadonlyArray<string>) => Ref.set(refusals, names)
    return { url, control, commenter, account, writer, refusing, there: shown(url, GADGETS, 7) }
  })

const FUNDING = 2
const place = { repository: GADGETS, number: number(7) }

for (const { name, skip, layer } of variants)
  describe.skipIf(skip)(`comments by an index on ${name}`, () => {
    it.scopedLive("cost the account few requests to write and to edit, and none while their text stays", () =>
      Effect.gen(function* () {
        const { commenter, control, there, writer } = yield* begun()
        const look = yield* writer({ choices: Duration.days(1) })
        const reactions = Effect.map(findRecord(commenter, FUNDING), (record) => record?.reactions)
        const asked = Effect.map(control.countRequests({ payload: {} }), ({ requests }) => requests)
        const lookAndCount = Effect.gen(function* () {
          const before = yield* asked
          const result = yield* look(FUNDING)
          return [result, (yield* asked) - before] as const
        })
        assert.deepStrictEqual(yield* lookAndCount, ["created", 6], "of choices, place, search and comment")
        assert.deepStrictEqual(yield* lookAndCount, ["same", 0])
        assert.strictEqual(yield* reactions, 0)
        const comment = (yield* there)[0]?.id ?? 0
        yield* control.setReactions({ payload: { repository: GADGETS, comment, reactions: { "+1": 2, heart: 1 } } })
        yield* funded("60000000000")
        assert.deepStrictEqual(yield* lookAndCount, ["edited", 4], "of place, comment and edit")
        assert.strictEqual(yield* reactions, 3, "of every kind, as the answer to the edit says")
        assert.deepStrictEqual(yield* lookAndCount, ["same", 0])
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are written once, and edited in place only when their text changes", () =>
      Effect.gen(function* () {
        const { there, writer, commenter, account } = yield* begun()
        const look = yield* writer()
        assert.strictEqual(yield* look(FUNDING), "created")
        const [first] = yield* there
        assert.strictEqual(yield* look(FUNDING), "same")
        yield* funded("60000000000")
        assert.strictEqual(yield* look(FUNDING), "edited")
        const [second, ...more] = yield* there
        assert.lengthOf(more, 0)
        assert.strictEqual(second?.id, first?.id)
        assert.include(second?.body, "60 of 200 α")
        const record = yield* findRecord(commenter, FUNDING)
        assert.deepInclude(record, { comment: first?.id ?? null, author: account.id, hash: hashOf(second?.body ?? ""), sentAt: null })
        const slow = yield* writer({ edits: Duration.minutes(5) })
        yield* funded("70000000000")
        assert.strictEqual(yield* slow(FUNDING), "waits", "it was changed a moment ago")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("say where the bounty is once the owner gave it to another issue, and begin there anew", () =>
      Effect.gen(function* () {
        const { there, writer, url } = yield* begun()
        const sql = yield* SqlClient
        const look = yield* writer()
        assert.strictEqual(yield* look(FUNDING), "created")
        yield* sql`UPDATE blocks SET time = now() + interval '1 minute' WHERE number = ${HEAD}`
        yield* sql`UPDATE issues SET edited_at = ${HEAD} WHERE id = ${FUNDING}`
        assert.strictEqual(yield* look(FUNDING), "same", "it has another bounty")
        yield* sql`UPDATE issues SET repository = ${WIDGETS}, number = 42 WHERE id = ${FUNDING}`
        assert.deepStrictEqual([yield* look(FUNDING), yield* look(FUNDING), yield* look(FUNDING)], ["edited", "created", "same"])
        const [left, ...more] = yield* there
        assert.lengthOf(more, 0)
        assert.include(left?.body, "is for another issue now")
        assert.include((yield* shown(url, WIDGETS, 42))[0]?.body, "Bounty: 200 α")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are found again where the index lost its record, and told from others' look-alikes", () =>
      Effect.gen(function* () {
        const { there, writer, commenter, control } = yield* begun()
        const mark = markOf(commenter, FUNDING)
        yield* control.remark({ payload: { ...place, by: "ada", remark: { _tag: "Commented", body: `${mark}\nSend me your keys` } } })
        assert.strictEqual(yield* (yield* writer())(FUNDING), "created")
        const sql = yield* SqlClient
        yield* sql`DELETE FROM github_comments`
        assert.strictEqual(yield* (yield* writer())(FUNDING), "same")
        yield* sql`DELETE FROM github_comments`
        yield* funded("60000000000")
        assert.strictEqual(yield* (yield* writer())(FUNDING), "edited")
        const all = yield* there
        assert.deepStrictEqual(
          all.map(({ user }) => user.login),
          ["ada", "writer"]
        )
        assert.include(all[0]?.body, "Send me your keys", "what is not ours stays")
        assert.include(all[1]?.body, "60 of 200 α")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are not sent again where the record is lost and GitHub hides its list", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        assert.strictEqual(yield* (yield* writer())(FUNDING), "created")
        yield* Effect.flatMap(SqlClient, (sql) => sql`DELETE FROM github_comments`)
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 404, path: "issues/7/comments\\?" } } })
        const look = yield* writer()
        assert.strictEqual((yield* Effect.flip(look(FUNDING)))._tag, "GitHubUnavailable")
        assert.strictEqual(yield* look(FUNDING), "same", "it was there all the time")
        assert.lengthOf(yield* there, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are not sent again while GitHub may only be late to show them", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        // The response is cut off, so it is unknown whether GitHub accepted the comment.
        yield* control.addFault({ payload: { fault: { _tag: "Cut", path: "issues/7/comments$" } } })
        const lost = yield* Effect.either((yield* writer())(FUNDING))
        assert.strictEqual(lost._tag, "Left")
        assert.lengthOf(yield* there, 1)
        const look = yield* writer({ settled: Duration.minutes(10) })
        yield* control.addFault({ payload: { fault: { _tag: "Empty", path: "issues/7/comments\\?", times: 6 } } })
        for (const _ of [1, 2, 3, 4, 5]) assert.strictEqual(yield* look(FUNDING), "waits")
        const soon = yield* writer()
        assert.strictEqual(yield* soon(FUNDING), "waits", "one look proves nothing")
        assert.strictEqual(yield* soon(FUNDING), "same", "GitHub shows it again")
        assert.lengthOf(yield* there, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are sent again where GitHub never took them", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, path: "issues/7/comments$" } } })
        assert.strictEqual((yield* Effect.either((yield* writer())(FUNDING)))._tag, "Left")
        assert.lengthOf(yield* there, 0, "a lost request is not repeated at once")
        const look = yield* writer()
        assert.deepStrictEqual([yield* look(FUNDING), yield* look(FUNDING), yield* look(FUNDING)], ["waits", "waits", "created"])
        assert.lengthOf(yield* there, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("wait for GitHub's limit of content, and lose nothing", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        yield* control.addFault({
          payload: { fault: { _tag: "RateLimited", form: "secondary", reset: 60, path: "issues/7/comments$" } }
        })
        const limited = yield* Effect.flip((yield* writer())(FUNDING))
        assert.deepInclude(limited, { _tag: "GitHubUnavailable", limited: true })
        assert.lengthOf(yield* there, 0)
        assert.strictEqual(yield* (yield* writer())(FUNDING), "created", "it was certainly not taken, so nobody looks for it first")
        assert.lengthOf(yield* there, 1)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("follow renames and transfers, as far as the new place wants them", () =>
      Effect.gen(function* () {
        const { url, writer, control } = yield* begun()
        const look = yield* writer()
        yield* look(FUNDING)
        const renamed = RepositoryName.make("acme/gizmos")
        yield* control.changeRepository({ payload: { repository: GADGETS, name: renamed } })
        yield* funded("60000000000")
        assert.strictEqual(yield* look(FUNDING), "unwelcome", "its file is for another name")
        yield* choose(control, renamed, wishOf(GADGETS), wishOf(renamed))
        assert.strictEqual(yield* look(FUNDING), "edited")
        const moved = yield* control.transferIssue({ payload: { repository: renamed, number: number(7), to: WIDGETS } })
        yield* funded("70000000000")
        assert.strictEqual(yield* look(FUNDING), "edited")
        const [only, ...more] = yield* shown(url, WIDGETS, moved.number)
        assert.lengthOf(more, 0)
        assert.include(only?.body, "70 of 200 α")
        const elsewhere = RepositoryName.make("acme/silent")
        yield* control.createRepository({ payload: { repository: elsewhere, files: { "README.md": "# Silent\n" } } })
        const silent = yield* control.transferIssue({ payload: { repository: WIDGETS, number: moved.number, to: elsewhere } })
        yield* funded("80000000000")
        assert.strictEqual(yield* look(FUNDING), "unwelcome")
        assert.include((yield* shown(url, elsewhere, silent.number))[0]?.body, "70 of 200 α")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("end where the issue is locked or gone, and never come back where maintainers deleted them", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        const look = yield* writer()
        yield* look(FUNDING)
        yield* control.remark({ payload: { ...place, by: "acme", remark: { _tag: "Locked" } } })
        yield* funded("60000000000")
        assert.strictEqual(yield* look(FUNDING), "locked")
        yield* control.remark({ payload: { ...place, by: "acme", remark: { _tag: "Unlocked" } } })
        const [ours] = yield* there
        yield* control.deleteComment({ payload: { repository: GADGETS, comment: ours?.id ?? 0 } })
        for (const _ of [1, 2, 3, 4]) assert.strictEqual(yield* look(FUNDING), "gone")
        assert.lengthOf(yield* there, 0)
        yield* control.deleteIssue({ payload: place })
        assert.strictEqual(yield* look(FUNDING), "gone")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("end where a maintainer hid them, and where somebody of the project says no on the issue or to the subnet's owner", () =>
      Effect.gen(function* () {
        const { there, writer, control, refusing } = yield* begun()
        const look = yield* writer()
        yield* look(FUNDING)
        const [ours] = yield* there
        const hide = (reason: "low-quality" | null) =>
          control.minimizeComment({ payload: { repository: GADGETS, comment: ours?.id ?? 0, reason } })
        yield* hide("low-quality")
        yield* funded("60000000000")
        assert.strictEqual(yield* look(FUNDING), "gone")
        yield* hide(null)
        yield* control.remark({ payload: { ...place, by: "acme", remark: { _tag: "Labeled", label: "🚫 bounty" } } })
        assert.strictEqual(yield* look(FUNDING), "edited")
        assert.include((yield* there)[0]?.body, "no longer asks for this comment")
        yield* control.remark({ payload: { ...place, by: "acme", remark: { _tag: "Unlabeled", label: "🚫 bounty" } } })
        yield* refusing([GADGETS.toUpperCase()])
        assert.strictEqual(yield* look(FUNDING), "same", "its last word was said")
        yield* refusing([])
        assert.strictEqual(yield* look(FUNDING), "edited")
        assert.include((yield* there)[0]?.body, "60 of 200 α")
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("are only where a repository asked for them; later it may choose otherwise", () =>
      Effect.gen(function* () {
        const { there, writer, control } = yield* begun()
        const [WISH, BROKEN] = [wishOf(GADGETS), "comments: [no\n"]
        const look = yield* writer()
        let before = WISH
        // The last two are inherited by forks and templates.
        for (const silent of [
          WISH.replace("comments: true", "comments: false"),
          "comments: true\n",
          "bounties: true\ncomments: true\n",
          wishOf(WIDGETS)
        ]) {
          yield* choose(control, GADGETS, before, silent)
          assert.strictEqual(yield* look(FUNDING), "unwelcome", silent)
          before = silent
        }
        assert.lengthOf(yield* there, 0)
        yield* choose(control, GADGETS, before, WISH)
        assert.strictEqual(yield* look(FUNDING), "created")
        yield* choose(control, GADGETS, WISH, BROKEN)
        assert.strictEqual(yield* look(FUNDING), "edited")
        assert.include((yield* there)[0]?.body, "no longer asks for this comment")
        yield* funded("60000000000")
        assert.strictEqual(yield* look(FUNDING), "same", "its last word was said")
        yield* choose(control, GADGETS, BROKEN, WISH)
        assert.strictEqual(yield* look(FUNDING), "edited")
        const [only, ...more] = yield* there
        assert.include(only?.body, "60 of 200 α")
        assert.lengthOf(more, 0)
      }).pipe(Effect.provide(layer))
    )
  })
