/**
 * Declares every table: the meaning of a row, and the kind and meaning of each column. It is the only source of these: the database's comments,
 * what `npm run database` prints, the API's field names, types and meanings, their selection, and what the indexer loads and writes are made from it.
 */
import { consensusTables } from "./consensusTables.ts"
import { gitHubTables } from "./gitHubTables.ts"
import { moneyTables } from "./moneyTables.ts"
import { qualityTables } from "./qualityTables.ts"
import {
  account,
  block,
  type Column,
  count,
  day,
  eventOfBlock,
  extrinsicOfBlock,
  flag,
  json,
  number,
  optional,
  rao,
  rating,
  share,
  type Table,
  table,
  text,
  theBlock,
  time,
  uid,
  uids,
  whole
} from "./table.ts"

/** A competitor as of the start of its competition; columns and fields say which one. */
export const competitor = {
  uid: uid("UID at the start"),
  hotkey: account("hotkey"),
  coldkey: account("coldkey, which receives the bounty if it wins and named no other"),
  payee: optional(account("payee: the coldkey that its own coldkey named to be paid instead")),
  rating: rating("rating at the start"),
  expected_ppm: share("expected score at the start, computed from both ratings"),
  rating_after: optional(rating("rating right after the end; null while the match runs"))
}

const whose = <C extends Column>(side: "a" | "b", column: C): C => ({ ...column, meaning: `competitor ${side}'s ${column.meaning}` })

export const minerOnChain = {
  hotkey: account("the miner's hotkey"),
  coldkey: optional(account("the coldkey that owns the hotkey, if known")),
  uid: optional(uid("the miner's current UID; null while it is not registered")),
  registered_at: optional(block("the block of its latest registration")),
  first_seen_at: block("the first indexed block that mentions it"),
  enrolled_at: optional(
    block("the first block in which a validator attested its enrolment, or a match of it started; null for others, such as validators")
  ),
  rating: optional(rating("the miner's rating when it was last rated")),
  rated_games: count("rated matches in the 60 days before that"),
  provisional: flag("whether those matches are too few for the rating to be settled; shown with a question mark"),
  eligible: flag("whether that rating is high enough to be paired"),
  rated_at: optional(block("the block of that rating: all are rated at a round's first block, and where a match ends")),
  won: count("matches won so far"),
  lost: count("matches lost so far"),
  expired: count("matches so far that nobody solved in time: expired or unsolved"),
  earned: rao("bounties paid to it so far")
}

export const minerOnGitHub = {
  github_account: optional(whole("GitHub's id of the account named in the miner's commitment")),
  github_login: optional(text("that account's name")),
  github_avatar: optional(text("the URL of that account's picture")),
  github_proven: optional(
    flag(
      "whether the commitment's gist proves that the account belongs to this hotkey and no other registered hotkey linked it earlier; null until checked"
    )
  ),
  github_seen_at: optional(time("when GitHub was last asked"))
}

export const issueOnChain = {
  id: count("the contract's id of the issue"),
  repository: text("the repository as registered: owner/name on GitHub"),
  number: count("the issue's number in its repository"),
  target: rao("the full bounty"),
  funded: rao("the part of the bounty funded so far; the paid amount after the payment, 0 after a cancellation"),
  status: text("the issue's status"),
  reason: optional(json("why the issue was cancelled")),
  queue_position: optional(count("the issue's place in the funding queue, from 1")),
  attempts: count("matches on it that ended without a solution"),
  competition: optional(count("the running match, or the one that ended the issue")),
  registered_at: block("the block of its registration"),
  edited_at: optional(block("the block in which the owner last changed its reference or its bounty")),
  updated_at: block("the block of its latest event"),
  without_consent: optional(
    text(
      "why the owner registered it although nobody who may merge there had asked, in its own words on the chain; null if it said nothing"
    )
  )
}

