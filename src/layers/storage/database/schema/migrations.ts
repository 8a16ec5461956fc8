/**
 * The numbered migrations, in order. A released migration never changes. A new one is an entry here with its SQL, and says what else an existing
 * index's rows need. Declare new columns in tables.ts too.
 */
import * as firstTables from "./migrations/0001_tables.ts"
import * as consensus from "./migrations/0003_consensus.ts"
import * as quality from "./migrations/0005_quality.ts"
import * as artefacts from "./migrations/0007_artefacts.ts"
import * as duels from "./migrations/0008_duels.ts"
import * as changeLog from "./migrations/0013_change_log.ts"
import { type Column, KINDS } from "./table.ts"
import { tables } from "./tables.ts"

/**
 * What an older index needs, besides the SQL, to match a new one. "ask GitHub again": columns are null or a default until the index has asked about
 * every issue and miner once more, as it then does. "index again": only blocks have the data, so an older index is refused, and a new one has to be
 * made.
 */
export type Afterwards = "nothing" | "ask GitHub again" | "index again"

export interface Migration {
  readonly number: number
  readonly name: string
  readonly afterwards: Afterwards
  readonly sql: string
}

/** The first block in which a miner `m` was attested as enrolled or began to compete. */
const FIRST_ENROLMENT = `least(
  (SELECT min(c.started_at) FROM competitions c WHERE c.a_hotkey = m.hotkey OR c.b_hotkey = m.hotkey),
  (SELECT min(first.block) FROM
    (SELECT r.uid, r.held_from, lead(r.held_from) OVER (PARTITION BY r.uid ORDER BY r.held_from) AS held_until, r.hotkey FROM registrations r) tenure
    CROSS JOIN LATERAL (
      SELECT t.block FROM attestations t
      WHERE tenure.uid < 256 AND t.block >= tenure.held_from AND (tenure.held_until IS NULL OR t.block < tenure.held_until)
        AND CASE WHEN tenure.uid < 256 THEN get_bit(t.enrolled, tenure.uid) = 1 END
      ORDER BY t.block LIMIT 1
    ) first
    WHERE tenure.hotkey = m.hotkey)
)`

