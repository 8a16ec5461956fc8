/** The program's git record of histories made by git's own commands. */
import { spawnSync } from "node:child_process"
import { chmodSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { lines, recordScene as scene } from "../../support/git/recordScene.ts"

const hasGit = spawnSync("git", ["--version"]).status === 0

describe.skipIf(!hasGit)("git's record", () => {
  it.scopedLive("says when the default branch got a commit, and by which one", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* scene
      const first = made.commit("first", { "a.txt": lines(1, 2, 3) })
      made.on("work", "main")
      const own = made.commit("own", { "b.txt": lines(1) })
      made.on("stray", "main")
      const stray = made.commit("stray", { "s.txt": lines(1) })
      made.on("main")
      const between = made.commit("between", { "c.txt": lines(1) })
      const merge = made.merge("work", "Merge pull request #1 from ada/work")
      const last = made.commit("last", { "c.txt": lines(1, 2) })
      made.publish({ 1: "work", 2: "stray" })
      const { arrivals, branch, head, heads } = yield* ask({
        pullRequests: [1, 2, 9],
        arrivals: [first, own, between, merge, last, stray, "0".repeat(40)]
      })
      assert.deepStrictEqual([branch, head, heads], ["main", last, [own, stray, null]])
      assert.deepStrictEqual(
        arrivals.map(({ by, isKnown }) => [by?.commit ?? null, isKnown]),
        [
          [first, true],
          [merge, true],
          [between, true],
          [merge, true],
          [last, true],
          [null, true],
          [null, false]
        ]
      )
      assert.deepStrictEqual(arrivals[1]?.by?.parents, [between, own])
    })
  )

  it.scopedLive("tells which changed files are long said not to be generated: 90 days earlier, on the first-parent line", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* scene
      const day = (number: number) => ({ at: 1_700_000_000 + 86_400 * number })
      const first = "old.ts -linguist-generated\nagain.ts linguist-generated=false\nvendored.ts -linguist-generated linguist-vendored\n"
      const then = `${first}new.ts -linguist-generated\nagain.ts !linguist-generated\n`
      made.commit("first", { ".gitattributes": first, "src/.gitattributes": "deep.ts -linguist-generated\n" }, day(0))
      made.on("side", "main")
      made.commit("side", { "side/.gitattributes": "made.ts -linguist-generated\n" }, day(0))
      made.on("main")
      made.commit("then", { ".gitattributes": then }, day(1))
      const early = made.commit("early", { "a.ts": lines(2) }, day(89))
      const base = made.commit("base", { "a.ts": lines(3) }, day(90.5))
      // The line got this late, by a commit that has an old date.
      made.merge("side", "merge")
      const later = made.commit("later", { "a.ts": lines(4) }, day(91.5))
      const ahead = made.commit("dated ahead", { "a.ts": lines(5) }, day(900))
      const names = ["old.ts", "again.ts", "vendored.ts", "new.ts", "src/deep.ts", "side/made.ts", "plain.ts"]
      const written = Object.fromEntries(names.map((name) => [name, lines(1)]))
      const asked = [early, base, later, ahead].map((base) => {
        made.on(`on-${base}`, base)
        return { base, head: made.commit("head", { ...written, ".gitattributes": "plain.ts -linguist-generated\n" }, day(92)) }
      })
      made.publish({ 1: `on-${early}`, 2: `on-${base}`, 3: `on-${later}`, 4: `on-${ahead}` })
      const { parents } = yield* ask({ parents: asked })
      const ofThen = ["new.ts", "old.ts", "src/deep.ts", "vendored.ts"]
      assert.deepStrictEqual(
        parents.map((one) => one?.handwritten.toSorted()),
        [[], ["old.ts", "src/deep.ts", "vendored.ts"], ofThen, ofThen]
      )
      assert.deepStrictEqual(parents[2]?.own.toSorted(), ["new.ts", "old.ts", "side/made.ts", "src/deep.ts"])
    })
  )

  it.scopedLive("lists what came later", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* scene
      const first = made.commit("first", { "a.txt": lines(1, 2, 3) })
      made.on("work", "main")
      const one = made.commit("one", { "b.txt": lines(1) }, { email: "bob@example.com", at: 1_600_000_000 })
      const two = made.commit("two\n\nFixes #3", { "b.txt": lines(1, 2) })
      made.on("main")
      const between = made.commit("between", { "a.txt": lines(1, 2) })
      const merge = made.merge("work", "merge")
      const last = made.commit("last", { "c.txt": lines(1) })
      made.publish()
      const { since } = yield* ask({ since: [one, first, "0".repeat(40)] })
      assert.deepStrictEqual(since[1]?.commits[3], {
        commit: one,
        parents: [first],
        email: "bob@example.com",
        authoredAt: 1_600_000_000_000,
        committedAt: 1_600_003_600_000,
        message: "one"
      })
      assert.strictEqual(since[0]?.commits[2]?.message, "two\n\nFixes #3")
      assert.deepStrictEqual(
        since.map((list) => list && [list.commits.map(({ commit }) => commit), list.isAll]),
        [[[last, merge, two, between], true], [[last, merge, two, one, between], true], null]
      )
    })
  )

  it.scopedLive("shows what commits changed, and equal changes by equal patch ids", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* scene
      const first = made.commit("first", { "a.txt": lines(1, 2, 3), "old.txt": lines(10, 11, 12, 13), "run.sh": "#!/bin/sh\n" })
      const change = made.commit("change", {
        "a.txt": "diff --git a/x b/x\nline 2\nline 3",
        "old.txt": null,
        "new.txt": lines(10, 11, 12, 14),
        "b.bin": new Uint8Array([0, 1])
      })
      const taken = made.revert(change)
      const again = made.revert(taken)
      const moved = made.commit("above", { "a.txt": "zero\nzero\nzero\nzero\n" })
      made.publish()
      const { changes } = yield* ask({
        changes: [
          { commit: first },
          { commit: change },
          { commit: taken },
          { commit: again },
          { commit: again, since: change },
          { commit: moved },
          { commit: "0".repeat(40) }
        ]
      })
      const [of1, ofChange, ofTaken, ofAgain, none] = changes
      assert.deepStrictEqual(
        of1?.files.map(({ before, after }) => [before, after]),
        [
          [null, "a.txt"],
          [null, "old.txt"],
          [null, "run.sh"]
        ]
      )
      assert.deepStrictEqual(
        ofChange?.files.map(({ before, after, lines: own }) => [before, after, own]),
        [
          ["a.txt", "a.txt", ["@@ -1,3 +1,3 @@", "-line 1", "+diff --git a/x b/x", " line 2", "-line 3", "+line 3"]],
          [null, "b.bin", null],
          ["old.txt", "new.txt", ["@@ -1,4 +1,4 @@", " line 10", " line 11", " line 12", "-line 13", "+line 14"]]
        ]
      )
      assert.strictEqual(ofChange?.patchId, ofAgain?.patchId)
      assert.notStrictEqual(ofChange?.patchId, ofTaken?.patchId)
      assert.deepStrictEqual(none, { patchId: null, files: [] })
      assert.isNull(changes[6])
    })
  )

  it.scopedLive("compares two commits where they parted, as GitHub lists it, and is silent where GitHub's settings could decide", () =>
    Effect.gen(function* () {
      const { made, ask } = yield* scene
      const [one, two, three] = ["one", "four", "three"].map((word) =>
        lines(...Array.from(word.repeat(9), (_, index) => index + word.length * 100))
      )
      made.commit("first", {
        "a.txt": one ?? "",
        "dir/old.txt": two ?? "",
        "script.sh": "#!/bin/sh\necho 1\n",
        link: "a.txt",
        "data.dat": "x\n",
        "code.ts": lines(7)
      })
      const branch = (name: string, files: Parameters<typeof made.commit>[1]) => {
        made.on(name, "main")
        return made.commit(name, files)
      }
      const plain = branch("plain", { "dir/old.txt": null, "Zebra.txt": `${two}more\n`, "a.txt": null, "b.bin": new Uint8Array([0, 1]) })
      made.on("linked", "main")
      symlinkSync("a.txt", join(made.tree, "new-link"))
      const linked = made.commit("linked", {})
      const copied = branch("copied", { "copy.txt": one ?? "", "a.txt": `${one}more\n` })
      made.on("kind", "main")
      rmSync(join(made.tree, "link"))
      symlinkSync("a.txt", join(made.tree, "link"))
      const kind = made.commit("kind", {})
      made.on("mode", "main")
      chmodSync(join(made.tree, "script.sh"), 0o755)
      const mode = made.commit("mode", {})
      const attributed = branch("attributed", { ".gitattributes": "*.dat -diff\n", "data.dat": "y\n" })
      const unconcerned = branch("unconcerned", { ".gitattributes": "*.dat -diff\n*.ts diff=ts eol=lf\n", "code.ts": lines(7, 8) })
      const huge = branch("huge", { "huge.txt": "x\n".repeat(2_200_000) })
      const odd = branch("odd", { "line\nbreak.txt": lines(1), "0\t0\t": lines(2), "dir/old.txt": null, "dir/tab\t": two ?? "" })
      const many = branch("many", Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many/${index}.txt`, lines(1)])))
      made.git("checkout", "--quiet", "--orphan", "stranger")
      const stranger = made.commit("stranger", { "a.txt": three ?? "" })
      made.on("main")
      const later = made.commit("later", { "c.txt": lines(1) })
      // Two branches that merged each other have two merge bases.
      made.on("left", "main")
      made.commit("left", { "l.txt": lines(1) })
      made.on("right", "main")
      made.commit("right", { "r.txt": lines(1) })
      made.git("branch", "left-before", "left")
      made.on("left")
      const left = made.merge("right", "right into left")
      made.on("right")
      const right = made.merge("left-before", "left into right")
      made.on("main")
      made.publish({
        1: "plain",
        2: "linked",
        3: "copied",
        4: "kind",
        5: "mode",
        6: "attributed",
        7: "unconcerned",
        8: "huge",
        9: "stranger",
        10: "left",
        11: "right",
        12: "odd",
        13: "many"
      })
      const first = made.git("rev-parse", "main~1")
      const pairs = [plain, linked, copied, kind, mode, attributed, unconcerned, huge, stranger, odd, many].map((head) => ({
        base: later,
        head
      }))
      const { comparisons } = yield* ask({
        comparisons: [
          ...pairs,
          { base: left, head: right },
          { base: later, head: first },
          { base: first, head: later },
          { base: later, head: "0".repeat(40) }
        ]
      })
      assert.deepStrictEqual(
        comparisons.map((each) =>
          each?.files.map(({ path, previousPath, status, additions, deletions }) => [path, previousPath, status, additions, deletions])
        ),
        [
          [
            ["Zebra.txt", "dir/old.txt", "renamed", 1, 0],
            ["a.txt", null, "removed", 0, 27],
            ["b.bin", null, "added", 0, 0]
          ],
          [["new-link", null, "added", 1, 0]],
          undefined,
          undefined,
          undefined,
          undefined,
          [
            [".gitattributes", null, "added", 2, 0],
            ["code.ts", null, "modified", 1, 0]
          ],
          undefined,
          undefined,
          [
            ["0\t0\t", null, "added", 1, 0],
            ["dir/tab\t", "dir/old.txt", "renamed", 0, 0],
            ["line\nbreak.txt", null, "added", 1, 0]
          ],
          undefined,
          undefined,
          undefined,
          [["c.txt", null, "added", 1, 0]],
          undefined
        ]
      )
      assert.isTrue(comparisons.every((each) => each === null || each.mergeBase === first))
      const [zebra, removed] = comparisons[0]?.files ?? []
      assert.strictEqual(removed?.object, removed?.before?.object)
      const link = comparisons[1]?.files[0]?.after?.object ?? ""
      const { texts } = yield* ask({ texts: [zebra?.after?.object ?? "", link] })
      assert.deepStrictEqual(texts, [{ text: `${two}more\n` }, { text: "a.txt" }])
    })
  )

  it.scopedLive("fetches only what is new, and contents only where a question needs them", () =>
    Effect.gen(function* () {
      const { made, ask, server } = yield* scene
      const big = Array.from({ length: 20_000 }, (_, index) => `${index} ${Bun.hash(String(index))}\n`).join("")
      made.commit("first", { "big.txt": big })
      const second = made.commit("second", { "a.txt": lines(1) })
      made.publish()
      yield* ask({ arrivals: [second] })
      assert.isBelow(server.counted.bytes, 10_000)
      const before = server.counted.requests
      yield* ask({ arrivals: [second] })
      // Requests of the advertisement and of the refs; nothing is fetched.
      assert.strictEqual(server.counted.requests - before, 2)
      const change = yield* ask({ changes: [{ commit: second }] })
      assert.deepStrictEqual(change.changes[0]?.files[0]?.lines, ["@@ -0,0 +1 @@", "+line 1"])
      assert.isBelow(server.counted.bytes, 20_000)
      made.publish()
      const third = made.commit("third", { "big.txt": null })
      made.publish()
      const { changes, head } = yield* ask({ changes: [{ commit: third }] })
      assert.strictEqual(head, third)
      assert.lengthOf(changes[0]?.files[0]?.lines ?? [], 20_001)
    })
  )

  it.scopedLive("heals what an ended visit left, and begins anew where git can read nothing", () =>
    Effect.gen(function* () {
      const { made, ask, clone } = yield* scene
      const first = made.commit("first", { "a.txt": lines(1) })
      made.publish()
      yield* ask({})
      writeFileSync(join(clone, "refs", "record", "default.lock"), "")
      writeFileSync(join(clone, "objects", "pack", "tmp_pack_half"), "half")
      const second = made.commit("second", { "a.txt": lines(1, 2) })
      made.publish()
      assert.strictEqual((yield* ask({})).head, second)
      assert.notInclude(readdirSync(join(clone, "objects", "pack")), "tmp_pack_half")
      rmSync(join(clone, "objects"), { recursive: true })
      assert.strictEqual((yield* ask({ arrivals: [first] })).arrivals[0]?.by?.commit, first)
    })
  )

  it.scopedLive("says that there is none where the server shows none", () =>
    Effect.gen(function* () {
      const { made, ask, clone } = yield* scene
      const { why, isLasting } = yield* Effect.flip(ask({}))
      assert.match(why, /no default branch/)
      assert.isFalse(isLasting)
      rmSync(made.bare, { recursive: true })
      assert.match((yield* Effect.flip(ask({}))).message, /cannot be read: .*not found/)
      assert.isTrue(existsSync(clone))
    })
  )
})
