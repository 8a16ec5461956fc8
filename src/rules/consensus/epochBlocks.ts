/** The blocks of an epoch at which its roster is decided, and its reports are committed, opened, seen and counted. */

/** Blocks after the epoch's first one at a tempo of 360 (docs/protocol.md, “An epoch”). They scale with the tempo, cut to whole blocks. */
const BLOCKS_AFTER_START = { mirrors: 50, opening: 100, seeing: 150, settling: 200 } as const
const USUAL_TEMPO = 360

export interface EpochBlocks {
  /** E, the epoch's first block, as of which scores are measured. */
  readonly first: number
  /** E + D1/2: from here on, mirrors that do not serve the committed roster are given up. */
  readonly mirrors: number
  /** E + D1: commitments count as they stand at this block, and reports are opened. */
  readonly opening: number
  /** Halfway between E + D1 and E + D2: validators commit which reports they have by now, also if some are missing. */
  readonly seeing: number
  /** E + D2: the reports count that more than half of the stake has committed to have, and weights are set. */
  readonly settling: number
}

export const epochBlocksOf = (first: number, tempo: number): EpochBlocks => {
  const after = (blocks: number) => first + Math.floor((tempo * blocks) / USUAL_TEMPO)
  return {
    first,
    mirrors: after(BLOCKS_AFTER_START.mirrors),
    opening: after(BLOCKS_AFTER_START.opening),
    seeing: after(BLOCKS_AFTER_START.seeing),
    settling: after(BLOCKS_AFTER_START.settling)
  }
}
