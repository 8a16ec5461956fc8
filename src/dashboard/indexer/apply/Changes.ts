/** Collects the rows that blocks produce, to be written together. */
import type { Competition } from "../../../domain/Competition.ts"
import type { tables } from "../../../layers/storage/database/schema/tables.ts"
import type { Json } from "../blockContents.ts"
import type { Committed } from "../links.ts"
import type { Row } from "../rows.ts"
import type { Vote } from "./State.ts"
import type { Issue, Miner, Validator } from "./stored.ts"

/** An ended competition, with both ratings after it. */
export interface Ending {
  readonly competition: Competition
  readonly aRatingAfter: number | null
  readonly bRatingAfter: number | null
}

/** Append-only tables. */
export const logs = [
  "blocks",
  "calls",
  "events",
  "competitions",
  "ratings",
  "payouts",
  "treasury_flows",
  "collateral_flows",
  "config_changes"
] as const
export type Log = (typeof logs)[number]

/** Tables in which a later row replaces an earlier one with the same key. */
export const replaceables = {
  registrations: ["uid", "held_from"],
  attestations: ["issue", "round", "validator"],
  weights: ["block", "extrinsic", "validator"],
  reports: ["block", "extrinsic", "validator"]
} as const
export type Replaceable = keyof typeof replaceables

/** A row of a table: every column that may not be null, and any of the others. */
export type RowOf<Table extends Log | Replaceable, Columns = (typeof tables)[Table]["columns"]> = {
  readonly [Column in keyof Columns as Columns[Column] extends { readonly isOptional: true } ? never : Column]: Json
} & { readonly [Column in keyof Columns as Columns[Column] extends { readonly isOptional: true } ? Column : never]?: Json }

export class Changes {
  private readonly appended = new Map<Log, Array<Row>>(logs.map((table) => [table, []]))
  private readonly replaced = new Map<Replaceable, Map<string, Row>>()
  readonly issues = new Map<number, Issue>()
  readonly endings = new Map<number, Ending>()
  /** Coldkeys that competitors named, by competition and side. */
  readonly payees = new Map<string, string>()
  /** Issues that now refer to another GitHub issue. */
  readonly exchanged = new Set<number>()
  readonly votes = new Map<string, Vote>()
  readonly miners = new Map<string, Miner>()
  /** Hotkeys seen for the first time. */
  readonly newcomers = new Set<string>()
  /** Hotkeys whose UID, registration or coldkey changed. */
  readonly moved = new Set<string>()
  readonly validators = new Map<string, Validator>()
  readonly commitments: Array<Committed> = []

  append<Table extends Log>(table: Table, row: RowOf<Table>): void {
    this.appended.get(table)?.push(row)
  }

  appendedTo(table: Log): ReadonlyArray<Row> {
    return this.appended.get(table) ?? []
  }

  replace<Table extends Replaceable>(table: Table, row: RowOf<Table> & Row): void {
    const rows = this.replaced.get(table) ?? new Map<string, Row>()
    rows.set(replaceables[table].map((column) => String(row[column])).join(" "), row)
    this.replaced.set(table, rows)
  }

  replacedIn(table: Replaceable): ReadonlyArray<Row> {
    return [...(this.replaced.get(table)?.values() ?? [])]
  }
}
