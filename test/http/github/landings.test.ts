/**
 * A repository whose pull requests are scored by what their merges changed: the stand-in's repository, cloned by git, as a validator's round reads
 * it.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Either, Layer, Schema } from "effect"
import type { MergeMethod } from "../../../lab/devnet/github/state/asked.ts"
import type { FileContents } from "../../../lab/devnet/github/state/State.ts"
import { randomOf } from "../../../lab/simulation/random.ts"
import { pullRequestLines } from "../../../src/cli/score/scoreText.ts"
import { defaultRoster } from "../../../src/domain/defaultRoster.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import { parse } from "../../../src/domain/PullRequestRef.ts"
import { RosterRepositories as Repositories, type RosterRepositories, repositoriesScoredBy } from "../../../src/domain/Roster.ts"
import type { ScoredRecord } from "../../../src/domain/ScoredRecord.ts"
import { Roster, unsignedRosterOf } from "../../../src/layers/chain/roster/Roster.ts"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import * as Absences from "../../../src/layers/github/Absences.ts"
import { layerFile, layerNone } from "../../../src/layers/github/contributions/CommitCache.ts"
import { Contributions } from "../../../src/layers/github/contributions/Contributions.ts"
import { makeInMemory } from "../../../src/layers/storage/dataFolder/Watches.ts"
import { differenceOf } from "../../../src/rules/consensus/challenge.ts"
import { ofPullRequest } from "../../../src/scoring/oss_contributions/explain/scoreDocuments.ts"
import { layer as scorerLayer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { PullRequestScores, layer as scoresLayer } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { rescoreRecord } from "../../../src/scoring/oss_contributions/score/rescoreRecord.ts"
import { folder } from "../../support/folder.ts"
import { code } from "../../support/git/code.ts"
import { ago, emptyStory, NOW, place, service } from "../../support/github/contributionStory.ts"
import { CALC } from "../../support/github/gitStory.ts"
import { processes } from "../../support/processes.ts"
import { recordOf } from "../../support/validator/reports.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

const START = "export const one = 1\n\nexport const two = 2\n\nexport const three = 3\n"
const withOne = (text: string) => text.replace("one = 1", "one = 1 + 0\nexport const uno = one")
const withThree = (text: string) => text.replace("three = 3", "three = 3 - 0\nexport const tres = three")

interface Loading {
  readonly isOn?: boolean
  readonly isForWork?: boolean
  readonly now?: number
  readonly commits?: typeof layerNone
}

const UPSTREAM = RepositoryName.make("upstream/calc")
const SECOND = RepositoryName.make("acme/second")

/** The simulated repository, in which each step is a day after the one before. */
const scene = Effect.gen(function* () {
  const { control, idOf, tokens, uids, url } = yield* emptyStory()
  yield* control.createRepository({ payload: { repository: UPSTREAM, at: ago(31), files: { "up.ts": code(3) } } })
  const files = { "calc.ts": START, "other.ts": START }
  yield* control.createRepository({ payload: { repository: CALC, forkOf: UPSTREAM, at: ago(30), files } })
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
  /** What a round has of bob's pull requests. */
  const load = ({ isOn = true, isForWork = false, now = NOW, by = record, commits = layerNone }: Loading & { by?: typeof record } = {}) =>
    Effect.gen(function* () {
      const read: RosterRepositories = Schema.decodeUnknownSync(Repositories)({
        [CALC]: { emission_share: 1, ...(isOn ? { score_what_landed: true } : {}) }
      })
      const repositories = repositoriesScoredBy(read, { scoring: isForWork ? "work" : "parity" })
      const contributions = yield* service(url, tokens, {}, commits).pipe(Effect.provideService(GitHistory.GitHistory, by))
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
        record: round.record,
        missing: round.missing,
        filesOf,
        contributions,
        repositories,
        why: new Map(pulls.map((one) => [one.pr_number, one.scores_nothing ?? null]))
      }
    })
  return { control, idOf, open, merge, revert, load, now: () => (ago(day) + 1_000) * 1_000 }
})

const SHOWN = recordOf(1, 1, {
  repository: CALC,
  side: "finder",
  base: null,
  head: null,
  methods: { "tree-diff": 1 },
  tokens: 5,
  source: 5,
  total: 5,
  score: 2
})

const CALC_TS = { path: "calc.ts", base: START, head: withOne(START) }

