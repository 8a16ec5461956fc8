/** The component book and docs/ui-handoff.md cover every component, and the pictures every view. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { PAGES } from "../../../src/api/definition/pages.ts"

const root = resolve(import.meta.dirname, "../../..")
const files = readdirSync(join(root, "web/src/components"))
const handoff = readFileSync(join(root, "docs/ui-handoff.md"), "utf8")
const components = files.filter((file) => /^[A-Z]\w*\.tsx$/.test(file)).map((file) => file.replace(".tsx", ""))

describe("the handoff to a UI developer", () => {
  it("has an entry in the book for every component", () => {
    assert.isAbove(components.length, 40)
    assert.deepStrictEqual(
      components.filter((name) => !files.includes(`${name}.book.tsx`)),
      []
    )
  })

  it("names every component and the address of every view", () => {
    assert.deepStrictEqual(
      components.filter((name) => !new RegExp(`\\b${name}\\b`).test(handoff)),
      []
    )
    const missing = Object.values(PAGES).filter((path) => path !== "/" && !handoff.includes(path.split("?")[0] ?? path))
    assert.deepStrictEqual(missing, [])
  })

  it("has pictures of every view at three widths in two themes", () => {
    const of = new Set(readdirSync(join(root, "docs/ui")))
    for (const view of [
      "home",
      "issues",
      "competitions",
      "miners",
      "miner",
      "leaderboard",
      "head-to-head",
      "treasury",
      "validators",
      "validator",
      "events",
      "stats",
      "how-it-works"
    ])
      for (const width of [360, 1280, 2560])
        for (const theme of ["light", "dark"]) assert.isTrue(of.has(`${view}-${width}-${theme}.jpg`), `${view} ${width} ${theme}`)
    for (const [, file = ""] of readFileSync(join(root, "docs/ui/README.md"), "utf8").matchAll(/\]\(([^)]+\.jpg)\)/g))
      assert.isTrue(existsSync(join(root, "docs/ui", file)), file)
  })
})
