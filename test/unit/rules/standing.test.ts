/** Whether work still stands, by the files before it, after it and now. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { alignedLines, linesOf } from "../../../src/domain/lines.ts"
import { type FileThen, pathNow, standingOf, type TouchedFile } from "../../../src/rules/github/standing.ts"
import { standingByLists } from "../../../src/rules/github/standingByLists.ts"

const text = (...lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")
const at = (path: string, content: string | null): FileThen | null => (content === null ? null : { path, object: content, text: content })

/** A file with one name in all three trees. */
const file = (before: string | null, after: string | null, now: string | null, path = "src/hinge.ts"): TouchedFile => ({
  before: at(path, before),
  after: at(path, after),
  now: at(path, now)
})
const HINGE = ["export const hinge = (door) => {", "  open(door)", "  close(door)", "}"]
const OIL = ["  const oil = findOil(door)", "  if (oil === undefined) return false", "  pour(oil, door.hinges)", "  wait(10)"]
const BEFORE = text(...HINGE)
const REMARK = ["  // The hinge needs no oil:", "  // it is made of brass", "  // and never stops."]
const AFTER = text(...HINGE.slice(0, 2), ...OIL, ...HINGE.slice(2))
const LONG = text(...HINGE.slice(0, 2), ...OIL, ...OIL.map((line) => `${line} // again`), ...HINGE.slice(2))
/** A lock file: packages that depend on versions of one. */
const lock = (ignore: string, ...versions: ReadonlyArray<number>) =>
  text(`name = "ignore"`, ignore, ...versions.flatMap((version, index) => [`name = "p${index}"`, ` "windows-sys ${version}",`]))
const TEST = (name: string, ...lines: ReadonlyArray<string>) =>
  ["#[test]", `fn ${name}() -> Result<()> {`, "let context = test_context!(3.12);", "", ...lines, "", "Ok(())", "}"] as const
const BOTH = ['context.temp_dir.child("pylock.toml").write_str(', 'r#"lock-version = 1.0"#', ")?;"]
const [FIRST, SECOND] = [TEST("installs", "success: true", ...BOTH), TEST("requires_packages", ...BOTH, "error: missing field packages")]
const JSX = ['"jsx": if unstable { "error" } else { "remove" },', "}"]
const OPTION = '"importsNotUsedAsValues": if unstable { "error" } else { "remove" },'
const tagOf = (files: ReadonlyArray<TouchedFile>, elsewhere: ReadonlyArray<ReadonlyArray<string>> = []) => standingOf(files, elsewhere)._tag
const now = (...lines: ReadonlyArray<string>) => file(BEFORE, AFTER, text(...lines))
const withOil = (change: (line: string) => string) => now(...HINGE.slice(0, 2), ...OIL.map(change), ...HINGE.slice(2))

