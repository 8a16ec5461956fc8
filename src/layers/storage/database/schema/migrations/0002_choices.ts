/** What a repository's people chose, beside what pull requests ask of them. */
export const sql = `
ALTER TABLE repositories ADD COLUMN choices jsonb, ADD COLUMN choices_at timestamptz;
`
