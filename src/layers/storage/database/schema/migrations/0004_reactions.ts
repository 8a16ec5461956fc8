/** How many reactions an index's comment had when it was last written. */
export const sql = `
ALTER TABLE github_comments ADD COLUMN reactions integer;
`
