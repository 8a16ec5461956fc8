/** Third-party code in the executable: by the bundler's own list, and under licences that allow it. */
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import packageFile from "../../../package.json"
import { bundledFiles } from "../../../scripts/executable.ts"
import { CRATES, cratesOf, lockedCrates } from "../../../scripts/release/crates.ts"
import { builtGrammars, grammarNotice, grammarsIn } from "../../../scripts/release/grammars.ts"
import { notices } from "../../../scripts/release/notices.ts"
import { forbidden, isPermissive, packagesOf } from "../../../scripts/release/packages.ts"
import { sbom } from "../../../scripts/release/sbom.ts"

const Licence = Schema.Struct({
  expression: Schema.optional(Schema.String),
  license: Schema.optional(Schema.Struct({ id: Schema.optional(Schema.String), name: Schema.optional(Schema.String) }))
})
const Component = Schema.Struct({
  "bom-ref": Schema.NonEmptyString,
  type: Schema.Literal("application", "library"),
  name: Schema.NonEmptyString,
  version: Schema.NonEmptyString,
  purl: Schema.NonEmptyString,
  licenses: Schema.optional(Schema.Array(Licence))
})
/** The required fields of a CycloneDX document. */
const Bill = Schema.Struct({
  bomFormat: Schema.String,
  specVersion: Schema.String,
  serialNumber: Schema.String,
  metadata: Schema.Struct({ component: Component }),
  components: Schema.Array(Component),
  dependencies: Schema.Array(Schema.Struct({ ref: Schema.String, dependsOn: Schema.Array(Schema.String) }))
})
const decodeBill = Schema.decodeUnknownSync(Schema.parseJson(Bill))

describe("the executable", () => {
  it("contains no package whose licence is not a permissive one, and its notices name every package with a text", async () => {
    const files = await bundledFiles()
    const packages = packagesOf(files)
    assert.include(
      packages.map(({ name }) => name),
      "effect"
    )
    assert.deepStrictEqual(forbidden(packages), [])
    // They come with polkadot.js, under the GPL.
    assert.deepStrictEqual(
      files.filter((file) => /node_modules\/(@substrate\/(?!ss58-registry\/)|smoldot\/|@polkadot-api\/)/.test(file)),
      []
    )
    const text = notices(packages, [])
    for (const { name, version, texts } of packages) {
      assert.include(text, `| ${name} | ${version} |`)
      for (const one of texts) assert.include(text, one)
    }
    assert.deepStrictEqual(
      files.flatMap((file) => /^wasm\/grammars\/(.+)\.wasm\.zst$/.exec(file)?.[1] ?? []),
      [...builtGrammars()]
    )
  })

  it("has a bill of materials that names each package, grammar and crate with its version, licence and address", async () => {
    const packages = packagesOf(await bundledFiles())
    const text = sbom(packages)
    assert.strictEqual(sbom(packages), text, "the same bytes again")
    const { bomFormat, components, dependencies, metadata, serialNumber, specVersion } = decodeBill(text)
    assert.deepStrictEqual([bomFormat, specVersion], ["CycloneDX", "1.5"])
    assert.match(serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.deepInclude(metadata.component, { type: "application", name: "gittensor", version: packageFile.version })
    const addressOf = ({ name, version }: { readonly name: string; readonly version: string }) =>
      `pkg:npm/${name.replace(/^@/, "%40")}@${version}`
    const listed = new Map(components.map((one) => [one.purl, one]))
    for (const one of packages) {
      const { licenses = [] } = listed.get(addressOf(one)) ?? assert.fail(`${one.name} ${one.version} is not listed`)
      const licences = licenses.map(({ expression, license }) => expression ?? license?.id ?? license?.name)
      assert.deepStrictEqual(licences, [one.licence], one.name)
    }
    const crates = CRATES.flatMap(({ folder }) => cratesOf(folder)).map(({ name, version }) => `pkg:cargo/${name}@${version}`)
    assert.includeMembers([...listed.keys()], crates)
    const kindOf = (purl: string) => /^pkg:(\w+)/.exec(purl)?.[1]
    assert.strictEqual(components.filter(({ purl }) => kindOf(purl) === "github").length, builtGrammars().length)
    // The package `bun` is the runtime; every listed component is in the executable.
    const npm = components.flatMap(({ name, purl }) => (kindOf(purl) === "npm" ? [name] : []))
    assert.deepStrictEqual([...new Set(npm)].toSorted(), [...new Set([...packages.map(({ name }) => name), "bun"])].toSorted())
    const refs = components.map((one) => one["bom-ref"])
    assert.strictEqual(new Set(refs).size, refs.length, "references are unique")
    for (const { ref, dependsOn } of dependencies)
      assert.includeMembers([...refs, metadata.component["bom-ref"]], [ref, ...dependsOn], `what ${ref} depends on`)
  })

  it("would be refused with a package under the GPL, by its name", () => {
    const [smoldot] = packagesOf(["node_modules/smoldot/dist/mjs/index-nodejs.js"])
    assert.isDefined(smoldot)
    assert.deepStrictEqual(forbidden(smoldot === undefined ? [] : [smoldot]), [
      `smoldot ${smoldot?.version} is in the executable, and its licence is not a permissive one: GPL-3.0-or-later WITH Classpath-exception-2.0`
    ])
    for (const licence of ["AGPL-3.0-only", "LGPL-2.1", "MIT AND GPL-2.0", "(MIT OR ISC) AND GPL-3.0", "SEE LICENSE IN FILE", "none", ""])
      assert.isFalse(isPermissive(licence), licence)
    for (const licence of [
      "MIT",
      "(MIT OR GPL-3.0)",
      "MIT AND Apache-2.0",
      "(BSD-2-Clause OR (MIT OR Apache-2.0))",
      "(MIT OR GPL-3.0) AND Unicode-3.0"
    ])
      assert.isTrue(isPermissive(licence), licence)
  })

  it("contains a typeface whose licence is in its notices, as its package brings it", () => {
    const font = new URL("../../../node_modules/@fontsource-variable/archivo/", import.meta.url)
    assert.strictEqual(JSON.parse(readFileSync(new URL("package.json", font), "utf8")).license, "OFL-1.1")
    assert.include(notices([], []), readFileSync(new URL("LICENSE", font), "utf8").trim())
  })

  it("contains grammars that the notice names with a revision and a licence, under none of the GNU licences", () => {
    const named = grammarsIn(grammarNotice())
    assert.deepStrictEqual(named.map(({ name }) => name).toSorted(), [...builtGrammars()])
    assert.deepStrictEqual(
      named.filter(({ licence }) => !/^(MIT|Apache|ISC|CC0|Unlicense|BSD)/.test(licence)),
      []
    )
  })

  it.each(CRATES)("contains $what without any crate whose licence is not a permissive one", ({ folder }) => {
    const crates = cratesOf(folder)
    // scripts/crates.ts recorded cargo's metadata of each crate in the lockfile.
    assert.deepStrictEqual(crates.map(({ name, version }) => `${name} ${version}`).toSorted(), lockedCrates(folder).toSorted())
    assert.deepStrictEqual(forbidden(crates), [])
    const text = notices([], [])
    for (const { name, version, licence } of crates) assert.include(text, `${name} ${version} (${licence})`)
  })
})
