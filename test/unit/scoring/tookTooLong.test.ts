/** What a limit of time cut short decides no score by rules that pay for work: what an earlier epoch measured stands. */
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import type { FileScore } from "../../../src/domain/contributions/FileScore.ts"
import { RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { repositoriesScoredBy } from "../../../src/domain/Roster.ts"
import { layerBuiltIn } from "../../../src/layers/chain/roster/Roster.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import { type EpochMemory, scoreMiners } from "../../../src/rules/contributions/epochScores.ts"
import { FileScorer, TOOK_TOO_LONG } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { PullRequestScores } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import type { ScoredFiles } from "../../../src/scoring/oss_contributions/score/scoredFilesText.ts"
import { scoreLoadedFiles } from "../../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"
import { scoreRecordedRound } from "../../../src/scoring/oss_contributions/score/scoreRecordedRound.ts"
import { layerParity } from "../../support/roster/parity.ts"
import { hotkey } from "../../support/rules/world.ts"

const SITE = "acme/site"
const KEY = `${SITE}#1`
const EASY = { eligibility: { min_valid_merged_prs: 1, min_credibility: 0 } }

const recordFor = (scoring: "work" | "parity") => {
  const read = Schema.decodeUnknownSync(RoundRecord)({
    now: "2026-10-01T18:00:00Z",
    scoring,
    repos: { [SITE]: { emission_share: 1, ...EASY } },
    uids: { "1": "100" },
    issues: {},
    pulls: {
      "100": [
        {
          ...{ repo_full_name: SITE, pr_number: 1, state: "MERGED", author_github_id: "100", author_login: "ada" },
          ...{ created_at: "2026-10-01T12:00:00Z", merged_at: "2026-10-01T13:00:00Z", merged_by_login: "maud" },
          ...{ base_sha: "a".repeat(40), head_sha: "b".repeat(40) },
          ...{ base_ref: "main", default_branch: "main", scoring_data_stored: true }
        }
      ]
    },
    files: { [KEY]: [{ filename: "a.ts", status: "added", additions: 9, changes: 9, head_content: "a\n" }] }
  })
  return { ...read, repos: repositoriesScoredBy(read.repos, { scoring }) }
}

const file: FileScore = {
  ...{ path: "a.ts", method: "tree-diff", score: 90, category: "source", isTest: false, nodes: 90, lines: 90, difference: null },
  work: { kind: "code", tokens: 90, words: 0 }
}
const whole: ScoredFiles = { files: [file, { ...file, path: "b.ts" }], exceeded: false }
const cut: ScoredFiles = { files: [file, { ...file, path: "b.ts", method: "skipped-isolation-timeout", score: 0 }], exceeded: false }
const none: ScoredFiles = { files: cut.files.map((one) => ({ ...one, method: "skipped-isolation-timeout", score: 0 })), exceeded: true }

/** A round whose one pull request has these scores. */
const round = (scored: ScoredFiles, scoring: "work" | "parity" = "work") =>
  scoreLoadedFiles({ record: recordFor(scoring), missing: [], names: {} }, ({ files }) => ({ files: files.length })).pipe(
    Effect.provide(
      Layer.mergeAll(
        scoring === "work" ? layerBuiltIn : layerParity,
        Layer.mock(Contributions, { hadShares: () => Effect.succeed(new Map()) }),
        Layer.mock(PullRequestScores, { atOnce: 1, readAhead: () => Effect.void, ofPullRequest: () => Effect.succeed(scored) })
      )
    )
  )

/** What the miner's pull requests come to in an epoch. */
const epoch = (scored: ScoredFiles, before?: EpochMemory) =>
  Effect.map(round(scored), (measured) => {
    const hotkeys = new Map([[1, hotkey(1)]])
    const scores = scoreMiners({ ...measured, methods: new Map(), hotkeys, unlinked: new Map(), before })
    const own = scores.miners[0]?.repositories.find(({ repository }) => repository === SITE)
    return { points: own?.pullRequests, memory: { epoch: 1, ...scores } }
  })

it.effect("leaves a pull request unmeasured, and what an earlier epoch measured of it stands", () =>
  Effect.gen(function* () {
    for (const scored of [cut, none]) {
      const { missing, totals } = yield* round(scored)
      assert.deepStrictEqual(missing, [{ repository: SITE, account: "100", only: 1, why: TOOK_TOO_LONG }])
      assert.strictEqual(totals.size, 0)
      const first = yield* epoch(whole)
      assert.isAbove(first.points ?? 0, 0)
      assert.strictEqual((yield* epoch(scored, first.memory)).points, first.points)
    }
  })
)

it.effect("decides as in the program that defined them by the rules of parity", () =>
  Effect.gen(function* () {
    const { missing, totals } = yield* round(none, "parity")
    assert.deepStrictEqual(missing, [])
    assert.strictEqual(totals.get(KEY)?.total, 0)
  })
)

it.effect("leaves a recorded pull request without points, and names it", () =>
  Effect.gen(function* () {
    const scored = (files: ScoredFiles) =>
      scoreRecordedRound(recordFor("work")).pipe(
        Effect.provide(Layer.merge(layerBuiltIn, Layer.mock(FileScorer, { scoreFiles: () => Effect.succeed(files) }))),
        Effect.map(({ exceeded, miners }) => [exceeded, miners[0]?.contributions.get(SITE)?.pullRequests[0]?.factors.base] as const)
      )
    assert.deepStrictEqual(yield* scored(cut), [[KEY], 0])
    const [exceeded, base] = yield* scored(whole)
    assert.deepStrictEqual(exceeded, [])
    assert.isAbove(base ?? 0, 0)
  })
)
