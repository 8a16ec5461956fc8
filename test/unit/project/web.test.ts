/** The page's own rules: allowed imports, and that every datum of the API is shown. */
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { document as whereShown } from "../../../scripts/shown.ts"

const root = resolve(import.meta.dirname, "../../..")
const source = join(root, "web/src")

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => name.replaceAll("\\", "/"))
const textOf = (file: string) => readFileSync(join(source, file), "utf8")

/** A file's imports, relative to the repository's root, without type-only imports. */
const importsOf = (file: string) =>
  [...textOf(file).matchAll(/^(?:import|export)\s+(type\s)?[^"'=;]*?(?:from\s+)?["'](\.{1,2}\/[^"']+)["']/gm)].map(
    ([, type, path = ""]) => ({
      type: type !== undefined,
      path: relative(root, resolve(source, dirname(file), path)).replaceAll("\\", "/")
    })
  )

/** The page's rooms (folders) from bottom to top. A file may import from its own room and earlier ones. */
const ROOMS = ["api", "format", "data", "live", "routes", "components", "shell", "pages"] as const
/** The exception: the shell draws the status that replaces a view. */
const MAY_TOO: ReadonlyArray<readonly [from: string, to: string]> = [["shell", "pages"]]

/** Files of the program whose values the page also uses. They import nothing. */
const VALUES: ReadonlyArray<string> = [
  ...["pages", "choices", "csv", "place"].map((name) => `src/dashboard/api/definition/${name}.ts`),
  "src/domain/Watch.ts",
  "src/domain/fees.ts",
  "src/domain/gitHubAddress.ts"
]

const roomOf = (file: string) => file.split("/", 1)[0] ?? file

describe("the check of a match", () => {
  it("is a program of its own: nothing of the page but colours, and of the program only what verifies", () => {
    const folder = join(root, "web/verify")
    for (const file of readdirSync(folder).filter((name) => /\.(?:ts|css)$/.test(name))) {
      const imported = [...readFileSync(join(folder, file), "utf8").matchAll(/(?:from|@import)\s+"(\.[^"]+)"/g)].map(
        ([, path = ""]) => path
      )
      assert.deepStrictEqual(
        imported.filter((path) => !path.startsWith("./") && !path.startsWith("../../src/verification/") && !path.endsWith("/colours.css")),
        [],
        file
      )
    }
    for (const file of files) assert.notInclude(textOf(file), "verification/", "no other page loads anything of it")
  })
})

describe("the page's sources", () => {
  it("exist", () => assert.include(files, "main.tsx"))

  it("use only the API's types and addresses, the filter and sort options of the program, and its words", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(({ path, type }) => !path.startsWith("web/") && !(type && path.startsWith("src/dashboard/api/definition/")))
        .filter(({ path }) => !VALUES.includes(path) && !path.startsWith("src/story/"))
        .map(({ path }) => `${file} imports ${path}`)
    )
    assert.deepStrictEqual(wrong, [])
  })

  it("import in one direction", () => {
    const order: ReadonlyArray<string> = ROOMS
    const wrong = files.flatMap((file) => {
      const from = roomOf(file)
      if (!order.includes(from)) return []
      return importsOf(file)
        .filter(({ path }) => path.startsWith("web/src/"))
        .map(({ path }) => path.slice("web/src/".length))
        .filter((path) => order.indexOf(roomOf(path)) > order.indexOf(from))
        .filter((path) => !MAY_TOO.some(([a, b]) => a === from && b === roomOf(path)))
        .map((path) => `${file} imports ${path}`)
    })
    assert.deepStrictEqual(wrong, [])
  })

  it("have no file over 400 lines, no `any`, no silenced type error, and no HTML that React did not make", () => {
    for (const file of files) {
      const text = textOf(file)
      assert.isAtMost(text.split("\n").length, 400, file)
      assert.notMatch(text, /(: any\b|as any\b|<any>|@ts-ignore|@ts-nocheck|dangerouslySetInnerHTML)/, file)
    }
  })

  it("name each class of the styles", () => {
    const sources = [...files.map(textOf), readFileSync(join(root, "web/index.html"), "utf8")]
    const named = new Set(
      sources.flatMap((text) => (text.match(/"[^"\n]*"|`[^`]*`/g) ?? []).flatMap((string) => string.match(/[\w-]+/g) ?? []))
    )
    const folder = join(source, "styles")
    const classes = readdirSync(folder).flatMap((file) =>
      [
        ...readFileSync(join(folder, file), "utf8")
          .replaceAll(/\/\*[\s\S]*?\*\/|"[^"]*"/g, "")
          .matchAll(/\.([a-z][\w-]*)/g)
      ].map(([, name = ""]) => `${file}: ${name}`)
    )
    assert.isAbove(classes.length, 1_000)
    assert.deepStrictEqual(
      classes.filter((one) => !named.has(one.split(": ")[1] ?? "")),
      [],
      "styles of classes that no component has"
    )
  })

  it("show each datum of the API on the page, and leave none out", () => {
    const rows = whereShown()
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| datum |"))
    assert.isTrue(rows.some((row) => row.includes("`components/")))
    assert.deepStrictEqual(
      rows.filter((row) => row.includes("an omission")),
      [],
      "show the datum, or say in scripts/shown.ts why not"
    )
  })
})
