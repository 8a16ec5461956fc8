/** Accounts and competitions in the chain's form. */
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import type { Competition, CompetitionStatus, Competitor } from "../../../src/domain/Competition.ts"
import { UID_LIMIT } from "../../../src/domain/UidBitmap.ts"

const accounts = new Map<string, AccountAddress>()

/** The 32 bytes of the account with this kind and number. */
export const publicKeyOf = (kind: string, index: number): Uint8Array =>
  new Uint8Array(new Bun.CryptoHasher("blake2b256").update(`${kind} ${index}`).digest())

/** The account whose public key is the hash of `kind` and `index`. */
export const accountOf = (kind: string, index: number): AccountAddress => {
  const name = `${kind} ${index}`
  const known = accounts.get(name)
  if (known !== undefined) return known
  const made = fromPublicKey(publicKeyOf(kind, index))
  accounts.set(name, made)
  return made
}

/** The miner with this number, at the UID of the same number. */
export const competitorOf = (index: number): Competitor => ({
  uid: index,
  hotkey: accountOf("hotkey", index),
  coldkey: accountOf("coldkey", index)
})

const EVERYONE = new Uint8Array(UID_LIMIT / 8).fill(255)
const NOBODY = new Uint8Array(UID_LIMIT / 8)

/** A competition of which only the competitors and the outcome matter. All miners were enrolled, so none counts as absent. */
export const competitionBetween = (game: {
  readonly id: number
  readonly a: Competitor
  readonly b: Competitor
  readonly startedAt: number
  readonly status: CompetitionStatus
}): Competition => ({ ...game, issue: game.id, enrolled: EVERYONE, skipped: NOBODY })
