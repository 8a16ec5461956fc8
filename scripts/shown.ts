/**
 * `npm run ui-data`: prints every datum of the API with the parts of the page that show it. A part shows a datum if it reads a field of that name,
 * and belongs to a view that requests an endpoint with the datum.
 */
import { existsSync, readFileSync } from "node:fs"
import { basename, dirname, join, relative, resolve } from "node:path"
import * as OpenApi from "@effect/platform/OpenApi"
import { ServedApi } from "../src/dashboard/api/definition/system.ts"

const root = resolve(import.meta.dirname, "..")

/** Data that no view shows, and why. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  "Ready.ready": "for a load balancer"
}

interface Datum {
  readonly meaning: string
}
interface Struct {
  readonly data: Map<string, Datum>
  /** The names of the endpoints whose answers contain it. */
  readonly endpoints: Set<string>
}

type Json = Readonly<Record<string, unknown>>
const isRecord = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)
const listOf = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])
const recordIn = (value: unknown, key: string): Json | undefined => (isRecord(value) && isRecord(value[key]) ? value[key] : undefined)

const described = OpenApi.fromApi(ServedApi)

const meaningOf = (schema: Json): string => {
  const own = schema.description
  if (typeof own === "string") return own
  const inner = listOf(schema.anyOf)
    .filter(isRecord)
    .find(({ description }) => typeof description === "string")
  return typeof inner?.description === "string" ? inner.description : ""
}

/** Every struct of the API's answers by its name in /openapi.json; a nameless struct has the name of its field. */
export const structs = (): ReadonlyMap<string, Struct> => {
  const found = new Map<string, Struct>()
  const named: Json = isRecord(described.components.schemas) ? described.components.schemas : {}
  const visit = (schema: unknown, endpoint: string, path: string): void => {
    if (!isRecord(schema)) return
    if (typeof schema.$ref === "string") {
      const name = basename(schema.$ref)
      if (found.get(name)?.endpoints.has(endpoint) !== true) visit(named[name], endpoint, name)
      return
    }
    for (const one of [...listOf(schema.anyOf), ...listOf(schema.oneOf), ...listOf(schema.prefixItems), schema.items])
      visit(one, endpoint, path)
    const properties = recordIn(schema, "properties")
    if (properties === undefined) return
    const isList = Object.keys(properties).sort().join() === "items,next"
    if (isList) {
      visit(properties.items, endpoint, path)
      return
    }
    const struct: Struct = found.get(path) ?? { data: new Map(), endpoints: new Set() }
    found.set(path, struct)
    struct.endpoints.add(endpoint)
    for (const [name, field] of Object.entries(properties)) {
      if (name === "_tag") continue
      struct.data.set(name, { meaning: isRecord(field) ? meaningOf(field) : "" })
      visit(field, endpoint, `${path}.${name}`)
    }
  }
  for (const { get } of Object.values(described.paths)) {
    const answer = recordIn(recordIn(recordIn(recordIn(get, "responses"), "200"), "content"), "application/json")
    const endpoint = get?.operationId.split(".").at(-1) ?? ""
    visit(answer?.schema, endpoint, endpoint)
  }
  return found
}

/** The code of a file without its comments. */
const codeOf = (file: string): string => readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "")

