/** How much of landed work was had before: asked of git's own repositories on a server. */
import { spawnSync } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Either, Layer } from "effect"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import * as CommitCache from "../../../src/layers/github/contributions/CommitCache.ts"
import * as HadBefore from "../../../src/layers/github/contributions/HadBefore.ts"
import { GitHubUnavailable } from "../../../src/layers/github/errors.ts"
import { hadShare } from "../../../src/rules/contributions/had.ts"
import { folder } from "../../support/folder.ts"
import { code } from "../../support/git/code.ts"
import { Made } from "../../support/git/made.ts"
import { served } from "../../support/git/served.ts"
import { processes } from "../../support/processes.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

/** Seconds since 1970: the committer's clock of a commit that is made "at" a day is an hour later. */
const day = (number: number): number => 1_700_000_000 + number * 86_400
/** Milliseconds since 1970, well after the commit of a day. */
const after = (number: number): number => (day(number) + 43_200) * 1_000

interface More {
  /** Its author's account. */
  readonly author?: string
  readonly isLarge?: boolean
  /** The day on which its pull request was opened. */
  readonly opened?: number
  readonly places?: ReadonlyArray<GitHistory.RecordedRepository>
  readonly isAll?: boolean
}

/** Two repositories of the roster on a server, and the service. */
const scene = Effect.gen(function* () {
  const root = yield* folder
  const own = new Made(join(root, "served", "own"), join(root, "own"))
  const other = new Made(join(root, "served", "other"), join(root, "other"))
  const server = yield* served(join(root, "served"))
  const record = GitHistory.layer(join(root, "clones")).pipe(
    Layer.provide(processes),
    Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["GITTENSOR_GITHUB_URL", server.url]]))))
  )
  const commits = CommitCache.layerFile(join(root, "commits.sqlite"))
  /** What GitHub says of commits: whose pull request brought one, and on which day; "unavailable": it does not answer. */
  const gitHub = { brought: new Map<string, readonly [author: string, day: number]>(), isThere: true }
  const whoBrought: HadBefore.WhoBrought = (_, asked) =>
    gitHub.isThere
      ? Effect.succeed(
          new Map(
            asked.flatMap((commit) => {
              const [author, merged] = gitHub.brought.get(commit) ?? []
              return author === undefined ? [] : [[commit, [{ author, mergedAt: day(merged ?? 0) * 1_000 }]] as const]
            })
          )
        )
      : new GitHubUnavailable({ operation: "read who brought commits", why: "it is away" })
  /** The ids of the repositories that git was asked about, and of those whose contents are beyond a limit. */
  const git = { asked: [] as number[], beyond: new Set<number>() }
  const watched = Layer.effect(
    GitHistory.GitHistory,
    Effect.map(GitHistory.GitHistory, (real) => ({
      ...real,
      skipsCopiesIn: ({ id }) => Effect.succeed(git.beyond.has(id)),
      ask: (repository, question) => {
        git.asked.push(repository.id)
        return git.beyond.has(repository.id)
          ? new GitHistory.NoGitRecord({ url: repository.url, why: "it is too much", isLasting: true })
          : real.ask(repository, question)
      }
    }))
  ).pipe(Layer.provide(record))
  const measure = yield* Effect.provide(HadBefore.make(whoBrought), yield* Layer.build(Layer.merge(watched, commits)))
  const repositories = { own: { id: 7, url: `${server.url}/own.git` }, other: { id: 8, url: `${server.url}/other.git` } }
  const roster = [repositories.own, repositories.other]
  /** What the service says of work in `own` that landed on a day: a share, or why there is none. */
  const measured = (
    base: string,
    head: string,
    landed: number,
    { author = "1", isAll = true, isLarge = true, opened = landed, places = roster }: More = {}
  ) =>
    Effect.map(
      measure({ roster: places, isAll, extensions: ["ts", "py"] }, [
        { repository: repositories.own, number: 1, author, base, head, openedAt: after(opened), landedAt: after(landed), isLarge }
      ]),
      (all) =>
        Either.match([...all.values()][0] ?? Either.left({ message: "nothing" }), {
          onLeft: ({ message }) => ({ share: message, isPartial: false }),
          onRight: ({ files, isPartial }) => ({ share: hadShare(files), isPartial })
        })
    )
  const shareOf = (...asked: Parameters<typeof measured>) => Effect.map(measured(...asked), ({ share }) => share)
  return { root, own, other, server, repositories, roster, git, gitHub, measured, shareOf }
})

