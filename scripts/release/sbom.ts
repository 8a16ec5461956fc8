/** sbom.cdx.json: npm's own list of components (CycloneDX), reduced to the executable's, plus its components that are not npm packages. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import packageFile from "../../package.json"
import { CRATES, cratesOf } from "./crates.ts"
import { grammarNotice, grammarsIn } from "./grammars.ts"
import type { BundledPackage } from "./packages.ts"

interface Component {
  readonly "bom-ref": string
  readonly type: string
  readonly name: string
  readonly version: string
  readonly purl?: string
}

interface Bom {
  readonly serialNumber: string
  readonly metadata: { readonly timestamp?: string; readonly component: Component }
  readonly components: ReadonlyArray<Component>
  readonly dependencies: ReadonlyArray<{ readonly ref: string; readonly dependsOn?: ReadonlyArray<string> }>
}

const npmList = (): Bom =>
  JSON.parse(
    execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 64 * 1024 ** 2
    })
  )

/** The URN of a UUID derived from the content: the same content has the same number. */
const serialNumber = (content: string): string => {
  const hex = createHash("sha256").update(content).digest("hex")
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const crateComponents = () => {
  const all = new Map(CRATES.flatMap(({ folder }) => cratesOf(folder)).map((one) => [`${one.name}@${one.version}`, one]))
  return [...all.values()].map(({ name, version, licence }) => ({
    "bom-ref": `crate:${name}@${version}`,
    type: "library",
    name,
    version,
    purl: `pkg:cargo/${name}@${version}`,
    licenses: [{ expression: licence }]
  }))
}

const grammarComponents = () =>
  grammarsIn(grammarNotice()).map(({ name, repository, revision, licence }) => ({
    "bom-ref": `grammar:${name}`,
    type: "library",
    name: `tree-sitter grammar ${name}`,
    version: revision,
    purl: `pkg:github/${repository.toLowerCase()}@${revision}`,
    licenses: [{ license: { name: licence } }]
  }))

const isBundled = (packages: ReadonlyArray<BundledPackage>) => {
  // The package `bun` contains the executable's runtime.
  const names = new Set([...packages.map(({ name, version }) => `${name}@${version}`), `bun@${packageFile.dependencies.bun}`])
  return ({ name, version }: Component) => names.has(`${name}@${version}`)
}

/** The bill of materials for an executable with these packages. The same packages give the same bytes. */
export const sbom = (packages: ReadonlyArray<BundledPackage>): string => {
  const whole = npmList()
  const bundled = whole.components.filter(isBundled(packages))
  const missing = packages.filter(({ name, version }) => !bundled.some((one) => one.name === name && one.version === version))
  if (missing.length > 0) throw new Error(`npm's list lacks ${missing.map(({ name, version }) => `${name} ${version}`).join(", ")}`)
  const own = whole.metadata.component["bom-ref"]
  const refs = new Set([own, ...bundled.map((one) => one["bom-ref"])])
  const { timestamp: _, ...metadata } = whole.metadata
  // npm names the component after its folder.
  const component = { ...metadata.component, name: packageFile.name, type: "application" }
  const reduced = {
    ...whole,
    serialNumber: "",
    metadata: { ...metadata, component },
    components: [
      // A development dependency of npm is in the executable if the page needs it.
      ...bundled.map((one) => ({ ...one, scope: "required", properties: [] })),
      ...grammarComponents(),
      ...crateComponents()
    ],
    dependencies: whole.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }))
  }
  return `${JSON.stringify({ ...reduced, serialNumber: serialNumber(JSON.stringify(reduced)) }, null, 2)}\n`
}
