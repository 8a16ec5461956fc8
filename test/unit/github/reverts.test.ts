import { assert, describe, it } from "@effect/vitest"
import type { BackingPullRequest } from "../../../src/layers/github/evidence/queries.ts"
import { type Backing, backingOf, claims, type HistoryCommit, revertOf } from "../../../src/layers/github/evidence/reverts.ts"

const sha = (letter: string) => letter.repeat(40)
const SOLUTION = { number: 57, mergeCommit: sha("a") }

/** Commits in the order they were made. The function wants the newest first. */
const history = (...commits: ReadonlyArray<readonly [oid: string, message: string]>): ReadonlyArray<HistoryCommit> =>
  commits.map(([oid, message], index) => ({ oid: sha(oid), message, at: index })).toReversed()

const MERGED = ["a", "Stop the squeak (#57)"] as const

type Brought = Backing["pullRequests"][number]

/**
 * Answers every request for backings until there are no more. By default every author has write access; overrides are keyed by the first letters of
 * hashes.
 */
const revertIn = (
  commits: ReadonlyArray<HistoryCommit>,
  outsiders = "",
  brought: Readonly<Record<string, ReadonlyArray<Brought>>> = {}
) => {
  const backings = new Map<string, Backing>()
  for (let asked = claims(commits, "acme/widgets", [SOLUTION], backings); asked.length > 0; ) {
    for (const oid of asked) backings.set(oid, { byWriter: !outsiders.includes(oid.charAt(0)), pullRequests: brought[oid.charAt(0)] ?? [] })
    asked = claims(commits, "acme/widgets", [SOLUTION], backings)
  }
  return revertOf(commits, "acme/widgets", backings)(SOLUTION)
}

const revertedBy = (...commits: ReadonlyArray<readonly [string, string]>) => revertIn(history(MERGED, ...commits))?.commit[0] ?? null

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

  it("holds until it is itself reverted, and so on", () => {
    const first = ["b", `Revert "Stop the squeak (#57)" (#58)\n\nThis reverts commit ${sha("a")}.`] as const
    const second = ["c", `Revert "Revert "Stop the squeak (#57)"" (#59)\n\nThis reverts commit ${sha("b")}.`] as const
    const third = ["d", `Revert "Reapply (#59)" (#60)\n\nThis reverts commit ${sha("c")}.`] as const
    assert.strictEqual(revertedBy(first), "b")
    assert.isNull(revertedBy(first, second))
    assert.strictEqual(revertedBy(first, second, third), "b")
  })

  it("is found by pull request numbers alone in the same way", () => {
    const first = ["b", 'Revert "Stop the squeak (#57)" (#58)'] as const
    const second = ["c", 'Revert "Revert "Stop the squeak (#57)" (#58)" (#59)'] as const
    assert.strictEqual(revertedBy(first), "b")
    assert.isNull(revertedBy(first, second))
  })

  it("of a merge commit reverts what it merged", () => {
    const commits = history(["a", "Merge pull request #57 from bob/fix\n\nStop the squeak"], ["b", "Reverts #57"])
    assert.strictEqual(revertIn(commits)?.commit, sha("b"))
  })

  it("undoes only older commits, even if the solution itself was not among the commits read", () => {
    assert.isNull(revertIn(history(["b", `This reverts commit ${sha("a")}.`], MERGED)))
    assert.strictEqual(revertIn(history(["b", `This reverts commit ${sha("a")}.`]))?.commit, sha("b"))
  })

  it("is recognised by the revert button's description if the squashed commit has only the title", () => {
    const commits = history(MERGED, ["b", 'Revert "Stop the squeak" (#58)'], ["c", 'Revert "Another thing" (#59)'])
    const button = (number: number, undone: number, letter: string) => ({
      number,
      mergeCommit: sha(letter),
      body: `Reverts acme/widgets#${undone}`
    })
    assert.strictEqual(revertIn(commits, "", { b: [button(58, 57, "b")], c: [button(59, 31, "c")] })?.commit, sha("b"))
    assert.isNull(revertIn(commits, "", { b: [button(58, 56, "b")], c: [button(59, 31, "c")] }))
    assert.isNull(revertIn(commits, "b", { b: [button(58, 57, "b")] }), "but not an outsider's")
  })

  it("through a merge commit is undone by a revert of that merge commit", () => {
    const commits = history(
      MERGED,
      ["b", `Revert "Stop the squeak (#57)"\n\nThis reverts commit ${sha("a")}.`],
      ["c", 'Merge pull request #58 from acme/revert-57-oil\n\nRevert "Stop the squeak (#57)"'],
      ["d", `Revert "Revert "Stop the squeak (#57)""\n\nThis reverts commit ${sha("c")}, reversing\nchanges made to ${sha("a")}.`]
    )
    const brought = { number: 58, mergeCommit: sha("c"), body: "Reverts acme/widgets#57" }
    assert.strictEqual(revertIn(commits.slice(1), "", { b: [brought] })?.commit, sha("b"))
    assert.isNull(revertIn(commits, "", { b: [brought] }))
  })

  it("is found among thousands of commits that revert each other", () => {
    const all = Array.from({ length: 300 }, (_, index) => ({
      oid: index.toString(16).padStart(40, "0"),
      message: Array.from({ length: index }, (_, older) => `This reverts commit ${older.toString(16).padStart(40, "0")}.`).join("\n"),
      at: index
    }))
    const backings = new Map(all.map(({ oid }) => [oid, { byWriter: true, pullRequests: [] }]))
    const merged = { number: 1, mergeCommit: "0".repeat(40) }
    assert.strictEqual(revertOf(all.toReversed(), "acme/widgets", backings)(merged)?.at, 299)
  })

  const FORGED = `Sharpen the docs (#58)\n\nReverts #57\n\nThis reverts commit ${sha("a")}.`

  it("does not count if an outsider wrote it, against either the solution or its revert", () => {
    assert.isNull(revertIn(history(MERGED, ["b", FORGED]), "b"))
    assert.isNull(revertIn(history(MERGED, ["b", 'Revert "Stop the squeak (#57)" (#58)']), "b"))
    const undone = ["c", `Revert "Stop the squeak (#57)" (#60)`] as const
    assert.strictEqual(revertIn(history(MERGED, ["b", FORGED], undone), "b")?.commit, sha("c"))
    assert.strictEqual(revertIn(history(MERGED, undone, ["d", `This reverts commit ${sha("c")}.`]), "d")?.commit, sha("c"))
  })

  it("asks only for those commits that could decide the result", () => {
    const commits = history(
      ["f", `This reverts commit ${sha("a")}.`],
      MERGED,
      ["b", FORGED],
      ["c", `This reverts commit ${sha("b")}.`],
      ["d", `This reverts commit ${sha("e")}.`]
    )
    assert.deepStrictEqual(
      claims(commits, "acme/widgets", [SOLUTION], new Map()).map((oid) => oid.charAt(0)),
      ["b", "c"]
    )
  })
})

