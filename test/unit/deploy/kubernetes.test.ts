/** The Kubernetes manifests match Kubernetes' schemas, have no misspelt field, and run a validator safely. */
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { parse, parseAllDocuments } from "yaml"

const root = join(import.meta.dirname, "../../..")
const folder = join(root, "deploy/kubernetes")
const models = join(root, "node_modules/kubernetes-models")

const Metadata = Schema.Struct({ name: Schema.NonEmptyString })
const Resource = Schema.Struct(
  { apiVersion: Schema.String, kind: Schema.String, metadata: Metadata },
  { key: Schema.String, value: Schema.Unknown }
)
type Resource = typeof Resource.Type

const Kustomization = Schema.Struct({
  apiVersion: Schema.Literal("kustomize.config.k8s.io/v1beta1"),
  kind: Schema.Literal("Kustomization"),
  namespace: Schema.Literal("gittensor"),
  resources: Schema.Array(Schema.String),
  labels: Schema.Array(Schema.Struct({ pairs: Schema.Record({ key: Schema.String, value: Schema.String }) })),
  configMapGenerator: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      literals: Schema.optional(Schema.Array(Schema.String)),
      files: Schema.optional(Schema.Array(Schema.String))
    })
  ),
  images: Schema.Array(Schema.Struct({ name: Schema.String, newName: Schema.String, newTag: Schema.String }))
})
const kustomization = Schema.decodeUnknownSync(Kustomization, { onExcessProperty: "error" })(
  parse(readFileSync(join(folder, "kustomization.yaml"), "utf8"))
)

const resourcesIn = (text: string): ReadonlyArray<Resource> =>
  parseAllDocuments(text).map((document) => {
    assert.deepStrictEqual(document.errors, [])
    return Schema.decodeUnknownSync(Resource)(document.toJS())
  })
const resources = kustomization.resources.flatMap((name) => resourcesIn(readFileSync(join(folder, name), "utf8")))

/** The folder of a resource's schema: `apps/v1`, `v1`. */
const modelOf = ({ apiVersion, kind }: Resource) => join(models, apiVersion, `${kind}.js`)

const validated = async (resource: Resource): Promise<string> => {
  const file = modelOf(resource)
  if (!existsSync(file)) return `there is no ${resource.kind} in ${resource.apiVersion}`
  const module: Readonly<Record<string, new (data: unknown) => { readonly validate: () => void }>> = await import(file)
  const Model = module[resource.kind]
  if (Model === undefined) return `${file} has no ${resource.kind}`
  try {
    new Model(resource).validate()
    return ""
  } catch (error) {
    return `${resource.kind} ${resource.metadata.name}: ${error instanceof Error ? error.message : error}`
  }
}

const hasKubectl = (() => {
  try {
    execFileSync("kubectl", ["kustomize", "--help"], { stdio: "ignore", timeout: 20_000 })
    return true
  } catch {
    return false
  }
})()

