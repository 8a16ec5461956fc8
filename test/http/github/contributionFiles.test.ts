/** How the files of pull requests are loaded and scored: renamed, removed, binary, long, broken, many. */

import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { Content, FileContents } from "../../../lab/devnet/github/state/State.ts"
import type { ChangedFile } from "../../../src/domain/contributions/ChangedFile.ts"
import { fileRulesOf } from "../../../src/domain/contributions/FileRules.ts"
import { layerFile, layerNone } from "../../../src/layers/github/contributions/CommitCache.ts"
import { Contributions, type PullRequestCommits } from "../../../src/layers/github/contributions/Contributions.ts"
import { layer as scorerLayer } from "../../../src/scoring/oss_contributions/score/FileScorer.ts"
import { PullRequestScores, layer as scoresLayer } from "../../../src/scoring/oss_contributions/score/PullRequestScores.ts"
import { ago, emptyStory, GADGETS, place, service, WIDGETS } from "../../support/github/contributionStory.ts"
import { inEachVersion } from "../../support/github/restVersions.ts"
import { processes } from "../../support/processes.ts"
import { parityRoster } from "../../support/roster/parity.ts"

const rules = fileRulesOf(parityRoster)

/** One pull request with these contents, and its commits. */
const withFiles = (contents: ReadonlyArray<FileContents>, settings: Parameters<typeof service>[2] = {}, commitCache = layerNone) =>
  Effect.gen(function* () {
    const { url, control, tokens, idOf, request } = yield* emptyStory()
    yield* control.openPullRequest({ payload: { repository: WIDGETS, title: "Files", author: "bob", contents, at: ago(2) } })
    yield* control.mergePullRequest({ payload: { ...place(WIDGETS, 1), by: "ada", at: ago(1) } })
    const contributions = yield* service(url, tokens, settings, commitCache)
    const { record } = yield* contributions.load(request)
    const pull = record.pulls[idOf("bob")]?.[0]
    const commits: PullRequestCommits = { repository: WIDGETS, number: 1, base: pull?.base_sha ?? "", head: pull?.head_sha ?? "" }
    return { url, control, contributions, commits }
  })

const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-commits-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
)

const all = () => true

/** GitHub's answers when it cannot compare, temporarily or permanently. */
const NOT_COMPARED = [
  [404, "Not Found"],
  [422, "Server Error: Sorry, this diff is taking too long to generate."],
  [500, "Server Error: Sorry, this diff is taking too long to generate."]
] as const
const bytes = (...values: ReadonlyArray<number>): Content => ({ base64: Buffer.from(values).toString("base64") })

