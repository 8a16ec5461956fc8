/**
 * A repository whose pull requests are scored by what their merges changed: the stand-in's repository, cloned by git, as a validator's round reads
 * it.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Either, Layer, Schema } from "effect"
import type { MergeMethod } from "../../../lab/devnet/github/state/merges.ts"
import type { FileContents } from "../../../lab/devnet/github/state/State.ts"
import { differenceOf } from "../../../src/consensus/rules/challenge.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { RosterRepositories as Repositories, type RosterRepositories } from "../../../src/domain/Roster.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { Roster, unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import { PullRequestScores } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { rescoreRecord } from "../../../src/scoring/oss_contributions/score/rescoreRecord.ts"
import { folder } from "../../support/folder.ts"
import { ago, emptyStory, NOW, place, service } from "../../support/github/contributionStory.ts"
import { CALC } from "../../support/github/gitStory.ts"
import { processes } from "../../support/processes.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

const START = "export const one = 1\n\nexport const two = 2\n\nexport const three = 3\n"
const withOne = (text: string) => text.replace("one = 1", "one = 1 + 0\nexport const uno = one")
const withThree = (text: string) => text.replace("three = 3", "three = 3 - 0\nexport const tres = three")

/** The simulated repository, in which each step is a day after the preceding one. */
const scene = Effect.gen(function* () {
  const { control, idOf, tokens, uids, url } = yield* emptyStory()
  yield* control.createRepository({ payload: { repository: CALC, at: ago(30), files: { "calc.ts": START, "other.ts": START } } })
  yield* control.changeRepository({ payload: { repository: CALC, members: ["ada"], at: ago(30) } })
  let day = 20
  const open = (...contents: ReadonlyArray<FileContents>) =>
    control
      .openPullRequest({ payload: { repository: CALC, title: `Change ${contents[0]?.path}`, author: "bob", contents, at: ago(--day) } })
      .pipe(Effect.map(({ number }) => number))
  const merge = (number: number, method: MergeMethod = "squash") =>
    control.mergePullRequest({ payload: { ...place(CALC, number), by: "ada", method, at: ago(--day) } })
  const revert = (number: number) => control.revertPullRequest({ payload: { ...place(CALC, number), by: "ada", at: ago(--day) } })
  const layer = GitHistory.layer(join(yield* folder, "clones")).pipe(Layer.provide(processes))
  const record = Context.get(yield* Layer.build(layer), GitHistory.GitHistory)
  /** A round's record of bob's pull requests. */
  const load = ({ isOn = true, now = NOW, by = record }: { isOn?: boolean; now?: number; by?: typeof record } = {}) =>
    Effect.gen(function* () {
      const repositories: RosterRepositories = Schema.decodeUnknownSync(Repositories)({
        [CALC]: { emission_share: 1, ...(isOn ? { score_what_landed: true } : {}) }
      })
      const contributions = yield* service(url, tokens).pipe(Effect.provideService(GitHistory.GitHistory, by))
      const round = yield* contributions.load({ now, repositories, uids })
      const pulls = round.record.pulls[idOf("bob")] ?? []
      const filesOf = (number: number) => {
        const one = pulls.find(({ pr_number }) => pr_number === number)
        return Effect.map(
          contributions.filesOf({ repository: CALC, number, base: one?.base_sha ?? "", head: one?.head_sha ?? "" }, () => true),
          ({ files }) => files.map(({ base, head, path }) => ({ path, base, head }))
        )
      }
      return {
        pulls,
        missing: round.missing,
        filesOf,
        contributions,
        repositories,
        why: new Map(pulls.map((one) => [one.pr_number, one.scores_nothing ?? null]))
      }
    })
  return { control, open, merge, revert, load, now: () => (ago(day) + 1_000) * 1_000 }
})

const SHOWN: ScoredRecord = {
  repository: CALC,
  number: 1,
  base: null,
  head: null,
  state: "MERGED",
  methods: { "tree-diff": 1 },
  tokens: 5,
  source: 5,
  total: 5,
  score: 2,
  author: null,
  finder: null
}

const CALC_TS = { path: "calc.ts", base: START, head: withOne(START) }

