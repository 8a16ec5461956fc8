/** What rows and columns of the tables of quality mean: a part of meanings.ts. */
import { table } from "./table.ts"

export const qualityTables = {
  quality_documents: table("what a validator says that it found out about the pull requests for an issue; its signature was verified", {
    issue: "the issue",
    validator: "the validator's hotkey",
    at: "when the newest of its findings was made, by its own clock",
    document: "the signed document itself, byte for byte",
    read_at: "the newest block when the index read it"
  }),

  quality_records: table("what a validator says about one head of a competitor's pull request", {
    issue: "the issue",
    validator: "the validator's hotkey",
    hotkey: "the competitor whose pull request it is, as the validator says",
    account: "GitHub's id of the account that wrote it",
    repository: "the repository of the pull request: owner/name",
    number: "the pull request's number in that repository",
    commit: "the head: the newest commit when the validator looked; a push makes another head",
    base: "the commit where the pull request went off",
    state:
      "how far the validator has come: seen, gated (it passed the gate), verified (the tests ran), done; rejected: by the gate; failed: the validator could not find out, which says nothing about the pull request",
    fault: "whose fault it is that it was rejected or failed; only a miner's fault rejects",
    reason: "why it was rejected, why it failed, or why the tests did not run, in words",
    gate: "what the gate found; null until it has looked",
    verification: "what the repository's own tests say before and after; null until they ran, and where they cannot",
    artefacts:
      "the files that support it: for each its name, the SHA-256 of its content, its media type and its length; null if there are none",
    seen_at: "when the validator first saw this head, by its own clock",
    at: "when the state began, by the validator's clock"
  }),

  quality_duels: table(
    "what a validator's judges say when they compare two competitors' heads, each judge in both orders; it moves neither money nor ratings",
    {
      issue: "the issue",
      validator: "the validator's hotkey",
      a_hotkey: "competitor a, as the validator says",
      a_repository: "the repository of a's pull request: owner/name",
      a_number: "the number of a's pull request",
      a_commit: "the head of a's pull request",
      b_hotkey: "competitor b, as the validator says",
      b_repository: "the repository of b's pull request: owner/name",
      b_number: "the number of b's pull request",
      b_commit: "the head of b's pull request",
      seed_block: "the block after which the chain stored the randomness that drew judges and orders; it came after both heads were seen",
      seed: "that randomness: 0x and 64 hexadecimal digits",
      result:
        "a or b: the judges prefer that solution by the margin; draw: neither; none: the duel says nothing; null while it goes on and when it failed",
      why: "why the duel says nothing; null otherwise",
      lead: "the median of the judges' leads, in tenths of a point; positive: a is ahead; null without a result",
      leads: "the same by criterion; null without a result",
      margin: "the lead in points, of 100, that wins; null without an outcome",
      flipped: "how many judges preferred one solution in one order and the other in the other order",
      effective_votes: "as how many independent judges the votes count, in thousandths",
      reason: "why it failed, in words; null otherwise",
      judges: "who was drawn to judge: for each its name, family, model, and its vote with the leads by criterion, or why it has none",
      answers:
        "each judge's answer in each order: the points of the solution that it was shown first, by criterion, its reason, and the files with the question and the answer",
      cost: "what its questions cost, in millionths of a dollar",
      begun_at: "when it began, by the validator's clock",
      ended_at: "when it ended, by the validator's clock; null while it goes on"
    }
  ),

  quality_costs: table("what one judge's questions about an issue cost a validator, as the validator says", {
    issue: "the issue",
    validator: "the validator's hotkey",
    stage: "what the judge was asked for: duel",
    judge: "the judge's name in the validator's panel",
    model: "the model, as its server names it",
    calls: "how many requests were sent",
    open: "requests whose end nobody has seen; the most that they can cost is counted",
    prompt_tokens: "tokens of the questions, as the server counted them",
    answer_tokens: "tokens of the answers, as the server counted them",
    cost: "what it cost, in millionths of a dollar"
  }),

  artefacts: table("a file that supports what a validator says about pull requests; its content was compared with its name", {
    validator: "the validator's hotkey: each validator's files are counted and kept by themselves",
    digest: "the SHA-256 of the content, which is the file's name",
    media_type: "what kind of file it is: text/plain, application/json or application/octet-stream",
    content: "the file itself, byte for byte",
    read_at: "the newest block when the index read it"
  })
} as const
