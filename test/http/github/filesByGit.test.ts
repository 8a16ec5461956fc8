/** A pull request's files read by git equal those from GitHub's API, to the last byte. Where git cannot be sure, the API is queried. */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Layer } from "effect"
import type { Content, FileContents } from "../../../lab/devnet/github/state/State.ts"
import { RepositoryName } from "../../../src/domain/IssueRef.ts"
import * as GitHistory from "../../../src/layers/git/history/GitHistory.ts"
import { layerFile } from "../../../src/layers/github/contributions/CommitCache.ts"
import type { PullRequestCommits } from "../../../src/layers/github/contributions/Contributions.ts"
import type { GitHubSettings } from "../../../src/layers/github/settings.ts"
import { folder } from "../../support/folder.ts"
import { ago, emptyStory, place, service } from "../../support/github/contributionStory.ts"
import { assertCost, assertCostAtMost } from "../../support/github/cost.ts"
import { processes } from "../../support/processes.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

const REPOSITORY = RepositoryName.make("acme/gears")

const bytes = (...values: ReadonlyArray<number>): Content => ({ base64: Buffer.from(values).toString("base64") })
const lines = (word: string, count = 20): string =>
  Array.from({ length: count }, (_, index) => `${word} ${Bun.hash(`${word}${index}`)}\n`).join("")
const added = (path: string, head: Content): FileContents => ({ path, base: null, head })
const sorted = (all: ReadonlyArray<FileContents>) => all.toSorted((one, other) => (one.path < other.path ? -1 : 1))

/** Files whose content git determines. */
const PLAIN: ReadonlyArray<FileContents> = sorted([
  { path: "crlf.ts", base: "let a = 1\r\nlet b = 2\r\n", head: "let a = 1\r\nlet b = 3\r\n" },
  { path: "empty.ts", base: lines("full"), head: "" },
  { path: "filled.ts", base: "", head: lines("filled") },
  added("just.ts", "y".repeat(990_000)),
  { path: "lf.ts", base: "let a = 1\n", head: "let a = 2\nlet b = 3\n" },
  added("long-line.ts", `const text = "${"é".repeat(100_000)}"\n`),
  { path: "no-last-line.ts", base: "let c = 1", head: "let c = 1\nlet d = 2" },
  { path: "moved/same.ts", previousPath: "same.ts", base: lines("same"), head: lines("same") },
  { path: "moved/edited.ts", previousPath: "edited.ts", base: lines("edited"), head: `${lines("edited")}one more\n` },
  { path: "removed.go", base: lines("removed"), head: null },
  { path: "vendor", base: { submodule: "a".repeat(40), of: REPOSITORY }, head: { submodule: "b".repeat(40), of: REPOSITORY } },
  added("words ünd äll.ts", "// 日本語 \u{1f600}\u2028\n\tlet a\f\n")
])

/** Files whose text only GitHub determines, because it guesses encodings. */
const ODD: ReadonlyArray<FileContents> = sorted([
  added("bom.ts", "\ufeffexport const bom = 1\n"),
  { path: "escape.ts", base: "let red = 1\n", head: "let red = '\u001b[31m'\n" },
  added("gif.ts", "GIF89a is a comment\n"),
  added("invalid.rs", bytes(0x66, 0x6e, 0xff, 0x0a)),
  added("latin1.py", bytes(0x61, 0xe9, 0x0a)),
  added("nul-late.ts", { base64: Buffer.concat([Buffer.from(lines("late", 600)), Buffer.from([0])]).toString("base64") }),
  added("nul.ts", bytes(0, 1, 2)),
  added("pdf.ts", "%PDF-1.4 is not one\n"),
  { path: "too-long.ts", base: "let c = 1\n", head: "x".repeat(1_010_000) },
  added("utf16.cs", bytes(0xff, 0xfe, 0x61, 0x00, 0x0a, 0x00)),
  added("utf16-plain.cs", bytes(0x61, 0x00, 0x0a, 0x00))
])

