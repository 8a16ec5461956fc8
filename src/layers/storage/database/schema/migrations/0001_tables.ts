/**
 * The tables of the first release. What their columns mean is in ../tables.ts.
 * The last part says which transactions changed more than the list of blocks, so that `serve` can keep answers over blocks that do not concern them.
 */
import { issueWords } from "../issueWords.ts"

/** Rao and weights are u64, which has up to twenty digits. */
const amount = "numeric(20, 0)"
/** A set of UIDs as the contract stores it: 32 bytes; UID u is bit u % 8 (lowest first) of byte u / 8. */
const bitmap = (column: string) => `${column} bytea NOT NULL CHECK (octet_length(${column}) = 32)`

const side = (name: "a" | "b") => `
  ${name}_uid integer NOT NULL,
  ${name}_hotkey text NOT NULL REFERENCES miners,
  ${name}_coldkey text NOT NULL,
  ${name}_payee text,
  ${name}_rating integer NOT NULL,
  ${name}_expected_ppm integer NOT NULL CHECK (${name}_expected_ppm BETWEEN 0 AND 1000000),
  ${name}_rating_after integer`

const tables = `
CREATE TABLE chain (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  genesis_hash text NOT NULL,
  contract text NOT NULL,
  netuid integer NOT NULL,
  first_block integer NOT NULL CHECK (first_block >= 0),
  fresh ${amount},
  aged ${amount},
  aged_at integer,
  treasury_at integer,
  treasury_earns boolean,
  treasury_pays boolean,
  treasury_why text,
  github_trouble text CHECK (github_trouble IN ('refused', 'unanswered', 'limited', 'anonymous')),
  github_trouble_since timestamptz,
  alpha_price ${amount} CHECK (alpha_price > 0),
  alpha_price_at integer
);

CREATE TABLE blocks (
  number integer PRIMARY KEY CHECK (number >= 0),
  hash text NOT NULL UNIQUE,
  time timestamptz NOT NULL
);
CREATE INDEX blocks_by_time ON blocks (time);
ALTER TABLE chain ADD FOREIGN KEY (alpha_price_at) REFERENCES blocks;

CREATE TABLE calls (
  block integer NOT NULL REFERENCES blocks,
  extrinsic integer NOT NULL,
  position integer NOT NULL,
  extrinsic_hash text NOT NULL,
  signer text,
  message text,
  arguments jsonb NOT NULL,
  success boolean NOT NULL,
  error text,
  fee ${amount} NOT NULL,
  PRIMARY KEY (block, extrinsic, position),
  CHECK (success = (error IS NULL))
);
CREATE INDEX calls_by_message ON calls (message, block DESC);
CREATE INDEX calls_by_signer ON calls (signer, block DESC);
CREATE INDEX calls_failed ON calls (block, extrinsic, position) WHERE NOT success;

CREATE TABLE events (
  block integer NOT NULL REFERENCES blocks,
  index integer NOT NULL,
  name text NOT NULL,
  fields jsonb NOT NULL,
  extrinsic integer,
  call_position integer,
  PRIMARY KEY (block, index),
  FOREIGN KEY (block, extrinsic, call_position) REFERENCES calls
);
CREATE INDEX events_by_name ON events (name, block DESC, index DESC);
CREATE INDEX events_by_call ON events (block, extrinsic, call_position);
CREATE INDEX events_by_issue ON events ((fields ->> 'issue'), block DESC, index DESC) WHERE fields ? 'issue';
CREATE INDEX events_by_competition ON events ((fields ->> 'competition'), block DESC, index DESC) WHERE fields ? 'competition';

CREATE TABLE miners (
  hotkey text PRIMARY KEY,
  coldkey text,
  uid integer,
  registered_at integer,
  first_seen_at integer NOT NULL REFERENCES blocks,
  github_account bigint,
  github_login text,
  github_avatar text,
  github_proven boolean,
  github_seen_at timestamptz,
  rating integer,
  rated_games integer NOT NULL DEFAULT 0,
  provisional boolean NOT NULL DEFAULT true,
  eligible boolean NOT NULL DEFAULT true,
  rated_at integer REFERENCES blocks,
  won integer NOT NULL DEFAULT 0,
  lost integer NOT NULL DEFAULT 0,
  expired integer NOT NULL DEFAULT 0,
  earned ${amount} NOT NULL DEFAULT 0,
  enrolled_at integer REFERENCES blocks
);
CREATE UNIQUE INDEX miners_by_uid ON miners (uid) WHERE uid IS NOT NULL;
CREATE INDEX miners_by_coldkey ON miners (coldkey);
CREATE INDEX miners_by_rating ON miners ((CASE WHEN rated_games > 0 THEN coalesce(rating, -1) WHEN enrolled_at IS NOT NULL THEN -1 ELSE -2 END), hotkey);
CREATE INDEX miners_by_earned ON miners (earned, hotkey);
CREATE INDEX miners_by_won ON miners (won, hotkey);
CREATE INDEX miners_by_first_seen ON miners (first_seen_at, hotkey);
CREATE INDEX miners_by_login ON miners (lower(github_login));

CREATE TABLE registrations (
  uid integer NOT NULL,
  registered_at integer NOT NULL,
  held_from integer NOT NULL,
  hotkey text NOT NULL REFERENCES miners,
  PRIMARY KEY (uid, held_from)
);
CREATE INDEX registrations_by_hotkey ON registrations (hotkey, held_from);
CREATE INDEX registrations_by_block ON registrations (held_from, uid);

CREATE TABLE github_links (
  hotkey text NOT NULL REFERENCES miners,
  linked_at integer NOT NULL CHECK (linked_at >= 0),
  account bigint,
  gist text,
  PRIMARY KEY (hotkey, linked_at),
  CHECK ((account IS NULL) = (gist IS NULL))
);
CREATE INDEX github_links_by_account ON github_links (account, linked_at);

CREATE TABLE issues (
  id integer PRIMARY KEY CHECK (id > 0),
  repository text NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  target ${amount} NOT NULL,
  funded ${amount} NOT NULL DEFAULT 0 CHECK (funded <= target),
  status text NOT NULL CHECK (status IN ('Funding', 'Open', 'Competing', 'Solved', 'Paid', 'Cancelled')),
  reason jsonb,
  queue_position integer,
  attempts integer NOT NULL DEFAULT 0,
  competition integer,
  registered_at integer NOT NULL REFERENCES blocks,
  edited_at integer REFERENCES blocks,
  updated_at integer NOT NULL REFERENCES blocks,
  node_id text,
  title text,
  labels jsonb,
  github_state text,
  github_author text,
  github_avatar text,
  github_seen_at timestamptz,
  excerpt text,
  language text,
  github_closed_at timestamptz,
  without_consent text,
  CHECK ((status = 'Funding') = (queue_position IS NOT NULL)),
  CHECK ((status = 'Cancelled') = (reason IS NOT NULL))
);
CREATE INDEX issues_by_reference ON issues (lower(repository), number);
CREATE INDEX issues_by_status ON issues (status, id DESC);
CREATE INDEX issues_by_target ON issues (target DESC, id DESC);
CREATE INDEX issues_by_github_seen ON issues (github_seen_at);
CREATE INDEX issues_by_status_target ON issues (status, target DESC, id DESC);
CREATE INDEX issues_by_update ON issues (updated_at, id);
CREATE INDEX issues_by_queue ON issues (queue_position, id) WHERE queue_position IS NOT NULL;
CREATE INDEX issues_by_competition ON issues (competition);
CREATE INDEX issues_by_language ON issues (lower(language), id DESC);
CREATE INDEX issues_by_label ON issues USING gin (labels jsonb_path_ops);
CREATE INDEX issues_by_words ON issues USING gin (${issueWords()});

CREATE TABLE competitions (
  id integer PRIMARY KEY CHECK (id > 0),
  issue integer NOT NULL REFERENCES issues,
  round bigint NOT NULL,
  ${bitmap("enrolled")},
  ${bitmap("skipped")},${side("a")},${side("b")},
  started_at integer NOT NULL REFERENCES blocks,
  submissions_from bigint NOT NULL,
  deadline bigint NOT NULL,
  outcome_until bigint NOT NULL,
  challenge_period bigint NOT NULL,
  collateral ${amount} NOT NULL,
  slash ${amount} NOT NULL,
  status text NOT NULL CHECK (status IN ('Running', 'Won', 'Expired', 'Unsolved', 'Void')),
  winner smallint CHECK (winner IN (0, 1)),
  pull_request bigint,
  reason jsonb,
  slash_a boolean,
  slash_b boolean,
  ended_at integer REFERENCES blocks,
  CHECK (a_hotkey <> b_hotkey),
  CHECK ((status = 'Running') = (ended_at IS NULL)),
  CHECK ((status = 'Won') = (winner IS NOT NULL AND pull_request IS NOT NULL)),
  CHECK ((status = 'Void') = (reason IS NOT NULL)),
  CHECK ((status = 'Unsolved') = (slash_a IS NOT NULL AND slash_b IS NOT NULL))
);
ALTER TABLE issues ADD CONSTRAINT issues_competition FOREIGN KEY (competition) REFERENCES competitions DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX competitions_by_issue ON competitions (issue, id DESC);
CREATE INDEX competitions_by_status ON competitions (status, id DESC);
CREATE INDEX competitions_by_a ON competitions (a_hotkey, id DESC);
CREATE INDEX competitions_by_b ON competitions (b_hotkey, id DESC);
CREATE INDEX competitions_by_end ON competitions (ended_at);
CREATE INDEX competitions_by_pair ON competitions (least(a_hotkey, b_hotkey), greatest(a_hotkey, b_hotkey), id DESC);

CREATE TABLE votes (
  block integer NOT NULL,
  event integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('pair', 'outcome')),
  issue integer NOT NULL REFERENCES issues,
  round bigint,
  competition integer REFERENCES competitions,
  validator text NOT NULL,
  choice jsonb NOT NULL,
  since bigint NOT NULL,
  weight ${amount},
  total_weight ${amount},
  ended_at integer REFERENCES blocks,
  ended_by text CHECK (ended_by IN ('replaced', 'withdrawn', 'passed', 'lapsed')),
  in_passing_tally boolean,
  PRIMARY KEY (block, event),
  FOREIGN KEY (block, event) REFERENCES events,
  CHECK ((kind = 'pair') = (round IS NOT NULL)),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK ((ended_at IS NULL) = (weight IS NULL) AND (ended_at IS NULL) = (total_weight IS NULL))
);
CREATE INDEX votes_by_issue ON votes (issue, block, event);
CREATE INDEX votes_by_competition ON votes (competition, block, event);
CREATE INDEX votes_by_validator ON votes (validator, block DESC, event DESC);
CREATE INDEX votes_live ON votes (issue, kind) WHERE ended_at IS NULL;
CREATE INDEX votes_live_by_block ON votes (block, event) WHERE ended_at IS NULL;

CREATE TABLE attestations (
  issue integer NOT NULL REFERENCES issues,
  round bigint NOT NULL,
  validator text NOT NULL,
  ${bitmap("enrolled")},
  ${bitmap("skipped")},
  block integer NOT NULL,
  event integer NOT NULL,
  PRIMARY KEY (issue, round, validator),
  FOREIGN KEY (block, event) REFERENCES events
);
CREATE INDEX attestations_by_block ON attestations (block, event);
CREATE INDEX attestations_by_issue ON attestations (issue, block, event);
CREATE INDEX attestations_by_validator ON attestations (validator, block, event);
CREATE INDEX attestations_by_round ON attestations (round, block, event);

CREATE TABLE pull_requests (
  repository text NOT NULL,
  number bigint NOT NULL CHECK (number > 0),
  issue integer NOT NULL REFERENCES issues,
  competition integer REFERENCES competitions,
  hotkey text REFERENCES miners,
  author text,
  author_id bigint,
  title text,
  state text NOT NULL CHECK (state IN ('open', 'closed', 'merged')),
  created_at timestamptz NOT NULL,
  merged_at timestamptz,
  closed_at timestamptz,
  additions integer,
  deletions integer,
  files integer,
  early boolean,
  seen_at timestamptz NOT NULL,
  draft boolean NOT NULL DEFAULT false,
  checks text CHECK (checks IN ('passing', 'failing', 'pending')),
  review text CHECK (review IN ('approved', 'changesRequested', 'required')),
  PRIMARY KEY (issue, repository, number),
  CHECK ((state = 'merged') = (merged_at IS NOT NULL))
);
CREATE INDEX pull_requests_by_time ON pull_requests (created_at, issue, number, repository);
CREATE INDEX pull_requests_by_hotkey ON pull_requests (hotkey, created_at DESC);
CREATE INDEX pull_requests_by_competition ON pull_requests (competition);
CREATE INDEX pull_requests_by_seen ON pull_requests (seen_at);

CREATE TABLE ratings (
  hotkey text NOT NULL REFERENCES miners,
  block integer NOT NULL,
  cause text NOT NULL CHECK (cause IN ('won', 'lost', 'expired', 'submittedTooEarly', 'absent')),
  competition integer REFERENCES competitions,
  before integer NOT NULL,
  after integer NOT NULL,
  k integer,
  opponent text,
  opponent_rating integer,
  expected_ppm integer,
  UNIQUE NULLS NOT DISTINCT (hotkey, block, cause, competition),
  CHECK ((cause = 'absent') = (competition IS NULL))
);
CREATE INDEX ratings_by_block ON ratings (block DESC, hotkey);
CREATE INDEX ratings_by_competition ON ratings (competition);

CREATE TABLE payouts (
  issue integer PRIMARY KEY REFERENCES issues,
  competition integer NOT NULL REFERENCES competitions,
  hotkey text NOT NULL REFERENCES miners,
  coldkey text NOT NULL,
  amount ${amount} NOT NULL,
  block integer NOT NULL,
  event integer NOT NULL,
  FOREIGN KEY (block, event) REFERENCES events
);
CREATE INDEX payouts_by_hotkey ON payouts (hotkey, block DESC);
CREATE INDEX payouts_by_block ON payouts (block DESC, issue DESC);

CREATE TABLE treasury_flows (
  block integer NOT NULL,
  event integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('harvested', 'funded', 'freed', 'slashed', 'recycled', 'paid', 'moved')),
  amount ${amount} NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  issue integer REFERENCES issues,
  cause text NOT NULL,
  details jsonb NOT NULL,
  PRIMARY KEY (block, event, kind),
  FOREIGN KEY (block, event) REFERENCES events
);
CREATE INDEX treasury_flows_by_kind ON treasury_flows (kind, block DESC, event DESC);
CREATE INDEX treasury_flows_by_issue ON treasury_flows (issue, block, event);

CREATE TABLE collateral_flows (
  block integer NOT NULL,
  event integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('deposited', 'withdrawn', 'slashed')),
  hotkey text NOT NULL REFERENCES miners,
  coldkey text NOT NULL,
  amount ${amount} NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  deposited ${amount} NOT NULL,
  competition integer REFERENCES competitions,
  cause text NOT NULL,
  PRIMARY KEY (block, event),
  FOREIGN KEY (block, event) REFERENCES events
);
CREATE INDEX collateral_flows_by_hotkey ON collateral_flows (hotkey, block DESC, event DESC);
CREATE INDEX collateral_flows_by_kind ON collateral_flows (kind, block DESC, event DESC);

CREATE TABLE validators (
  hotkey text PRIMARY KEY,
  coldkeys jsonb NOT NULL,
  added_at integer NOT NULL REFERENCES blocks,
  removed_at integer REFERENCES blocks,
  noted_before ${amount} NOT NULL DEFAULT 0,
  noted_day ${amount} NOT NULL DEFAULT 0,
  noted_since ${amount} NOT NULL DEFAULT 0,
  uid integer,
  permit boolean,
  axon text,
  name text
);

CREATE TABLE validator_stakes (
  hotkey text NOT NULL REFERENCES validators,
  day date NOT NULL,
  weight ${amount} NOT NULL,
  free ${amount},
  block integer NOT NULL REFERENCES blocks,
  PRIMARY KEY (hotkey, day)
);

CREATE TABLE config_changes (
  block integer NOT NULL,
  event integer NOT NULL,
  kind text NOT NULL,
  change bigint,
  account text,
  content jsonb NOT NULL,
  config jsonb,
  PRIMARY KEY (block, event),
  FOREIGN KEY (block, event) REFERENCES events
);
CREATE INDEX config_changes_by_change ON config_changes (change, block, event);
CREATE INDEX config_changes_by_kind ON config_changes (kind, block, event);
CREATE INDEX config_changes_by_account ON config_changes (account, block, event);

CREATE TABLE weights (
  block integer NOT NULL REFERENCES blocks,
  extrinsic integer NOT NULL,
  validator text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('set', 'commit', 'reveal')),
  error text,
  values jsonb,
  version_key numeric(20, 0),
  hash text NOT NULL,
  PRIMARY KEY (block, extrinsic, validator),
  CHECK ((values IS NULL) = (kind = 'commit')),
  CHECK ((values IS NULL) = (version_key IS NULL))
);
CREATE INDEX weights_by_validator ON weights (validator, block DESC);

CREATE TABLE reports (
  block integer NOT NULL REFERENCES blocks,
  extrinsic integer NOT NULL,
  validator text NOT NULL,
  epoch bigint NOT NULL,
  hash text NOT NULL,
  values jsonb,
  PRIMARY KEY (block, extrinsic, validator)
);
CREATE INDEX reports_by_epoch ON reports (epoch, validator, block, extrinsic);
CREATE INDEX reports_by_validator ON reports (validator, epoch);

CREATE TABLE scores (
  epoch bigint NOT NULL,
  hotkey text NOT NULL REFERENCES miners,
  repository text NOT NULL,
  score numeric NOT NULL,
  components jsonb NOT NULL,
  block integer NOT NULL REFERENCES blocks,
  PRIMARY KEY (epoch, hotkey, repository)
);
CREATE INDEX scores_by_hotkey ON scores (hotkey, epoch DESC);
CREATE INDEX scores_by_repository ON scores (lower(repository), epoch);

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
  value bigint NOT NULL CHECK (value >= 0),
  source text NOT NULL CHECK (source IN ('median', 'before')),
  ppm integer CHECK (ppm BETWEEN 0 AND 1000000),
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
  same_top boolean,
  spearman_ppm integer CHECK (spearman_ppm BETWEEN -1000000 AND 1000000),
  overlap integer NOT NULL,
  overlap_of integer NOT NULL,
  copyable bigint,
  copies jsonb NOT NULL,
  read_at integer NOT NULL,
  PRIMARY KEY (validator, epoch)
);
CREATE INDEX consensus_divergences_by_epoch ON consensus_divergences (epoch, validator);
CREATE INDEX consensus_divergences_by_read ON consensus_divergences (read_at);

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
  current_since timestamptz,
  seen_at timestamptz NOT NULL,
  at timestamptz NOT NULL,
  artefacts jsonb,
  PRIMARY KEY (issue, validator, hotkey, repository, number, commit),
  FOREIGN KEY (issue, validator) REFERENCES quality_documents ON DELETE CASCADE
);
CREATE INDEX quality_records_by_hotkey ON quality_records (issue, hotkey);
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
  panel jsonb,
  answers jsonb NOT NULL,
  cost bigint NOT NULL,
  begun_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (issue, validator, a_hotkey, a_repository, a_number, a_commit, b_hotkey, b_repository, b_number, b_commit),
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

CREATE TABLE plays (
  issue integer NOT NULL,
  repository text NOT NULL,
  number bigint NOT NULL,
  place integer NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL CHECK (kind IN (
    'opened', 'openedAsDraft', 'pushed', 'passing', 'failing', 'ready', 'draft', 'reviewRequested', 'dismissed', 'changesRequested', 'approved',
    'merged', 'closed', 'reopened', 'reverted'
  )),
  by text,
  commit text,
  times integer NOT NULL CHECK (times > 0),
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (issue, repository, number, place),
  FOREIGN KEY (issue, repository, number) REFERENCES pull_requests ON DELETE CASCADE
);
CREATE INDEX plays_by_seen ON plays (seen_at);

CREATE TABLE suggestions (
  repository text NOT NULL,
  number bigint NOT NULL,
  title text NOT NULL,
  opened_at timestamptz NOT NULL,
  points integer NOT NULL,
  reasons jsonb NOT NULL,
  asked_by text,
  doubt text,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (repository, number)
);

CREATE TABLE github_comments (
  chain text NOT NULL,
  contract text NOT NULL,
  issue integer NOT NULL,
  repository text NOT NULL,
  number bigint NOT NULL,
  comment bigint,
  author bigint,
  hash text,
  written_at timestamptz,
  sent_at timestamptz,
  PRIMARY KEY (chain, contract, issue)
);

CREATE TABLE repositories (
  repository text PRIMARY KEY,
  burden jsonb,
  seen_at timestamptz,
  asked_at timestamptz NOT NULL
);
`

const onChange = (events: string, table: string) =>
  `CREATE TRIGGER log_change AFTER ${events} ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION log_change();`

const content = [...tables.matchAll(/^CREATE TABLE (\w+)/gm)].flatMap(([, table = ""]) => (table === "blocks" ? [] : [table]))

export const sql = `${tables}
CREATE TABLE change_log (transaction bigint PRIMARY KEY);

CREATE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO change_log VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

INSERT INTO change_log VALUES (pg_current_xact_id()::text::bigint);

${onChange("UPDATE OR DELETE OR TRUNCATE", "blocks")}
${content.map((table) => onChange("INSERT OR UPDATE OR DELETE OR TRUNCATE", table)).join("\n")}
`
