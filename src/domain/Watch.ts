/** A validator's record of its checks of something on GitHub: how long all of them have had the same result. */

/** How long something must have been gone at every check before a validator acts on it: six hours, in blocks (docs/verdicts.md, “What is gone”). */
export const GONE_FOR = 1_800

/** How long an ending must have stood at every check before the deadline, until which it can be undone: three days, in blocks (docs/protocol.md, “A verdict”). */
export const STANDS_FOR = 21_600

/** The result for something that is gone, for any reason. */
export const GONE = "gone"

/** How long something must be gone before a validator acts, in blocks. On a development chain at most the challenge period. */
export const blocksNeeded = (
  { challengePeriod, devChain }: { readonly devChain: boolean; readonly challengePeriod: number },
  blocks: number = GONE_FOR
): number => (devChain ? Math.max(1, Math.min(blocks, challengePeriod)) : blocks)

export interface Watch {
  /** A key of what was observed. Two observations with equal keys had the same result. */
  readonly says: string
  /** The finalised head at the last check that counted, as a block number. */
  readonly lastLook: number
  /** For how many blocks the result has been the same, as far as checks cover them. */
  readonly blocks: number
  /** The last known state, while it is missing; undefined if nothing need be kept. */
  readonly last?: string | undefined
}

/**
 * The time between two checks counts at most as this fraction (a sixth) of the needed time. So a validator that was offline for long cannot prove anything by two checks.
 */
const PARTS = 6

/** The watch after a check at a block with the same result. `needed`: how long it must last, in blocks. */
export const saysAgain = (says: string, before: Watch | undefined, block: number, needed: number): Watch => {
  if (before?.says !== says) return { says, lastLook: block, blocks: 0 }
  const passed = Math.min(Math.max(0, block - before.lastLook), Math.ceil(needed / PARTS))
  return { says, lastLook: Math.max(before.lastLook, block), blocks: Math.min(needed, before.blocks + passed) }
}

/** The watch after a check at a block that did not find it. */
export const goneAgain = (before: Watch | undefined, block: number, needed: number): Watch => saysAgain(GONE, before, block, needed)
