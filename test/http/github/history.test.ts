import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap, Option } from "effect"
import * as fc from "fast-check"
import { fromFacts, mergeAsItWas, openHeld } from "../../../lab/devnet/github/facts/history.ts"
import { createAccount } from "../../../lab/devnet/github/state/accounts.ts"
import { deleteIssue, openIssue, reopenIssue, transferIssue } from "../../../lab/devnet/github/state/issues.ts"
import { closeItem } from "../../../lab/devnet/github/state/items.ts"
import { mergePullRequest } from "../../../lab/devnet/github/state/merges.ts"
import { openPullRequest } from "../../../lab/devnet/github/state/pullRequests.ts"
import { createRepository } from "../../../lab/devnet/github/state/repositories.ts"
import * as State from "../../../lab/devnet/github/state/State.ts"
import type { Step } from "../../../lab/devnet/github/state/Step.ts"
import { fact } from "../../support/github/facts.ts"

const FACTS = [
  fact({ number: 6, by: "boss:1" }),
  fact({ number: 1, by: "boss:1" }),
  fact({ number: 2, by: "boss:1", closes: [50] }),
  fact({ number: 3, by: "ada:2", closes: [51, 52] }),
  fact({ number: 4, by: "bob", closes: [50] }),
  fact({ number: 5, by: "bob", closes: [53], merged: false })
]

const repositoryOf = (state: State.State) => Option.getOrThrow(State.repositoryByName(state, "acme/widgets"))
const issueOf = (state: State.State, number: number) => Option.getOrThrow(State.issueOf(repositoryOf(state), number))
const isOpen = (state: State.State, number: number) => issueOf(state, number).closedAt === null
const take = <A>(step: Step<A>) => Either.getOrThrow(step)
const refusal = <A>(step: Step<A>) => Either.getOrThrow(Either.flip(step)).reason

describe("facts as history", () => {
  it("have issues closed by their first merge, or open if nothing closed them", () => {
    const state = fromFacts(FACTS, "none")
    const closer = (number: number) => issueOf(state, number).events.flatMap((event) => (event._tag === "Closed" ? [event.closer] : []))
    assert.deepStrictEqual(closer(50), [{ _tag: "PullRequest", number: 2 }])
    assert.deepStrictEqual(closer(51), [{ _tag: "PullRequest", number: 3 }])
    assert.isTrue(isOpen(state, 53))
    assert.strictEqual(State.accountOf(state, issueOf(state, 51).authorId).login, "acme", "the owner, who may not compete")
    assert.strictEqual(repositoryOf(state).commits.length, 5)
    const pullRequest = Option.getOrThrow(State.pullRequestOf(repositoryOf(state), 3))
    const { authored_at, merged_at, merge_commit_sha, title } = fact({ number: 3, by: "ada:2" })
    assert.deepInclude(pullRequest, { authorId: 2, title, createdAt: authored_at, mergedAt: merged_at, mergeCommit: merge_commit_sha })
  })

  it("omit a held pull request until it is released, then show it as recorded", () => {
    const before = fromFacts(FACTS, ({ number }) => number === 3)
    assert.isTrue(Option.isNone(State.pullRequestOf(repositoryOf(before), 3)))
    assert.isTrue(isOpen(before, 51))
    assert.isFalse(isOpen(before, 50))
    const at = Date.parse("2026-11-20T00:00:00Z")
    const [opened, pullRequest] = take(openHeld(before, { repository: "acme/widgets", number: 3, at }))
    assert.deepInclude(pullRequest, { number: 3, title: "Change 3", authorId: 2, createdAt: at, mergedAt: null, mergeCommit: null })
    assert.isTrue(isOpen(opened, 51))
    const [merged] = take(mergeAsItWas(opened, { repository: "acme/widgets", number: 3, at: at + 1000 }))
    assert.isFalse(isOpen(merged, 51))
    assert.isFalse(isOpen(merged, 52))
    assert.strictEqual(repositoryOf(merged).commits.at(-1)?.sha, fact({ number: 3, by: "ada:2" }).merge_commit_sha)
    assert.match(refusal(openHeld(merged, { repository: "acme/widgets", number: 3, at })), /taken/)
    assert.match(refusal(openHeld(merged, { repository: "acme/widgets", number: 99, at })), /held back/)
  })

  it("show a held pull request under its account, even after a rename", () => {
    const renamed = [
      { ...fact({ number: 1, by: "old-name:7" }), authored_at: 0 },
      fact({ number: 2, by: "new-name:7" }),
      { ...fact({ number: 3, by: "Old-Name" }), authored_at: 1 },
      fact({ number: 4, by: "new-name:8" })
    ]
    const state = fromFacts(renamed, "all")
    for (const number of [1, 2, 3]) {
      const [, pullRequest] = take(openHeld(state, { repository: "acme/widgets", number, at: 0 }))
      assert.strictEqual(pullRequest.authorId, 7)
    }
  })

  it("continue numbering after any number of held pull requests", () => {
    const held = HashMap.fromIterable(
      Array.from({ length: 70_000 }, (_, index) => [index + 1, { fact: fact({ number: index + 1, by: "ada:2" }), authorId: 2 }] as const)
    )
    const state = fromFacts(FACTS, "all")
    const repository = { ...repositoryOf(state), held }
    const large = { ...state, repositories: HashMap.set(state.repositories, repository.id, repository) }
    const [, issue] = take(openIssue(large, { repository: "acme/widgets", title: "New", author: "ada", at: 0 }))
    assert.strictEqual(issue.number, 70_001)
  })

  it("skip the numbers of held pull requests", () => {
    const state = fromFacts(FACTS, "all")
    const [, issue] = take(openIssue(state, { repository: "acme/widgets", title: "New", author: "ada", at: 0 }))
    assert.strictEqual(issue.number, 54)
    const tight = fromFacts([fact({ number: 70, by: "ada:2" })], "all")
    const [, next] = take(openIssue(tight, { repository: "acme/widgets", title: "New", author: "ada", at: 0 }))
    assert.strictEqual(next.number, 71)
  })
})

