import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { at, number, ref, service, solve, story, storyAndService, WIDGETS } from "../../support/github/story.ts"

const found = (evidence: IssueEvidence) => {
  if (evidence._tag !== "Found") throw new Error(`expected an issue that is found, got ${evidence._tag}`)
  return evidence
}

describe("the record of an issue", () => {
  inEachVersion("of an open issue has no events and no pull requests", () =>
    Effect.gen(function* () {
      const { github } = yield* storyAndService
      const evidence = found(yield* github.issueEvidence(ref(1)))
      assert.deepInclude(evidence, {
        state: "open",
        repository: WIDGETS,
        defaultBranch: "main",
        number: 1,
        timeline: [],
        linkedPullRequests: []
      })
    })
  )

  inEachVersion("names the pull request that closed it, with all details", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const bob = yield* control.user({ payload: { login: "bob" } })
      const created = Date.parse("2026-11-01T10:00:00Z")
      const merged = Date.parse("2026-11-02T10:00:00Z")
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Oil", author: "bob", closes: [number(1)], at: created } })
      const { mergeCommit } = yield* control.mergePullRequest({ payload: { ...at(2), at: merged, by: "acme" } })
      const maintainer = yield* control.user({ payload: { login: "acme" } })
      const evidence = found(yield* github.issueEvidence(ref(1)))
      const pullRequest = {
        number: 2,
        authorId: bob.id,
        authorLogin: "bob",
        createdAt: created,
        closedAt: merged,
        mergedAt: merged,
        mergedBy: { id: maintainer.id },
        baseRepositoryId: evidence.repositoryId,
        baseBranch: "main",
        head: evidence.linkedPullRequests[0]?.head,
        mergeCommit,
        standing: { _tag: "Stands" as const, changed: 0, takenBack: 0 }
      }
      assert.strictEqual(evidence.state, "closed")
      assert.deepStrictEqual(evidence.timeline, [
        { _tag: "Closed", at: merged, reason: "completed", closer: { _tag: "PullRequest", pullRequest }, by: { id: maintainer.id } }
      ])
      assert.deepStrictEqual(evidence.linkedPullRequests, [pullRequest])
    })
  )

  inEachVersion("lists a second merged pull request that came too late to close it", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      yield* solve(control, "bob")
      yield* solve(control, "cleo")
      const evidence = found(yield* github.issueEvidence(ref(1)))
      assert.strictEqual(evidence.timeline.length, 1)
      assert.deepStrictEqual(
        evidence.linkedPullRequests.map((one) => one.authorLogin),
        ["bob", "cleo"]
      )
    })
  )

  inEachVersion("shows that a merge into another branch closes nothing", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      yield* control.openPullRequest({
        payload: { repository: WIDGETS, title: "Oil", author: "bob", closes: [number(1)], baseBranch: "next" }
      })
      yield* control.mergePullRequest({ payload: at(2) })
      const evidence = found(yield* github.issueEvidence(ref(1)))
      assert.strictEqual(evidence.state, "open")
      assert.deepStrictEqual(evidence.timeline, [])
      assert.strictEqual(evidence.namedPullRequests?.[0]?.baseBranch, "next")
      assert.deepStrictEqual(evidence.linkedPullRequests, [], "GitHub links none of another branch")
    })
  )

  for (const reason of ["completed", "not_planned", "duplicate"] as const) {
    inEachVersion(`shows an issue closed by hand as ${reason}, and reopened`, () =>
      Effect.gen(function* () {
        const { control, github } = yield* storyAndService
        yield* control.close({ payload: { ...at(1), reason } })
        const closed = found(yield* github.issueEvidence(ref(1)))
        assert.deepInclude(closed.timeline[0], { _tag: "Closed", reason, closer: { _tag: "Hand" } })
        yield* control.reopenIssue({ payload: at(1) })
        const reopened = found(yield* github.issueEvidence(ref(1)))
        assert.strictEqual(reopened.state, "open")
        assert.deepStrictEqual(
          reopened.timeline.map(({ _tag }) => _tag),
          ["Closed", "Reopened"]
        )
      })
    )
  }

  inEachVersion("is taken back by a revert until that is itself reverted", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const { number: solution } = yield* solve(control, "bob")
      const { number: revert } = yield* control.revertPullRequest({ payload: at(solution) })
      const reverted = found(yield* github.issueEvidence(ref(1)))
      assert.strictEqual(reverted.state, "closed", "GitHub does not reopen the issue")
      assert.strictEqual(reverted.linkedPullRequests[0]?.standing?._tag, "TakenBack")
      const [closing] = reverted.timeline
      assert.isTrue(
        closing?._tag === "Closed" && closing.closer._tag === "PullRequest" && closing.closer.pullRequest.standing?._tag === "TakenBack"
      )
      yield* control.revertPullRequest({ payload: at(revert) })
      const again = found(yield* github.issueEvidence(ref(1)))
      assert.strictEqual(again.linkedPullRequests[0]?.standing?._tag, "Stands")
    })
  )

  inEachVersion("is not taken back by what only says so, whoever got it merged", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const { number: solution, mergeCommit } = yield* solve(control, "bob")
      const claim = (title: string, author: string) =>
        Effect.flatMap(control.openPullRequest({ payload: { repository: WIDGETS, title, author } }), (opened) =>
          control.mergePullRequest({ payload: at(opened.number) })
        )
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["ada"] } })
      yield* claim(`Revert "Oil the widget (#${solution})"`, "cleo")
      yield* claim(`Sharpen the docs\n\nReverts #${solution}\n\nThis reverts commit ${mergeCommit}.`, "ada")
      const [linked] = found(yield* github.issueEvidence(ref(1))).linkedPullRequests
      assert.strictEqual(linked?.standing?._tag, "Stands")
    })
  )

  inEachVersion("does not ask whether old merges stand", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const long = Date.parse("2020-01-01T00:00:00Z")
      const files = [{ path: "src/widget.ts", additions: 5, deletions: 1 }]
      yield* control.openPullRequest({
        payload: { repository: WIDGETS, title: "Oil", author: "bob", closes: [number(1)], files, at: long }
      })
      yield* control.mergePullRequest({ payload: { ...at(2), at: long } })
      yield* control.revertPullRequest({ payload: at(2) })
      const standing = (since?: number) =>
        Effect.gen(function* () {
          const before = yield* control.countRequests({ payload: {} })
          const evidence = found(yield* github.issueEvidence(ref(1), since === undefined ? {} : { since }))
          const after = yield* control.countRequests({ payload: {} })
          return [evidence.linkedPullRequests[0]?.standing?._tag, after.requests - before.requests]
        })
      assert.deepStrictEqual(yield* standing(), [undefined, 1])
      // Requests for the issue, its own commits, the landed commits, later changes, and the texts.
      assert.deepStrictEqual(yield* standing(long), ["TakenBack", 5])
    })
  )

  inEachVersion("follows a renamed repository, and distinguishes it by id from a new one with the old name", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const { repositoryId } = found(yield* github.issueEvidence(ref(1)))
      const renamed = RepositoryName.make("acme/gadgets")
      yield* control.changeRepository({ payload: { repository: WIDGETS, name: renamed } })
      assert.strictEqual(found(yield* github.issueEvidence(ref(1))).repository, renamed)
      yield* control.createRepository({ payload: { repository: WIDGETS } })
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Another story", author: "bob" } })
      assert.strictEqual(found(yield* github.issueEvidence(ref(1))).repository, WIDGETS)
      const followed = found(yield* github.issueEvidence(ref(1), { repositoryId }))
      assert.deepInclude(followed, { repository: renamed, repositoryId })
    })
  )

  inEachVersion("distinguishes deleted, moved, private and missing", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      const other = RepositoryName.make("acme/other")
      yield* control.createRepository({ payload: { repository: other } })
      yield* control.openIssue({ payload: { repository: WIDGETS, title: "Two", author: "ada" } })
      yield* control.deleteIssue({ payload: at(1) })
      assert.deepStrictEqual(yield* github.issueEvidence(ref(1)), { _tag: "Deleted" })
      yield* control.transferIssue({ payload: { ...at(2), to: other } })
      assert.deepStrictEqual(yield* github.issueEvidence(ref(2)), { _tag: "Transferred", to: "acme/other#1" })
      assert.deepStrictEqual(yield* github.issueEvidence(ref(99)), { _tag: "Deleted" })
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      assert.deepStrictEqual(yield* github.issueEvidence(ref(1)), { _tag: "RepositoryGone" })
      yield* control.changeRepository({ payload: { repository: WIDGETS, collaborators: ["observer"] } })
      assert.deepStrictEqual(
        yield* github.issueEvidence(ref(1)),
        { _tag: "RepositoryGone" },
        "private to others, though this token may read it"
      )
      yield* control.changeRepository({ payload: { repository: other, deleted: true } })
      assert.deepStrictEqual(yield* github.issueEvidence(ref(1, other)), { _tag: "RepositoryGone" })
    })
  )

  inEachVersion("reads timelines and links to their last page", () =>
    Effect.gen(function* () {
      const { control, github } = yield* storyAndService
      for (let round = 0; round < 101; round++) {
        yield* control.close({ payload: at(1) })
        yield* control.reopenIssue({ payload: at(1) })
      }
      for (let count = 0; count < 52; count++) {
        yield* control.openPullRequest({ payload: { repository: WIDGETS, title: `Try ${count}`, author: "bob", closes: [number(1)] } })
      }
      const evidence = found(yield* github.issueEvidence(ref(1)))
      assert.strictEqual(evidence.timeline.length, 202)
      assert.strictEqual(new Set(evidence.linkedPullRequests.map((one) => one.number)).size, 52)
      assert.strictEqual(evidence.linkedPullRequests.length, 52)
    })
  )

  inEachVersion("says of a pull request that it is no issue any more, and fails for a missing token", () =>
    Effect.gen(function* () {
      const { url, control } = yield* story()
      yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Oil", author: "bob" } })
      const observer = yield* control.user({ payload: { login: "observer" } })
      const withToken = yield* service(url, [observer.token])
      assert.deepStrictEqual(yield* withToken.issueEvidence(ref(2)), { _tag: "Transferred", to: null })
      const without = yield* service(url, [])
      const error = yield* Effect.flip(without.issueEvidence(ref(1)))
      assert.strictEqual(error._tag, "GitHubUnavailable")
      assert.include(error.message, "GITTENSOR_GITHUB_TOKEN")
    })
  )
})
