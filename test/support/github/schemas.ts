/** GitHub's published schemas: of GraphQL, and the OpenAPI description of REST. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { buildASTSchema, extendSchema, parse } from "graphql"

export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject
export type JsonObject = { readonly [key: string]: Json }

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const { resolve } = createRequire(import.meta.url)

/** GitHub's schema of 17 May 2026. GitHub defines a few fields twice, which graphql-js would refuse. */
const published = buildASTSchema(
  parse(readFileSync(join(dirname(resolve("github-schema/package.json")), "github-schema.graphql"), "utf8")),
  { assumeValidSDL: true }
)

/** What we ask that is younger: GitHub's changelog of 22 July 2026 (https://docs.github.com/en/graphql/overview/changelog). */
const YOUNGER = `
type IssueUpdateIntent { confidence: IssueEventConfidenceLevel databaseId: Int intentId: String rationale: String }
enum IssueEventConfidenceLevel { HIGH LOW MEDIUM }
extend type ClosedEvent { intent: IssueUpdateIntent }
`
export const graphqlSchema = extendSchema(published, parse(YOUNGER), { assumeValidSDL: true })

/** The package's entry point loads 400 MB of descriptions, so this reads only the one file. */
export const description: JsonObject = JSON.parse(readFileSync(resolve("@octokit/openapi/generated/api.github.com.json"), "utf8"))

/** The value at a path of properties. */
export const within = (node: Json | undefined, ...keys: ReadonlyArray<string>): Json | undefined =>
  keys.reduce<Json | undefined>((value, key) => (isObject(value) ? value[key] : undefined), node)

/** A part of the description, with a `$ref` resolved. */
export const resolved = (node: Json | undefined): JsonObject | undefined => {
  if (!isObject(node)) return undefined
  const { $ref } = node
  return typeof $ref === "string" ? resolved(within(description, ...$ref.slice(2).split("/"))) : node
}
