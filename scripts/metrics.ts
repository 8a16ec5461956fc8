/** Writes the tables of metrics into the documents. `--check` writes nothing and fails when a document differs. */
import { readFileSync, writeFileSync } from "node:fs"
import { metricsOf } from "../src/telemetry/catalogue.ts"
import { withPart } from "./marked.ts"

type Command = Parameters<typeof metricsOf>[0]

/** The documents with tables, and the commands whose metrics each lists. */
const DOCUMENTS = { "docs/validator.md": ["validate"], "docs/dashboard.md": ["serve", "index"] } as const satisfies Readonly<
  Record<string, ReadonlyArray<Command>>
>

/** docs/dashboard.md leaves out what docs/validator.md lists. */
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

if (import.meta.main)
  for (const { path, text, wanted } of documents()) {
    if (!process.argv.includes("--check")) writeFileSync(new URL(`../${path}`, import.meta.url), wanted)
    else if (text !== wanted) {
      console.error(`${path} does not list today's metrics: run npm run generate and commit it`)
      process.exitCode = 1
    }
  }
