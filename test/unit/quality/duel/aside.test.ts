/** A duel is shown, and decides nothing: the code of votes, ratings and payments never reads it. */
import { readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { root, sources } from "../../../support/sources.ts"

const PATTERN = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(join(root, file), "utf8").matchAll(PATTERN)].flatMap(([, path = ""]) =>
    path.endsWith(".ts") ? [relative(root, resolve(root, dirname(file), path))] : []
  )

/** All modules that a file's code can reach. */
const reachedFrom = (files: ReadonlyArray<string>): ReadonlySet<string> => {
  const reached = new Set<string>()
  const visit = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    for (const target of importsOf(file)) visit(target)
  }
  for (const file of files) visit(file)
  return reached
}

const filesIn = (folder: string): ReadonlyArray<string> => sources.filter((file) => file.startsWith(`${folder}/`))

const isOfDuels = (file: string): boolean => /(?:^|\/)(?:duel|Duel|ShownDuel|JudgeCost|judges\/|Judges|Panel|JudgeCalls)/.test(file)

/**
 * It starts the quality loop, for which nothing waits, and gives the axon's routes to readers. The other modules that it uses are examined
 * separately.
 */
const DAEMON = "src/roles/validator/daemon.ts"

describe("a duel", () => {
  it("is in files that this test knows", () => {
    const all = sources.filter(isOfDuels)
    for (const part of [
      "quality/duel/Duel.ts",
      "rules/quality/duel/outcome.ts",
      "store/DuelTables.ts",
      "judges/Judges.ts",
      "duel/beginDuels.ts"
    ])
      assert.isTrue(
        all.some((file) => file.endsWith(part)),
        part
      )
  })

  it("is out of reach of ratings, verdicts, votes, weights and the contract", () => {
    const deciding = [
      ...filesIn("src/elo"),
      ...filesIn("src/rules").filter((file) => !file.startsWith("src/rules/quality/")),
      ...filesIn("src/scoring"),
      ...filesIn("src/consensus"),
      ...filesIn("lab/contract-model"),
      ...filesIn("src/contract-client"),
      ...filesIn("src/roles/validator").filter((file) => file !== DAEMON)
    ]
    assert.isAbove(deciding.length, 100)
    assert.deepStrictEqual([...reachedFrom(deciding)].filter(isOfDuels), [])
  })

  it("has a loop that can't send anything", () => {
    const reached = [...reachedFrom(["src/quality/duel/beginDuels.ts", "src/quality/loop.ts"])]
    assert.deepStrictEqual(
      reached.filter((file) => /Sender|Journal|Guard|wallet\//.test(file)),
      []
    )
  })
})