describe("steps that GitHub would not allow", () => {
  const state = fromFacts(FACTS, "none")
  const place = { repository: "acme/widgets", at: 0 }
  const cases: ReadonlyArray<readonly [string, Step<unknown>, RegExp]> = [
    ["a login twice", createAccount(state, { login: "ADA", at: 0 }), /taken/],
    ["a repository twice", createRepository(state, { repository: "ACME/Widgets", at: 0 }), /exists/],
    ["an issue in no repository", openIssue(state, { repository: "a/b", title: "", author: "ada", at: 0 }), /no repository/],
    ["an issue by nobody", openIssue(state, { ...place, title: "", author: "nobody" }), /no account/],
    ["a number twice", openIssue(state, { ...place, title: "", author: "ada", number: 50 }), /taken/],
    ["closing twice", closeItem(state, { ...place, number: 50 }), /closed already/],
    ["reopening what is open", reopenIssue(state, { ...place, number: 53 }), /is open/],
    ["merging twice", mergePullRequest(state, { ...place, number: 3 }), /closed already/],
    ["merging an issue", mergePullRequest(state, { ...place, number: 50 }), /no pull request/],
    ["deleting what is not there", deleteIssue(state, { repository: "acme/widgets", number: 99 }), /no issue/],
    ["moving an issue to where it is", transferIssue(state, { ...place, number: 53, to: "acme/widgets" }), /already/]
  ]
  for (const [what, step, reason] of cases) it(`${what} is refused`, () => assert.match(refusal(step), reason))
})

describe("the state under any sequence of steps", () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant("open" as const),
      author: fc.constantFrom("ada", "boss"),
      closes: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 })
    }),
    fc.record({
      do: fc.constantFrom("issue" as const, "close" as const, "reopen" as const, "merge" as const, "delete" as const),
      number: fc.integer({ min: 1, max: 12 })
    })
  )
  it("keeps numbers unique, events in order, and an issue's state in agreement with its events", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const repository = "acme/widgets"
        let state = fromFacts([fact({ number: 100, by: "boss:1" }), fact({ number: 101, by: "ada:2" })], "all")
        let at = 0
        for (const one of steps) {
          at += 1000
          const taken: Step<unknown> =
            one.do === "open"
              ? openPullRequest(state, { repository, title: "Try", author: one.author, closes: one.closes, at })
              : one.do === "issue"
                ? openIssue(state, { repository, title: "Issue", author: "boss", number: one.number, at })
                : one.do === "close"
                  ? closeItem(state, { repository, number: one.number, at })
                  : one.do === "reopen"
                    ? reopenIssue(state, { repository, number: one.number, at })
                    : one.do === "merge"
                      ? mergePullRequest(state, { repository, number: one.number, at })
                      : deleteIssue(state, { repository, number: one.number })
          state = Either.match(taken, { onLeft: () => state, onRight: ([next]) => next })
        }
        for (const [number, item] of repositoryOf(state).items) {
          assert.strictEqual(item.number, number)
          if (item._tag !== "Issue") continue
          const last = item.events.findLast(({ _tag }) => _tag === "Closed" || _tag === "Reopened")
          assert.strictEqual(item.closedAt !== null, last?._tag === "Closed")
          assert.deepStrictEqual(
            item.events.map((event) => event.at),
            item.events.map((event) => event.at).toSorted((a, b) => a - b)
          )
        }
        const ids = [...HashMap.values(repositoryOf(state).items)].map(({ id }) => id)
        assert.strictEqual(new Set(ids).size, ids.length)
      })
    )
  })
})
