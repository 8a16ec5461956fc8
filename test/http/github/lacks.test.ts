/** Whatever GitHub's schemas allow an answer to lack: nothing crashes, and no account's record is silently another one. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { service as contributions, fullStory, notWholeOrMarked } from "../../support/github/contributionStory.ts"
import { type LackingServer, lackingServer, lackText } from "../../support/github/lacks.ts"

/** What may be missing for good, and why nothing waits for it. A part of what was left out. */
const MEANT: ReadonlyArray<readonly [lack: string, why: string]> = [
  [
    "Contributions: data.nodes.*.author is null",
    "the account was deleted that solved an issue: nobody's solution. REST's list says who wrote what counts"
  ],
  ["issues: *.user is null", "GitHub names nobody for what accounts wrote that it hides from everybody: it counts for nobody"],
  [".mergedBy is null", "the account was deleted: nobody has merged it"],
  [".actor is null", "the account was deleted: nobody has put the label on"],
  ["ContributionIssues: data.nodes.*.author is null", "the account was deleted: nobody wrote the issue"],
  ["reviews.nodes.* is null", "GitHub hides from everybody what accounts write that it takes for spam"],
  ["timelineItems.nodes.* is null", "the same"],
  ["closingIssuesReferences.nodes.* is null", "an issue of a private repository, which counts for no token"],
  ["stateReason is null", "GitHub knows no reasons of issues that were closed before August 2022"],
  ["closer is null", "somebody closed it by hand"]
]

/** What comes out for each thing that an answer may lack, beside what comes out of whole answers. */
const withEach = <A, E>(server: LackingServer, outcome: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const whole = yield* outcome
    const lacks = yield* server.lacks
    assert.isNotEmpty(lacks)
    const each = yield* Effect.forEach(lacks, (lack) =>
      Effect.map(Effect.zipRight(server.leaveOut(lack), outcome), (found) => ({ lack: lackText(lack), found }))
    )
    return { whole, each }
  })

describe("an answer that lacks what GitHub's schemas allow it to lack", () => {
  it.scopedLive("leads to no other record of contributions that is not marked", () =>
    Effect.gen(function* () {
      const { url, tokens, request } = yield* fullStory()
      const server = yield* lackingServer(url)
      const round = Effect.flatMap(contributions(server.url, tokens, { patience: Duration.seconds(1) }), ({ load }) => load(request)).pipe(
        Effect.scoped
      )
      const { whole, each } = yield* withEach(server, round)
      const unmeant = each.filter(({ lack }) => !MEANT.some(([meant]) => lack.includes(meant)))
      const others = unmeant.flatMap(({ lack, found }) => notWholeOrMarked(found, whole).map((problem) => `${lack}: ${problem}`))
      assert.deepStrictEqual(others, [])
    })
  )
})
