/** docs/ui-handoff.md names every component. test/browser/views.test.ts looks whether a state shows each. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { PAGES } from "../../../src/dashboard/api/definition/pages.ts"

const root = resolve(import.meta.dirname, "../../..")
const files = readdirSync(join(root, "web/src/components"))
const handoff = readFileSync(join(root, "docs/ui-handoff.md"), "utf8")
/** Parts of another component. */
const PARTS = new Set(
  `AlsoPlayed ApiProblem Choice Few HowJudged IssueRowSkeleton Outcome RankedTable Streak Unanswered UnrankedTable Upset
  VerifyLink WorthFact`.split(/\s+/)
)
const components = files
  .filter((file) => file.endsWith(".tsx"))
  .flatMap((file) => [...readFileSync(join(root, "web/src/components", file), "utf8").matchAll(/^export const ([A-Z][a-z]\w*) = /gm)])
  .map(([, name = ""]) => name)
  .filter((name) => !PARTS.has(name))

describe("the handoff to a UI developer", () => {
  it("names every component and the address of every view", () => {
    assert.deepStrictEqual(
      components.filter((name) => !new RegExp(`\\b${name}\\b`).test(handoff)),
      []
    )
    const missing = Object.values(PAGES).filter((path) => path !== "/" && !handoff.includes(path.split("?")[0] ?? path))
    assert.deepStrictEqual(missing, [])
  })

  it("has pictures of today's page, six at most, which all are in their list", () => {
    const pictures = readdirSync(join(root, "docs/ui")).filter((name) => name !== "README.md")
    const listed = [...readFileSync(join(root, "docs/ui/README.md"), "utf8").matchAll(/\]\(([^)]+)\)/g)].map(([, file = ""]) => file)
    assert.sameMembers(pictures, listed)
    assert.isAtMost(pictures.length, 6)
  })
})