/** A pull request with these files, a validator that reads from git first, and one that does not. */
const scene = (
  contents: ReadonlyArray<FileContents>,
  more: Readonly<Record<string, Content>> = {},
  settings: Partial<GitHubSettings> = {}
) =>
  Effect.gen(function* () {
    const { url, control, tokens } = yield* emptyStory()
    const before = contents.flatMap(({ path, previousPath, base }) => (base === null ? [] : [[previousPath ?? path, base] as const]))
    yield* control.createRepository({
      payload: { repository: REPOSITORY, files: { ...Object.fromEntries(before), ...more }, at: ago(300) }
    })
    yield* control.openPullRequest({ payload: { repository: REPOSITORY, title: "Gears", author: "bob", contents, at: ago(2) } })
    const { head, base } = yield* Effect.promise(async () => {
      const pull = await (await fetch(`${url}/repos/${REPOSITORY}/pulls/1`)).json()
      return pull as { readonly head: { readonly sha: string }; readonly base: { readonly sha: string } }
    })
    yield* control.mergePullRequest({ payload: { ...place(REPOSITORY, 1), by: "ada", at: ago(1) } })
    const commits: PullRequestCommits = { repository: REPOSITORY, number: 1, base: base.sha, head: head.sha }
    const root = yield* folder
    const asked: Array<string> = []
    const visits: Array<{ readonly texts: number; readonly along: number }> = []
    const record = Context.get(
      yield* Layer.build(
        GitHistory.layer(join(root, "clones")).pipe(
          Layer.provide(processes),
          Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["GITTENSOR_GITHUB_URL", url]]))))
        )
      ),
      GitHistory.GitHistory
    )
    const counted = GitHistory.GitHistory.of({
      ...record,
      ask: (repository, question) =>
        record.ask(repository, question).pipe(
          Effect.tap(({ comparedTexts, comparisons, texts }) =>
            Effect.sync(() => {
              visits.push({ texts: texts.length, along: comparedTexts.length })
              asked.push(...comparisons.map((one) => (one === null ? "no comparison" : "comparison")))
              asked.push(...[...comparedTexts, ...texts].map((one) => (one?.text === null ? "no text" : "text")))
            })
          )
        )
    })
    const byGit = yield* service(url, tokens, settings, layerFile(join(root, "commits.sqlite"))).pipe(
      Effect.provideService(GitHistory.GitHistory, counted)
    )
    const byApi = yield* service(url, tokens)
    const requests = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
      Effect.gen(function* () {
        const first = (yield* control.countRequests({ payload: {} })).requests
        const result = yield* effect
        return [result, (yield* control.countRequests({ payload: {} })).requests - first] as const
      })
    return { asked, visits, byGit, byApi, commits, control, requests }
  })

const all = () => true
/** Reads the texts of files with these extensions together with the list of files. */
const wanted = (...extensions: ReadonlyArray<string>) => ({ isWanted: all, extensions })

