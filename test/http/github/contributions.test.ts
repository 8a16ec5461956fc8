/** A round loaded from the simulated GitHub over HTTP: its contents, its time, its windows and its pages. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { contributorsOf } from "../../../lab/devnet/github/facts/contributors.ts"
import { start } from "../../../lab/devnet/github/StandIn.ts"
import type { RecordedLabel } from "../../../src/domain/contributions/RoundRecord.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import type { LoadedRound } from "../../../src/layers/github/contributions/Contributions.ts"
import { chooseLabel } from "../../../src/rules/contributions/labelMultiplier.ts"
import {
  ago,
  emptyStory,
  fullStory,
  GADGETS,
  moment,
  NOW,
  numbers,
  place,
  service,
  WIDGETS
} from "../../support/github/contributionStory.ts"
import { isShared, loadShared } from "../../support/github/facts.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"

const withoutIds = (labels: ReadonlyArray<RecordedLabel> = []) => labels.map(({ github_id: _, ...label }) => label)

describe("a loaded round", () => {
  inEachVersion("holds what the rules need", () =>
    Effect.gen(function* () {
      const { url, tokens, idOf, request } = yield* fullStory()
      const contributions = yield* service(url, tokens)
      const { record, missing, gone } = yield* contributions.load(request)
      assert.deepStrictEqual([missing, gone], [[], []])
      assert.strictEqual(record.now, NOW)
      const [bob = [], cleo = []] = [record.pulls[idOf("bob")], record.pulls[idOf("cleo")]]
      assert.deepStrictEqual(
        bob.map(({ repo_full_name, pr_number, state }) => [repo_full_name, pr_number, state]),
        [
          ["Acme/Widgets", 3, "MERGED"],
          ["Acme/Widgets", 4, "OPEN"]
        ]
      )
      assert.deepInclude(bob[0], {
        title: "Oil it",
        author_github_id: idOf("bob"),
        author_login: "bob",
        author_association: "NONE",
        created_at: moment(18),
        closed_at: moment(16),
        merged_at: moment(16),
        hours_since_merge: 384,
        edited_after_merge: false,
        merged_by_login: "ada",
        base_ref: "main",
        head_ref: "change-3",
        head_repo_full_name: null,
        default_branch: "main"
      })
      assert.deepStrictEqual(bob[0]?.review_summary, {
        maintainer_changes_requested_count: 1,
        changes_requested_count: 2,
        approved_count: 1,
        commented_count: 0
      })
      assert.deepStrictEqual(withoutIds(bob[0]?.labels), [
        { name: "bug", actor_github_id: idOf("ada"), actor_association: "MEMBER" },
        { name: "feature", actor_github_id: idOf("bob"), actor_association: "NONE" },
        { name: "size:S", actor_github_id: idOf("labeler[bot]"), actor_association: null }
      ])
      assert.deepStrictEqual(
        bob[0]?.linked_issues.map((issue) => [issue.number, issue.state, issue.state_reason, issue.author_association, issue.solved_by_pr]),
        [
          [1, "CLOSED", "COMPLETED", "MEMBER", 3],
          [2, "CLOSED", "COMPLETED", "NONE", 3]
        ]
      )
      assert.deepInclude(bob[0]?.linked_issues[1], { author_github_id: idOf("dora"), closed_at: moment(16), is_transferred: false })
      assert.deepStrictEqual(
        cleo.map(({ repo_full_name, pr_number, state }) => [repo_full_name, pr_number, state]),
        [["Acme/Widgets", 5, "CLOSED"]]
      )
      const issues = record.issues[idOf("cleo")] ?? []
      assert.deepStrictEqual(
        issues.map((issue) => [
          issue.repo_full_name,
          issue.issue_number,
          issue.state,
          issue.solved_by_pr,
          issue.solving_pr?.author_github_id
        ]),
        [
          ["acme/gadgets", 1, "CLOSED", 2, idOf("dora")],
          ["acme/gadgets", 3, "OPEN", null, undefined]
        ]
      )
      assert.deepStrictEqual(record.maintainer_uids_by_repo, {})
      const maintained = yield* contributions.load({ ...request, uids: { ...request.uids, "9": idOf("ada") } })
      assert.deepStrictEqual(maintained.record.maintainer_uids_by_repo, { "Acme/Widgets": [9], "acme/gadgets": [9] })
      assert.deepStrictEqual(maintained.record.pulls[idOf("ada")], [])
      // A maintainer's account with two UIDs, or with the recycling UID, gets no cut.
      const ada = idOf("ada")
      const shared = yield* contributions.load({ ...request, uids: { ...request.uids, "9": ada, "10": ada } })
      assert.deepStrictEqual(shared.record.maintainer_uids_by_repo, {})
      const recycling = yield* contributions.load({ ...request, uids: { ...request.uids, "0": ada, "9": ada } })
      assert.deepStrictEqual(recycling.record.maintainer_uids_by_repo, { "Acme/Widgets": [9], "acme/gadgets": [9] })
    })
  )

  inEachVersion("is as of its time: later events are invisible", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request } = yield* fullStory()
      const contributions = yield* service(url, tokens)
      const before = yield* contributions.load(request)
      const late = NOW / 1000 + 60_000
      const fourth = place(WIDGETS, 4)
      yield* control.review({ payload: { ...fourth, by: "ada", state: "CHANGES_REQUESTED", at: late } })
      yield* control.remark({ payload: { ...fourth, by: "ada", remark: { _tag: "Labeled", label: "bug" }, at: late } })
      yield* control.remark({
        payload: { ...place(WIDGETS, 3), by: "ada", remark: { _tag: "Unlabeled", label: "bug" }, at: late }
      })
      yield* control.mergePullRequest({ payload: { ...fourth, by: "ada", at: late } })
      yield* control.close({ payload: { ...place(GADGETS, 3), reason: "not_planned", at: late } })
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "New", author: "bob", at: late } })
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "New", author: "cleo", at: late } })
      const { record } = yield* contributions.load(request)
      const without = (round: typeof before) =>
        (JSON.stringify(round.record.pulls) + JSON.stringify(round.record.issues)).replaceAll(/"updated_at":\d+/g, "")
      assert.strictEqual(without({ ...before, record }), without(before))
      const changed = (round: typeof record) =>
        Object.values(round.pulls)
          .flat()
          .map((one) => [one.pr_number, (one.updated_at ?? 0) > NOW])
      assert.sameDeepMembers(changed(before.record), [
        [3, false],
        [4, false],
        [5, false]
      ])
      assert.sameDeepMembers(
        changed(record),
        [
          [3, true],
          [4, true],
          [5, false]
        ],
        "what may have been otherwise for others is known"
      )
    })
  )

  inEachVersion("says which person closed a pull request without a merge, and who locked it as spam", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      const contributions = yield* service(url, tokens)
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Again", author: "bob", at: ago(6) } })
      const [fifth, seventh] = [place(WIDGETS, 5), place(WIDGETS, 7)]
      const lock = (reason: "SPAM" | "RESOLVED", at: number) =>
        control.remark({ payload: { ...fifth, by: "ada", remark: { _tag: "Locked", reason }, at: ago(at) } })
      const turnedDown = Effect.map(contributions.load(request), ({ record }) =>
        [record.pulls[idOf("bob")], record.pulls[idOf("cleo")]].map((pulls = []) =>
          pulls.map(({ pr_number, closed_by_github_id: closed, locked_as_spam_by_github_id: locked }) => ({ pr_number, closed, locked }))
        )
      )
      const nobody = { closed: undefined, locked: undefined }
      const [bobs, cleos] = yield* turnedDown
      assert.deepStrictEqual(bobs, [
        { pr_number: 3, ...nobody },
        { pr_number: 4, ...nobody },
        { pr_number: 7, ...nobody }
      ])
      const fifthNow = (all: typeof cleos) => all?.find(({ pr_number }) => pr_number === 5)
      const closed = fifthNow(cleos)
      assert.isDefined(closed)
      yield* lock("RESOLVED", 5)
      assert.deepStrictEqual(fifthNow((yield* turnedDown)[1]), closed)
      yield* lock("SPAM", 4)
      assert.deepStrictEqual(fifthNow((yield* turnedDown)[1]), { ...closed, locked: idOf("ada") })
      yield* control.remark({ payload: { ...fifth, by: "ada", remark: { _tag: "Unlocked" }, at: ago(3) } })
      assert.deepStrictEqual(fifthNow((yield* turnedDown)[1]), closed)
      yield* control.close({ payload: { ...seventh, by: "labeler[bot]", at: ago(2) } })
      assert.deepStrictEqual((yield* turnedDown)[0]?.[2], { pr_number: 7, ...nobody })
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Once more", author: "bob", at: ago(1.9) } })
      yield* control.close({ payload: { ...place(WIDGETS, 8), by: "ada", at: ago(1.8) } })
      assert.deepStrictEqual((yield* turnedDown)[0]?.[3], { pr_number: 8, closed: idOf("ada"), locked: undefined })
    })
  )

  inEachVersion("applies each repository's window to merges and closed issues, and includes everything open", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* emptyStory()
      const events = [
        { opened: 40, merged: 29.9, counts: true },
        { opened: 40, merged: 30.1, counts: false },
        { opened: 29, closed: 28, counts: true },
        { opened: 31, closed: 28, counts: false },
        { opened: 290, counts: true }
      ]
      for (const [index, { opened, merged, closed }] of events.entries()) {
        yield* control.openPullRequest({ payload: { repository: WIDGETS, title: `Try ${index}`, author: "bob", at: ago(opened) } })
        const one = place(WIDGETS, index + 1)
        if (merged !== undefined) yield* control.mergePullRequest({ payload: { ...one, by: "ada", at: ago(merged) } })
        if (closed !== undefined) yield* control.close({ payload: { ...one, at: ago(closed) } })
      }
      const { record } = yield* (yield* service(url, tokens)).load(request)
      const found = (record.pulls[idOf("bob")] ?? []).map(({ pr_number }) => pr_number)
      assert.deepStrictEqual(
        found,
        events.flatMap(({ counts }, index) => (counts ? [index + 1] : []))
      )
    })
  )

  inEachVersion("is the same for any page size and order", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      for (let index = 0; index < 5; index++) {
        yield* control.remark({
          payload: { ...place(WIDGETS, 3), by: "ada", remark: { _tag: "Labeled", label: `more-${index}` }, at: ago(15) }
        })
        yield* control.review({ payload: { ...place(WIDGETS, 3), by: "dora", state: "COMMENTED", at: ago(15) } })
      }
      const whole = yield* (yield* service(url, tokens)).load(request)
      assert.strictEqual(whole.record.pulls[idOf("bob")]?.[0]?.labels.length, 8)
      assert.strictEqual(whole.record.pulls[idOf("bob")]?.[0]?.review_summary.commented_count, 5)
      for (const pages of [
        { most: 1, reversed: false },
        { most: 2, reversed: true },
        { most: 3, reversed: false }
      ]) {
        yield* control.setPages({ payload: pages })
        const paged = yield* (yield* service(url, tokens)).load(request)
        assert.deepStrictEqual(paged.record, whole.record)
      }
    })
  )

  inEachVersion("finds everything in lists longer than a page", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* emptyStory()
      for (let index = 0; index < 205; index++)
        yield* control.openPullRequest({
          payload: { repository: WIDGETS, title: `Try ${index}`, author: index % 2 === 0 ? "bob" : "dora", at: ago(5) + index * 1000 }
        })
      const { record, missing } = yield* (yield* service(url, tokens)).load(request)
      assert.deepStrictEqual(missing, [])
      assert.strictEqual(record.pulls[idOf("bob")]?.length, 103)
    })
  )

  inEachVersion("of few accounts requests only theirs, and finds the same", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      yield* control.createUser({ payload: { login: "erik" } })
      const erik = String((yield* control.user({ payload: { login: "erik" } })).id)
      const everybody = yield* (yield* service(url, tokens)).load({ ...request, uids: { ...request.uids, "3": erik } })
      const few = yield* (yield* service(url, tokens)).load(request)
      assert.deepStrictEqual(few.record.pulls[idOf("bob")], everybody.record.pulls[idOf("bob")])
      assert.deepStrictEqual(few.record.issues[idOf("cleo")], everybody.record.issues[idOf("cleo")])
    })
  )

  inEachVersion("sees edits of text and title after a merge, transfers, and other solvers of an issue", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* emptyStory()
      for (const index of [1, 2, 3, 4]) {
        yield* control.openPullRequest({ payload: { repository: WIDGETS, title: `Try ${index}`, author: "bob", at: ago(9) } })
        yield* control.mergePullRequest({ payload: { ...place(WIDGETS, index), by: "ada", at: ago(8) } })
      }
      yield* control.edit({ payload: { ...place(WIDGETS, 1), body: "Closes #5", at: ago(7) } })
      yield* control.edit({ payload: { ...place(WIDGETS, 2), title: "Better", at: ago(7) } })
      // A title redacted before the merge is not an edit after the merge.
      const contributions = yield* service(url, tokens)
      const edited = (yield* contributions.load(request)).record.pulls[idOf("bob")] ?? []
      assert.deepStrictEqual(
        edited.map(({ edited_after_merge, last_edited_at }) => [edited_after_merge, last_edited_at]),
        [
          [true, moment(7)],
          [true, moment(7)],
          [false, null],
          [false, null]
        ]
      )
      yield* control.openIssue({ payload: { repository: GADGETS, title: "Moves", author: "dora", at: ago(6) } })
      yield* control.transferIssue({ payload: { ...place(GADGETS, 1), to: WIDGETS, at: ago(5.9) } })
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Solved by push", author: "dora", at: ago(6) } })
      yield* control.openPullRequest({
        payload: { repository: WIDGETS, title: "Both", author: "bob", closes: numbers(5, 6), at: ago(5.8) }
      })
      yield* control.pushCommit({ payload: { repository: WIDGETS, message: "Fixes #6", by: "acme", closes: numbers(6), at: ago(5.7) } })
      yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 7), by: "ada", at: ago(5.6) } })
      const seventh = (yield* contributions.load(request)).record.pulls[idOf("bob")]?.find(({ pr_number }) => pr_number === 7)
      assert.deepStrictEqual(
        seventh?.linked_issues.map((issue) => [issue.number, issue.is_transferred, issue.solved_by_pr]),
        [
          [5, true, 7],
          [6, false, null]
        ]
      )
    })
  )

  inEachVersion("looks up the role of a maintainer who labels but has written nothing lately", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* emptyStory()
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Long ago", author: "ada", at: ago(200) } })
      yield* control.close({ payload: { ...place(WIDGETS, 1), at: ago(199) } })
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Try", author: "bob", at: ago(4) } })
      yield* control.remark({ payload: { ...place(WIDGETS, 2), by: "ada", remark: { _tag: "Labeled", label: "bug" }, at: ago(3) } })
      const { record } = yield* (yield* service(url, tokens)).load(request)
      assert.deepStrictEqual(withoutIds(record.pulls[idOf("bob")]?.[0]?.labels), [
        { name: "bug", actor_github_id: idOf("ada"), actor_association: "MEMBER" }
      ])
    })
  )

  inEachVersion("knows a renamed label again, whose multiplier stays where the roster has its id", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      const load = Effect.flatMap(service(url, tokens), (contributions) => contributions.load(request))
      const bugOf = ({ record }: LoadedRound) => record.pulls[idOf("bob")]?.[0]?.labels.find(({ name }) => name.includes("bug"))
      const before = bugOf(yield* load)
      yield* control.renameLabel({ payload: { repository: WIDGETS, label: "bug", to: "type: bug" } })
      const after = bugOf(yield* load)
      assert.deepStrictEqual(after, { ...before, name: "type: bug" })
      const rules = request.repositories["Acme/Widgets"]
      if (rules === undefined || after === undefined) return assert.fail("no label")
      assert.strictEqual(chooseLabel([after], rules).multiplier, 1)
      const pinned = { ...rules, label_ids: { [after.github_id ?? ""]: "bug" } }
      assert.deepStrictEqual(chooseLabel([after], pinned), { label: "bug", multiplier: 1.5 })
    })
  )

  inEachVersion("counts merges into the default branch by the name that it had then", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      const defaultOf = (round: LoadedRound) => (round.record.pulls[idOf("bob")] ?? []).map((one) => [one.base_ref, one.default_branch])
      const load = Effect.flatMap(service(url, tokens), (contributions) => contributions.load(request))
      yield* control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "trunk", as: "Renamed" } })
      yield* control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "develop", as: "Renamed" } })
      const merged = ["main", "main"]
      const open = ["develop", "develop"]
      assert.deepStrictEqual(defaultOf(yield* load), [merged, open])
      // Where GitHub does not answer, that pull request alone is missing.
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, path: "/branches/", times: 1_000 } } })
      const silent = yield* load
      assert.deepStrictEqual(
        silent.missing.map(({ account, only }) => [account, only]),
        [[idOf("bob"), 3]]
      )
      yield* control.removeFaults({ payload: {} })
      // A new branch under the same name counts as another branch.
      yield* control.changeDefaultBranch({ payload: { repository: WIDGETS, to: "other", as: "Same" } })
      assert.deepStrictEqual(defaultOf(yield* load)[0], ["main", "other"])
    })
  )

  inEachVersion("names missing repositories, follows renamed ones, and needs a token", () =>
    Effect.gen(function* () {
      const { url, control, tokens, idOf, request } = yield* fullStory()
      yield* control.changeRepository({ payload: { repository: GADGETS, deleted: true } })
      const whole = yield* (yield* service(url, tokens)).load(request)
      assert.deepStrictEqual([whole.gone, whole.missing.map(({ repository }) => repository)], [[], ["acme/gadgets"]])
      yield* control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/things") } })
      const renamed = yield* (yield* service(url, tokens)).load(request)
      assert.deepStrictEqual(
        renamed.record.pulls[idOf("bob")]?.map(({ repo_full_name }) => repo_full_name),
        ["Acme/Widgets", "Acme/Widgets"]
      )
      const none = yield* Effect.flip((yield* service(url, [])).load(request))
      assert.include(none.message, "GITTENSOR_GITHUB_TOKEN")
      const odd = Schema.decodeUnknownSync(RosterRepositories)({ "not a repository": { emission_share: 1 } })
      assert.strictEqual((yield* (yield* service(url, tokens)).load({ ...request, repositories: odd })).missing[0]?.account, null)
    })
  )
})

describe("the history of real repositories", () => {
  it.scopedLive.skipIf(!isShared)("is loaded completely: exactly every account's merges within the window", () =>
    Effect.gen(function* () {
      const facts = yield* loadShared("entrius__gittensor.jsonl")
      const repository = facts[0]?.repository ?? ""
      const last = facts.reduce((latest, { merged_at }) => Math.max(latest, merged_at ?? 0), 0)
      const until = last + 3_600_000
      const { url, control } = yield* start({ port: 0, facts, clock: { _tag: "Fixed", at: until } })
      const observer = yield* control.createUser({ payload: { login: "observer-of-all" } })
      const people = contributorsOf(facts)
      const repositories = Schema.decodeUnknownSync(RosterRepositories)({ [repository]: { emission_share: 1 } })
      const uids = Object.fromEntries(people.all.map(({ id }, index) => [String(index + 1), String(id)]))
      const { record, missing } = yield* (yield* service(url, [observer.token])).load({ now: until * 1000, repositories, uids })
      assert.deepStrictEqual(missing, [])
      const since = until - 30 * 86_400_000
      const expected = facts
        .filter(({ authored_at, merged_at }) => merged_at !== null && Math.max(merged_at, authored_at) >= since)
        .map(({ number, author }) => `${people.of(author).id} ${number}`)
      const found = Object.entries(record.pulls).flatMap(([account, pulls]) => pulls.map(({ pr_number }) => `${account} ${pr_number}`))
      assert.isNotEmpty(expected)
      assert.deepStrictEqual(found.toSorted(), expected.toSorted())
      const linked = Object.values(record.pulls).flatMap((pulls) => pulls.flatMap(({ linked_issues }) => linked_issues))
      assert.isTrue(linked.every(({ state, solved_by_pr }) => state === "CLOSED" && solved_by_pr !== null))
    })
  )
})
