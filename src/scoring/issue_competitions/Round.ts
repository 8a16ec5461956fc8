/** The validators' common clock: a round is `roundLength` blocks, its first `attestBlocks` are for attesting. */

export interface RoundPlace {
  readonly round: number
  /** The round's first block, S: everything a round decides is read there or follows from what is attested in it. */
  readonly start: number
  readonly phase: "attest" | "pair"
  /** First block of the pair phase. */
  readonly pairsFrom: number
  readonly nextStart: number
}

/** Where a block stands in its round. */
export const placeOf = (block: number, rules: { readonly roundLength: number; readonly attestBlocks: number }): RoundPlace => {
  const round = Math.floor(block / rules.roundLength)
  const start = round * rules.roundLength
  const pairsFrom = start + rules.attestBlocks
  return { round, start, pairsFrom, phase: block < pairsFrom ? "attest" : "pair", nextStart: start + rules.roundLength }
}
