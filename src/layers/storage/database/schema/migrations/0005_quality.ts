/** Validators' findings about the heads of competitors' pull requests. */

export const sql = `
CREATE TABLE quality_documents (
  issue integer NOT NULL REFERENCES issues,
  validator text NOT NULL,
  at timestamptz NOT NULL,
  document text NOT NULL,
  read_at integer NOT NULL,
  PRIMARY KEY (issue, validator)
);
CREATE INDEX quality_documents_by_read ON quality_documents (read_at);

CREATE TABLE quality_records (
  issue integer NOT NULL,
  validator text NOT NULL,
  hotkey text NOT NULL,
  account bigint NOT NULL,
  repository text NOT NULL,
  number bigint NOT NULL,
  commit text NOT NULL,
  base text NOT NULL,
  state text NOT NULL CHECK (state IN ('seen', 'gated', 'verified', 'done', 'rejected', 'failed')),
  fault text CHECK (fault IN ('miner', 'infrastructure', 'provider', 'unknown')),
  reason text,
  gate jsonb,
  verification jsonb,
  seen_at timestamptz NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (issue, validator, repository, number, commit),
  FOREIGN KEY (issue, validator) REFERENCES quality_documents ON DELETE CASCADE
);
CREATE INDEX quality_records_by_hotkey ON quality_records (issue, hotkey);
`
