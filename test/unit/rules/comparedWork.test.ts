/** How much of one change is in another: a copy, what contains another, and what is alike for everybody. Bob's is #1 and was first, Cleo's #2 landed. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Change, fileChangeOf } from "../../../src/rules/verdicts/fromGitHub/changes.ts"
import { compareWork } from "../../../src/rules/verdicts/fromGitHub/comparedWork.ts"
import { heldLines, isCopy, likenessOf } from "../../../src/rules/verdicts/likeness.ts"
import { closed, issue, pullRequest, SUBMISSIONS_FROM } from "../../support/rules/githubRecord.ts"

/** A file, as GitHub lists it in a change: its lines with their signs, from its beginning. */
const file = (filename: string, lines: ReadonlyArray<string>) =>
  fileChangeOf({
    filename,
    status: "modified",
    additions: lines.filter((line) => line.startsWith("+")).length,
    deletions: lines.filter((line) => line.startsWith("-")).length,
    sha: null,
    patch: ["@@ -1,9 +1,99 @@", ...lines].join("\n")
  })
const added = (lines: ReadonlyArray<string>, path = "src/hinge.ts"): Change => [
  file(
    path,
    lines.map((line) => `+${line}`)
  )
]

/** Forty lines of code, which have their own numbers. */
const CODE = Array.from({ length: 40 }, (_, index) =>
  [
    `const turn${index} = swing(hinge, ${index}, 'left')`,
    `  oil(turn${index - 1}, hinge.axis, ${index}) || wait('${index} s', hinge)`,
    `  if (turn${index - 2} > ${index}) return [hinge, turn${index - 2}]`,
    `  log("turned " + door.name, ${index} % 7)`
  ].at(index % 4)
).map(String)
/** Other code for the same hinge. */
const OTHER = Array.from({ length: 40 }, (_, index) =>
  [
    `while (hinge.squeaks(${index * 3})) grease.apply(hinge.axis, amount * ${index})`,
    `for (const pin of pins) pin.push(${index}, pin)`,
    `amount += measure(grease, ${index}).drops`
  ].at(index % 3)
).map(String)

const both = (bobs: Change | undefined, cleos: Change | undefined, text = "") => {
  const { work: _, ...unread } = pullRequest()
  const pullRequests = [
    { ...unread, number: 1, authorId: 101, mergedAt: null },
    { ...unread, number: 2, authorId: 202 }
  ]
  return compareWork(pullRequests, [bobs, cleos], [], [], { text, theirs: new Set([1, 2]) })
}

/** What the rules see of Bob's in Cleo's, in lines; and whether Cleo's is a copy. */
const seen = (bobs: Change, cleos: Change, text = "") => {
  const { likenesses, pullRequests } = both(bobs, cleos, text)
  const [one, other] = pullRequests
  if (one === undefined || other === undefined) throw new Error("two are compared")
  const found = likenessOf(issue([], { likenesses }), 1, 2)
  return {
    isCopy: isCopy(issue([closed({ _tag: "Hand" }, SUBMISSIONS_FROM)], { likenesses }), one, other),
    held: heldLines(found),
    fresh: found?.fresh ?? found?.lines ?? 0,
    of: one.work?.fresh ?? one.work?.lines
  }
}
const renamed = (lines: ReadonlyArray<string>) =>
  lines.map((line) => line.replaceAll("hinge", "joint").replaceAll("turn", "move").replaceAll("swing", "sway").replaceAll("oil", "grease"))
const inPairs = (lines: ReadonlyArray<string>) => lines.flatMap((line, index) => (index % 2 === 0 ? [`${line}; ${lines[index + 1]}`] : []))

