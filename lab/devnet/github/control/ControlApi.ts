/**
 * The stand-in's control paths and their client. They let things happen in the story and make the stand-in fail. They exist for development and
 * tests; GitHub has no such paths.
 */
import { FetchHttpClient, HttpApi, HttpApiClient } from "@effect/platform"
import { Effect } from "effect"
import { accounts } from "./accounts.ts"
import { conditions } from "./conditions.ts"
import { items } from "./items.ts"

export class ControlApi extends HttpApi.make("stand-in").add(accounts).add(items).add(conditions) {}

/** A client for the stand-in that listens at `url`, in this process or another. */
export const makeControl = (url: string) => HttpApiClient.make(ControlApi, { baseUrl: url }).pipe(Effect.provide(FetchHttpClient.layer))

export type Control = Effect.Effect.Success<ReturnType<typeof makeControl>>
