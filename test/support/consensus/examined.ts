/** An epoch of the audit's model as the index examines it: the chain's facts, and the audit's findings. */

import { evidenceOf, holdsIn, weightsIn } from "../../../src/consensus/audit/evidence.ts"
import type { ExaminedEpoch } from "../../../src/consensus/audit/examineEpoch.ts"
import { examineReports } from "../../../src/consensus/audit/examineReports.ts"
import { examineWeights } from "../../../src/consensus/audit/examineWeights.ts"
import { Hash32 } from "../../../src/domain/Account.ts"
import type { CommittedScores } from "../../../src/domain/CommitmentSlot.ts"
import type { EpochState } from "../../../src/domain/EpochState.ts"
import { key, type Scene } from "./auditedEpochs.ts"

const copied = (one: CommittedScores | undefined): CommittedScores | null => (one === undefined ? null : { ...one })

const factsOf = ({ evidence, weights, holds }: Scene): EpochState => {
  const { epoch, electorate, committedRoster = "", before, atOpening, atSettling, atEnd } = evidence
  return {
    format: "gittensor/facts/v1",
    netuid: evidence.netuid,
    genesis: Hash32.make(evidence.genesis),
    epoch: epoch.index,
    block: epoch.firstBlock,
    time: 1_790_000_000 + 12 * epoch.firstBlock,
    opening: epoch.firstBlock + 100,
    settling: epoch.firstBlock + 200,
    end: epoch.firstBlock + 359,
    lasts: false,
    hidden: false,
    roster: { owner: key(0).address, committed: { version: 1, sha256: committedRoster } },
    voters: electorate.voters.map((voter) => ({
      ...voter,
      before: copied(before.get(voter.hotkey)),
      atOpening: copied(atOpening.get(voter.hotkey)),
      ...(atSettling === undefined ? {} : { atSettling: copied(atSettling.get(voter.hotkey)) }),
      atEnd: copied(atEnd.get(voter.hotkey)),
      held: holds.get(voter.hotkey) ?? { _tag: "Nothing" },
      weights: weights.get(voter.hotkey) ?? { _tag: "None" }
    })),
    neurons: electorate.neurons,
    changed: [],
    rules: { tempo: 360, minimumWeights: 1, maximumShare: 65_535, revealPeriod: null },
    pools: null,
    axons: []
  }
}

/** The audit's findings. `facts`: the scene's facts, possibly encoded and decoded again. */
export const examined = (scene: Scene, facts: EpochState = factsOf(scene)): ExaminedEpoch => {
  const evidence = evidenceOf(facts)
  const { served, servedBefore } = scene.evidence
  const reports = examineReports({ ...evidence, served, servedBefore })
  const { settlement, expected, shares, findings } = examineWeights({
    epoch: evidence.epoch,
    electorate: evidence.electorate,
    reports,
    facts: scene.facts,
    weights: weightsIn(facts),
    holds: holdsIn(facts),
    previous: scene.previous
  })
  return {
    facts,
    reports,
    settlement,
    expected,
    shares,
    comparableLater: false,
    openings: new Map(),
    findings: [...reports.findings, ...findings]
  }
}
