/** Consensus: each epoch's reports and resulting values, audit findings, and the divergence of validators' own scores. */
import { Schema, Struct } from "effect"
import { EpochState } from "../../../domain/EpochState.ts"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { FINDING_SEVERITIES, PULLS, VALUE_SOURCES, WEIGHTS_STATES } from "./choices.ts"
import { get, group } from "./endpoint.ts"
import { NotFound } from "./errors.ts"
import { behind, fieldsOf, shaped } from "./fields.ts"
import { AccountIn, account as byAccount, oneOf, PathNumber, paging, phrase, query, u32In } from "./parameters.ts"
import { account, amount, block, capitalised, count, flag, json, login, Moment, page, text, uid, wholeNumber } from "./values.ts"

const { columns: epoch } = tables.consensus_epochs
const { columns: voter } = tables.consensus_voters
const { columns: value } = tables.consensus_values
const { columns: finding } = tables.consensus_findings
const { columns: divergence } = tables.consensus_divergences

const UidValues = (description: string) => Schema.Array(Schema.Tuple(uid("the UID"), count("the weight"))).annotations({ description })

const epochFields = {
  ...Struct.omit(fieldsOf(epoch), "committedVersion", "expected", "facts", "looks", "lookedAt", "nextLook"),
  at: shaped(epoch, "block", Moment),
  opening: shaped(epoch, "opening", Moment),
  settling: shaped(epoch, "settling", Moment),
  committedRoster: Schema.NullOr(
    Schema.Struct({ version: count(epoch.committed_version.meaning), sha256: text(epoch.committed_roster.meaning) }).annotations({
      identifier: "CommittedRoster",
      description: "The roster that its signer was committed to before the epoch"
    })
  ),
  reporting: Schema.Struct({
    voters: count("the number of validators that could report"),
    reports: count("the number of those whose report counts")
  }).annotations({ identifier: "ConsensusReporting", description: "How many reported" }),
  weights: Schema.Struct({
    asExpected: count("the number of voters whose weights are those that follow from the reports"),
    other: count("the number of those with other weights"),
    hidden: count("the number of those whose weights are not revealed yet"),
    none: count("the number of those without weights of the epoch")
  }).annotations({ identifier: "ConsensusWeightCounts", description: "The voters' weights for the epoch, compared" }),
  severities: Schema.Struct({
    wrong: count("findings that somebody broke the rules"),
    missing: count("findings that something is not there or cannot be told")
  }).annotations({ identifier: "FindingCounts", description: "How much an audit of the epoch finds" }),
  looks: Schema.Struct({
    times: count(epoch.looks.meaning),
    last: block(epoch.looked_at.meaning),
    next: Schema.NullOr(block(epoch.next_look.meaning))
  }).annotations({ identifier: "EpochLooks", description: "When the index examined the epoch, and whether it will again" })
}

export const ConsensusEpoch = Schema.Struct(epochFields).annotations({
  identifier: "ConsensusEpoch",
  description: capitalised(tables.consensus_epochs.row)
})
export interface ConsensusEpoch extends Schema.Schema.Type<typeof ConsensusEpoch> {}

export const ConsensusVoter = Schema.Struct({
  ...Struct.omit(fieldsOf(voter), "epoch", "document", "weightsState", "asExpected"),
  givers: Schema.Array(account("a hotkey")).annotations({ description: voter.givers.meaning }),
  others: Schema.Array(
    Schema.Struct({
      sha256: text("the report's hash"),
      document: text("the signed report, byte for byte"),
      givers: Schema.Array(account("a hotkey")).annotations({ description: "who served it" })
    }).annotations({ identifier: "UncountedReport", description: "A signed report that does not count" })
  ).annotations({ description: voter.others.meaning }),
  weights: Schema.Struct({
    state: Schema.Literal(...WEIGHTS_STATES).annotations({ description: voter.weights_state.meaning }),
    values: Schema.NullOr(UidValues(voter.weights.meaning)),
    asExpected: Schema.NullOr(flag(voter.as_expected.meaning))
  }).annotations({ identifier: "VoterWeights", description: "The voter's weights for the epoch" })
}).annotations({ identifier: "ConsensusVoter", description: capitalised(tables.consensus_voters.row) })
export interface ConsensusVoter extends Schema.Schema.Type<typeof ConsensusVoter> {}

const ConsensusVote = Schema.Struct({
  validator: account("the hotkey of the validator that reports"),
  stake: amount("its stake"),
  value: Schema.NullOr(count("what it says that the UID earned, in millionths of a point; null: not measured")),
  pull: Schema.NullOr(Schema.Literal(...PULLS)).annotations({
    description: "whether that is above or below the value that the reports come to, or equal; null if it is not measured"
  })
}).annotations({ identifier: "ConsensusVote", description: "What one report gives a UID, and which way it pulls" })
export interface ConsensusVote extends Schema.Schema.Type<typeof ConsensusVote> {}

const { ppm: part, ...valueFields } = Struct.omit(fieldsOf(value), "epoch", "measuringStake", "chain", "votes")
const { measuringStake, chain } = fieldsOf(value)

export const ConsensusValue = Schema.Struct({
  ...behind("hotkey", { login }, valueFields),
  source: shaped(value, "source", Schema.Literal(...VALUE_SOURCES)),
  part,
  measuringStake,
  chain,
  votes: Schema.Array(ConsensusVote).annotations({
    description: "each counted report's word on it, by rising value, those that did not measure it last"
  })
}).annotations({ identifier: "ConsensusValue", description: capitalised(tables.consensus_values.row) })
export interface ConsensusValue extends Schema.Schema.Type<typeof ConsensusValue> {}

