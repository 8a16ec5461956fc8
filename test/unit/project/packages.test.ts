/** The lockfile's packages install without a warning on the oldest supported Node, and from any registry. */
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const root = resolve(import.meta.dirname, "../../..")
const read = (file: string) => readFileSync(join(root, file), "utf8")

const Engines = Schema.Struct({ node: Schema.optional(Schema.String) })
const Package = Schema.Struct({
  // A few old packages have a list here.
  engines: Schema.optional(Schema.Union(Engines, Schema.Array(Schema.String))),
  resolved: Schema.optional(Schema.String),
  optionalDependencies: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String }))
})
const { packages } = Schema.decodeUnknownSync(
  Schema.parseJson(Schema.Struct({ packages: Schema.Record({ key: Schema.String, value: Package }) }))
)(read("package-lock.json"))
const ours = Schema.decodeUnknownSync(Schema.parseJson(Schema.Struct({ engines: Schema.Struct({ node: Schema.String }) })))(
  read("package.json")
).engines.node

describe("the packages", () => {
  const [, oldest = ""] = /^>=(\d+\.\d+\.\d+)$/.exec(ours) ?? []

  it("allow the oldest Node of package.json, which the README names", () => {
    assert.notStrictEqual(oldest, "", `package.json: engines.node is "${ours}", not a whole version like ">=20.19.0"`)
    assert.isTrue(Bun.semver.satisfies("20.19.0", "^20.19.0 || >=22.12.0"))
    assert.isFalse(Bun.semver.satisfies("20.19.0", ">= 24"))
    const refusing = Object.entries(packages).flatMap(([path, { engines }]) => {
      const node = engines !== undefined && "node" in engines ? engines.node : undefined
      return node === undefined || Bun.semver.satisfies(oldest, node) ? [] : [`${path} needs Node ${node}`]
    })
    assert.deepStrictEqual(refusing, [], `npm install warns on Node ${oldest}`)
    assert.isDefined(packages["node_modules/vitest"]?.engines)
    const named = oldest.replace(/\.0$/, "")
    for (const file of ["README.md", "docs/validator.md"]) assert.include(read(file), `Node ${named} or newer`, file)
  })

  it("are complete in the lockfile, other platforms' too, so that npm install does not change it", () => {
    const present = new Set(Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)))
    const absent = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).flatMap((name) => (present.has(name) ? [] : [`${name} of ${path}`]))
    )
    assert.deepStrictEqual(absent, [], "run npm install and commit package-lock.json")
  })

  it("name no registry's host in the lockfile, as .npmrc says", () => {
    assert.include(read(".npmrc").split("\n"), "omit-lockfile-registry-resolved=true")
    assert.deepStrictEqual(
      Object.entries(packages).flatMap(([path, { resolved }]) => (resolved === undefined ? [] : [path])),
      []
    )
  })
})