describe.skipIf(!hasGit)("a merge that scores what it changed", () => {
  it.scopedLive("is a squash, a merge commit or all commits of a rebase, against what the branch was before", () =>
    Effect.gen(function* () {
      const { load, merge, open } = yield* scene
      const squashed = yield* open(CALC_TS)
      yield* merge(squashed)
      const merged = yield* open({ path: "merged.ts", base: null, head: START })
      yield* merge(merged, "merge")
      const rebased = yield* open({ path: "a.ts", base: null, head: START }, { path: "b.ts", base: null, head: START })
      yield* merge(rebased, "rebase")
      const { filesOf, missing, why } = yield* load()
      assert.deepStrictEqual(missing, [])
      assert.deepStrictEqual([...why.values()], [null, null, null])
      assert.deepStrictEqual(yield* filesOf(squashed), [CALC_TS])
      assert.deepStrictEqual(yield* filesOf(merged), [{ path: "merged.ts", base: null, head: START }])
      assert.deepStrictEqual(
        (yield* filesOf(rebased)).map(({ path }) => path),
        ["a.ts", "b.ts"]
      )
    })
  )

  it.scopedLive("has only its own lines where it was stacked on another one, and scores nothing where the branch had all of it", () =>
    Effect.gen(function* () {
      const { load, merge, open } = yield* scene
      const first = yield* open(CALC_TS)
      const stacked = yield* open({ path: "calc.ts", base: START, head: withThree(withOne(START)) })
      const empty = yield* open(CALC_TS, { path: "other.ts", base: START, head: START })
      yield* merge(first)
      yield* merge(empty)
      yield* merge(stacked)
      const on = yield* load()
      assert.deepStrictEqual(
        [first, stacked, empty].map((number) => on.why.get(number)),
        [null, null, "the default branch had all of it already"]
      )
      assert.deepStrictEqual(yield* on.filesOf(stacked), [{ path: "calc.ts", base: withOne(START), head: withThree(withOne(START)) }])
      // Without the rule, both have all lines of their comparison.
      const off = yield* load({ isOn: false })
      assert.deepStrictEqual(yield* off.filesOf(stacked), [{ path: "calc.ts", base: START, head: withThree(withOne(START)) }])
      assert.deepStrictEqual([...off.why.values()], [null, null, null])
    })
  )

  it.scopedLive("scores nothing from its revert on, again when that is reverted, and once when it is repeated", () =>
    Effect.gen(function* () {
      const { load, merge, now, open, revert } = yield* scene
      const first = yield* open(CALC_TS)
      yield* merge(first)
      const before = now()
      yield* revert(first)
      const reverted = now()
      const again = yield* open(CALC_TS)
      yield* merge(again)
      const repeated = now()
      yield* revert(again)
      assert.isNull((yield* load({ now: before })).why.get(first))
      const back = "it was taken back: 3 of 3 changed lines are as they were before"
      assert.strictEqual((yield* load({ now: reverted })).why.get(first), back)
      const twice = yield* load({ now: repeated })
      assert.deepStrictEqual([twice.why.get(first), twice.why.get(again)], [null, `#${first} brought the same change before`])
      const last = yield* load()
      assert.deepStrictEqual([last.why.get(again), last.why.get(first)], [back, back])
    })
  )

  it.scopedLive("is wrong in a report that goes on scoring it, and unclear about when it was reverted", () =>
    Effect.gen(function* () {
      const { load, merge, now, open, revert } = yield* scene
      const first = yield* open(CALC_TS)
      yield* merge(first)
      yield* revert(first)
      const at = now()
      const { contributions, repositories, pulls } = yield* load()
      const { base_sha: base = null, head_sha: head = null } = pulls[0] ?? {}
      const shown: ScoredRecord = { ...SHOWN, number: first, base, head }
      const roster = { ...unsignedRosterOf(defaultRoster), repositories }
      const again = (moment: number) =>
        rescoreRecord(shown, { now: moment, sameProgram: true }).pipe(
          Effect.provideService(Contributions, contributions),
          Effect.provideService(Roster, Roster.of(roster)),
          Effect.provideService(
            PullRequestScores,
            PullRequestScores.of({ ofPullRequest: () => Effect.die("its files are read"), readAhead: () => Effect.void, atOnce: 1 })
          ),
          Effect.either
        )
      const late = yield* again(NOW)
      const difference = Either.isRight(late) && late.right !== null ? differenceOf(shown, late.right) : undefined
      assert.match(difference ?? "", new RegExp(`^acme/calc#${first} scores nothing: it was taken back`))
      assert.isTrue(Either.isLeft(yield* again(at)))
    })
  )

  it.scopedLive("is missing, and not nothing, where git or the list of pushes cannot be had", () =>
    Effect.gen(function* () {
      const { control, load, merge, open } = yield* scene
      const first = yield* open(CALC_TS)
      yield* merge(first)
      const none = yield* Effect.provide(GitHistory.GitHistory, Context.empty())
      const { missing, why } = yield* load({ by: none })
      assert.deepStrictEqual(
        missing.map(({ only }) => only),
        [first]
      )
      assert.isNull(why.get(first))
      yield* control.addFault({
        payload: { fault: { _tag: "Status", status: 404, message: "Not Found", path: "/activity", times: 1_000 } }
      })
      assert.deepStrictEqual(
        (yield* load()).missing.map(({ only }) => only),
        [first]
      )
    })
  )
})
