/** An issue's title and body. */
import { Effect, Schema } from "effect"
import type { IssueRef } from "../../domain/IssueRef.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import { type GitHubUnavailable, IssueNotFound } from "./errors.ts"
import { gitHubSettings } from "./settings.ts"

const Issue = Schema.Struct({ title: Schema.String, body: Schema.NullOr(Schema.String) })

export interface IssueText {
  readonly title: string
  readonly body: string
}

/** Makes the function that reads an issue. */
export const makeReadIssue = Effect.gen(function* () {
  const settings = yield* gitHubSettings
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  return Effect.fn("readIssue")(function* (ref: IssueRef): Effect.fn.Return<IssueText, IssueNotFound | GitHubUnavailable> {
    const answer = yield* rest.issueAs(ref, Issue)
    if (answer._tag !== "Found") return yield* new IssueNotFound({ ref, deleted: answer._tag === "Deleted" })
    return { title: answer.found.title, body: answer.found.body ?? "" }
  })
})
