/**
 * Computes when the chain will reveal weights that are committed now. Subtensor reveals a commitment a fixed number of the subnet's epochs later. The
 * sender encrypts it to a round of the beacon near that time.
 */
import { GENESIS, PERIOD } from "./quicknet.ts"

/** A subnet's epoch counter and its inputs, at one block. */
export interface EpochSchedule {
  /** The block at which the other fields were read. */
  readonly block: number
  /** Epochs so far. */
  readonly epoch: number
  readonly lastEpochBlock: number
  /** The block from which an early epoch was requested; 0 if none was. */
  readonly pendingEpochAt: number
  /** In blocks. */
  readonly tempo: number
  readonly blocksSinceLastStep: number
}

/** An epoch runs after this many blocks at the latest, whatever the tempo: `MAX_TEMPO` in Subtensor's pallets/subtensor. */
const MAXIMUM_TEMPO = 50_400

/** Blocks to look ahead: more than any period and tempo that Subtensor allows. */
const BLOCKS_AHEAD = 100 * MAXIMUM_TEMPO

/** Blocks between the block of the reveal and the publication of the beacon's round, so that the round is out in time. */
const MARGIN_BLOCKS = 3

export interface Reveal {
  /** The epoch of the next block, in which the commitment counts as made. */
  readonly commitEpoch: number
  /** The block in which the chain reveals it. */
  readonly block: number
}

/**
 * The block that reveals, `period` epochs later, a commitment made in the block after the schedule's. `undefined`: never, because the subnet has no
 * tempo or the period is out of range.
 */
export const revealOf = (schedule: EpochSchedule, period: number): Reveal | undefined => {
  if (schedule.tempo <= 0) return undefined
  const { tempo } = schedule
  let { epoch, lastEpochBlock: last, pendingEpochAt: pending, blocksSinceLastStep: since } = schedule
  const fires = (block: number) => (pending > 0 && block >= pending) || since > MAXIMUM_TEMPO || block - last >= tempo
  let commitEpoch: number | undefined
  for (let block = schedule.block + 1; block <= schedule.block + BLOCKS_AHEAD; block++) {
    // The chain reveals commitments before it runs the block's epoch, but counts them in that epoch.
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

/** The beacon's round to encrypt to. `head` is the present block, `now` its chain time in milliseconds since 1970, `blockTime` in milliseconds. */
export const roundOf = (reveal: { readonly block: number }, head: number, now: number, blockTime: number): number => {
  const opens = now + (reveal.block + MARGIN_BLOCKS - head) * blockTime
  return Math.max(1, Math.floor((opens - GENESIS * 1_000) / (PERIOD * 1_000)))
}
