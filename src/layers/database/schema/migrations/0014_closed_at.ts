/** When an issue was closed on GitHub. An index that lacks it gets it the next time that GitHub is asked about the issue. */

export const sql = `
ALTER TABLE issues ADD COLUMN github_closed_at timestamptz;
`
