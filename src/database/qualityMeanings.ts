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

  artefacts: table("a file that supports what a validator says about pull requests; its content was compared with its name", {
    validator: "the validator's hotkey: each validator's files are counted and kept by themselves",
    digest: "the SHA-256 of the content, which is the file's name",
    media_type: "what kind of file it is: text/plain, application/json or application/octet-stream",
    content: "the file itself, byte for byte",
    read_at: "the newest block when the index read it"
  })
} as const
