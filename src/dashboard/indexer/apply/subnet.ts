/** Applies facts of the subnet: registrations, commitments and weights. */
import { blake2b } from "@noble/hashes/blake2.js"
import { Option } from "effect"
import { scoresOf } from "../../../domain/CommitmentSlot.ts"
import type { IndexedCommitment, IndexedRegistration, IndexedWeights } from "../blockContents.ts"
import { minerOf, putMiner, type Step } from "./Step.ts"

/** A hotkey gets a UID in this block, and its previous holder loses it. In the index's first block, the hotkey has had the UID since its registration. */
export const registered = (step: Step, { coldkey, hotkey, registeredAt, uid }: IndexedRegistration): void => {
  const { changes, facts, state } = step
  const before = state.miners.get(state.history.holder(uid) ?? "")
  if (before?.uid === uid && before.hotkey !== hotkey) putMiner(step, { ...before, uid: null })
  const miner = minerOf(step, hotkey)
  putMiner(step, { ...miner, uid, registeredAt, coldkey: coldkey ?? miner.coldkey })
  const heldFrom = state.cursor === null ? registeredAt : facts.number
  state.history.register({ uid, hotkey, registeredAt, heldFrom })
  changes.replace("registrations", { uid, registered_at: registeredAt, held_from: heldFrom, hotkey })
}

/** A commitment may name a GitHub account and a report. Without an account, it ends an earlier link. */
export const committed = ({ changes, facts }: Step, { account, extrinsic, fields }: IndexedCommitment): void => {
  changes.commitments.push({ hotkey: account, block: facts.number, fields })
  for (const { epoch, sha256 } of Option.toArray(scoresOf(fields)))
    changes.replace("reports", { block: facts.number, extrinsic, validator: account, epoch, hash: sha256, values: null })
}

export const weightsSet = ({ changes, facts }: Step, { extrinsic, validator, values, versionKey }: IndexedWeights): void => {
  const hash = blake2b(new TextEncoder().encode(JSON.stringify(values)), { dkLen: 32 }).toHex()
  const row = { values: values.map(([uid, value]) => [uid, value]), version_key: versionKey.toString(), hash: `0x${hash}` }
  changes.replace("weights", { block: facts.number, extrinsic, validator, ...row })
}
