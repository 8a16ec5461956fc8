/** What votes on an issue's end weighed when they were cast, the most that they weigh since the contract's fourth edition. An older index has votes of the third, which keeps no such limit. */
export const sql = `
ALTER TABLE votes ADD COLUMN cast_weight numeric(20, 0);
`
