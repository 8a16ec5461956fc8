/** Invented scores of an epoch, large enough that writing their file takes more than one write. */
import type { EpochScores } from "../../../src/domain/EpochScores.ts"
import { fromSeed } from "../../../src/domain/KeyPair.ts"
import { hotkey } from "../rules/world.ts"

/** The hotkey that signs the scores. */
export const validator = fromSeed(new Uint8Array(32).fill(200))

export const epochScores = (epoch: number): EpochScores => ({
  format: "gittensor/epoch-scores/v1",
  netuid: 74,
  genesis: "0x01",
  epoch,
  block: 360 * epoch,
  roster: "0".repeat(64),
  program: "0.1.0",
  validator: validator.address,
  scores: Array.from({ length: 100 }, (_, uid) => ({ uid, hotkey: hotkey(uid), value: (epoch * 31 + uid * 17) % 9_000 })),
  kept: [],
  miners: Array.from({ length: 100 }, (_, uid) => ({
    uid,
    hotkey: hotkey(uid),
    account: String(1_000 + uid),
    repositories: [{ repository: "acme/gadgets", pullRequests: uid / 3, issues: 0, components: { note: "x".repeat(2_000), epoch } }]
  }))
})
