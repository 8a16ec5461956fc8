/** An epoch's report, compared with recorded rounds of the subnet's current program, and with missing answers of GitHub. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as fc from "fast-check"
import { Hash32 } from "../../../src/domain/Account.ts"
import { pullRequestKey, RoundRecord } from "../../../src/domain/contributions/RoundRecord.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { EpochEvidence, evidenceOf } from "../../../src/domain/EpochEvidence.ts"
import { openRecords } from "../../../src/domain/Opening.ts"
import { REPORT_FORMAT, Report } from "../../../src/domain/Report.ts"
import { repositoriesScoredBy } from "../../../src/domain/Roster.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import { measuredBy } from "../../../src/domain/Settlement.ts"
import { falsehoodsOf } from "../../../src/rules/consensus/challenge.ts"
import { placesOf } from "../../../src/rules/consensus/ownPlaces.ts"
import { type EpochInput, type ScoredEpoch, scoreMiners } from "../../../src/rules/contributions/epochScores.ts"
import type { FileTotals } from "../../../src/rules/contributions/files/totals.ts"
import { leafRules } from "../../../src/rules/contributions/leafRules.ts"
import { sharesOf } from "../../../src/rules/contributions/rewards.ts"
import { pullRequestsToScore, scoreRound } from "../../../src/rules/contributions/scoreRound.ts"
import { blend } from "../../../src/rules/weights/blend.ts"
import { nothingScored, scored } from "../../../src/rules/weights/rewards.ts"
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

const remembered = (epoch: number, scored: ScoredEpoch) => ({ epoch, ...scored })

const reported = (epoch: number, { scores, repositories, records }: ScoredEpoch): Report => ({
  format: REPORT_FORMAT,
  netuid: 74,
  genesis: Hash32.make(`0x${"00".repeat(32)}`),
  epoch,
  block: 360 * epoch,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: hotkey(200),
  settlement: null,
  miners: scores,
  repositories,
  ...rootedIn(records, hotkey(200))
})

/** Nothing that a validator can show of such a report is false by itself: each record is drawn. */
const assertHonest = (epoch: ScoredEpoch, repositories: RoundRecord["repos"]) => {
  const report = reported(1, epoch)
  let end = 0
  const points = epoch.records.flatMap(({ earned, less }) => {
    end += earned + less
    return earned + less > 0 ? [end - 1] : []
  })
  const shown = openRecords(epoch.records, report.validator, points)
  assert.strictEqual(shown.length, points.length)
  assert.deepStrictEqual(falsehoodsOf(report, shown, leafRules(repositories)), [])
}

const uids = { "0": null, "1": "100", "2": "200", "3": "300" }
const hotkeys = new Map([0, 1, 2, 3].map((uid) => [uid, hotkey(uid)] as const))
const whole = recordOf({ "100": [pull("100", 1)], "200": [pull("200", 2), pull("200", 3, "acme/tool")], "300": [] }, uids)
const input = (more: Partial<EpochInput> = {}): EpochInput => ({
  record: whole,
  totals: totalsOf(whole, (number) => 40 * number),
  methods: new Map(),
  missing: [],
  hotkeys,
  unlinked: new Map(),
  before: undefined,
  ...more
})
/** The parts of the pool that follow from the report alone, by UID. */
const sharesIn = ({ scores, repositories }: ScoredEpoch) => sharesOf(measuredBy({ miners: scores, repositories }), whole.repos)
/** The miners' parts. */
const shares = (epoch: ScoredEpoch) => [...sharesIn(epoch)].filter(([uid]) => uid !== 0)
/** Miners of whom nothing was measured, and repositories in which a miner's sides were not. */
const unmeasured = ({ scores }: ScoredEpoch) =>
  scores.flatMap(
    ({ uid, cells }): ReadonlyArray<number | string> =>
      cells === null ? [uid] : cells.flatMap(({ repository, side, sum }) => (sum === null ? [`${uid} ${repository} ${side}`] : []))
  )
