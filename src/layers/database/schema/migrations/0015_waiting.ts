/** What the quorum decided on an issue and has not taken effect. Contracts without such decisions have none. */

export const sql = `
ALTER TABLE issues ADD COLUMN waiting jsonb, ADD COLUMN waiting_from bigint;
`
