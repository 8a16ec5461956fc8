/** The Kubernetes manifests match Kubernetes' schemas, have no misspelt field, and run a validator safely. */
import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { parse, parseAllDocuments } from "yaml"

const root = join(import.meta.dirname, "../../..")
const folder = join(root, "deploy/kubernetes")
const models = join(root, "node_modules/kubernetes-models")
const document = readFileSync(join(root, "docs/operate.md"), "utf8")
const workOptions = readFileSync(join(root, "src/cli/work/command.ts"), "utf8")

const Ingress = Schema.Struct({
  ingress: Schema.optionalWith(
    Schema.Array(
      Schema.Struct({ from: Schema.optional(Schema.Array(Schema.Unknown)), ports: Schema.Array(Schema.Struct({ port: Schema.Int })) })
    ),
    { default: () => [] }
  )
})

const Metadata = Schema.Struct({ name: Schema.NonEmptyString })
const Resource = Schema.Struct(
  { apiVersion: Schema.String, kind: Schema.String, metadata: Metadata },
  { key: Schema.String, value: Schema.Unknown }
)
type Resource = typeof Resource.Type

const Kustomization = Schema.Struct({
  apiVersion: Schema.Literal("kustomize.config.k8s.io/v1beta1"),
  kind: Schema.Literal("Kustomization"),
  namespace: Schema.optional(Schema.Literal("gittensor")),
  resources: Schema.Array(Schema.String),
  labels: Schema.optional(Schema.Array(Schema.Struct({ pairs: Schema.Record({ key: Schema.String, value: Schema.String }) }))),
  configMapGenerator: Schema.optional(
    Schema.Array(
      Schema.Struct({
        name: Schema.String,
        literals: Schema.optional(Schema.Array(Schema.String)),
        files: Schema.optional(Schema.Array(Schema.String))
      })
    )
  )
})
const kustomizationIn = (place: string) =>
  Schema.decodeUnknownSync(Kustomization, { onExcessProperty: "error" })(
    parse(readFileSync(join(folder, place, "kustomization.yaml"), "utf8"))
  )

const resourcesIn = (text: string): ReadonlyArray<Resource> =>
  parseAllDocuments(text).map((document) => {
    assert.deepStrictEqual(document.errors, [])
    return Schema.decodeUnknownSync(Resource)(document.toJS())
  })

const BASES = ["base/namespace", "base/validator", "base/dashboard", "base/workers"]
/** The files of each applied folder. */
const DEPLOYMENTS: Readonly<Record<string, ReadonlyArray<string>>> = {
  ".": ["base/namespace", "base/validator", "base/dashboard"],
  "overlays/validator": ["base/namespace", "base/validator"],
  "overlays/dashboard": ["base/namespace", "base/dashboard"],
  "overlays/workers": ["base/namespace", "base/workers"]
}
const ofBase = (base: string) =>
  kustomizationIn(base).resources.flatMap((name) => resourcesIn(readFileSync(join(folder, base, name), "utf8")))
const resources = BASES.flatMap(ofBase)
const generators = BASES.flatMap((base) => (kustomizationIn(base).configMapGenerator ?? []).map((generator) => ({ base, ...generator })))

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

