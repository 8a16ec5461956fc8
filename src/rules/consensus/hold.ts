/** Decides what a validator sends if there is no consensus: its weights on the chain, for a limited time. Pure. */

/**
 * Weights are held for so many epochs without consensus (docs/reference/consensus.md, “Without a result”). After that, a validator's own scores are better than old ones.
 */
export const HELD_EPOCHS = 14

/** One UID of a validator's weights on the chain; only proportions matter. */
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
  /** Blocks without weights after which the chain stops counting a validator. */
  readonly activityCutoff: number
  /** The block at which the validator decides again. */
  readonly nextBlock: number
}

/** `Wait`: the weights on the chain still count until the next decision. `OwnScores`: this also raises an alert. */
export type Hold =
  | { readonly _tag: "Wait" }
  | { readonly _tag: "SendAgain"; readonly weights: ReadonlyArray<ChainWeight> }
  | { readonly _tag: "OwnScores"; readonly why: string }

/**
 * The weights of UIDs whose hotkey is still the one for which they were computed, sorted by UID. They keep their proportions, as on the chain, which
 * ignores weights for a neuron that registered after they were set.
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
 * Sends weights again only if the chain would stop counting them before the next decision, and never for a UID that changed hands. The validator's
 * own scores take over after `HELD_EPOCHS` epochs, or if no weights are left to hold.
 */
export const hold = (facts: HoldInputs): Hold => {
  if (facts.epochsWithout > HELD_EPOCHS)
    return {
      _tag: "OwnScores",
      why: `there has been no consensus for ${facts.epochsWithout} epochs, and weights are kept for ${HELD_EPOCHS}`
    }
  const weights = ofSameHotkeys(facts.weights, facts.weighedNeurons, facts.neurons)
  if (weights.length === 0) return { _tag: "OwnScores", why: "there is no consensus, and no weights on the chain to hold" }
  // A validator counts up to the block lastUpdate + activityCutoff, that block included.
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

/** `hold` from the chain's state at one block. The last weights were computed for the neurons that were registered by then. */
export const holdAt = ({ own, neurons, onChain, ...rest }: HoldMoment): Hold =>
  hold({
    ...rest,
    weights: onChain.map(([uid, value]) => ({ uid, value })),
    weighedNeurons: neurons.filter(({ registeredAt }) => registeredAt <= own.lastUpdate),
    neurons,
    lastUpdate: own.lastUpdate
  })
