/** A GitHub pull request as people write it: `owner/name#42` or its address. */
import { Effect, Schema } from "effect"
import { IssueRef } from "./IssueRef.ts"

export class InvalidPullRequestRef extends Schema.TaggedError<InvalidPullRequestRef>()("InvalidPullRequestRef", {
  input: Schema.String
}) {
  override get message() {
    return `"${this.input}" is not a pull request: write it as owner/name#42 or as its address on GitHub`
  }
}

/** `owner/name#42`, or an address with or without scheme and www, with one of its tabs, a query or a comment's anchor. */
const written =
  /^(?:(?:https?:\/\/)?(?:www\.)?github\.com\/)?([^/\s#?]+\/[^/\s#?]+)(?:#(\d{1,10})|\/pull\/(\d{1,10})(?:\/[a-z]*)*(?:[?#]\S*)?)$/i

/** Reads a pull request as a person wrote it; it has its number in the sequence of issues. */
export const parse = (input: string): Effect.Effect<IssueRef, InvalidPullRequestRef> => {
  const match = written.exec(input.trim())
  return Schema.decodeUnknown(IssueRef)({ repository: match?.[1], number: Number(match?.[2] ?? match?.[3]) }).pipe(
    Effect.mapError(() => new InvalidPullRequestRef({ input }))
  )
}
