/** The gate's report on a pull request. */
import { Schema } from "effect"
import { Fault } from "./Fault.ts"

/** The checks of the gate; src/rules/quality/checks.ts explains each. */
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
  /** A path from the repository's root, or another part, such as the description; null for the pull request as a whole. */
  path: Schema.NullOr(Schema.String),
  /** Line in the head's version of the file, from 1. */
  line: Schema.NullOr(Schema.Int.pipe(Schema.positive())),
  /** The text or figure that triggered the finding. Secrets are masked. */
  shown: Schema.String,
  /** The limit that it crosses; null for a check without figures. */
  limit: Schema.NullOr(Schema.String)
})
export interface GateFinding extends Schema.Schema.Type<typeof GateFinding> {}

export const GateReport = Schema.Struct({
  passed: Schema.Boolean,
  /** Null if it passed. */
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
