/** Accounts, miners and competitions for the tests of the rules. */
import type { Competition as StoredCompetition, Issue as StoredIssue } from "../../../src/contract-client/generated.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import type { CancelReason, Competition, Competitor } from "../../../src/domain/Competition.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"

export const DAY = 7_200

const accounts = new Map<string, AccountAddress>()

/** The account whose public key is `kind` followed by `index`. */
export const account = (kind: string, index: number): AccountAddress => {
  const known = accounts.get(`${kind} ${index}`)
  if (known !== undefined) return known
  const bytes = new Uint8Array(32)
  bytes.set(new TextEncoder().encode(kind).subarray(0, 24))
  new DataView(bytes.buffer).setUint32(28, index)
  const made = fromPublicKey(bytes)
  accounts.set(`${kind} ${index}`, made)
  return made
}

export const hotkey = (uid: number): AccountAddress => account("hotkey", uid)

export const competitor = (uid: number): Competitor => ({ uid, hotkey: hotkey(uid), coldkey: account("coldkey", uid) })

export const miner = (uid: number, registeredAt = 0) => ({ ...competitor(uid), registeredAt })

interface Written {
  readonly id: number
  readonly uids: readonly [number, number]
  readonly startedAt: number
  readonly enrolled?: ReadonlyArray<number>
  readonly skipped?: ReadonlyArray<number>
}

export const running = ({ id, uids, startedAt, enrolled, skipped }: Written): Competition => ({
  id,
  issue: id,
  a: competitor(uids[0]),
  b: competitor(uids[1]),
  enrolled: fromUids(enrolled ?? uids),
  skipped: fromUids(skipped ?? []),
  startedAt,
  status: { _tag: "Running" }
})

export const won = (written: Written & { readonly winner: 0 | 1; readonly at: number }): Competition => ({
  ...running(written),
  status: { _tag: "Won", winner: written.winner, pullRequest: 1, at: written.at }
})

export const expired = (written: Written & { readonly at: number }): Competition => ({
  ...running(written),
  status: { _tag: "Expired", at: written.at }
})

export const voided = (written: Written & { readonly at: number; readonly reason: CancelReason }): Competition => ({
  ...running(written),
  status: { _tag: "Void", reason: written.reason, at: written.at }
})

/** An issue and its running competition as the contract stores them. */
export const registeredCompetition = ({
  issue,
  repository
}: Pick<StoredCompetition, "issue"> & Pick<StoredIssue, "repository">): {
  readonly registered: StoredIssue
  readonly running: StoredCompetition
} => ({
  registered: {
    id: issue,
    repository,
    number: 42,
    bounty: 1n,
    funded: 1n,
    status: { _tag: "Competing" },
    registeredAt: 1,
    attempts: 0,
    competition: 3
  },
  running: {
    id: 3,
    issue,
    round: 1,
    a: competitor(1),
    b: competitor(2),
    enrolled: `0x${"00".repeat(32)}`,
    skipped: `0x${"00".repeat(32)}`,
    startedAt: 20,
    submissionsFrom: 30,
    deadline: 40,
    outcomeUntil: 50,
    challengePeriod: 10,
    collateral: 0n,
    slash: 0n,
    status: { _tag: "Running" }
  }
})
