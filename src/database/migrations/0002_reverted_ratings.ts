/** What was taken back of ratings, which is little, is found at once: whether a rating is provisional is asked for each one that is shown. */
export const sql = `CREATE INDEX ratings_reverted ON ratings (hotkey, competition, block) WHERE cause = 'reverted';
`
