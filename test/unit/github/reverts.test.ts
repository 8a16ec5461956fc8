import { assert, describe, it } from "@effect/vitest"
import { type Change, linesOfPatch } from "../../../src/layers/github/evidence/change.ts"
import { type HistoryCommit, isComplete, laterThan, mergesIn } from "../../../src/layers/github/evidence/graph.ts"
import { type Changes, concerning, type Later, revertOf } from "../../../src/layers/github/evidence/reverts.ts"
import { broughtBy, means, namesIn, plainTitle } from "../../../src/layers/github/evidence/revertWords.ts"

const sha = (letter: string) => letter.repeat(40)
const NAMES = { commits: [sha("a"), sha("9")], pullRequests: [57], titles: [plainTitle("Stop the squeak")] }

describe("what a text says it takes back", () => {
  it.each([
    ["git's own message", `Revert "Stop the squeak"\n\nThis reverts commit ${sha("a")}.`],
    ["git's message for a reverted revert", `Reapply "Stop the squeak"\n\nThis reverts commit ${sha("c")}.`],
    ["a short hash", `Undo it\n\nThis reverts commit ${sha("a").slice(0, 9)}, it broke the hinge.`],
    ["a commit of the pull request's own", `Back out the oil\n\nThis reverts commit ${sha("9")}.`],
    ["several hashes in one sentence", `Roll back\n\nThis reverts commits ${sha("b")}, ${sha("c")}\nand ${sha("a")}.`],
    ["a commit's full address", `Roll back\n\nThis reverts commit https://github.com/acme/widgets/commit/${sha("a")}`],
    ["a pull request's full address", "Roll back\n\nReverts https://github.com/acme/old-widgets/pull/57"],
    ["GitHub's button, squashed with the commit's message", `Revert "Stop the squeak (#57)" (#58)\n\nThis reverts commit ${sha("a")}.`],
    ["GitHub's button, squashed with the pull request's description", `Revert "Stop the squeak (#57)" (#58)\n\nReverts acme/widgets#57`],
    ["GitHub's button, squashed with the title only", `Revert "Stop the squeak (#57)" (#58)`],
    ["the title without a number", `Revert "Stop the squeak" (#58)`],
    ["GitHub's button, merged", 'Merge pull request #58 from acme/revert-57-oil\n\nRevert "Stop the squeak (#57)"'],
    ["a reference without the repository", "Roll back\n\nReverts #57"],
    ["the repository's former name", "Roll back\n\nReverts Acme/Old-Widgets#57"],
    ["a conventional commit", `revert: stop the squeak\n\nRefs: ${sha("b").slice(0, 7)}, ${sha("a").slice(0, 7)}`],
    ["a conventional commit with a scope", "revert(hinge)!: let it squeak again\n\nRefs #57"],
    ["a conventional commit of another type", 'fix: revert "Stop the squeak"'],
    ["a relanding", "Reland #57 with a fix (#60)"],
    ["what was done to it", '"Stop the squeak" is reverted, it broke the hinge'],
    ["a headline with a part's name", '[hinge] Revert "Stop the squeak"'],
    ["Android's words", 'Revert^2 "Stop the squeak"'],
    ["Mercurial's words", `Backed out changeset ${sha("a").slice(0, 12)} (bug 17) for squeaks`],
    ["a reason and a footer", "Revert the squeaks\n\nReason for revert: squeaks\nOriginal PR: #57"],
    ["words behind others", "Quiet doors; temporarily reverts #57 (#58)"],
    ["other words for it", "Rolled back #57"],
    ["other words for its return", "Reinstate #57"],
    ["a sentence in the middle", "Make doors quiet (#58)\n\nIt broke. Reverts PR 57 until then."]
  ])("is known by %s", (_, message) => assert.isTrue(means(namesIn(message), NAMES)))

  it.each([
    ["another commit's revert", `Revert "Other (#56)" (#58)\n\nThis reverts commit ${sha("c")}.`],
    ["talk of reverting", "We could revert #57 one day (#58)"],
    ["what is done instead", "Oil it twice (#58)\n\nInstead of reverting #57 we do more."],
    ["the number behind the quotes", 'Revert "Something else" (#57)'],
    ["where a reverted merge came from", `Revert "Other"\n\nThis reverts commit ${sha("c")}, reversing\nchanges made to ${sha("a")}.`],
    ["a hash too short to name anything", "This reverts commit aaaa."]
  ])("is not %s", (_, message) => assert.isFalse(means(namesIn(message), NAMES)))

  it("is read in linear time", () => {
    assert.deepStrictEqual(namesIn(`${"Revert ".repeat(100_000)}#57`).pullRequests, [])
    assert.strictEqual(namesIn(`Revert it\n\n${"Reverts #57\n".repeat(100_000)}`).pullRequests.length > 100, true)
  })

  it("knows what brought a commit", () => {
    assert.deepStrictEqual(broughtBy("Stop it (#57)\n\nand (#58)"), [57])
    assert.deepStrictEqual(broughtBy("Merge pull request #57 from bob/fix"), [57])
    assert.strictEqual(plainTitle('Revert "Stop the squeak" (#57)'), "revert stop the squeak")
  })
})

