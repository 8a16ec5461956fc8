/** A duel is shown, and decides nothing: what votes, rates and pays never sees it. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"

const root = resolve(import.meta.dirname, "../../../../src")
const PATTERN = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(join(root, file), "utf8").matchAll(PATTERN)].flatMap(([, path = ""]) =>
    path.endsWith(".ts") ? [relative(root, resolve(root, dirname(file), path))] : []
  )

/** Everything that a file's code can reach. */
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

const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`)

const isOfDuels = (file: string): boolean => /(?:^|\/)(?:duel|Duel|ShownDuel|JudgeCost|judges\/|Judges|Panel|JudgeCalls)/.test(file)

/** The loops that look at pull requests' quality; nothing waits for them. */
const QUALITY_LOOPS = ["validator/loops/quality.ts", "validator/loops/duels.ts", "validator/loops/judging.ts", "validator/judging.ts"]

/** What only shows: the daemon starts the loops above, and gives its axon's routes to readers, and `explain` asks other validators. Whatever else they use is looked at by itself. */
const SHOWING = ["validator/daemon.ts", "scoring/issue_competitions/explainQuality.ts"]

describe("a duel", () => {
  it("is in files that this test knows", () => {
    const all = filesIn("").filter(isOfDuels)
    for (const part of ["quality/duel/Duel.ts", "rules/duel/outcome.ts", "quality/DuelTables.ts", "judges/Judges.ts", "loops/duels.ts"])
      assert.isTrue(
        all.some((file) => file.endsWith(part)),
        part
      )
  })

  it("is out of reach of ratings, verdicts, votes, weights and the contract", () => {
    const deciding = [
      ...filesIn("elo"),
      ...filesIn("scoring"),
      ...filesIn("consensus"),
      ...filesIn("contract-model"),
      ...filesIn("contract-client"),
      ...filesIn("validator").filter((file) => !QUALITY_LOOPS.includes(file))
    ].filter((file) => !SHOWING.includes(file))
    assert.isAbove(deciding.length, 100)
    assert.deepStrictEqual([...reachedFrom(deciding)].filter(isOfDuels), [])
  })

  it("has a loop that can't send anything", () => {
    const reached = [...reachedFrom(["validator/loops/duels.ts", "validator/loops/judging.ts"])]
    assert.deepStrictEqual(
      reached.filter((file) => /Sender|Journal|Guard|wallet\//.test(file)),
      []
    )
  })
})