describe("work", () => {
  const stands: ReadonlyArray<
    readonly [what: string, files: ReadonlyArray<TouchedFile>, elsewhere?: ReadonlyArray<ReadonlyArray<string>>]
  > = [
    ["that nobody touched", [file(BEFORE, AFTER, AFTER)]],
    ["with its test, while its code is taken back", [file(BEFORE, AFTER, BEFORE), file(null, AFTER, AFTER, "test/hinge.test.ts")]],
    ["of which half is gone", [now(...HINGE.slice(0, 2), ...OIL.slice(0, 2), ...HINGE.slice(2))]],
    ["with other white space", [withOil((line) => `\t\t${line.replaceAll(" ", "  ")}`)]],
    ["with other quotes and other names", [withOil((line) => line.replaceAll("oil", "grease").replace("wait", "pause"))]],
    ["whose lines end elsewhere", [now(...HINGE.slice(0, 2), OIL.join(" "), ...HINGE.slice(2))]],
    [
      "written anew in its place",
      [now(...HINGE.slice(0, 2), "  lubricate(door, { slowly: true })", "  await settled(door)", ...HINGE.slice(2))]
    ],
    ["moved to another file", [file(BEFORE, AFTER, BEFORE)], [OIL]],
    [
      "moved and reformatted",
      [file(BEFORE, AFTER, BEFORE)],
      [["const oil = findOil(", "door,", ")", "if (oil) pour([oil],", "door.hinges)"]]
    ],
    ["built over with more lines", [now(...HINGE.slice(0, 2), "  // it needs", "  // no oil", ...HINGE.slice(2))]],
    [
      "that changed a line and escaped what is now escaped elsewhere",
      [file(text("return html", "}"), text("return escaped(html)", "}", ...OIL), text("return html", "}"))],
      [OIL]
    ],
    ["moved to another place of the file", [now(...OIL, ...HINGE)]],
    ["in a file that is gone as a whole", [file(BEFORE, AFTER, null)]],
    ["whose file got another name", [{ ...file(BEFORE, AFTER, null), now: at("src/joint.ts", AFTER) }]],
    ["that only removed, and is removed still", [file(AFTER, BEFORE, BEFORE)]],
    ["that replaced lines, which were replaced again", [file(text("a one", "b two"), text("a one", "c three"), text("a one", "d four"))]],
    // astral-sh/uv 609be93e9, where a later bump chose the versions anew
    [
      "in a lock file whose other lines came back",
      [file(lock("0.4.25", 61, 61, 61, 52, 61), lock("0.4.26", 52, 52, 52, 52, 61), lock("0.4.26", 61, 61, 61, 52, 61))]
    ],
    // astral-sh/uv abebc6139
    [
      "that removed a test, where another one came",
      [file(text(...FIRST, ...SECOND), text(...FIRST), text(...FIRST, ...TEST("other", ...BOTH)))]
    ],
    [
      "that replaced lines, which are gone without what was before",
      [file(text("a one", "b two", "z"), text("a one", "c three", "z"), text("a one", "z"))]
    ]
  ]
  for (const [what, files, elsewhere] of stands) it(`stands: ${what}`, () => assert.strictEqual(tagOf(files, elsewhere), "Stands"))

  const image = (object: string | null): FileThen | null => (object === null ? null : { path: "logo.png", object, text: null })
  const takenBack: ReadonlyArray<
    readonly [what: string, files: ReadonlyArray<TouchedFile>, elsewhere?: ReadonlyArray<ReadonlyArray<string>>]
  > = [
    ["all of it", [file(BEFORE, AFTER, BEFORE)]],
    ["most of it", [now(...HINGE.slice(0, 2), OIL[0] ?? "", ...HINGE.slice(2))]],
    ["with something else in the file", [now("// The hinge.", ...HINGE, "export const other = 1")]],
    ["with a remark in its place", [now(...HINGE.slice(0, 2), "  // later", ...HINGE.slice(2))]],
    ["with a remark of three lines in the place of eight", [file(BEFORE, LONG, text(...HINGE.slice(0, 2), ...REMARK, ...HINGE.slice(2)))]],
    ["replaced lines, with more beside them", [file(text("a one"), text("b two"), text(...REMARK, "a one", "c three"))]],
    ["with the line above it", [now(...HINGE.slice(0, 1), ...HINGE.slice(2))]],
    ["while a like line came elsewhere", [file(BEFORE, AFTER, BEFORE)], [["const water = findWater(hose)"]]],
    // astral-sh/uv c6511b79c
    [
      "while a test with the same frame came elsewhere",
      [file(text(...FIRST), text(...FIRST, ...SECOND), text(...FIRST))],
      [TEST("other", ...BOTH)]
    ],
    // denoland/deno fbb18d40d
    [
      "a line whose common words came elsewhere",
      [file(text(...JSX), text(OPTION, ...JSX), text(...JSX))],
      [['if unstable { return "error" } else { "remove" }']]
    ],
    // withastro/astro 28f00566c
    [
      "a line, whose note moved to the list of changes",
      [
        file('const templates = "examples"', 'const templates = "examples#latest"', 'const templates = "examples"'),
        file(null, text("'create-astro': patch", "", "Use the latest branch for templates"), null, "note.md")
      ],
      [["## 0.6.0", "- Use the latest branch for templates (patch, create-astro)"]]
    ],
    // sveltejs/kit 888453829
    [
      "lines that it moved, beside a note that stays",
      [
        file(text("a", "b", "c", "d"), text("c", "d", "a", "b"), text("a", "b", "c", "d")),
        file(null, text("a note"), text("a note"), "note.md")
      ]
    ],
    ["lines of which the file has more", [file(text("a", "x", "b", "x"), text("a", "x", "b", "x", "x"), text("a", "x", "b", "x"))]],
    ["though its first line says that a program wrote it", [file(null, `// auto-generated\n${AFTER}`, null, "vendor/hinge.d.ts")]],
    ["a new file", [file(null, AFTER, null)]],
    ["a removed file, which is there again", [file(AFTER, null, AFTER)]],
    ["replaced lines", [file(text("a one", "b two"), text("a one", "c three"), text("a one", "b two"))]],
    ["under another name", [{ ...file(BEFORE, AFTER, null), now: at("src/joint.ts", BEFORE) }]],
    ["a new name", [{ before: at("a.ts", BEFORE), after: at("b.ts", BEFORE), now: at("a.ts", BEFORE) }]],
    ["a picture", [{ before: image("one"), after: image("two"), now: image("one") }]],
    ["its documents", [file(BEFORE, AFTER, BEFORE, "docs/hinge.md")]]
  ]
  for (const [what, files, elsewhere] of takenBack)
    it(`is taken back: ${what}`, () => assert.strictEqual(tagOf(files, elsewhere), "TakenBack"))

  it("stands where what it removed is not back at all", () => {
    const built = file(text("import a"), text("import b"), text("import c"))
    assert.strictEqual(tagOf([built, file(null, AFTER, null, "src/gone.ts")]), "Stands")
    assert.strictEqual(
      tagOf([file(text("import a"), text("import b"), text("import a")), file(null, AFTER, null, "src/gone.ts")]),
      "TakenBack"
    )
  })

  it("is not known where more would have to be compared than is allowed, and known up to there", () => {
    const blocks = (count: number) => Array.from({ length: count }, (_, index) => `door a${index} b${index} c${index}\n\n`).join("")
    const doors = Array.from({ length: 10_000 }, () => "the door of some house far from here")
    const started = process.cpuUsage().user
    assert.strictEqual(tagOf([file(null, blocks(100), null)], [doors]), "TakenBack")
    assert.strictEqual(tagOf([file(null, blocks(1_001), null)], [doors]), "Unknown")
    assert.isBelow(process.cpuUsage().user - started, 20_000_000)
  })

  it("is the same by GitHub's lists, and not known where they hide what may have got its lines", () => {
    const trees = { before: "a", merge: "b", head: "c" }
    const path = "src/hinge.ts"
    const at = (content: string): FileThen => ({ path, object: content, text: content })
    const shown = new Map(
      [`a:${path}`, `b:${path}`, `c:${path}`].map((one, index) => [one, at([BEFORE, AFTER, BEFORE][index] ?? "")] as const)
    )
    const changed = { status: "modified", additions: 4, deletions: 0, sha: "1" }
    const byLists = (patch?: string) => {
      const later = [{ ...changed, filename: "src/oil.ts", ...(patch === undefined ? {} : { patch }) }]
      return standingByLists(later, [{ before: path, after: path, now: path }], trees, shown)._tag
    }
    assert.strictEqual(byLists("@@ -1,0 +2 @@\n+other"), "TakenBack")
    assert.strictEqual(byLists(`@@ -1,0 +2,4 @@\n${OIL.map((line) => `+${line}`).join("\n")}`), "Stands")
    assert.strictEqual(byLists(), "Unknown")
  })

  it("is measured in lines that say something", () =>
    assert.deepStrictEqual(standingOf([now(...HINGE.slice(0, 2), ...OIL.slice(0, 3), "", "}", ...HINGE.slice(2))]), {
      _tag: "Stands",
      changed: 4,
      takenBack: 1
    }))

  it("is found by the names that files have now", () => {
    const since = { gone: new Set(["b.ts", "d.ts"]), added: new Set(["a.ts"]), renamed: new Map([["b.ts", "c.ts"]]) }
    assert.strictEqual(pathNow({ before: "x.ts", after: "x.ts" }, since), "x.ts")
    assert.strictEqual(pathNow({ before: "b.ts", after: "b.ts" }, since), "c.ts")
    assert.strictEqual(pathNow({ before: "a.ts", after: "d.ts" }, since), "a.ts")
    assert.strictEqual(pathNow({ before: "a.ts", after: null }, since), "a.ts")
    assert.isNull(pathNow({ before: "e.ts", after: null }, since))
    assert.isNull(pathNow({ before: null, after: "d.ts" }, since))
  })

  const measured = (one: TouchedFile) => {
    const found = standingOf([one])
    return found._tag === "Unknown" ? assert.fail(found.why) : found
  }
  const line = fc.constantFrom("a one", "b two", "c three", "d four", "e five", "f six", "{", "")
  const lines = fc.array(line, { maxLength: 12 }).map((all) => all.map((one, index) => (index % 3 === 0 ? one : `${one} ${index}`)))

  it("stands where it is as it landed, and is taken back where it is as before, whatever it was", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const [one, other] = [text(...before), text(...after)]
        const { changed, ...untouched } = measured(file(one, other, other))
        assert.deepStrictEqual(untouched, { _tag: "Stands", takenBack: 0 })
        assert.deepStrictEqual(measured(file(one, other, one)), { _tag: changed > 0 ? "TakenBack" : "Stands", changed, takenBack: changed })
      }),
      { numRuns: 2_000 }
    )
  })

  it("is never taken back further than it went", () => {
    fc.assert(
      fc.property(lines, lines, lines, (before, after, present) => {
        const { changed, takenBack: undone } = measured(file(text(...before), text(...after), text(...present)))
        assert.isAtMost(undone, changed)
      }),
      { numRuns: 2_000 }
    )
  })
})

describe("lines", () => {
  it("are aligned in rising order, each with an equal one", () => {
    const many = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 30 }).map((all) => linesOf(all.join("\n")))
    fc.assert(
      fc.property(many, many, (one, other) => {
        const places = [...alignedLines(one, other)]
        const found = places.filter((place) => place >= 0)
        assert.deepStrictEqual(
          found,
          [...new Set(found)].toSorted((a, b) => a - b)
        )
        for (const [index, place] of places.entries()) if (place >= 0) assert.strictEqual(one[index]?.text, other[place]?.text)
        assert.deepStrictEqual([...alignedLines(one, one)], [...one.keys()])
      })
    )
  })

  it("are aligned in linear time, whatever they are", () => {
    const alike = linesOf("x one\n".repeat(200_000))
    const cpu = process.cpuUsage().user
    alignedLines(alike, linesOf(`y\n${"x one\n".repeat(150_000)}z`))
    alignedLines(
      linesOf(Array.from({ length: 100_000 }, (_, index) => `line ${index % 500}`).join("\n")),
      linesOf(Array.from({ length: 100_000 }, (_, index) => `line ${(index * 7) % 500}`).join("\n"))
    )
    assert.isBelow(process.cpuUsage().user - cpu, 5_000_000)
  })
})
