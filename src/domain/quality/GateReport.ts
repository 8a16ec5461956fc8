/** What the gate found in a pull request. */
import { Schema } from "effect"
import { Fault } from "./Fault.ts"

/** The checks of the gate; src/quality/rules/checks.ts says what each of them means. */
export const GateCheck = Schema.Literal(
  "empty",
  "whitespace",
  "generated",
  "vendored",
  "size",
  "executable",
  "binary",
  "secret",
  "injection",
  "hidden-text",
  "duplicate",
  "reused",
  "unreadable"
)
export type GateCheck = Schema.Schema.Type<typeof GateCheck>

export const GateFinding = Schema.Struct({
  check: GateCheck,
  /** Whether it rejects the pull request, or is evidence for judges and people only. */
  rejects: Schema.Boolean,
  /** From the repository's root, or what else it is about, such as the description; null for the pull request as a whole. */
  path: Schema.NullOr(Schema.String),
  /** In the head's version of the file, from 1. */
  line: Schema.NullOr(Schema.Int.pipe(Schema.positive())),
  /** The text or figure that shows it. Secrets are masked. */
  shown: Schema.String,
  /** The limit that it crosses; null for a check without figures. */
  limit: Schema.NullOr(Schema.String)
})
export interface GateFinding extends Schema.Schema.Type<typeof GateFinding> {}

export const GateReport = Schema.Struct({
  passed: Schema.Boolean,
  /** Null when it passed. */
  fault: Schema.NullOr(Fault),
  /** Rejecting ones first, then by check, path and line. */
  findings: Schema.Array(GateFinding),
  files: Schema.Int,
  addedLines: Schema.Int,
  deletedLines: Schema.Int,
  /** Fingerprints that the base does not have. */
  fingerprints: Schema.Int,
  /** How many earlier heads it was compared with. */
  comparedWith: Schema.Int
})
export interface GateReport extends Schema.Schema.Type<typeof GateReport> {}
