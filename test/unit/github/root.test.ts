/** Whether a listing of a repository's root proves that a file does not exist. The tree's hash is from `git write-tree`. */
import { createHash } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { likePathsIn, provesAbsence } from "../../../src/rules/verdicts/fromGitHub/choices.ts"

const raw = (name: string) => Buffer.from(name).toString("base64")

const ENTRIES = [
  { mode: 0o040000, nameRaw: raw("a"), oid: "a1dffc7a64c0b2d395484bf452e9aeb1da3a18f2" },
  { mode: 0o100755, nameRaw: raw("a-c"), oid: "1a2485251c33a70432394c93fb89330ef214bfc9" },
  { mode: 0o100644, nameRaw: raw("a.b"), oid: "975fbec8256d3e8a3797e7a3611380f27c49f4ac" },
  { mode: 0o120000, nameRaw: raw("l"), oid: "f6f28df96c2b40c951164286e08be7c38ec74851" }
]
const ROOT = { oid: "a402f0511f32c0e6d15ab5261319f1514cdf0d6f", entries: ENTRIES }

describe("a root", () => {
  it("proves that a file is not there, in whatever order its entries are listed", () => {
    assert.isTrue(provesAbsence(ROOT, ".gittensor.yml"))
    assert.isTrue(provesAbsence({ ...ROOT, entries: ENTRIES.toReversed() }, ".gittensor.yml"))
    assert.isTrue(provesAbsence({ oid: "4b825dc642cb6eb9a060e54bf8d69288fbee4904", entries: [] }, "a"), "git's empty tree")
  })

  it("proves nothing where it has the file, or an entry is missing or changed, or GitHub shows none", () => {
    for (const name of ["a", "a.b"]) assert.isFalse(provesAbsence(ROOT, name))
    for (const [index, entry] of ENTRIES.entries()) {
      assert.isFalse(provesAbsence({ ...ROOT, entries: ENTRIES.toSpliced(index, 1) }, "b"))
      assert.isFalse(provesAbsence({ ...ROOT, entries: ENTRIES.with(index, { ...entry, nameRaw: raw("b") }) }, "c"))
      assert.isFalse(provesAbsence({ ...ROOT, entries: ENTRIES.with(index, { ...entry, mode: 0o100664 }) }, "b"))
    }
    for (const none of [null, undefined, {}, { oid: ROOT.oid }, { oid: ROOT.oid, entries: null }]) assert.isFalse(provesAbsence(none, "b"))
  })

  it("shows the files like .gittensor.yml in it and in .github, or does not prove that there are none", () => {
    const oid = "975fbec8256d3e8a3797e7a3611380f27c49f4ac"
    const file = (name: string) => ({ mode: 0o100644, nameRaw: raw(name), oid })
    const treeOf = (...entries: ReadonlyArray<{ readonly mode: number; readonly nameRaw: string; readonly oid: string }>) => {
      const bytes = Buffer.concat(
        entries.map((one) =>
          Buffer.concat([
            Buffer.from(`${one.mode.toString(8)} `),
            Buffer.from(one.nameRaw, "base64"),
            Buffer.of(0),
            Buffer.from(one.oid, "hex")
          ])
        )
      )
      return { oid: createHash("sha1").update(`tree ${bytes.length}\0`).update(bytes).digest("hex"), entries }
    }
    const inside = treeOf(file(".Gittensor.YAML"), file("gittensor.yml"), file("x.gittensor.yml"))
    const root = treeOf(
      { mode: 0o040000, nameRaw: raw(".github"), oid: inside.oid },
      file(".gittensor.yaml"),
      file(".gittensor.yml"),
      file("gittensor.yml")
    )
    assert.deepStrictEqual(likePathsIn({ root, folder: inside }), [
      ".gittensor.yaml",
      ".gittensor.yml",
      ".github/.Gittensor.YAML",
      ".github/gittensor.yml"
    ])
    assert.deepStrictEqual(likePathsIn({ root: ROOT, folder: null }), [])
    for (const hidden of [null, undefined, treeOf(file("gittensor.yml")), { ...inside, entries: null }])
      assert.isNull(likePathsIn({ root, folder: hidden }))
    assert.isNull(likePathsIn({ root: { ...root, entries: root.entries.slice(1) }, folder: inside }))
  })
})
