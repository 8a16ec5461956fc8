/** What pull requests say of an issue, as the program reads it from GitHub: their words when they landed, and not what was edited in afterwards. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { pullRequestsIn, tieOf } from "../../../src/rules/verdicts/project.ts"
import { readingOf } from "../../../src/scoring/issue_competitions/verdicts.ts"
import { assertCost } from "../../support/github/cost.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { ref } from "../../support/github/story.ts"
import { at, begin, day, number, type Opening, REGISTERED, type Story } from "../verdicts/story.ts"

/** The ties of all pull requests of issue #1, and how many requests the look took. */
const looked = (s: Story) =>
  Effect.gen(function* () {
    const facts = s.competing({ deadline: null })
    const before = yield* s.control.countRequests({ payload: {} })
    const evidence = yield* s.github.issueEvidence(ref(1), { ...readingOf(facts), registeredAt: REGISTERED })
    const after = yield* s.control.countRequests({ payload: {} })
    if (evidence._tag !== "Found") return assert.fail(evidence._tag)
    const ties = pullRequestsIn(evidence).map((one) => `#${one.number}: ${tieOf(evidence, facts, one) ?? one.says ?? "nothing"}`)
    return { ties, requests: after.requests - before.requests }
  })

const MENTION: Opening = { closes: [], mentions: [number(1)] }

const edit = (s: Story, by: string, when: number, change: { readonly title?: string; readonly body?: string }) =>
  s.control.edit({ payload: { ...at(2), by, at: when, ...change } })

const link = (s: Story, by = "maintainer") => s.control.link({ payload: { ...at(2), issue: number(1), by, at: day(6) } })

const CASES: ReadonlyArray<readonly [what: string, play: (s: Story) => Effect.Effect<unknown, { readonly message: string }>, tie: string]> =
  [
    ["says that it closes it, and is open", (s) => s.open("bob", day(4)), "#2: closing"],
    ["was merged into another branch", (s) => s.solve("bob", day(4), day(5), { baseBranch: "next" }), "#2: closing"],
    [
      "was merged into another branch, and only its commit says that it closes it",
      (s) => s.solve("bob", day(4), day(5), { ...MENTION, commitCloses: [1], baseBranch: "next" }),
      "#2: closing"
    ],
    [
      "says it in its title",
      (s) => s.solve("bob", day(4), day(5), { ...MENTION, title: "Oil the hinge, fixes #1", baseBranch: "next" }),
      "#2: closing"
    ],
    [
      "got that title after its merge",
      (s) => Effect.zipRight(s.solve("bob", day(4), day(5), MENTION), edit(s, "bob", day(6), { title: "Fixes #1" })),
      "#2: mention"
    ],
    [
      "only mentioned it, and was edited by its author after its merge",
      (s) => Effect.zipRight(s.solve("bob", day(4), day(5), MENTION), edit(s, "bob", day(6), { body: "Fixes #1" })),
      "#2: mention"
    ],
    [
      "was edited before its merge",
      (s) =>
        Effect.gen(function* () {
          const n = yield* s.open("bob", day(4), { ...MENTION, baseBranch: "next" })
          yield* edit(s, "bob", day(4, 60), { body: "Fixes #1" })
          yield* s.merge(n, day(5))
          yield* edit(s, "bob", day(6), { body: "Oil" })
        }),
      "#2: closing"
    ],
    [
      "names it only since its merge",
      (s) => Effect.zipRight(s.solve("bob", day(4), day(5), { closes: [] }), edit(s, "bob", day(6), { body: "Fixes #1" })),
      "#2: afterwards"
    ],
    [
      "names it only since its merge, by a maintainer",
      (s) => Effect.zipRight(s.solve("bob", day(4), day(5), { closes: [] }), edit(s, "maintainer", day(6), { body: "Fixes #1" })),
      "#2: closing"
    ],
    [
      "is named for it by a stranger's comment",
      (s) =>
        Effect.zipRight(
          s.solve("bob", day(4), day(5), { closes: [] }),
          s.control.remark({ payload: { ...at(2), by: "dan", at: day(4, 60), remark: { _tag: "Commented", body: "Fixes #1" } } })
        ),
      "#2: nothing"
    ],
    [
      "is named for it by a maintainer's comment",
      (s) =>
        Effect.zipRight(
          s.solve("bob", day(4), day(5), { closes: [] }),
          s.control.remark({ payload: { ...at(2), by: "maintainer", at: day(6), remark: { _tag: "Commented", body: "This fixes #1." } } })
        ),
      "#2: closing"
    ],
    [
      "was linked by a maintainer after its merge",
      (s) => Effect.zipRight(s.solve("bob", day(4), day(5), { closes: [] }), link(s)),
      "#2: closing"
    ],
    [
      "was linked by a maintainer, who took the link away",
      (s) =>
        Effect.all([
          s.solve("bob", day(4), day(5), MENTION),
          link(s),
          s.control.unlink({ payload: { ...at(2), issue: number(1), by: "maintainer", at: day(7) } })
        ]),
      "#2: mention"
    ],
    [
      "was linked by its author, who has rights",
      (s) => Effect.zipRight(s.solve("bob", day(4), day(5), { closes: [] }), link(s, "bob")),
      "#2: nothing"
    ]
  ]

describe("a pull request's tie", () => {
  for (const [what, play, tie] of CASES)
    inEachVersion(`that ${what}: ${tie}`, () =>
      Effect.gen(function* () {
        const s = yield* begin
        yield* play(s)
        assert.deepStrictEqual((yield* looked(s)).ties, [tie])
      })
    )

  inEachVersion("costs no question where nothing was edited after the merge", () =>
    Effect.gen(function* () {
      const s = yield* begin
      yield* s.open("bob", day(4), { ...MENTION, body: "Part of #1" })
      assertCost("an open one", (yield* looked(s)).requests, 1)
      yield* s.merge(2, day(5))
      const merged = (yield* looked(s)).requests
      yield* edit(s, "bob", day(6), { body: "Fixes #1" })
      assertCost("an edited one", (yield* looked(s)).requests, merged + 1)
    })
  )
})
