/** Why data from GitHub may be missing. */
export const sql = `
ALTER TABLE chain
  ADD COLUMN github_trouble text CHECK (github_trouble IN ('refused', 'unanswered', 'limited', 'anonymous')),
  ADD COLUMN github_trouble_since timestamptz;
`
