/**
 * What a row of each table and each of its columns means. This is the only place that says so: the database's comments, docs/database.md and the
 * descriptions of the API's fields are made from it.
 */

import { consensusTables } from "./consensusMeanings.ts"
import { qualityTables } from "./qualityMeanings.ts"
import { type Table, table } from "./table.ts"

export type { Unit } from "./table.ts"

const block = "the block"
const eventOfBlock = "the event's index in its block"
const extrinsicOfBlock = "the extrinsic's index in its block"

/** What is known of a competitor as of the start of its competition; columns and fields say whose it is. */
export const ofCompetitor = {
  uid: "UID at the start",
  hotkey: "hotkey",
  coldkey: "coldkey, which receives the bounty if it wins",
  rating: "rating at the start",
  expected: "expected score at the start, computed from both ratings",
  ratingAfter: "rating right after the end; null while the competition runs"
}

const competitor = (side: "a" | "b") => `competitor ${side}'s`

/** Sets of UIDs, which the database keeps as bitmaps and the API lists. */
export const minersSeen = {
  enrolledWhenDrawn: "the miners that a majority of validators saw enrolled when the pair was drawn",
  skippedWhenDrawn: "the miners that a majority saw skipping the issue at that time",
  enrolled: "the miners that the validator saw enrolled",
  skipped: "the miners that the validator saw skipping the issue"
}