describe("the person behind a commit's message", () => {
  const brought = (
    authorAssociation: string,
    author: string | null,
    mergedBy: string | null,
    change: { readonly repository?: number; readonly mergedAt?: number | null; readonly isCrossRepository?: boolean } = {}
  ): BackingPullRequest => ({
    number: 58,
    mergedAt: change.mergedAt === undefined ? 1 : change.mergedAt,
    authorAssociation,
    author: author === null ? null : { login: author },
    mergedBy: mergedBy === null ? null : { login: mergedBy },
    baseRepository: { databaseId: change.repository ?? 1 },
    isCrossRepository: change.isCrossRepository ?? true,
    body: "",
    createdAt: 0,
    baseRefName: "main",
    mergeCommit: null
  })
  const isVouched = (pullRequests: ReadonlyArray<BackingPullRequest>) => backingOf(pullRequests, 1).byWriter

  it.each([
    ["whoever pushed it, where no pull request brought it", []],
    ["an owner", [brought("OWNER", "acme", "bob")]],
    ["a member", [brought("MEMBER", "ada", "bob")]],
    ["a collaborator", [brought("COLLABORATOR", "ada", "helper[bot]")]],
    ["who merged an own pull request", [brought("CONTRIBUTOR", "ada", "ada")]],
    ["whoever pushed a branch of the repository itself", [brought("CONTRIBUTOR", "private-member", "bob", { isCrossRepository: false })]],
    ["whoever pushed it, where another repository's pull request has it", [brought("NONE", "rival", "bob", { repository: 2 })]],
    ["whoever pushed it, where a pull request that has it was not merged", [brought("NONE", "rival", null, { mergedAt: null })]]
  ])("is %s", (_, pullRequests) => assert.isTrue(isVouched(pullRequests)))

  it.each([
    ["an outsider whose pull request a maintainer merged", [brought("CONTRIBUTOR", "rival", "bob")]],
    ["a newcomer", [brought("FIRST_TIME_CONTRIBUTOR", "rival", "bob")]],
    ["a deleted account", [brought("NONE", null, null)]],
    [
      "a maintainer alone, where an outsider's pull request brought it too",
      [brought("OWNER", "acme", "acme"), brought("NONE", "rival", "bob")]
    ]
  ])("is not %s", (_, pullRequests) => assert.isFalse(isVouched(pullRequests)))
})
