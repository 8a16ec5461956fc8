/** What rows and columns of the tables of consensus mean: a part of meanings.ts. */
import { table } from "./table.ts"

export const consensusTables = {
  consensus_epochs: table(
    "an epoch whose reports were counted, as an audit of it finds it",
    {
      epoch: "the epoch",
      block: "E, the epoch's first block, as of which everything is measured",
      opening: "E + D1, at which commitments are read and reports are opened",
      settling: "E + D2, at which reports are counted",
      ended_at: "the epoch's last block; null while it lasts",
      roster: "the SHA-256 hash of the roster by which reports are judged; null without any report",
      committed_roster: "the hash of the roster that its signer was committed to before E; null if there was none",
      committed_version: "the version of that roster",
      quorum: "whether reports hold two thirds of all voters' stake; without a quorum, weights are held",
      total_stake: "the stake of all voters at E",
      reporting_stake: "the stake of those whose report counts",
      expected:
        "the weights that follow from the reports, as [UID, value] pairs ordered by UID; null if none follow or it is not known which do",
      facts: "what the chain says of the epoch, in the form that an audit reads",
      looks: "how often the index has looked at the epoch: reports, weights and reveals may come late",
      looked_at: "the newest block when the index last looked",
      next_look: "the block from which on the index looks again; null if it does not"
    },
    { total_stake: "rao", reporting_stake: "rao" }
  ),

  consensus_voters: table(
    "a validator that could report in an epoch: one with a permit that was active at the epoch's first block",
    {
      epoch: "the epoch",
      hotkey: "the validator's hotkey",
      uid: "its UID at the epoch's first block",
      stake: "its stake at the epoch's first block",
      committed: "the hash of its report that it had committed at E + D1; null if it had committed none",
      report: "the hash of its report that counts; null if none does",
      reason: "why no report of it counts: what the audit finds first",
      program: "the version of the program that made the report",
      leaves: "how many scored pull requests the report is made of",
      root: "the Merkle root over the records of these pull requests",
      document: "the signed report itself, byte for byte",
      givers: "the hotkeys of the validators that served it",
      others:
        "reports that it signed for the epoch and that do not count: hash, text and givers of each; two reports by one validator prove its fault",
      weights_state:
        "set: weights of the epoch are on the chain; hidden: they are committed and not revealed yet; none: it set none after E + D2, or not yet",
      weights: "these weights as [UID, value] pairs ordered by UID",
      as_expected: "whether they are those that follow from the reports; null if there is nothing to compare"
    },
    { stake: "rao" }
  ),

  consensus_values: table(
    "what an epoch's reports come to for a UID; UIDs to which nobody gave anything are left out",
    {
      epoch: "the epoch",
      uid: "the UID",
      hotkey: "its hotkey at the epoch's first block",
      holder: "its hotkey at E + D2; where that is another one, the part is recycled; null if nobody held it",
      value: "the median of the reports by stake, or the chain's own consensus",
      source: "median: of the reports; chain: too little stake measured the UID, so the chain's own consensus stands",
      ppm: "the part of the contributions' pool that follows; all parts add up to a million, or to 0 if nobody earned anything",
      measuring_stake: "the stake of those who measured the UID",
      chain_ppm: "the chain's own consensus at the epoch's first block",
      votes: "what each counted report gives it, as [hotkey, parts per million or null] pairs; null is not measured"
    },
    { value: "ppm", ppm: "ppm", measuring_stake: "rao", chain_ppm: "ppm" }
  ),

  consensus_findings: table("something that an audit of an epoch finds", {
    epoch: "the epoch",
    position: "its place among the epoch's findings",
    kind: "what was found",
    severity: "wrong: somebody broke the rules; missing: something is not there or cannot be told, which happens to honest validators too",
    validator: "whom it is about; null for the whole epoch",
    giver: "whose axon gave the report, where that matters",
    text: "what was found, in words",
    proof: "two signatures of the validator that prove it to anybody; null for anything but an equivocation"
  }),

  consensus_divergences: table(
    "how a validator says that its own scores of an epoch differ from the consensus; its signature was verified",
    {
      validator: "the validator's hotkey",
      epoch: "the epoch",
      block: "the epoch's first block",
      report: "the hash of its own report; null if it made none, and then nothing is compared",
      reporting: "how many validators' reports it counted",
      voters: "of how many that could report",
      quorum: "whether they were enough; without a quorum nothing is compared",
      sum: "what the medians add up to before they are made a whole",
      same_top: "whether both have the same best miner; null if one of them has none",
      spearman_ppm: "the rank correlation of both (Spearman's); null if one side has no two different values",
      overlap: "how many miners are among the best ten of both",
      overlap_of: "how many could be",
      open: "UIDs whose median would move with the votes of those who did not measure it: the least and the most that it could be",
      copyable: "the earlier epoch whose consensus could have been copied",
      copies: "for each other report how much of it is that consensus instead of what is new: 0 nothing, 1,000 all; and how much is new",
      read_at: "the newest block when the index read it"
    },
    { sum: "ppm", spearman_ppm: "ppm" }
  )
} as const