export const tables = {
  chain: table(
    "the indexed chain and contract; always one row",
    {
      id: "always 1",
      genesis_hash: "the hash of the chain's block 0",
      contract: "the contract's address",
      netuid: "the subnet's number",
      first_block: "the first indexed block: the one that created the contract, or a later one chosen with --from-block",
      github_trouble:
        'why data from GitHub may be old or missing: a token is "refused", GitHub is "unanswered", the rate limit is used up ("limited"), or there is no token ("anonymous"); null if nothing is known to be missing',
      github_trouble_since: "since when it is so",
      alpha_price: "what one alpha is worth in TAO by the chain (null if it does not say)",
      alpha_price_at: "the block of this price, a few minutes old at most while the index follows the chain"
    },
    { alpha_price: "rao" }
  ),

  change_log: table(
    "a transaction that did more than add blocks, so that `serve` knows how long an answer stays right; old rows are removed",
    {
      transaction: "the transaction's number in this server"
    }
  ),

  blocks: table("an indexed block; the newest one is the cursor", {
    number: "the block's number",
    hash: "the block's hash",
    time: "the chain's clock in this block"
  }),

  calls: table(
    "a call of the contract, successful or not",
    {
      block,
      extrinsic: extrinsicOfBlock,
      position: "the call's index among the contract calls of its extrinsic, from 0; a batch has several",
      extrinsic_hash: "the extrinsic's hash",
      signer: "the account that signed the extrinsic; null if it is unsigned",
      message: 'the contract\'s message, "new" for the constructor; null if the selector is unknown',
      arguments: "the arguments by name; the raw bytes if the message is unknown",
      success: "whether the call succeeded",
      error: "the chain's error if the call failed",
      fee: "the fee of the whole extrinsic in TAO, recorded with its first call"
    },
    { fee: "rao" }
  ),

  events: table("an event of the contract", {
    block,
    index: eventOfBlock,
    name: "the event's name",
    fields: "the event's fields by name; amounts are decimal strings in rao",
    extrinsic: "the extrinsic that emitted it",
    call_position: "the call within that extrinsic that emitted it; null if the chain does not tell"
  }),

  miners: table(
    "a hotkey that was ever registered on the subnet, competed or deposited collateral",
    {
      hotkey: "the miner's hotkey",
      coldkey: "the coldkey that owns the hotkey, if known",
      uid: "the miner's current UID; null while it is not registered",
      registered_at: "the block of its latest registration",
      first_seen_at: "the first indexed block that mentions it",
      github_account: "GitHub's id of the account named in the miner's commitment",
      github_login: "that account's name",
      github_avatar: "the URL of that account's picture",
      github_proven:
        "whether the commitment's gist proves that the account belongs to this hotkey and no other registered hotkey linked it earlier; null until checked",
      github_seen_at: "when GitHub was last asked",
      enrolled_at:
        "the first block in which a validator attested its enrolment, or a competition of it started; null for others, such as validators",
      rating: "the miner's rating when it was last rated",
      rated_games: "rated games in the 60 days before that",
      provisional: "whether those games are too few for the rating to be settled; shown with a question mark",
      eligible: "whether that rating is high enough to be paired",
      rated_at: "the block of that rating",
      won: "competitions won so far",
      lost: "competitions lost so far",
      expired: "competitions so far that nobody solved in time",
      earned: "bounties paid to it so far"
    },
    { rating: "milli-points", earned: "rao" }
  ),

  registrations: table("a hotkey's tenure of a UID of the subnet", {
    uid: "the UID",
    registered_at: "the block of the registration",
    held_from: "the block from which this hotkey held the UID: its registration, or the hotkey swap that transferred it",
    hotkey: "the hotkey that holds the UID from then on"
  }),

  github_links: table("a GitHub account that a hotkey committed to on the subnet; only the newest link counts", {
    hotkey: "the hotkey",
    linked_at: "the block in which the link was first committed, possibly before the first indexed block",
    account: "GitHub's id of the account; null if another kind of commitment replaced the link and so ended it",
    gist: "the gist that proves the link"
  }),

  issues: table(
    "a GitHub issue registered for a bounty",
    {
      id: "the contract's id of the issue",
      repository: "the repository as registered: owner/name on GitHub",
      number: "the issue's number in its repository",
      target: "the full bounty",
      funded: "the part of the bounty funded so far; the paid amount after the payment, 0 after a cancellation",
      status: "the issue's status",
      reason: "why the issue was cancelled",
      queue_position: "the issue's place in the funding queue, from 1",
      attempts: "competitions on it that expired",
      competition: "the running competition, or the one that ended the issue",
      payable_at: "the first block in which the winner can be paid",
      waiting: "what the validators decided on the issue's end, which takes effect later and can be taken back until then",
      waiting_from: "the first block in which anybody may carry out what waits",
      pay_to: "the coldkey that is paid instead of the winner's first one, because the chain refused to pay that one",
      registered_at: "the block of its registration",
      updated_at: "the block of its latest event",
      node_id: "GitHub's global id of the issue",
      title: "the issue's title on GitHub",
      excerpt:
        "the beginning of the issue's text on GitHub: plain text on one line, at most 400 characters; null if it has none or GitHub has not been asked",
      language: "the main language of the issue's repository by GitHub's count; null if GitHub recognises none or has not been asked",
      labels: "the issue's labels on GitHub, each with name and colour",
      github_state: "the issue's state on GitHub: open, closed, deleted, transferred or gone",
      github_closed_at: "when it was closed on GitHub; null while it is open, and until GitHub has been asked",
      github_author: "the GitHub account that opened it",
      github_avatar: "the URL of that account's picture",
      github_seen_at: "when GitHub was last asked"
    },
    { target: "rao", funded: "rao" }
  ),

  competitions: table(
    "two miners competing on one issue",
    {
      id: "the contract's id of the competition",
      issue: "the issue",
      round: "the round whose pair ballot started it",
      enrolled: `${minersSeen.enrolledWhenDrawn}: 32 bytes, UID u is bit u % 8 of byte u / 8`,
      skipped: `${minersSeen.skippedWhenDrawn}, in the same form`,
      a_uid: `${competitor("a")} ${ofCompetitor.uid}`,
      a_hotkey: `${competitor("a")} ${ofCompetitor.hotkey}`,
      a_coldkey: `${competitor("a")} ${ofCompetitor.coldkey}`,
      a_rating: `${competitor("a")} ${ofCompetitor.rating}`,
      a_expected_ppm: `${competitor("a")} ${ofCompetitor.expected}`,
      a_rating_after: `${competitor("a")} ${ofCompetitor.ratingAfter}`,
      b_uid: `${competitor("b")} ${ofCompetitor.uid}`,
      b_hotkey: `${competitor("b")} ${ofCompetitor.hotkey}`,
      b_coldkey: `${competitor("b")} ${ofCompetitor.coldkey}`,
      b_rating: `${competitor("b")} ${ofCompetitor.rating}`,
      b_expected_ppm: `${competitor("b")} ${ofCompetitor.expected}`,
      b_rating_after: `${competitor("b")} ${ofCompetitor.ratingAfter}`,
      started_at: "the block in which it started",
      submissions_from: "the first block in which a pull request may be opened",
      deadline: "the last block in which a pull request may be merged",
      outcome_until: "the last block in which validators may vote for a solution",
      challenge_period: "blocks between the verdict and the payment",
      collateral: "the collateral that each competitor has locked",
      slash: "the part of the collateral that a competitor forfeits by losing, or when the validators find that nobody solved the issue",
      status: "the competition's status",
      winner: "0 if competitor a won, 1 if competitor b won",
      pull_request: "the winning pull request's number in the issue's repository",
      reason: "why it was voided",
      unsolved: "for an expired competition: whether the quorum found no solution; otherwise no verdict came in time",
      ended_at: "the block in which it ended"
    },
    {
      a_rating: "milli-points",
      a_expected_ppm: "ppm",
      a_rating_after: "milli-points",
      b_rating: "milli-points",
      b_expected_ppm: "ppm",
      b_rating_after: "milli-points",
      collateral: "rao",
      slash: "rao"
    }
  ),

  votes: table(
    "a validator's vote on a pair ballot or an outcome ballot, current or past",
    {
      block: "the block of the vote",
      event: eventOfBlock,
      kind: "pair: who should compete; outcome: how the issue ended",
      issue: "the issue",
      round: "the round of a pair ballot",
      competition: "the competition that was running, or that the pair ballot started",
      validator: "the validator's hotkey",
      choice: "the validator's choice: both competitors; or Solved with hotkey and pull request; or Cancelled with the reason",
      weight: "the total weight behind this choice, including this vote",
      total_weight: "the weight of the whole whitelist at that moment",
      ended_at: "the block in which the vote stopped counting",
      ended_by:
        "replaced: by a newer vote of the same validator; withdrawn: by the validator; passed: the ballot reached a decision; lapsed: the ballot ended without one",
      in_passing_tally: "whether the vote was for the choice that passed; null while the ballot is open and after it lapsed"
    },
    { weight: "rao", total_weight: "rao" }
  ),

  attestations: table("a validator's latest attestation of who was enrolled for an issue in a round", {
    issue: "the issue",
    round: "the round",
    validator: "the validator's hotkey",
    enrolled: `${minersSeen.enrolled}, in the form of competitions.enrolled`,
    skipped: `${minersSeen.skipped}, in the same form`,
    block,
    event: eventOfBlock
  }),

  pull_requests: table("a pull request that GitHub links to an issue, or that a competitor wrote for it", {
    repository: "the repository of the pull request: owner/name",
    number: "its number in that repository",
    issue: "the issue",
    competition: "the competition that its author was in when it was opened, or else the author's next one",
    hotkey: "the competitor who wrote it; null if no competitor did",
    author: "the author's GitHub account",
    author_id: "GitHub's id of that account",
    title: "its title",
    state: "open, closed without a merge, or merged",
    draft: "whether its author still calls it a draft",
    checks: "what the checks of its head say together; null if it has none, or the token of the index may not read them",
    review: "what reviewers decided: approved, changes requested, or required and not given; null if GitHub says nothing",
    created_at: "when it was opened",
    merged_at: "when it was merged",
    closed_at: "when it was closed",
    additions: "lines added",
    deletions: "lines deleted",
    files: "files changed",
    early: "whether its author opened it before the submission window ended; null if no competitor wrote it",
    seen_at: "when GitHub was last asked"
  }),

  ratings: table(
    "a change of a miner's rating",
    {
      hotkey: "the miner",
      block: "the block of the cause",
      cause: "what changed the rating; reverted: a verdict was reverted and its change undone",
      competition: "the competition that changed it; null for an absence",
      before: "the rating right before",
      after: "the rating right after",
      k: "the K factor of the game; null if no game was rated",
      opponent: "the opponent's hotkey; null if there was none",
      opponent_rating: "the opponent's rating that the game was rated against",
      expected_ppm: "the miner's expected score"
    },
    { before: "milli-points", after: "milli-points", k: "milli-points", opponent_rating: "milli-points", expected_ppm: "ppm" }
  ),

  payouts: table(
    "a paid bounty",
    {
      issue: "the issue",
      competition: "the competition that solved it",
      hotkey: "the winner",
      coldkey: "the account that received the bounty",
      amount: "the amount paid",
      block,
      event: eventOfBlock
    },
    { amount: "rao" }
  ),

  treasury_flows: table(
    "a movement of the treasury's money",
    {
      block,
      event: eventOfBlock,
      kind: "harvested from the treasury's neuron, funded into an issue, returned by a cancelled issue, released for recycling, recycled, paid to a winner, or moved with the treasury",
      amount: "the amount moved",
      source: "where it came from: emission, unallocated, issue, toRecycle, or an account",
      destination: "where it went: unallocated, issue, toRecycle, recycled, or an account",
      issue: "the issue",
      cause: "the event that reports it",
      details: "that event's fields"
    },
    { amount: "rao" }
  ),

  collateral_flows: table(
    "a movement of collateral",
    {
      block,
      event: eventOfBlock,
      kind: "deposited, withdrawn or slashed",
      hotkey: "the miner",
      coldkey: "the owner of the collateral",
      amount: "the amount moved",
      source: "where it came from",
      destination: "where it went",
      deposited: "the collateral deposited after the movement",
      competition: "the competition that caused a slash",
      cause: "the event that reports it"
    },
    { amount: "rao", deposited: "rao" }
  ),

  validators: table("a validator that is or was on the contract's whitelist", {
    hotkey: "the validator's hotkey",
    coldkeys: "the coldkeys whose stake behind the hotkey counts",
    added_at: "the block in which it was last added",
    removed_at: "the block in which it was removed after that",
    uid: "the validator's current UID on the subnet",
    permit: "whether it currently holds the subnet's validator permit",
    axon: "the address of its axon as registered on the subnet"
  }),

  validator_stakes: table(
    "the weight of a validator's vote on a day",
    {
      hotkey: "the validator",
      day: "the day, in UTC",
      weight: "the weight of its vote in the latest sampled block of that day",
      block: "that block"
    },
    { weight: "rao" }
  ),

  config_changes: table("an announced or applied change of the contract's settings, whitelist, owner, code or state", {
    block,
    event: eventOfBlock,
    kind: "the event's name",
    change: "the contract's number of an announced change",
    account: "the account that the change concerns, or that made it",
    content: "the event's fields",
    config: "all settings after this event, if it changed them"
  }),

  weights: table("the weights that a validator set on the subnet in one extrinsic", {
    block,
    extrinsic: extrinsicOfBlock,
    validator: "the validator's hotkey",
    values: "the weights as [UID, value] pairs, ordered by UID",
    version_key: "the version key set with them, a decimal number",
    hash: "the BLAKE2b-256 hash of the values' JSON"
  }),

  reports: table("a validator's commitment to its scores for an epoch", {
    block,
    extrinsic: extrinsicOfBlock,
    validator: "the validator's hotkey",
    epoch: "the epoch",
    hash: "the committed SHA-256 hash of the report",
    values: "the report's scores; null until it is published"
  }),

  scores: table("a miner's score for its open-source contributions to one repository in an epoch", {
    epoch: "the epoch",
    hotkey: "the miner",
    repository: "the repository",
    score: "the score for its pull requests and for the issues that it found",
    components:
      "what the score consists of; measured_in names an earlier epoch if that epoch's score was reused because GitHub's answers were incomplete",
    block: "the epoch's first block, as of which the score was measured"
  }),

  ...consensusTables,

  ...qualityTables
} as const satisfies Readonly<Record<string, Table>>
