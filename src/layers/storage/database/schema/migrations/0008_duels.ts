/** Validators' statements about duels of competitors' heads, and their judges' cost. */

export const sql = `
CREATE TABLE quality_duels (
  issue integer NOT NULL,
  validator text NOT NULL,
  a_hotkey text NOT NULL,
  a_repository text NOT NULL,
  a_number bigint NOT NULL,
  a_commit text NOT NULL,
  b_hotkey text NOT NULL,
  b_repository text NOT NULL,
  b_number bigint NOT NULL,
  b_commit text NOT NULL,
  seed_block bigint NOT NULL,
  seed text NOT NULL,
  result text CHECK (result IN ('a', 'b', 'draw', 'none')),
  why text CHECK (why IN ('too few judges', 'one family')),
  lead bigint,
  leads jsonb,
  margin bigint,
  flipped bigint,
  effective_votes bigint,
  reason text,
  judges jsonb NOT NULL,
  answers jsonb NOT NULL,
  cost bigint NOT NULL,
  begun_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (issue, validator, a_repository, a_number, a_commit, b_repository, b_number, b_commit),
  FOREIGN KEY (issue, validator) REFERENCES quality_documents ON DELETE CASCADE
);
CREATE INDEX quality_duels_by_validator ON quality_duels (validator);

CREATE TABLE quality_costs (
  issue integer NOT NULL,
  validator text NOT NULL,
  stage text NOT NULL CHECK (stage IN ('duel', 'canary')),
  judge text NOT NULL,
  model text NOT NULL,
  calls bigint NOT NULL,
  open bigint NOT NULL,
  prompt_tokens bigint NOT NULL,
  answer_tokens bigint NOT NULL,
  cost bigint NOT NULL,
  PRIMARY KEY (issue, validator, stage, judge, model),
  FOREIGN KEY (issue, validator) REFERENCES quality_documents ON DELETE CASCADE
);
`