export const issueOnGitHub = {
  node_id: optional(text("GitHub's global id of the issue")),
  title: optional(text("the issue's title on GitHub")),
  labels: optional(json("the issue's labels on GitHub, each with name and colour")),
  language: optional(
    text("the main language of the issue's repository by GitHub's count; null if GitHub recognises none or has not been asked")
  ),
  github_state: optional(text("the issue's state on GitHub: open, closed, deleted, transferred or gone")),
  github_closed_at: optional(time("when it was closed on GitHub; null while it is open, and until GitHub has been asked")),
  github_author: optional(text("the GitHub account that opened it")),
  github_avatar: optional(text("the URL of that account's picture")),
  github_seen_at: optional(time("when GitHub was last asked")),
  excerpt: optional(
    text(
      "the beginning of the issue's text on GitHub: plain text on one line, at most 400 characters; null if it has none or GitHub has not been asked"
    )
  )
}

/** How a competition came about. */
export const competitionDraw = {
  id: count("the contract's id of the match"),
  issue: count("the issue"),
  round: count("the round whose pair ballot started it"),
  enrolled: uids("the miners that a majority of validators saw enrolled when the pair was drawn"),
  skipped: uids("the miners that a majority saw skipping the issue at that time")
}

export const competitionTerms = {
  started_at: block("the block in which it started"),
  submissions_from: block("the first block in which a pull request that is opened counts"),
  deadline: block("the last block in which a pull request may be merged"),
  outcome_until: block(
    "the last block of the grace period; three challenge periods after it anyone may expire the match, unless its outcome can be settled"
  ),
  challenge_period: count(
    "blocks for which votes on the outcome must at least have stood before they can be settled; longer settings of now count instead"
  ),
  collateral: rao("the collateral that each competitor has locked"),
  slash: rao("the part of the collateral that a competitor forfeits by losing, or by an unsolved issue if the validators say so")
}

export const competitionEnd = {
  status: text("the match's status"),
  winner: optional(count("0 if competitor a won, 1 if competitor b won")),
  pull_request: optional(count("the winning pull request's number in the issue's repository")),
  reason: optional(json("why it was voided")),
  slash_a: optional(flag("for an unsolved match: whether it cost competitor a the part of its collateral")),
  slash_b: optional(flag("for an unsolved match: whether it cost competitor b the part of its collateral")),
  ended_at: optional(block("the block in which it ended"))
}

export const validatorOnChain = {
  hotkey: account("the validator's hotkey"),
  coldkeys: json("the coldkeys whose stake behind the hotkey counts"),
  added_at: block("the block in which it was last added"),
  removed_at: optional(block("the block in which it was removed after that")),
  noted_before: rao(
    "the least stake recorded in the day before the last whole one; it only keeps the total up, and is 0 after the subnet's end"
  ),
  noted_day: rao("the least stake recorded in the last whole day"),
  noted_since: rao("the least stake recorded since that day ended; after the subnet's end, like noted_day, the lesser of both")
}