describe("the files of a pull request", () => {
  inEachVersion("have their texts at the merge base and at the head", () =>
    Effect.gen(function* () {
      const long = `// ${"é".repeat(299_999)}\n`
      const { contributions, commits } = yield* withFiles([
        { path: "src/new.ts", previousPath: "src/old.ts", base: "let a = 1\n", head: "let a = 2\n" },
        { path: "src/added.py", base: null, head: "a = 1\n" },
        { path: "src/gone.go", base: "package a\n", head: null },
        { path: "src/picture.ts", base: null, head: bytes(0, 1, 2) },
        { path: "src/broken.rs", base: null, head: bytes(0x66, 0x6e, 0xff, 0x0a) },
        { path: "src/empty.ts", base: "let b = 1\n", head: "" },
        { path: "src/long.ts", base: null, head: long },
        { path: "src/too-long.ts", base: "let c = 1\n", head: `${"x".repeat(1_000_001)}` },
        { path: "src/just.ts", base: null, head: "y".repeat(1_000_000) }
      ])
      const { files, mergeBase } = yield* contributions.filesOf(commits, all)
      assert.notStrictEqual(mergeBase, null)
      const seen = files.map((file) => [file.path, file.status, file.isBinary, file.base, file.head])
      assert.deepStrictEqual(seen.slice(0, 6), [
        ["src/new.ts", "renamed", false, "let a = 1\n", "let a = 2\n"],
        ["src/added.py", "added", false, null, "a = 1\n"],
        ["src/gone.go", "removed", false, "package a\n", null],
        ["src/picture.ts", "added", true, null, null],
        ["src/broken.rs", "added", false, null, "fn\ufffd\n"],
        ["src/empty.ts", "modified", false, "let b = 1\n", ""]
      ])
      assert.strictEqual(files[0]?.previousPath, "src/old.ts")
      // GraphQL truncates at 512,000 bytes; the rest comes from REST.
      assert.strictEqual(files[6]?.head, long)
      assert.deepStrictEqual([files[7]?.head, files[7]?.base], [null, "let c = 1\n"])
      assert.strictEqual(files[8]?.head?.length, 1_000_000)
    })
  )

  inEachVersion("have no text where they are submodules", () =>
    Effect.gen(function* () {
      const [before, after] = ["a", "b"].map((digit) => ({ submodule: digit.repeat(40), of: GADGETS }))
      const { contributions, commits } = yield* withFiles([
        { path: "vendor/gadgets", base: before ?? null, head: after ?? null },
        { path: "src/a.ts", base: "let a = 1\n", head: "let a = 2\n" }
      ])
      const { files } = yield* contributions.filesOf(commits, all)
      assert.deepStrictEqual(
        files.map((file) => [file.path, file.status, file.base, file.head]),
        [
          ["vendor/gadgets", "modified", null, null],
          ["src/a.ts", "modified", "let a = 1\n", "let a = 2\n"]
        ]
      )
    })
  )

  inEachVersion("are missing where GitHub lists them and shows nothing at their place", () =>
    Effect.gen(function* () {
      const { contributions, commits, control } = yield* withFiles([{ path: "src/a.ts", base: "let a = 1\n", head: "let a = 2\n" }])
      yield* control.addFault({ payload: { fault: { _tag: "Hiding", field: "blob1", times: 1_000, path: "graphql" } } })
      assert.include((yield* Effect.flip(contributions.filesOf(commits, all))).message, "does not show it")
      yield* control.removeFaults({ payload: {} })
      assert.strictEqual((yield* contributions.filesOf(commits, all)).files[0]?.head, "let a = 2\n")
    })
  )

  inEachVersion("are read only if their texts decide something", () =>
    Effect.gen(function* () {
      const { url, control, commits } = yield* withFiles([
        { path: "docs/a.md", base: "one\n", head: "two\n" },
        { path: "data.json", base: "{}\n", head: "[]\n" },
        { path: "what.unknown", base: "one\n", head: "two\n" },
        { path: "logo.png", base: null, head: bytes(0, 1) },
        { path: "src/a.ts", base: "let a = 1\n", head: "let a = 1 + 2\n" }
      ])
      const asked: Array<ReadonlyArray<string>> = []
      const tokens = [(yield* control.user({ payload: { login: "observer" } })).token]
      const spying = Layer.effect(
        Contributions,
        Effect.map(service(url, tokens), (contributions) =>
          Contributions.of({
            ...contributions,
            filesOf: (which, wanted) => {
              const spied = (file: ChangedFile) => {
                const isWanted = wanted(file)
                if (isWanted) asked.push([file.path])
                return isWanted
              }
              return contributions.filesOf(which, spied)
            }
          })
        )
      )
      const scores = yield* Effect.flatMap(PullRequestScores, (service) => service.ofPullRequest(commits, rules)).pipe(
        Effect.provide(scoresLayer.pipe(Layer.provide(Layer.merge(spying, Layer.provide(scorerLayer(), processes)))))
      )
      assert.deepStrictEqual(asked, [["src/a.ts"]])
      assert.deepStrictEqual(
        scores.files.map(({ path, method }) => [path, method]),
        [
          ["docs/a.md", "line-count"],
          ["data.json", "line-count"],
          ["what.unknown", "skipped-unsupported"],
          ["logo.png", "skipped-binary"],
          ["src/a.ts", "tree-diff"]
        ]
      )
    })
  )

  inEachVersion("are complete even if there are more than a comparison names, or a page holds", () =>
    Effect.gen(function* () {
      const contents = Array.from({ length: 350 }, (_, index) => ({
        path: `src/f${index}.ts`,
        base: null,
        head: `let a${index} = ${index}\n`
      }))
      const { contributions, commits } = yield* withFiles(contents)
      const { files } = yield* contributions.filesOf(commits, all)
      assert.deepStrictEqual(
        files.map(({ path, head }) => [path, head]),
        contents.map(({ path, head }) => [path, head])
      )
    })
  )

  inEachVersion("are not requested again after a restart, and stay identical", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { url, control, contributions, commits } = yield* withFiles(
        [
          { path: "src/new.ts", previousPath: "src/old.ts", base: "let a = 1\r\n", head: "let a = 2\n" },
          { path: "src/added.py", base: null, head: "é = '\u{1f600}'\n" },
          { path: "src/gone.go", base: "package a\n", head: null },
          { path: "src/picture.ts", base: null, head: bytes(0, 1, 2) },
          { path: "src/broken.rs", base: null, head: bytes(0x66, 0x6e, 0xff, 0x0a) },
          { path: "src/too-long.ts", base: "let c = 1\n", head: `${"x".repeat(1_000_001)}` },
          { path: "docs/a.md", base: "one\n", head: "two\n" }
        ],
        {},
        layerFile(join(folder, "commits.sqlite"))
      )
      const isCode = ({ path }: ChangedFile) => path.startsWith("src/")
      const first = yield* contributions.filesOf(commits, isCode)
      const tokens = [(yield* control.user({ payload: { login: "observer" } })).token]
      const again = (file: string, wanted: (file: ChangedFile) => boolean) =>
        Effect.gen(function* () {
          const restarted = yield* service(url, tokens, {}, layerFile(file))
          const before = (yield* control.countRequests({ payload: {} })).requests
          const files = yield* restarted.filesOf(commits, wanted)
          return { files, requests: (yield* control.countRequests({ payload: {} })).requests - before }
        }).pipe(Effect.scoped)
      assert.deepStrictEqual(yield* again(join(folder, "commits.sqlite"), isCode), { files: first, requests: 0 })
      // Requests only what the file lacks.
      assert.strictEqual((yield* again(join(folder, "commits.sqlite"), all)).requests, 1)
      // Also works without the file, and where none can be created.
      assert.deepStrictEqual(yield* again(join(folder, "other.sqlite"), isCode), { files: first, requests: 2 })
      assert.deepStrictEqual(yield* again(join(folder, "commits.sqlite", "none"), isCode), { files: first, requests: 2 })
    })
  )

  inEachVersion("of two commits are requested once, and again if they were missing", () =>
    Effect.gen(function* () {
      const { control, contributions, commits } = yield* withFiles([{ path: "a.ts", base: "let a\n", head: "let b\n" }])
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 502, path: "/compare/|/files", times: 40 } } })
      assert.strictEqual((yield* Effect.flip(contributions.filesOf(commits, all)))._tag, "GitHubUnavailable")
      yield* control.removeFaults({ payload: {} })
      const first = yield* contributions.filesOf(commits, all)
      const before = (yield* control.countRequests({ payload: {} })).requests
      assert.deepStrictEqual(yield* contributions.filesOf(commits, () => false), {
        ...first,
        files: first.files.map((file) => ({ ...file, base: null, head: null }))
      })
      assert.strictEqual((yield* control.countRequests({ payload: {} })).requests, before)
    })
  )

  inEachVersion("come from the pull request's own lists where GitHub cannot compare it, and are the same", () =>
    Effect.gen(function* () {
      const contents = [
        { path: "src/new.ts", previousPath: "src/old.ts", base: "let a = 1\n", head: "let a = 2\n" },
        { path: "src/gone.go", base: "package a\n", head: null }
      ]
      const { url, control, contributions, commits } = yield* withFiles(contents)
      const compared = yield* contributions.filesOf(commits, all)
      const tokens = [(yield* control.user({ payload: { login: "observer" } })).token]
      const fault = (status: number, message: string, path: string) =>
        control.addFault({ payload: { fault: { _tag: "Status", status, message, path, times: 1_000 } } })
      for (const [status, message] of NOT_COMPARED) {
        yield* fault(status, message, "/compare/")
        const listed = yield* (yield* service(url, tokens)).filesOf(commits, all)
        assert.deepStrictEqual(listed, compared, message)
        // A list for another head, or for a branch without a known merge base, is not used.
        const other = yield* Effect.flip((yield* service(url, tokens)).filesOf({ ...commits, head: "1".repeat(40) }, all))
        assert.include(other.message, message)
        yield* fault(status, message, "/pulls/1/files")
        const error = yield* Effect.flip((yield* service(url, tokens)).filesOf(commits, all))
        assert.include(error.message, message)
        yield* control.removeFaults({ payload: {} })
      }
    })
  )

  inEachVersion("have the base's texts only where GitHub says that the two commits share none", () =>
    Effect.gen(function* () {
      const { control, contributions, commits } = yield* withFiles([{ path: "a.ts", base: "let a\n", head: "let b\n" }])
      const message = `No common ancestor between ${commits.base} and ${commits.head}.`
      yield* control.addFault({ payload: { fault: { _tag: "Status", status: 404, message, path: "/compare/", times: 20 } } })
      const { files, mergeBase } = yield* contributions.filesOf(commits, all)
      assert.deepStrictEqual([mergeBase, files.map(({ base, head }) => [base, head])], [null, [["let a\n", "let b\n"]]])
    })
  )

  inEachVersion("score 0 and say why if their texts are too many, and are not kept in memory", () =>
    Effect.gen(function* () {
      const line = "let a = 1\n".repeat(900)
      const contents = Array.from({ length: 72 }, (_, index) => ({ path: `f${index}.ts`, base: null, head: `${line}// ${index}\n` }))
      const { contributions, commits } = yield* withFiles(contents, { textBytes: 600_000 })
      const { files, isTooLarge } = yield* contributions.filesOf(commits, all)
      assert.isTrue(isTooLarge)
      assert.isTrue(files.every(({ head }) => head === null))
      const { files: scored, exceeded } = yield* Effect.flatMap(PullRequestScores, (service) => service.ofPullRequest(commits, rules)).pipe(
        Effect.provide(
          scoresLayer.pipe(Layer.provide(Layer.merge(Layer.succeed(Contributions, contributions), Layer.provide(scorerLayer(), processes))))
        )
      )
      assert.isFalse(exceeded)
      assert.deepStrictEqual([...new Set(scored.map(({ method, score }) => `${method} ${score}`))], ["skipped-large 0"])
    })
  )
})
