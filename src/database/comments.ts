/** What tables and columns mean, said to the database itself: docs/database.md is made of it, and psql shows it. */

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

export const tableComment = (table: string, says: string): string => `COMMENT ON TABLE ${table} IS ${quoted(says)};`

export const columnComments = (table: string, columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([column, says]) => `COMMENT ON COLUMN ${table}.${column} IS ${quoted(says)};`)
    .join("\n")
