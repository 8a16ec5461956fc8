/**
 * Which reports of an epoch count. Pure: it follows from the chain at two blocks, so that a report counts for all validators, or for none. A validator
 * commits which reports it has, as a set of UIDs; a report counts if more than half of all stake has committed to have it.
 */
import type { AccountAddress } from "../../domain/Account.ts"
import { type CommittedScores, committedHash } from "../../domain/CommitmentSlot.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import { fromUids, hasUid, majorityOf, UID_LIMIT } from "../../domain/UidBitmap.ts"

type Commitments = ReadonlyMap<AccountAddress, CommittedScores>

/** Base64url without padding (RFC 4648, section 5), as in a commitment. */
const BASE64 = { alphabet: "base64url", omitPadding: true } as const

/** The set behind a commitment's `seen`. */
export const seenBitmap = (seen: string): Uint8Array => Uint8Array.fromBase64(seen, BASE64)

const uidsOf = ({ neurons }: Pick<Electorate, "neurons">) => new Map(neurons.map(({ uid, hotkey }) => [hotkey, uid]))

/** The set of these validators as a commitment's `seen`. UIDs from 256 on are left out, so their reports never count. */
export const seenText = (electorate: Pick<Electorate, "neurons">, hotkeys: Iterable<AccountAddress>): string => {
  const uids = uidsOf(electorate)
  return fromUids([...hotkeys].map((hotkey) => uids.get(hotkey) ?? UID_LIMIT).filter((uid) => uid < UID_LIMIT)).toBase64(BASE64)
}

/**
 * The validators whose reports count, by rising UID, each with the validators that committed to have its report, from which it can be fetched.
 * `opening`: the commitments at block E + D1, which fix the reports. `settling`: those at block E + D2, which say who has them.
 */
export const countedOf = (
  electorate: Electorate,
  epoch: number,
  opening: Commitments,
  settling: Commitments
): ReadonlyMap<AccountAddress, ReadonlyArray<AccountAddress>> => {
  const { voters } = electorate
  const sets = voters.flatMap(({ hotkey, stake }) => {
    const committed = settling.get(hotkey)
    return committed?.epoch === epoch && committed.seen !== undefined ? [{ hotkey, weight: stake, bitmap: seenBitmap(committed.seen) }] : []
  })
  const counted = majorityOf(
    sets,
    voters.reduce((sum, { stake }) => sum + stake, 0n)
  )
  const uids = uidsOf(electorate)
  return new Map(
    voters.flatMap(({ hotkey }) => {
      const uid = uids.get(hotkey)
      if (uid === undefined || !hasUid(counted, uid) || committedHash(opening.get(hotkey), epoch) === null) return []
      return [[hotkey, sets.filter(({ bitmap }) => hasUid(bitmap, uid)).map((one) => one.hotkey)] as const]
    })
  )
}
