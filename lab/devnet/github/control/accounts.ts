/** Control endpoints for users, repositories and gists. */
import { HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import * as Asked from "../state/asked.ts"
import { Login, timeField } from "../state/asked.ts"
import { post } from "./endpoint.ts"

const Account = Schema.Struct({ id: Schema.Int, login: Login, token: Schema.String })

const RepositoryState = Schema.Struct({ id: Schema.Int, repository: Schema.String })

export const accounts = HttpApiGroup.make("accounts", { topLevel: true })
  .add(post("createUser", Asked.CreateUser, Account))
  .add(post("user", Schema.Struct({ login: Login }), Account))
  .add(post("deleteUser", Schema.Struct({ login: Login }), Schema.Null))
  .add(post("flagUser", Schema.Struct({ login: Login, flagged: Schema.Boolean }), Schema.Null))
  .add(post("renameUser", Schema.Struct({ login: Login, to: Login }), Account))
  .add(post("createRepository", Asked.CreateRepository, RepositoryState))
  .add(
    post(
      "changeRepository",
      Schema.Struct({
        repository: RepositoryName,
        private: Schema.optional(Schema.Boolean),
        archived: Schema.optional(Schema.Boolean),
        pullRequests: Schema.optional(Schema.Literal("none", "collaborators", "all")),
        deleted: Schema.optional(Schema.Boolean),
        interactions: Schema.optional(Schema.NullOr(Asked.Interactions)),
        language: Schema.optional(Schema.NullOr(Schema.NonEmptyString)),
        name: Schema.optional(RepositoryName),
        collaborators: Schema.optional(Schema.Array(Login)),
        members: Schema.optional(Schema.Array(Login)),
        privateMembers: Schema.optional(Schema.Array(Login)),
        at: timeField
      }),
      RepositoryState
    )
  )
  .add(
    post(
      "changeDefaultBranch",
      Schema.Struct({ repository: RepositoryName, to: Schema.NonEmptyString, as: Schema.Literal("Renamed", "Same", "Orphan") }),
      RepositoryState
    )
  )
  .add(
    post(
      "renameLabel",
      Schema.Struct({ repository: RepositoryName, label: Schema.NonEmptyString, to: Schema.NonEmptyString }),
      RepositoryState
    )
  )
  .add(
    post(
      "changeGist",
      Schema.Struct({ id: Schema.String, files: Schema.NullOr(Schema.Record({ key: Schema.String, value: Schema.String })) }),
      Schema.Null
    )
  )
