import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { embedded } from "../../../vitest.config.ts"

const root = resolve(import.meta.dirname, "../../../src")

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
  .map((name) => name.replaceAll("\\", "/"))

/** The rooms from top to bottom. A file may import from its own room and from those that its room lists. */
const mayImport: Record<string, ReadonlyArray<string>> = {
  main: ["cli", "simulation", "quality", "layers"],
  cli: [
    "simulation",
    "demo",
    "terminal",
    "story",
    "owner",
    "miner",
    "validator",
    "indexer",
    "api",
    "webhooks",
    "devnet",
    "consensus",
    "quality",
    "scoring",
    "layers",
    "contract-client",
    "elo",
    "domain",
    "telemetry"
  ],
  demo: [
    "terminal",
    "story",
    "owner",
    "miner",
    "consensus",
    "scoring",
    "layers",
    "devnet",
    "contract-client",
    "elo",
    "domain",
    "telemetry"
  ],
  owner: ["layers", "contract-client", "domain"],
  miner: ["terminal", "story", "scoring", "layers", "contract-client", "elo", "domain"],
  simulation: ["owner", "validator", "consensus", "scoring", "layers", "contract-model", "contract-client", "elo", "domain"],
  validator: ["consensus", "quality", "scoring", "layers", "contract-client", "elo", "domain", "telemetry"],
  indexer: ["consensus", "layers", "contract-client", "elo", "domain", "telemetry", "database"],
  api: ["story", "layers", "contract-client", "elo", "domain", "telemetry", "database"],
  webhooks: ["api", "story", "layers", "domain", "telemetry"],
  scoring: ["layers", "contract-client", "elo", "domain", "telemetry"],
  quality: ["quality/rules", "scoring", "layers", "domain", "telemetry"],
  consensus: ["layers", "contract-client", "elo", "domain", "telemetry"],
  "consensus/rules": ["domain"],
  "quality/rules": ["domain"],
  "scoring/rules": ["elo", "domain"],
  "scoring/weights": ["domain"],
  layers: ["contract-client", "elo", "domain", "telemetry", "database", "sqlite"],
  devnet: ["domain", "sqlite"],
  "contract-model": ["contract-client", "domain"],
  "contract-client": ["domain"],
  elo: ["domain"],
  telemetry: [],
  story: ["contract-client", "elo", "domain"],
  terminal: ["domain"],
  database: [],
  sqlite: [],
  domain: []
}

const roomOf = (file: string): string => {
  if (file === "main.ts" || file === "workers.ts") return "main"
  if (file.startsWith("scoring/") && file.includes("/rules/")) return "scoring/rules"
  if (file.startsWith("scoring/weights/")) return "scoring/weights"
  if (file.startsWith("consensus/rules/")) return "consensus/rules"
  if (file.startsWith("quality/rules/")) return "quality/rules"
  return file.split("/", 1)[0] ?? file
}

const importPattern = /(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g

const importsOf = (root: string, file: string): ReadonlyArray<string> =>
  [...readFileSync(join(root, file), "utf8").matchAll(importPattern)].flatMap(([, path = ""]) => {
    const target = relative(root, resolve(root, dirname(file), path)).replaceAll("\\", "/")
    return target.startsWith("../..") || !/\.tsx?$/.test(target) ? [] : [target]
  })

const graph = new Map(files.map((file) => [file, importsOf(root, file)]))

const web = resolve(root, "../web/src")
const webGraph = new Map(
  readdirSync(web, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => name.replaceAll("\\", "/"))
    .map((file) => [file, importsOf(web, file)])
)

const cyclesOf = (graph: ReadonlyMap<string, ReadonlyArray<string>>): ReadonlyArray<string> => {
  const done = new Set<string>()
  const cycles: Array<string> = []
  const visit = (file: string, path: ReadonlyArray<string>): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" → "))
      return
    }
    if (done.has(file)) return
    for (const target of graph.get(file) ?? []) visit(target, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) visit(file, [])
  return cycles
}

const allowed = (from: string, to: string): boolean => {
  const [source, target] = [roomOf(from), roomOf(to)]
  if (source === target) return true
  if (target === "consensus/rules" && (mayImport[source] ?? []).includes("consensus")) return true
  if (source === "consensus" && target === "consensus/rules") return true
  if (target === "quality/rules" && (mayImport[source] ?? []).includes("quality")) return true
  if (source === "scoring" && target.startsWith("scoring/")) return true
  if (["cli", "demo", "simulation", "validator", "miner", "quality"].includes(source) && target.startsWith("scoring/")) return true
  if (source.startsWith("scoring/") && target === "scoring/weights") return true
  return (mayImport[source] ?? []).some((room) => room === target || to === `${room}.ts`)
}

