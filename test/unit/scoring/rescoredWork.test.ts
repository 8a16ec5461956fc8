/** A record of work is scored again where what it had before is known in whole, in part or not at all. */
import { assert, it } from "@effect/vitest"
import { Effect, Either, Layer, Schema } from "effect"
import type { ScoringMethod } from "../../../src/domain/contributions/FileScore.ts"
import { RecordedPullRequest } from "../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { RosterRepositories, repositoriesScoredBy } from "../../../src/domain/Roster.ts"
import { Roster, unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import { Contributions, type MeasuredShares } from "../../../src/layers/github/contributions/Contributions.ts"
import { differenceOf } from "../../../src/rules/consensus/challenge.ts"
import { PullRequestScores } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { rescoreRecord } from "../../../src/scoring/oss_contributions/score/rescoreRecord.ts"
import { recordOf } from "../../support/validator/reports.ts"

const REPOSITORY = RepositoryName.make("acme/gadgets")
const HOUR = 3_600_000_000
const MERGED = 1_785_000_000_000_000
const [base, head] = ["a".repeat(40), "b".repeat(40)]

const repositories = repositoriesScoredBy(Schema.decodeUnknownSync(RosterRepositories)({ [REPOSITORY]: { emission_share: 1 } }), {
  scoring: "work"
})

const file = {
  path: "a.ts",
  method: "tree-diff",
  score: 90,
  category: "source",
  isTest: false,
  nodes: 90,
  lines: 90,
  difference: null,
  work: { kind: "code", tokens: 90, words: 0 }
} as const

const record = (score: number) => ({
  ...recordOf(1, 7, { author: "5", base, head, mergedAt: MERGED, methods: { "tree-diff": 1 }, tokens: 0, source: 0, total: 90, score }),
  repository: REPOSITORY.toLowerCase()
})

interface Judging {
  readonly author?: string
  readonly had: number | undefined
  readonly isPartial?: boolean
  readonly method?: ScoringMethod
}

/** What is wrong in a record with this score, of which at most 9 points count; "unclear": that is not known. `had`: parts per million of the whole file. */
const judged = (score: number, { author = "5", had, isPartial = false, method = file.method }: Judging) =>
  Effect.gen(function* () {
    const pull = Schema.decodeUnknownSync(RecordedPullRequest)({
      repo_full_name: REPOSITORY,
      pr_number: 7,
      title: "Measure",
      state: "MERGED",
      author_github_id: author,
      author_login: "bob",
      created_at: new Date((MERGED - HOUR) / 1_000).toISOString(),
      merged_at: new Date(MERGED / 1_000).toISOString(),
      base_sha: base,
      head_sha: head,
      additions: 90,
      deletions: 0,
      commits_count: 1,
      scoring_data_stored: true
    })
    const shares: ReadonlyMap<string, MeasuredShares> =
      had === undefined ? new Map() : new Map([[`${REPOSITORY}#7`, { whole: had, of: () => had, comparedOf: () => 900, isPartial }]])
    const layer = Layer.mergeAll(
      Layer.succeed(Roster, Roster.of({ ...unsignedRosterOf(defaultRoster), repositories })),
      Layer.mock(Contributions, {
        pullRequest: () => Effect.succeed({ pull, repository: REPOSITORY, isWithinWindow: true }),
        hadShares: () => Effect.succeed(shares)
      }),
      Layer.mock(PullRequestScores, {
        atOnce: 1,
        readAhead: () => Effect.void,
        ofPullRequest: () => Effect.succeed({ files: [{ ...file, method }], exceeded: false })
      })
    )
    const now = MERGED + 2 * HOUR
    const again = yield* Effect.either(Effect.provide(rescoreRecord({ ...record(score), decay: 1 }, { now }), layer))
    if (Either.isLeft(again)) return "unclear"
    return again.right === null ? "none" : (differenceOf(record(score), again.right) ?? "right")
  })

it.effect("is right between what is known and all of it, and unclear below what is known in part", () =>
  Effect.gen(function* () {
    const all = yield* Effect.forEach([9, 6, 3], (score) => judged(score, { had: 500_000 }))
    assert.deepStrictEqual(all, ["right", "right", "acme/gadgets#7 has score 3, and scored again 4.95"])
    assert.strictEqual(yield* judged(10, { had: 500_000 }), "acme/gadgets#7 has score 10, and scored again 4.95")
    assert.strictEqual(yield* judged(3, { had: 500_000, isPartial: true }), "unclear")
    assert.strictEqual(yield* judged(10, { had: 500_000, isPartial: true }), "acme/gadgets#7 has score 10, and scored again 4.95")
    assert.strictEqual(yield* judged(3, { had: undefined }), "unclear")
    assert.strictEqual(yield* judged(9, { had: 0, method: "skipped-isolation-timeout" }), "unclear")
    assert.strictEqual(yield* judged(10, { had: 0, method: "skipped-isolation-timeout" }), "unclear")
    assert.strictEqual(yield* judged(10, { had: undefined }), "acme/gadgets#7 has score 10, and scored again 9")
    assert.strictEqual(
      yield* judged(3, { author: "", had: 500_000 }),
      "unclear",
      "whose commits it landed over, GitHub does not say any more"
    )
  })
)
