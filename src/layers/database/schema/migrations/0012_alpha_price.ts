/** What alpha is worth in TAO, for the page. */
export const sql = `
ALTER TABLE chain
  ADD COLUMN alpha_price numeric(20, 0) CHECK (alpha_price > 0),
  ADD COLUMN alpha_price_at integer REFERENCES blocks;
`
