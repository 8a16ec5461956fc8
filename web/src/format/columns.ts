/** Lays out tiles. */

/** The largest number of columns, of at most `most`, that leaves no tile alone in the last row; 2 if there is none, where the first tile is wide. */
export const columnsFor = (tiles: number, most: number): number => {
  for (let columns = Math.min(most, tiles); columns > 2; columns--) if (tiles % columns !== 1) return columns
  return Math.min(2, tiles)
}
