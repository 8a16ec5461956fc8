import { assert, describe, it } from "@effect/vitest"
import type { RecordedCommit } from "../../../src/layers/git/history/historyTask.ts"
import { mergesIn, upTo } from "../../../src/rules/github/branchHistory.ts"
import { ownPart, rebasedOn } from "../../../src/rules/github/landedAs.ts"

const at = (commit: string, ...parents: ReadonlyArray<string>): RecordedCommit => ({
  commit,
  message: commit,
  email: "",
  authoredAt: 0,
  committedAt: 0,
  parents
})
/** `m` was merged, `r` has a clock that is behind, `g` brings it, and `p` is the fork point of its branch. */
const history = [at("g", "n", "r"), at("n", "m"), at("m", "p"), at("p", "o"), at("r", "m")]

describe("a history", () => {
  it("knows by which merge a commit came", () =>
    assert.deepStrictEqual(
      [...mergesIn(history)].map(([oid, merge]) => `${oid} by ${merge.commit}`),
      ["r by g"]
    ))

  it("is what leads to a commit, by parents", () => {
    const hashes = (commit: string) => upTo(history, commit).map((one) => one.commit)
    assert.deepStrictEqual(hashes("r"), ["m", "p", "r"])
    assert.deepStrictEqual(hashes("x"), [])
  })

  it("knows on what a rebase put a pull request's commits", () => {
    assert.strictEqual(rebasedOn(history, "n", ["m", "n"]), "p")
    assert.isUndefined(rebasedOn(history, "n", ["x", "n"]), "squashed")
    assert.isUndefined(rebasedOn(history, "n", ["x"]), "one commit")
    assert.isUndefined(rebasedOn(history, "g", undefined), "a merge")
    assert.isNull(rebasedOn(history, "n", undefined), "nobody says which commits it had")
    assert.isNull(rebasedOn(history, "p", ["n", "m", "p"]), "the history ends before")
  })

  it("knows a pull request's part of a stack that landed as one commit", () => {
    const own = [at("a", "base"), at("b", "a"), at("c", "b")].map(({ commit, parents }) => ({
      sha: commit,
      parents: parents.map((sha) => ({ sha }))
    }))
    assert.deepStrictEqual(ownPart(own.slice(0, 1), ["c"]), { commit: "a", since: "base" }, "the lowest")
    assert.deepStrictEqual(ownPart(own, ["a"]), { commit: "c", since: "a" }, "the upper one, retargeted")
    assert.deepStrictEqual(ownPart(own.slice(1), ["a"]), { commit: "c", since: "a" }, "the upper one, on the lower one's branch")
    assert.isUndefined(ownPart([{ sha: "m", parents: [{ sha: "a" }, { sha: "b" }] }], ["x"]), "a merge")
    assert.isUndefined(ownPart(own, ["c"]), "nothing of its own")
    assert.isUndefined(ownPart([], []), "not known")
  })
})
