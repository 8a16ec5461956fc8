/** The cells that a report has room for. Pure. */
import { type Cell, MAX_CELLS, MAX_TEXT, type Report, type ReportedMiner } from "../../domain/Report.ts"
import type { RosterRepositories } from "../../domain/Roster.ts"
import { measuredBy } from "../../domain/Settlement.ts"
import { partsOfCells } from "./rewards.ts"

/** Fewer cells, where a report has too many because little was measured: a miner with one that was not measured counts as not measured at all. */
const withoutNulls = (miners: ReadonlyArray<ReportedMiner>): ReadonlyArray<ReportedMiner> =>
  miners.map((miner) => (miner.cells?.some(({ sum }) => sum === null) === true ? { ...miner, cells: null } : miner))

const countOf = (miners: ReadonlyArray<ReportedMiner>): number => miners.reduce((count, { cells }) => count + (cells?.length ?? 1), 0)

/** How many cells, and how many characters of the signed text. */
interface Room {
  readonly cells: number
  readonly text: number
}

/** A cell that is left out, so that it counts as 0, or as not measured with all others of its miner. */
export interface LeftOut extends Pick<ReportedMiner, "uid" | "hotkey">, Pick<Cell, "repository"> {}

/** Characters of a report's other keys, its signature and what encloses them. */
const ENVELOPE = 2_048

const charactersOf = (value: Cell | ReportedMiner | Report["repositories"]): number => JSON.stringify(value).length + 1

/** How many cells too many there are, and how many characters: each miner without its cells is part of the text. */
const excessOf = ({ miners, repositories }: Pick<Report, "miners" | "repositories">, { cells, text }: Room) => {
  const frames = miners.map((miner) => ({ ...miner, cells: miner.cells === null ? null : [] }))
  const all = [...frames, ...miners.flatMap((miner) => miner.cells ?? [])]
  return {
    cells: countOf(miners) - cells,
    text: ENVELOPE + charactersOf(repositories) + all.reduce((sum, one) => sum + charactersOf(one), 0) - text
  }
}

const REPORT: Room = { cells: MAX_CELLS, text: MAX_TEXT }

/**
 * The miners with as many of their cells as a report has room for: where there are more, those with the greatest parts of the pool, of equal ones the
 * first.
 */
export const greatestCells = (
  { miners, repositories }: Pick<Report, "miners" | "repositories">,
  roster: RosterRepositories,
  room = REPORT
): { readonly miners: ReadonlyArray<ReportedMiner>; readonly leftOut: ReadonlyArray<LeftOut> } => {
  const isTooMuch = (excess: Room): boolean => excess.cells > 0 || excess.text > 0
  if (!isTooMuch(excessOf({ miners, repositories }, room))) return { miners, leftOut: [] }
  const whole = withoutNulls(miners)
  const unsaid = whole.flatMap(({ uid, hotkey, cells }, index) =>
    cells !== null ? [] : (miners[index]?.cells ?? []).map(({ repository }) => ({ uid, hotkey, repository }))
  )
  let excess = excessOf({ miners: whole, repositories }, room)
  const parts = partsOfCells(measuredBy({ miners: whole, repositories }), roster)
  const rising = whole
    .flatMap(({ uid, hotkey, cells: own }) => (own ?? []).map((cell) => ({ uid, hotkey, cell })))
    .map((one, index) => ({ ...one, index, part: parts[index] ?? 0n }))
    .toSorted((left, right) => (left.part === right.part ? right.index - left.index : left.part < right.part ? -1 : 1))
  const kept = rising.findIndex(({ cell }) => {
    if (!isTooMuch(excess)) return true
    excess = { cells: excess.cells - 1, text: excess.text - charactersOf(cell) }
    return false
  })
  const least = kept < 0 ? rising : rising.slice(0, kept)
  const isLeftOut = new Set(least.map(({ cell }) => cell))
  return {
    miners: whole.flatMap((miner) => {
      const own = miner.cells?.filter((cell) => !isLeftOut.has(cell)) ?? null
      return own?.length === 0 ? [] : [{ ...miner, cells: own }]
    }),
    leftOut: [...unsaid, ...least.map(({ uid, hotkey, cell }) => ({ uid, hotkey, repository: cell.repository }))]
  }
}
