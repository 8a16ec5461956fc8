/** What a validator remembers of its looks at something: for how long the world has said the same at each of them. */

/** How long something must have been gone at every look before a validator acts on it, in blocks. */
export const GONE_FOR = 1_800

/**
 * How long the record must have said the same at every look before a validator casts a vote that takes a bounty away, in blocks. Where there is a competition the chain
 * waits as well, so that this may be short there.
 */
export const SETTLES_FOR = 300

/** What the world says of something that is gone, however it is. */
export const GONE = "gone"

/** How long the world must say this before a validator acts, in blocks. On a development chain it is never longer than the challenge period. */
export const neededUnder = (says: string, config: { readonly devChain: boolean; readonly challengePeriod: number }): number => {
  const whole = says === GONE ? GONE_FOR : SETTLES_FOR
  return config.devChain ? Math.max(1, Math.min(whole, config.challengePeriod)) : whole
}

export interface Watch {
  /** What the world says, in words that are equal as long as it says the same. */
  readonly says: string
  /** The finalised head, as a block number, at the last look that counted. */
  readonly lastLook: number
  /** For how many blocks it has said so, as far as looks cover them. */
  readonly blocks: number
  /** What was last known of it, while it is missing; none for what need not be remembered. */
  readonly last?: string | undefined
}

/** The time between two looks counts up to this part of the whole, so that two looks alone prove nothing. Validators that are away look rarely. */
const partsOf = (says: string): number => (says === GONE ? 6 : 2)

/** The watch after a look at a block at which the world said this; `needed`: how long it must say so, in blocks. */
export const seenAgain = (before: Watch | undefined, says: string, block: number, needed: number): Watch => {
  if (before?.says !== says) return { says, lastLook: block, blocks: 0 }
  const passed = Math.min(Math.max(0, block - before.lastLook), Math.ceil(needed / partsOf(says)))
  return { says, lastLook: Math.max(before.lastLook, block), blocks: Math.min(needed, before.blocks + passed) }
}
