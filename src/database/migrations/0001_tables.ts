/** The tables of the first version. A migration that has been released is never changed again: what comes later is a new file. */
import { columnComments, tableComment } from "../comments.ts"
import { issueWords } from "../issueWords.ts"

/** Rao and weights are u64: twenty digits. */
const amount = "numeric(20, 0)"
/** UIDs as the contract keeps them: 32 bytes, UID u is bit u % 8, lowest first, of byte u / 8. */
const bitmap = (column: string) => `${column} bytea NOT NULL CHECK (octet_length(${column}) = 32)`

const side = (name: "a" | "b") => `
  ${name}_uid integer NOT NULL,
  ${name}_hotkey text NOT NULL REFERENCES miners,
  ${name}_coldkey text NOT NULL,
  ${name}_rating integer NOT NULL,
  ${name}_expected_ppm integer NOT NULL CHECK (${name}_expected_ppm BETWEEN 0 AND 1000000),
  ${name}_rating_after integer`

const sideComments = (name: "a" | "b") => ({
  [`${name}_uid`]: `competitor ${name}'s UID at the start`,
  [`${name}_hotkey`]: `competitor ${name}'s hotkey`,
  [`${name}_coldkey`]: `competitor ${name}'s coldkey, where the bounty goes if it wins`,
  [`${name}_rating`]: `competitor ${name}'s rating at the start, in thousandths of a point`,
  [`${name}_expected_ppm`]: `competitor ${name}'s expected score at the start by both ratings, in parts per million`,
  [`${name}_rating_after`]: `competitor ${name}'s rating right after the end, in thousandths of a point; null while it runs`
})

