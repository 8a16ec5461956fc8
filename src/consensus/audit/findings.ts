/** The kinds of an audit's findings. Pure. */
import type { AccountAddress } from "../../domain/Account.ts"
import type { FalseReport } from "../../domain/ChallengeFinding.ts"
import type { Equivocation } from "../../domain/Equivocation.ts"

/**
 * `wrong`: somebody broke a rule, as bytes show that it signed or that are on the chain. `missing`: an observation, which honest validators may give rise to
 * as well, by a lost data folder or an outage; or what an axon answered over plain HTTP, which proves nothing.
 */
export const SEVERITIES = {
  "another block": "wrong",
  equivocation: "wrong",
  "false report": "wrong",
  "weights differ": "wrong",
  "wrong record": "wrong",
  "forged signature": "missing",
  "another report": "missing",
  "another subnet": "missing",
  "roster not in force": "missing",
  "other bytes than committed": "missing",
  "two commitments": "missing",
  "broken chain of hashes": "missing",
  "not a report": "missing",
  "another edition": "missing",
  "failed challenge": "missing",
  "no commitment": "missing",
  "late commitment": "missing",
  "no report": "missing",
  "chain of hashes unknown": "missing",
  "no quorum": "missing",
  "nobody earned": "missing",
  "no weights": "missing",
  "weights not revealed": "missing",
  "weights not compared": "missing",
  "not seen by most": "missing",
  "weights held": "missing",
  "weights not held": "missing",
  "weights of its own": "missing",
  "cells left out": "missing",
  "records not shown": "missing",
  "records not compared": "missing",
  "record unclear": "missing"
} as const

export type FindingKind = keyof typeof SEVERITIES

export interface Finding {
  readonly kind: FindingKind
  readonly severity: "wrong" | "missing"
  /** The validator that it is about; null for the whole epoch. */
  readonly validator: AccountAddress | null
  /** The hotkey whose axon served the report, if that matters. */
  readonly giver?: AccountAddress
  /** A sentence without its full stop. */
  readonly text: string
  /** What proves the finding to anybody: two signatures, or a report with some of its records. */
  readonly proof?: Equivocation | FalseReport
}

export const finding = (
  kind: FindingKind,
  validator: AccountAddress | null,
  text: string,
  more: Pick<Finding, "giver" | "proof"> = {}
): Finding => ({ kind, severity: SEVERITIES[kind], validator, text, ...more })
