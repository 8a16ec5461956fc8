import { assert, describe, it } from "@effect/vitest"
import type { ChangedFile } from "../../../../src/domain/contributions/ChangedFile.ts"
import type { FileRules } from "../../../../src/domain/contributions/FileRules.ts"
import type { FileScore, TreeDifference } from "../../../../src/domain/contributions/FileScore.ts"
import { chooseMethod, exceeded, MAXIMUM_BYTES, withDifference } from "../../../../src/scoring/oss_contributions/rules/files/scoreFile.ts"
import { totalsOf } from "../../../../src/scoring/oss_contributions/rules/files/totals.ts"

const rules: FileRules = {
  languages: new Map([
    ["py", { weight: 1.5, language: "python" }],
    ["rs", { weight: 2, language: "rust" }],
    ["cs", { weight: 2, language: "csharp" }],
    ["qq", { weight: 3, language: "quux" }],
    ["md", { weight: 0.08, language: null }],
    ["json", { weight: 0.1, language: null }]
  ]),
  structural: new Map(),
  leaf: new Map()
}

const file = (changed: Partial<ChangedFile>): ChangedFile => ({
  path: "src/a.py",
  status: "modified",
  additions: 3,
  deletions: 4,
  changes: 7,
  isBinary: false,
  base: "a",
  head: "b",
  ...changed
})

const choose = (changed: Partial<ChangedFile>) => chooseMethod(file(changed), rules, (language) => ["python", "rust"].includes(language))

const scored = (changed: Partial<ChangedFile>) => {
  const choice = choose(changed)
  if (choice._tag !== "Scored") throw new Error("it wants its trees compared")
  return choice.score
}

const wanting = (changed: Partial<ChangedFile>) => {
  const choice = choose(changed)
  if (choice._tag !== "NeedsTrees") throw new Error(`it is scored as ${choice.score.method}`)
  return choice
}

describe("the first rule that matches a file", () => {
  const methods: ReadonlyArray<readonly [string, Partial<ChangedFile>, string]> = [
    ["a removed file is nothing, whatever it is", { status: "removed", path: "a.md", head: null }, "skipped"],
    ["lines count before the file is looked at", { path: "a.json", isBinary: true, head: null, base: null }, "line-count"],
    ["a binary file is nothing", { isBinary: true }, "skipped-binary"],
    ["no text at the head is as binary", { head: null }, "skipped-binary"],
    ["a binary file of an unknown kind is binary", { path: "a.png", head: null }, "skipped-binary"],
    ["a head that is too large", { head: "a".repeat(MAXIMUM_BYTES + 1) }, "skipped-large"],
    ["a base that is too large", { base: "é".repeat(MAXIMUM_BYTES / 2 + 1) }, "skipped-large"],
    ["too large before not supported", { path: "a", head: "a".repeat(MAXIMUM_BYTES + 1) }, "skipped-large"],
    ["no extension", { path: "a" }, "skipped-unsupported"],
    ["a word of JavaScript's objects as extension", { path: "a.constructor" }, "skipped-unsupported"],
    ["a language without a grammar", { path: "a.qq" }, "skipped-unsupported"],
    ["not supported before a base that is missing", { path: "a.qq", base: null }, "skipped-unsupported"],
    ["a changed file without its base", { base: null }, "skipped-missing-base"],
    ["a renamed file without its base", { status: "renamed", base: null }, "skipped-missing-base"]
  ]
  for (const [title, changed, method] of methods)
    it(title, () => {
      const score = scored(changed)
      assert.strictEqual(score.method, method)
      if (method !== "line-count") assert.deepStrictEqual([score.score, score.nodes, score.difference], [0, 0, null])
    })

  it("scores an added file without a base, an empty text as a text, and the largest allowed text", () => {
    assert.strictEqual(wanting({ status: "added", base: null }).language, "python")
    assert.strictEqual(wanting({ base: "", head: "" }).language, "python")
    assert.strictEqual(wanting({ head: "é".repeat(MAXIMUM_BYTES / 2) }).language, "python")
  })

  it("compares C# as nothing, as the subnet's program does", () => {
    const score = scored({ path: "a.cs" })
    assert.deepStrictEqual([score.method, score.category, score.score, score.nodes], ["tree-diff", "source", 0, 0])
    assert.strictEqual(scored({ path: "a.cs", base: null }).method, "skipped-missing-base")
  })

  it("counts at most 300 lines, at the extension's weight or 0.12, and tests at a twentieth", () => {
    assert.deepStrictEqual([scored({ path: "a.md" }).score, scored({ path: "a.md" }).nodes], [0.08 * 7, 7])
    assert.strictEqual(scored({ path: "a.md", changes: 301 }).score, 0.08 * 300)
    assert.strictEqual(scored({ path: "a.rst" }).score, 0.12 * 7)
    assert.strictEqual(scored({ path: "tests/a.json" }).score, 0.1 * 7 * 0.05)
    assert.strictEqual(scored({ path: "tests/a.json" }).category, "test")
    assert.strictEqual(scored({ path: "a.json" }).category, "non_code")
    assert.strictEqual(scored({ status: "removed" }).lines, 4)
  })

  it("weighs tests by path and tests beside the code", () => {
    assert.deepStrictEqual([wanting({}).weight, wanting({}).isTest], [1.5, false])
    assert.deepStrictEqual([wanting({ path: "tests/a.py" }).weight, wanting({ path: "tests/a.py" }).isTest], [1.5 * 0.05, true])
    assert.strictEqual(wanting({ path: "a.rs", head: "#[test]\nfn a() {}" }).weight, 2 * 0.05)
    assert.strictEqual(wanting({ path: "a.rs", base: "#[test]" }).weight, 2)
  })
})

