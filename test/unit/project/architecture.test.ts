import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { importsOf } from "../../../scripts/imports.ts"
import { root, sources } from "../../support/sources.ts"

/** The rooms (folders of the architecture) from top to bottom. A file may import from its own room and from the rooms that its room lists. */
const mayImport: Readonly<Record<string, ReadonlyArray<string>>> = {
  executable: ["lab", "src/cli", "src/quality", "src/layers"],
  lab: [
    "src/cli",
    "src/roles",
    "src/story",
    "src/consensus",
    "src/scoring",
    "src/layers",
    "src/contract-client",
    "src/rules",
    "src/elo",
    "src/domain"
  ],
  "src/cli": [
    "src/roles",
    "src/dashboard",
    "src/story",
    "src/verification",
    "src/consensus",
    "src/quality",
    "src/scoring",
    "src/layers",
    "src/contract-client",
    "src/rules",
    "src/elo",
    "src/domain"
  ],
  "src/roles": [
    "src/story",
    "src/consensus",
    "src/quality",
    "src/scoring",
    "src/layers",
    "src/contract-client",
    "src/rules",
    "src/elo",
    "src/domain"
  ],
  "src/dashboard": ["src/story", "src/consensus", "src/layers", "src/contract-client", "src/rules", "src/elo", "src/domain", "web"],
  "src/quality": ["src/scoring", "src/layers", "src/rules", "src/domain"],
  "src/scoring": ["src/layers", "src/contract-client", "src/rules", "src/elo", "src/domain"],
  "src/consensus": ["src/layers", "src/rules", "src/domain"],
  "src/story": ["src/contract-client", "src/elo", "src/domain"],
  "src/layers": ["src/contract-client", "src/rules", "src/domain"],
  "src/verification": ["src/contract-client", "src/rules", "src/elo", "src/domain"],
  "src/contract-client": ["src/domain"],
  "src/rules": ["src/elo", "src/domain"],
  "src/elo": ["src/domain"],
  "src/domain": []
}

/** Rooms within a room. They import each other only as listed, and some may import less from other rooms than the enclosing room. */
const within: Readonly<Record<string, { readonly beside: ReadonlyArray<string>; readonly outside?: ReadonlyArray<string> }>> = {
  "lab/cli": { beside: ["lab/demo", "lab/devnet", "lab/sandbox", "lab/simulation"] },
  "lab/demo": {
    beside: ["lab/devnet"],
    outside: ["src/roles", "src/consensus", "src/scoring", "src/layers", "src/contract-client", "src/rules", "src/domain"]
  },
  "lab/simulation": {
    beside: ["lab/contract-model"],
    outside: [
      "src/roles",
      "src/story",
      "src/consensus",
      "src/scoring",
      "src/layers",
      "src/contract-client",
      "src/rules",
      "src/elo",
      "src/domain"
    ]
  },
  "lab/devnet": { beside: [], outside: ["src/domain", "src/layers/storage/sqlite"] },
  "lab/sandbox": { beside: [], outside: ["src/layers/machine"] },
  "lab/contract-model": { beside: [], outside: ["src/contract-client", "src/domain"] },
  "src/roles/owner": {
    beside: [],
    outside: ["src/scoring/rosters", "src/layers", "src/contract-client", "src/rules/contributions", "src/domain"]
  },
  "src/roles/miner": {
    beside: [],
    outside: ["src/story", "src/quality", "src/scoring", "src/layers", "src/contract-client", "src/rules", "src/elo", "src/domain"]
  },
  "src/roles/validator": {
    beside: [],
    outside: ["src/consensus", "src/quality", "src/scoring", "src/layers", "src/contract-client", "src/rules", "src/elo", "src/domain"]
  },
  "src/rules/text": { beside: [], outside: ["src/domain"] },
  "src/rules/contributions": { beside: ["src/rules/github", "src/rules/text", "src/rules/weights"], outside: ["src/domain"] },
  "src/rules/verdicts": { beside: ["src/rules/text"], outside: ["src/domain"] },
  "src/rules/pairs": { beside: [] },
  "src/rules/github": { beside: [], outside: ["src/domain"] },
  "src/rules/consensus": { beside: [], outside: ["src/domain"] },
  "src/rules/weights": { beside: [], outside: ["src/domain"] },
  "src/rules/quality": { beside: [], outside: ["src/domain"] },
  "src/scoring/issue_competitions": { beside: ["src/scoring/rosters"] },
  "src/scoring/oss_contributions": { beside: [] },
  "src/scoring/rosters": { beside: [] },
  "src/dashboard/indexer": {
    beside: [],
    outside: ["src/consensus", "src/story", "src/layers", "src/contract-client", "src/rules", "src/elo", "src/domain"]
  },
  "src/dashboard/api": { beside: [], outside: ["src/story", "src/layers", "src/contract-client", "src/elo", "src/domain", "web"] },
  "src/dashboard/webhooks": { beside: ["src/dashboard/api"], outside: ["src/story", "src/layers", "src/domain"] },
  "src/dashboard/push": { beside: ["src/dashboard/api", "src/dashboard/webhooks"], outside: ["src/layers", "src/domain"] },
  "src/layers/machine/terminal": { beside: [], outside: ["src/domain"] },
  "src/layers/machine/telemetry": { beside: [], outside: [] },
  "src/layers/machine": { beside: [], outside: ["src/domain"] },
  "src/layers/storage/sqlite": { beside: ["src/layers/machine/effects"], outside: [] },
  "src/layers/storage": { beside: ["src/layers/machine"], outside: ["src/domain"] },
  "src/layers/chain": { beside: ["src/layers/machine", "src/layers/storage"], outside: ["src/contract-client", "src/domain"] },
  "src/layers/protection": {
    beside: ["src/layers/machine", "src/layers/storage", "src/layers/chain"],
    outside: ["src/contract-client", "src/domain"]
  },
  "src/layers/git": {
    beside: ["src/layers/machine", "src/layers/storage"],
    outside: ["src/rules/contributions", "src/rules/github", "src/rules/text", "src/domain"]
  },
  "src/layers/github": { beside: ["src/layers/machine", "src/layers/storage", "src/layers/chain", "src/layers/git"] },
  "src/layers/parsing": { beside: ["src/layers/machine", "src/layers/storage"], outside: ["src/rules/text", "src/domain"] }
}

