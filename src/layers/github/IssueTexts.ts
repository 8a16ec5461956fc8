/** An issue's title and body. */
import { Context, Effect, Layer, Schema } from "effect"
import type { IssueRef } from "../../domain/IssueRef.ts"
import * as Rest from "./client/rest.ts"
import * as Transport from "./client/transport.ts"
import { type GitHubUnavailable, IssueNotFound } from "./errors.ts"
import { type GitHubSettings, gitHubSettings } from "./settings.ts"

const Issue = Schema.Struct({ title: Schema.String, body: Schema.NullOr(Schema.String) })

export interface IssueText {
  readonly title: string
  readonly body: string
}

export class IssueTexts extends Context.Tag("gittensor/IssueTexts")<
  IssueTexts,
  { readonly read: (ref: IssueRef) => Effect.Effect<IssueText, IssueNotFound | GitHubUnavailable> }
>() {}

const makeWith = Effect.fn("IssueTexts.make")(function* (settings: GitHubSettings) {
  const rest = Rest.make(yield* Transport.make(settings), settings.tokens.length > 0)
  return IssueTexts.of({
    read: Effect.fn("IssueTexts.read")(function* (ref: IssueRef) {
      const answer = yield* rest.issueAs(ref, Issue)
      if (answer._tag !== "Found") return yield* new IssueNotFound({ ref, deleted: answer._tag === "Deleted" })
      return { title: answer.found.title, body: answer.found.body ?? "" }
    })
  })
})

export const layer = Layer.scoped(IssueTexts, Effect.flatMap(gitHubSettings, makeWith))
