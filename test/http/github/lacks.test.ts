/**
 * For each part that GitHub's schemas allow an answer to lack: nothing crashes, no vote follows from its absence, and no account's record silently
 * changes.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { service as contributions, fullStory, notWholeOrMarked, WIDGETS } from "../../support/github/contributionStory.ts"
import { type LackingServer, lackingServer, lackText } from "../../support/github/lacks.ts"
import { at, service } from "../../support/github/story.ts"
import { begin, day, type Story, wordsOf } from "../verdicts/story.ts"

interface Scene {
  readonly what: string
  readonly play: (story: Story) => Effect.Effect<unknown, unknown>
}

const SCENES: ReadonlyArray<Scene> = [
  { what: "a pull request closed the issue", play: ({ solve }) => solve("bob") },
  {
    what: "a pull request's commit closed it, by a rebase",
    play: ({ open, merge }) => Effect.flatMap(open("bob", day(4), { closes: [], commitCloses: [1] }), (n) => merge(n, day(5), "rebase"))
  },
  {
    what: "the solution was reverted",
    play: ({ control, solve }) =>
      Effect.flatMap(solve("bob"), (n) => control.revertPullRequest({ payload: { ...at(n), by: "maintainer", at: day(6) } }))
  },
  { what: "it was closed by hand", play: ({ control }) => control.close({ payload: { ...at(1), at: day(5), by: "maintainer" } }) }
]

/** Parts that may be missing for good, and why nothing waits for them. Each names a part of the removed path. */
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

/** GitHub's form of an author with a deleted account. Both competitors' accounts exist then, so the author is neither of them; and the vote waits. */
const AUTHOR_IS_GONE = ".author is null"

/** The outcome for each part that an answer may lack, beside the outcome with complete answers. */
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

describe("an answer that lacks what its reader does not use", () => {
  it.scopedLive("is as good as a whole one: a repository's, without the default branch", () =>
    Effect.gen(function* () {
      const { url, tokens, request, idOf } = yield* fullStory()
      const server = yield* lackingServer(url)
      const read = Effect.gen(function* () {
        const { load } = yield* contributions(server.url, tokens)
        const { associationOf } = yield* service(server.url, tokens)
        return { round: yield* load(request), ada: yield* associationOf(Number(idOf("ada")), WIDGETS) }
      }).pipe(Effect.scoped)
      const whole = yield* read
      assert.deepStrictEqual(whole.round.missing, [])
      yield* server.leaveOut({ operation: "/repos/{owner}/{repo}", path: ["default_branch"], how: "absent" })
      assert.deepStrictEqual(yield* read, whole)
    })
  )
})

describe("an answer that lacks what GitHub's schemas allow it to lack", () => {
  for (const { what, play } of SCENES)
    it.scopedLive(`leads to no other vote, where ${what}`, () =>
      Effect.gen(function* () {
        const story = yield* begin
        yield* play(story)
        const observer = yield* story.control.user({ payload: { login: "observer" } })
        const server = yield* lackingServer(story.url)
        const verdict = Effect.gen(function* () {
          const github = yield* service(server.url, [observer.token], { patience: "1 second" })
          return yield* story.judge(story.competing(), 1, github).pipe(Effect.map(wordsOf), Effect.merge)
        })
        const { whole, each } = yield* withEach(server, verdict)
        const others = each.filter(
          ({ lack, found }) =>
            !lack.endsWith(AUTHOR_IS_GONE) && typeof found === "string" && found !== whole && !found.startsWith("No vote")
        )
        assert.deepStrictEqual(others, [], `the whole answers: ${whole}`)
      })
    )

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