/** A change of so many lines, forwards or backwards. */
const lines = (count: number, direction: "+" | "-", file = "a.ts"): Change => [
  {
    before: file,
    after: file,
    lines: linesOfPatch(Array.from({ length: count }, (_, line) => `${direction}line ${line}`).join("\n")),
    additions: direction === "+" ? count : 0,
    deletions: direction === "-" ? count : 0,
    blobs: {}
  }
]

interface Commit {
  readonly oid: string
  readonly message: string
  readonly change: Change | undefined
  readonly isVague?: boolean
}
const commit = (letter: string, message: string, change: Change | undefined): Commit => ({ oid: sha(letter), message, change })

/** The revert of the merge that added ten lines after what came later, oldest first. */
const revertAfter = (later: ReadonlyArray<Commit>, change: Change | undefined = lines(10, "+")) => {
  const all = later
    .map(
      ({ oid, message, change: own, isVague = false }, index): Later => ({
        oid,
        at: index,
        says: namesIn(message),
        isVague,
        names: { commits: [oid], pullRequests: broughtBy(message), titles: [plainTitle(message.split("\n", 1)[0] ?? "")] },
        size: own === undefined ? undefined : { additions: own[0]?.additions ?? 0, deletions: own[0]?.deletions ?? 0 }
      })
    )
    .toReversed()
  const changes: Changes = new Map(later.map((one) => [one.oid, one.change]))
  const target = { names: NAMES, size: { additions: 10, deletions: 0 } }
  const found = revertOf(target, change, concerning(target, all), changes)
  return found === undefined ? "unknown" : (found?.commit[0] ?? null)
}
const REVERTS = `Revert "Stop the squeak (#57)" (#58)\n\nThis reverts commit ${sha("a")}.`
const again = (letter: string) => `Undo\n\nThis reverts commit ${sha(letter)}.`

