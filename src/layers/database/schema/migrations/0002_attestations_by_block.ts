/** Round numbers may come again when the length of rounds changes, so attestations are listed by their blocks. */
export const sql = `
CREATE INDEX attestations_by_block ON attestations (block, event);
CREATE INDEX attestations_by_issue ON attestations (issue, block, event);
DROP INDEX attestations_by_validator;
CREATE INDEX attestations_by_validator ON attestations (validator, block, event);
DROP INDEX attestations_by_round;
CREATE INDEX attestations_by_round ON attestations (round, block, event);
`
