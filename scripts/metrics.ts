/** Writes the tables of metrics into the documents; `--check` only compares. */
import { readFileSync } from "node:fs"
import { metricsOf } from "../src/layers/machine/telemetry/catalogue.ts"
import { withPart } from "./marked.ts"
import { settle } from "./settle.ts"

type Command = Parameters<typeof metricsOf>[0]

/** The documents with tables, and the commands whose metrics each lists. */
const DOCUMENTS = {
  "docs/reference/validator.md": ["validate"],
  "docs/reference/dashboard.md": ["serve", "index"],
  "docs/reference/quality.md": ["work"]
} as const satisfies Readonly<Record<string, ReadonlyArray<Command>>>

/** The other documents omit the metrics that docs/reference/validator.md lists. */
const isListed = (command: Command, name: string): boolean => command === "validate" || !Object.hasOwn(metricsOf("validate"), name)

const tableOf = (command: Command): string =>
  [
    "| metric | kind | labels | meaning |",
    "|---|---|---|---|",
    ...Object.entries(metricsOf(command))
      .filter(([name]) => isListed(command, name))
      .map(([name, { kind, labels, help }]) => `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`)
  ].join("\n")

/** Each document's path, its text, and its text with today's metrics. */
export const documents = () =>
  Object.entries(DOCUMENTS).map(([path, commands]) => {
    const text = readFileSync(new URL(`../${path}`, import.meta.url), "utf8")
    return { path, text, wanted: commands.reduce((page: string, one) => withPart(page, `metrics of ${one}`, tableOf(one)), text) }
  })

if (import.meta.main) for (const { path, wanted } of documents()) settle(path, wanted)