export const tables = {
  chain: table("the indexed chain and contract; always one row", {
    id: count("always 1"),
    genesis_hash: text("the hash of the chain's block 0"),
    contract: account("the contract's address"),
    netuid: count("the subnet's number"),
    first_block: count("the first indexed block: the one that created the contract, or a later one chosen with --from-block"),
    github_trouble: optional(
      text(
        'why data from GitHub may be old or missing: a token is "refused", GitHub is "unanswered", the rate limit is used up ("limited"), or there is no token ("anonymous"); null if nothing is known to be missing'
      )
    ),
    github_trouble_since: optional(time("since when it is so")),
    alpha_price: optional(rao("what one alpha is worth in TAO by the chain (null if it does not say)")),
    alpha_price_at: optional(block("the block of this price, a few minutes old at most while the index follows the chain")),
    fresh: optional(rao("the treasury's money that has been free for issues since its last turn")),
    aged: optional(rao("the money that was free before that turn: the next one recycles what is left of it")),
    aged_at: optional(block("the block of that turn; 0 before the first")),
    treasury_at: optional(block("the block as of which these are, a few minutes old at most while the index follows the chain")),
    treasury_earns: optional(
      flag("whether the treasury earns: its hotkey is registered on the subnet, and neither it nor its coldkey is the subnet's owner")
    ),
    treasury_pays: optional(flag("whether its money can move: the subnet's owner has not switched transfers of stake off")),
    treasury_why: optional(text("why it does not, and what helps; null if nothing is wrong"))
  }),

  change_log: table(
    "a transaction that did more than add blocks, so that `serve` knows how long an answer stays right; old rows are removed",
    {
      transaction: count("the transaction's number in this server")
    }
  ),

  blocks: table("an indexed block; the newest one is the cursor", {
    number: count("the block's number"),
    hash: text("the block's hash"),
    time: time("the chain's clock in this block")
  }),

  calls: table("a call of the contract, successful or not", {
    block: theBlock,
    extrinsic: extrinsicOfBlock,
    position: count("the call's index among the contract calls of its extrinsic, from 0; a batch has several"),
    extrinsic_hash: text("the extrinsic's hash"),
    signer: optional(account("the account that signed the extrinsic; null if it is unsigned")),
    message: optional(text('the contract\'s message, "new" for the constructor; null if the selector is unknown')),
    arguments: json("the arguments by name; the raw bytes if the message is unknown"),
    success: flag("whether the call succeeded"),
    error: optional(text("the chain's error if the call failed")),
    fee: rao("the fee of the whole extrinsic in TAO, recorded with its first call")
  }),

  events: table("an event of the contract", {
    block: theBlock,
    index: eventOfBlock,
    name: text("the event's name"),
    fields: json("the event's fields by name; amounts are decimal strings in rao"),
    extrinsic: optional(count("the extrinsic that emitted it")),
    call_position: optional(count("the call within that extrinsic that emitted it; null if the chain does not tell"))
  }),

  miners: table("a hotkey that was ever registered on the subnet, competed or deposited collateral", {
    ...minerOnChain,
    ...minerOnGitHub
  }),

  registrations: table("a hotkey's tenure of a UID of the subnet", {
    uid: uid("the UID"),
    registered_at: block("the block of the registration"),
    held_from: block("the block from which this hotkey held the UID: its registration, or the hotkey swap that transferred it"),
    hotkey: account("the hotkey that holds the UID from then on")
  }),

  github_links: table("a GitHub account that a hotkey committed to on the subnet; only the newest link counts", {
    hotkey: account("the hotkey"),
    linked_at: block("the block in which the link was first committed, possibly before the first indexed block"),
    account: optional(whole("GitHub's id of the account; null if another kind of commitment replaced the link and so ended it")),
    gist: optional(text("the gist that proves the link"))
  }),

  issues: table("a GitHub issue registered for a bounty", {
    ...issueOnChain,
    ...issueOnGitHub
  }),

  competitions: table("two miners competing on one issue", {
    ...competitionDraw,
    a_uid: whose("a", competitor.uid),
    a_hotkey: whose("a", competitor.hotkey),
    a_coldkey: whose("a", competitor.coldkey),
    a_payee: whose("a", competitor.payee),
    a_rating: whose("a", competitor.rating),
    a_expected_ppm: whose("a", competitor.expected_ppm),
    a_rating_after: whose("a", competitor.rating_after),
    b_uid: whose("b", competitor.uid),
    b_hotkey: whose("b", competitor.hotkey),
    b_coldkey: whose("b", competitor.coldkey),
    b_payee: whose("b", competitor.payee),
    b_rating: whose("b", competitor.rating),
    b_expected_ppm: whose("b", competitor.expected_ppm),
    b_rating_after: whose("b", competitor.rating_after),
    ...competitionTerms,
    ...competitionEnd
  }),

  votes: table("a validator's vote on a pair ballot or an outcome ballot, current or past", {
    block: block("the block of the vote"),
    event: eventOfBlock,
    kind: text("pair: who should compete; outcome: how the issue ended"),
    issue: count("the issue"),
    round: optional(count("the round of a pair ballot")),
    competition: optional(count("the match that was running, or that the pair ballot started")),
    validator: account("the validator's hotkey"),
    choice: json(
      "the validator's choice: both competitors; or Solved with hotkey and pull request, Cancelled with the reason, Unsolved with whom it costs, or Dissolved"
    ),
    since: block("the block since which the validator has voted so unchanged"),
    cast_weight: optional(rao("what a vote on an end weighed when it was cast, the most that it weighs; null: no limit")),
    weight: optional(rao("what the vote weighed when it ended, by the effective stake then; null while it counts")),
    total_weight: optional(rao("what all validators weighed then; null while the vote counts")),
    ended_at: optional(block("the block in which the vote stopped counting")),
    ended_by: optional(
      text(
        "replaced: by a newer vote of the same validator; withdrawn: by the validator; passed: the ballot reached a decision; lapsed: the ballot ended without one"
      )
    ),
    in_passing_tally: optional(flag("whether the vote was for the choice that passed; null while the ballot is open and after it lapsed"))
  }),

  attestations: table("a validator's latest attestation of who was enrolled for an issue in a round", {
    issue: count("the issue"),
    round: count("the round"),
    validator: account("the validator's hotkey"),
    enrolled: uids("the miners that the validator saw enrolled"),
    skipped: uids("the miners that the validator saw skipping the issue"),
    block: theBlock,
    event: eventOfBlock
  }),

  ...gitHubTables,

  ratings: table("a change of a miner's rating", {
    hotkey: account("the miner"),
    block: block("the block of the cause"),
    cause: text("what changed the rating"),
    competition: optional(count("the match that changed it; null for an absence")),
    before: rating("the rating right before"),
    after: rating("the rating right after"),
    k: optional(rating("the K factor of the match; null if no match was rated")),
    opponent: optional(account("the opponent's hotkey; null if there was none")),
    opponent_rating: optional(rating("the opponent's rating that the match was rated against")),
    expected_ppm: optional(share("the miner's expected score"))
  }),

  ...moneyTables,

  validators: table("a validator that is or was on the contract's whitelist", {
    ...validatorOnChain,
    uid: optional(uid("the validator's current UID on the subnet")),
    permit: optional(flag("whether it currently holds the subnet's validator permit")),
    axon: optional(text("the address of its axon as registered on the subnet")),
    name: optional(
      text("what the owner of its hotkey calls itself on the chain, in its own words; null if it has no name. Others may have the same")
    )
  }),

  validator_stakes: table("the weight of a validator's vote on a day, and what it had for fees", {
    hotkey: account("the validator"),
    day: day("the day, in UTC"),
    weight: rao("the weight of its vote in the latest sampled block of that day: no more than was recorded, and no more than there was"),
    free: optional(rao("what its hotkey had free for fees then, of TAO; null: not read")),
    block: block("that block")
  }),

  config_changes: table("an announced or applied change of the contract's settings, whitelist, owner, code or state", {
    block: theBlock,
    event: eventOfBlock,
    kind: text("the event's name"),
    change: optional(count("the contract's number of an announced change")),
    account: optional(account("the account that the change concerns, or that made it")),
    content: json("the event's fields"),
    config: optional(json("all settings after this event, if it changed them"))
  }),

  weights: table("a validator's transaction about its weights on the subnet; of several in one extrinsic, the last", {
    block: theBlock,
    extrinsic: extrinsicOfBlock,
    validator: account("the validator's hotkey"),
    kind: text(
      "set; commit: they are hidden; reveal: they were committed before. What a beacon unlocks, the chain reveals itself, without a transaction"
    ),
    error: optional(text("why the chain refused it, by the error's name; null if it did not")),
    values: optional(json("the weights as [UID, value] pairs, ordered by UID; null of a commit")),
    version_key: optional(number("the version key sent with them, a decimal number; null of a commit")),
    hash: text("the BLAKE2b-256 hash of the values' JSON or of the committed bytes, or the hash that was committed")
  }),

  reports: table("a validator's commitment to its scores for an epoch", {
    block: theBlock,
    extrinsic: extrinsicOfBlock,
    validator: account("the validator's hotkey"),
    epoch: count("the epoch"),
    hash: text("the committed SHA-256 hash of the report"),
    values: optional(json("the report's scores; null until it is published"))
  }),

  scores: table("a miner's score for its open-source contributions to one repository in an epoch", {
    epoch: count("the epoch"),
    hotkey: account("the miner"),
    repository: text("the repository"),
    score: number("the score for its pull requests and for the issues that it found"),
    components: json(
      "what the score consists of; measured_in names an earlier epoch if that epoch's score was reused because GitHub's answers were incomplete"
    ),
    block: block("the epoch's first block, as of which the score was measured")
  }),

  ...consensusTables,

  ...qualityTables
} as const satisfies Readonly<Record<string, Table>>