export const sql = `
CREATE TABLE chain (
  id integer PRIMARY KEY DEFAULT 1 CHECK (id = 1),
  genesis_hash text NOT NULL,
  contract text NOT NULL,
  netuid integer NOT NULL,
  first_block integer NOT NULL CHECK (first_block >= 0)
);

CREATE TABLE blocks (
  number integer PRIMARY KEY CHECK (number >= 0),
  hash text NOT NULL UNIQUE,
  time timestamptz NOT NULL
);
CREATE INDEX blocks_by_time ON blocks (time);
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
  earned ${amount} NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX miners_by_uid ON miners (uid) WHERE uid IS NOT NULL;
CREATE INDEX miners_by_coldkey ON miners (coldkey);
CREATE INDEX miners_by_rating ON miners (coalesce(rating, -1), hotkey);
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
  payable_at bigint,
  registered_at integer NOT NULL REFERENCES blocks,
  updated_at integer NOT NULL REFERENCES blocks,
  node_id text,
  title text,
  labels jsonb,
  github_state text,
  github_author text,
  github_avatar text,
  github_seen_at timestamptz,
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
  status text NOT NULL CHECK (status IN ('Running', 'Won', 'Expired', 'Void')),
  winner smallint CHECK (winner IN (0, 1)),
  pull_request bigint,
  reason jsonb,
  ended_at integer REFERENCES blocks,
  CHECK (a_hotkey <> b_hotkey),
  CHECK ((status = 'Running') = (ended_at IS NULL)),
  CHECK ((status = 'Won') = (winner IS NOT NULL AND pull_request IS NOT NULL)),
  CHECK ((status = 'Void') = (reason IS NOT NULL))
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
  weight ${amount} NOT NULL,
  total_weight ${amount} NOT NULL,
  ended_at integer REFERENCES blocks,
  ended_by text CHECK (ended_by IN ('replaced', 'withdrawn', 'passed', 'lapsed')),
  in_passing_tally boolean,
  PRIMARY KEY (block, event),
  FOREIGN KEY (block, event) REFERENCES events,
  CHECK ((kind = 'pair') = (round IS NOT NULL)),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL))
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
CREATE INDEX attestations_by_round ON attestations (round, issue, validator);
CREATE INDEX attestations_by_validator ON attestations (validator, round, issue);

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
  cause text NOT NULL CHECK (cause IN ('won', 'lost', 'expired', 'submittedTooEarly', 'reverted', 'absent')),
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
  kind text NOT NULL CHECK (kind IN ('harvested', 'funded', 'recycled', 'paid', 'moved')),
  amount ${amount} NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  issue integer REFERENCES issues,
  cause text NOT NULL,
  details jsonb NOT NULL,
  PRIMARY KEY (block, event),
  FOREIGN KEY (block, event) REFERENCES events
);
CREATE INDEX treasury_flows_by_kind ON treasury_flows (kind, block DESC, event DESC);
CREATE INDEX treasury_flows_by_issue ON treasury_flows (issue, block, event);

CREATE TABLE collateral_flows (
  block integer NOT NULL,
  event integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('deposited', 'withdrawn', 'slashed', 'recycled', 'recyclingFailed')),
  hotkey text NOT NULL REFERENCES miners,
  coldkey text,
  amount ${amount} NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  deposited ${amount},
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
  uid integer,
  permit boolean,
  axon text
);

CREATE TABLE validator_stakes (
  hotkey text NOT NULL REFERENCES validators,
  day date NOT NULL,
  weight ${amount} NOT NULL,
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
  values jsonb NOT NULL,
  version_key numeric(20, 0) NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (block, extrinsic, validator)
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

${tableComment("chain", "the chain and the contract that everything here comes from: one row")}
${columnComments("chain", {
  id: "always 1",
  genesis_hash: "the hash of the chain's block 0",
  contract: "the contract's address",
  netuid: "the subnet's number",
  first_block: "the first block that was read: the one in which the contract was created, or a later one that was asked for"
})}
${tableComment("blocks", "an indexed block; the newest is the cursor")}
${columnComments("blocks", { number: "the block's number", hash: "its hash", time: "the chain's own clock in this block" })}
${tableComment("calls", "a call of the contract, the failed ones too")}
${columnComments("calls", {
  block: "the block",
  extrinsic: "which extrinsic of the block",
  position: "which of the extrinsic's calls of the contract, from 0: a batch has several",
  extrinsic_hash: "the extrinsic's hash",
  signer: "who signed the extrinsic; null where nobody did",
  message: 'the contract\'s message, "new" for its creation; null where the bytes name none that is known',
  arguments: "the arguments by their names; of an unknown message its bytes",
  success: "whether the call took effect",
  error: "why it did not, in the chain's words",
  fee: "what the whole extrinsic cost, in rao of TAO; said with its first call"
})}
${tableComment("events", "an event of the contract")}
${columnComments("events", {
  block: "the block",
  index: "which of the block's events",
  name: "the event's name",
  fields: "its fields by their names; amounts are decimal strings in rao",
  extrinsic: "the extrinsic that caused it",
  call_position: "which of that extrinsic's calls caused it; null where the chain does not say"
})}
${tableComment("miners", "a hotkey that was ever registered on the subnet, competed or deposited")}
${columnComments("miners", {
  hotkey: "the miner's hotkey",
  coldkey: "the coldkey that owns it, as far as known",
  uid: "its UID now; null when it is not registered",
  registered_at: "the block of its latest registration",
  first_seen_at: "the first indexed block in which it appeared",
  github_account: "GitHub's id of the account that its commitment names",
  github_login: "that account's name",
  github_avatar: "that account's picture",
  github_proven:
    "whether the gist of the commitment proves that the account is this hotkey's, and no other registered hotkey linked it first; null: not looked at yet",
  github_seen_at: "when GitHub was last asked",
  rating: "its rating when it was last rated, in thousandths of a point",
  rated_games: "rated games of the last 60 days, at that time",
  provisional: "whether that were too few for the rating to be settled; shown with a question mark",
  eligible: "whether that rating may be given a pair",
  rated_at: "the block of that rating",
  won: "competitions won, ever",
  lost: "competitions lost, ever",
  expired: "competitions that nobody solved in time, ever",
  earned: "bounties paid, in rao"
})}
${tableComment("registrations", "a hotkey's registration under a UID of the subnet")}
${columnComments("registrations", {
  uid: "the UID",
  registered_at: "the block of the registration",
  held_from: "the block from which this hotkey held it: that of the registration, or of the swap of hotkeys that handed it over",
  hotkey: "the hotkey that got it"
})}
${tableComment("github_links", "what a hotkey has committed on the subnet as its GitHub account: the newest is the one that counts")}
${columnComments("github_links", {
  hotkey: "the hotkey",
  linked_at: "the block of the commitment, which may be older than the first indexed block",
  account: "GitHub's id of the account; null where something else was committed in the link's place, which ended it",
  gist: "the gist that proves it"
})}
${tableComment("issues", "a GitHub issue registered for a bounty")}
${columnComments("issues", {
  id: "the contract's number",
  repository: "owner/name on GitHub, as it was registered",
  number: "the issue's number in its repository",
  target: "the bounty, in rao",
  funded: "how much of it is there, in rao; after the payment what was paid, after a cancellation 0",
  status: "where it stands",
  reason: "why it was cancelled",
  queue_position: "its place among the issues that wait for their bounty, from 1",
  attempts: "competitions that expired without a solution",
  competition: "the running competition, or the one that ended the issue",
  payable_at: "the block from which the winner may be paid",
  registered_at: "the block of its registration",
  updated_at: "the block of its latest event",
  node_id: "GitHub's global id",
  title: "its title on GitHub",
  labels: "its labels on GitHub: name and colour of each",
  github_state: "open or closed on GitHub, deleted, transferred or gone",
  github_author: "who opened it on GitHub",
  github_avatar: "that account's picture",
  github_seen_at: "when GitHub was last asked"
})}
${tableComment("competitions", "two miners on one issue")}
${columnComments("competitions", {
  id: "the contract's number",
  issue: "the issue",
  round: "the round in which validators started it",
  enrolled: "UIDs that a majority saw enrolled when the pair was drawn: 32 bytes, UID u is bit u % 8 of byte u / 8",
  skipped: "UIDs that a majority saw passing this time",
  ...sideComments("a"),
  ...sideComments("b"),
  started_at: "the block in which it started",
  submissions_from: "first block in which a pull request may be opened",
  deadline: "last block in which a pull request may be merged",
  outcome_until: "last block in which a solution may be voted",
  challenge_period: "blocks between the verdict and the payment",
  collateral: "what each competitor has locked, in rao",
  slash: "how much of it a loss or an expiry costs, in rao",
  status: "where it stands",
  winner: "0: competitor a, 1: competitor b",
  pull_request: "the winning pull request's number in the issue's repository",
  reason: "why it was void",
  ended_at: "the block in which it ended"
})}
${tableComment("votes", "a validator's vote for a pair or on an issue's end, past ones too")}
${columnComments("votes", {
  block: "the block of the vote",
  event: "which event of that block",
  kind: "pair: for the two who shall compete; outcome: on how the issue ended",
  issue: "the issue",
  round: "the round of a pair ballot",
  competition: "the competition that was running, or that the pair ballot started",
  validator: "the validator's hotkey",
  choice: "what it voted for",
  weight: "the weight of this choice with this vote",
  total_weight: "the weight of the whole whitelist at that moment",
  ended_at: "the block in which the vote stopped to count",
  ended_by:
    "replaced by another of the same validator, withdrawn, passed: its ballot came to an end, or lapsed: its ballot ended without one",
  in_passing_tally: "whether it was for the choice that passed, when that passed; null while the ballot goes on, and where it lapsed"
})}
${tableComment("attestations", "a validator's last word on who had enrolled for an issue in a round")}
${columnComments("attestations", {
  issue: "the issue",
  round: "the round",
  validator: "the validator's hotkey",
  enrolled: "the UIDs that it saw enrolled, as 32 bytes",
  skipped: "the UIDs that it saw passing, as 32 bytes",
  block: "the block",
  event: "which event of that block"
})}
${tableComment("pull_requests", "a pull request that GitHub links to an issue, or that a competitor wrote about it")}
${columnComments("pull_requests", {
  repository: "the repository that it is in",
  number: "its number there",
  issue: "the issue",
  competition: "the competition in which its author competed when it was opened, or else the next one",
  hotkey: "the competitor, where its author is one",
  author: "its author's account name",
  author_id: "GitHub's id of its author",
  title: "its title",
  state: "open, closed without a merge, or merged",
  created_at: "when it was opened",
  merged_at: "when it was merged",
  closed_at: "when it was closed",
  additions: "lines added",
  deletions: "lines deleted",
  files: "files changed",
  early: "whether a competitor opened it before the submission window was over; null where no competitor did",
  seen_at: "when GitHub was last asked"
})}
${tableComment("ratings", "a rating change")}
${columnComments("ratings", {
  hotkey: "the miner",
  block: "the block of its cause",
  cause: "what changed it; reverted: a verdict was taken back, and its change with it",
  competition: "the competition that changed it; null for an absence",
  before: "the rating right before, in thousandths of a point",
  after: "the rating right after",
  k: "the K of the game, in thousandths of a point; null where no game was rated",
  opponent: "the other's hotkey; null where there is none",
  opponent_rating: "the rating that it was played against",
  expected_ppm: "the expected score, in parts per million"
})}
${tableComment("payouts", "a bounty paid")}
${columnComments("payouts", {
  issue: "the issue",
  competition: "the competition that solved it",
  hotkey: "the winner",
  coldkey: "who got it",
  amount: "how much, in rao",
  block: "the block",
  event: "which event of that block"
})}
${tableComment("treasury_flows", "a movement of the treasury's money")}
${columnComments("treasury_flows", {
  block: "the block",
  event: "which event of that block",
  kind: "harvested from the treasury's neuron, funded into an issue, recycled, paid to a winner, or moved with the treasury",
  amount: "how much, in rao",
  source: "where from: emission, unallocated, issue, or an account",
  destination: "where to: unallocated, issue, recycled, or an account",
  issue: "the issue",
  cause: "the event that says so",
  details: "the event's fields"
})}
${tableComment("collateral_flows", "a movement of collateral")}
${columnComments("collateral_flows", {
  block: "the block",
  event: "which event of that block",
  kind: "deposited, withdrawn, slashed, recycled after that, or refused by the chain to be recycled",
  hotkey: "the miner",
  coldkey: "whose money it is",
  amount: "how much, in rao",
  source: "where from",
  destination: "where to",
  deposited: "what is deposited afterwards, in rao",
  competition: "the competition that cost it",
  cause: "the event that says so, or the chain's refusal"
})}
${tableComment("validators", "a validator that is or was on the contract's whitelist")}
${columnComments("validators", {
  hotkey: "its hotkey",
  coldkeys: "whose stake behind the hotkey counts",
  added_at: "the block in which it was last added",
  removed_at: "the block in which it was removed since",
  uid: "its UID on the subnet now",
  permit: "whether it holds the subnet's validator permit now",
  axon: "where it answers now, as the subnet says it"
})}
${tableComment("validator_stakes", "what a validator's vote weighed on a day")}
${columnComments("validator_stakes", {
  hotkey: "the validator",
  day: "the day, in UTC",
  weight: "the weight of its vote in the latest block of that day that was looked at",
  block: "that block"
})}
${tableComment("config_changes", "a change of the contract's settings, whitelist, owner, code or state, announced or done")}
${columnComments("config_changes", {
  block: "the block",
  event: "which event of that block",
  kind: "the event's name",
  change: "the contract's number of an announced change",
  account: "the account that it is about or that did it",
  content: "the event's fields",
  config: "all settings as they are from here on, where the event changes them"
})}
${tableComment("weights", "all the weights that a validator set on the subnet at once")}
${columnComments("weights", {
  block: "the block",
  extrinsic: "which extrinsic of the block",
  validator: "the validator's hotkey",
  values: "the weights: [UID, value] of each, rising by UID",
  version_key: "the version key that came with them",
  hash: "the BLAKE2b-256 hash of the values' JSON"
})}
${tableComment("reports", "a validator's commitment to its scores of an epoch")}
${columnComments("reports", {
  block: "the block",
  extrinsic: "which extrinsic of the block",
  validator: "the validator's hotkey",
  epoch: "the epoch",
  hash: "the sha256 of the report, as committed",
  values: "the scores of the report; null while it has not been published"
})}
${tableComment("scores", "a miner's score for its open-source contributions to one repository in an epoch")}
${columnComments("scores", {
  epoch: "the epoch",
  hotkey: "the miner",
  repository: "the repository",
  score: "the score: of its pull requests and of the issues that it found",
  components:
    "what the score is made of; measured_in, where it is the score of an earlier epoch because GitHub did not tell everything in this one",
  block: "the epoch's first block, of whose time the score is"
})}
`
