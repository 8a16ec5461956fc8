/** Invented divergence histories of many epochs. */
import { Hash32 } from "../../../src/domain/Account.ts"
import type { DivergenceWindow, EpochDivergence } from "../../../src/domain/Divergence.ts"
import { copier, own, peer } from "./settled.ts"

/** A divergence window without its epochs. */
export const DIVERGES: Omit<DivergenceWindow, "epochs"> = {
  format: "gittensor/divergence/v1",
  netuid: 74,
  genesis: Hash32.make(`0x${"01".repeat(32)}`),
  validator: own.address
}

/** Identical epochs from 1 on: own scores and consensus nearly agree. */
export const divergences = (count: number, changes: Partial<EpochDivergence> = {}): ReadonlyArray<EpochDivergence> =>
  Array.from({ length: count }, (_, index) => ({
    epoch: index + 1,
    block: 360 * (index + 1),
    report: "ab".repeat(32),
    reporting: 3,
    voters: 4,
    quorum: true,
    sameTop: true,
    spearmanPpm: 987_654,
    overlap: 9,
    overlapOf: 10,
    copyable: index,
    copies: [
      { hotkey: peer.address, milli: 20, evidence: 50_000 },
      { hotkey: copier.address, milli: null, evidence: 0 }
    ],
    ...changes
  }))