describe.skipIf(!hasGit)("the files of a pull request, asked of git", () => {
  it.scopedLive("are the API's, without asking it", () =>
    Effect.gen(function* () {
      const { asked, byApi, byGit, commits, requests, visits } = yield* scene(PLAIN)
      // The repository's name for its clone, and git's own requests: two fetches, each with a list of refs.
      const [, ahead] = yield* requests(byGit.readAhead([commits], wanted("go")))
      assertCostAtMost("reading ahead", ahead, 14)
      assert.deepStrictEqual(visits, [
        { texts: 0, along: 1 },
        { texts: 15, along: 0 }
      ])
      const [files, after] = yield* requests(byGit.filesOf(commits, all))
      const [same] = yield* requests(byApi.filesOf(commits, all))
      assert.deepStrictEqual(files, same)
      assert.strictEqual(files.files.length, PLAIN.length)
      // A submodule's commit is not in this repository's objects, so it is requested from the API as before. GitHub identifies it as a submodule on
      // both sides.
      assertCost("what git does not have", after, 3)
      assert.deepStrictEqual([...new Set(asked)], ["comparison", "text"])
      // Cached data is not requested again.
      yield* byGit.readAhead([commits], wanted())
      assert.strictEqual(asked.filter((one) => one === "comparison").length, 1)
    })
  )

  it.scopedLive("come with their texts in one visit", () =>
    Effect.gen(function* () {
      const { byApi, byGit, commits, visits } = yield* scene(PLAIN)
      yield* byGit.readAhead([commits], wanted("go", "ts"))
      assert.deepStrictEqual(visits, [{ texts: 0, along: 16 }])
      assert.deepStrictEqual(yield* byGit.filesOf(commits, all), yield* byApi.filesOf(commits, all))
    })
  )

  it.scopedLive("come in one visit for all that wait for the one before it", () =>
    Effect.gen(function* () {
      const { byApi, byGit, commits, visits, asked } = yield* scene(PLAIN)
      const others = Array.from({ length: 5 }, (_, index) => ({ ...commits, number: index + 2, head: String(index).repeat(40) }))
      yield* Effect.forEach([commits, ...others], (one) => byGit.readAhead([one], wanted("go", "ts")), { concurrency: "unbounded" })
      assert.isAtMost(visits.length, 2)
      assert.strictEqual(asked.filter((one) => one.endsWith("comparison")).length, 6)
      assert.deepStrictEqual(yield* byGit.filesOf(commits, all), yield* byApi.filesOf(commits, all))
    })
  )

  it.scopedLive("have the API's texts where GitHub guesses what they are", () =>
    Effect.gen(function* () {
      const { asked, byApi, byGit, commits, requests } = yield* scene(ODD)
      yield* byGit.readAhead([commits], wanted("ts", "cs"))
      const [files] = yield* requests(byGit.filesOf(commits, all))
      assert.deepStrictEqual(files, yield* byApi.filesOf(commits, all))
      assert.deepStrictEqual(asked, ["comparison", ...asked.slice(1)])
      // Two of the older texts are plain.
      assert.deepStrictEqual([asked.filter((one) => one === "text").length, asked.filter((one) => one === "no text").length], [2, 10])
    })
  )

  it.scopedLive("are the API's where attributes decide what is binary", () =>
    Effect.gen(function* () {
      const { asked, byApi, byGit, commits } = yield* scene([{ path: "src/a.svg", base: "<a/>\n", head: "<b/>\n" }], {
        "src/.gitattributes": "*.svg binary\n"
      })
      yield* byGit.readAhead([commits], wanted())
      assert.deepStrictEqual(asked, ["no comparison"])
      assert.deepStrictEqual(yield* byGit.filesOf(commits, all), yield* byApi.filesOf(commits, all))
    })
  )

  it.scopedLive("are not asked of a clone that would be large", () =>
    Effect.gen(function* () {
      const { byApi, byGit, commits, visits } = yield* scene(PLAIN, {}, { largestClone: -1 })
      yield* byGit.readAhead([commits], wanted("go", "ts"))
      assert.deepStrictEqual(visits, [])
      assert.deepStrictEqual(yield* byGit.filesOf(commits, all), yield* byApi.filesOf(commits, all))
    })
  )

  it.scopedLive("are asked of the API where git cannot be had", () =>
    Effect.gen(function* () {
      const { asked, byApi, byGit, commits } = yield* scene(PLAIN)
      const gone = { ...commits, head: "1".repeat(40) }
      yield* byGit.readAhead([gone, commits], wanted())
      assert.deepStrictEqual(asked.slice(0, 2), ["no comparison", "comparison"])
      assert.strictEqual((yield* Effect.flip(byGit.filesOf(gone, all)))._tag, "GitHubUnavailable")
      assert.deepStrictEqual(yield* byGit.filesOf(commits, all), yield* byApi.filesOf(commits, all))
    })
  )
})
