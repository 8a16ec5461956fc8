import { assert, describe, it } from "@effect/vitest"
import { type HistoryCommit, revertOf } from "../../src/layers/github/reverts.ts"

const sha = (letter: string) => letter.repeat(40)
const SOLUTION = { number: 57, mergeCommit: sha("a") }

/** Commits as they came, oldest first; the function wants the newest first. */
const history = (...commits: ReadonlyArray<readonly [oid: string, message: string]>): ReadonlyArray<HistoryCommit> =>
  commits.map(([oid, message], index) => ({ oid: sha(oid), message, at: index })).toReversed()

const MERGED = ["a", "Stop the squeak (#57)"] as const

const revertedBy = (...commits: ReadonlyArray<readonly [string, string]>) =>
  revertOf(history(MERGED, ...commits), "acme/widgets")(SOLUTION)?.commit[0] ?? null

describe("a revert on the default branch", () => {
  it.each([
    ["git's own message", `Revert "Stop the squeak"\n\nThis reverts commit ${sha("a")}.`],
    ["a short hash", `Undo it\n\nThis reverts commit ${sha("a").slice(0, 9)}, it broke the hinge.`],
    ["GitHub's button, squashed with the commit's message", `Revert "Stop the squeak (#57)" (#58)\n\nThis reverts commit ${sha("a")}.`],
    ["GitHub's button, squashed with the pull request's description", `Revert "Stop the squeak (#57)" (#58)\n\nReverts acme/widgets#57`],
    ["GitHub's button, squashed with the title only", `Revert "Stop the squeak (#57)" (#58)`],
    ["a reference without the repository", "Roll back\n\nReverts #57"],
    ["the repository in other letters", "Roll back\n\nReverts Acme/Widgets#57"]
  ])("is known by %s", (_, message) => assert.strictEqual(revertedBy(["b", message]), "b"))

  it.each([
    ["another commit's revert", `Revert "Other (#56)" (#58)\n\nThis reverts commit ${sha("c")}.`],
    ["another repository's pull request", "Roll back\n\nReverts acme/gears#57"],
    ["talk of reverting", "We could revert #57 one day (#58)"],
    ["the number behind the quotes", 'Revert "Something else" (#57)'],
    ["a hash too short to name anything", "This reverts commit aaaa."]
  ])("is not %s", (_, message) => assert.isNull(revertedBy(["b", message])))

  it("holds until it is reverted itself, and so on", () => {
    const first = ["b", `Revert "Stop the squeak (#57)" (#58)\n\nThis reverts commit ${sha("a")}.`] as const
    const second = ["c", `Revert "Revert "Stop the squeak (#57)"" (#59)\n\nThis reverts commit ${sha("b")}.`] as const
    const third = ["d", `Revert "Reapply (#59)" (#60)\n\nThis reverts commit ${sha("c")}.`] as const
    assert.strictEqual(revertedBy(first), "b")
    assert.isNull(revertedBy(first, second))
    assert.strictEqual(revertedBy(first, second, third), "b")
  })

  it("by pull request numbers alone the same", () => {
    const first = ["b", 'Revert "Stop the squeak (#57)" (#58)'] as const
    const second = ["c", 'Revert "Revert "Stop the squeak (#57)" (#58)" (#59)'] as const
    assert.strictEqual(revertedBy(first), "b")
    assert.isNull(revertedBy(first, second))
  })

  it("of a merge commit is of what it merged", () => {
    const merged = revertOf(history(["a", "Merge pull request #57 from bob/fix\n\nStop the squeak"], ["b", "Reverts #57"]), "acme/widgets")
    assert.strictEqual(merged(SOLUTION)?.commit, sha("b"))
  })
})
