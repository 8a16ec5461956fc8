/** The cells that a report has room for. Pure. */
import { type Cell, MAX_CELLS, type Report, type ReportedMiner } from "../../domain/Report.ts"
import type { RosterRepositories } from "../../domain/Roster.ts"
import { measuredBy } from "../../domain/Settlement.ts"
import { partsOfCells } from "./rewards.ts"

/** Fewer cells, where a report has too many because little was measured: a miner with one that was not measured counts as not measured at all. */
const withoutNulls = (miners: ReadonlyArray<ReportedMiner>): ReadonlyArray<ReportedMiner> =>
  miners.map((miner) => (miner.cells?.some(({ sum }) => sum === null) === true ? { ...miner, cells: null } : miner))

const countOf = (miners: ReadonlyArray<ReportedMiner>): number => miners.reduce((count, { cells }) => count + (cells?.length ?? 1), 0)

/** A cell that is left out, so that it counts as 0, or as not measured with all others of its miner. */
export interface LeftOut extends Pick<ReportedMiner, "uid" | "hotkey">, Pick<Cell, "repository"> {}

/**
 * The miners with as many of their cells as a report may have (`most`): where there are more, those with the greatest parts of the pool, of equal ones the
 * first.
 */
export const greatestCells = (
  { miners, repositories }: Pick<Report, "miners" | "repositories">,
  roster: RosterRepositories,
  most = MAX_CELLS
): { readonly miners: ReadonlyArray<ReportedMiner>; readonly leftOut: ReadonlyArray<LeftOut> } => {
  if (countOf(miners) <= most) return { miners, leftOut: [] }
  const whole = withoutNulls(miners)
  const unsaid = whole.flatMap(({ uid, hotkey, cells }, index) =>
    cells !== null ? [] : (miners[index]?.cells ?? []).map(({ repository }) => ({ uid, hotkey, repository }))
  )
  const excess = countOf(whole) - most
  if (excess <= 0) return { miners: whole, leftOut: unsaid }
  const parts = partsOfCells(measuredBy({ miners: whole, repositories }), roster)
  const cells = whole.flatMap(({ uid, hotkey, cells: own }) => (own ?? []).map((cell) => ({ uid, hotkey, cell })))
  const least = cells
    .map((one, index) => ({ ...one, index, part: parts[index] ?? 0n }))
    .toSorted((left, right) => (left.part === right.part ? right.index - left.index : left.part < right.part ? -1 : 1))
    .slice(0, excess)
  const isLeftOut = new Set(least.map(({ cell }) => cell))
  return {
    miners: whole.flatMap((miner) => {
      const own = miner.cells?.filter((cell) => !isLeftOut.has(cell)) ?? null
      return own?.length === 0 ? [] : [{ ...miner, cells: own }]
    }),
    leftOut: [...unsaid, ...least.map(({ uid, hotkey, cell }) => ({ uid, hotkey, repository: cell.repository }))]
  }
}