describe("a merge", () => {
  it("is reverted by its exact inverse, whatever that says", () => {
    assert.strictEqual(revertAfter([commit("b", "Back to what was", lines(10, "-"))]), "b")
    assert.isNull(revertAfter([commit("b", "Back to what was", lines(9, "-"))]))
    assert.isNull(revertAfter([commit("b", "Tidy", lines(10, "-", "other.ts"))]))
  })

  it("is reverted by what names it and takes back more than half of it", () => {
    assert.strictEqual(revertAfter([commit("b", REVERTS, lines(6, "-"))]), "b")
    assert.isNull(revertAfter([commit("b", REVERTS, lines(5, "-"))]))
    assert.strictEqual(revertAfter([commit("b", REVERTS, lines(10, "-", "renamed.ts"))]), "unknown")
  })

  it("is not reverted by words, whoever wrote them", () => {
    assert.isNull(revertAfter([commit("b", REVERTS, [])]))
    assert.isNull(revertAfter([commit("b", REVERTS, lines(3, "+", "docs.md"))]))
  })

  it("may have been reverted where a change is not known that matters", () => {
    assert.strictEqual(revertAfter([commit("b", REVERTS, undefined)]), "unknown")
    assert.strictEqual(revertAfter([{ ...commit("b", again("c"), lines(10, "-")), isVague: true }]), "b")
    assert.strictEqual(revertAfter([{ ...commit("b", again("c"), lines(8, "-")), isVague: true }]), "unknown")
    assert.isNull(revertAfter([commit("b", "Tidy", undefined)]))
  })

  it("is reverted in parts", () => {
    const [first, second] = [lines(4, "-"), linesOfPatch("-line 4\n-line 5\n-line 6")]
    const rest = first.map((one) => ({ ...one, lines: second, deletions: 3 }))
    assert.isNull(revertAfter([commit("b", again("9"), first)]))
    assert.strictEqual(revertAfter([commit("b", again("9"), first), commit("c", again("a"), rest)]), "c")
  })

  it("stands again when its revert is taken back, and so on", () => {
    const first = commit("b", REVERTS, lines(10, "-"))
    const second = commit("c", again("b"), lines(10, "+"))
    const third = commit("d", again("c"), lines(10, "-"))
    assert.isNull(revertAfter([first, second]))
    assert.strictEqual(revertAfter([first, second, third]), "d")
    for (const [message, change] of [
      ["Whatever", lines(10, "+")],
      ['Reapply "Stop the squeak"', lines(7, "+")],
      ["Reland #57", lines(7, "+")],
      [`Revert "Revert "Stop the squeak (#57)" (#58)" (#59)`, lines(7, "+")]
    ] as const)
      assert.isNull(revertAfter([first, commit("c", message, change)]), message)
    assert.strictEqual(revertAfter([first, commit("c", again("b"), [])]), "b", "but not by words")
    assert.strictEqual(revertAfter([first, commit("c", again("b"), undefined)]), "unknown")
  })

  it("is judged among hundreds of commits that take each other back", () => {
    const all = Array.from({ length: 200 }, (_, index) => ({
      oid: index.toString(16).padStart(40, "b"),
      message: REVERTS,
      change: lines(10, index % 2 === 0 ? "-" : "+")
    }))
    assert.isNull(revertAfter(all))
    assert.strictEqual(revertAfter(all.slice(0, 199)), "b")
  })
})

describe("a history", () => {
  const at = (oid: string, ...parents: ReadonlyArray<string>): HistoryCommit => ({ oid, message: oid, at: 0, parents })
  /** `m` was merged, `r` has a slow clock, `g` brings it, and `p` is where its branch went off. */
  const history = [at("g", "n", "r"), at("n", "m"), at("m", "p"), at("p", "o"), at("r", "m")]

  it("is complete when nothing can follow that came after the merge, whatever clocks say", () => {
    assert.isFalse(isComplete(history.slice(0, 3), ["m"]), "r is not listed yet")
    assert.isTrue(isComplete(history, ["m"]))
    assert.isFalse(isComplete(history, ["x"]))
  })

  it("knows what came later by parents, or else by its order", () => {
    assert.deepStrictEqual(
      laterThan(history, "m").map(({ oid }) => oid),
      ["g", "n", "r"]
    )
    const bare = history.map(({ at: when, message, oid }) => ({ oid, message, at: when }))
    assert.deepStrictEqual(
      laterThan(bare, "m").map(({ oid }) => oid),
      ["g", "n"]
    )
  })

  it("knows by which merge a commit came", () =>
    assert.deepStrictEqual(
      [...mergesIn(history)].map(([oid, merge]) => `${oid} by ${merge.oid}`),
      ["r by g"]
    ))
})
