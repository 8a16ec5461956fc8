/** The verdicts on what the GitHub service reads from the stand-in over HTTP: evidence and rule together. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { RepositoryName } from "../../src/domain/IssueRef.ts"
import { type Verdict, type VerdictCase, verdictOf } from "../../src/scoring/issue_competitions/rules/verdict.ts"
import { at, number, ref, storyAndService, WIDGETS } from "../github/story.ts"
import { hotkey } from "./world.ts"

const START = Date.parse("2026-11-01T00:00:00Z")
const SUBMISSIONS_FROM = Date.parse("2026-11-03T00:00:00Z")
const DEADLINE = Date.parse("2026-11-15T00:00:00Z")
const day = (n: number) => Date.parse(`2026-11-${String(n).padStart(2, "0")}T12:00:00Z`)

/** Bob and Cleo compete for acme/widgets#1. */
const told = Effect.gen(function* () {
  const { control, github } = yield* storyAndService
  const [bob, cleo] = yield* Effect.all([control.user({ payload: { login: "bob" } }), control.user({ payload: { login: "cleo" } })])
  const competing: VerdictCase = {
    _tag: "Competing",
    competition: {
      competitors: [
        { hotkey: hotkey(1), githubId: bob.id },
        { hotkey: hotkey(2), githubId: cleo.id }
      ],
      startedAt: START,
      headAt: Number.MAX_SAFE_INTEGER,
      submissionsFrom: SUBMISSIONS_FROM,
      deadline: DEADLINE
    }
  }
  const solve = (author: string, opened: number, merged: number, baseBranch?: string) =>
    Effect.gen(function* () {
      const pullRequest = yield* control.openPullRequest({
        payload: {
          repository: WIDGETS,
          title: "Oil",
          author,
          closes: [number(1)],
          at: opened,
          ...(baseBranch === undefined ? {} : { baseBranch })
        }
      })
      yield* control.mergePullRequest({ payload: { ...at(pullRequest.number), at: merged } })
      return pullRequest.number
    })
  const judge = (on: VerdictCase = competing) => github.issueEvidence(ref(1)).pipe(Effect.map((evidence) => short(verdictOf(evidence, on))))
  return { control, github, solve, judge }
})

const short = (verdict: Verdict): string =>
  verdict._tag === "Solved"
    ? `Solved ${verdict.hotkey === hotkey(1) ? "bob" : "cleo"} #${verdict.pullRequest}`
    : verdict._tag === "Cancelled"
      ? `Cancelled ${verdict.reason._tag}`
      : `NoVote ${verdict.why}`