/** A file's run-time imports from the page and its shared sentences. */
const importsOf = (file: string): ReadonlyArray<string> =>
  [...codeOf(file).matchAll(/^(?:import|export)\s+(type\s)?[^"';]*?from\s+"(\.{1,2}\/[^"]+\.tsx?)"/gm)]
    .filter(([, type]) => type === undefined)
    .map(([, , path = ""]) => resolve(dirname(file), path))
    .filter((path) => /\/(web\/src\/(components|pages|format|shell|live|data|exported)|src\/story)\//.test(path) && existsSync(path))

const reached = (file: string, seen: Set<string> = new Set()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const next of importsOf(file)) reached(next, seen)
  return seen
}

/** The views with their files. "every view" is the frame around them. */
const views = (): ReadonlyArray<{ readonly name: string; readonly files: ReadonlyArray<string> }> => {
  const text = readFileSync(join(root, "web/src/routes/views.ts"), "utf8")
  const pages = [...text.matchAll(/import\("\.\.\/pages\/(\w+)\.tsx"\)/g)].map(([, page = ""]) => page)
  return [
    ...[...new Set(pages)].map((page) => ({ name: page, files: [...reached(join(root, "web/src/pages", `${page}.tsx`))] })),
    { name: "every view", files: [...reached(join(root, "web/src/shell/App.tsx"))] }
  ]
}

/** The most parts that are named for a datum. */
const MOST = 3

const readsOf = (name: string) => new RegExp(`(?:\\.|[{,(]\\s*(?:readonly\\s+)?|["'])${name}\\b`)

/** For each struct and datum: the parts that show it. */
export const shown = (): ReadonlyMap<string, ReadonlyMap<string, ReadonlyArray<string>>> => {
  const code = new Map<string, string>()
  const all = views().map(({ name, files }) => {
    for (const file of files) if (!code.has(file)) code.set(file, codeOf(file))
    const text = files.map((file) => code.get(file) ?? "").join("\n")
    const asks = new Set([...text.matchAll(/\bendpoints\.(\w+)\b|"\/(health)"/g)].map(([, endpoint, health]) => endpoint ?? health ?? ""))
    return { name, files, asks }
  })
  const places = new Map(
    [...structs()].map(([name, { data, endpoints }]) => {
      const asking = all.filter(({ asks }) => [...endpoints].some((endpoint) => asks.has(endpoint)))
      const files = [...new Set(asking.flatMap(({ files }) => files))]
      const reads = [...data.keys()].map((datum) => [datum, readsOf(datum)] as const)
      // A part that reads many fields of a struct is more likely to mean this struct than a part that reads one common name.
      const weight = new Map(files.map((file) => [file, reads.filter(([, one]) => one.test(code.get(file) ?? "")).length]))
      const places = reads.map(([datum, one]) => {
        const parts = files
          .filter((file) => one.test(code.get(file) ?? ""))
          .toSorted((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0) || (a < b ? -1 : 1))
        return [datum, parts.slice(0, MOST).map((part) => relative(root, part).replace(/^web\/src\/|\.tsx?$/g, ""))] as const
      })
      return [name, new Map(places)]
    })
  )
  // A list row may omit data that the view of one entry shows.
  const known = [...structs()]
  return new Map(
    [...places].map(([name, data]) => {
      const fuller = known.filter(([other, { data: more }]) => other !== name && [...data.keys()].every((datum) => more.has(datum)))
      const found = (datum: string) => fuller.map(([other]) => places.get(other)?.get(datum) ?? []).find((parts) => parts.length > 0) ?? []
      return [name, new Map([...data].map(([datum, parts]) => [datum, parts.length > 0 ? parts : found(datum)] as const))] as const
    })
  )
}

/** Endpoints that answer with a file that the page links to; a program reads it. */
const FILES: Readonly<Record<string, string>> = {
  consensusFacts: "the file of facts that the page of an epoch links, for `gittensor audit`",
  consensusReport: "the signed report that the page of an epoch links",
  qualityDocument: "the signed document that the page of a match links"
}

/** Why a datum is not shown; undefined if it should be. */
export const excuseFor = (struct: string, datum: string, endpoints: ReadonlySet<string>): string | undefined => {
  const file = [...endpoints].every((endpoint) => Object.hasOwn(FILES, endpoint)) ? FILES[[...endpoints][0] ?? ""] : undefined
  return NOT_SHOWN[`${struct}.${datum}`] ?? file
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ")

const tableOf = (name: string, { data, endpoints }: Struct, places: ReadonlyMap<string, ReadonlyArray<string>>): string =>
  [
    `## ${name}`,
    "",
    `Of ${[...endpoints].map((endpoint) => `\`${endpoint}\``).join(", ")}.`,
    "",
    "| datum | meaning | shown by |",
    "|---|---|---|",
    ...[...data].map(([datum, { meaning }]) => {
      const parts = places.get(datum) ?? []
      const where =
        parts.length > 0
          ? parts.map((part) => `\`${part}\``).join(", ")
          : `not shown: ${excuseFor(name, datum, endpoints) ?? "an omission"}`
      return `| ${datum} | ${cell(meaning)} | ${cell(where)} |`
    })
  ].join("\n")

/** The printed Markdown. A datum that no part shows, without a declared reason, is called an omission. */
export const document = (): string => {
  const places = shown()
  const tables = [...structs()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, struct]) => tableOf(name, struct, places.get(name) ?? new Map()))
  return `# Where the page shows each datum of the API

From the API's description and the page's sources. A part of the page shows a datum if it reads a field of that name, and belongs to a view that asks for
the datum. Files are relative to \`web/src\`.

${tables.join("\n\n")}
`
}

if (import.meta.main) process.stdout.write(document())