const named = (kind: string, name: string): Resource => {
  const found = resources.find((one) => one.kind === kind && one.metadata.name === name)
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`)
  return found
}

/** Every scalar in a resource, with its path. */
const leaves = (value: unknown, path = ""): ReadonlyArray<readonly [string, unknown]> =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, part]) => leaves(part, path === "" ? key : `${path}.${key}`))
    : [[path, value]]
const at = (resource: Resource, path: string): unknown => leaves(resource).find(([one]) => one === path)?.[1]

describe("the Kubernetes manifests", () => {
  it("match Kubernetes' schemas", async () => {
    assert.isAbove(resources.length, 8)
    const wrong = await Promise.all(resources.map(validated))
    assert.deepStrictEqual(
      wrong.filter((text) => text !== ""),
      []
    )
    // The schemas do reject an invalid value.
    const validator = named("Deployment", "validator")
    assert.match(await validated({ ...validator, spec: { replicas: "one" } }), /replicas/)
    assert.match(await validated({ ...validator, apiVersion: "apps/v9" }), /there is no Deployment/)
  })

  it("have no field unknown to Kubernetes", () => {
    const temporary = mkdtempSync(join(tmpdir(), "gittensor-manifests-"))
    try {
      const check = (all: ReadonlyArray<Resource>) => {
        const lines = all.flatMap((resource, index) => [
          `import type { I${resource.kind} as I${index} } from ${JSON.stringify(modelOf(resource))}`,
          `export const r${index}: I${index} = ${JSON.stringify(resource)}`
        ])
        const file = join(temporary, "manifests.ts")
        writeFileSync(file, lines.toSorted((a, b) => (a < b ? 1 : -1)).join("\n"))
        const compiler = join(root, "node_modules/typescript/bin/tsc")
        const flags = [
          "--noEmit",
          "--skipLibCheck",
          "--strict",
          "--module",
          "nodenext",
          "--target",
          "esnext",
          "--types",
          "",
          "--ignoreConfig"
        ]
        try {
          execFileSync("node", [compiler, ...flags, file], { cwd: temporary, encoding: "utf8", stdio: "pipe" })
          return ""
        } catch (error) {
          return typeof error === "object" && error !== null && "stdout" in error ? String(error.stdout) : String(error)
        }
      }
      assert.strictEqual(check(resources), "")
      const service = named("Service", "serve")
      assert.match(check([{ ...service, spec: { prots: [] } }]), /prots/)
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  }, 60_000)

  it("refer only to existing settings, secrets, volumes, ports and files", () => {
    const maps = new Set(kustomization.configMapGenerator.map(({ name }) => name))
    const secrets = new Map([
      ["gittensor-github", ["token"]],
      ["gittensor-database", ["superuser", "index", "serve"]],
      ["gittensor-hotkey", []]
    ])
    const document = readFileSync(join(root, "docs/operate.md"), "utf8")
    for (const name of secrets.keys()) assert.include(document, `secret generic ${name}`)
    for (const resource of resources)
      for (const [path, value] of leaves(resource)) {
        if (/configMap(Ref|KeyRef)?\.name$/.test(path)) assert.isTrue(maps.has(String(value)), path)
        if (/secretKeyRef\.name$|secret\.secretName$/.test(path)) assert.isTrue(secrets.has(String(value)), path)
        if (/secretKeyRef\.key$/.test(path))
          assert.include([...(secrets.get(String(at(resource, path.replace(/key$/, "name")))) ?? [])], value, path)
        if (/volumeMounts\.\d+\.name$/.test(path)) {
          const volumes = leaves(resource).filter(([one]) => /(volumes|volumeClaimTemplates)\.\d+\.(metadata\.)?name$/.test(one))
          assert.isTrue(
            volumes.some(([, name]) => name === value),
            `${resource.metadata.name}: ${value}`
          )
        }
        if (/(Probe\.(httpGet|tcpSocket)\.port|targetPort)$/.test(path)) {
          const owner = /targetPort$/.test(path)
            ? (resources.find(
                (one) => one !== resource && one.metadata.name === resource.metadata.name && /Deployment|StatefulSet/.test(one.kind)
              ) ?? resource)
            : resource
          assert.isTrue(
            leaves(owner).some(([one, name]) => /ports\.\d+\.name$/.test(one) && name === value),
            `${resource.metadata.name}: ${value}`
          )
        }
        if (/persistentVolumeClaim\.claimName$/.test(path)) named("PersistentVolumeClaim", String(value))
      }
    for (const { files = [] } of kustomization.configMapGenerator)
      for (const file of files) assert.isTrue(existsSync(join(folder, file)), file)
    assert.strictEqual(kustomization.images[0]?.newTag, JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version)
  })

  it("never let two validators or two indexes run", () => {
    for (const name of ["validator", "index"]) {
      const deployment = named("Deployment", name)
      assert.strictEqual(at(deployment, "spec.replicas"), 1)
      assert.strictEqual(at(deployment, "spec.strategy.type"), "Recreate")
    }
    assert.strictEqual(at(named("PersistentVolumeClaim", "validator"), "spec.accessModes.0"), "ReadWriteOnce")
  })

  it("run without privileges, within limits, and with health checks", () => {
    const CONTAINER = "spec.template.spec.containers.0"
    for (const resource of resources.filter(({ kind }) => /Deployment|StatefulSet/.test(kind))) {
      const { name } = resource.metadata
      assert.strictEqual(at(resource, "spec.template.spec.securityContext.runAsNonRoot"), true, name)
      assert.strictEqual(at(resource, "spec.template.spec.automountServiceAccountToken"), false, name)
      assert.strictEqual(at(resource, `${CONTAINER}.securityContext.allowPrivilegeEscalation`), false, name)
      assert.strictEqual(at(resource, `${CONTAINER}.securityContext.capabilities.drop.0`), "ALL", name)
      assert.isDefined(at(resource, `${CONTAINER}.resources.limits.memory`), name)
      assert.isDefined(at(resource, `${CONTAINER}.resources.requests.cpu`), name)
      if (name === "postgres") continue
      assert.strictEqual(at(resource, `${CONTAINER}.readinessProbe.httpGet.path`), "/ready", name)
      assert.strictEqual(at(resource, `${CONTAINER}.securityContext.readOnlyRootFilesystem`), true, name)
    }
    for (const name of ["validator", "index"])
      assert.strictEqual(at(named("Deployment", name), `${CONTAINER}.livenessProbe.httpGet.path`), "/live")
    // The manifests contain no secret.
    for (const resource of resources)
      for (const [path, value] of leaves(resource)) assert.notMatch(String(value), /ghp_|github_pat_|:\/\/[^:@/]+:[^$@/][^@/]*@/, path)
  })

  it.skipIf(!hasKubectl)("are assembled by kustomize, with every reference resolved", async () => {
    const built = resourcesIn(execFileSync("kubectl", ["kustomize", folder], { encoding: "utf8", timeout: 600_000 }))
    const wrong = await Promise.all(built.map(validated))
    assert.deepStrictEqual(
      wrong.filter((text) => text !== ""),
      []
    )
    assert.lengthOf(built, resources.length + kustomization.configMapGenerator.length)
    const maps = built.filter(({ kind }) => kind === "ConfigMap").map(({ metadata }) => metadata.name)
    for (const resource of built)
      for (const [path, value] of leaves(resource)) if (/configMap(Ref)?\.name$/.test(path)) assert.include(maps, value)
  })
})
