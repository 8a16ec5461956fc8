/** What spectators see of a pull request while its competition runs. */

export const sql = `
ALTER TABLE pull_requests
  ADD COLUMN draft boolean NOT NULL DEFAULT false,
  ADD COLUMN checks text CHECK (checks IN ('passing', 'failing', 'pending')),
  ADD COLUMN review text CHECK (review IN ('approved', 'changesRequested', 'required'));
`