const difference: TreeDifference = {
  structuralAdded: { count: 1, score: 0.1 },
  structuralDeleted: { count: 2, score: 0.2 },
  leafAdded: { count: 3, score: 0.3 },
  leafDeleted: { count: 4, score: 0.7 }
}

describe("scores and totals", () => {
  it("multiply each part first and add in the program's order", () => {
    const score = withDifference(wanting({}), difference)
    assert.strictEqual(score.score, 0.1 * 1.5 + 0.2 * 1.5 + 0.3 * 1.5 + 0.7 * 1.5)
    assert.strictEqual(score.nodes, 10)
    assert.strictEqual(score.category, "source")
  })

  it("of a pull request sum each part over the files before adding the parts", () => {
    const files = [
      withDifference(wanting({}), difference),
      withDifference(wanting({ path: "tests/a.py" }), difference),
      scored({ path: "a.md" })
    ]
    const totals = totalsOf(files)
    const weights = [1.5, 1.5 * 0.05]
    const part = (score: number) => weights.reduce((sum, weight) => sum + score * weight, 0)
    assert.strictEqual(totals.tokenScore, part(0.1) + part(0.2) + part(0.3) + part(0.7))
    assert.strictEqual(totals.sourceScore, files[0]?.score)
    assert.strictEqual(
      totals.total,
      files.reduce((sum, { score }) => sum + score, 0)
    )
    assert.strictEqual(totals.files, 3)
    const sum = (count: (score: FileScore) => number) => files.reduce((all, score) => all + count(score), 0)
    assert.deepStrictEqual(
      [
        sum(({ nodes }) => nodes),
        sum(({ lines }) => lines),
        sum(({ difference: of }) => (of?.structuralAdded.count ?? 0) + (of?.structuralDeleted.count ?? 0)),
        sum(({ difference: of }) => (of?.leafAdded.count ?? 0) + (of?.leafDeleted.count ?? 0))
      ],
      [27, 21, 6, 14]
    )
  })

  it("of a pull request beyond its budget have no test and no score", () => {
    const score = exceeded(file({ path: "tests/a.py" }))
    assert.deepStrictEqual([score.method, score.isTest, score.score, score.category], ["skipped-isolation-timeout", false, 0, "non_code"])
  })
})