describe("verdicts on the stand-in's record", () => {
  it.scopedLive("the first to close it is paid, and a later merge changes nothing", () =>
    Effect.gen(function* () {
      const { solve, judge } = yield* told
      assert.strictEqual(yield* judge(), "NoVote IssueOpen")
      yield* solve("bob", day(4), day(5))
      assert.strictEqual(yield* judge(), "Solved bob #2")
      yield* solve("cleo", day(4), day(6))
      yield* solve("ada", day(4), day(7))
      assert.strictEqual(yield* judge(), "Solved bob #2")
    })
  )

  it.scopedLive("too early, too late, by somebody else", () =>
    Effect.gen(function* () {
      const early = yield* told
      yield* early.solve("cleo", day(2), day(5))
      assert.strictEqual(yield* early.judge(), "Cancelled SubmittedTooEarly")
      const late = yield* told
      yield* late.solve("cleo", day(14), day(15))
      assert.strictEqual(yield* late.judge(), "NoVote MergedAfterDeadline")
      const other = yield* told
      yield* other.solve("ada", day(4), day(5))
      assert.strictEqual(yield* other.judge(), "Cancelled SolvedOutside")
    })
  )

  it.scopedLive("a merge into another branch solves nothing until it is closed", () =>
    Effect.gen(function* () {
      const { control, solve, judge } = yield* told
      yield* solve("bob", day(4), day(5), "next")
      assert.strictEqual(yield* judge(), "NoVote IssueOpen")
      yield* control.close({ payload: { ...at(1), at: day(6) } })
      assert.strictEqual(yield* judge(), "Cancelled SolvedOutside")
    })
  )

  it.scopedLive("closed by hand: completed, not planned, duplicate", () =>
    Effect.gen(function* () {
      for (const [reason, expected] of [
        ["completed", "SolvedOutside"],
        ["not_planned", "NotPlanned"],
        ["duplicate", "Duplicate"]
      ] as const) {
        const { control, judge } = yield* told
        yield* control.close({ payload: { ...at(1), reason, at: day(6) } })
        assert.strictEqual(yield* judge(), `Cancelled ${expected}`)
      }
    })
  )

  it.scopedLive("reopened, and closed again by the other", () =>
    Effect.gen(function* () {
      const { control, solve, judge } = yield* told
      yield* solve("bob", day(4), day(5))
      yield* control.reopenIssue({ payload: { ...at(1), at: day(6) } })
      assert.strictEqual(yield* judge(), "NoVote IssueOpen")
      yield* solve("cleo", day(4), day(7))
      assert.strictEqual(yield* judge(), "Solved cleo #3")
    })
  )

  it.scopedLive("in the challenge period: stands, reverted, reverted back, reopened", () =>
    Effect.gen(function* () {
      const { control, solve, judge } = yield* told
      const pullRequest = yield* solve("bob", day(4), day(5))
      const challenge: VerdictCase = { _tag: "Challenge", pullRequest }
      assert.strictEqual(yield* judge(challenge), "NoVote SolutionStands")
      const revert = yield* control.revertPullRequest({ payload: { ...at(pullRequest), at: day(6) } })
      assert.strictEqual(yield* judge(challenge), "Cancelled Reverted")
      yield* control.revertPullRequest({ payload: { ...at(revert.number), at: day(7) } })
      assert.strictEqual(yield* judge(challenge), "NoVote SolutionStands")
      yield* control.reopenIssue({ payload: { ...at(1), at: day(8) } })
      assert.strictEqual(yield* judge(challenge), "Cancelled Reverted")
    })
  )

  it.scopedLive("renamed account and repository: the ids stay", () =>
    Effect.gen(function* () {
      const { control, solve, judge } = yield* told
      yield* solve("bob", day(4), day(5))
      yield* control.renameUser({ payload: { login: "bob", to: "robert" } })
      yield* control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/gadgets") } })
      assert.strictEqual(yield* judge(), "Solved bob #2")
    })
  )

  it.scopedLive("deleted, transferred, private", () =>
    Effect.gen(function* () {
      const deleted = yield* told
      yield* deleted.control.deleteIssue({ payload: at(1) })
      assert.strictEqual(yield* deleted.judge(), "Cancelled Deleted")
      const moved = yield* told
      const elsewhere = RepositoryName.make("acme/elsewhere")
      yield* moved.control.createRepository({ payload: { repository: elsewhere } })
      yield* moved.control.transferIssue({ payload: { ...at(1), to: elsewhere } })
      assert.strictEqual(yield* moved.judge(), "Cancelled Transferred")
      const hidden = yield* told
      yield* hidden.control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      assert.strictEqual(yield* hidden.judge(), "Cancelled RepositoryGone")
    })
  )

  it.scopedLive("GitHub in trouble: an error, and no verdict to draw from it", () =>
    Effect.gen(function* () {
      const { control, github, solve, judge } = yield* told
      yield* solve("bob", day(4), day(5))
      for (const fault of [
        { _tag: "Status", status: 502, times: 1_000 },
        { _tag: "Truncated", times: 1_000 }
      ] as const) {
        yield* control.fail({ payload: { fault } })
        assert.strictEqual((yield* Effect.flip(github.issueEvidence(ref(1))))._tag, "GitHubUnavailable")
        yield* control.heal({ payload: {} })
      }
      assert.strictEqual(yield* judge(), "Solved bob #2")
    })
  )
})
