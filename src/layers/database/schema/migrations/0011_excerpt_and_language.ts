/** What an issue is about, and the language of its repository. */

export const sql = `
ALTER TABLE issues
  ADD COLUMN excerpt text,
  ADD COLUMN language text;
CREATE INDEX issues_by_language ON issues (lower(language), id DESC);
`
