/**
 * The numbered migrations, in order. A released migration never changes. A later one is an entry here with its SQL; new columns are declared in tables.ts,
 * too.
 */
import * as firstTables from "./migrations/0001_tables.ts"
import * as attestationsByBlock from "./migrations/0002_attestations_by_block.ts"
import * as consensus from "./migrations/0003_consensus.ts"
import * as enrolledMiners from "./migrations/0004_enrolled_miners.ts"
import * as quality from "./migrations/0005_quality.ts"
import * as gitHubTrouble from "./migrations/0006_github_trouble.ts"
import * as artefacts from "./migrations/0007_artefacts.ts"
import * as duels from "./migrations/0008_duels.ts"
import * as headsByHotkey from "./migrations/0009_heads_by_hotkey.ts"
import * as checksAndReviews from "./migrations/0010_checks_and_reviews.ts"
import * as excerptAndLanguage from "./migrations/0011_excerpt_and_language.ts"
import * as alphaPrice from "./migrations/0012_alpha_price.ts"
import * as changeLog from "./migrations/0013_change_log.ts"
import * as closedAt from "./migrations/0014_closed_at.ts"
import * as waiting from "./migrations/0015_waiting.ts"
import { type Column, KINDS } from "./table.ts"
import { tables } from "./tables.ts"

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

export const migrations: ReadonlyArray<Migration> = [
  { number: 1, name: "tables", sql: firstTables.sql },
  { number: 2, name: "attestations by block", sql: attestationsByBlock.sql },
  { number: 3, name: "consensus", sql: consensus.sql },
  { number: 4, name: "enrolled miners", sql: enrolledMiners.sql },
  { number: 5, name: "quality", sql: quality.sql },
  { number: 6, name: "trouble with GitHub", sql: gitHubTrouble.sql },
  { number: 7, name: "artefacts", sql: artefacts.sql },
  { number: 8, name: "duels", sql: duels.sql },
  { number: 9, name: "heads by hotkey", sql: headsByHotkey.sql },
  { number: 10, name: "checks and reviews", sql: checksAndReviews.sql },
  { number: 11, name: "excerpt and language", sql: excerptAndLanguage.sql },
  { number: 12, name: "price of alpha", sql: alphaPrice.sql },
  { number: 13, name: "log of changes", sql: changeLog.sql },
  { number: 14, name: "closed at", sql: closedAt.sql },
  { number: 15, name: "decisions that wait", sql: waiting.sql }
]

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/**
 * Comments on every table and column, which psql shows. They follow the last migration and are not part of its checksum, so that wording may improve at any
 * time.
 */
export const comments: string = Object.entries(tables)
  .flatMap(([table, { row, columns }]) => [
    `COMMENT ON TABLE ${table} IS ${quoted(row)};`,
    ...Object.entries<Column>(columns).map(
      ([name, { kind, meaning }]) => `COMMENT ON COLUMN ${table}.${name} IS ${quoted(meaning + (KINDS[kind].kept ?? ""))};`
    )
  ])
  .join("\n")
