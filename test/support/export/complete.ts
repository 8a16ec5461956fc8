/** Whether a reader finds a complete page in a store. */
import { createHash } from "node:crypto"
import { Schema } from "effect"
import { CURRENT_FILE, Current, FILE_NAME, TableIndex } from "../../../src/dashboard/api/definition/export.ts"

const decodeCurrent = Schema.decodeUnknownSync(Schema.parseJson(Current))
const decodeIndex = Schema.decodeUnknownSync(Schema.parseJson(TableIndex))
const decodeRows = Schema.decodeUnknownSync(Schema.parseJson(Schema.Array(Schema.Unknown)))
const decodeNames = Schema.decodeUnknownSync(Schema.Array(Schema.String.pipe(Schema.pattern(FILE_NAME))))
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

/**
 * The content of the exported page: its block and the rows of each table. Throws if a file is missing, or its content does not match its name.
 * Undefined before the first export.
 */
export const readExport = (objects: ReadonlyMap<string, Uint8Array>) => {
  const read = (name: string): Uint8Array => {
    const found = objects.get(name)
    if (found === undefined) throw new Error(`${name} is missing`)
    return found
  }
  /** A file that is named by the SHA-256 of its content. */
  const checked = (name: string, bytes: Uint8Array) => {
    const digest = createHash("sha256").update(bytes).digest("hex")
    if (!digest.startsWith(/[0-9a-f]{40,}/.exec(name)?.[0] ?? "no digest")) throw new Error(`${name} has another content`)
    return bytes
  }
  const part = (name: string) => text(checked(name, Bun.gunzipSync(new Uint8Array(read(name)))))
  const index = objects.get("index.html")
  const current = objects.get(CURRENT_FILE)
  if (current === undefined) {
    if (index !== undefined) throw new Error("a page without data")
    return undefined
  }
  if (index !== undefined)
    for (const [, address = ""] of text(index).matchAll(/(?:src|href)="([^"]+)"/g)) read(address.replace(/^\.\//, ""))
  const { block, tables } = decodeCurrent(text(current))
  const rows = tables.map((table) => {
    const all = decodeIndex(part(table.index)).flatMap(({ part: name, rows, keys }) => {
      const found = decodeRows(part(name))
      if (found.length !== rows || (keys !== undefined && keys.length !== rows)) throw new Error(`${name} does not fit its index`)
      return found
    })
    if (table.kind === "files") for (const name of decodeNames(all)) checked(name, read(name))
    if (all.length !== table.rows) throw new Error(`${table.path} does not have all rows`)
    return [table.path, all] as const
  })
  return { block, isShown: index !== undefined, rows: new Map(rows) }
}