describe("the layout", () => {
  it("has files", () => {
    assert.isAbove(files.length, 80)
  })

  it("has imports in one direction only", () => {
    const wrong = [...graph].flatMap(([from, targets]) => targets.filter((to) => !allowed(from, to)).map((to) => `${from} imports ${to}`))
    assert.deepStrictEqual(wrong, [])
  })

  it("has one file that imports the engine of durable work", () => {
    const importing = files.filter((file) => /from "@effect\/(workflow|cluster)/.test(readFileSync(join(root, file), "utf8")))
    assert.deepStrictEqual(importing, ["layers/durable/engine.ts"])
  })

  it("has no import cycles", () => {
    assert.isAbove(webGraph.size, 100)
    assert.deepStrictEqual([...cyclesOf(graph), ...cyclesOf(webGraph)], [])
  })

  it("has no cycles between the rooms of layers", () => {
    const roomOfLayers = (file: string) => file.split("/")[1] ?? file
    const rooms = new Map<string, Array<string>>()
    for (const [file, targets] of graph) {
      if (!file.startsWith("layers/")) continue
      const own = rooms.get(roomOfLayers(file)) ?? []
      for (const target of targets)
        if (target.startsWith("layers/") && roomOfLayers(target) !== roomOfLayers(file)) own.push(roomOfLayers(target))
      rooms.set(roomOfLayers(file), own)
    }
    assert.isAbove(rooms.size, 10)
    assert.deepStrictEqual(cyclesOf(rooms), [])
  })

  it("has no file over 400 lines, and a short main", () => {
    const lengths = files.map((file) => [file, readFileSync(join(root, file), "utf8").split("\n").length] as const)
    const long = lengths.filter(
      ([file, lines]) => lines > 400 && !file.endsWith("generated.ts") && !file.startsWith("database/migrations/")
    )
    assert.deepStrictEqual(long, [])
    assert.isBelow(lengths.find(([file]) => file === "main.ts")?.[1] ?? 999, 60)
  })

  it("has no `any` and silences no type error", () => {
    const silenced = files.filter((file) => /(: any\b|as any\b|<any>|@ts-ignore|@ts-nocheck)/.test(readFileSync(join(root, file), "utf8")))
    assert.deepStrictEqual(silenced, [])
  })

  it("has no error with a field that Effect itself calls", () => {
    const taken = files.filter((file) =>
      /(?:Schema|Data)\.TaggedError\b[^{]*\{[^}]*\b(?:commit|pipe)\b\s*:/.test(readFileSync(join(root, file), "utf8"))
    )
    assert.deepStrictEqual(taken, [], "as an effect, such an error dies with a TypeError: name the field otherwise")
  })

  it("opens SQLite files in one place", () => {
    const importing = (library: RegExp) => files.filter((file) => library.test(readFileSync(join(root, file), "utf8"))).toSorted()
    assert.deepStrictEqual(importing(/["']bun:sqlite["']/), ["sqlite/sqlite.ts"])
    assert.deepStrictEqual(importing(/["']@effect\/sql-sqlite-bun\b/), ["sqlite/client.ts"])
  })

  it("loads heavy modules only where they are used", () => {
    const heavy = /^import (?!type)[^"']*["'](@polkadot\/|graphql|@octokit\/|@electric-sql\/|pg"|@effect\/sql-pg)/m
    const eager = files.filter((file) => heavy.test(readFileSync(join(root, file), "utf8")))
    const reachable = new Set<string>()
    const visit = (file: string): void => {
      if (reachable.has(file)) return
      reachable.add(file)
      const text = readFileSync(join(root, file), "utf8")
      for (const [, path = ""] of text.matchAll(/^(?:import|export) (?!type)[^"']*?from ["'](\.{1,2}\/[^"']+)["']/gm)) {
        const target = relative(root, resolve(root, dirname(file), path)).replaceAll("\\", "/")
        if (graph.has(target)) visit(target)
      }
    }
    visit("cli/gittensor.ts")
    assert.deepStrictEqual(
      eager.filter((file) => reachable.has(file)),
      []
    )
    const bodies = files.filter((file) => /^cli\/.*\/run\.ts$/.test(file))
    assert.isAbove(bodies.length, 20)
    assert.deepStrictEqual(
      bodies.filter((file) => reachable.has(file)),
      []
    )
  })

  it("embeds only kinds of files that the search for affected tests knows", () => {
    const imported = files.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/from "([^"]+)" with \{ type: "file" \}/g)].map(([, path = ""]) => path)
    )
    assert.isAbove(imported.length, 50)
    assert.deepStrictEqual(
      imported.filter((path) => !path.endsWith(".json") && embedded.load(path) === undefined),
      []
    )
  })
})
