/** Describes a migrated database as Markdown: its comments, keys, checks and indexes. */
import { SqlClient } from "@effect/sql/SqlClient"
import { Effect, Schema } from "effect"

const Table = Schema.Struct({ table: Schema.String, comment: Schema.NullOr(Schema.String) })
const Column = Schema.Struct({
  table: Schema.String,
  name: Schema.String,
  type: Schema.String,
  nullable: Schema.Boolean,
  otherwise: Schema.NullOr(Schema.String),
  comment: Schema.NullOr(Schema.String)
})
const Constraint = Schema.Struct({
  table: Schema.String,
  kind: Schema.Literal("p", "f", "u", "c"),
  /** The table that a foreign key references. */
  target: Schema.NullOr(Schema.String),
  definition: Schema.String
})
const Index = Schema.Struct({ table: Schema.String, name: Schema.String, definition: Schema.String })

const rowsOf = <A, I>(schema: Schema.Schema<A, I>, statement: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient
    return yield* Schema.decodeUnknown(Schema.Array(schema))(yield* sql.unsafe(statement))
  })

const tables = rowsOf(
  Table,
  `SELECT relname AS table, obj_description(oid, 'pg_class') AS comment FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY oid`
)

const columns = rowsOf(
  Column,
  `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
     pg_get_expr(d.adbin, d.adrelid) AS otherwise, col_description(c.oid, a.attnum) AS comment
   FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum`
)

const constraints = rowsOf(
  Constraint,
  `SELECT c.relname AS table, k.contype AS kind, t.relname AS target, pg_get_constraintdef(k.oid, true) AS definition
   FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid LEFT JOIN pg_class t ON t.oid = k.confrelid
   WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('p', 'f', 'u', 'c') ORDER BY c.oid, k.contype DESC, k.conname`
)

/** Indexes that do not belong to a key. */
const indexes = rowsOf(
  Index,
  `SELECT c.relname AS table, n.relname AS name, pg_get_indexdef(n.oid, 0, true) AS definition
   FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
   WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = n.oid AND k.contype IN ('p', 'u'))
   ORDER BY c.oid, n.relname`
)

const INTRODUCTION = `# The database of the index

\`gittensor index\` fills these tables and \`gittensor serve\` reads them, in Postgres 15 or newer or in the embedded Postgres. psql's \`\\d+\` shows the same comments,
keys and indexes.

- The database is for information only. Everything except GitHub's data can be read from the chain again. All keys are natural, so the same blocks always give the same rows.
- Amounts are whole rao (10⁻⁹) in \`numeric(20,0)\`. Ratings are thousandths of a point. Hashes are 0x-prefixed hex. Accounts are SS58 addresses.
- Times are block numbers: join \`blocks\` for the chain's clock. Only GitHub's data has timestamps of its own.
- The newest row of \`blocks\` is the cursor. It is written in one transaction with all rows of that block. Writers hold the advisory lock named in \`src/layers/storage/database/Database.ts\`.
- \`serve\` needs only a role that can read: \`GRANT SELECT ON ALL TABLES IN SCHEMA public\`. For the tables of later versions, let the indexing role run
  \`ALTER DEFAULT PRIVILEGES … GRANT SELECT ON TABLES\`.
- The executable carries the numbered migrations (\`src/layers/storage/database/schema/migrations.ts\`). \`index\` applies missing ones under a lock; \`index --migrate-only\` does nothing else.
`

const cell = (text: string): string => text.replaceAll("|", "\\|")

const sentence = (text: string | null): string => (text === null ? "" : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`)

const list = (title: string, items: ReadonlyArray<string>): string =>
  items.length === 0 ? "" : `${title}:\n\n${items.map((item) => `- ${item}`).join("\n")}\n`

const code = (text: string) => `\`${text}\``

/** Turns "CREATE INDEX x ON public.issues USING btree (a, b) WHERE …" into "(a, b) WHERE …". */
const indexed = ({ name, definition }: typeof Index.Type): string => {
  const [, unique = "", method = "", rest = ""] = /^CREATE (UNIQUE )?INDEX .*? USING (\w+) (.*)$/s.exec(definition) ?? []
  const how = [unique.trim().toLowerCase(), method === "btree" ? "" : method].filter((word) => word !== "").join(", ")
  return `${code(name)}${how === "" ? "" : ` (${how})`}: ${code(rest)}`
}

/** The foreign keys between tables, except those to `blocks`, which nearly all tables have. */
const diagram = (found: ReadonlyArray<typeof Constraint.Type>): string => {
  const edges = found
    .filter(({ kind, target }) => kind === "f" && target !== null && target !== "blocks")
    .map(({ table, target }) => `  ${table} --> ${target}`)
  return `\`\`\`mermaid\nflowchart LR\n${[...new Set(edges)].join("\n")}\n\`\`\`\n`
}

/** The page; needs a migrated database. */
export const describe = Effect.gen(function* () {
  const [allTables, allColumns, allConstraints, allIndexes] = yield* Effect.all([tables, columns, constraints, indexes])
  const contents = allTables.map(({ table, comment }) => `| [${table}](#${table}) | ${cell(comment ?? "")} |`)
  const sections = allTables.map(({ table, comment }) => {
    const own = <Row extends { readonly table: string }>(rows: ReadonlyArray<Row>) => rows.filter((row) => row.table === table)
    const keys = own(allConstraints)
    const of = (...kinds: ReadonlyArray<string>) =>
      keys.filter(({ kind }) => kinds.includes(kind)).map(({ definition }) => code(definition))
    const rows = own(allColumns).map(
      ({ name, type, nullable, otherwise, comment: says }) =>
        `| ${name} | ${type}${nullable ? ", may be null" : ""}${otherwise === null ? "" : `, else ${code(otherwise)}`} | ${cell(says ?? "")} |`
    )
    return [
      `## ${table}\n\n${sentence(comment)}\n`,
      `| column | type | meaning |\n|---|---|---|\n${rows.join("\n")}\n`,
      list("Keys", of("p", "u", "f")),
      list("Checks", of("c")),
      list("Indexes", own(allIndexes).map(indexed))
    ]
      .filter((part) => part !== "")
      .join("\n")
  })
  return [INTRODUCTION, `| table | one row is |\n|---|---|\n${contents.join("\n")}\n`, diagram(allConstraints), ...sections].join("\n")
})