const [ONE, OTHER, THIRD] = [code(1), code(2), code(3)]
/** The same code by other names. */
const renamed = (text: string) => text.replace(/value/g, "result")

describe.skipIf(!hasGit)("copied work", () => {
  it.scopedLive("is what any repository of the roster had when it landed: other ones at that time, its own just before it", () =>
    Effect.gen(function* () {
      const { other, own, shareOf } = yield* scene
      const first = own.commit("first", { "a.ts": ONE, "notes.md": THIRD }, { at: day(0) })
      own.on("work", "main")
      const copied = own.commit("copied", { "b.ts": renamed(OTHER), "c.md": ONE }, { at: day(1) })
      const moved = own.commit("moved", { "b.ts": null, "a.ts": null, "d/a.ts": ONE, "e.py": renamed(ONE) }, { at: day(1) })
      const honest = own.commit(
        "honest",
        { "d/a.ts": null, "g.ts": ONE.replace("value9 =", "value9 = new +"), "f.ts": THIRD },
        { at: day(1) }
      )
      own.publish({ 1: "work" })
      other.commit("first", { "x.ts": code(4) }, { at: day(0) })
      other.commit("second", { "y.py": OTHER }, { at: day(2) })
      other.commit("third", { "y.py": code(5) }, { at: day(5) })
      other.publish()
      // Before the other repository had it, while it had it, and afterwards.
      const shares = yield* Effect.forEach([1, 3, 6], (landed) => shareOf(first, copied, landed))
      assert.deepStrictEqual(shares, [0, 1_000_000, 0])
      // The same under another name is a copy. A renamed file is compared with what it was, and one that was changed as well brings what was changed.
      assert.strictEqual(yield* shareOf(first, moved, 1), 1_000_000)
      assert.strictEqual(yield* shareOf(moved, honest, 3), 0)
    })
  )

  it.scopedLive("does not change with what is dated back later, nor with what its own repository has since", () =>
    Effect.gen(function* () {
      const { other, own, shareOf } = yield* scene
      const first = own.commit("first", { "a.ts": ONE }, { at: day(0) })
      const work = own.commit("work", { "b.ts": OTHER }, { at: day(3) })
      own.commit("again", { "c.ts": OTHER }, { at: day(4) })
      own.publish()
      other.commit("first", { "x.ts": THIRD }, { at: day(0) })
      other.commit("later", { "x.ts": code(4) }, { at: day(6) })
      other.commit("dated back", { "y.ts": OTHER }, { at: day(1) })
      other.publish()
      assert.strictEqual(yield* shareOf(first, work, 3), 0)
      assert.strictEqual(yield* shareOf(first, work, 7), 1_000_000)
    })
  )

  it.scopedLive("is not measured where a commit is not shown, and large work in part where a repository of the roster is not", () =>
    Effect.gen(function* () {
      const { measured, other, own, repositories, root, roster, server, shareOf } = yield* scene
      const first = own.commit("first", { "a.ts": ONE })
      const work = own.commit("work", { "b.ts": OTHER })
      own.publish()
      other.commit("first", { "x.ts": OTHER }, { at: day(0) })
      other.publish()
      assert.match(String(yield* shareOf("0".repeat(40), work, 9)), /^it is not known how much of #1 was had before: git does not show/)
      const gone = { id: 9, url: `${server.url}/gone.git` }
      assert.deepStrictEqual(yield* measured(first, work, 9, { places: [...roster, gone] }), { share: 1_000_000, isPartial: true })
      // It is marked as long as GitHub does not show everything, and no longer.
      for (const isAll of [false, true, false])
        assert.deepStrictEqual(yield* measured(first, work, 9, { isAll }), { share: 1_000_000, isPartial: !isAll })
      assert.deepStrictEqual(yield* measured(first, work, 9, { isAll: false, isLarge: false }), { share: 0, isPartial: false })
      // It is its own repository that is measured, also where the roster does not name it.
      assert.strictEqual(yield* shareOf(first, work, 9, { places: [repositories.other] }), 1_000_000)
      // Nothing is asked again about commits that never change.
      rmSync(join(root, "served"), { recursive: true })
      assert.strictEqual(yield* shareOf(first, work, 9, { places: [repositories.other] }), 1_000_000)
    })
  )

  it.scopedLive("leaves out a repository beyond a limit alone: it is searched once it is not, and no other one again", () =>
    Effect.gen(function* () {
      const { git, measured, other, own, root, roster, server } = yield* scene
      const third = new Made(join(root, "served", "third"), join(root, "third"))
      const first = own.commit("first", { "a.ts": ONE }, { at: day(0) })
      const work = own.commit("work", { "b.ts": OTHER, "c.ts": THIRD }, { at: day(1) })
      own.publish()
      other.commit("first", { "x.ts": OTHER }, { at: day(0) })
      other.publish()
      third.commit("first", { "y.ts": THIRD }, { at: day(0) })
      third.publish()
      const places = [...roster, { id: 9, url: `${server.url}/third.git` }]
      /** Its share in hundredths, and the repositories that git was asked about. */
      const measure = (more: More) =>
        Effect.map(measured(first, work, 3, more), ({ isPartial, share }) => ({
          share: Math.round(Number(share) / 10_000),
          isPartial,
          asked: git.asked.splice(0)
        }))
      git.beyond.add(9)
      assert.deepStrictEqual(yield* measure({ places }), { share: 50, isPartial: true, asked: [7, 7, 8, 9] })
      assert.deepStrictEqual(yield* measure({ places }), { share: 50, isPartial: true, asked: [] })
      git.beyond.clear()
      assert.deepStrictEqual(yield* measure({ places }), { share: 100, isPartial: false, asked: [7, 9] })
      assert.deepStrictEqual(yield* measure({ places }), { share: 100, isPartial: false, asked: [] })
      // While GitHub does not show the third one, what was found there stands; where it left the roster, it does not.
      assert.deepStrictEqual(yield* measure({ places: roster, isAll: false }), { share: 100, isPartial: true, asked: [] })
      assert.deepStrictEqual(yield* measure({ places: roster }), { share: 50, isPartial: false, asked: [7, 7, 8] })
      git.beyond.add(7)
      assert.deepStrictEqual(yield* measure({ places }), { share: 50, isPartial: true, asked: [7] })
    })
  )

  it.scopedLive(
    "was had if a version of it was replaced within 90 days, in whatever file, and whatever tests or other folders have it",
    () =>
      Effect.gen(function* () {
        const { other, own, shareOf } = yield* scene
        own.commit("first", { "a.ts": `${ONE}${OTHER}`, "test/b.test.ts": THIRD }, { at: day(0) })
        own.commit("shorter", { "a.ts": ONE }, { at: day(10) })
        own.commit("other", { "d.ts": code(6) }, { at: day(60) })
        const base = own.commit("quiet", { "d.ts": code(7) }, { at: day(99) })
        const again = own.commit("again", { "e.ts": OTHER }, { at: day(99) })
        own.on("late", base)
        const next = own.commit("days later", { "d.ts": code(8) }, { at: day(101) })
        const late = own.commit("late", { "e.ts": OTHER }, { at: day(101) })
        own.on("tests", base)
        const ofTest = own.commit("of a test", { "f.ts": renamed(THIRD) }, { at: day(101) })
        own.publish({ 1: "late", 2: "tests" })
        other.commit("first", { "x.ts": code(9) })
        other.publish()
        assert.strictEqual(yield* shareOf(base, again, 99), 1_000_000)
        assert.strictEqual(yield* shareOf(next, late, 101), 0)
        assert.strictEqual(yield* shareOf(base, ofTest, 101), 1_000_000)
      })
  )

  it.scopedLive("was not had if another account landed it meanwhile, by GitHub's record and not by emails: each of two is paid half", () =>
    Effect.gen(function* () {
      const { gitHub, measured, other, own, shareOf } = yield* scene
      const bob = { email: "bob@example.com" }
      own.commit("first", { "a.ts": ONE }, { at: day(0) })
      const bobs = own.commit("by bob", { "b.ts": OTHER }, { at: day(4), ...bob })
      const base = own.commit("something else", { "c.ts": code(6) }, { at: day(5) })
      const mine = own.commit("mine", { "d.ts": renamed(OTHER) }, { at: day(6) })
      const twice = own.commit("mine again", { "e.ts": renamed(OTHER) }, { at: day(7), ...bob })
      own.publish()
      other.commit("first", { "x.ts": code(9) })
      other.publish()
      // GitHub does not answer: what was found counts until it does.
      gitHub.isThere = false
      assert.deepStrictEqual(yield* measured(base, mine, 6, { opened: 2 }), { share: 500_000, isPartial: true })
      gitHub.isThere = true
      gitHub.brought.set(bobs, ["2", 4]).set(mine, ["1", 6])
      assert.deepStrictEqual(yield* measured(base, mine, 6, { opened: 2 }), { share: 500_000, isPartial: false })
      assert.strictEqual(yield* shareOf(base, mine, 6, { opened: 4 }), 1_000_000)
      assert.strictEqual(yield* shareOf(mine, twice, 7, { opened: 2 }), 1_000_000)
      // The same by Bob's account, whatever email its commits have; and where GitHub does not know whose a commit is.
      assert.strictEqual(yield* shareOf(base, mine, 6, { author: "2", opened: 2 }), 1_000_000)
      gitHub.brought.clear()
      assert.strictEqual(yield* shareOf(base, mine, 6, { author: "3", opened: 2 }), 500_000)
      assert.strictEqual(yield* shareOf(base, mine, 6, { author: "", opened: 2 }), 500_000)
    })
  )

  it.scopedLive("was had when the pull request was opened by GitHub's clock, although a commit is dated ahead", () =>
    Effect.gen(function* () {
      const { gitHub, other, own, shareOf } = yield* scene
      own.commit("first", { "a.ts": ONE }, { at: day(0) })
      own.commit("dated ahead", { "b.ts": THIRD }, { at: day(900) })
      const before = own.commit("before", { "c.ts": OTHER }, { at: day(3) })
      const base = own.commit("after", { "d.ts": code(6) }, { at: day(5) })
      const work = own.commit("work", { "e.ts": renamed(OTHER) }, { at: day(6) })
      own.publish()
      other.commit("first", { "x.ts": code(9) })
      other.publish()
      assert.strictEqual(yield* shareOf(base, work, 6, { opened: 4 }), 500_000)
      gitHub.brought.set(before, ["2", 3])
      assert.strictEqual(yield* shareOf(base, work, 6, { author: "3", opened: 4 }), 1_000_000)
    })
  )

  it.scopedLive("was had if one file has most of its lines, whatever stands between them", () =>
    Effect.gen(function* () {
      const { other, own, shareOf } = yield* scene
      const filled = (text: string, each: number) =>
        text
          .split("\n")
          .map((line, index) => (index % each === 0 ? `${line}\n  fill${index} = filler(${index}, x, y${index}, z)` : line))
          .join("\n")
      const first = own.commit("first", { "a.ts": THIRD }, { at: day(0) })
      const third = own.commit("every third line", { "b.ts": filled(OTHER, 3) }, { at: day(3) })
      const each = own.commit("each line", { "c.ts": filled(OTHER, 1), "b.ts": null }, { at: day(4) })
      const pieces = own.commit("of two files", { "d.ts": filled(THIRD, 3), "e.ts": filled(THIRD, 2) }, { at: day(5) })
      own.publish()
      other.commit("first", { "x.ts": OTHER }, { at: day(0) })
      other.publish()
      assert.strictEqual(yield* shareOf(first, third, 3), 1_000_000)
      assert.isBelow(Number(yield* shareOf(first, third, 3, { isLarge: false })), 1_000_000)
      assert.isBelow(Number(yield* shareOf(first, each, 4)), 1_000_000)
      assert.strictEqual(yield* shareOf(each, pieces, 5, { isLarge: false }), 1_000_000)
    })
  )

  it.scopedLive("reads contents once, also after the clone began anew", () =>
    Effect.gen(function* () {
      const { other, own, root, server, shareOf } = yield* scene
      const first = own.commit("first", { "a.ts": ONE }, { at: day(0) })
      own.on("one", "main")
      const one = own.commit("one", { "b.ts": OTHER }, { at: day(1) })
      own.on("two", "main")
      const two = own.commit("two", { "c.ts": THIRD }, { at: day(1) })
      own.publish({ 1: "one", 2: "two" })
      const large = Array.from({ length: 60_000 }, (_, index) => `${Bun.hash(String(index))}\n`).join("")
      other.commit("first", { "x.ts": OTHER, "large.py": large.slice(0, 900_000), "larger.md": large }, { at: day(0) })
      other.publish()
      assert.strictEqual(yield* shareOf(first, one, 2), 1_000_000)
      assert.isAbove(server.counted.bytes, 300_000)
      // The clone began anew; the runs of its contents are still there.
      rmSync(join(root, "clones", "8", "objects"), { recursive: true })
      assert.isTrue(existsSync(join(root, "clones", "8", "runs.sqlite")))
      const before = server.counted.bytes
      assert.strictEqual(yield* shareOf(first, two, 2), 0)
      assert.isBelow(server.counted.bytes - before, 100_000)
    })
  )
})
