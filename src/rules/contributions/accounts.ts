/** Decides which GitHub accounts count as miners. */
import { RECYCLE_UID } from "../../domain/Metagraph.ts"

/** A UID with an account that no other UID claims. */
export interface Miner {
  readonly uid: number
  readonly account: string
}

/** The miners of a round, sorted by UID. Two UIDs with the same account both get nothing; UID 0, which recycles, is never a miner. */
export const minersOf = (uids: Readonly<Record<string, string | null>>): ReadonlyArray<Miner> => {
  const claims = Object.entries(uids)
    .flatMap(([uid, account]) => (account && account !== "0" && Number(uid) !== RECYCLE_UID ? [{ uid: Number(uid), account }] : []))
    .sort((left, right) => left.uid - right.uid)
  const times = new Map<string, number>()
  for (const { account } of claims) times.set(account, (times.get(account) ?? 0) + 1)
  return claims.filter(({ account }) => times.get(account) === 1)
}
