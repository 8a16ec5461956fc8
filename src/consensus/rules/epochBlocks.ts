/** The blocks of an epoch at which reports are committed, opened and counted. */

/** D1 and D2 at a tempo of 360, in blocks (docs/reference/consensus.md, “The epoch, block by block”). They scale with the tempo, cut to whole blocks. */
const OPENING = 100
const SETTLING = 200
const USUAL_TEMPO = 360

export interface EpochBlocks {
  /** E, the epoch's first block, as of which scores are measured. */
  readonly first: number
  /** E + D1: commitments count as they stand at this block, and reports are opened. */
  readonly opening: number
  /** E + D2: reports are counted, and weights are set. */
  readonly settling: number
}

/** The blocks of the epoch that begins at `first`, on a subnet of that tempo. */
export const epochBlocksOf = (first: number, tempo: number): EpochBlocks => {
  const after = (blocks: number) => first + Math.floor((tempo * blocks) / USUAL_TEMPO)
  return { first, opening: after(OPENING), settling: after(SETTLING) }
}