const { epoch: epochOfFinding, position, ...findingColumns } = fieldsOf(finding)
const findingFields = { ...findingColumns, severity: shaped(finding, "severity", Schema.Literal(...FINDING_SEVERITIES)) }

export const Finding = Schema.Struct(findingFields).annotations({
  identifier: "Finding",
  description: capitalised(tables.consensus_findings.row)
})

export const ConsensusEpochDetail = Schema.Struct({
  ...epochFields,
  expected: Schema.NullOr(UidValues(epoch.expected.meaning)),
  voters: Schema.Array(ConsensusVoter).annotations({ description: "those that could report, by falling stake" }),
  values: Schema.Array(ConsensusValue).annotations({
    description: "what the reports come to, by falling part; empty without a quorum. A UID to which nobody gave anything is left out"
  }),
  findings: Schema.Array(Finding).annotations({ description: "what an audit of the epoch finds" })
}).annotations({ identifier: "ConsensusEpochDetail", description: "An epoch with its voters, values, weights and findings" })
export interface ConsensusEpochDetail extends Schema.Schema.Type<typeof ConsensusEpochDetail> {}

export const Evidence = Schema.Struct({
  epoch: epochOfFinding,
  at: Moment.annotations({ description: epoch.block.meaning }),
  position,
  ...findingFields
}).annotations({ identifier: "Evidence", description: capitalised(tables.consensus_findings.row) })
export interface Evidence extends Schema.Schema.Type<typeof Evidence> {}

export const Divergence = Schema.Struct({
  ...fieldsOf(divergence),
  at: shaped(divergence, "block", Moment),
  spearman: Schema.NullOr(wholeNumber(`${divergence.spearman_ppm.meaning}, in parts per million from -1,000,000 to 1,000,000`)),
  copies: Schema.Array(
    Schema.Struct({
      hotkey: account("the validator whose report it is"),
      milli: Schema.NullOr(count("0: the report shows all that is new; 1,000: nothing of it, as a copy would; null: nothing is new")),
      evidence: count("how much is new, in millionths of a point: with little of it, the score says little")
    }).annotations({ identifier: "CopyScore", description: "How near a report is to an earlier epoch's consensus" })
  ).annotations({ description: divergence.copies.meaning })
}).annotations({ identifier: "Divergence", description: capitalised(tables.consensus_divergences.row) })
export interface Divergence extends Schema.Schema.Type<typeof Divergence> {}

/** The signed report exactly as its author wrote it, in canonical JSON (RFC 8785), so that hash and signature can be checked. */
export const SignedReport = Schema.Struct({
  body: json("the report: the SHA-256 hash of these bytes is what the validator committed on the chain"),
  signature: text("the hotkey's signature of the lines format, genesis, netuid, epoch, validator and sha256")
}).annotations({ identifier: "SignedReport", description: "A validator's signed report, byte for byte" })

/** The chain facts that an audit reads. */
export const ConsensusFacts = EpochState

export const ConsensusEpochQuery = query({
  validator: byAccount("only epochs in which this validator could report"),
  ...paging
})

export const DivergenceQuery = query({
  validator: byAccount("only that of this validator"),
  epoch: u32In("only that of this epoch"),
  ...paging
})

export const EvidenceQuery = query({
  severity: oneOf("only findings of this severity", ...FINDING_SEVERITIES),
  kind: phrase("only findings of this kind, for example equivocation", 40),
  validator: byAccount("only findings about this validator"),
  epoch: u32In("only findings of this epoch"),
  ...paging
})

const ByEpoch = Schema.Struct({ epoch: PathNumber(epoch.epoch.meaning) })

export const consensus = group("consensus", "Consensus", "Reports, what follows from them, divergence, evidence")
  .add(
    get("consensusEpochs", "/consensus/epochs", "Epochs with what an audit of their reports finds, newest first")
      .setUrlParams(ConsensusEpochQuery)
      .addSuccess(page("ConsensusEpochPage", ConsensusEpoch))
  )
  .add(
    get("consensusEpoch", "/consensus/epochs/:epoch", "An epoch: reports, what they come to and who pulled which way, weights, findings")
      .setPath(ByEpoch)
      .addSuccess(ConsensusEpochDetail)
      .addError(NotFound)
  )
  .add(
    get(
      "consensusFacts",
      "/consensus/epochs/:epoch/facts",
      "What the chain says of an epoch, for an audit without a node (gittensor audit --index)"
    )
      .setPath(ByEpoch)
      .addSuccess(ConsensusFacts)
      .addError(NotFound)
  )
  .add(
    get(
      "consensusReport",
      "/consensus/epochs/:epoch/reports/:hotkey",
      "A counted report, byte for byte: anyone can check its hash and signature"
    )
      .setPath(Schema.Struct({ epoch: PathNumber(epoch.epoch.meaning), hotkey: AccountIn(voter.hotkey.meaning) }))
      .addSuccess(SignedReport)
      .addError(NotFound)
  )
  .add(
    get("divergence", "/consensus/divergence", "How validators' own scores differ from the consensus, newest epoch first")
      .setUrlParams(DivergenceQuery)
      .addSuccess(page("DivergencePage", Divergence))
  )
  .add(
    get("evidence", "/consensus/evidence", "What audits of all epochs find, newest first; equivocations with their proof")
      .setUrlParams(EvidenceQuery)
      .addSuccess(page("EvidencePage", Evidence))
  )
