/** The documents have no broken links, and their lists are complete. */
import { readdirSync, readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import * as Command from "@effect/cli/Command"
import { assert, describe, it } from "@effect/vitest"
import { HashMap } from "effect"
import { gittensor } from "../../../executable/gittensor.ts"
import { brokenLinks } from "../../support/anchors.ts"
import { documents } from "../../support/documents.ts"

const root = resolve(import.meta.dirname, "../../..")
const read = (file: string) => readFileSync(join(root, file), "utf8")
const pages = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"))
const references = readdirSync(join(root, "docs/reference"))
const decisions = readdirSync(join(root, "docs/decisions"))

describe("the documents", () => {
  it("link to files and headings that exist", () => {
    assert.deepStrictEqual(brokenLinks(root, documents), [])
  })

  it("are all in the index docs/README.md", () => {
    const index = read("docs/README.md")
    assert.deepStrictEqual(
      [...pages, ...references.map((name) => `reference/${name}`)].filter((name) => name !== "README.md" && !index.includes(`(${name})`)),
      []
    )
  })

  it("are short where somebody begins to read, and leave the rest to docs/reference", () => {
    for (const name of ["demo", "life-of-a-bounty", "validator", "miner", "owner", "dashboard", "consensus", "quality", "scoring"])
      assert.isAtMost(read(`docs/${name}.md`).length, 9_000, name)
  })

  it("have every decision in docs/decisions/README.md, on the day that its file names", () => {
    const index = read("docs/decisions/README.md")
    for (const name of decisions.filter((name) => name !== "README.md" && name !== "libraries.md")) {
      const [, title, day] = /^# (.+)\n\n(\d{4}-\d\d-\d\d)\n\n\S/.exec(read(`docs/decisions/${name}`)) ?? []
      assert.include(index, `| ${day} | [${title}](${name}) |`)
    }
  })

  it("describe every room of src/ and src/layers/ in ARCHITECTURE.md, and no other", () => {
    const foldersOf = (folder: string) =>
      readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    /** The names in the first column of the table that starts with this heading. */
    const describedIn = (heading: string) => {
      const [, table = ""] = read("ARCHITECTURE.md").split(`| ${heading} |`)
      const rows = table.split("\n\n", 1)[0]?.split("\n") ?? []
      return rows.flatMap((row) => [...(/^\| ([^|]+) \|/.exec(row)?.[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name))
    }
    const rooms = describedIn("folder of `src/`").filter((name) => !name.endsWith(".ts"))
    assert.deepStrictEqual([...new Set(rooms.map((name) => name.split("/", 1)[0] ?? name))].toSorted(), foldersOf("src").toSorted())
    assert.deepStrictEqual(describedIn("room of `src/layers/`").toSorted(), foldersOf("src/layers").toSorted())
  })

  it("name every command in docs/commands.md", () => {
    const text = read("docs/commands.md")
    const commands = [...HashMap.keys(Command.getSubcommands(gittensor))]
    assert.include(commands, "validate")
    assert.deepStrictEqual(
      commands.filter((name) => !new RegExp(`\`${name}\\b`).test(text)),
      []
    )
  })
})
