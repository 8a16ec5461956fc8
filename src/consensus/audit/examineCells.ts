/** What reports that count leave out although most stake measured it. Pure. An observation: who could not read a file may find that a miner earned nothing. */
import { compareCells, type Report } from "../../domain/Report.ts"
import type { Settlement } from "../../domain/Settlement.ts"
import { type Finding, finding } from "./findings.ts"

/** `reports`: those that count in the settlement. */
export const examineCells = (
  reports: ReadonlyArray<Report>,
  { cells, epoch }: Pick<Settlement, "cells" | "epoch">
): ReadonlyArray<Finding> => {
  const measured = cells.filter(({ measuredIn, net }) => measuredIn === epoch && net > 0)
  return reports.flatMap(({ miners, validator }) => {
    const said = new Map(miners.map((miner) => [miner.hotkey, miner.cells]))
    const [first, ...others] = measured.filter((one) => {
      const own = said.get(one.hotkey)
      return own === undefined || own?.some((cell) => compareCells(cell, one) === 0) === false
    })
    if (first === undefined) return []
    const more = others.length === 0 ? "" : ` and ${others.length} more`
    return [
      finding(
        "cells left out",
        validator,
        `its report lacks UID ${first.uid}'s score entry as ${first.side} in ${first.repository}${more}, which most validators measured`
      )
    ]
  })
}