const marks = ({ kept }: ScoredEpoch) => kept.map(({ uid, repository, measuredIn }) => [uid, repository, measuredIn])

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
    // Repositories hold 0.8 in total, divided 5 to 3. A repository outside of the roster earns nothing.
    const sum = shares(epoch).reduce((total, [, value]) => total + value, 0)
    assert.strictEqual(sum, 800_000)
    const [first] = epoch.miners[0]?.repositories ?? []
    const besides = recordOf({ "100": [pull("100", 1), { ...pull("100", 4), base_ref: "release" }] }, uids)
    const seenBesides = scoreMiners(input({ record: besides })).miners[0]?.repositories[0] ?? assert.fail()
    assert.deepInclude(first?.components, { merged: 1, open: 0, closed: 0, eligible: true })
    assert.deepInclude(seenBesides.components, { merged: 1, seen: [1, 4] }, "also what does not count")
    assert.deepStrictEqual(placesOf({ repositories: [seenBesides] }, "acme/site")?.pull_requests, [{ number: 1, unlinked: true }])
    assert.strictEqual(sharesIn(epoch).get(0), 1_000_000 - sum, "what nobody earned is UID 0's")
    const report = reported(3, epoch)
    assert.deepStrictEqual(Schema.decodeUnknownSync(Report)(JSON.parse(JSON.stringify(report))), report)
    const { records, kept, miners } = epoch
    const evidence = evidenceOf(report, { records, kept, miners })
    assert.deepStrictEqual(Schema.decodeUnknownSync(EpochEvidence)(JSON.parse(JSON.stringify(evidence))), evidence)
    assert.deepStrictEqual(unmeasured(epoch), [])
  })

  it("keeps and marks the last complete scores of exactly those miners for whom GitHub's answer is missing", () => {
    const before = remembered(7, scoreMiners(input()))
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
    // Without the mark, the same record means that no pull request was merged.
    assert.deepStrictEqual(
      shares(scoreMiners(input({ record: half, before }))).map(([uid]) => uid),
      [2]
    )
  })

  describe("where one pull request cannot be read", () => {
    const open = { ...pull("100", 9), state: "OPEN", merged_at: null, closed_at: null }
    const at = (record: RoundRecord, days: number) => ({ ...record, now: record.now + days * 86_400_000_000 })
    const record = recordOf({ "100": [pull("100", 1), open], "200": [pull("200", 2)], "300": [] }, uids)
    const first = remembered(7, scoreMiners(input({ record, totals: totalsOf(record, (number) => 40 * number) })))
    const lacking = (which: RoundRecord, ...numbers: ReadonlyArray<number>) =>
      new Map([...totalsOf(which, (number) => 40 * number)].filter(([key]) => !numbers.some((one) => key.endsWith(`#${one}`))))
    const gap = (only: number | "issues", account = "100") => ({ repository: "Acme/Site", account, only, why: "422" })
    const scoreIn = ({ miners }: ScoredEpoch, uid = 1) => miners.find((miner) => miner.uid === uid)?.repositories[0]?.pullRequests ?? 0

    it("keeps what was measured of it, and scores everything else anew", () => {
      const later = at(record, 8)
      const whole = scoreMiners(input({ record: later, totals: lacking(later) }))
      const epoch = scoreMiners(input({ record: later, totals: lacking(later, 9), missing: [gap(9)], before: first }))
      assert.deepStrictEqual(epoch.miners, whole.miners)
      assert.isBelow(scoreIn(epoch), scoreIn({ ...first, scores: [] }))
      assert.deepStrictEqual(
        epoch.kept.map(({ uid, only, measuredIn }) => [uid, only, measuredIn]),
        [[1, 9, 7]]
      )
      assert.deepStrictEqual(
        epoch.records.map(({ number, kept }) => [number, kept]),
        [
          [1, null],
          [9, 7],
          [2, null]
        ]
      )
      assertHonest(epoch, record.repos)
      const next = scoreMiners(input({ record: later, totals: lacking(later, 9), missing: [gap(9)], before: remembered(8, epoch) }))
      assert.deepStrictEqual([next.miners, next.kept], [epoch.miners, epoch.kept])
    })

    it("counts it as nothing but open work where no epoch measured it, and twenty of them as too much of that", () => {
      const lonely = scoreMiners(input({ record, totals: lacking(record, 9), missing: [gap(9)] }))
      assert.deepStrictEqual(
        lonely.kept.map(({ only, measuredIn }) => [only, measuredIn]),
        [[9, null]]
      )
      assert.isAbove(scoreIn(lonely), scoreIn({ ...first, scores: [] }))
      assert.deepStrictEqual(unmeasured(lonely), [])
      const spam = Array.from({ length: 20 }, (_, index) => ({ ...open, pr_number: 100 + index }))
      const crowded = recordOf({ "100": [pull("100", 1), open, ...spam], "200": [pull("200", 2)], "300": [] }, uids)
      const epoch = scoreMiners(input({ record: crowded, totals: lacking(crowded, 9), missing: [gap(9)], before: first }))
      assert.strictEqual(scoreIn(epoch), 0)
    })

    it("lets a merged one that cannot be read grow older", () => {
      const unread = { ...pull("100", 1), scoring_data_stored: false }
      const stubbed = at(recordOf({ "100": [unread, open], "200": [pull("200", 2)], "300": [] }, uids), 8)
      const whole = scoreMiners(input({ record: at(record, 8), totals: lacking(record) }))
      const epoch = scoreMiners(input({ record: stubbed, totals: lacking(record, 1), missing: [gap(1)], before: first }))
      assert.deepStrictEqual(epoch.scores, whole.scores)
    })
  })

  it("lets scores grow older that stand in for a whole repository's, until its window is over", () => {
    const silent = [{ repository: "Acme/Site", account: null, why: "422" }]
    const first = remembered(4, scoreMiners(input()))
    const empty = recordOf({ "100": [], "200": [pull("200", 3, "acme/tool")], "300": [] }, uids)
    for (const days of [1, 5, 19, 21, 40]) {
      const now = whole.now + days * 86_400_000_000
      const measured = days > 20 ? [] : (scoreMiners(input({ record: { ...whole, now } })).miners[0]?.repositories ?? [])
      const kept = scoreMiners(input({ record: { ...empty, now }, missing: silent, before: first })).miners[0]?.repositories ?? []
      assert.deepStrictEqual(
        kept.map(({ pullRequests }) => pullRequests),
        days > 20 ? [0] : measured.map(({ pullRequests }) => pullRequests),
        `${days} days`
      )
    }
  })

  it("scores contributions anew where only the issues that a miner found are missing", () => {
    const before = remembered(7, scoreMiners(input()))
    const missing = [{ repository: "Acme/Site", account: "100", only: "issues" as const, why: "502" }]
    const epoch = scoreMiners(input({ missing, before }))
    assert.deepStrictEqual(epoch.scores, before.scores)
    assert.deepStrictEqual(
      epoch.kept.map(({ uid, only, measuredIn }) => [uid, only, measuredIn]),
      [[1, "issues", 7]]
    )
  })

  it("keeps the mark until there is an answer, and says when there were no scores to keep", () => {
    const silent = [{ repository: "Acme/Site", account: null, why: "502" }]
    const first = remembered(4, scoreMiners(input()))
    const second = remembered(5, scoreMiners(input({ missing: silent, before: first })))
    const third = remembered(9, scoreMiners(input({ missing: silent, before: second })))
    assert.deepStrictEqual(third.scores, first.scores)
    assert.deepStrictEqual(
      marks(third).map(([, , measuredIn]) => measuredIn),
      [4, 4, 4]
    )
    assert.deepStrictEqual(unmeasured(third), [], "a kept score is a value")
    const alone = scoreMiners(input({ missing: silent }))
    // Only the repository that did not answer is unknown.
    assert.deepStrictEqual(
      unmeasured(alone),
      [1, 2, 3].flatMap((uid) => ["author", "finder"].map((side) => `${uid} acme/site ${side}`))
    )
    assert.deepStrictEqual(alone.repositories, [{ repository: "acme/site", maintainers: null, lost: 0 }])
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
    const before = remembered(7, scoreMiners(input()))
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
    // Without an earlier score nothing is known of the hotkey, whatever its link is.
    for (const [links, earlier] of [[unknown, undefined] as const, [taken, before] as const])
      assert.deepStrictEqual(unmeasured(scoreMiners(input({ record: links, unlinked, before: earlier }))), [1])
    // Anybody can name a gist that never existed: it leaves nothing unmeasured, and still removes no earlier score.
    const unseen = new Set(unlinked.keys())
    assert.deepStrictEqual(unmeasured(scoreMiners(input({ record: unknown, unlinked, unseen }))), [])
    assert.deepStrictEqual(scoreMiners(input({ record: unknown, unlinked, unseen, before })).scores, before.scores)
  })

  it("has a record for each scored pull request, with what it gave its author and the finder of the issue that it solved", () => {
    const solved = {
      repo_full_name: "Acme/Site",
      state: "CLOSED",
      state_reason: "COMPLETED",
      author_association: "NONE",
      created_at: day(1),
      closed_at: day(2)
    }
    const solver = (number: number, author: string) => ({
      pr_number: number,
      author_github_id: author,
      state: "MERGED",
      merged_at: day(2),
      base_ref: "main",
      default_branch: "main",
      base_sha: `base${number}`,
      head_sha: `head${number}`
    })
    const issue = (number: number, by: number, author: string) => ({
      ...solved,
      issue_number: number,
      author_github_id: "300",
      solved_by_pr: by,
      solving_pr: solver(by, author)
    })
    const figures = {
      emission_share: 0.5,
      eligibility: { min_valid_merged_prs: 1, min_credibility: 0, min_valid_solved_issues: 1, min_issue_credibility: 0 }
    }
    const base = recordOf({}, uids)
    const record = Schema.decodeUnknownSync(RoundRecord)({
      ...Schema.encodeSync(RoundRecord)(base),
      repos: { "Acme/Site": figures, "acme/tool": { ...figures, emission_share: 0.3 } },
      pulls: {
        "100": [
          { ...pull("100", 10), base_sha: "base10", head_sha: "head10" },
          { ...pull("100", 9), state: "OPEN", merged_at: null },
          { ...pull("100", 8), state: "CLOSED", merged_at: null },
          { ...pull("100", 7), scoring_data_stored: false }
        ],
        "200": [pull("200", 3, "acme/tool")]
      },
      issues: { "300": [issue(70, 10, "100"), issue(71, 55, "77")] }
    })
    const totals = totalsOf(record, (number) => 40 + number)
    const methods = new Map([["acme/site#10", { "tree-diff": 1, skipped: 2 }]])
    const { records } = scoreMiners(input({ record, totals, methods }))
    const brief = (all: typeof records) =>
      all.map(({ uid, repository, number, state, author, finder }) => [uid, repository, number, state, author, finder])
    assert.deepStrictEqual(brief(records), [
      [1, "acme/site", 9, "OPEN", "100", null],
      [1, "acme/site", 10, "MERGED", "100", null],
      [2, "acme/tool", 3, "MERGED", "200", null],
      [3, "acme/site", 10, "MERGED", "100", { account: "300", issue: 70 }],
      [3, "acme/site", 55, "MERGED", "77", { account: "300", issue: 71 }]
    ])
    const [open, merged, , found] = records
    assert.deepInclude(merged, {
      base: "base10",
      head: "head10",
      methods: { "tree-diff": 1, skipped: 2 },
      tokens: 50,
      source: 50,
      total: 50
    })
    assert.isAbove(merged?.earned ?? 0, 0)
    assert.isAbove(found?.earned ?? 0, 0)
    assert.isAbove(open?.less ?? 0, 0)
    assert.strictEqual(open?.earned, 0)
    // Where an earlier score replaces a miner's, the epoch did not measure the miner.
    const missing = [{ repository: "Acme/Site", account: "100", why: "502" }]
    assert.deepStrictEqual(
      brief(scoreMiners(input({ record, totals, missing })).records).map(([uid, , number]) => [uid, number]),
      [
        [2, 3],
        [3, 10],
        [3, 55]
      ]
    )
  })

  it("says of pull requests and issues when they last changed, unless somebody may have seen them before that", () => {
    const later = { ...pull("100", 4), updated_at: day(13) }
    const linked = { number: 9, state: "CLOSED", created_at: day(1), updated_at: day(4), is_transferred: false }
    const issue = (number: number, updated_at: string, edited_at?: string) => ({
      repo_full_name: "acme/site",
      issue_number: number,
      state: "CLOSED",
      updated_at,
      solved_by_pr: 55,
      solving_pr: { pr_number: 55, author_github_id: "77", state: "MERGED", merged_at: day(2), edited_at }
    })
    const changesOf = (...issues: ReadonlyArray<ReturnType<typeof issue>>) => {
      const record = Schema.decodeUnknownSync(RoundRecord)({
        ...Schema.encodeSync(RoundRecord)(recordOf({}, uids)),
        pulls: {
          "100": [
            pull("100", 1),
            { ...pull("100", 2), updated_at: day(3) },
            { ...pull("100", 3), updated_at: day(3), linked_issues: [linked] },
            later
          ]
        },
        issues: { "300": issues }
      })
      const { miners } = scoreMiners(input({ record, totals: totalsOf(record, () => 40) }))
      return [1, 3].flatMap((uid) =>
        miners.find((miner) => miner.uid === uid)?.repositories.map((one) => placesOf({ repositories: [one] }, "acme/site"))
      )
    }
    const at = (text: string) => Date.parse(text) * 1_000
    const [authored, found] = changesOf(issue(8, day(5), day(2)), issue(9, day(3), day(6)))
    assert.deepStrictEqual(
      authored?.pull_requests.map(({ number, changed }) => [number, changed]),
      [
        [1, undefined],
        [2, at(day(3))],
        [3, at(day(4))],
        [4, undefined]
      ]
    )
    assert.deepStrictEqual(found?.discovery, {
      seen: [
        { number: 8, solver: 55 },
        { number: 9, solver: 55 }
      ],
      changed: at(day(6))
    })
    for (const one of [issue(8, day(13), day(2)), issue(8, day(5), day(13)), issue(8, day(5))])
      assert.isUndefined(changesOf(one)[1]?.discovery?.changed)
  })

  it("gives a hotkey's kept scores to nobody else, whoever holds its UID now", () => {
    const before = remembered(7, scoreMiners(input()))
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
        assert.strictEqual(
          [...sharesIn(epoch).values()].reduce((sum, part) => sum + part, 0),
          1_000_000
        )
        assert.deepStrictEqual(Schema.decodeUnknownSync(Report)(reported(1, epoch)).miners, epoch.scores)
        assertHonest(epoch, record.repos)
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
        const epoch = scoreMiners(input({ record, totals, hotkeys: held }))
        assertHonest(epoch, record.repos)
        const { scores: miners, repositories } = epoch
        const issue_competitions = held.has(treasuryUid) ? scored(new Map([[treasuryUid, 1_000_000]])) : nothingScored("no treasury")
        const parts = blend(
          {
            oss_contributions: scored(sharesOf(measuredBy({ miners, repositories }), record.repos)),
            issue_competitions,
            champions: nothingScored("none")
          },
          emission
        )
        for (const [uid, share] of rewards) {
          // Without a treasury, that program leaves the treasury's share unassigned; this program recycles it.
          const wanted = uid === 0 && !held.has(treasuryUid) ? share + treasury : share
          assert.closeTo((parts.get(uid) ?? 0) / 1_000_000, wanted, uid === 0 ? 2e-6 * held.size : 2e-6, `round ${index}, UID ${uid}`)
        }
      }
    }
  )
})

