/**
 * What a validator sends when there is no consensus: what it has on the chain already, for a limited time. Pure.
 */

/** So many epochs without a consensus are bridged; then a validator's own scores are better than old ones. */
export const HELD_EPOCHS = 14

/** One UID of a validator's weights on the chain; only proportions mean something. */
export interface ChainWeight {
  readonly uid: number
  readonly value: number
}

interface Holder {
  readonly uid: number
  readonly hotkey: string
}

/** A neuron of the subnet; both in blocks. */
interface DatedHolder extends Holder {
  readonly registeredAt: number
  readonly lastUpdate: number
}

export interface HoldInputs {
  /** The validator's weights on the chain. */
  readonly weights: ReadonlyArray<ChainWeight>
  /** The neurons for which those weights were computed. */
  readonly weighedNeurons: ReadonlyArray<Holder>
  /** The neurons now. */
  readonly neurons: ReadonlyArray<Holder>
  /** How many epochs in a row had no consensus, this one included. */
  readonly epochsWithout: number
  /** The block of the validator's last weights. */
  readonly lastUpdate: number
  /** After so many blocks without weights the chain stops counting a validator. */
  readonly activityCutoff: number
  /** The block at which the validator decides again. */
  readonly nextBlock: number
}

/** `Wait`: what is on the chain still counts until the next decision. `OwnScores`: it is an alert too. */
export type Hold =
  | { readonly _tag: "Wait" }
  | { readonly _tag: "SendAgain"; readonly weights: ReadonlyArray<ChainWeight> }
  | { readonly _tag: "OwnScores"; readonly why: string }

/**
 * Weights without the UIDs that have another hotkey now than when they were weighed, or none, by rising UID. The rest keep their proportions, as on the chain, which ignores weights for a
 * neuron that registered after they were set.
 */
export const ofSameHotkeys = (
  weights: ReadonlyArray<ChainWeight>,
  weighedNeurons: ReadonlyArray<Holder>,
  neurons: ReadonlyArray<Holder>
): ReadonlyArray<ChainWeight> => {
  const before = new Map(weighedNeurons.map(({ uid, hotkey }) => [uid, hotkey]))
  const now = new Map(neurons.map(({ uid, hotkey }) => [uid, hotkey]))
  return weights
    .filter(({ uid, value }) => value > 0 && before.has(uid) && before.get(uid) === now.get(uid))
    .toSorted((left, right) => left.uid - right.uid)
}

/**
 * Weights are sent again only when the chain would stop counting them before the next decision, and never for a UID that changed hands. After `HELD_EPOCHS`
 * epochs, and when nothing is left to hold, the validator's own scores take over.
 */
export const hold = (facts: HoldInputs): Hold => {
  if (facts.epochsWithout > HELD_EPOCHS)
    return {
      _tag: "OwnScores",
      why: `there has been no consensus for ${facts.epochsWithout} epochs, and weights are held for ${HELD_EPOCHS}`
    }
  const weights = ofSameHotkeys(facts.weights, facts.weighedNeurons, facts.neurons)
  if (weights.length === 0) return { _tag: "OwnScores", why: "there is no consensus, and no weights on the chain to hold" }
  // A validator counts up to and with the block lastUpdate + activityCutoff.
  return facts.nextBlock > facts.lastUpdate + facts.activityCutoff ? { _tag: "SendAgain", weights } : { _tag: "Wait" }
}

export interface HoldMoment {
  /** The validator's own neuron. */
  readonly own: DatedHolder
  /** All neurons at the block at which validators decide. */
  readonly neurons: ReadonlyArray<DatedHolder>
  /** The validator's weights on the chain at that block: UIDs and values. */
  readonly onChain: ReadonlyArray<readonly [uid: number, value: number]>
  readonly epochsWithout: number
  readonly activityCutoff: number
  readonly nextBlock: number
}

/** The same from what the chain says at one block. The neurons that were registered by then are those for which the last weights were computed. */
export const holdAt = ({ own, neurons, onChain, ...rest }: HoldMoment): Hold =>
  hold({
    ...rest,
    weights: onChain.map(([uid, value]) => ({ uid, value })),
    weighedNeurons: neurons.filter(({ registeredAt }) => registeredAt <= own.lastUpdate),
    neurons,
    lastUpdate: own.lastUpdate
  })
