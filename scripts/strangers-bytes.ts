/** Writes docs/security.md's table of places where untrusted bytes enter, from the declarations beside their readers; `--check` only compares. */
import { readFileSync } from "node:fs"
import { Duration } from "effect"
import { declaredReaders, type Limits } from "../src/domain/strangersBytes.ts"
import { fileOf, loaded } from "./declared.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

const root = new URL("../", import.meta.url)
const texts = await loaded("src", /^(?:export const \w+ = |const \w+ = )?(?:strangersBytes|makeTask)\(/m)

const size = (bytes: number): string => {
  if (bytes > 0 && bytes % 1_073_741_824 === 0) return `${bytes / 1_073_741_824} GiB`
  if (bytes > 0 && bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MiB`
  return bytes > 0 && bytes % 1_024 === 0 ? `${bytes / 1_024} KiB` : `${bytes} bytes`
}

const limitsText = (limits: Limits): string => {
  const { bytes, time, nesting, redirects, gzip, headers, headerBytes, atOnce, items, memory, written, answered, also } = limits
  return [
    bytes === undefined ? "" : bytes === 0 ? "no body" : size(bytes),
    time === undefined ? "" : Duration.format(time),
    memory === undefined ? "" : `${size(memory)} of memory`,
    written === undefined ? "" : `${size(written)} written`,
    answered === undefined ? "" : `${size(answered)} answered`,
    items === undefined ? "" : `${items.toLocaleString("en-US")} items`,
    atOnce === undefined ? "" : `${atOnce.toLocaleString("en-US")} at a time`,
    headers === undefined ? "" : `${headers} header fields`,
    headerBytes === undefined ? "" : `headers of ${size(headerBytes)}`,
    nesting === undefined ? "" : `JSON ${nesting} deep`,
    redirects === undefined ? "" : redirects === 0 ? "no redirects" : `${redirects} redirects`,
    gzip === true ? "gzip is counted unpacked" : "",
    also ?? ""
  ]
    .filter((part) => part !== "")
    .join("; ")
}

const readers = declaredReaders()
  .map((reader) => ({ ...reader, file: fileOf(texts, reader.what) }))
  .toSorted((a, b) => (a.file === b.file ? (a.what < b.what ? -1 : 1) : a.file < b.file ? -1 : 1))

const path = "docs/security.md"
const tableOf = (place: (typeof readers)[number]["readIn"]) =>
  [
    "| what | who writes it | limits | reader | test |",
    "|---|---|---|---|---|",
    ...readers.flatMap(({ what, writtenBy, readIn, limits, file, test }) =>
      readIn === place
        ? [`| ${what} | ${writtenBy} | ${limitsText(limits)} | \`${file.replace(/^src\//, "")}\` | \`${test.replace(/^test\//, "")}\` |`]
        : []
    )
  ].join("\n")
const tables = `Read in a sandbox:\n\n${tableOf("a sandbox")}\n\nRead in the program's own process:\n\n${tableOf("this process")}`
settle(path, withPart(readFileSync(new URL(path, root), "utf8"), "strangers' bytes", tables))
