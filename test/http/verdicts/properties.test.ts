/** For any story: however GitHub pages its answers, whatever fails, and whatever strangers add, validators cast the same vote or none. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { judge } from "../../../src/rules/verdicts/verdict.ts"
import type { MatchContext, Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { ALICE, BOB as BOBS, by, closed, competition, issue, pullRequest, STRANGER } from "../../support/rules/githubRecord.ts"
import { at, begin, day, number, START, type Story, WIDGETS, wordsOf } from "./story.ts"

/** Multiplies the number of runs, to search further than CI has time for. */
const SCALE = Number(process.env.PROPERTY_SCALE ?? 1)

const FIRST = 10
/** An issue with this number exists from the start, so that reverts get later numbers with and without strangers. */
const LAST = 900_000
/** Numbers of the competitors' pull requests. Strangers use others. */
const anyNumber = fc.constantFrom(FIRST, FIRST + 1, FIRST + 2)
const method = fc.constantFrom("merge" as const, "squash" as const, "rebase" as const, "queue" as const)
const reason = fc.constantFrom("completed" as const, "completed" as const, "not_planned" as const, "duplicate" as const)

/** Possible events. An event that GitHub would not allow is skipped. */
const anyEvent = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      _tag: fc.constant("Open" as const),
      author: fc.constantFrom("bob", "cleo", "dan"),
      n: anyNumber,
      base: fc.constantFrom("main", "main", "next"),
      inCommit: fc.boolean()
    })
  },
  { weight: 5, arbitrary: fc.record({ _tag: fc.constant("Merge" as const), n: anyNumber, method }) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("Close" as const), reason }) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant("Reopen" as const) }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Reason" as const), reason }) },
  {
    weight: 2,
    arbitrary: fc.record({
      _tag: fc.constant("Revert" as const),
      n: fc.constantFrom(FIRST, FIRST + 1, LAST + 1, LAST + 2),
      method,
      titleOnly: fc.boolean()
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Push" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant("Branch" as const),
      as: fc.constantFrom("Renamed" as const, "Same" as const, "Orphan" as const),
      to: fc.constantFrom("trunk", "next")
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Rename" as const) }) }
)
type Event = typeof anyEvent extends fc.Arbitrary<infer A> ? A : never
/** Half of the stories begin with a solution. */
const anyStory = fc
  .tuple(fc.array(anyEvent, { minLength: 3, maxLength: 9 }), fc.boolean(), fc.boolean(), method)
  .map(([events, isSolved, inCommit, how]): ReadonlyArray<Event> => {
    const solution: ReadonlyArray<Event> = [
      { _tag: "Open", author: "bob", n: FIRST, base: "main", inCommit },
      { _tag: "Merge", n: FIRST, method: how }
    ]
    return isSolved ? [...solution, ...events] : events
  })

const happen = (s: Story, event: Event, when: number): Effect.Effect<unknown, { readonly message: string }> => {
  const { control } = s
  switch (event._tag) {
    case "Open": {
      const said = { closes: event.inCommit ? [] : [number(1)], commitCloses: event.inCommit ? [number(1)] : [] }
      return control.openPullRequest({
        payload: {
          repository: WIDGETS,
          number: number(event.n),
          title: "Oil",
          author: event.author,
          baseBranch: event.base,
          at: when,
          ...said
        }
      })
    }
    case "Merge":
      return s.merge(event.n, when, event.method)
    case "Close":
      return control.close({ payload: { ...at(1), reason: event.reason, by: "maintainer", at: when } })
    case "Reopen":
      return control.reopenIssue({ payload: { ...at(1), by: "maintainer", at: when } })
    case "Reason":
      return control.changeReason({ payload: { ...at(1), reason: event.reason, at: when } })
    case "Revert":
      return control.revertPullRequest({
        payload: { ...at(event.n), by: "maintainer", method: event.method, titleOnly: event.titleOnly, at: when }
      })
    case "Push":
      return control.pushCommit({ payload: { repository: WIDGETS, message: "Fixes #1", by: "maintainer", closes: [number(1)], at: when } })
    case "Branch":
      // GitHub lists pushes by the branch's name then, so that only a push to the new one proves again that the maintainer may push. In some stories
      // that is the merge of a stranger's work: so there is one in all of them.
      return Effect.zipRight(
        control.changeDefaultBranch({ payload: { repository: WIDGETS, to: event.to, as: event.as } }),
        control.pushCommit({ payload: { repository: WIDGETS, message: "Tidy", by: "maintainer", at: when } })
      )
    case "Rename":
      return control.changeRepository({ payload: { repository: WIDGETS, name: RepositoryName.make("acme/gadgets") } })
  }
}

/** Actions of accounts that neither compete nor have push access. They must change nothing. */
const anyStrangerEvent = fc.constantFrom("comment", "label", "open", "openAndClose", "reference", "otherIssue")

const strangely = (s: Story, event: string, when: number): Effect.Effect<unknown, { readonly message: string }> => {
  const { control } = s
  const open = (closes: ReadonlyArray<number>) =>
    control.openPullRequest({
      payload: {
        repository: WIDGETS,
        // Far above the competitors' numbers, so that theirs are the same with and without strangers.
        number: number(1_000 + Math.floor((when - START) / 1000)),
        title: 'Revert "Oil (#10)"',
        body: "Reverts #10\nReverts acme/widgets#11",
        author: "dan",
        closes: closes.map((one) => number(one)),
        at: when
      }
    })
  switch (event) {
    case "comment":
      return control.remark({ payload: { ...at(1), by: "dan", remark: { _tag: "Commented", body: "Closes #1" }, at: when } })
    case "label":
      return control.remark({ payload: { ...at(1), by: "dan", remark: { _tag: "Labeled", label: "invalid" }, at: when } })
    case "open":
      return open([1])
    case "openAndClose":
      return Effect.flatMap(open([1]), ({ number: n }) => control.close({ payload: { ...at(n), by: "dan", at: when } }))
    case "reference":
      return open([])
    default:
      return Effect.flatMap(open([]), ({ number: n }) => s.merge(n, when))
  }
}

const playedStory = (events: ReadonlyArray<Event>, strangers: ReadonlyArray<readonly [number, string]> = []) =>
  Effect.gen(function* () {
    const story = yield* begin
    yield* story.control.openIssue({ payload: { repository: WIDGETS, number: number(LAST), title: "The last", author: "ada" } })
    // A repository never begins with a pull request.
    yield* story.control.pushCommit({ payload: { repository: WIDGETS, message: "The first", by: "maintainer", at: Date.UTC(2026, 8, 2) } })
    for (const [index, event] of events.entries()) {
      const when = day(2) + index * 86_400_000
      for (const [extra, [, what]] of strangers.filter(([position]) => position % events.length === index).entries())
        yield* Effect.ignore(strangely(story, what, when - 40_000 + extra * 2_000))
      yield* Effect.ignore(happen(story, event, when))
    }
    return story
  })

const verdictIn = (story: Story) => Effect.map(story.judge(story.competing()), wordsOf)

const holds = <A>(arbitrary: fc.Arbitrary<A>, check: (value: A) => Effect.Effect<void, unknown>, numRuns: number) =>
  Effect.promise(() =>
    fc.assert(
      fc.asyncProperty(arbitrary, (value) => Effect.runPromise(check(value))),
      { numRuns: Math.ceil(numRuns * SCALE) }
    )
  )

/** Parts of GitHub's answers without which there must be no verdict. */
const FIELDS = ["closer", "author", "issue", "repository", "nodes", "history", "associatedPullRequests", "mergeCommit"] as const

describe("a solution", () => {
  it.scopedLive.each(["description", "commit", "reverted"] as const)("by its %s is never judged by an answer that lacks a part", (kind) =>
    Effect.gen(function* () {
      const story = yield* begin
      const said = kind === "commit" ? { closes: [], commitCloses: [1] } : {}
      const n = yield* story.solve("bob", day(4), day(5), said)
      if (kind === "reverted")
        yield* story.control.revertPullRequest({ payload: { ...at(n), by: "maintainer", titleOnly: true, at: day(6) } })
      const whole = yield* verdictIn(story)
      for (const field of FIELDS) {
        yield* story.control.addFault({ payload: { fault: { _tag: "Lacking", field, times: 1_000 } } })
        const under = yield* Effect.either(story.judge(story.competing(), 1, yield* story.another))
        yield* story.control.removeFaults({ payload: {} })
        if (Either.isLeft(under)) assert.strictEqual(under.left._tag, "GitHubUnavailable", field)
        else assert.strictEqual(wordsOf(under.right), whole, field)
      }
    })
  )
})

describe("any story", () => {
  it.live("gets the same verdict however its lists are paged and in whatever order linked pull requests come", () =>
    holds(
      fc.tuple(anyStory, fc.constantFrom(1, 2, 3)),
      ([events, most]) =>
        Effect.scoped(
          Effect.gen(function* () {
            const story = yield* playedStory(events)
            const whole = yield* verdictIn(story)
            yield* story.control.setPages({ payload: { most, reversed: true } })
            assert.deepStrictEqual(yield* verdictIn(story), whole)
          })
        ),
      20
    )
  )

  it.live("gets the same verdict despite failures, or none", () =>
    holds(
      fc.tuple(
        anyStory,
        fc.array(
          fc.oneof(
            fc.record({
              _tag: fc.constant("Status" as const),
              status: fc.constantFrom(403, 404, 422, 429, 451, 500, 502, 503),
              path: fc.constant("graphql")
            }),
            fc.record({ _tag: fc.constant("RateLimited" as const), reset: fc.constant(3_600) }),
            fc.record({ _tag: fc.constantFrom("Cut" as const, "Truncated" as const), times: fc.constantFrom(1, 9) }),
            fc.record({
              _tag: fc.constant("Lacking" as const),
              field: fc.constantFrom(...FIELDS),
              times: fc.constantFrom(1, 9)
            })
          ),
          { minLength: 1, maxLength: 3 }
        )
      ),
      ([events, faults]) =>
        Effect.scoped(
          Effect.gen(function* () {
            const story = yield* playedStory(events)
            const whole = yield* verdictIn(story)
            for (const fault of faults) yield* story.control.addFault({ payload: { fault } })
            const under = yield* Effect.either(story.judge(story.competing(), 1, yield* story.another))
            yield* story.control.removeFaults({ payload: {} })
            if (Either.isLeft(under)) assert.strictEqual(under.left._tag, "GitHubUnavailable")
            else assert.strictEqual(wordsOf(under.right), whole)
          })
        ),
      15
    )
  )

  it.live("gets the same verdict with strangers' comments, labels, references and pull requests that do not close it", () =>
    holds(
      fc.tuple(anyStory, fc.array(fc.tuple(fc.nat(20), anyStrangerEvent), { minLength: 1, maxLength: 6 })),
      ([events, strangers]) =>
        Effect.scoped(
          Effect.gen(function* () {
            const alone = yield* Effect.flatMap(playedStory(events), verdictIn)
            assert.deepStrictEqual(yield* Effect.flatMap(playedStory(events, strangers), verdictIn), alone)
          })
        ),
      20
    )
  )
})

/** A chain's blocks with times in ms, a competition on them, and a closing near one of its boundaries. */
const anyMoments = fc
  .record({
    blockTime: fc.constantFrom(200, 1_000, 12_000),
    jitter: fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
    around: fc.constantFrom("submissionsFrom" as const, "deadline" as const),
    opened: fc.integer({ min: -1, max: 1 }),
    merged: fc.integer({ min: 0, max: 1 }),
    closed: fc.integer({ min: -1, max: 1 }),
    author: fc.constantFrom(ALICE, BOBS, STRANGER)
  })
  .map(({ blockTime, jitter, around, opened, merged, closed: late, author }) => {
    const base = competition.startedAt
    const times = Array.from(
      { length: 60 },
      (_, block) => base + block * blockTime + Math.floor(((jitter.next().value ?? 0) * blockTime) / 100)
    )
    // With fast blocks, some earlier blocks are in the same second.
    const blocks = { submissionsFrom: 17, deadline: 43 }
    const center = Math.floor((times[blocks[around]] ?? 0) / 1000) * 1000
    const createdAt = around === "deadline" ? Math.floor((times[22] ?? 0) / 1000) * 1000 : center + opened * 1000
    const mergedAt = around === "deadline" ? center + opened * 1000 : createdAt + merged * 1000
    const evidence = issue([closed(by(pullRequest({ authorId: author, createdAt, mergedAt })), mergedAt + late * 1000)])
    const factsAt = (head: number): MatchContext => ({
      ...competition,
      startedAt: times[0] ?? 0,
      headAt: times[head] ?? 0,
      submissionsFrom: head >= blocks.submissionsFrom ? (times[blocks.submissionsFrom] ?? 0) : null,
      deadline: head >= blocks.deadline ? (times[blocks.deadline] ?? 0) : null
    })
    return { evidence, verdicts: times.map((_, head) => judge(evidence, factsAt(head)).verdict) }
  })

/** Whether it waits only for the chain's time. */
const isWaiting = (verdict: Verdict) => verdict._tag === "NoVote" && (verdict.why === "AheadOfChain" || verdict.ending !== undefined)

describe("one record, seen from any finalised head", () => {
  it("gets the same verdict from all heads that have reached the closing", () => {
    fc.assert(
      fc.property(anyMoments, ({ verdicts }) => {
        const judged = verdicts.filter((verdict) => !isWaiting(verdict)).map(wordsOf)
        assert.isAtMost(new Set(judged).size, 1, [...new Set(judged)].join(" or "))
      }),
      { numRuns: 3_000 }
    )
  })
})
