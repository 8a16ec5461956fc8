/** A GitHub pull request as people write it: `owner/name#42` or its URL. */
import { Effect, Schema } from "effect"
import { InvalidInput } from "./failures.ts"
import { IssueRef } from "./IssueRef.ts"

/** `owner/name#42`, or a URL with or without scheme and www, tab, query or comment anchor. */
const written =
  /^(?:(?:https?:\/\/)?(?:www\.)?github\.com\/)?([^/\s#?]+\/[^/\s#?]+)(?:#(\d{1,10})|\/pull\/(\d{1,10})(?:\/[a-z]*)*(?:[?#]\S*)?)$/i

/** Parses a pull request typed by a person. Its number is from the same sequence as issues. */
export const parse = (input: string): Effect.Effect<IssueRef, InvalidInput> => {
  const match = written.exec(input.trim())
  return Schema.decodeUnknown(IssueRef)({ repository: match?.[1], number: Number(match?.[2] ?? match?.[3]) }).pipe(
    Effect.mapError(() => new InvalidInput({ message: `"${input}" is not a pull request: write it as owner/name#42 or as its GitHub URL` }))
  )
}
