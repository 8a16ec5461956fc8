/** The table of listed differences for contracts/devnet-runtime/README.md. */
import type { Difference } from "./compare.ts"
import { listedDifferences } from "./differences.ts"

const stateOf = ({ here, there }: Difference): string =>
  here === undefined ? "missing here" : there === undefined ? "only here" : "differs"

/** A row for each reason and kind of difference. `found`: the existing differences. */
export const differencesTable = (found: ReadonlyArray<Difference>): string => {
  const states = new Map(found.map((difference) => [difference.item, stateOf(difference)]))
  const rows = listedDifferences.flatMap(({ items, reason }) =>
    ["only here", "missing here", "differs"].flatMap((state) => {
      const named = items.filter((item) => states.get(item) === state).map((item) => `\`${item}\``)
      return named.length === 0 ? [] : [`| ${named.join(", ")} | ${state} | ${reason} |`]
    })
  )
  return ["| item | | why |", "|---|---|---|", ...rows].join("\n")
}
