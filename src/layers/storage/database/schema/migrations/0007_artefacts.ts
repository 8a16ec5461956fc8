/** The files that support validators' findings about pull requests. */

export const sql = `
ALTER TABLE quality_records ADD COLUMN artefacts jsonb;
CREATE INDEX quality_records_by_validator ON quality_records (validator);

CREATE TABLE artefacts (
  validator text NOT NULL,
  digest text NOT NULL,
  media_type text NOT NULL CHECK (media_type IN ('text/plain', 'application/json', 'application/octet-stream')),
  content bytea NOT NULL,
  read_at integer NOT NULL,
  PRIMARY KEY (validator, digest)
);
CREATE INDEX artefacts_by_digest ON artefacts (digest);
`
