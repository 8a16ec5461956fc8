/** Control endpoints for users, repositories and gists. */
import { HttpApiGroup } from "@effect/platform"
import { Schema } from "effect"
import { RepositoryName } from "../../../../src/domain/IssueRef.ts"
import { at, Content, Login, post } from "./endpoint.ts"

const Account = Schema.Struct({ id: Schema.Int, login: Login, token: Schema.String })

const RepositoryState = Schema.Struct({ id: Schema.Int, repository: Schema.String })

export const accounts = HttpApiGroup.make("accounts", { topLevel: true })
  .add(
    post(
      "createUser",
      Schema.Struct({
        login: Login,
        id: Schema.optional(Schema.Int),
        kind: Schema.optional(Schema.Literal("User", "Organization", "Bot")),
        at
      }),
      Account
    )
  )
  .add(post("user", Schema.Struct({ login: Login }), Account))
  .add(post("deleteUser", Schema.Struct({ login: Login }), Schema.Null))
  .add(post("flagUser", Schema.Struct({ login: Login, flagged: Schema.Boolean }), Schema.Null))
  .add(post("renameUser", Schema.Struct({ login: Login, to: Login }), Account))
  .add(
    post(
      "createRepository",
      Schema.Struct({
        repository: RepositoryName,
        private: Schema.optional(Schema.Boolean),
        defaultBranch: Schema.optional(Schema.NonEmptyString),
        language: Schema.optional(Schema.NonEmptyString),
        /** The files of its first commit, by path. Without them, git cannot fetch the repository. */
        files: Schema.optional(Schema.Record({ key: Schema.NonEmptyString, value: Content })),
        at
      }),
      RepositoryState
    )
  )
  .add(
    post(
      "changeRepository",
      Schema.Struct({
        repository: RepositoryName,
        private: Schema.optional(Schema.Boolean),
        archived: Schema.optional(Schema.Boolean),
        deleted: Schema.optional(Schema.Boolean),
        language: Schema.optional(Schema.NullOr(Schema.NonEmptyString)),
        name: Schema.optional(RepositoryName),
        collaborators: Schema.optional(Schema.Array(Login)),
        members: Schema.optional(Schema.Array(Login)),
        privateMembers: Schema.optional(Schema.Array(Login)),
        at
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
