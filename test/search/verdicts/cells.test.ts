/**
 * Plays every cell of docs/verdicts.md on the GitHub stand-in, and some in front of a validator's verdict loop, and compares the results with the
 * derived verdicts.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as fc from "fast-check"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import { readingOf } from "../../../src/scoring/issue_competitions/verdicts.ts"
import type { Play } from "../../http/verdicts/Case.ts"
import { cast, playCell, type Stage } from "../../http/verdicts/cells/play.ts"
import {
  AFTERWARDS,
  afterwards,
  type Cell,
  CLOSERS,
  canHappen,
  cells,
  closers,
  expected,
  isCarried,
  LANDINGS,
  landings
} from "../../http/verdicts/cells/table.ts"
import { beginWith, day, judgedAfter, number, REGISTERED, type Story, WIDGETS, wordsOf } from "../../http/verdicts/story.ts"
import { watch } from "../../http/verdicts/watch.ts"
import { GONE_FOR } from "../../support/figures.ts"
import { ref } from "../../support/github/story.ts"

/** A separate repository for a cell, with its own Bob, so that one stand-in can play many cells. */
const stageFor = (story: Story, name: string) =>
  Effect.gen(function* () {
    const { control } = story
    const repository = RepositoryName.make(`acme/${name}`)
    const bob = yield* control.createUser({ payload: { login: `bob-${name}` } })
    yield* control.createRepository({ payload: { repository, at: Date.UTC(2026, 8, 1) } })
    yield* control.changeRepository({ payload: { repository, collaborators: ["maintainer"] } })
    yield* control.openIssue({ payload: { repository, title: "The widget squeaks", author: "ada", at: Date.UTC(2026, 8, 2) } })
    return { stage: { control, repository, bob: bob.login }, bob }
  })

/** The verdict of a validator that has watched for long enough. `first`: the account of the competitor in Bob's role. */
const judged = (story: Story, repository: RepositoryName, first: number, github: GitHub["Type"]) =>
  Effect.gen(function* () {
    const [a, b] = story.competition.competitors
    const on = story.competing({ competitors: [{ ...a, githubId: first }, b] })
    const evidence = yield* github.issueEvidence(ref(1, repository), {
      ...readingOf(on),
      registeredAt: REGISTERED
    })
    return wordsOf(
      yield* judgedAfter(evidence, on, GONE_FOR, { repository, number: number(1) }).pipe(Effect.provideService(GitHub, github))
    )
  })

const verdictOn = (story: Story, cell: Cell, name: string) =>
  Effect.gen(function* () {
    const { bob, stage } = yield* stageFor(story, name)
    yield* playCell(stage, cell)
    return yield* judged(story, stage.repository, bob.id, story.github)
  })

const nameOf = ({ afterwards, closer, landing }: Cell): string =>
  `${LANDINGS[landing]}; ${CLOSERS[closer]} closes; ${AFTERWARDS[afterwards]}`

describe("every cell has the verdict that was reasoned", () => {
  for (const landing of landings)
    it.scopedLive(LANDINGS[landing], () =>
      Effect.gen(function* () {
        const story = yield* beginWith()
        yield* cast(story)
        const wrong = yield* Effect.forEach(
          cells.filter((cell) => cell.landing === landing),
          (cell, index) => Effect.map(verdictOn(story, cell, `w${index}`), (words) => ({ cell, words })),
          { concurrency: 8 }
        ).pipe(
          Effect.map((all) =>
            all.flatMap(({ cell, words }) => (words === expected(cell) ? [] : [`${nameOf(cell)}: ${words}, not ${expected(cell)}`]))
          )
        )
        assert.deepStrictEqual(wrong, [])
      })
    )
})

/** One for each landing, each closer, and each later event. */
const representatives: ReadonlyArray<Cell> = [
  ...landings.map(
    (landing): Cell => ({
      landing,
      closer: canHappen({ landing, closer: "gitHub" }) ? "gitHub" : "keyword",
      afterwards: "nothing"
    })
  ),
  ...closers.map((closer): Cell => ({ landing: "cherryPick", closer, afterwards: "nothing" })),
  ...afterwards.map((after): Cell => ({ landing: "squash", closer: "gitHub", afterwards: after }))
]

const playHere =
  (cell: Cell): Play =>
  (s) =>
    Effect.zipRight(cast(s), playCell({ control: s.control, repository: WIDGETS, bob: "bob" }, cell))

describe("a validator's verdict loop", () => {
  for (const cell of representatives)
    it.scopedLive(`${nameOf(cell)} → ${expected(cell)}`, () =>
      Effect.gen(function* () {
        const votes = yield* watch({ what: nameOf(cell), play: playHere(cell), verdict: expected(cell) })
        assert.strictEqual(votes.at(-1), expected(cell), votes.join("; "))
      })
    )
})

