/** The study's reports: each miner has one cell, in the only repository of a roster. */
import { Schema } from "effect"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { JudgedNeuron } from "../../../src/domain/Electorate.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import type { Settlement } from "../../../src/domain/Settlement.ts"
import { counted, type ReportedScores } from "../../../src/rules/consensus/settlementOf.ts"

const Name = Schema.NonEmptyString.pipe(Schema.brand("AccountAddress"))

/** Names stand for addresses. */
export const addressNamed = (name: string): AccountAddress => Name.make(name, true)

export const ROSTER = Schema.decodeUnknownSync(RosterRepositories)({ "study/one": { emission_share: 1 } })

/** A miner's score in one validator's report, in millionths of a point; null: not measured. */
export interface Score {
  readonly uid: number
  readonly hotkey: AccountAddress
  readonly value: number | null
}

export interface Voter {
  readonly hotkey: AccountAddress
  readonly stake: bigint
  /** Null: no report. */
  readonly scores: ReadonlyArray<Score> | null
}

/** Stands for the hash of the previous settlement. */
const BEFORE = "before"

export const saidOf = (scores: ReadonlyArray<Score>): ReportedScores => ({
  settlement: BEFORE,
  miners: scores.map(({ uid, hotkey, value }) => ({
    uid,
    hotkey,
    cells: value === null ? null : [{ repository: "study/one", side: "author", sum: value, less: 0, full: 0 }]
  })),
  repositories: []
})

/** The reports that count, for a settlement. */
export const countedOf = (
  epoch: number,
  voters: ReadonlyArray<Voter>,
  neurons: ReadonlyArray<JudgedNeuron>,
  before: Pick<Settlement, "cells" | "repositories"> | undefined
) =>
  counted(
    epoch,
    { voters, neurons },
    new Map(voters.flatMap(({ hotkey, scores }) => (scores === null ? [] : [[hotkey, saidOf(scores)] as const]))),
    before
  )
