/** The meaning of rows and columns of the tables of consensus: a part of tables.ts. */
import { account, block, count, flag, json, optional, ppm, rao, table, text, uid } from "./table.ts"

export const consensusTables = {
  consensus_epochs: table("an epoch whose reports were counted, as an audit of it finds it", {
    epoch: count("the epoch"),
    block: block("E, the epoch's first block, as of which everything is measured"),
    opening: block("E + D1, at which commitments are read and reports are opened"),
    settling: block("E + D2, at which reports are counted"),
    ended_at: optional(block("the epoch's last block; null while it lasts")),
    roster: optional(text("the SHA-256 hash of the roster by which reports are judged; null without any report")),
    committed_roster: optional(text("the hash of the roster that its signer was committed to before E; null if there was none")),
    committed_version: optional(count("the version of that roster")),
    quorum: flag("whether reports hold two thirds of all voters' stake; without a quorum, validators keep their previous weights"),
    total_stake: rao("the stake of all voters at E"),
    reporting_stake: rao("the stake of those whose report counts"),
    expected: optional(
      json(
        "the weights that follow from the reports, as [UID, value] pairs ordered by UID; null if none follow or it is not known which do"
      )
    ),
    facts: json("what the chain says of the epoch, in the form that an audit reads"),
    looks: count("how often the index has looked at the epoch: reports, weights and reveals may come late"),
    looked_at: count("the newest block when the index last looked"),
    next_look: optional(count("the block from which on the index examines it again; null if it does not"))
  }),

  consensus_voters: table("a validator that could report in an epoch: one with a permit that was active at the epoch's first block", {
    epoch: count("the epoch"),
    hotkey: account("the validator's hotkey"),
    uid: uid("its UID at the epoch's first block"),
    stake: rao("its stake at the epoch's first block"),
    committed: optional(text("the hash of its report that it had committed at E + D1; null if it had committed none")),
    report: optional(text("the hash of its report that counts; null if none does")),
    reason: optional(text("why no report of it counts: what the audit finds first")),
    program: optional(text("the version of the program that made the report")),
    leaves: optional(count("how many records of pull requests the report is made of")),
    root: optional(text("the root of the tree over these records, which has their sums")),
    document: optional(text("the signed report itself, byte for byte")),
    givers: json("the hotkeys of the validators that served it"),
    others: json(
      "reports that it signed for the epoch and that do not count: hash, text and givers of each; two reports by one validator prove its fault"
    ),
    weights_state: text(
      "set: weights of the epoch are on the chain; hidden: they are committed and not revealed yet; none: it set none after E + D2, or not yet"
    ),
    weights: optional(json("these weights as [UID, value] pairs ordered by UID")),
    as_expected: optional(flag("whether they are those that follow from the reports; null if there is nothing to compare"))
  }),

  consensus_values: table("what an epoch's reports come to for a UID; UIDs to which nobody gave anything are left out", {
    epoch: count("the epoch"),
    uid: uid("the UID"),
    hotkey: account("its hotkey at the epoch's first block"),
    holder: optional(account("its hotkey at E + D2; where that is another one, the part is recycled; null if nobody held it")),
    value: count("what it earned in all repositories, in millionths of a point: the sum of its score entries' medians by stake"),
    source: text("median: of the reports; before: too little stake measured a part of it, which is from the settlement before"),
    ppm: optional(
      ppm(
        "the part of the contributions' pool that follows by the roster; all parts add up to a million; null where the roster or the consensus is missing"
      )
    ),
    measuring_stake: rao("the stake of those who measured the UID"),
    chain_ppm: ppm("the chain's own consensus at the epoch's first block"),
    votes: json("what each counted report gives it, as [hotkey, millionths of a point or null] pairs; null: it did not measure the miner")
  }),

  consensus_findings: table("something that an audit of an epoch finds", {
    epoch: count("the epoch"),
    position: count("its place among the epoch's findings"),
    kind: text("what was found"),
    severity: text(
      "wrong: somebody broke the rules; missing: something is not there or cannot be told, which happens to honest validators too"
    ),
    validator: optional(account("whom it is about; null for the whole epoch")),
    giver: optional(account("whose axon gave the report, where that matters")),
    text: text("what was found, in words"),
    proof: optional(
      json("what proves it to anyone: two signatures of the validator, or a rule with records of its report that break it; otherwise null")
    )
  }),

  consensus_divergences: table(
    "how a validator says that its own scores of an epoch differ from the consensus; its signature was verified",
    {
      validator: account("the validator's hotkey"),
      epoch: count("the epoch"),
      block: block("the epoch's first block"),
      report: optional(text("the hash of its own report; null if it made none, and then nothing is compared")),
      reporting: count("how many validators' reports it counted"),
      voters: count("of how many that could report"),
      quorum: flag("whether they were enough; without a quorum nothing is compared"),
      same_top: optional(flag("whether both have the same best miner; null if one of them has none")),
      spearman_ppm: optional(ppm("the rank correlation of both (Spearman's); null if one side has no two different values")),
      overlap: count("how many miners are among the best ten of both"),
      overlap_of: count("how many could be"),
      copyable: optional(count("the earlier epoch whose consensus could have been copied")),
      copies: json(
        "for each other report how much of it is that consensus instead of what is new: 0 nothing, 1,000 all; and how much is new"
      ),
      read_at: count("the newest block when the index read it")
    }
  )
} as const
