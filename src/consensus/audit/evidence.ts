/** Derives an audit's input from the facts of an epoch. Pure. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { CommittedScores } from "../../domain/CommitmentSlot.ts"
import type { Electorate } from "../../domain/Electorate.ts"
import type { Epoch } from "../../domain/Epoch.ts"
import type { EpochState, FoundWeights, HeldWeights } from "../../domain/EpochState.ts"
import type { Holders } from "../../domain/Metagraph.ts"
import type { ReportEvidence } from "./examineReports.ts"

type Voter = EpochState["voters"][number]

export const epochOf = ({ epoch, block }: EpochState): Epoch => ({ index: epoch, firstBlock: block })

export const electorateOf = ({ voters, neurons }: EpochState): Electorate => ({ voters, neurons })

const commitments = (
  { voters }: EpochState,
  time: "before" | "atOpening" | "atSettling" | "atEnd"
): ReadonlyMap<AccountAddress, CommittedScores> =>
  new Map(
    voters.flatMap((voter: Voter): ReadonlyArray<readonly [AccountAddress, CommittedScores]> => {
      const committed = voter[time] ?? null
      return committed === null ? [] : [[voter.hotkey, committed]]
    })
  )

/** The evidence by which reports are judged. */
export const evidenceOf = (facts: EpochState): Omit<ReportEvidence, "served" | "servedBefore"> => ({
  genesis: facts.genesis,
  netuid: facts.netuid,
  epoch: epochOf(facts),
  electorate: electorateOf(facts),
  committedRoster: facts.roster.committed?.sha256,
  before: commitments(facts, "before"),
  atOpening: commitments(facts, "atOpening"),
  atSettling: facts.voters.some(({ atSettling }) => atSettling === undefined) ? undefined : commitments(facts, "atSettling"),
  atEnd: commitments(facts, "atEnd")
})

export const weightsIn = ({ voters }: EpochState): ReadonlyMap<AccountAddress, FoundWeights> =>
  new Map(voters.map(({ hotkey, weights }) => [hotkey, weights]))

/** The weights that each validator keeps if it cannot compute the consensus. */
export const holdsIn = ({ voters }: EpochState): ReadonlyMap<AccountAddress, HeldWeights> =>
  new Map(voters.map(({ hotkey, held }) => [hotkey, held]))

/** The hotkey of each UID at block E + D2. */
export const holdersIn = ({ neurons, changed }: EpochState): Holders => {
  const holders = new Map(neurons.map(({ uid, hotkey }): readonly [number, AccountAddress] => [uid, hotkey]))
  for (const { uid, hotkey } of changed) {
    if (hotkey === null) holders.delete(uid)
    else holders.set(uid, hotkey)
  }
  return { neurons: [...holders].map(([uid, hotkey]) => ({ uid, hotkey })).toSorted((one, other) => one.uid - other.uid) }
}

/** The UIDs whose hotkeys differ between two lists; null: the UID is gone. */
export const changesBetween = ({ neurons: before }: Holders, { neurons: after }: Holders): EpochState["changed"] => {
  const [old, now] = [before, after].map((list) => new Map(list.map(({ uid, hotkey }) => [uid, hotkey])))
  return [...new Set([...before, ...after].map(({ uid }) => uid))]
    .toSorted((one, other) => one - other)
    .flatMap((uid) => (old?.get(uid) === now?.get(uid) ? [] : [{ uid, hotkey: now?.get(uid) ?? null }]))
}
