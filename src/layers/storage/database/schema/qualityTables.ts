/** The meaning of rows and columns of the tables of quality: a part of tables.ts. */
import { account, bytes, count, json, optional, table, text, time, whole } from "./table.ts"

export const qualityTables = {
  quality_documents: table("what a validator says that it found out about the pull requests for an issue; its signature was verified", {
    issue: count("the issue"),
    validator: account("the validator's hotkey"),
    at: time("when the newest of its findings was made, by its own clock"),
    document: text("the signed document itself, byte for byte"),
    read_at: count("the newest block when the index read it")
  }),

  quality_records: table("what a validator says about one head of a competitor's pull request", {
    issue: count("the issue"),
    validator: account("the validator's hotkey"),
    hotkey: account("the competitor whose pull request it is, as the validator says"),
    account: whole("GitHub's id of the account that wrote it"),
    repository: text("the repository of the pull request: owner/name"),
    number: count("the pull request's number in that repository"),
    commit: text("the head: the newest commit when the validator looked; a push makes another head"),
    base: text("the commit where the pull request went off"),
    state: text(
      "how far the validator has come: seen, gated (it passed the gate), verified (the tests ran), done; rejected: by the gate; failed: the validator could not find out, which says nothing about the pull request"
    ),
    fault: optional(text("whose fault it is that it was rejected or failed; only a miner's fault rejects")),
    reason: optional(text("why it was rejected, why it failed, or why the tests did not run, in words")),
    gate: optional(json("what the gate found; null until it has looked")),
    verification: optional(json("what the repository's own tests say before and after; null until they ran, and where they cannot")),
    artefacts: optional(
      json(
        "the files that support it: for each its name, the SHA-256 of its content, its media type and its length; null if there are none"
      )
    ),
    current_since: optional(
      time("since when GitHub shows it as the head of its pull request, by the validator's clock; null: GitHub shows another one")
    ),
    seen_at: time("when the validator first saw this head, by its own clock"),
    at: time("when the state began, by the validator's clock")
  }),

  quality_duels: table(
    "what a validator's judges say when they compare two competitors' heads, each judge in both orders; it moves neither money nor ratings",
    {
      issue: count("the issue"),
      validator: account("the validator's hotkey"),
      a_hotkey: account("competitor a, as the validator says"),
      a_repository: text("the repository of a's pull request: owner/name"),
      a_number: count("the number of a's pull request"),
      a_commit: text("the head of a's pull request"),
      b_hotkey: account("competitor b, as the validator says"),
      b_repository: text("the repository of b's pull request: owner/name"),
      b_number: count("the number of b's pull request"),
      b_commit: text("the head of b's pull request"),
      seed_block: whole(
        "the block after which the chain stored the randomness that drew judges and orders; it came after both heads were seen"
      ),
      seed: text("that randomness: 0x and 64 hexadecimal digits"),
      result: optional(
        text(
          "a or b: the judges prefer that solution by the margin; draw: neither; none: the duel says nothing; null while it goes on and when it failed"
        )
      ),
      why: optional(text("why the duel says nothing; null otherwise")),
      lead: optional(whole("the median of the judges' leads, in tenths of a point; positive: a is ahead; null without a result")),
      leads: optional(json("the same by criterion; null without a result")),
      margin: optional(count("the lead in points, of 100, that wins; null without an outcome")),
      flipped: optional(count("how many judges preferred one solution in one order and the other in the other order")),
      effective_votes: optional(count("as how many independent judges the votes count, in thousandths")),
      reason: optional(text("why it failed, in words; null otherwise")),
      judges: json(
        "who was drawn to judge: for each its name, family, model, and its vote with the leads by criterion, or why it has none"
      ),
      panel: optional(
        json(
          "the panel from which they were drawn, with what decides who is drawn and how judges are asked; null while it goes on, and where it failed before the draw"
        )
      ),
      answers: json(
        "each judge's answer in each order: the points of the solution that it was shown first, by criterion, its reason, the model that answered as its server names it, and the files with the question and the answer"
      ),
      cost: count("what its questions cost, in millionths of a dollar"),
      begun_at: time("when it began, by the validator's clock"),
      ended_at: optional(time("when it ended, by the validator's clock; null while it goes on"))
    }
  ),

  quality_costs: table("what one judge's questions about an issue cost a validator, as the validator says", {
    issue: count("the issue"),
    validator: account("the validator's hotkey"),
    stage: text("what the judge was asked for: duel"),
    judge: text("the judge's name in the validator's panel"),
    model: text("the model, as its server names it"),
    calls: count("how many requests were sent"),
    open: count("requests whose end nobody has seen; the most that they can cost is counted"),
    prompt_tokens: count("tokens of the questions, as the server counted them"),
    answer_tokens: count("tokens of the answers, as the server counted them"),
    cost: count("what it cost, in millionths of a dollar")
  }),

  artefacts: table("a file that supports what a validator says about pull requests; its content was compared with its name", {
    validator: account("the validator's hotkey: each validator's files are counted and kept by themselves"),
    digest: text("the SHA-256 of the content, which is the file's name"),
    media_type: text("what kind of file it is: text/plain, application/json or application/octet-stream"),
    content: bytes("the file itself, byte for byte"),
    read_at: count("the newest block when the index read it")
  })
} as const
