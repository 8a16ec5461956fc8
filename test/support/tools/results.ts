/** The committed results of the run through the real tools. */
import { readFileSync } from "node:fs"

/** By tool and operation: `works`, `refused: REASON` or `left out: REASON`. */
export type Results = Readonly<Record<string, Readonly<Record<string, string>>>>

export const resultsPath = "test/support/tools/results.json"

export const readResults = (): Results => {
  try {
    return JSON.parse(readFileSync(new URL(`../../../${resultsPath}`, import.meta.url), "utf8"))
  } catch {
    return {}
  }
}

export const resultsText = (results: Results): string => `${JSON.stringify(results, null, 2)}\n`

/** By tool, the items that it requested from the chain in all runs: storage, calls and runtime APIs, named as in ../fidelity/used.ts. */
export type ItemsAsked = Readonly<Record<string, ReadonlyArray<string>>>

export const askedPath = "test/support/tools/asked.json"

export const readAsked = (): ItemsAsked => JSON.parse(readFileSync(new URL(`../../../${askedPath}`, import.meta.url), "utf8"))

export const askedText = (asked: ItemsAsked): string => `${JSON.stringify(asked, null, 2)}\n`

const cell = (outcome: string | undefined): string => {
  if (outcome === undefined) return ""
  return outcome === "works" ? "works" : (outcome.split(":", 1)[0] ?? "")
}

/** Tools with the same operations share a table of operation × tool, with the reasons below it. */
export const table = (results: Results): string => {
  const groups = new Map<string, Array<string>>()
  for (const [tool, outcomes] of Object.entries(results)) {
    const kind = Object.keys(outcomes).includes("wallet list") ? "btcli" : Object.keys(outcomes).includes("neurons") ? "sdk" : "client"
    groups.set(kind, [...(groups.get(kind) ?? []), tool])
  }
  const tables = [...groups.values()].map((tools) => {
    const operations = [...new Set(tools.flatMap((tool) => Object.keys(results[tool] ?? {})))]
    return [
      `| operation | ${tools.join(" | ")} |`,
      `|---|${tools.map(() => "---|").join("")}`,
      ...operations.map((name) => `| ${name} | ${tools.map((tool) => cell(results[tool]?.[name])).join(" | ")} |`)
    ].join("\n")
  })
  const reasons = Object.entries(results).flatMap(([tool, outcomes]) =>
    Object.entries(outcomes).flatMap(([name, outcome]) => (outcome === "works" ? [] : [`- ${tool}, ${name}: ${outcome}`]))
  )
  return [...tables, ...(reasons.length === 0 ? [] : [reasons.join("\n")])].join("\n\n")
}