export const migrations: ReadonlyArray<Migration> = [
  { number: 1, name: "tables", afterwards: "nothing", sql: firstTables.sql },
  {
    // Round numbers may repeat when the length of rounds changes, so attestations are listed by block.
    number: 2,
    name: "attestations by block",
    afterwards: "nothing",
    sql: `
CREATE INDEX attestations_by_block ON attestations (block, event);
CREATE INDEX attestations_by_issue ON attestations (issue, block, event);
DROP INDEX attestations_by_validator;
CREATE INDEX attestations_by_validator ON attestations (validator, block, event);
DROP INDEX attestations_by_round;
CREATE INDEX attestations_by_round ON attestations (round, block, event);
`
  },
  { number: 3, name: "consensus", afterwards: "nothing", sql: consensus.sql },
  {
    // Tells miners, which enrolled or competed at some time, from hotkeys registered for something else, such as validators.
    number: 4,
    name: "enrolled miners",
    afterwards: "nothing",
    sql: `
ALTER TABLE miners ADD COLUMN enrolled_at integer REFERENCES blocks;

UPDATE miners m SET enrolled_at = ${FIRST_ENROLMENT};

DROP INDEX miners_by_rating;
CREATE INDEX miners_by_rating ON miners ((CASE WHEN rated_games > 0 THEN coalesce(rating, -1) WHEN enrolled_at IS NOT NULL THEN -1 ELSE -2 END), hotkey);
`
  },
  { number: 5, name: "quality", afterwards: "nothing", sql: quality.sql },
  {
    number: 6,
    name: "trouble with GitHub",
    afterwards: "nothing",
    sql: `
ALTER TABLE chain
  ADD COLUMN github_trouble text CHECK (github_trouble IN ('refused', 'unanswered', 'limited', 'anonymous')),
  ADD COLUMN github_trouble_since timestamptz;
`
  },
  { number: 7, name: "artefacts", afterwards: "nothing", sql: artefacts.sql },
  { number: 8, name: "duels", afterwards: "nothing", sql: duels.sql },
  {
    // The same pull request under another hotkey is another head, with records and duels of its own.
    number: 9,
    name: "heads by hotkey",
    afterwards: "nothing",
    sql: `
ALTER TABLE quality_records DROP CONSTRAINT quality_records_pkey,
  ADD PRIMARY KEY (issue, validator, hotkey, repository, number, commit);
ALTER TABLE quality_duels DROP CONSTRAINT quality_duels_pkey,
  ADD PRIMARY KEY (issue, validator, a_hotkey, a_repository, a_number, a_commit, b_hotkey, b_repository, b_number, b_commit);
`
  },
  {
    number: 10,
    name: "checks and reviews",
    afterwards: "ask GitHub again",
    sql: `
ALTER TABLE pull_requests
  ADD COLUMN draft boolean NOT NULL DEFAULT false,
  ADD COLUMN checks text CHECK (checks IN ('passing', 'failing', 'pending')),
  ADD COLUMN review text CHECK (review IN ('approved', 'changesRequested', 'required'));
`
  },
  {
    number: 11,
    name: "excerpt and language",
    afterwards: "ask GitHub again",
    sql: `
ALTER TABLE issues
  ADD COLUMN excerpt text,
  ADD COLUMN language text;
CREATE INDEX issues_by_language ON issues (lower(language), id DESC);
`
  },
  {
    number: 12,
    name: "price of alpha",
    afterwards: "nothing",
    sql: `
ALTER TABLE chain
  ADD COLUMN alpha_price numeric(20, 0) CHECK (alpha_price > 0),
  ADD COLUMN alpha_price_at integer REFERENCES blocks;
`
  },
  { number: 13, name: "log of changes", afterwards: "nothing", sql: changeLog.sql },
  {
    number: 14,
    name: "closed at",
    afterwards: "ask GitHub again",
    sql: `
ALTER TABLE issues ADD COLUMN github_closed_at timestamptz;
`
  },
  {
    number: 15,
    name: "plays",
    afterwards: "ask GitHub again",
    sql: `
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
CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON plays FOR EACH STATEMENT EXECUTE FUNCTION log_change();
`
  },
  {
    number: 16,
    name: "suggestions",
    afterwards: "nothing",
    sql: `
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
CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON suggestions FOR EACH STATEMENT EXECUTE FUNCTION log_change();
`
  },
  {
    number: 17,
    name: "names of validators",
    afterwards: "nothing",
    sql: `
ALTER TABLE validators ADD COLUMN name text;
`
  },
  {
    number: 18,
    name: "comments on GitHub",
    afterwards: "nothing",
    sql: `
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
CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON github_comments FOR EACH STATEMENT EXECUTE FUNCTION log_change();
`
  },
  {
    // No earlier edition of this program wrote such a reason on the chain.
    number: 19,
    name: "reasons without consent",
    afterwards: "nothing",
    sql: `
ALTER TABLE issues ADD COLUMN without_consent text;
`
  },
  {
    number: 20,
    name: "the burden of repositories",
    afterwards: "nothing",
    sql: `
CREATE TABLE repositories (
  repository text PRIMARY KEY,
  burden jsonb,
  seen_at timestamptz,
  asked_at timestamptz NOT NULL
);
CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON repositories FOR EACH STATEMENT EXECUTE FUNCTION log_change();
`
  }
]

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/**
 * Comments on every table and column, which psql shows. They follow the last migration and are not part of its checksum, so their wording may change
 * at any time.
 */
export const comments: string = Object.entries(tables)
  .flatMap(([table, { row, columns }]) => [
    `COMMENT ON TABLE ${table} IS ${quoted(row)};`,
    ...Object.entries<Column>(columns).map(
      ([name, { kind, meaning }]) => `COMMENT ON COLUMN ${table}.${name} IS ${quoted(meaning + (KINDS[kind].kept ?? ""))};`
    )
  ])
  .join("\n")
