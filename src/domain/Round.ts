/** The validators' common clock: a round has `roundLength` blocks, of which the first `attestBlocks` are for attesting. */

export interface RoundPlace {
  readonly round: number
  /** The round's first block, S. All input of the round is read there or attested during the round. */
  readonly start: number
  readonly phase: "attest" | "pair"
  /** First block of the pair phase. */
  readonly pairsFrom: number
  readonly nextStart: number
}

export const placeOf = (block: number, rules: { readonly roundLength: number; readonly attestBlocks: number }): RoundPlace => {
  const round = Math.floor(block / rules.roundLength)
  const start = round * rules.roundLength
  const pairsFrom = start + rules.attestBlocks
  return { round, start, pairsFrom, phase: block < pairsFrom ? "attest" : "pair", nextStart: start + rules.roundLength }
}