type Noise = (stage: Stage) => Effect.Effect<unknown, { readonly message: string }>

const opens =
  (author: string, opening: object = {}): Noise =>
  ({ control, repository }) =>
    control.openPullRequest({
      payload: {
        repository,
        title: "Mine",
        author,
        closes: [number(1)],
        files: [{ path: `src/${author}.ts`, additions: 1, deletions: 1 }],
        at: day(3),
        ...opening
      }
    })

/** Other accounts' simultaneous actions. */
const NOISE = {
  "a stranger's decoys": (stage) => Effect.all(Array.from({ length: 3 }, () => opens("dan", { draft: true })(stage))),
  "the other competitor's open pull request": opens("cleo"),
  "the other competitor's, merged into a branch": (stage) =>
    Effect.flatMap(
      stage.control.openPullRequest({
        payload: { repository: stage.repository, title: "Mine", author: "cleo", baseBranch: "next", at: day(3) }
      }),
      ({ number: n }) =>
        stage.control.mergePullRequest({ payload: { repository: stage.repository, number: n, by: "maintainer", at: day(4) } })
    ),
  "an outsider's words of a revert": (stage) =>
    Effect.flatMap(
      stage.control.openPullRequest({
        payload: {
          repository: stage.repository,
          title: 'Revert "Oil the hinge (#2)"',
          body: "Reverts #2",
          author: "dan",
          files: [{ path: "docs.md", additions: 2, deletions: 0 }],
          at: day(6)
        }
      }),
      ({ number: n }) =>
        stage.control.mergePullRequest({ payload: { repository: stage.repository, number: n, by: "maintainer", at: day(6, 30) } })
    )
} satisfies Record<string, Noise>

const hiding = (field: string) => ({ _tag: "Hiding", field, times: 1_000, path: "graphql" }) as const
const silence = (path: string) => ({ _tag: "Status", status: 404, times: 1_000, path }) as const

/** Data that GitHub does not show. */
const FAULTS = [
  hiding("closer"),
  hiding("closedByPullRequestsReferences"),
  hiding("associatedPullRequests"),
  hiding("timelineItems"),
  hiding("nodes"),
  silence("/activity"),
  silence("/compare/"),
  silence("/commits"),
  silence("/events")
] as const

const anyCell = fc.record({
  cell: fc.constantFrom(...cells),
  noise: fc.uniqueArray(fc.constantFrom(...(Object.keys(NOISE) as ReadonlyArray<keyof typeof NOISE>)), { maxLength: 3 }),
  faults: fc.uniqueArray(fc.constantFrom(...FAULTS), { maxLength: 2 }),
  isFlagged: fc.boolean(),
  /** Whether the author of the landed work competes at all. */
  competes: fc.boolean()
})
const SCALE = Number(process.env.PROPERTY_SCALE ?? 1)

describe("any cell, whatever others do and whatever GitHub hides", () => {
  it.live("pays nobody who did not bring it, and takes no bounty away for an absence", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(anyCell, ({ cell, competes, faults, isFlagged, noise }) =>
          Effect.gen(function* () {
            const story = yield* beginWith()
            yield* cast(story)
            const { bob, stage } = yield* stageFor(story, "noisy")
            yield* playCell(stage, cell)
            for (const one of noise) yield* Effect.ignore(NOISE[one](stage))
            // GitHub hides a flagged account with all of its content, so carried work of that account looks like the carrier's own.
            if (isFlagged && !isCarried(cell))
              yield* Effect.ignore(story.control.flagUser({ payload: { login: stage.bob, flagged: true } }))
            for (const fault of faults) yield* story.control.addFault({ payload: { fault } })
            const github = yield* story.another
            const ada = yield* story.control.user({ payload: { login: "ada" } })
            const found = yield* Effect.either(judged(story, stage.repository, competes ? bob.id : ada.id, github))
            if (Either.isLeft(found)) return assert.strictEqual(found.left._tag, "GitHubUnavailable")
            const words = found.right
            // Where the merge is hidden, the visible record is that of a duplicate.
            if (words === "Cancelled: Duplicate" && cell.afterwards === "duplicate" && !competes) return
            // Where what was merged for it is hidden, or a stranger's, the issue that moved away ends the match.
            if (words === "Cancelled: Transferred" && (cell.afterwards === "transferred" || cell.afterwards === "converted")) return
            const reasoned = competes || expected(cell).startsWith("Cancelled") ? expected(cell) : "Cancelled: SolvedOutside"
            if (!words.startsWith("No vote")) assert.strictEqual(words, reasoned, nameOf(cell))
          }).pipe(Effect.scoped, Effect.runPromise)
        ),
        { numRuns: Math.ceil(60 * SCALE) }
      )
    )
  )
})
