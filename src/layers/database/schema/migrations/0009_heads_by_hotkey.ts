/** The same pull request under another hotkey is another head, with records and duels of its own. */

export const sql = `
ALTER TABLE quality_records DROP CONSTRAINT quality_records_pkey,
  ADD PRIMARY KEY (issue, validator, hotkey, repository, number, commit);
ALTER TABLE quality_duels DROP CONSTRAINT quality_duels_pkey,
  ADD PRIMARY KEY (issue, validator, a_hotkey, a_repository, a_number, a_commit, b_hotkey, b_repository, b_number, b_commit);
`
