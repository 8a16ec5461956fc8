/** The findings of an audit of each epoch's reports, and validators' statements of how their own scores differ from the consensus. */

/** Rao are u64, which has up to twenty digits. */
const amount = "numeric(20, 0)"

export const sql = `
CREATE TABLE consensus_epochs (
  epoch bigint PRIMARY KEY CHECK (epoch >= 0),
  block integer NOT NULL,
  opening integer NOT NULL,
  settling integer NOT NULL,
  ended_at integer,
  roster text,
  committed_roster text,
  committed_version bigint,
  quorum boolean NOT NULL,
  total_stake ${amount} NOT NULL,
  reporting_stake ${amount} NOT NULL,
  expected jsonb,
  facts jsonb NOT NULL,
  looks integer NOT NULL CHECK (looks > 0),
  looked_at integer NOT NULL,
  next_look integer
);
CREATE INDEX consensus_epochs_by_look ON consensus_epochs (looked_at);
CREATE INDEX consensus_epochs_by_next_look ON consensus_epochs (next_look) WHERE next_look IS NOT NULL;

CREATE TABLE consensus_voters (
  epoch bigint NOT NULL REFERENCES consensus_epochs ON DELETE CASCADE,
  hotkey text NOT NULL,
  uid integer NOT NULL,
  stake ${amount} NOT NULL,
  committed text,
  report text,
  reason text,
  program text,
  leaves bigint,
  root text,
  document text,
  givers jsonb NOT NULL,
  others jsonb NOT NULL,
  weights_state text NOT NULL CHECK (weights_state IN ('set', 'none', 'hidden')),
  weights jsonb,
  as_expected boolean,
  PRIMARY KEY (epoch, hotkey),
  CHECK ((report IS NULL) = (reason IS NOT NULL)),
  CHECK ((report IS NULL) = (document IS NULL)),
  CHECK ((weights IS NULL) = (weights_state <> 'set'))
);
CREATE INDEX consensus_voters_by_hotkey ON consensus_voters (hotkey, epoch);

CREATE TABLE consensus_values (
  epoch bigint NOT NULL REFERENCES consensus_epochs ON DELETE CASCADE,
  uid integer NOT NULL,
  hotkey text NOT NULL,
  holder text,
  value integer NOT NULL CHECK (value BETWEEN 0 AND 1000000),
  source text NOT NULL CHECK (source IN ('median', 'chain')),
  ppm integer NOT NULL CHECK (ppm BETWEEN 0 AND 1000000),
  measuring_stake ${amount} NOT NULL,
  chain_ppm integer NOT NULL,
  votes jsonb NOT NULL,
  PRIMARY KEY (epoch, uid)
);

CREATE TABLE consensus_findings (
  epoch bigint NOT NULL REFERENCES consensus_epochs ON DELETE CASCADE,
  position integer NOT NULL,
  kind text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('wrong', 'missing')),
  validator text,
  giver text,
  text text NOT NULL,
  proof jsonb,
  PRIMARY KEY (epoch, position)
);
CREATE INDEX consensus_findings_by_validator ON consensus_findings (validator, epoch, position);
CREATE INDEX consensus_findings_by_severity ON consensus_findings (severity, epoch, position);
CREATE INDEX consensus_findings_by_kind ON consensus_findings (kind, epoch, position);

CREATE TABLE consensus_divergences (
  validator text NOT NULL,
  epoch bigint NOT NULL,
  block integer NOT NULL,
  report text,
  reporting integer NOT NULL,
  voters integer NOT NULL,
  quorum boolean NOT NULL,
  sum bigint,
  same_top boolean,
  spearman_ppm integer CHECK (spearman_ppm BETWEEN -1000000 AND 1000000),
  overlap integer NOT NULL,
  overlap_of integer NOT NULL,
  open jsonb NOT NULL,
  copyable bigint,
  copies jsonb NOT NULL,
  read_at integer NOT NULL,
  PRIMARY KEY (validator, epoch)
);
CREATE INDEX consensus_divergences_by_epoch ON consensus_divergences (epoch, validator);
CREATE INDEX consensus_divergences_by_read ON consensus_divergences (read_at);
`