/** Whether kubectl is installed with a kustomize version that it reports. Earlier ones, such as Debian 12's, refuse folders as resources. */
const hasKustomize = (() => {
  try {
    return execFileSync("kubectl", ["version", "--client", "-o", "json"], { encoding: "utf8", timeout: 20_000 }).includes(
      '"kustomizeVersion"'
    )
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
    // The schemas reject an invalid value.
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
  })

  it("refer only to existing settings, secrets, volumes, ports and files", () => {
    const maps = new Set(generators.map(({ name }) => name))
    const secrets = new Map([
      ["gittensor-github", ["token"]],
      ["gittensor-database", ["superuser", "index", "serve"]],
      ["gittensor-hotkey", []],
      ["gittensor-work", ["database", "peers"]]
    ])
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
    for (const { base, files = [] } of generators) for (const file of files) assert.isTrue(existsSync(join(folder, base, file)), file)
  })

  it("are bases of a validator and of the dashboard, which refer to nothing of each other", () => {
    for (const [place, bases] of Object.entries(DEPLOYMENTS)) {
      const { namespace, resources: named } = kustomizationIn(place)
      assert.strictEqual(namespace, "gittensor")
      assert.deepStrictEqual(
        named.map((name) => join(place, name)),
        bases
      )
    }
    for (const base of BASES) {
      const maps = (kustomizationIn(base).configMapGenerator ?? []).map(({ name }) => name)
      const own = ofBase(base)
      for (const resource of own)
        for (const [path, value] of leaves(resource)) {
          if (/configMap(Ref)?\.name$/.test(path)) assert.include(maps, value, `${base}: ${path}`)
          if (/persistentVolumeClaim\.claimName$/.test(path))
            assert.isTrue(
              own.some(({ metadata }) => metadata.name === value),
              base
            )
        }
    }
  })

  it("name images by digest, but for the program's own, which your kustomization pins", () => {
    const images = resources.flatMap((resource) => leaves(resource).filter(([path]) => /containers\.\d+\.image$/.test(path)))
    assert.lengthOf(images, 5)
    for (const [, image] of images) assert.match(String(image), /^gittensor$|^[a-z]+:[\w.-]+@sha256:[0-9a-f]{64}$/)
    assert.include(document, "digest: sha256:")
  })

  it("let nothing connect that need not", () => {
    const policies = resources.filter(({ kind }) => kind === "NetworkPolicy")
    const everything = named("NetworkPolicy", "nothing-by-default")
    assert.deepStrictEqual(everything.spec, { podSelector: {}, policyTypes: ["Ingress", "Egress"] })
    const workloads = resources.filter(({ kind }) => /Deployment|StatefulSet/.test(kind))
    assert.deepStrictEqual(
      policies.map(({ metadata }) => metadata.name).toSorted(),
      ["nothing-by-default", ...workloads.map(({ metadata }) => metadata.name)].toSorted()
    )
    for (const workload of workloads) {
      const { name } = workload.metadata
      const policy = named("NetworkPolicy", name)
      assert.strictEqual(at(policy, "spec.podSelector.matchLabels.app.kubernetes.io/name"), name)
      assert.deepStrictEqual([at(policy, "spec.policyTypes.0"), at(policy, "spec.policyTypes.1")], ["Ingress", "Egress"], name)
      const { ingress } = Schema.decodeUnknownSync(Ingress)(policy.spec)
      const ports = leaves(workload).flatMap(([path, port]) => (/containerPort$/.test(path) ? [Number(port)] : []))
      // Each port of the container is reachable by some policy, and no other port is.
      assert.deepStrictEqual(ingress.flatMap((rule) => rule.ports.map(({ port }) => port)).toSorted(), ports.toSorted(), name)
      // Metrics are only for Prometheus: no service publishes them, and the annotation names their port.
      const metrics = at(workload, "spec.template.metadata.annotations.prometheus.io/port")
      if (name === "postgres") continue
      const rule = ingress.find(({ ports: [first] }) => first?.port === Number(metrics))
      assert.deepStrictEqual(rule?.from, [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }], name)
      const service = resources.find(({ kind, metadata }) => kind === "Service" && metadata.name === name)
      for (const [path, port] of service === undefined ? [] : leaves(service))
        if (/targetPort$/.test(path)) assert.notStrictEqual(port, "metrics")
      assert.strictEqual(at(workload, "spec.template.spec.containers.0.readinessProbe.httpGet.port"), "metrics", name)
    }
    // Only the axon is open to everybody.
    const open = policies.filter(({ spec }) =>
      (Schema.decodeUnknownSync(Ingress)(spec).ingress ?? []).some(({ from }) => from === undefined)
    )
    assert.deepStrictEqual(
      open.map(({ metadata }) => metadata.name),
      ["validator"]
    )
  })

  it("have as many workers as there is work, and lose one at a time", () => {
    const [worker, scaler, budget] = [
      named("Deployment", "worker"),
      named("HorizontalPodAutoscaler", "worker"),
      named("PodDisruptionBudget", "worker")
    ]
    // A number here would override the autoscaler's with each apply.
    assert.isUndefined(at(worker, "spec.replicas"))
    const target = ["apiVersion", "kind", "name"].map((key) => at(scaler, `spec.scaleTargetRef.${key}`))
    assert.deepStrictEqual(target, [worker.apiVersion, worker.kind, worker.metadata.name])
    assert.isAbove(Number(at(scaler, "spec.minReplicas")), Number(at(budget, "spec.maxUnavailable")))
    assert.isAbove(Number(at(scaler, "spec.maxReplicas")), Number(at(scaler, "spec.minReplicas")))
    // CPU utilisation is relative to a pod's request.
    assert.isDefined(at(worker, "spec.template.spec.containers.0.resources.requests.cpu"))
    assert.strictEqual(
      at(budget, "spec.selector.matchLabels.app.kubernetes.io/name"),
      at(worker, "spec.template.metadata.labels.app.kubernetes.io/name")
    )
    // The program supports every option, and workers have no wallet keys.
    const given = leaves(worker).flatMap(([path, value]) => (/\.args\.\d+$/.test(path) ? [String(value)] : []))
    assert.deepStrictEqual(
      given.filter((word) => word.startsWith("--")),
      ["--take", "--host", "--port", "--metrics-host", "--metrics-port"]
    )
    for (const option of ["take", "host", "port"]) assert.include(workOptions, `"${option}"`)
    assert.isFalse(leaves(worker).some(([, value]) => value === "gittensor-hotkey"))
  })

  it("have a place for every setting that a validator's votes and weights need, and the document sets each", () => {
    const literals = generators.find(({ name }) => name === "validator")?.literals ?? []
    const own = /^```yaml\n# kustomization\.yaml of your own\n([\s\S]*?)^```$/m.exec(document)?.[1] ?? ""
    for (const name of ["ENDPOINT", "CONTRACT", "ROSTER", "AXON_IP"]) {
      assert.isTrue(
        literals.some((literal) => literal.startsWith(`GITTENSOR_${name}=`)),
        name
      )
      assert.match(own, new RegExp(`^ +- GITTENSOR_${name}=.`, "m"))
    }
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
      assert.strictEqual(at(resource, "spec.template.spec.securityContext.seccompProfile.type"), "RuntimeDefault", name)
      if (name === "postgres") continue
      assert.strictEqual(at(resource, `${CONTAINER}.securityContext.readOnlyRootFilesystem`), true, name)
      assert.strictEqual(at(resource, `${CONTAINER}.readinessProbe.httpGet.path`), "/ready", name)
    }
    for (const name of ["validator", "index", "worker"])
      assert.strictEqual(at(named("Deployment", name), `${CONTAINER}.livenessProbe.httpGet.path`), "/live")
    // The manifests contain no secret.
    for (const resource of resources)
      for (const [path, value] of leaves(resource)) assert.notMatch(String(value), /ghp_|github_pat_|:\/\/[^:@/]+:[^$@/][^@/]*@/, path)
  })

  it.skipIf(!hasKustomize)("are assembled by kustomize, with every reference resolved", async () => {
    for (const [place, bases] of Object.entries(DEPLOYMENTS)) {
      const built = resourcesIn(execFileSync("kubectl", ["kustomize", join(folder, place)], { encoding: "utf8", timeout: 600_000 }))
      const wrong = await Promise.all(built.map(validated))
      assert.deepStrictEqual(
        wrong.filter((text) => text !== ""),
        []
      )
      assert.lengthOf(built, bases.flatMap(ofBase).length + generators.filter(({ base }) => bases.includes(base)).length)
      const maps = built.filter(({ kind }) => kind === "ConfigMap").map(({ metadata }) => metadata.name)
      for (const resource of built)
        for (const [path, value] of leaves(resource)) if (/configMap(Ref)?\.name$/.test(path)) assert.include(maps, value)
    }
  })

  it.skipIf(!hasKustomize)("are pinned and set by the page's own kustomization", () => {
    const temporary = mkdtempSync(join(tmpdir(), "gittensor-kustomization-"))
    try {
      const written = /^```yaml\n# kustomization\.yaml of your own\n([\s\S]*?)^```$/m.exec(document)?.[1] ?? ""
      cpSync(folder, join(temporary, "gittensor/deploy/kubernetes"), { recursive: true })
      mkdirSync(join(temporary, "own"))
      writeFileSync(join(temporary, "own/kustomization.yaml"), written.replace(/sha256:…/g, `sha256:${"ab".repeat(32)}`))
      const built = resourcesIn(execFileSync("kubectl", ["kustomize", join(temporary, "own")], { encoding: "utf8", timeout: 600_000 }))
      const images = built.flatMap((resource) =>
        leaves(resource).flatMap(([path, image]) => (/containers\.\d+\.image$/.test(path) ? [String(image)] : []))
      )
      assert.isNotEmpty(images)
      for (const image of images) assert.match(image, /@sha256:[0-9a-f]{64}$/)
      const settings = built.find(({ kind, metadata }) => kind === "ConfigMap" && metadata.name.startsWith("validator-"))
      assert.strictEqual(settings === undefined ? undefined : at(settings, "data.GITTENSOR_AXON_IP"), "203.0.113.7")
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  })
})
