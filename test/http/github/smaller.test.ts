/** A query that GitHub refuses as too large is repeated with a smaller page, whatever the query and GitHub's form of the refusal. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { weightOf } from "../../../lab/devnet/github/graphql/cost.ts"
import { tooMuchForms } from "../../../lab/devnet/github/server/tooMuch.ts"
import { blobsQuery } from "../../../src/layers/github/client/blobs.ts"
import { withSmallerPages } from "../../../src/layers/github/client/graphql.ts"
import { furtherPage, ISSUES, LIST_NAMES, PULL_REQUESTS } from "../../../src/layers/github/contributions/queries.ts"
import * as GitHubDisplay from "../../../src/layers/github/display/GitHubDisplay.ts"
import { issuesQuery } from "../../../src/layers/github/display/queries.ts"
import { ASSOCIATED_QUERY, ISSUE_QUERY } from "../../../src/layers/github/evidence/queries.ts"
import { ago, service as contributions, fullStory, numbers, place, WIDGETS } from "../../support/github/contributionStory.ts"
import { assertCost } from "../../support/github/cost.ts"
import { ref, service, settingsFor } from "../../support/github/story.ts"

/** The smallest form of a query. */
const smallest = (query: string): string => {
  const smaller = withSmallerPages(query)
  return smaller === undefined ? query : smallest(smaller)
}

const LISTS = [ISSUE_QUERY, ASSOCIATED_QUERY, PULL_REQUESTS, issuesQuery(1), ...LIST_NAMES.map(furtherPage)]
const BATCHES = [ISSUES, blobsQuery(1)]

const objectsOf = (query: string) => weightOf(query, { ids: ["one"] }).objects

/** Above the size of any smallest form for one item, and below that of the whole queries for issues and for pull requests. */
const OBJECTS = Math.max(...[...LISTS, ...BATCHES].map((query) => objectsOf(smallest(query))))

describe("a smaller query", () => {
  it("has one entry a page in the end, and leaves alone the lists that nobody reads by pages", () => {
    for (const query of LISTS) {
      assert.notStrictEqual(smallest(query), query)
      assert.isAbove(objectsOf(query), objectsOf(smallest(query)) * 5, query)
      for (const [, size] of smallest(query).matchAll(/first: (\d+)[^(){}]*\)\s*\{\s*pageInfo/g)) assert.strictEqual(size, "1")
    }
    for (const query of [ISSUE_QUERY, PULL_REQUESTS, issuesQuery(1)]) assert.isAbove(objectsOf(query), OBJECTS)
    assert.strictEqual(smallest(ISSUES), ISSUES)
    assert.include(smallest(issuesQuery(1)), "associatedPullRequests(first: 10)")
  })
})

describe("a query that is too much", () => {
  for (const refusedBy of tooMuchForms) {
    it.scopedLive(`is asked again with a smaller page when GitHub answers ${refusedBy}, in every query`, () =>
      Effect.gen(function* () {
        const { url, control, tokens, idOf, request } = yield* fullStory()
        for (const days of [5, 4, 3]) {
          const opened = { repository: WIDGETS, title: "More", author: "bob", closes: numbers(1, 2), at: ago(days) }
          const { number } = yield* control.openPullRequest({ payload: opened })
          yield* control.mergePullRequest({ payload: { ...place(WIDGETS, number), by: "ada", at: ago(days) } })
        }
        for (const login of ["ada", "dora", "cleo"])
          yield* control.review({ payload: { ...place(WIDGETS, 3), by: login, state: "COMMENTED", at: ago(2) } })
        const everything = Effect.gen(function* () {
          const github = yield* service(url, tokens)
          const display = yield* GitHubDisplay.makeWith(settingsFor(url, tokens, "4 minutes"))
          const loader = yield* contributions(url, tokens)
          const [pull] = (yield* loader.load(request)).record.pulls[idOf("bob")] ?? []
          const commits = { repository: WIDGETS, number: 3, base: pull?.base_sha ?? "", head: pull?.head_sha ?? "" }
          return {
            evidence: yield* Effect.forEach([1, 2], (number) => github.issueEvidence(ref(number), { since: 0 })),
            shown: yield* display.issues([1, 2].map((number) => ({ ref: ref(number), registeredAt: Date.UTC(2100, 0, 1) }))),
            round: yield* loader.load(request),
            files: yield* loader.filesOf(commits, () => true)
          }
        })
        const whole = yield* everything
        assert.deepStrictEqual(whole.round.missing, [])
        assert.isNotEmpty(whole.files.files)
        yield* control.setPages({ payload: { most: 100, reversed: false, heaviest: { objects: OBJECTS, refusedBy } } })
        assert.deepStrictEqual(yield* everything, whole)
      })
    )
  }

  it.scopedLive("even in its smallest form fails alone, is GitHub's illness for none, and is not asked again and again", () =>
    Effect.gen(function* () {
      const { url, control, tokens } = yield* fullStory()
      const github = yield* service(url, tokens)
      yield* control.setPages({ payload: { most: 100, reversed: false, heaviest: { objects: 1, refusedBy: "RESOURCE_LIMITS_EXCEEDED" } } })
      const before = yield* control.countRequests({ payload: {} })
      const error = yield* Effect.flip(github.issueEvidence(ref(1)))
      assert.deepInclude(error, { _tag: "GitHubUnavailable", tooMuch: true, ill: false })
      // Pages of 100, 20, 4 and 1.
      assertCost("a refused list", (yield* control.countRequests({ payload: {} })).requests - before.requests, 4)
    })
  )

  it.scopedLive("for one pull request leaves the others whole", () =>
    Effect.gen(function* () {
      const { url, control, tokens, request } = yield* fullStory()
      const whole = yield* (yield* contributions(url, tokens)).load(request)
      const fault = { _tag: "TooMuch" as const, form: "RESOURCE_LIMITS_EXCEEDED" as const, path: "^/graphql" }
      // For all items, for one, and for one with pages of 20, 4 and 1.
      yield* control.addFault({ payload: { fault: { ...fault, times: 5 } } })
      const round = yield* (yield* contributions(url, tokens)).load(request)
      const [gap, ...others] = round.missing
      assert.deepStrictEqual([typeof gap?.only, others], ["number", []])
      const rest = (all: typeof whole) =>
        Object.values(all.record.pulls)
          .flat()
          .filter((pull) => pull.repo_full_name !== gap?.repository || pull.pr_number !== gap.only)
      assert.deepStrictEqual(rest(round), rest(whole))
    })
  )
})