describe.skipIf(!hasGit)("a merge in a repository that is scored for work", () => {
  const MEASURE = `export const measure = (rows: ReadonlyArray<number>): number => {
  let total = 0
  for (const row of rows) if (row > 2) total += row * 3
  return total
}
`
  /** Three hundred lines, no twelve of which repeat or stand in another guide. */
  const WORDS = ["it", "measures", "doors", "and", "their", "hinges", "before", "they", "squeak"]
  /** Prose in which no run of words comes twice. */
  const guideOf = (seed: number): string => {
    const random = randomOf(seed, "guide")
    const line = () => `${Array.from({ length: 12 }, () => WORDS[random.below(WORDS.length)]).join(" ")}.\n`
    return Array.from({ length: 300 }, line).join("")
  }
  const HEADER = "// Copyright (c) 2019 Somebody Else\nexport const foreign = 1\n"

  it.scopedLive("comes with who can push, who approved its head and who merged it, and with none of it by other rules", () =>
    Effect.gen(function* () {
      const { control, idOf, load, merge, open } = yield* scene
      const first = yield* open(CALC_TS)
      yield* control.review({ payload: { ...place(CALC, first), by: "dora", state: "APPROVED", at: ago(18.5) } })
      yield* control.review({ payload: { ...place(CALC, first), by: "cleo", state: "APPROVED", at: ago(18.4) } })
      yield* control.review({ payload: { ...place(CALC, first), by: "cleo", state: "CHANGES_REQUESTED", at: ago(18.3) } })
      yield* merge(first)
      const { missing, pulls, record } = yield* load({ isForWork: true })
      assert.deepStrictEqual(missing, [])
      assert.include(record.pushers_by_repo?.[CALC] ?? [], idOf("ada"))
      for (const login of ["bob", "cleo", "dora"]) assert.notInclude(record.pushers_by_repo?.[CALC] ?? [], idOf(login))
      assert.deepInclude(pulls[0], { merged_by_github_id: idOf("ada"), head_approved_by: [idOf("dora")] })
      const other = yield* load()
      assert.isUndefined(other.record.pushers_by_repo)
      assert.isFalse(Object.hasOwn(other.pulls[0] ?? {}, "head_approved_by"))
    })
  )

  it.scopedLive("is told by the tree before it which files are nobody's work there, and not by its own attributes", () =>
    Effect.gen(function* () {
      const { load, merge, open } = yield* scene
      const before = yield* open(
        { path: ".gitattributes", base: null, head: "made/** linguist-generated\nvendor/own.ts -linguist-vendored\n" },
        { path: "licensed.ts", base: null, head: "// Copyright 2024 The Calc Authors\nexport const ours = 1\n" }
      )
      yield* merge(before)
      const change = yield* open(
        {
          path: ".gitattributes",
          base: "made/** linguist-generated\nvendor/own.ts -linguist-vendored\n",
          head: "plain.ts linguist-vendored\n"
        },
        { path: "made/a.ts", base: null, head: START },
        { path: "vendor/own.ts", base: null, head: START },
        { path: "plain.ts", base: null, head: START },
        { path: "known.ts", base: null, head: "// Copyright (c) 2025 The Calc Authors. All rights reserved.\nexport const known = 1\n" },
        { path: "foreign.ts", base: null, head: HEADER }
      )
      yield* merge(change)
      const { contributions, pulls } = yield* load({ isForWork: true })
      const of = (number: number) => {
        const { base_sha, head_sha } = pulls.find(({ pr_number }) => pr_number === number) ?? {}
        return contributions.parentsOf({ repository: CALC, number, base: base_sha ?? "", head: head_sha ?? "" })
      }
      const parentOf = yield* of(change)
      assert.deepStrictEqual(["made/a.ts", "vendor/own.ts", "plain.ts", "known.ts", "foreign.ts"].map(parentOf), [
        { declared: "foreign" },
        { declared: "own" },
        { declared: null },
        { declared: null },
        { declared: null, strangersLicence: "somebody else" }
      ])
      assert.strictEqual((yield* of(before))("licensed.ts").strangersLicence, "the calc authors")
      const failed = yield* Effect.either(
        contributions.parentsOf({ repository: CALC, number: 99, base: "0".repeat(40), head: "1".repeat(40) })
      )
      assert.isTrue(Either.isLeft(failed))
    })
  )

  it.scopedLive("is told file by file how much of what it adds was had before, also in what was removed since", () =>
    Effect.gen(function* () {
      const { load, merge, open } = yield* scene
      const [ONE, OTHER] = [code(1), code(2)]
      const first = yield* open({ path: "one.ts", base: null, head: ONE })
      yield* merge(first)
      const gone = yield* open({ path: "one.ts", base: ONE, head: null })
      yield* merge(gone)
      const both = yield* open(
        { path: "again.ts", base: null, head: ONE.replaceAll("value", "result") },
        { path: "new.ts", base: null, head: OTHER },
        { path: "sync.ts", base: null, head: code(3) }
      )
      yield* merge(both)
      const { contributions, pulls, repositories } = yield* load({ isForWork: true })
      const work = pulls.flatMap(({ author_github_id: author, base_sha, created_at, head_sha, merged_at, pr_number: number }) =>
        merged_at === null
          ? []
          : [
              {
                repository: CALC,
                number,
                author,
                base: base_sha ?? "",
                head: head_sha ?? "",
                openedAt: created_at,
                mergedAt: merged_at,
                tokens: 200
              }
            ]
      )
      const shares = yield* contributions.hadShares({ repositories, extensions: ["ts"] }, work)
      const of = (number: number) => shares.get(`${CALC}#${number}`)
      assert.deepStrictEqual([of(first)?.whole, of(gone)?.whole], [0, 0])
      // The last one stands in the repository that this one is a fork of.
      assert.deepStrictEqual(
        ["again.ts", "new.ts", "sync.ts"].map((path) => of(both)?.of(path)),
        [1_000_000, 0, 1_000_000]
      )
      assert.closeTo(of(both)?.whole ?? 0, 666_000, 20_000)
    })
  )

  it.scopedLive(
    "is measured in part while GitHub does not show a repository of the roster, or what a fork is of, until it is proved to be gone",
    () =>
      Effect.gen(function* () {
        const { control, load, merge, open } = yield* scene
        yield* control.createRepository({ payload: { repository: SECOND, at: ago(30), files: { "a.ts": START } } })
        yield* merge(yield* open({ path: "one.ts", base: null, head: code(1) }))
        const world = { block: 0 }
        const absences = yield* Absences.make({ watches: yield* makeInMemory, block: Effect.sync(() => world.block), needed: 1 })
        const { contributions, pulls, repositories } = yield* load({ isForWork: true }).pipe(
          Effect.provideService(Absences.Absences, absences)
        )
        const both = Object.fromEntries(Object.values(repositories).flatMap((one) => [CALC, SECOND].map((name) => [name, one])))
        const [pull] = pulls
        const isPartial = (tokens: number) =>
          Effect.map(
            contributions.hadShares({ repositories: both, extensions: ["ts"] }, [
              {
                repository: CALC,
                number: pull?.pr_number ?? 0,
                author: pull?.author_github_id ?? "",
                base: pull?.base_sha ?? "",
                head: pull?.head_sha ?? "",
                openedAt: pull?.created_at ?? 0,
                mergedAt: pull?.merged_at ?? 0,
                tokens
              }
            ]),
            (shares) => [...shares.values()].map((share) => share.isPartial)
          )
        assert.deepStrictEqual(yield* isPartial(200), [false])
        for (const status of [404, 451]) {
          yield* control.addFault({ payload: { fault: { _tag: "Status", status, message: "no", path: `^/repos/${SECOND}$`, times: 10 } } })
          assert.deepStrictEqual(yield* Effect.forEach([200, 20], isPartial), [[true], [false]], `${status}`)
          yield* control.removeFaults({ payload: {} })
        }
        assert.deepStrictEqual(yield* isPartial(200), [false])
        for (const repository of [SECOND, UPSTREAM]) {
          yield* control.changeRepository({ payload: { repository, private: true } })
          assert.deepStrictEqual(yield* isPartial(200), [true], repository)
          world.block++
          assert.deepStrictEqual(yield* isPartial(200), [false], repository)
        }
      })
  )

  it.scopedLive("is paid half for what another account landed meanwhile, and nothing for what GitHub says that its own landed", () =>
    Effect.gen(function* () {
      const { idOf, load, merge, open } = yield* scene
      const text = code(1)
      const first = yield* open({ path: "one.ts", base: null, head: text })
      const again = yield* open({ path: "again.ts", base: null, head: text.replaceAll("value", "result") })
      yield* merge(first, "merge")
      yield* merge(again)
      const { contributions, pulls, repositories } = yield* load({ isForWork: true })
      const one = pulls.find(({ pr_number }) => pr_number === again)
      const shareBy = (author: string) =>
        Effect.map(
          contributions.hadShares({ repositories, extensions: ["ts"] }, [
            {
              repository: CALC,
              number: again,
              author,
              base: one?.base_sha ?? "",
              head: one?.head_sha ?? "",
              openedAt: one?.created_at ?? 0,
              mergedAt: one?.merged_at ?? 0,
              tokens: 200
            }
          ]),
          (shares) => shares.get(`${CALC}#${again}`)?.whole
        )
      assert.strictEqual(one?.author_github_id, idOf("bob"))
      assert.deepStrictEqual(yield* Effect.forEach([idOf("bob"), idOf("cleo")], shareBy), [1_000_000, 500_000])
    })
  )

  it.scopedLive("is explained by gittensor score file by file, with the rule that took something", () =>
    Effect.gen(function* () {
      const { load, merge, open } = yield* scene
      const number = yield* open(
        { path: "src/measure.ts", base: null, head: MEASURE },
        { path: "vendor/lib.ts", base: null, head: MEASURE },
        { path: "foreign.ts", base: null, head: HEADER },
        { path: "made.ts", base: null, head: `// Code generated by a tool. DO NOT EDIT.\n${MEASURE}` },
        { path: "guide.md", base: null, head: guideOf(1) },
        { path: "more.md", base: null, head: guideOf(2) },
        { path: "most.md", base: null, head: guideOf(3) }
      )
      yield* merge(number)
      const { contributions, repositories } = yield* load({ isForWork: true })
      const services = scoresLayer.pipe(
        Layer.provideMerge(
          Layer.merge(Layer.succeed(Contributions, contributions), Layer.provide(scorerLayer({ processes: 1 }), processes))
        ),
        Layer.provideMerge(Layer.succeed(Roster, Roster.of({ ...unsignedRosterOf(defaultRoster), repositories })))
      )
      const document = yield* ofPullRequest(yield* parse(`${CALC}#${number}`), NOW).pipe(Effect.provide(services))
      assert.deepStrictEqual(
        document.files.map(({ path, work }) => [path, work?.kind]),
        [
          ["foreign.ts", "nothing"],
          ["guide.md", "small"],
          ["made.ts", "nothing"],
          ["more.md", "small"],
          ["most.md", "small"],
          ["src/measure.ts", "code"],
          ["vendor/lib.ts", "nothing"]
        ]
      )
      const { counted = 0, code = 0 } = document.work ?? {}
      assert.closeTo(counted, code + 50, 1e-9)
      assert.closeTo(document.base.base_score, counted / 10, 1e-9)
      const said = pullRequestLines(document).join(" ").replaceAll(/\s+/g, " ")
      for (const words of [
        "vendor/lib.ts counts nothing: its path says that it is vendored",
        "made.ts counts nothing: its form says that a program wrote it",
        "foreign.ts counts nothing: it is new and names a licence or an owner that no file of the repository named before: somebody else",
        "tests, documents, configuration, data, files of which only leaves differ, and tokens beyond 1.5 for each word that could be compared count at most 50 tokens together"
      ])
        assert.include(said, words)
    })
  )

  it.scopedLive("has who moved its branch read once: a later round asks for newer moves alone, and comes to the same", () =>
    Effect.gen(function* () {
      const { idOf, load, merge, now, open } = yield* scene
      yield* merge(yield* open(CALC_TS))
      const commits = layerFile(join(yield* folder, "commits.sqlite"))
      const early = yield* load({ isForWork: true, now: now(), commits })
      yield* merge(yield* open({ path: "b.ts", base: null, head: START }))
      const kept = yield* load({ isForWork: true, commits })
      const fresh = yield* load({ isForWork: true })
      assert.deepStrictEqual([early.missing, kept.missing], [[], []])
      assert.include(early.record.pushers_by_repo?.[CALC] ?? [], idOf("ada"))
      assert.deepStrictEqual(kept.record, fresh.record)
      // As of before, with all of the later moves known.
      assert.deepStrictEqual((yield* load({ isForWork: true, now: early.record.now, commits })).record, early.record)
    })
  )
})

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
      const back = "it was taken back: 1 of 1 changed lines are as they were before"
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
      const { base_sha: base, head_sha: head, author_github_id: author, merged_at: mergedAt } = pulls[0] ?? assert.fail("it was merged")
      const shown: ScoredRecord = { ...SHOWN, number: first, base, head, author, mergedAt }
      const roster = { ...unsignedRosterOf(defaultRoster), repositories }
      const again = (moment: number) =>
        rescoreRecord(shown, { now: moment }).pipe(
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
