/** An epoch's report, compared with recorded rounds of the subnet's current program, and with answers of GitHub missing. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { pullRequestKey, RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { EpochScores } from "../../../src/domain/EpochScores.ts"
import { RECYCLE_UID } from "../../../src/domain/Metagraph.ts"
import { type EpochInput, scoreMiners } from "../../../src/scoring/oss_contributions/rules/epochScores.ts"
import type { FileTotals } from "../../../src/scoring/oss_contributions/rules/files/totals.ts"
import { pullRequestsToScore, scoreRound } from "../../../src/scoring/oss_contributions/rules/scoreRound.ts"
import { blend } from "../../../src/scoring/weights/blend.ts"
import { nothingScored, scored } from "../../../src/scoring/weights/rewards.ts"
import { isShared } from "../../support/axon/shared.ts"
import { hotkey } from "../../support/rules/world.ts"

const day = (n: number) => `2026-08-${String(n).padStart(2, "0")}T12:00:00Z`

const pull = (account: string, number: number, repository = "Acme/Site") => ({
  repo_full_name: repository,
  pr_number: number,
  state: "MERGED",
  author_github_id: account,
  author_login: `u${account}`,
  author_association: "CONTRIBUTOR",
  created_at: day(1),
  closed_at: day(2),
  merged_at: day(2),
  hours_since_merge: 240,
  merged_by_login: "maintainer",
  base_ref: "main",
  head_ref: `change-${number}`,
  head_repo_full_name: `u${account}/site`,
  default_branch: "main",
  scoring_data_stored: true
})

const recordOf = (pulls: Readonly<Record<string, ReadonlyArray<unknown>>>, uids: Readonly<Record<string, string | null>>) =>
  Schema.decodeUnknownSync(RoundRecord)({
    now: day(12),
    repos: {
      "Acme/Site": { emission_share: 0.5, eligibility: { min_valid_merged_prs: 1, min_credibility: 0 } },
      "acme/tool": { emission_share: 0.3, eligibility: { min_valid_merged_prs: 1, min_credibility: 0 } }
    },
    uids,
    pulls,
    issues: {},
    files: {}
  })

const totalsOf = (record: RoundRecord, tokens: (number: number) => number) =>
  new Map(
    pullRequestsToScore(record).map(({ repository, number }): readonly [string, FileTotals] => {
      const score = tokens(number)
      return [pullRequestKey(repository, number), { files: 1, tokenScore: score, sourceScore: score, total: score }]
    })
  )

const reported = (epoch: number, measurement: ReturnType<typeof scoreMiners>): EpochScores => ({
  format: "gittensor/epoch-scores/v1",
  netuid: 74,
  genesis: "0x00",
  epoch,
  block: 360 * epoch,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: hotkey(200),
  ...measurement
})

const uids = { "0": null, "1": "100", "2": "200", "3": "300" }
const hotkeys = new Map([0, 1, 2, 3].map((uid) => [uid, hotkey(uid)] as const))
const whole = recordOf({ "100": [pull("100", 1)], "200": [pull("200", 2), pull("200", 3, "acme/tool")], "300": [] }, uids)
const input = (more: Partial<EpochInput> = {}): EpochInput => ({
  record: whole,
  totals: totalsOf(whole, (number) => 40 * number),
  missing: [],
  hotkeys,
  unlinked: new Map(),
  before: undefined,
  ...more
})
const shares = ({ scores }: { readonly scores: EpochScores["scores"] }) => scores.map(({ uid, value }) => [uid, value])
const marks = ({ kept }: { readonly kept: EpochScores["kept"] }) =>
  kept.map(({ uid, repository, measuredIn }) => [uid, repository, measuredIn])

describe("an epoch's report", () => {
  it("has every miner's scores and share in parts per million", () => {
    const epoch = scoreMiners(input())
    assert.deepStrictEqual(
      epoch.miners.map(({ uid, repositories }) => [uid, repositories.map(({ repository }) => repository)]),
      [
        [1, ["Acme/Site"]],
        [2, ["Acme/Site", "acme/tool"]],
        [3, []]
      ]
    )
    assert.deepStrictEqual(epoch.kept, [])
    // Repositories hold 0.8 in total, divided 5 to 3. A repository outside the roster earns nothing.
    const sum = epoch.scores.reduce((total, { value }) => total + value, 0)
    assert.isTrue(sum <= 800_000 && sum >= 799_997, String(sum))
    const [first] = epoch.miners[0]?.repositories ?? []
    assert.deepInclude(first?.components, { merged: 1, open: 0, closed: 0, eligible: true })
    assert.deepStrictEqual(Schema.decodeUnknownSync(EpochScores)(JSON.parse(JSON.stringify(reported(3, epoch)))), reported(3, epoch))
  })

  it("keeps and marks the last complete scores of exactly those miners for whom GitHub's answer is missing", () => {
    const before = reported(7, scoreMiners(input()))
    const half = recordOf({ "100": [], "200": [pull("200", 2)], "300": [] }, uids)
    const epoch = scoreMiners(
      input({
        record: half,
        missing: [
          { repository: "acme/site", account: "100", why: "502" },
          { repository: "acme/tool", account: null, why: "403" }
        ],
        before
      })
    )
    assert.deepStrictEqual(epoch.scores, before.scores)
    assert.deepStrictEqual(
      epoch.miners.map(({ repositories }) => repositories),
      before.miners.map(({ repositories }) => repositories)
    )
    assert.deepStrictEqual(marks(epoch), [
      [1, "Acme/Site", 7],
      [1, "acme/tool", 7],
      [2, "acme/tool", 7],
      [3, "acme/tool", 7]
    ])
    // Without the mark, the same record means that nothing was merged.
    assert.deepStrictEqual(
      shares(scoreMiners(input({ record: half, before }))).map(([uid]) => uid),
      [2]
    )
  })

  it("keeps the mark until there is an answer, and says when there were no scores to keep", () => {
    const silent = [{ repository: "Acme/Site", account: null, why: "502" }]
    const first = reported(4, scoreMiners(input()))
    const second = reported(5, scoreMiners(input({ missing: silent, before: first })))
    const third = reported(9, scoreMiners(input({ missing: silent, before: second })))
    assert.deepStrictEqual(third.scores, first.scores)
    assert.deepStrictEqual(
      marks(third).map(([, , measuredIn]) => measuredIn),
      [4, 4, 4]
    )
    const alone = scoreMiners(input({ missing: silent }))
    assert.deepStrictEqual(
      marks(alone).map(([, , measuredIn]) => measuredIn),
      [null, null, null]
    )
    assert.deepStrictEqual(
      shares(alone).map(([uid]) => uid),
      [2]
    )
  })

  it("keeps the scores of a hotkey whose account cannot be checked now, unless another hotkey proves that account", () => {
    const before = reported(7, scoreMiners(input()))
    const unlinked = new Map([[hotkey(1), "its gist did not answer"]])
    const unknown = recordOf({ "200": [pull("200", 2), pull("200", 3, "acme/tool")], "300": [] }, { ...uids, "1": null })
    const epoch = scoreMiners(input({ record: unknown, unlinked, before }))
    assert.deepStrictEqual(epoch.scores, before.scores)
    assert.deepStrictEqual(marks(epoch), [[1, "Acme/Site", 7]])
    const taken = recordOf({ "200": [pull("200", 2)], "100": [] }, { ...uids, "1": null, "3": "100" })
    assert.notInclude(
      shares(scoreMiners(input({ record: taken, unlinked, before }))).map(([uid]) => uid),
      1
    )
  })

  it("gives a hotkey's kept scores to nobody else, whoever holds its UID now", () => {
    const before = reported(7, scoreMiners(input()))
    const replaced = new Map([...hotkeys, [1, hotkey(99)] as const])
    const epoch = scoreMiners(input({ hotkeys: replaced, missing: [{ repository: "Acme/Site", account: "100", why: "502" }], before }))
    assert.deepStrictEqual(marks(epoch), [[1, "Acme/Site", null]])
    assert.notInclude(
      shares(epoch).map(([uid]) => uid),
      1
    )
  })

  it("never distributes more than the whole, and gives nothing to two UIDs of one account", () => {
    const tokens = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(tokens, fc.boolean(), (weights, twice) => {
        const record = recordOf(
          {
            "100": [pull("100", 1), pull("100", 4, "acme/tool")],
            "200": [pull("200", 2), pull("200", 3, "acme/tool")],
            "300": [pull("300", 5)]
          },
          { ...uids, ...(twice ? { "3": "100" } : {}) }
        )
        const epoch = scoreMiners(input({ record, totals: totalsOf(record, (number) => weights[number] ?? 0) }))
        const parts = shares(epoch).map(([, value = 0]) => value)
        assert.isAtMost(
          parts.reduce((sum, part) => sum + part, 0),
          1_000_000
        )
        if (twice)
          assert.deepStrictEqual(
            shares(epoch).map(([uid]) => uid),
            [2].filter(() => (weights[2] ?? 0) + (weights[3] ?? 0) > 0)
          )
      }),
      { numRuns: 60 }
    )
  })

  it.skipIf(!isShared)(
    "blends to the rewards of the subnet's program: 0.90 and 0.10 are applied once (../shared/vectors/scoring_rounds.json)",
    () => {
      const Rounds = Schema.Struct({ rounds: Schema.Array(RoundRecord) })
      const path = new URL("../../../../shared/vectors/scoring_rounds.json", import.meta.url)
      const { rounds } = Schema.decodeUnknownSync(Rounds)(JSON.parse(readFileSync(path, "utf8")))
      assert.isAbove(rounds.length, 10)
      const { emission } = defaultRoster
      const [treasuryUid, treasury] = [111, 0.1]
      for (const [index, record] of rounds.entries()) {
        // Both sides use the same file totals. Another test checks that these are right.
        const totals = totalsOf(record, (number) => (number * 37) % 211)
        const { rewards } = scoreRound({ record, totals }, emission)
        const held = new Map(Object.keys(record.uids).map((uid) => [Number(uid), hotkey(Number(uid))] as const))
        const { scores } = scoreMiners(input({ record, totals, hotkeys: held }))
        const issue_competitions = held.has(treasuryUid) ? scored(new Map([[treasuryUid, 1_000_000]])) : nothingScored("no treasury")
        const parts = blend(
          { oss_contributions: scored(new Map(scores.map(({ uid, value }) => [uid, value]))), issue_competitions },
          emission
        )
        for (const [uid, share] of rewards) {
          // Without a treasury, that program leaves the treasury's share unassigned, while this one recycles it.
          const wanted = uid === RECYCLE_UID && !held.has(treasuryUid) ? share + treasury : share
          assert.closeTo(
            (parts.get(uid) ?? 0) / 1_000_000,
            wanted,
            uid === RECYCLE_UID ? 2e-6 * held.size : 2e-6,
            `round ${index}, UID ${uid}`
          )
        }
      }
    }
  )
})
