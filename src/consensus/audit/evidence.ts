/** What an audit reads out of the facts of an epoch. Pure. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { CommittedScores } from "../../domain/CommitmentSlot.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { EpochFacts, FoundWeights, HeldWeights } from "../../domain/EpochFacts.ts"
import type { Holders } from "../../domain/Metagraph.ts"
import type { ReportEvidence } from "./examineReports.ts"

type Voter = EpochFacts["voters"][number]

export const epochOf = ({ epoch, block }: EpochFacts): Epoch => ({ index: epoch, firstBlock: block })

export const electorateOf = ({ voters, neurons }: EpochFacts): Electorate => ({ voters, neurons })

const commitments = ({ voters }: EpochFacts, time: "before" | "atOpening" | "atEnd"): ReadonlyMap<AccountAddress, CommittedScores> =>
  new Map(
    voters.flatMap((voter: Voter): ReadonlyArray<readonly [AccountAddress, CommittedScores]> => {
      const committed = voter[time]
      return committed === null ? [] : [[voter.hotkey, committed]]
    })
  )

/** All that reports are judged by. */
export const evidenceOf = (facts: EpochFacts): Omit<ReportEvidence, "served" | "servedBefore"> => ({
  genesis: facts.genesis,
  netuid: facts.netuid,
  epoch: epochOf(facts),
  electorate: electorateOf(facts),
  committedRoster: facts.roster.committed?.sha256,
  before: commitments(facts, "before"),
  atOpening: commitments(facts, "atOpening"),
  atEnd: commitments(facts, "atEnd")
})

/** The voters' weights for the epoch. */
export const weightsIn = ({ voters }: EpochFacts): ReadonlyMap<AccountAddress, FoundWeights> =>
  new Map(voters.map(({ hotkey, weights }) => [hotkey, weights]))

/** What each voter holds if no consensus reaches it. */
export const holdsIn = ({ voters }: EpochFacts): ReadonlyMap<AccountAddress, HeldWeights> =>
  new Map(voters.map(({ hotkey, held }) => [hotkey, held]))

/** Who held which UID at block E + D2. */
export const holdersIn = ({ neurons, changed }: EpochFacts): Holders => {
  const holders = new Map(neurons.map(({ uid, hotkey }): readonly [number, AccountAddress] => [uid, hotkey]))
  for (const { uid, hotkey } of changed) {
    if (hotkey === null) holders.delete(uid)
    else holders.set(uid, hotkey)
  }
  return { neurons: [...holders].map(([uid, hotkey]) => ({ uid, hotkey })).toSorted((one, other) => one.uid - other.uid) }
}

/** The UIDs that changed hands from one list to another. */
export const changesBetween = ({ neurons: before }: Holders, { neurons: after }: Holders): EpochFacts["changed"] => {
  const [old, now] = [before, after].map((list) => new Map(list.map(({ uid, hotkey }) => [uid, hotkey])))
  return [...new Set([...before, ...after].map(({ uid }) => uid))]
    .toSorted((one, other) => one - other)
    .flatMap((uid) => (old?.get(uid) === now?.get(uid) ? [] : [{ uid, hotkey: now?.get(uid) ?? null }]))
}