const COPY = { isCopy: true, held: 40, fresh: 40, of: 40 }
const CASES: Readonly<Record<string, readonly [expected: ReturnType<typeof seen>, cleos: Change]>> = {
  "the same": [COPY, added(CODE)],
  "another file": [COPY, added(CODE, "lib/joint.ts")],
  "another language's name": [COPY, added(CODE, "lib/joint.mjs")],
  "a semicolon behind each": [COPY, added(CODE.map((line) => `${line};`))],
  "other quotes and indents": [COPY, added(CODE.map((line) => `\t\t${line.trim().replaceAll(/['"]/g, "`")}`))],
  "comments between and behind": [COPY, added(CODE.flatMap((line, index) => [`  /* step ${index} */`, `${line} // as ${index}`]))],
  "lines broken after commas": [COPY, added(CODE.flatMap((line) => line.split(/(?<=[,(])/)))],
  "two lines joined": [COPY, added(inPairs(CODE))],
  "another order": [COPY, added(CODE.toReversed())],
  "36 of its lines": [{ ...COPY, held: 36, fresh: 36 }, added(CODE.slice(4))],
  "35 of its lines": [{ isCopy: false, held: 35, fresh: 35, of: 40 }, added(CODE.slice(5))],
  "four lines more": [COPY, added([...CODE, ...OTHER.slice(0, 4)])],
  "as many lines more": [{ ...COPY, isCopy: false }, added([...CODE, ...OTHER])],
  "a renamed variable": [{ ...COPY, isCopy: false }, added(CODE.map((line) => line.replaceAll("hinge", "joint")))],
  "all renamed, joined, with semicolons": [{ ...COPY, isCopy: false }, added(inPairs(renamed(CODE)), "lib/joint.ts")],
  "35 of its lines, renamed": [{ isCopy: false, held: 35, fresh: 35, of: 40 }, added(renamed(CODE).slice(5))],
  "two names made one": [
    { isCopy: false, held: 30, fresh: 30, of: 40 },
    added(CODE.map((line) => line.replaceAll("hinge", "door").replaceAll("door.name", "door.door")))
  ],
  "its own": [{ isCopy: false, held: 0, fresh: 0, of: 40 }, added(OTHER)]
}

describe("a change, beside one of forty lines, that has", () => {
  for (const [what, [expected, cleos]] of Object.entries(CASES))
    it(what, () => {
      assert.deepStrictEqual(seen(added(CODE), cleos), expected)
    })
})

const LOCK = Array.from({ length: 300 }, (_, index) => `"node_modules/p${index}": { "version": "1.${index}.0" },`)

describe("what everybody writes alike", () => {
  const TEST = CODE.slice(0, 30)
  it("is no copy and nothing contained, where the issue's text had it", () => {
    const text = ["It squeaks. This fails:", "```ts", ...TEST, "```"].join("\n")
    assert.deepStrictEqual(seen(added([...TEST, ...CODE.slice(30)]), added([...TEST, ...OTHER.slice(0, 10)]), text), {
      isCopy: false,
      held: 30,
      fresh: 0,
      of: 10
    })
  })

  it("is what the repository had before: lines that a change removed, or that stand around it", () => {
    const before = [...TEST.slice(0, 15).map((line) => `-${line}`), ...TEST.slice(15).map((line) => ` ${line}`)]
    const change = (lines: ReadonlyArray<string>) => [file("a.ts", [...before, ...lines.map((line) => `+${line}`)])]
    // Both removed the same fifteen lines and repeated the same fifteen others.
    assert.deepStrictEqual(seen(change([...TEST.slice(15), ...CODE.slice(30)]), change([...TEST.slice(15), ...OTHER.slice(0, 10)])), {
      isCopy: false,
      held: 30,
      fresh: 0,
      of: 10
    })
  })

  it("is in lock files, snapshots and generated files: they make no copy", () => {
    const own = (code: ReadonlyArray<string>, path: string, lines = LOCK): Change => [...added(code), ...added(lines, path)]
    for (const [path, lines] of [
      ["package-lock.json", LOCK],
      ["go.sum", LOCK],
      ["src/__snapshots__/a.ts.snap", LOCK],
      ["src/api.ts", ["// Code generated by protoc. DO NOT EDIT.", ...LOCK]]
    ] as const) {
      assert.isFalse(seen(own(CODE, path, [...lines]), own(OTHER, path, [...lines])).isCopy, path)
      assert.isTrue(seen(own(CODE, path, [...lines]), own(CODE, "other.lock", [])).isCopy, path)
    }
    assert.isTrue(seen(own(CODE.slice(0, 20), "src/data.json"), own(OTHER.slice(0, 20), "src/data.json")).isCopy)
    // Only a lock file's lines are not asked whether they are contained: code cannot hide behind a header.
    assert.strictEqual(seen(own(CODE, "package-lock.json"), own(OTHER, "package-lock.json")).fresh, 0)
    assert.strictEqual(seen(own(CODE, "src/api.pb.ts"), own(OTHER, "src/api.pb.ts")).fresh, 300)
  })

  it("is few lines, by other names: they may be said to stand for anything", () => {
    assert.strictEqual(seen(added(["one(two)", "three(four, five)"]), added(["a(b)", "c(d, e)"])).held, 0)
    const table = (name: string) => added(Array.from({ length: 40 }, (_, index) => `${name}${index}key: ${name}value${index}`))
    assert.strictEqual(seen(table("a"), table("b")).held, 0)
  })

  it("is no comment, bracket or empty line, and nothing that only moved", () => {
    const { pullRequests } = both([file("a.ts", ["-one(1)", "-two()", "+// three", "+}", "+", "+ one( 1 );", "+four"])], added([]))
    assert.deepStrictEqual(
      pullRequests.map(({ work }) => work),
      [{ lines: 2, fresh: 1 }, { lines: 0 }]
    )
  })
})

describe("changes", () => {
  it("of which some lines are not known are not compared", () => {
    const picture = fileChangeOf({ filename: "a.png", status: "added", additions: 0, deletions: 0, sha: null })
    const large = fileChangeOf({ filename: "a.ts", status: "modified", additions: 90_000, deletions: 0, sha: null })
    assert.isUndefined(both([large], added(CODE)).pullRequests[0]?.work)
    assert.deepStrictEqual(both([large], added(CODE)).likenesses, [])
    assert.isTrue(seen([picture, ...added(CODE)], added(CODE)).isCopy)
  })

  it("of strangers are compared with what landed and what may be a competitor's, and not with each other", () => {
    const strangers = [1, 2, 3].map((number) => pullRequest({ number, authorId: 900 + number, mergedAt: number === 3 ? 5 : null }))
    const { likenesses } = compareWork(
      strangers,
      [1, 2, 3].map(() => added(CODE)),
      ["c"],
      [added(CODE)],
      { text: "", theirs: new Set() }
    )
    assert.deepStrictEqual(
      likenesses.map(({ pullRequest, with: other }) => [pullRequest, other]).sort(),
      [
        [1, 3],
        [1, "c"],
        [2, 3],
        [2, "c"],
        [3, 1],
        [3, 2],
        [3, "c"]
      ].sort()
    )
  })

  it("have no more lines in common than each has, and all of themselves", () => {
    const line = fc.array(fc.constantFrom("a", "b", "cc", "1", "2"), { maxLength: 12 }).map((words) => words.join(" "))
    const lines = fc.array(line, { maxLength: 30 })
    fc.assert(
      fc.property(lines, lines, (one, other) => {
        const { likenesses, pullRequests } = both(added(one), added(other))
        const [mine, theirs] = pullRequests.map(({ work }) => work?.lines ?? 0)
        for (const { lines, pullRequest, renamed = lines } of likenesses) {
          assert.isAtLeast(renamed, lines)
          assert.isAtMost(renamed, (pullRequest === 1 ? mine : theirs) ?? 0)
        }
        const { likenesses: own } = both(added(one), added(one))
        assert.deepStrictEqual(
          own.map(({ lines }) => lines),
          mine === 0 ? [] : [mine, mine]
        )
      })
    )
  })
})
