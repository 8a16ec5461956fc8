/** Validators' findings about a competition's pull requests: the gate, and the repository's own tests. */
import { Schema, Struct } from "effect"
import { Fault } from "../../../domain/quality/Fault.ts"
import { GateCheck } from "../../../domain/quality/GateReport.ts"
import { QualityState } from "../../../domain/quality/QualityRecord.ts"
import { VerificationVerdict } from "../../../domain/quality/VerificationSummary.ts"
import { tables } from "../../../layers/storage/database/schema/tables.ts"
import { QualityArtefact, QualityCost, QualityDuel } from "./duels.ts"
import { fieldsOf, shaped } from "./fields.ts"
import { account, block, capitalised, count, flag, json, text, time } from "./values.ts"

const { columns: document } = tables.quality_documents
const { columns: record } = tables.quality_records

const GateFinding = Schema.Struct({
  check: Schema.Literal(...GateCheck.literals).annotations({ description: "the check, as docs/reference/quality.md describes it" }),
  rejects: flag("whether it rejects the pull request, or is evidence only"),
  path: Schema.NullOr(text("the file, or what else it is about, such as the description; null for the pull request as a whole")),
  line: Schema.NullOr(count("the line in the head's version of the file, from 1")),
  shown: text("the text or figure that shows it; secrets are masked"),
  limit: Schema.NullOr(text("the limit that it crosses; null for a check without figures"))
}).annotations({ identifier: "GateFinding", description: "Something that a check of the gate found" })

const Gate = Schema.Struct({
  passed: flag("whether it lets the pull request pass"),
  fault: Schema.NullOr(Schema.Literal(...Fault.literals).annotations({ description: "whose fault it is; null when it passed" })),
  findings: Schema.Array(GateFinding).annotations({ description: "rejecting ones first, then by check, path and line; at most 30" }),
  found: count("how many findings there are"),
  files: count("changed files"),
  addedLines: count("lines added"),
  deletedLines: count("lines deleted"),
  fingerprints: count("fingerprints that the base does not have, by which near-duplicates are found"),
  comparedWith: count("how many earlier heads it was compared with")
}).annotations({ identifier: "GateSummary", description: "What one validator's gate found" })

const names = (description: string) =>
  Schema.Struct({
    count: count("how many tests there are"),
    first: Schema.Array(text("a test's name")).annotations({ description: "the first names; at most 100" })
  }).annotations({ description })

const Verification = Schema.Struct({
  verdict: Schema.Literal(...VerificationVerdict.literals).annotations({
    description:
      "verified: something that failed passes, and nothing broke; broken: a test that passed does not any more; unproven: no test tells the two apart; unknown: no test passed in the base"
  }),
  ecosystem: text("how the tests were recognised, for example npm or cargo"),
  command: text("the command that ran the tests"),
  failToPass: names("tests of the base that failed before and pass after"),
  broken: names("tests of the base that passed before and do not after"),
  flaky: names("tests that did not end alike each time, and are in none of the other sets"),
  own: Schema.NullOr(
    Schema.Struct({
      failToPass: names("tests of the pull request that pass only with its code"),
      failing: names("tests of the pull request that fail with its code"),
      removed: names("tests that passed before and that the pull request removes"),
      skipped: names("tests that passed before and that the pull request skips"),
      hidden: names("broken tests that the pull request's own version of the tests hides")
    }).annotations({ identifier: "OwnTests", description: "what the pull request's own tests show; null if it changes none" })
  ),
  changesDependencies: flag("whether it changes manifests or lock files; the tests ran with the base's all the same")
}).annotations({
  identifier: "VerificationSummary",
  description: "What the repository's own tests say before and after, for one validator"
})

const { repository, number, commit, ...ofHead } = Struct.omit(fieldsOf(record), "issue", "hotkey")

export const QualityRecord = Schema.Struct({
  ...ofHead,
  state: shaped(record, "state", Schema.Literal(...QualityState.literals)),
  fault: shaped(record, "fault", Schema.Literal(...Fault.literals)),
  gate: Schema.NullOr(Gate),
  verification: Schema.NullOr(Verification),
  artefacts: Schema.Array(QualityArtefact).annotations({ description: record.artefacts.meaning }),
  readAt: block(document.read_at.meaning)
}).annotations({ identifier: "QualityRecord", description: capitalised(tables.quality_records.row) })
export interface QualityRecord extends Schema.Schema.Type<typeof QualityRecord> {}

export const QualityHead = Schema.Struct({
  side: Schema.Literal("a", "b").annotations({ description: "the competitor whose pull request it is, as the validators below say" }),
  ...{ repository, number, commit },
  firstSeenAt: time("when the first of the validators saw this head, by its own clock"),
  records: Schema.Array(QualityRecord).annotations({ description: "what each validator says about it, by hotkey" })
}).annotations({ identifier: "QualityHead", description: "A head of a competitor's pull request, and what validators say about it" })
export interface QualityHead extends Schema.Schema.Type<typeof QualityHead> {}

/** Maximum of heads per side in an answer. */
export const MOST_HEADS_PER_SIDE = 20

export const CompetitionQuality = Schema.Struct({
  validators: count("the number of validators that are on the contract's whitelist now"),
  documents: Schema.Array(
    Schema.Struct({ validator: account(document.validator.meaning), at: time(document.at.meaning) }).annotations({
      identifier: "QualityDocumentRef",
      description: "A validator that said something about pull requests for the issue"
    })
  ).annotations({ description: "whose signed documents the index has, by hotkey" }),
  heads: Schema.Array(QualityHead).annotations({
    description: `the heads of both competitors' pull requests, newest first; at most ${MOST_HEADS_PER_SIDE} of each, those first that most validators speak of`
  }),
  duels: Schema.Array(QualityDuel).annotations({
    description: "the duels of the two that validators' judges held, the newest first. They move neither money nor ratings"
  }),
  costs: Schema.Array(QualityCost).annotations({
    description: "what judges cost for this issue, by validator, stage, judge and model; an issue's later matches are in it"
  })
}).annotations({
  identifier: "CompetitionQuality",
  description: "What validators found out about the competitors' pull requests. It moves no money and no rating"
})
export interface CompetitionQuality extends Schema.Schema.Type<typeof CompetitionQuality> {}

/** The signed document exactly as its author wrote it, in canonical JSON (RFC 8785), so that the signature can be checked. */
export const SignedQuality = Schema.Struct({
  body: json("the validator's findings about the pull requests for the issue"),
  signature: text("the hotkey's signature of the lines format, genesis, netuid, contract, issue, validator and sha256")
}).annotations({ identifier: "SignedQuality", description: "A validator's signed findings, byte for byte" })