/** Modules that only these files may import. */
const onlyFor: Readonly<Record<string, ReadonlyArray<string>>> = {
  "src/layers/machine/terminal": ["executable", "lab", "src/cli"],
  "src/layers/storage/sqlite": [
    "lab/devnet",
    "src/layers",
    "src/dashboard/push",
    "src/quality/store",
    "src/scoring/issue_competitions/enrolments"
  ],
  "src/layers/storage/database/schema": ["src/dashboard", "src/layers/github/display", "src/layers/storage/database"]
}

const isIn = (file: string, folder: string): boolean => file.startsWith(`${folder}/`)

const roomOf = (file: string): string => {
  if (file === "src/main.ts") return "executable"
  const found = Object.keys(mayImport).filter((room) => isIn(file, room))
  return found.toSorted((a, b) => b.length - a.length)[0] ?? file
}

const innerRoomOf = (file: string): string | undefined => Object.keys(within).find((room) => isIn(file, room))

const graph = new Map(sources.map((file) => [file, importsOf(root, file)]))

const web = resolve(root, "web/src")
const webGraph = new Map(
  readdirSync(web, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => name.replaceAll("\\", "/"))
    .map((file) => [file, importsOf(web, file).filter((target) => !target.startsWith("../.."))])
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

/** Whether a room's list names the room, or a part of it. */
const names = (list: ReadonlyArray<string>, to: string): boolean => list.some((room) => isIn(to, room) || roomOf(to) === room)

const allowed = (from: string, to: string): boolean => {
  const only = Object.entries(onlyFor).find(([room]) => isIn(to, room) && !isIn(from, room))
  if (only !== undefined && !names(only[1], from) && !only[1].includes(roomOf(from))) return false
  const [source, target] = [innerRoomOf(from), innerRoomOf(to)]
  if (
    source !== undefined &&
    source !== target &&
    !(target !== undefined && isIn(target, source)) &&
    (roomOf(from) === roomOf(to) || (target !== undefined && dirname(source) === dirname(target)))
  )
    return names(within[source]?.beside ?? [], to)
  if (roomOf(from) === roomOf(to)) return true
  const outside = source === undefined ? undefined : within[source]?.outside
  if (outside !== undefined && !names(outside, to)) return false
  return names(mayImport[roomOf(from)] ?? [], to)
}

describe("the layout", () => {
  it("has files", () => {
    for (const room of [...Object.keys(mayImport), ...Object.keys(within), ...Object.keys(onlyFor)])
      assert.isTrue(
        sources.some((file) => roomOf(file) === room || isIn(file, room)),
        `${room} is empty`
      )
  })

  it("imports files that are there, or that the build makes in dist/embedded", () => {
    const imported = sources.flatMap((file) =>
      [...readFileSync(join(root, file), "utf8").matchAll(/^import .*? from "(\.[^"]+)"/gm)].map(([, path = ""]) =>
        relative(root, resolve(root, dirname(file), path))
      )
    )
    assert.includeMembers(imported, ["dist/embedded/page.json.zst", "dist/embedded/database.tar.zst"])
    assert.deepStrictEqual(
      imported.filter((path) => !path.startsWith("dist/embedded/") && !existsSync(join(root, path))),
      []
    )
  })

  it("has every file in a room, and none of the product's files in need of the lab", () => {
    const outsiders = sources.filter((file) => mayImport[roomOf(file)] === undefined && file !== "src/main.ts")
    assert.deepStrictEqual(outsiders, [])
    const needed = [...graph].filter(([file, targets]) => isIn(file, "src") && targets.some((target) => isIn(target, "lab")))
    assert.deepStrictEqual(needed, [])
  })

  it("has imports in one direction only", () => {
    const wrong = [...graph].flatMap(([from, targets]) => targets.filter((to) => !allowed(from, to)).map((to) => `${from} imports ${to}`))
    assert.deepStrictEqual(wrong, [])
  })

  it("lists no arrow that nothing needs", () => {
    const edges = [...graph].flatMap(([from, targets]) => targets.map((to) => [from, to] as const))
    const unused = Object.entries(mayImport).flatMap(([room, list]) =>
      list.filter((other) => !edges.some(([from, to]) => roomOf(from) === room && names([other], to))).map((other) => `${room} → ${other}`)
    )
    assert.deepStrictEqual(unused, [])
  })

  it("has rules that are pure: no effect, no clock, no chance, and each of those about GitHub's answers named in docs/protocol.md", () => {
    const rules = sources.filter((file) => ["src/rules", "src/elo"].includes(roomOf(file)))
    const effects = rules.filter((file) =>
      /\bEffect\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\./.test(readFileSync(join(root, file), "utf8"))
    )
    assert.deepStrictEqual(effects, [])
    const protocol = readFileSync(join(root, "docs/protocol.md"), "utf8")
    const ofAnswers = rules.filter((file) => file.includes("/fromGitHub/") || isIn(file, "src/rules/github"))
    assert.include(ofAnswers, "src/rules/github/standing.ts")
    assert.include(ofAnswers, "src/rules/verdicts/fromGitHub/candidates.ts")
    assert.deepStrictEqual(
      ofAnswers.filter((file) => !protocol.includes(`(../${file})`)),
      []
    )
  })

  it("has one file that imports the engine of durable work", () => {
    const importing = sources.filter((file) => /from "@effect\/(workflow|cluster)/.test(readFileSync(join(root, file), "utf8")))
    assert.deepStrictEqual(importing, ["src/layers/storage/durable/engine.ts"])
  })

  it("has no import cycles", () => {
    assert.isTrue(webGraph.has("main.tsx"))
    assert.deepStrictEqual([...cyclesOf(graph), ...cyclesOf(webGraph)], [])
  })

  it("has no cycles between the rooms of layers, nor between the folders of its three large ones", () => {
    const roomOfLayers = (file: string) => /^src\/layers\/((?:machine|storage|chain)\/\w+|\w+)/.exec(file)?.[1] ?? file
    const rooms = new Map<string, Array<string>>()
    for (const [file, targets] of graph) {
      if (!file.startsWith("src/layers/")) continue
      const own = rooms.get(roomOfLayers(file)) ?? []
      for (const target of targets)
        if (target.startsWith("src/layers/") && roomOfLayers(target) !== roomOfLayers(file)) own.push(roomOfLayers(target))
      rooms.set(roomOfLayers(file), own)
    }
    assert.includeMembers([...rooms.keys()], ["github", "chain/node"])
    assert.deepStrictEqual(cyclesOf(rooms), [])
  })

  it("has no file over 400 lines, and a short main", () => {
    const lengths = sources.map((file) => [file, readFileSync(join(root, file), "utf8").split("\n").length] as const)
    const long = lengths.filter(
      ([file, lines]) => lines > 400 && !file.endsWith("generated.ts") && !file.startsWith("src/layers/storage/database/schema/migrations/")
    )
    assert.deepStrictEqual(long, [])
    assert.isBelow(lengths.find(([file]) => file === "src/main.ts")?.[1] ?? 999, 60)
  })

  it("has no `any` and silences no type error", () => {
    const silenced = sources.filter((file) =>
      /(: any\b|as any\b|<any>|@ts-ignore|@ts-nocheck)/.test(readFileSync(join(root, file), "utf8"))
    )
    assert.deepStrictEqual(silenced, [])
  })

  it("takes a fiber's result without its context, which would replace the scope of whoever waits for it", () => {
    const joining = sources.filter((file) => /\bFiber\.join(?:All)?\b/.test(readFileSync(join(root, file), "utf8")))
    assert.deepStrictEqual(joining, ["src/layers/machine/effects/resultOf.ts"], "it says why not to")
  })

  it("takes a block for 12 s only where a rule or a setting is put into words, or something is late: what is to come is told by src/story/time.ts", () => {
    const fixed = /\b(?:BLOCK_SECONDS|formatPeriod)\b|\* 12(?:_000)?\b/
    const told = [...sources, ...[...webGraph.keys()].map((file) => `web/src/${file}`)]
      .filter((file) => isIn(file, "src") || isIn(file, "web"))
      .filter((file) => fixed.test(readFileSync(join(root, file), "utf8")))
    assert.sameMembers(told, [
      "src/cli/mine/screen/parts.ts",
      "src/dashboard/api/server/system.ts",
      "src/domain/Blocks.ts",
      "src/layers/chain/subnet/weights.ts",
      "src/layers/github/Absences.ts",
      "src/layers/storage/dataFolder/dataFolder.ts",
      "src/layers/storage/dataFolder/epochFiles.ts",
      "src/roles/owner/settings.ts",
      "src/rules/verdicts/noVoteReasons.ts"
    ])
  })

  it("has no error with a field that Effect itself calls", () => {
    const taken = sources.filter((file) =>
      /(?:Schema|Data)\.TaggedError\b[^{]*\{[^}]*\b(?:commit|pipe)\b\s*:/.test(readFileSync(join(root, file), "utf8"))
    )
    assert.deepStrictEqual(taken, [], "as an effect, such an error dies with a TypeError: name the field otherwise")
  })

  it("opens SQLite files in one place", () => {
    const importing = (library: RegExp) => sources.filter((file) => library.test(readFileSync(join(root, file), "utf8"))).toSorted()
    assert.deepStrictEqual(importing(/["']bun:sqlite["']/), ["src/layers/storage/sqlite/sqlite.ts"])
    assert.deepStrictEqual(importing(/["']@effect\/sql-sqlite-bun\b/), ["src/layers/storage/sqlite/client.ts"])
  })

  it("loads heavy modules only where they are used", () => {
    const heavy =
      /^import (?!type)[^"']*["'](@polkadot\/|graphql|@octokit\/|@electric-sql\/|pg"|@effect\/sql-pg|@scure\/sr25519|ipaddr|bun:sqlite)/m
    const eager = sources.filter((file) => heavy.test(readFileSync(join(root, file), "utf8")))
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
    visit("executable/gittensor.ts")
    assert.deepStrictEqual(
      eager.filter((file) => reachable.has(file)),
      []
    )
    // What every command loads, and --help. There are 63.
    assert.isBelow(reachable.size, 68)
    const bodies = [...reachable]
      .filter((file) => file.endsWith("/command.ts"))
      .flatMap((file) =>
        [...readFileSync(join(root, file), "utf8").matchAll(/import\("(\.{1,2}\/[^"]+)"\)/g)].map(([, path = ""]) =>
          join(dirname(file), path)
        )
      )
    assert.include(bodies, "src/cli/validate/validate.ts")
    assert.deepStrictEqual(
      bodies.filter((file) => reachable.has(file)),
      []
    )
  })
})
