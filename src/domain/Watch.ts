/** What a validator remembers of its looks at something: for how long the world has said the same at each of them. */

/** How long something must have been gone at every look before a validator acts on it, in blocks. */
export const GONE_FOR = 1_800

/** How long an ending must have stood at every look while the deadline is ahead, which it can still be undone before: three days, in blocks. */
export const STANDS_FOR = 21_600

/** What the world says of something that is gone, however it is. */
export const GONE = "gone"

/** How long something must be gone before a validator acts, in blocks. On a development chain it is never longer than the challenge period. */
export const neededUnder = (
  { challengePeriod, devChain }: { readonly devChain: boolean; readonly challengePeriod: number },
  blocks: number = GONE_FOR
): number => (devChain ? Math.max(1, Math.min(blocks, challengePeriod)) : blocks)

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
const PARTS = 6

/** The watch after a look at a block at which the world says the same; `needed`: how long it must have said so, in blocks. */
export const saysAgain = (says: string, before: Watch | undefined, block: number, needed: number): Watch => {
  if (before?.says !== says) return { says, lastLook: block, blocks: 0 }
  const passed = Math.min(Math.max(0, block - before.lastLook), Math.ceil(needed / PARTS))
  return { says, lastLook: Math.max(before.lastLook, block), blocks: Math.min(needed, before.blocks + passed) }
}

/** The watch after a look at a block that did not show it. */
export const goneAgain = (before: Watch | undefined, block: number, needed: number): Watch => saysAgain(GONE, before, block, needed)
