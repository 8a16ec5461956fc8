/** The next block in which validators may draw pairs: after the attesting part of a round. Undefined without usable settings. */
export const nextDraw = (block: number, roundLength: number | undefined, attestBlocks: number | undefined): number | undefined => {
  if (roundLength === undefined || attestBlocks === undefined || roundLength < 1) return undefined
  const ofThisRound = Math.floor(block / roundLength) * roundLength + attestBlocks
  return block < ofThisRound ? ofThisRound : ofThisRound + roundLength
}
