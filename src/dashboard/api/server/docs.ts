/** The page at /docs: the API's description as HTML without a script. As the API is read-only, a browser's address bar tries any endpoint. */
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as OpenApi from "@effect/platform/OpenApi"
import { Predicate } from "effect"
import { ServedApi } from "../definition/system.ts"
import { xmlText } from "../sharing/xmlText.ts"

type Json = Readonly<Record<string, unknown>>

const record = (value: unknown): Json => (Predicate.isRecord(value) ? value : {})
const records = (value: unknown): ReadonlyArray<Json> => (Array.isArray(value) ? value.map(record) : [])
const words = (value: unknown): string => xmlText(typeof value === "string" ? value : "")

const fieldsOf = (schema: Json): ReadonlyArray<readonly [name: string, schema: Json]> =>
  Object.entries(record(schema.properties)).map(([name, field]) => [name, record(field)])

/** A schema's type in HTML, with links to schemas that have a name. */
const typeOf = (schema: Json): string => {
  if (typeof schema.$ref === "string") {
    const name = words(schema.$ref.split("/").at(-1))
    return `<a href="#${name}">${name}</a>`
  }
  if (Array.isArray(schema.anyOf)) return records(schema.anyOf).map(typeOf).join(" or ")
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `<code>${words(JSON.stringify(value))}</code>`).join(" or ")
  if (schema.type === "array") {
    const [least, most] = [schema.minItems, schema.maxItems]
    return `list of ${least !== undefined && least === most ? `${least} × ` : ""}(${typeOf(record(schema.items))})`
  }
  const fields = fieldsOf(schema).map(([name, field]) => `<code>${xmlText(name)}</code>: ${typeOf(field)}`)
  if (fields.length > 0) return `{ ${fields.join(", ")} }`
  if (Predicate.isRecord(schema.additionalProperties)) return `object of (${typeOf(schema.additionalProperties)})`
  return words(schema.format ?? schema.type) || "any JSON"
}

const table = (rows: ReadonlyArray<readonly [name: string, type: string, meaning: string]>): string =>
  rows.length === 0
    ? ""
    : `<table><thead><tr><th scope="col">Name</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead><tbody>${rows
        .map(([name, type, meaning]) => `<tr><th scope="row"><code>${name}</code></th><td>${type}</td><td>${meaning}</td></tr>`)
        .join("")}</tbody></table>`

const parameterRow = ({ name, in: place, required, schema, description }: Json) =>
  [
    `${words(name)}${required === true ? "" : "?"}`,
    `${typeOf(record(schema))}${place === "header" ? " (header)" : ""}`,
    words(description ?? record(schema).description)
  ] as const

const answer = ([status, { description, content }]: readonly [string, Json]): string => {
  const types = Object.entries(record(content)).map(([type, of]) => `${typeOf(record(record(of).schema))} (${xmlText(type)})`)
  return `<li><code>${xmlText(status)}</code> ${types.join(" or ")} ${words(description)}</li>`
}

const operation = (path: string, { operationId, summary, description, parameters, responses }: Json): string =>
  `<details id="${words(operationId)}"><summary><code>GET ${xmlText(path)}</code> ${words(summary)}</summary>
${description === undefined ? "" : `<p>${words(description)}</p>`}${table(records(parameters).map(parameterRow))}
<ul>${Object.entries(record(responses))
    .map(([status, one]) => answer([status, record(one)]))
    .join("")}</ul></details>`

const STYLE = `:root{color-scheme:light dark;background:light-dark(#fff,#0d1014);color:light-dark(#12161c,#eef1f4);font:1rem/1.5 system-ui,sans-serif}body{margin:0 auto;padding:1rem;max-width:70rem;overflow-wrap:anywhere}
a{color:light-dark(#5034c4,#b9a8ff)}summary{padding:.5rem 0;cursor:pointer}table{width:100%;border-collapse:collapse;text-align:start}
th,td{padding:.25rem .5rem;border-top:1px solid light-dark(#dfddd3,#28303a);text-align:start;vertical-align:top;font-weight:400}nav li{margin:.5rem 0}`

const pageOf = ({ info, tags = [], paths, components }: OpenApi.OpenAPISpec): string => {
  const operations = Object.entries(paths).map(([path, item]) => [path, record(item.get)] as const)
  const section = (tag: string) =>
    `<section><h2 id="tag-${words(tag)}">${words(tag)}</h2>${operations
      .filter(([, { tags: of }]) => Array.isArray(of) && of.includes(tag))
      .map(([path, one]) => operation(path, one))
      .join("\n")}</section>`
  const schema = ([name, one]: readonly [string, Json]) =>
    `<section><h3 id="${xmlText(name)}">${xmlText(name)}</h3><p>${words(one.description)}</p>${
      fieldsOf(one).length === 0
        ? `<p>${typeOf(one)}</p>`
        : table(fieldsOf(one).map(([field, type]) => [xmlText(field), typeOf(type), words(type.description)]))
    }</section>`
  const names = [...tags.map(({ name }) => name), "CSV"]
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${words(info.title)} API</title><style>${STYLE}</style></head>
<body><header><h1>${words(info.title)} API</h1><p>${words(info.description)} <a href="openapi.json">openapi.json</a> is the same for programs: generators make clients of it.</p></header>
<nav aria-label="Parts"><ul>${names.map((name) => `<li><a href="#tag-${words(name)}">${words(name)}</a></li>`).join("")}<li><a href="#schemas">Schemas</a></li></ul></nav>
<main>${names.map(section).join("\n")}<h2 id="schemas">Schemas</h2>${Object.entries(components.schemas)
    .map(([name, one]) => schema([name, record(one)]))
    .join("\n")}</main></body></html>`
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** Serves the page at /docs. */
export const layer = HttpApiBuilder.Router.use((router) => {
  const html = pageOf(OpenApi.fromApi(ServedApi))
  return router.get(
    "/docs",
    HttpServerResponse.text(html, { contentType: "text/html; charset=utf-8", headers: { "content-security-policy": POLICY } })
  )
})
