/**
 * When the chain opens a commitment of weights that is made now: Subtensor counts a subnet's epochs, opens a commitment so many epochs later,
 * and wants the beacon's round of about that time, chosen by who commits.
 */
import { GENESIS, PERIOD } from "./quicknet.ts"

/** A subnet's epoch counter and what moves it, at one block. */
export interface EpochSchedule {
  /** The block that all of this is of. */
  readonly block: number
  /** Epochs so far. */
  readonly epoch: number
  /** The block of the last one. */
  readonly lastEpochBlock: number
  /** The block from which an epoch was asked for; 0: none. */
  readonly pendingEpochAt: number
  /** In blocks. */
  readonly tempo: number
  readonly blocksSinceLastStep: number
}

/** An epoch fires after so many blocks whatever its tempo is. */
const MAXIMUM_TEMPO = 50_400

/** Blocks to look ahead: more than any period and tempo that Subtensor allows. */
const HORIZON = 100 * MAXIMUM_TEMPO

/** Blocks between the one in which a commitment can be opened and the one in which the beacon's round must be out. */
const MARGIN_BLOCKS = 3

export interface Reveal {
  /** The epoch in which the commitment counts as made, in the next block. */
  readonly commitEpoch: number
  /** The block that opens it. */
  readonly block: number
}

/**
 * The block that opens a commitment made in the block after the schedule's, `period` epochs later. `undefined`: never, because the subnet has no tempo
 * or the period is out of every range.
 */
export const revealOf = (schedule: EpochSchedule, period: number): Reveal | undefined => {
  if (schedule.tempo <= 0) return undefined
  const { tempo } = schedule
  let { epoch, lastEpochBlock: last, pendingEpochAt: pending, blocksSinceLastStep: since } = schedule
  const fires = (block: number) => (pending > 0 && block >= pending) || since > MAXIMUM_TEMPO || block - last >= tempo
  let commitEpoch: number | undefined
  for (let block = schedule.block + 1; block <= schedule.block + HORIZON; block++) {
    // Commitments are opened before the block's epoch runs, in the epoch that it is going to be.
    const now = fires(block) ? epoch + 1 : epoch
    commitEpoch ??= now
    if (now === commitEpoch + period) return { commitEpoch, block }
    since += 1
    if (!fires(block)) continue
    epoch += 1
    last = block
    pending = 0
    since = 0
  }
  return undefined
}

/** The beacon's round to lock for. `now`: milliseconds since 1970; `head`: the block of now; `blockTime`: milliseconds. */
export const roundOf = (reveal: { readonly block: number }, head: number, now: number, blockTime: number): number => {
  const opens = now + (reveal.block + MARGIN_BLOCKS - head) * blockTime
  return Math.max(1, Math.floor((opens - GENESIS * 1_000) / (PERIOD * 1_000)))
}

/** The newest round that the beacon has published at a time (milliseconds since 1970), by its clock. */
export const newestRoundAt = (now: number): number => Math.max(0, Math.floor((now - GENESIS * 1_000) / (PERIOD * 1_000)) + 1)
