/** A report's records, scored again from GitHub: honest ones stay right, whatever happens to the repositories, and false ones are wrong. */
import { assert, describe } from "@effect/vitest"
import { Effect, Either, Layer } from "effect"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { type MeasuredRecord, RecordUnclear } from "../../../src/domain/MeasuredRecord.ts"
import type { ConsentRules } from "../../../src/domain/Roster.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { Roster, unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import { differenceOf } from "../../../src/rules/consensus/challenge.ts"
import { scoreMiners } from "../../../src/rules/contributions/epochScores.ts"
import { methodsOf } from "../../../src/rules/contributions/files/totals.ts"
import { layer as scorerLayer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { layer as scoresLayer } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { rescoreRecord } from "../../../src/scoring/oss_contributions/score/rescoreRecord.ts"
import { loadAndScoreFiles } from "../../../src/scoring/oss_contributions/score/scoreLoadedFiles.ts"
import { ago, fullStory, NOW, place, service, WIDGETS } from "../../support/github/contributionStory.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { processes } from "../../support/processes.ts"
import { parityRoster } from "../../support/roster/parity.ts"
import { hotkey } from "../../support/rules/world.ts"

/** The records of an honest validator's report of the story, and another validator's rescoring. */
const reported = Effect.gen(function* () {
  const { url, control, tokens, request } = yield* fullStory()
  const roster = { ...unsignedRosterOf(parityRoster), repositories: request.repositories }
  const scorer = Layer.provide(scorerLayer(), processes)
  const asking = (consent: ConsentRules = roster.consent) =>
    Layer.provideMerge(scoresLayer, Layer.merge(Layer.scoped(Contributions, service(url, tokens)), scorer)).pipe(
      Layer.provideMerge(Layer.succeed(Roster, Roster.of({ ...roster, consent })))
    )
  const { record, totals, files, missing } = yield* Effect.provide(loadAndScoreFiles(request), asking())
  const repos = Object.fromEntries(
    Object.entries(record.repos).map(([name, one]) => [
      name,
      { ...one, eligibility: { ...one.eligibility, min_valid_merged_prs: 1, min_credibility: 0 } }
    ])
  )
  const { records } = scoreMiners({
    record: { ...record, repos },
    totals,
    methods: new Map([...files].map(([key, scored]) => [key, methodsOf(scored.files)])),
    missing,
    hotkeys: new Map([0, 1, 2].map((uid) => [uid, hotkey(uid)])),
    unlinked: new Map(),
    before: undefined
  })
  /** Another validator's rescoring of a record, with empty caches. */
  const again = (one: ScoredRecord, { now = NOW, consent = roster.consent } = {}) =>
    rescoreRecord(one, { now }).pipe(Effect.provide(asking(consent)), Effect.either)
  /** The validator's faults of a report with this record. */
  const faults = (one: ScoredRecord, measured: MeasuredRecord | null) =>
    [measured === null ? `${one.repository}#${one.number} is not a pull request that scores` : differenceOf(one, measured)].filter(
      (why) => why !== undefined
    )
  const judge = (one: ScoredRecord, options: Parameters<typeof again>[1] = {}) =>
    Effect.map(again(one, options), (found) => (Either.isLeft(found) ? "unclear" : faults(one, found.right)))
  const named = (name: string): ScoredRecord => {
    const found = records.find(({ repository, number }) => `${repository}#${number}` === name)
    if (found === undefined) throw new RangeError(`there is no record of ${name}`)
    return found
  }
  return { control, records, again, judge, named }
})

const [MERGED, OPEN] = ["acme/widgets#3", "acme/widgets#4"]

describe("a record scored again", () => {
  inEachVersion("is right if it was, for merged and open ones", () =>
    Effect.gen(function* () {
      const { records, again, judge } = yield* reported
      assert.deepStrictEqual(
        records.map(({ repository, number, state }) => [`${repository}#${number}`, state]),
        [
          [MERGED, "MERGED"],
          [OPEN, "OPEN"]
        ]
      )
      for (const one of records) {
        assert.isAbove(one.tokens, 0)
        assert.deepStrictEqual(Either.getOrThrow(yield* again(one)), one)
        assert.deepStrictEqual(yield* judge(one), [])
      }
    })
  )

  inEachVersion("is wrong where maintainers wanted nothing, but not of a stranger who solved a miner's issue", () =>
    Effect.gen(function* () {
      const { judge, named } = yield* reported
      const merged = named(MERGED)
      const consent = { consent: "asked" } as const
      assert.isAbove((yield* judge(merged, { consent })).length, 0)
      assert.deepStrictEqual(yield* judge({ ...merged, side: "finder" }, { consent }), [])
    })
  )

  inEachVersion("is wrong with other scores, commits or files, if it was not merged, and if it is none that scores", () =>
    Effect.gen(function* () {
      const { judge, named } = yield* reported
      const [merged, open] = [named(MERGED), named(OPEN)]
      for (const one of [merged, open])
        for (const more of [
          { score: one.score + 1 },
          { tokens: one.tokens * 2 },
          { source: 0 },
          { total: one.total + 0.01 },
          { methods: {} },
          { author: "7" },
          { decay: 0.5 },
          { mergedAt: NOW - 3_600_000_000 }
        ])
          assert.lengthOf(yield* judge({ ...one, ...more }), 1, JSON.stringify(more))
      assert.deepStrictEqual(yield* judge({ ...merged, score: merged.score + 1 }), [
        `${MERGED} has score ${merged.score + 1}, and scored again ${merged.score}`
      ])
      assert.deepStrictEqual(yield* judge({ ...merged, head: open.head }), [
        `${MERGED} has head ${open.head}, and scored again ${merged.head}`
      ])
      assert.deepStrictEqual(yield* judge({ ...merged, base: open.head }), [
        `${MERGED} has base ${open.head}, and scored again ${merged.base}`
      ])
      assert.deepStrictEqual(yield* judge({ ...open, state: "MERGED" }), [`${OPEN} has state MERGED, and scored again OPEN`])
      assert.deepStrictEqual(yield* judge({ ...merged, state: "OPEN" }), [`${MERGED} has state OPEN, and scored again MERGED`])
      assert.deepStrictEqual(yield* judge({ ...merged, number: 1 }), ["acme/widgets#1 is not a pull request that scores"], "an issue")
      const elsewhere = { ...merged, repository: "acme/gizmos" }
      assert.deepStrictEqual(yield* judge(elsewhere), ["acme/gizmos#3 is not a pull request that scores"], "not in the roster")
      // More unavailable files are no excuse for a higher score.
      const excused = { ...merged, methods: { "skipped-crash": 1, "line-count": 1 } }
      assert.strictEqual(yield* judge({ ...excused, tokens: 0, source: 0, total: 0, score: 0 }), "unclear")
      assert.lengthOf(yield* judge(excused.score === 0 ? excused : { ...excused, score: merged.score + 1 }), 1)
    })
  )

  inEachVersion("is unclear where the record may have been right then", () =>
    Effect.gen(function* () {
      const { judge, named } = yield* reported
      const [merged, open] = [named(MERGED), named(OPEN)]
      const lie = { ...merged, score: 999 }
      assert.strictEqual(yield* judge({ ...open, head: merged.head }), "unclear", "somebody pushed since")
      assert.strictEqual(yield* judge({ ...merged, number: 77 }), "unclear", "there is none any more")
      const mergedAt = ago(16) * 1_000
      for (const minutes of [-59, 0, 59]) assert.strictEqual(yield* judge(lie, { now: mergedAt + minutes * 60_000_000 }), "unclear")
      assert.lengthOf(yield* judge(lie, { now: mergedAt + 61 * 60_000_000 }), 1)
      assert.deepStrictEqual(yield* judge(merged, { now: mergedAt - 61 * 60_000_000 }), [
        `${MERGED} has state MERGED, and scored again OPEN`
      ])
      assert.strictEqual(yield* judge({ ...lie, kept: 3 }), "unclear", "an earlier roster may have scored it")
      assert.deepStrictEqual(yield* judge({ ...merged, kept: 3 }), [], "it was scored as it is by the present one")
      assert.deepStrictEqual(yield* judge({ ...merged, author: null }), [], "GitHub did not name a deleted account then")
    })
  )

  inEachVersion("is unclear when GitHub fails, or the repository is gone, private or called otherwise", () =>
    Effect.gen(function* () {
      const { control, again, judge, named } = yield* reported
      const lie = { ...named(MERGED), score: 999 }
      for (const path of ["^/repos", "^/graphql", "/compare/"]) {
        yield* control.addFault({
          payload: { fault: { _tag: "Status", status: 403, message: "Resource not accessible", path, times: 1_000 } }
        })
        const found = yield* again(lie)
        assert.isTrue(Either.isLeft(found) && found.left instanceof RecordUnclear, path)
        yield* control.removeFaults({ payload: {} })
      }
      assert.lengthOf(yield* judge(lie), 1)
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: true } })
      assert.strictEqual(yield* judge(lie), "unclear")
      yield* control.changeRepository({ payload: { repository: WIDGETS, private: false } })
      assert.lengthOf(yield* judge(lie), 1)
      const renamed = RepositoryName.make("acme/wodgets")
      yield* control.changeRepository({ payload: { repository: WIDGETS, name: renamed } })
      assert.strictEqual(yield* judge(lie), "unclear")
      yield* control.changeRepository({ payload: { repository: renamed, name: WIDGETS } })
      assert.lengthOf(yield* judge(lie), 1)
      yield* control.changeRepository({ payload: { repository: WIDGETS, deleted: true } })
      assert.strictEqual(yield* judge(lie), "unclear")
    })
  )

  inEachVersion("stays right when an open pull request is merged, closed or reviewed since", () =>
    Effect.gen(function* () {
      const { control, judge, named } = yield* reported
      yield* control.review({ payload: { ...place(WIDGETS, 4), by: "ada", state: "CHANGES_REQUESTED", at: ago(-0.01) } })
      yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 4), by: "ada", at: ago(-0.1) } })
      yield* control.edit({ payload: { ...place(WIDGETS, 3), by: "bob", title: "Oil it well", at: ago(-0.1) } })
      for (const name of [OPEN, MERGED]) assert.deepStrictEqual(yield* judge(named(name)), [])
    })
  )
})
