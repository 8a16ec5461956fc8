/**
 * The numbered migrations, in order. A released migration never changes. A new one is an entry here with its SQL, and says what else an existing
 * index's rows need. Declare new columns in tables.ts too.
 */
import * as firstTables from "./migrations/0001_tables.ts"
import * as choices from "./migrations/0002_choices.ts"
import * as casts from "./migrations/0003_casts.ts"
import * as reactions from "./migrations/0004_reactions.ts"
import { type Column, KINDS } from "./table.ts"
import { tables } from "./tables.ts"

/**
 * What an older index needs, besides the SQL, to match a new one. "ask GitHub again": columns are null or a default until the index has asked about
 * every issue and miner once more, as it then does. "index again": only blocks have the data, so an older index is refused, and a new one has to be
 * made.
 */
export type Afterwards = "nothing" | "ask GitHub again" | "index again"

export interface Migration {
  readonly number: number
  readonly name: string
  readonly afterwards: Afterwards
  readonly sql: string
}

export const migrations: ReadonlyArray<Migration> = [
  { number: 1, name: "tables", afterwards: "nothing", sql: firstTables.sql },
  { number: 2, name: "choices", afterwards: "nothing", sql: choices.sql },
  { number: 3, name: "casts", afterwards: "nothing", sql: casts.sql },
  { number: 4, name: "reactions", afterwards: "nothing", sql: reactions.sql }
]

const quotedText = (text: string) => `'${text.replaceAll("'", "''")}'`

/**
 * Comments on every table and column, which psql shows. They follow the last migration and are not part of its checksum, so their wording may change
 * at any time.
 */
export const comments: string = Object.entries(tables)
  .flatMap(([table, { row, columns }]) => [
    `COMMENT ON TABLE ${table} IS ${quotedText(row)};`,
    ...Object.entries<Column>(columns).map(
      ([name, { kind, meaning }]) => `COMMENT ON COLUMN ${table}.${name} IS ${quotedText(meaning + (KINDS[kind].kept ?? ""))};`
    )
  ])
  .join("\n")
