/** Recorded histories of real repositories (../shared/data/github): every issue closed by pull requests gets the right verdict, over HTTP. */
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { identityOf, type PullRequestFact } from "../../../lab/devnet/github/facts/GitHubFacts.ts"
import { start } from "../../../lab/devnet/github/StandIn.ts"
import { GitHub } from "../../../src/layers/github/GitHub.ts"
import type { MatchContext } from "../../../src/rules/verdicts/verdictCase.ts"
import { BOB, CLEO, judgedAfter, wordsOf } from "../../http/verdicts/story.ts"
import { GONE_FOR } from "../../support/figures.ts"
import { isShared, loadShared } from "../../support/github/facts.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { ref, service } from "../../support/github/story.ts"

const DAY = 86_400_000
/** The number of issues judged, multiplied by PROPERTY_SCALE. */
const SAMPLE = 30 * Number(process.env.PROPERTY_SCALE ?? 1)

interface Closed {
  readonly repository: PullRequestFact["repository"]
  readonly number: number
  /** The first merged pull request whose description closes the issue. */
  readonly by: PullRequestFact
}

const closedIn = (facts: ReadonlyArray<PullRequestFact>): ReadonlyArray<Closed> => {
  const pullRequests = new Set(facts.map(({ repository, number }) => `${repository}#${number}`))
  const closed = new Map<string, Closed>()
  const merged = facts.filter(({ merged_at }) => merged_at !== null)
  const when = ({ merged_at, authored_at }: PullRequestFact) => Math.max(merged_at ?? 0, authored_at)
  for (const by of merged
    .toSorted((a, b) => (a.merged_at ?? 0) - (b.merged_at ?? 0) || a.number - b.number)
    .toSorted((a, b) => when(a) - when(b)))
    for (const number of by.closes) {
      const place = `${by.repository}#${number}`
      if (!pullRequests.has(place) && !closed.has(place)) closed.set(place, { repository: by.repository, number, by })
    }
  return [...closed.values()]
}

describe.skipIf(!isShared)("recorded histories", () => {
  for (const name of ["JSONbored__gittensory.jsonl", "entrius__gittensor.jsonl", "entrius__gittensor-ui.jsonl"])
    inEachVersion(name, () =>
      Effect.gen(function* () {
        const facts = yield* loadShared(name)
        const limits = { core: 1_000_000, graphql: 1_000_000, pointsPerMinute: 1_000_000 }
        const { url, control } = yield* start({ port: 0, facts, limits })
        const { token } = yield* control.createUser({ payload: { login: "observer" } })
        const github = yield* service(url, [token])
        const all = closedIn(facts)
        const step = Math.max(1, Math.floor(all.length / SAMPLE))
        for (const { repository, number, by } of all.filter((_, index) => index % step === 0)) {
          const solver = yield* control.user({ payload: { login: by.author.login } }).pipe(Effect.option)
          const merged = Math.max(by.merged_at ?? 0, by.authored_at)
          const evidence = yield* github.issueEvidence(ref(number, repository), {
            // The recordings have no texts, so whether the landed work still stands is not checked.
            since: merged + DAY,
            registeredAt: by.authored_at
          })
          const judge = (githubId: number, change: Partial<MatchContext> = {}) =>
            judgedAfter(
              evidence,
              {
                competitors: [
                  { hotkey: BOB, githubId },
                  { hotkey: CLEO, githubId: 7 }
                ],
                startedAt: by.authored_at - 2 * DAY,
                submissionsFrom: by.authored_at,
                deadline: merged,
                headAt: merged + 60 * DAY,
                isOverdue: false,
                ...change
              },
              GONE_FOR
            ).pipe(Effect.map(wordsOf), Effect.provideService(GitHub, github))
          const place = `${repository}#${number}`
          // A login that belongs to another account by now is looked up under another name.
          const account =
            solver._tag === "Some" && (by.author.id === null || solver.value.id === by.author.id) ? solver.value.id : by.author.id
          if (account !== null) {
            const words = yield* judge(account)
            // A pull request merged by its own author proves no decision of the project.
            if (words === "No vote: OwnMerge") continue
            assert.strictEqual(words, `Solved by Bob with #${by.number}`, place)
            assert.strictEqual(
              yield* judge(account, { submissionsFrom: by.authored_at + 1000 }),
              "Cancelled: SubmittedTooEarly by Bob",
              place
            )
            const waited = by.authored_at <= merged - 1000 - 3 * DAY
            const late = waited ? `Solved by Bob with #${by.number}` : "No vote: LandedLate"
            assert.strictEqual(yield* judge(account, { deadline: merged - 1000 }), late, place)
          }
          assert.strictEqual(yield* judge(8), "Cancelled: SolvedOutside", `${place} of others, solved by ${identityOf(by.author)}`)
        }
      })
    )
})
