/** The history of pull requests from the simulated GitHub's timeline: every event with its timestamp, whenever it is requested. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { makeWith, type ShownTimeline } from "../../../src/layers/github/display/GitHubDisplay.ts"
import { assertCost } from "../../support/github/cost.ts"
import { number, settingsFor, story, WIDGETS } from "../../support/github/story.ts"

const display = (url: string, tokens: ReadonlyArray<string>) => makeWith(settingsFor(url, tokens))

const START = Date.UTC(2026, 10, 1)
const minute = (at: number) => START + at * 60_000
const contents = (head: string) => [{ path: "a.ts", base: null, head }]

const told = (timeline: ShownTimeline | null | undefined) =>
  timeline?.plays.map(({ kind, at, by, times }) => [(at - START) / 60_000, kind, by, ...(times === 1 ? [] : [times])])

/** Bob's #2, from a draft to its revert, and Cleo's #3. */
const played = Effect.gen(function* () {
  const { url, control, observer } = yield* story()
  const open = (author: string, at: number, draft: boolean) =>
    control.openPullRequest({
      payload: { repository: WIDGETS, title: `By ${author}`, author, closes: [number(1)], draft, contents: contents("1\n"), at: minute(at) }
    })
  const { number: bobs } = yield* open("bob", 1, true)
  const { number: cleos } = yield* open("cleo", 2, false)
  const [bob, cleo] = [
    { repository: WIDGETS, number: bobs },
    { repository: WIDGETS, number: cleos }
  ]
  yield* control.setChecks({ payload: { ...bob, checks: "PENDING", at: minute(3) } })
  yield* control.setChecks({ payload: { ...bob, checks: "FAILURE", at: minute(4) } })
  yield* control.setDraft({ payload: { ...bob, draft: false, at: minute(5) } })
  yield* control.requestReview({ payload: { ...bob, by: "acme", at: minute(6) } })
  yield* control.review({ payload: { ...bob, by: "acme", state: "APPROVED", at: minute(7) } })
  yield* control.review({ payload: { ...bob, by: "cleo", state: "APPROVED", at: minute(8) } })
  yield* control.review({ payload: { ...bob, by: "acme", state: "COMMENTED", at: minute(8) } })
  yield* control.review({ payload: { ...bob, by: "acme", state: "DISMISSED", at: minute(9) } })
  for (const at of [10, 11, 12]) yield* control.forcePush({ payload: { ...bob, contents: contents(`${at}\n`), at: minute(at) } })
  yield* control.setChecks({ payload: { ...bob, checks: "SUCCESS", at: minute(13) } })
  yield* control.review({ payload: { ...bob, by: "acme", state: "CHANGES_REQUESTED", at: minute(14) } })
  yield* control.setDraft({ payload: { ...bob, draft: true, at: minute(15) } })
  yield* control.setDraft({ payload: { ...bob, draft: false, at: minute(16) } })
  yield* control.mergePullRequest({ payload: { ...bob, by: "acme", at: minute(17) } })
  yield* control.close({ payload: { ...cleo, by: "cleo", at: minute(18) } })
  yield* control.revertPullRequest({ payload: { ...bob, by: "acme", at: minute(19) } })
  return { url, observer, control, bob, cleo }
})

describe("what happened to pull requests", () => {
  it.scopedLive("is told with GitHub's own times, once for each step, and only by those who may push", () =>
    Effect.gen(function* () {
      const { url, observer, bob, cleo } = yield* played
      const { plays } = yield* display(url, [observer.token])
      const [bobs, missing, cleos] = yield* plays([bob, { repository: WIDGETS, number: 99 }, cleo])
      assert.deepStrictEqual(told(bobs), [
        [1, "openedAsDraft", "bob"],
        [4, "failing", null],
        [5, "ready", "bob"],
        [6, "reviewRequested", "acme"],
        [7, "approved", "acme"],
        [9, "dismissed", "acme"],
        [12, "pushed", null, 3],
        [13, "passing", null],
        [14, "changesRequested", "acme"],
        [15, "draft", "bob"],
        [16, "ready", "bob"],
        [17, "merged", "acme"],
        [19, "reverted", "acme"]
      ])
      assert.deepStrictEqual(told(cleos), [
        [2, "opened", "cleo"],
        [18, "closed", "cleo"]
      ])
      assert.isNull(missing)
      // Both as of the same answer.
      const merged = { state: "merged", draft: false, review: "changesRequested", mergedAt: minute(17), closedAt: minute(17) } as const
      assert.deepStrictEqual(bobs?.standing, merged)
      assert.deepStrictEqual(cleos?.standing, { ...merged, state: "closed", review: null, mergedAt: null, closedAt: minute(18) })
    })
  )

  it.scopedLive("is the same for whoever asks later, and costs one request for five pull requests", () =>
    Effect.gen(function* () {
      const { url, observer, control, bob, cleo } = yield* played
      const [early, late] = yield* Effect.all([display(url, [observer.token]), display(url, [observer.token])])
      const [ofBob = null, ofCleo = null] = yield* early.plays([bob, cleo])
      yield* control.remark({ payload: { ...bob, by: "ada", remark: { _tag: "Commented", body: "nice" } } })
      const before = (yield* control.countRequests({ payload: {} })).requests
      assert.deepStrictEqual(yield* late.plays([cleo, bob, bob, bob, cleo]), [ofCleo, ofBob, ofBob, ofBob, ofCleo])
      assertCost("five pull requests", (yield* control.countRequests({ payload: {} })).requests - before, 1)
    })
  )

  it.scopedLive("is not known without a token", () =>
    Effect.gen(function* () {
      const { url, bob } = yield* played
      assert.deepStrictEqual(yield* (yield* display(url, [])).plays([bob]), [null])
    })
  )
})