describe("the report of an epoch that is scored for work", () => {
  const record = { ...whole, repos: repositoriesScoredBy(whole.repos, { scoring: "work" }) }
  const work = (code: number): FileTotals => ({
    files: 1,
    tokenScore: code,
    sourceScore: code,
    total: code,
    work: { code, leaves: 0, small: 0, words: 0, smallWords: 0 }
  })
  const totals = new Map([
    ["acme/site#1", work(300)],
    ["acme/site#2", work(100)],
    ["acme/tool#3", work(125)]
  ])
  const first = scoreMiners(input({ record, totals }))
  const worth = ({ scores, repositories }: ScoredEpoch) => sharesOf(measuredBy({ miners: scores, repositories }), record.repos)
  const shares = (epoch: ScoredEpoch) => [...worth(epoch)].filter(([uid]) => uid !== 0)

  it("divides each slice as far as its points reach, gives none to another repository, and recycles the rest", () => {
    // 40 of 50 points in a repository with a half of the pool, and 12.5 in one with 0.3 of it.
    assert.deepStrictEqual(shares(first), [
      [1, 300_000],
      [2, 175_000]
    ])
    assert.strictEqual(worth(first).get(0), 525_000)
  })

  it("shows what each pull request comes to alone, which anybody can compute again, though the cap left less", () => {
    const more = {
      ...record,
      pulls: { ...record.pulls, "100": [1, 4].flatMap((number) => recordOf({ "100": [pull("100", number)] }, uids).pulls["100"] ?? []) }
    }
    const capped = scoreMiners(
      input({ record: more, totals: new Map([...totals, ["acme/site#1", work(900)], ["acme/site#4", work(900)]]) })
    )
    assert.deepStrictEqual(
      capped.records.flatMap(({ uid, number, score }) => (uid === 1 ? [[number, score]] : [])),
      [
        [1, 90],
        [4, 90]
      ]
    )
    assertHonest(capped, more.repos)
    const bases = capped.miners[0]?.repositories[0]?.components.pull_requests
    assert.deepInclude(JSON.parse(JSON.stringify(bases))[1], { number: 4, base: 10, tokens: 100 })
  })

  it("keeps an earlier score with its points where evidence is missing, for a repository and for a pull request", () => {
    const missing = [{ repository: "acme/site", account: "100", why: "502" }]
    const half = { ...record, pulls: { ...record.pulls, "100": [] } }
    assert.deepStrictEqual(shares(scoreMiners(input({ record: half, totals, missing, before: remembered(7, first) }))), shares(first))
    const alone = [{ repository: "acme/site", account: "100", only: 1, why: "502" }]
    const without = new Map([...totals].filter(([key]) => key !== "acme/site#1"))
    assert.deepStrictEqual(
      shares(scoreMiners(input({ record, totals: without, missing: alone, before: remembered(7, first) }))),
      shares(first)
    )
  })
})
